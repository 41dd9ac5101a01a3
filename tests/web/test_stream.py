"""The room's line: what comes, in which order, and what is left of it when the line or the server breaks."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from tests.web.house import Evening, Listener, Web, listen, until
from tests.web.test_killed import EACH, POLL, Crowd, Told

from salon.rules.talk import Line, post_as


@pytest.fixture
def own_web(tmp_path: Path) -> Iterator[Web]:
    """A web room that the test may kill."""
    running = Web(tmp_path / "house")
    yield running
    running.close()


def said(evening: Evening, member: httpx.Client, count: int) -> list[int]:
    """Say *count* things; returns their numbers."""
    return [evening.say(member, f"第 {k} 句").json()["seq"] for k in range(count)]


def stream(evening: Evening, member: httpx.Client, query: str = "", **headers: str) -> Listener:
    """Follow the room's stream."""
    return listen(evening.web, f"{evening.room}/stream{query}", member, **headers)


def test_the_numbers_come_first_then_everything_since_the_cursor(evening: Evening) -> None:
    member = evening.member()
    seqs = said(evening, member, 3)
    line = stream(evening, member)
    until(lambda: seqs[-1] in line.numbers())
    assert line.names() == ["counts", "opened", "message", "message", "message"]
    assert line.heard[0][2]["seats_left"] == 99
    line.hang_up()


def test_a_stream_is_told_to_be_kept_by_nobody(web: Web, evening: Evening) -> None:
    member = evening.member()
    with member.stream("GET", f"{evening.room}/stream") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["x-accel-buffering"] == "no"
        assert "no-transform" in answer.headers["cache-control"]


@pytest.mark.parametrize("how", ["query", "header", "both", "garbage"])
def test_a_line_resumes_after_what_it_has_without_gap_or_double(evening: Evening, how: str) -> None:
    member = evening.member()
    seqs = said(evening, member, 6)
    half = seqs[2]
    lines = {
        "query": lambda: stream(evening, member, f"?after={half}"),
        "header": lambda: stream(evening, member, **{"Last-Event-ID": str(half)}),
        "both": lambda: stream(evening, member, f"?after={seqs[0]}", **{"Last-Event-ID": str(half)}),
        "garbage": lambda: stream(evening, member, "?after=x", **{"Last-Event-ID": "-1"}),
    }
    line = lines[how]()
    seqs += said(evening, member, 2)
    until(lambda: seqs[-1] in line.numbers())
    line.hang_up()
    after = 0 if how == "garbage" else half
    assert [seq for seq in line.numbers() if seq in seqs] == [seq for seq in seqs if seq > after]
    assert line.numbers() == sorted(set(line.numbers()))


def test_a_line_that_drops_again_and_again_hears_everything_once(evening: Evening) -> None:
    member, heard, seqs = evening.member(), list[int](), list[int]()
    for _ in range(6):
        line = stream(evening, member, f"?after={heard[-1] if heard else 0}")
        seqs += said(evening, member, 4)
        until(lambda line=line: len(line.numbers()) >= 2)  # type: ignore[misc]
        line.hang_up()
        heard += line.numbers()
        seqs += said(evening, member, 1)
    line = stream(evening, member, f"?after={heard[-1]}")
    until(lambda: seqs[-1] in line.numbers())
    line.hang_up()
    heard += line.numbers()
    assert [seq for seq in heard if seq in seqs] == seqs


def test_everybody_hears_the_same_in_the_same_order(evening: Evening) -> None:
    members = [evening.member() for _ in range(4)]
    lines = [stream(evening, member) for member in members]
    seqs = [seq for member in members for seq in said(evening, member, 5)]
    until(lambda: all(seqs[-1] in line.numbers() for line in lines))
    assert all(line.numbers() == lines[0].numbers() for line in lines)
    for line in lines:
        line.hang_up()


def test_who_asks_instead_of_listening_waits_for_the_next_frame(evening: Evening) -> None:
    member, other = evening.member(), evening.member()
    cursor = member.get(f"{evening.room}/entries").json()["cursor"]
    quick = time.monotonic()
    assert member.get(f"{evening.room}/entries?after={cursor}").json()["frames"] == []
    assert time.monotonic() - quick < 2
    with ThreadPoolExecutor() as pool:
        # A change of numbers ends the wait too, so who asks asks again.
        asked = pool.submit(_ask_until_something_comes, evening, member, cursor)
        time.sleep(0.5)
        assert not asked.done()
        seq = evening.say(other, "来了").json()["seq"]
        assert [(frame["seq"], frame["text"]) for frame in asked.result(20)] == [(seq, "来了")]


def _ask_until_something_comes(evening: Evening, member: httpx.Client, cursor: int) -> list[dict[str, Any]]:
    while True:
        page = member.get(f"{evening.room}/entries?after={cursor}&wait").json()
        if page["frames"]:
            found: list[dict[str, Any]] = page["frames"]
            return found


def test_a_head_request_does_not_hang_on_the_stream(evening: Evening) -> None:
    member = evening.member()
    answer = member.head(f"{evening.room}/stream")
    assert (answer.status_code, answer.content) == (200, b"")
    assert member.get(evening.room, timeout=5).status_code == 200, "on the same line, which must be free again"


class Lines:
    """Many open streams on bare sockets, which need no thread each."""

    def __init__(self, web: Web, path: str, member: httpx.Client, count: int, *, reads: bool = True) -> None:
        cookie = "; ".join(f"{name}={value}" for name, value in member.cookies.items())
        request = f"GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode()
        self.sockets = [socket.socket() for _ in range(count)]
        for line in self.sockets:
            if not reads:
                # So little that the server soon has something that it cannot get rid of.
                line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.settimeout(30)
            line.connect(("127.0.0.1", web.port))
            line.sendall(request)

    def heads(self) -> set[bytes]:
        """The first line of each answer."""
        return {line.recv(4096).partition(b"\r\n")[0] for line in self.sockets}

    def ends(self) -> set[bytes]:
        """The last bytes of each."""
        return {_last_of(line) for line in self.sockets}

    def close(self) -> None:
        """Hang up, all of them."""
        for line in self.sockets:
            line.close()


def _last_of(line: socket.socket) -> bytes:
    last = b""
    while more := line.recv(65536):
        last = (last + more)[-5:]
    return last


def _say_much(evening: Evening) -> None:
    """Six megabytes: more than the system keeps for somebody who does not read."""
    asks = (post_as(evening.event, "host", "Ann", Line(text="长" * 10_000, client_id=str(k))) for k in range(200))
    journal, name = evening.web.house.journal, evening.event.id

    async def say() -> None:
        await asyncio.gather(*(journal.decide(name, ask) for ask in asks))

    evening.web.run(say())


def _busy(web: Web, told: Told) -> tuple[Evening, Crowd]:
    """An evening, and a crowd for it that claims, speaks, votes and listens until the server is gone."""
    evening = web.evening(polls=(POLL,))
    evening.host("polls/p/open")
    cookies = [f"guest={evening.member().cookies['guest']}" for _ in range(2 * EACH)]
    return evening, Crowd(web.port, evening.event, cookies, evening.door().rpartition("/")[2], told)


def test_a_thousand_open_streams_end_with_the_server_within_ten_seconds(own_web: Web) -> None:
    evening, loud, told = own_web.evening(), own_web.evening(), Told()
    busy, people = _busy(own_web, told)
    member, shouts = evening.member(), loud.member()
    _say_much(loud)
    crowd = Lines(own_web, f"{evening.room}/stream", member, 1_000)
    stalled = Lines(own_web, f"{loud.room}/stream", shouts, 20, reads=False)
    asking = Lines(own_web, f"{evening.room}/entries?after=100&wait", member, 20)
    assert crowd.heads() == {b"HTTP/1.1 200 OK"}
    # Whoever came before this one has been taken in.
    assert own_web.phone().get("/health").status_code == 200
    with ThreadPoolExecutor() as pool:
        going = pool.submit(asyncio.run, people.until_it_is_gone())
        until(lambda: going.done() or min(map(len, (told.seats, told.said, told.votes))) > 2 * EACH)
        assert own_web.stop() < 10
        # Answered, or hung up on: nobody heard anything else.
        going.result(20)
    assert own_web.process.returncode == 0
    assert set(told.problems(busy.entries())) == set()
    assert crowd.ends() == {b"0\r\n\r\n"}, "each was ended, not cut off"
    assert asking.heads() == {b"HTTP/1.1 200 OK"}, "who was waiting got an answer"
    for lines in (crowd, stalled, asking):
        lines.close()


def ask_on(phone: httpx.Client, path: str) -> httpx.Response:
    """Ask as a page does: again at once when only the numbers have changed, as they do after any claim."""
    answers = (phone.get(path) for _ in range(5))
    return next(answer for answer in answers if answer.status_code != 200)


def test_who_gives_up_the_seat_hears_no_more(evening: Evening) -> None:
    member, other = evening.member(), evening.member()
    line, kept = stream(evening, member), stream(evening, other)
    cursor = member.get(f"{evening.room}/entries").json()["cursor"]
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(ask_on, member, f"{evening.room}/entries?after={cursor}&wait")
        copy = evening.web.phone(Cookie=f"guest={member.cookies['guest']}")
        assert copy.post(f"{evening.room}/leave").status_code == 200
        assert asked.result(20).status_code == 403
    until(line.is_over.is_set)
    seq = evening.say(other, "只给在座的").json()["seq"]
    until(lambda: seq in kept.numbers())
    assert not kept.is_over.is_set()
    kept.hang_up()
    assert seq not in line.numbers()


def test_a_private_link_that_is_withdrawn_is_told_no_more_while_it_waits(web: Web, evening: Evening) -> None:
    phone, owner = web.phone(), f"{urlsplit(web.house.links.owner()).path}/{evening.event.id}/leaders"
    made = phone.post(owner, json={"name": "Mo", "role": "host"}, headers={"Accept": "application/json"}).json()
    base = urlsplit(made["link"]).path
    until(lambda: phone.get(f"{base}/entries").status_code == 200)
    cursor = phone.get(f"{base}/entries").json()["cursor"]
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(phone.get, f"{base}/entries?after={cursor}&wait")
        assert web.phone().post(f"{owner}/{made['key']}/withdraw").status_code == 303
        assert asked.result(20).status_code == 403
