"""One file in, a programme out; or every mistake of the file at once, a line each."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from salon.errors import Mistakes
from salon.model import Group, Kol, Poll, Programme, Section, Times
from salon.programme import MOST_BYTES, read_programme
from salon.programme.times import DEFAULTS, When, instant

GOOD = """
[series]
id = "tea"
name = "Tea Table"
timezone = "Asia/Shanghai"
weekday = "thursday"

[[groups]]
id = "east"
name = "East"
leader = "Lin"

[[events]]
date = 2027-03-04
topic = "Spring tea"

[events.kol]
name = "Chen"

[[events.outline]]
title = "Leaves"
minutes = 60
questions = ["Which leaf?"]
prompts = ["Show your cup."]

[[events.polls]]
question = "Hot or cold?"
options = ["Hot", "Cold"]
"""

#: (text in GOOD, what stands there instead, the line that says so)
MISTAKES = [
    (case["old"], case["new"], case["line"])
    for case in tomllib.loads(Path(__file__).with_name("programme_mistakes.toml").read_text("utf-8"))["mistake"]
]

SECOND = '\n[[events]]\ndate = 2027-03-{day}\n{more}topic = "Again"\n[events.kol]\nname = "Wu"\naddress = "wu"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "tea.toml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(folder: Path, text: str) -> tuple[str, ...]:
    path = written(folder, text)
    with pytest.raises(Mistakes) as refused:
        read_programme(path)
    assert all("\n" not in line for line in refused.value.lines)
    return refused.value.lines


def read(folder: Path, text: str) -> Programme:
    return read_programme(written(folder, text))


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


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


def test_the_usual_week_has_its_usual_times(tmp_path: Path) -> None:
    def at(day: int, hour: int, minute: int = 0) -> datetime:
        return datetime(2027, 3, day, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))

    assert read(tmp_path, GOOD).events[0].times == Times(
        brief_at=at(2, 10),
        confirm_by=at(3, 12),
        warm_up_at=at(3, 20),
        opens_at=at(4, 12),
        reminds_at=(at(4, 15), at(4, 18), at(4, 19, 30)),
        hosts_at=at(4, 19, 50),
        starts_at=at(4, 20),
        disbands_at=at(4, 22),
        reports_at=at(4, 22, 30),
    )


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


@pytest.mark.parametrize(("old", "new", "line"), MISTAKES, ids=[line.split(":")[0] for *_, line in MISTAKES])
def test_each_mistake_has_its_line(tmp_path: Path, old: str, new: str, line: str) -> None:
    assert f"tea.toml: {line}" in mistakes(tmp_path, changed(old, new))


@pytest.mark.parametrize(("old", "new", "line"), MISTAKES, ids=[line.split(":")[0] for *_, line in MISTAKES])
def test_one_mistake_is_not_told_as_five(tmp_path: Path, old: str, new: str, line: str) -> None:
    # What is required and misspelt is missing as well, and a misspelt table lacks all its keys.
    most = {"[series]": 5, 'topic = "Spring tea"': 2}.get(old, 1)
    assert len(mistakes(tmp_path, changed(old, new))) == most


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    text = changed('"Asia/Shanghai"', '"Mars"').replace("minutes = 60", "minutes = -5").replace('"East"', "7")
    text = text.replace('["Hot", "Cold"]', '["Hot"]').replace('topic = "Spring tea"\n', "")
    keys = [line.split(": ")[1] for line in mistakes(tmp_path, text)]
    assert keys == [
        "series.timezone",
        "groups[1].name",
        "events[1].outline[1].minutes",
        "events[1].topic",
        "events[1].polls[1].options",
    ]


def test_two_events_of_one_day_are_one_mistake(tmp_path: Path) -> None:
    assert mistakes(tmp_path, GOOD + SECOND.format(day="04", more="")) == (
        "tea.toml: events[2].date: 2027-03-04 is already that of events[1]; write another",
    )


def test_two_events_may_not_share_a_number_or_an_id(tmp_path: Path) -> None:
    more = 'number = 1\nid = "tea-2027-03-04"\n'
    assert mistakes(tmp_path, GOOD + SECOND.format(day="11", more=more)) == (
        "tea.toml: events[2].number: 1 is already that of events[1]; write another",
        'tea.toml: events[2].id: "tea-2027-03-04" is already that of events[1]; write another',
    )


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


def test_a_series_out_of_order_is_said_once_and_not_for_every_event(tmp_path: Path) -> None:
    text = changed('"thursday"', '"thursday"\nmoments.disband = "23:00"') + SECOND.format(day="11", more="")
    assert mistakes(tmp_path, text) == (
        'tea.toml: series.moments.report: "22:30" is not allowed; write a time after "23:00" (disband)',
    )


@pytest.mark.parametrize("host", ["19:50", "20:00"])
def test_host_and_start_may_be_the_same_minute_and_no_other_two(tmp_path: Path, host: str) -> None:
    text = changed('"thursday"', f'"thursday"\nmoments.host = "{host}"')
    assert read(tmp_path, text).events[0].times.hosts_at.strftime("%H:%M") == host


@pytest.mark.parametrize("key", [*DEFAULTS, "remind"])
def test_every_moment_out_of_its_place_is_refused(tmp_path: Path, key: str) -> None:
    late = '["3 days after, 10:00"]' if key == "remind" else '"3 days after, 10:00"'
    if key == "report":
        late = '"12:00"'
    assert "write a time" in mistakes(tmp_path, changed('"thursday"', f'"thursday"\nmoments.{key} = {late}'))[0]


def test_a_long_text_keeps_its_lines_where_lines_are_allowed(tmp_path: Path) -> None:
    text = changed('topic = "Spring tea"', 'topic = "Spring tea"\nsummary = """\nOne.\nTwo. 👩‍🍳\n"""')
    assert read(tmp_path, text).events[0].summary == "One.\nTwo. 👩‍🍳"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_portrait_is_found_beside_the_file(tmp_path: Path, kind: str) -> None:
    (tmp_path / "faces").mkdir()
    Image.new("RGB", (80, 80), "red").save(tmp_path / "faces" / "chen", kind)
    text = changed('name = "Chen"', 'name = "Chen"\nportrait = "faces/chen"')
    assert read(tmp_path, text).events[0].kol.portrait == str(tmp_path / "faces" / "chen")


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda path: path.write_bytes(b"GIF89a"), "is not a whole PNG, JPEG or WebP picture"),
        (lambda path: Image.new("RGB", (80, 80)).save(path, "GIF"), "is not a whole PNG, JPEG or WebP picture"),
        (lambda path: Image.new("RGB", (20, 80)).save(path, "PNG"), "is 20 × 80 pixels"),
        (lambda path: Image.new("1", (9000, 80)).save(path, "PNG"), "is 9000 × 80 pixels"),
        (lambda path: path.write_bytes(b"\0" * 10_000_001), "is larger than 10 MB"),
    ],
)
def test_a_portrait_that_would_spoil_the_poster_is_refused(tmp_path: Path, make: Any, what: str) -> None:
    make(tmp_path / "chen.png")
    text = changed('name = "Chen"', 'name = "Chen"\nportrait = "chen.png"')
    assert what in mistakes(tmp_path, text)[0]


def test_half_a_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "chen.png"
    Image.effect_noise((300, 300), 90).save(path)
    text = changed('name = "Chen"', 'name = "Chen"\nportrait = "chen.png"')
    assert read(tmp_path, text).events[0].kol.portrait
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "is not a whole" in mistakes(tmp_path, text)[0]


def test_broken_toml_says_its_line(tmp_path: Path) -> None:
    assert mistakes(tmp_path, changed("minutes = 60", "minutes = "))[0].startswith("tea.toml: line 22: ")
    assert mistakes(tmp_path, changed("[[groups]]", "[[groups"))[0].startswith("tea.toml: line 8: ")
    assert mistakes(tmp_path, '[series]\nname = """never ends\n')[0].startswith("tea.toml: line 2: ")
    assert mistakes(tmp_path, f"x = {'[' * 5000}")[0].startswith("tea.toml: ")
    assert mistakes(tmp_path, f"x = {'9' * 5000}")[0].startswith("tea.toml: ")


def test_a_file_that_is_not_utf8_says_its_line(tmp_path: Path) -> None:
    path = tmp_path / "tea.toml"
    path.write_bytes(b"[series]\nname = " + '"茶"'.encode("gbk"))
    with pytest.raises(Mistakes, match=r"^tea\.toml: line 2: is not UTF-8; save the file with the encoding UTF-8$"):
        read_programme(path)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert read(tmp_path, "\ufeff" + GOOD) == read(tmp_path, GOOD)


def test_what_is_no_file_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(Mistakes, match=r"^no\.toml: there is no such file"):
        read_programme(tmp_path / "no.toml")
    with pytest.raises(Mistakes, match="is a folder; name the programme"):
        read_programme(tmp_path)
    with pytest.raises(Mistakes, match="is larger than"):
        read(tmp_path, "#" * (MOST_BYTES + 1))


def test_a_channel_that_the_house_has_may_be_named(tmp_path: Path) -> None:
    path = written(tmp_path, changed('leader = "Lin"', 'channel = "telegram"\naddress = "-100"'))
    assert read_programme(path, channels=("folder", "telegram")).groups[0].channel == "telegram"
    with pytest.raises(Mistakes):
        read_programme(path)


def test_an_hour_that_does_not_exist_moves_forward_by_the_gap() -> None:
    # London, 28 March 2027: after 00:59 comes 02:00.
    when = When(days=1, at=time(1, 30), text="1 day after, 01:30")
    at = instant(when, date(2027, 3, 27), ZoneInfo("Europe/London"))
    assert at.isoformat() == "2027-03-28T02:30:00+01:00"


def test_an_hour_that_comes_twice_is_its_first() -> None:
    # London, 31 October 2027: after 01:59 comes 01:00 again.
    when = When(days=0, at=time(1, 30), text="01:30")
    at = instant(when, date(2027, 10, 31), ZoneInfo("Europe/London"))
    assert at.isoformat() == "2027-10-31T01:30:00+01:00"
    assert at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_minutes_are_counted_on_the_clock_that_does_not_jump(tmp_path: Path) -> None:
    # From 00:30 to 02:30 London's clock shows two hours and only one passes.
    hours = 'moments.host = "00:20"\nmoments.starts = "00:30"\nmoments.disband = "02:30"\nmoments.report = "03:00"\n'
    other = 'any_day = true\nmoments.open_room = "1 day before, 21:00"\nmoments.remind = []\n'
    text = changed('"Asia/Shanghai"', '"Europe/London"').replace("minutes = 60", "minutes = 61")
    night = text.replace("date = 2027-03-04\n", f"date = 2027-03-28\n{hours}{other}")
    assert "write at most 60, the time from starts to disband" in mistakes(tmp_path, night)[0]
    assert read(tmp_path, night.replace("2027-03-28", "2027-03-29"))


def test_the_week_before_the_clocks_change_keeps_its_hours(tmp_path: Path) -> None:
    text = changed('"Asia/Shanghai"', '"Europe/London"').replace("2027-03-04", "2027-03-29\nany_day = true")
    times = read(tmp_path, text).events[0].times
    assert times.brief_at.isoformat() == "2027-03-27T10:00:00+00:00"
    assert times.disbands_at.isoformat() == "2027-03-29T22:00:00+01:00"


@given(
    day=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    at=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    zone=st.sampled_from(
        ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]
    ),
)
def test_a_time_is_what_the_wall_shows_or_later_by_the_gap(day: date, at: time, zone: str) -> None:
    found = instant(When(days=0, at=at, text=""), day, ZoneInfo(zone))
    shown = found.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    # The largest gap of these zones is a whole day: Apia skipped one in 2011.
    assert timedelta() <= shown - datetime.combine(day, at) <= timedelta(days=1)
    assert found.replace(tzinfo=None) == shown


_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.dates(),
    st.text(max_size=5),
    st.just("folder"),
)
_KEYS = st.sampled_from([
    "series", "id", "name", "timezone", "weekday", "moments", "disband", "remind", "groups", "events", "date", "kol",
    "outline", "minutes", "polls", "options", "section", "portrait", "channel", "seats", "\u202e", "a b",
])  # fmt: skip
_TREES = st.recursive(_LEAVES, lambda t: st.lists(t, max_size=3) | st.dictionaries(_KEYS, t, max_size=4), max_leaves=12)


@settings(max_examples=4000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=st.dictionaries(_KEYS, _TREES, max_size=5))
def test_whatever_the_file_holds_the_answer_is_a_list_of_lines(
    tmp_path: Path, tree: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, "")
    parsed = {**tomllib.loads(GOOD), **tree}
    with monkeypatch.context() as patch:
        # The tree stands for what a TOML file says; writing TOML is not what is tested.
        patch.setattr(tomllib, "loads", lambda text: parsed)
        lines = lines_about(path)
    assert all(line.startswith("tea.toml: ") and line.isprintable() for line in lines)


def lines_about(path: Path) -> tuple[str, ...]:
    try:
        read_programme(path)
    except Mistakes as refused:
        return refused.lines
    return ()
