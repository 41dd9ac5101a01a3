"""The report's pictures: its cover goes to each group with the text, the KOL's numbers with the letter of thanks."""

from __future__ import annotations

import io
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from PIL import Image

from salon import moments
from salon.clock import HandClock
from salon.entries import Rule
from salon.errors import SalonError
from salon.filenames import safe_name
from salon.house import House
from salon.issue import telling
from salon.model import Event, Group, Programme
from salon.moments.brief import KOL_GROUP
from salon.moments.pictures import Covers, covers_for
from salon.planning import apply_plan
from salon.rules.consent import withdraw_words
from salon.rules.seats import take_seat
from salon.rules.talk import Line, post_message
from salon.rules.week import open_room, shut_room

SAID = "我们每周省下三个小时，都花在写测试和查日志上，写测试最先交出去。"


@pytest.fixture
async def closed(house: House, event: Event, clock: HandClock) -> House:
    """The evening is over; two of three guests said something."""
    clock.turn_to(event.times.opens_at)
    rules: list[Rule] = [open_room(event, by="clock")]
    rules += [take_seat(event, f"guest{k}", source="readers", name=name) for k, name in enumerate(("阿宁", "Bo", "鹿"))]
    rules += [post_message(event, f"guest{k}", Line(text=f"{SAID}（{k}）", client_id="1")) for k in range(2)]
    for rule in [*rules, shut_room(by="clock")]:
        await house.journal.decide(event.id, rule)
    clock.turn_to(event.times.reports_at)
    return house


def words_of(png: bytes) -> str:
    """The picture's own text, which it carries for those who cannot see it."""
    with Image.open(io.BytesIO(png)) as opened:
        return str(opened.info["Description"])


def sent(house: House, event: Event, group: str, name: str) -> bytes:
    return (house.settings.outbox / event.id / safe_name(group) / name / "poster.png").read_bytes()


async def test_each_group_sees_the_cover_with_the_text(closed: House, event: Event) -> None:
    await moments.run(closed, event.id, "report")
    covers = [sent(closed, event, group.id, "report") for group in await closed.groups(event)]
    assert len(covers) == 3
    assert {words_of(png).splitlines()[0] for png in covers} == {words_of(covers[0]).splitlines()[0]}
    assert event.topic in words_of(covers[0])
    with Image.open(io.BytesIO(covers[0])) as opened:
        assert opened.size == (1080, 1440)


async def test_a_group_that_reads_english_sees_an_english_cover(
    closed: House, event: Event, programme: Programme
) -> None:
    groups: Iterable[Group] = (
        replace(group, language="en") if group.id == "readers" else group for group in programme.groups
    )
    both = replace(event, languages=("zh", "en"))
    series = replace(programme.series, languages=("zh", "en"))
    await apply_plan(closed, replace(programme, series=series, groups=tuple(groups), events=(both,)))
    await moments.run(closed, event.id, "report")
    english, chinese = sent(closed, event, "readers", "report"), sent(closed, event, "tea-room", "report")
    assert english != chinese
    assert english == (await covers_for(closed, both, await telling(closed, both))).of("en")


async def test_the_kol_gets_the_own_numbers_with_the_letter(closed: House, event: Event) -> None:
    await moments.run(closed, event.id, "report")
    words = words_of(sent(closed, event, KOL_GROUP, "report-letter"))
    assert event.kol.name in words
    assert "3" in words, "three seats"
    letter = (closed.settings.outbox / event.id / safe_name(KOL_GROUP) / "report-letter" / "text.txt").read_text()
    assert f"{closed.links.report(event.id)}/pictures" in letter
    assert "长图" in letter


async def test_a_cover_says_nothing_that_was_withdrawn(closed: House, event: Event) -> None:
    before = words_of((await covers_for(closed, event, await telling(closed, event))).of("zh") or b"")
    assert SAID[:12] in before
    for guest in ("guest0", "guest1"):
        await closed.journal.decide(event.id, withdraw_words(guest, None, by=guest))
    await moments.run(closed, event.id, "report")
    assert SAID[:12] not in words_of(sent(closed, event, "readers", "report"))


async def test_a_cover_that_cannot_be_drawn_leaves_the_text_alone(
    closed: House, event: Event, programme: Programme
) -> None:
    """The portrait's file was moved away after the evening."""
    lost = replace(event, kol=replace(event.kol, portrait="/nowhere/face.jpg"))
    await apply_plan(closed, replace(programme, events=(lost,)))
    assert (await moments.run(closed, event.id, "report")).text == "report written: 3 delivered"
    place = closed.settings.outbox / event.id / "readers" / "report"
    assert [path.name for path in place.iterdir()] == ["text.txt"]


def test_a_cover_is_drawn_once_whoever_asks() -> None:
    asked: list[str] = []

    def draw(language: str) -> bytes:
        asked.append(language)
        if language == "en":
            raise SalonError("no")
        return language.encode()

    covers = Covers(draw)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(covers.of, ["zh", "en"] * 8)) == [b"zh", None] * 8
    assert sorted(asked) == ["en", "zh"]
