"""One file in, a programme out, as the reference says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.programmes import GOOD, SECOND, changed, lines_about, mistakes, read, written

from salon.codec import as_data, event_from
from salon.errors import Mistakes
from salon.model import Group, Item, Kol, Poll, Promotion, Questionnaire, Section
from salon.programme import read_programme
from salon.programme.times import DEFAULTS


def test_a_short_file_becomes_a_whole_programme(tmp_path: Path) -> None:
    programme = read(tmp_path, GOOD)
    event = programme.events[0]
    assert programme.groups == (Group(id="east", name="East", address="east", leader="Lin"),)
    assert (event.id, event.number, event.seats, event.timezone) == ("tea-2027-03-04", 1, 100, "Asia/Shanghai")
    assert event.kol == Kol(name="Chen", address="kol-tea-2027-03-04")
    assert event.outline == (
        Section(title="Leaves", minutes=60, questions=("Which leaf?",), prompts=("Show your cup.",)),
    )
    assert event.polls == (Poll(id="poll-1", question="Hot or cold?", options=("Hot", "Cold"), section=1),)


def test_an_event_may_have_hours_seats_and_precautions_of_its_own(tmp_path: Path) -> None:
    own = 'id = "special"\nseats = 30\nprecautions = []\nnumber = 7\n'
    own += 'moments.report = "1 day after, 09:00"\nmoments.remind = []\n'
    text = changed('"thursday"', '"thursday"\nprecautions = ["Be kind."]\nmoments.host = "19:40"')
    event = read(tmp_path, text.replace("date = 2027-03-04\n", f"date = 2027-03-04\n{own}")).events[0]
    assert (event.id, event.seats, event.precautions, event.number) == ("special", 30, (), 7)
    assert event.times.reports_at.isoformat() == "2027-03-05T09:00:00+08:00"
    assert event.times.hosts_at.isoformat() == "2027-03-04T19:40:00+08:00"
    assert event.times.reminds_at == ()


def test_an_event_takes_what_it_leaves_out_from_the_series(tmp_path: Path) -> None:
    text = changed('"thursday"', '"thursday"\nseats = 40\nprecautions = ["Be kind."]\nlanguages = ["en", "zh"]')
    event = read(tmp_path, text).events[0]
    assert (event.seats, event.precautions, event.languages) == (40, ("Be kind.",), ("en", "zh"))


def test_events_come_by_date_and_count_up_from_the_first(tmp_path: Path) -> None:
    text = changed("date = 2027-03-04", "date = 2027-03-11") + SECOND.format(day="04", more="number = 18\n")
    events = read(tmp_path, text + SECOND.format(day="18", more="")).events
    assert [(str(event.times.starts_at.date()), event.number) for event in events] == [
        ("2027-03-04", 18),
        ("2027-03-11", 19),
        ("2027-03-18", 20),
    ]


def test_the_evening_may_be_on_any_day_if_it_says_so(tmp_path: Path) -> None:
    text = changed("2027-03-04", "2027-03-05\nany_day = true")
    assert read(tmp_path, text).events[0].id == "tea-2027-03-05"


def test_one_kol_may_lead_twice_at_one_address_but_two_may_not(tmp_path: Path) -> None:
    twice = GOOD + SECOND.format(day="11", more="") + SECOND.format(day="18", more="")
    assert {event.kol.address for event in read(tmp_path, twice).events[1:]} == {"wu"}
    assert mistakes(tmp_path, twice.replace('"Wu"', '"He"', 1)) == (
        'tea.toml: events[3].kol.address: "wu" is already events[2].kol.address; write another',
    )


def test_the_console_is_one_place_for_all(tmp_path: Path) -> None:
    group = 'channel = "console"\naddress = "here"\n[[groups]]\nid = "west"\nname = "West"\n'
    text = changed('leader = "Lin"', group + 'channel = "console"\naddress = "here"')
    assert len(read(tmp_path, text).groups) == 2


def test_a_long_text_keeps_its_lines_where_lines_are_allowed(tmp_path: Path) -> None:
    text = changed('topic = "Spring tea"', 'topic = "Spring tea"\nsummary = """\nOne.\nTwo. 👩‍🍳\n"""')
    assert read(tmp_path, text).events[0].summary == "One.\nTwo. 👩‍🍳"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_portrait_is_found_beside_the_file(tmp_path: Path, kind: str) -> None:
    (tmp_path / "faces").mkdir()
    Image.new("RGB", (80, 80), "red").save(tmp_path / "faces" / "chen", kind)
    text = changed('name = "Chen"', 'name = "Chen"\nportrait = "faces/chen"')
    assert read(tmp_path, text).events[0].kol.portrait == str(tmp_path / "faces" / "chen")


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert read(tmp_path, "\ufeff" + GOOD) == read(tmp_path, GOOD)


def test_a_channel_that_the_house_has_may_be_named(tmp_path: Path) -> None:
    path = written(tmp_path, changed('leader = "Lin"', 'channel = "pigeon"\naddress = "-100"'))
    assert read_programme(path, channels=("folder", "pigeon")).groups[0].channel == "pigeon"
    with pytest.raises(Mistakes):
        read_programme(path)


REFERENCE = (Path(__file__).parents[1] / "docs" / "programme.md").read_text("utf-8")


def test_the_shortest_file_of_the_reference_works(tmp_path: Path) -> None:
    shortest = REFERENCE.split("```toml\n")[1].split("```")[0]
    assert read(tmp_path, shortest).events[0].id == "tea-2027-03-04"


def test_the_reference_names_every_moment_with_its_default() -> None:
    for key, text in DEFAULTS.items():
        assert re.search(rf'^\| `{key}` \|.*\| `"{text}"` \|$', REFERENCE, re.MULTILINE), key


@pytest.mark.parametrize("table", ["series", "groups", "events", "kol", "outline", "polls"])
def test_the_reference_names_every_key(tmp_path: Path, table: str) -> None:
    parsed: Any = tomllib.loads(GOOD)
    place = {"series": parsed["series"], "groups": parsed["groups"][0], "events": parsed["events"][0]}.get(table)
    if place is None:
        place = parsed["events"][0][table]
        place = place[0] if isinstance(place, list) else place
    place["zzz"] = 1
    allowed = next(line for line in lines_of(tmp_path, parsed) if ".zzz: " in line).split("one of ")[1]
    for key in allowed.split(", "):
        assert re.search(rf"^(\||###?) .*`\[*(events\.)?{key}\]*`", REFERENCE, re.MULTILINE), key


def lines_of(folder: Path, parsed: dict[str, Any]) -> tuple[str, ...]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tomllib, "loads", lambda text: parsed)
        return lines_about(written(folder, ""))


def test_a_room_by_hand_is_planned_for_the_series_or_for_one_evening(tmp_path: Path) -> None:
    def rooms(series: str, event: str) -> list[tuple[str, str, int]]:
        text = GOOD.replace("[series]\n", f"[series]\n{series}", 1).replace("[[events]]\n", f"[[events]]\n{event}", 1)
        plan = read_programme(written(tmp_path, text))
        return [(event.room, event.platform, event.code_hours) for event in plan.events]

    assert rooms("", "") == [("own", "wechat", 2)]
    assert rooms('room = "by_hand"\ncode_hours = 4\n', "") == [("by_hand", "wechat", 4)]
    assert rooms('room = "by_hand"\n', 'room = "own"\n') == [("own", "wechat", 2)]
    assert rooms("", 'room = "by_hand"\nplatform = "wechat"\ncode_hours = 72\n') == [("by_hand", "wechat", 72)]
    for line in ('room = "hand"', 'platform = "smoke"', "code_hours = 0", "code_hours = 73"):
        with pytest.raises(Mistakes, match=f"events.1..{line.split()[0]}"):
            rooms("", f"{line}\n")


def test_a_series_says_what_silence_is(tmp_path: Path) -> None:
    def alarms(series: str) -> set[tuple[int, int]]:
        plan = read_programme(written(tmp_path, GOOD.replace("[series]\n", f"[series]\n{series}", 1)))
        return {(event.silence_minutes, event.unanswered_minutes) for event in plan.events}

    assert alarms("") == {(3, 6)}
    assert alarms("silence_minutes = 5\nunanswered_minutes = 12\n") == {(5, 12)}
    for line in ("silence_minutes = 0", "unanswered_minutes = 61"):
        with pytest.raises(Mistakes, match=f"series.{line.split()[0]}"):
            alarms(f"{line}\n")


CARDS = (
    GOOD
    + """
[[events.questionnaires]]
title = "Your week"
[[events.questionnaires.questions]]
question = "How was it?"
kind = "scale"
high = 3
ends = ["hard", "easy"]
[[events.questionnaires.questions]]
question = "What next?"
kind = "text"
[[events.promotions]]
title = "Cup"
link = "https://example.org/cup?a=1&b=%E8%8C%B6"
"""
)


def test_questionnaires_and_promotions_are_planned_as_written_and_come_back_from_the_plan(tmp_path: Path) -> None:
    event = read(tmp_path, CARDS).events[0]
    first, second = (
        Item(question="How was it?", kind="scale", options=("1", "2", "3"), ends=("hard", "easy")),
        Item(question="What next?", kind="text"),
    )
    assert event.questionnaires == (Questionnaire(id="questionnaire-1", title="Your week", items=(first, second)),)
    assert event.promotions == (
        Promotion(id="promotion-1", title="Cup", link="https://example.org/cup?a=1&b=%E8%8C%B6"),
    )
    assert event_from(as_data(event)) == event


@pytest.mark.parametrize("table", ["questionnaires", "promotions"])
def test_the_reference_names_every_key_of_a_card(tmp_path: Path, table: str) -> None:
    parsed: Any = tomllib.loads(CARDS)
    parsed["events"][0][table][0]["zzz"] = 1
    allowed = next(line for line in lines_of(tmp_path, parsed) if ".zzz: " in line).split("one of ")[1]
    for key in allowed.split(", "):
        assert re.search(rf"^\| `{key}` \|", REFERENCE.partition(f"[[events.{table}]]`:")[2], re.MULTILINE), key


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "https://",
        "https://user@example.org/",
        "https://example.org/a b",
        "//example.org",
        "https://example.org\\@evil.example",
        "https://localhost/",
        'https://example.org/"onx=',
        "https://example.org:port/",
    ],
)
def test_a_promotion_leads_to_a_whole_https_address_and_nowhere_else(tmp_path: Path, link: str) -> None:
    text = CARDS.replace('"https://example.org/cup?a=1&b=%E8%8C%B6"', f"'{link}'")
    assert any("promotions[1].link" in line for line in mistakes(tmp_path, text))
