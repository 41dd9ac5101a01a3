"""The Matrix channel on a real Synapse: what was said is there, once, and can be changed and taken back."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.channels.matrix_house import TEXT, tell
from tests.synapse import ROOT, Synapse, missing

from salon.channels import POSTER, Announcement, Context, Outcome, Result
from salon.channels.matrix import Matrix, channel
from salon.channels.secrets import Secrets
from salon.clock import WallClock
from salon.house import open_house
from salon.model import Group
from salon.pace import SENDING
from salon.settings import Settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing()) and "SALON_MUST_HAVE_SYNAPSE" not in os.environ, reason=missing()),
]


@pytest.fixture(scope="module")
def synapse() -> Iterator[Synapse]:
    """One server for all of them; each test has a user, and with it a rate limit, of its own."""
    assert not missing(), missing()
    server = Synapse()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def poster() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((640, 900), 80).save(out, "PNG")
    return out.getvalue()


def _channel(synapse: Synapse, token: str) -> Matrix:
    secrets = Secrets({"SALON_MATRIX_TOKEN": token})
    made = channel(Context(outbox=Path(), secrets=secrets, hosts={"matrix": synapse.url}))
    assert isinstance(made, Matrix)
    return made


def _group(address: str, id: str = "g") -> Group:
    return Group(id=id, name=id, channel="matrix", address=address)


async def _room(matrix: Matrix, alias: str) -> str:
    made = await matrix.open_room(alias, alias)
    assert made.result is Result.DELIVERED, made
    return made.receipt


def _said(part: str = "", text: str = TEXT, poster: bytes | None = None, key: str = "k1") -> Announcement:
    return Announcement(event="e", name="warm_up", text=text, poster=poster, part=part, key=key, title="今晚八点")


async def test_text_and_poster_are_there_and_can_be_changed_pinned_and_taken_back(
    synapse: Synapse, poster: bytes
) -> None:
    token = synapse.user("herald")
    matrix = _channel(synapse, token)
    room = await _room(matrix, "readers")
    # The address of a group may as well be its alias.
    group = _group("#readers:salon.test")
    picture = await _patient(lambda: matrix.say(group, _said(POSTER, poster=poster)))
    text = await _patient(lambda: matrix.say(group, _said("text", key="k2")))
    image, message = synapse.messages(token, room)
    assert (picture, text) == (
        Outcome(result=Result.DELIVERED, receipt=image["event_id"]),
        Outcome(result=Result.DELIVERED, receipt=message["event_id"]),
    )
    info = {"mimetype": "image/png", "size": len(poster), "w": 640, "h": 900}
    assert (image["content"]["msgtype"], image["content"]["info"]) == ("m.image", info)
    assert synapse.picture(token, image["content"]["url"]) == poster
    assert message["content"] == {
        "msgtype": "m.text",
        "body": "今晚八点\na < b · 进群 (https://example.org/c/x)",
        "format": "org.matrix.custom.html",
        "formatted_body": TEXT,
        "m.mentions": {},
    }

    for _ in range(2):
        changed = await _patient(lambda: matrix.edit(group, _said("text", "<p>九点</p>"), text.receipt))
        assert changed == Outcome(result=Result.DELIVERED, receipt=text.receipt)
        assert (await _patient(lambda: matrix.pin(group, text.receipt))).result is Result.DELIVERED
    assert len(synapse.messages(token, room)) == 3
    shown = synapse.ask(token, "GET", f"/_matrix/client/v3/rooms/{room}/event/{text.receipt}")
    assert shown["unsigned"]["m.relations"]["m.replace"]["content"]["m.new_content"]["body"] == "九点"
    pinned = synapse.ask(token, "GET", f"/_matrix/client/v3/rooms/{room}/state/m.room.pinned_events/")
    assert pinned == {"pinned": [text.receipt]}

    # An earlier text may come back, and what somebody else made up about it stays theirs.
    for said in ("<p>十点</p>", "<p>九点</p>"):
        again = _said("text", said)
        await _patient(lambda again=again: matrix.edit(group, again, text.receipt))  # type: ignore[misc]
    shown = synapse.ask(token, "GET", f"/_matrix/client/v3/rooms/{room}/event/{text.receipt}")
    assert shown["unsigned"]["m.relations"]["m.replace"]["content"]["m.new_content"]["body"] == "九点"
    _forge(synapse, room, text.receipt)

    for _ in range(2):
        assert (await _patient(lambda: matrix.recall(group, text.receipt))).result is Result.DELIVERED
        assert (await _patient(lambda: matrix.recall(group, picture.receipt))).result is Result.DELIVERED
    # The words of the edits are gone too.
    *ours, theirs = synapse.messages(token, room)
    assert [event["content"] for event in ours] == [{}] * 5
    assert theirs["content"]["body"] == "* free beer"


def _forge(synapse: Synapse, room: str, event: str) -> None:
    token = synapse.user("joker")
    synapse.ask(token, "POST", f"/_matrix/client/v3/join/{room}", {})
    new = {"msgtype": "m.text", "body": "free beer"}
    content = {**new, "body": "* free beer", "m.new_content": new}
    content["m.relates_to"] = {"rel_type": "m.replace", "event_id": event}
    assert "event_id" in synapse.ask(token, "PUT", f"/_matrix/client/v3/rooms/{room}/send/m.room.message/x", content)


async def test_said_again_under_the_same_key_there_is_one_copy(synapse: Synapse, poster: bytes) -> None:
    token = synapse.user("twice")
    matrix = _channel(synapse, token)
    room = await _room(matrix, "twice")
    said = [await matrix.say(_group(room), _said(POSTER, poster=poster)) for _ in range(2)]
    said += [await matrix.say(_group(room), _said("text", key="k2")) for _ in range(2)]
    assert [outcome.receipt for outcome in said] == [
        event["event_id"] for event in synapse.messages(token, room) for _ in "ab"
    ]
    another = await matrix.say(_group(room), _said("text", key="k3"))
    assert another.result is Result.DELIVERED
    assert len(synapse.messages(token, room)) == 3
    # The longest text that is let through fits into an event, and into its edit, where it stands twice as often.
    longest = _said("text", "群" * (matrix.ability.longest // 3), key="k4")
    assert (await matrix.say(_group(room), longest)).result is Result.DELIVERED
    assert (await matrix.edit(_group(room), longest, another.receipt)).result is Result.DELIVERED


async def test_a_room_that_the_bot_is_not_in_refuses_it_until_it_is_let_in(synapse: Synapse) -> None:
    owner, guest = synapse.user("owner"), synapse.user("guest")
    room = await _room(_channel(synapse, owner), "tea-room")
    matrix, group = _channel(synapse, guest), _group(room)
    refusal = await matrix.say(group, _said())
    assert refusal.result is Result.REFUSED
    assert "M_FORBIDDEN" in refusal.detail
    assert (await matrix.greet(_group("#tea-room:salon.test"))).result is Result.DELIVERED
    assert (await matrix.say(group, _said())).result is Result.DELIVERED
    # It may speak there, and no more: what others said stays.
    assert "M_FORBIDDEN" in (await matrix.pin(group, "$x")).detail
    assert "M_NOT_FOUND" in (await matrix.say(_group("#nowhere:salon.test"), _said())).detail
    assert "M_UNKNOWN_TOKEN" in (await _channel(synapse, "syt_wrong").say(group, _said())).detail
    taken = await matrix.open_room("again", "tea-room")
    assert (taken.result, "M_ROOM_IN_USE" in taken.detail) == (Result.REFUSED, True)


async def test_a_rate_limit_is_kept_to_the_end(
    synapse: Synapse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = synapse.user("hurried")
    matrix = _channel(synapse, token)
    rooms = [await _room(matrix, f"hurried-{n}") for n in range(3)]
    # Ten at once are let through; after them one more in every five seconds.
    tries = await asyncio.gather(*(matrix.say(_group(rooms[0]), _said(key=f"k{n}")) for n in range(20)))
    limited = [outcome for outcome in tries if outcome.result is Result.RETRY]
    assert limited
    assert {outcome.result for outcome in tries} == {Result.DELIVERED, Result.RETRY}
    assert all(0 < outcome.wait <= 5 for outcome in limited)

    monkeypatch.setenv("SALON_MATRIX_TOKEN", token)
    # Without a pace of our own, so that it is the server that says no.
    (tmp_path / "channels.toml").write_text("[matrix]\npace = []\n")
    heard = await tell(tmp_path, synapse.url, [_group(room, f"g{n}") for n, room in enumerate(rooms)], None)
    assert heard.outcomes == {"g0": "delivered", "g1": "delivered", "g2": "delivered"}
    assert [len(synapse.messages(token, room)) for room in rooms[1:]] == [1, 1]
    async with open_house(Settings.from_env({"SALON_HOME": str(tmp_path)}), WallClock()) as house:
        assert list((await house.live(SENDING)).state.pace.held) == ["matrix"]


async def test_a_sender_killed_between_its_intent_and_the_answer_leaves_one_copy(
    synapse: Synapse, poster: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = synapse.user("mortal")
    room = await _room(_channel(synapse, token), "mortal")
    monkeypatch.setenv("SALON_MATRIX_TOKEN", token)
    (tmp_path / "poster.png").write_bytes(poster)
    async with _deaf(synapse, "/send/m.room.message/", 2) as (url, reached):
        command = [sys.executable, "-m", "tests.channels.matrix_house", str(tmp_path), url, room]
        path = f"{ROOT / 'src'}:{ROOT}"
        sender = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path})
        await asyncio.wait_for(reached.wait(), 60)
        sender.send_signal(signal.SIGKILL)
        assert await asyncio.to_thread(sender.wait) == -signal.SIGKILL
    # It was there, and nobody knew.
    assert _kinds(synapse, token, room) == ["m.image", "m.text"]
    heard = await tell(tmp_path, synapse.url, [_group(room)], poster)
    assert heard.outcomes == {"g": "delivered"}
    assert _kinds(synapse, token, room) == ["m.image", "m.text"]


def _kinds(synapse: Synapse, token: str, room: str) -> list[str]:
    return [event["content"].get("msgtype", "") for event in synapse.messages(token, room)]


@asynccontextmanager
async def _deaf(synapse: Synapse, path: str, nth: int) -> AsyncIterator[tuple[str, asyncio.Event]]:
    """An address before *synapse* that never hands on the answer to the *nth* call of *path*; says when it came."""
    reached, seen = asyncio.Event(), 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal seen
        head = await reader.readuntil(b"\r\n\r\n")
        seen += path.encode() in head.split(b"\r\n")[0]
        is_deaf = seen == nth and path.encode() in head.split(b"\r\n")[0]
        there, here = await asyncio.open_connection("127.0.0.1", int(synapse.url.rpartition(":")[2]))
        here.write(head)
        pumps = [asyncio.create_task(_pump(reader, here)), asyncio.create_task(_answer(there, writer, is_deaf))]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in pumps:
            pump.cancel()
        here.close()
        writer.close()

    async def _answer(there: asyncio.StreamReader, writer: asyncio.StreamWriter, is_deaf: bool) -> None:
        if is_deaf:
            await there.read(1)
            reached.set()
            await asyncio.Event().wait()
        await _pump(there, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", reached


async def _pump(reader: asyncio.StreamReader, writer: Any) -> None:
    while piece := await reader.read(65536):
        writer.write(piece)
        await writer.drain()


async def _patient(call: Callable[[], Awaitable[Outcome]]) -> Outcome:
    """What comes of *call* once the server's own allowance lets it through."""
    for _ in range(5):
        outcome = await call()
        if outcome.result is not Result.RETRY:
            break
        await asyncio.sleep(outcome.wait)
    return outcome
