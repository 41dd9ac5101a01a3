"""When each moment of an evening is due, on the two nights when clocks change as well."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.programmes import GOOD, SECOND, changed, mistakes, read

from salon.model import Times
from salon.programme.times import DEFAULTS, When, instant


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
