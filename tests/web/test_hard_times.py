"""A full disk, a lost database: everybody reads a clear sentence, nothing acknowledged is lost, and it goes on."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect
from tests.browser import NEEDS_BROWSER, Phones, check
from tests.servers import PostgresServer
from tests.web.house import PROGRAM, Web, listen, until
from tests.web.test_browser import come_in, say

from salon.model import Poll

SAID = {"zh": "系统暂时写不进去", "en": "We cannot write right now"}
POLL = Poll(id="p", question="？", options=("一", "二"))


class House:
    """An evening in a house that is about to have hard times, and everything that was acknowledged in it."""

    def __init__(self, web: Web) -> None:
        self.web, self.evening = web, web.evening(polls=(POLL,))
        self.member = self.evening.member("小林")
        self.english = web.phone("en")
        self.english.get(self.evening.door())
        self.evening.host("polls/p/open")
        self.kept = [self.said("在吗")]
        assert self.kept != [0]

    def said(self, text: str) -> int:
        """Say *text* once, however often it is sent; its number, or 0 where it was refused with a clear sentence."""
        answer = self.evening.say(self.member, text, client_id=str(abs(hash(text))))
        if answer.status_code in (200, 201):
            return answer.json()["seq"] or 0
        assert (answer.status_code, SAID["zh"] in answer.json()["say"]) == (503, True)
        return 0

    def is_refused_everywhere(self, *, door: int = 503) -> None:
        """What changes something is refused, with a sentence in each one's language; what is known can be read.

        *door*: the status of a look at it, which asks the database whether the evening has been taken back.
        """
        evening, host = self.evening, self.evening.private("host")
        changes: list[tuple[httpx.Client, str, dict[str, str]]] = [
            (self.member, f"{evening.room}/messages", {"text": "写不进去的"}),
            (self.member, f"{evening.room}/polls/p/vote", {"option": "1"}),
            (self.member, f"{evening.room}/questions", {"text": "为什么？"}),
            (self.member, f"{evening.room}/leave", {}),
            (self.english, f"{evening.door()}/seat", {"name": "Ann"}),
            (self.web.phone("en"), f"{host}/prompts", {"text": "What now?"}),
            (self.web.phone("zh"), f"{host}/messages", {"text": "请稍等"}),
            (self.web.phone("zh"), f"{evening.private('kol')}/messages", {"text": "我在"}),
        ]
        for phone, path, fields in changes:
            said = SAID["en" if phone.headers["accept-language"].startswith("en") else "zh"]
            page, program = phone.post(path, data=fields), phone.post(path, json=fields, headers=PROGRAM)
            assert (page.status_code, said in page.text) == (503, True), path
            assert (program.status_code, said in program.json()["say"]) == (503, True), path
        for path in (evening.room, host, f"{evening.room}/entries"):
            assert self.member.get(path).status_code == 200, "what is known can still be read"
        looked = self.english.get(evening.door())
        assert (looked.status_code, SAID["en"] in looked.text) == (door, door == 503)
        assert ("refresh" in looked.headers) is (door == 503), "it looks again by itself"

    def is_whole(self) -> None:
        """The journal has what was acknowledged, in order, and nothing else."""
        assert [entry.seq for entry in self.evening.entries("message_posted")] == self.kept
        assert [entry.by for entry in self.evening.entries("vote_cast", "question_asked", "seat_left")] == []
        assert len(self.evening.entries("seat_taken")) == 1


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A web room on a file that tests may harm."""
    running = Web(tmp_path_factory.mktemp("house"))
    yield running
    running.close()


@contextmanager
def full_disk(web: Web, most: int) -> Iterator[None]:
    """No file that the web process writes to may be longer than *most* bytes."""
    _, hard = limits = resource.prlimit(web.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(web.process.pid, resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.prlimit(web.process.pid, resource.RLIMIT_FSIZE, limits)


def database(web: Web) -> Path:
    """The file of *web*'s journal."""
    return Path(web.settings.database.removeprefix("sqlite:///"))


def test_a_full_disk_is_said_and_nothing_that_was_acknowledged_is_lost(web: Web) -> None:
    house = House(web)
    line = listen(web, f"{house.evening.room}/stream", house.member)
    log = database(web).with_name(f"{database(web).name}-wal")
    with full_disk(web, most=log.stat().st_size + 100_000):
        for k in range(200):
            if not (seq := house.said(f"{k} {'长' * 1_000}")):
                break
            house.kept.append(seq)
        else:
            pytest.fail("the disk was never full")
        assert len(house.kept) > 1, "or it was full from the beginning"
        with full_disk(web, most=0):
            # Not even a short word fits any more, nor a line in the web process's own log.
            house.is_refused_everywhere(door=200)
        house.is_whole()
    # The same message, sent again by the same page once there is room; nobody has restarted anything.
    house.kept.append(house.said(f"{k} {'长' * 1_000}"))
    assert house.kept[-1]
    until(lambda: house.kept[-1] in line.numbers())
    line.hang_up()
    assert [seq for seq in line.numbers() if seq in house.kept] == house.kept
    web.kill()
    web.start()
    house.kept.append(house.said("还在"))
    house.is_whole()


@NEEDS_BROWSER
def test_on_a_phone_a_full_disk_is_a_page_for_everybody_and_what_was_typed_goes_by_itself(
    web: Web, phones: Phones
) -> None:
    evening = web.evening()
    inside, doors = phones(), {language: phones(language) for language in SAID}
    come_in(inside, evening, "Lin")
    for page in doors.values():
        page.goto(evening.door())
        page.fill("#name", "Ann")
        page.check("[name=agree]")
    with full_disk(web, most=0):
        for language, page in doors.items():
            page.click("button.button")
            expect(page.locator("main")).to_contain_text(SAID[language])
            check(page, f"full-disk-{language}", colours=True)
        say(inside, "磁盘满时说的")
        expect(inside.locator(".waiting .text")).to_have_text(["磁盘满时说的"])
    for page in doors.values():
        page.go_back()
        page.click("button.button")
        expect(page).to_have_url(f"{web.url}{evening.room}")
    expect(inside.locator("#log .said .text")).to_have_text(["磁盘满时说的"])
    expect(inside.locator(".waiting .said")).to_have_count(0)
    assert len(evening.entries("seat_taken")) == 3


def test_a_database_that_was_taken_away_is_said_and_goes_on_when_it_is_back(web: Web) -> None:
    house, path = House(web), database(web)
    path.rename(path.with_name("away"))
    try:
        house.is_refused_everywhere()
        assert web.phone().get("/health").status_code == 503
        assert not path.exists()
    finally:
        path.with_name("away").rename(path)
    house.kept.append(house.said("又好了"))
    house.is_whole()


def test_where_another_database_is_put_in_its_place_the_web_room_begins_anew_with_that(web: Web) -> None:
    house, path = House(web), database(web)
    backup = path.with_name("backup")
    with closing(sqlite3.connect(path)) as now, closing(sqlite3.connect(backup)) as then:
        now.backup(then)
    house.said("备份里没有的")
    # As one restores a backup: without what had been logged for the other file.
    for more in ("-wal", "-shm"):
        path.with_name(f"{path.name}{more}").unlink()
    backup.replace(path)
    # The supervisor starts it again.
    assert web.process.wait(timeout=20) == 0
    web.begin_anew()
    house.kept.append(house.said("从备份接着"))
    house.is_whole()
    with closing(sqlite3.connect(path)) as now:
        assert now.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_seat_that_was_kept_when_the_server_was_killed_is_kept_as_long_as_promised_and_once(web: Web) -> None:
    evening = web.evening(seats=1)
    first, second, third = (evening.member(name) for name in ("一", "二", "三"))
    first.post(f"{evening.room}/leave")
    promised = second.get(f"{evening.door()}/seat").json()["offered_until"]
    web.kill()
    web.turn_to(datetime.fromisoformat(promised) - timedelta(minutes=1))
    web.start()
    # Still theirs: neither forgotten, nor begun anew.
    assert second.get(f"{evening.door()}/seat").json()["offered_until"] == promised
    assert third.post(f"{evening.door()}/seat", headers=PROGRAM).json()["waiting"] == 2
    web.turn_to(datetime.fromisoformat(promised))
    until(lambda: "offered_until" in third.get(f"{evening.door()}/seat").json())
    assert "seat" not in second.post(f"{evening.door()}/seat", headers=PROGRAM).json()
    assert third.post(f"{evening.door()}/seat", headers=PROGRAM).json()["seat"] == 1
    assert [entry.data["why"] for entry in evening.entries("offer_ended")] == ["expired"]
    assert len(evening.entries("seat_offered")) == 2


def test_a_database_server_that_stops_is_said_and_it_goes_on_by_itself(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = postgres_server.fresh_database()
    web = Web(tmp_path / "house", database=url)
    house = House(web)
    postgres_server.stop()
    try:
        house.is_refused_everywhere()
        assert web.phone().get("/health").status_code == 503
    finally:
        postgres_server.start()
    until(lambda: web.phone().get("/health").status_code == 200, seconds=20)
    until(lambda: house.said("又好了"), seconds=20)
    house.kept += [entry.seq for entry in house.evening.entries("message_posted")[-1:]]
    house.is_whole()
    web.close()
    postgres_server.drop(url)
