"""The sending pace: never one more than the limit in any window, whoever asks, in whatever order."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salon.allowances import is_quiet_hours, quiet_hours
from salon.model import Group
from salon.pace import GRACE, Allowance, Budget, Limit, Pace, Quiet
from salon.wave import Send, rows_of

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def _sends(allowance: Allowance, how_many: int, begin: datetime = NOON) -> list[datetime]:
    """When *how_many* sends go out that all want to go at once."""
    pace, at, times = Pace(), begin, []
    for _ in range(how_many):
        at = pace.next_at(allowance, at)
        pace.note(allowance.credential, allowance.group, at)
        times.append(at)
    return times


def test_twenty_a_minute_means_twenty_in_any_minute() -> None:
    times = _sends(Allowance(credential="bot", group="g", pace=(Limit(count=20, seconds=60),)), 41)
    assert times[19] == NOON
    assert times[20] == NOON + timedelta(seconds=60) + GRACE
    assert times[40] == times[20] + timedelta(seconds=60) + GRACE


@given(
    limits=st.lists(st.tuples(st.integers(1, 5), st.integers(1, 90)), min_size=1, max_size=3),
    gaps=st.lists(st.floats(0, 50), min_size=1, max_size=40),
)
def test_no_window_ever_holds_one_more(limits: list[tuple[int, int]], gaps: list[float]) -> None:
    allowance = Allowance(
        credential="bot", group="g", pace=tuple(Limit(count=count, seconds=long) for count, long in limits)
    )
    pace, now, times = Pace(), NOON, []
    for gap in gaps:
        now = pace.next_at(allowance, now + timedelta(seconds=gap))
        pace.note("bot", "g", now)
        times.append(now)
    for count, long in limits:
        for first, later in zip(times, times[count:], strict=False):
            assert later - first >= timedelta(seconds=long)


def test_one_in_two_minutes_with_two_groups_and_two_an_hour() -> None:
    bot = Allowance(credential="bot", group="a", pace=(Limit(count=1, seconds=120), Limit(count=2, seconds=3600)))
    times = _sends(bot, 8)
    assert all(later - first >= timedelta(seconds=120) for first, later in pairwise(times))
    assert all(later - first >= timedelta(hours=1) for first, later in zip(times, times[2:], strict=False))
    assert times[-1] - times[0] < timedelta(hours=4)


def test_two_credentials_do_not_wait_for_each_other() -> None:
    pace, limits = Pace(), (Limit(count=1, seconds=60),)
    pace.note("one", "a", NOON)
    assert pace.next_at(Allowance(credential="two", group="b", pace=limits), NOON) == NOON
    assert pace.next_at(Allowance(credential="one", group="b", pace=limits), NOON) > NOON


def test_a_group_is_spared_whoever_speaks_to_it() -> None:
    pace, limits = Pace(), (Limit(count=1, seconds=60),)
    pace.note("one", "a", NOON)
    assert pace.next_at(Allowance(credential="two", group="a", group_pace=limits), NOON) > NOON


def test_a_tighter_limit_counts_what_was_sent_under_the_wider_one() -> None:
    pace = Pace()
    for _ in range(20):
        pace.note("bot", "g", NOON)
    tight = Allowance(credential="bot", group="g", pace=(Limit(count=5, seconds=600),))
    assert pace.next_at(tight, NOON + timedelta(seconds=90)) == NOON + timedelta(seconds=600) + GRACE


@pytest.mark.parametrize(
    ("now", "free"),
    [
        ("2026-11-26 22:29", "2026-11-26 22:29"),
        ("2026-11-26 22:30", "2026-11-27 08:00"),
        ("2026-11-27 00:10", "2026-11-27 08:00"),
        ("2026-11-27 08:00", "2026-11-27 08:00"),
    ],
)
def test_nothing_is_said_in_quiet_hours(now: str, free: str) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    night = Allowance(credential="", group="g", quiet=quiet_hours("22:30-08:00"), zone=zone)
    at = Pace().next_at(night, datetime.fromisoformat(now).replace(tzinfo=zone))
    assert at == datetime.fromisoformat(free).replace(tzinfo=zone)


def test_quiet_hours_that_end_in_the_gap_of_spring_end_after_it() -> None:
    zone = ZoneInfo("Europe/London")
    night = Allowance(credential="", group="g", quiet=Quiet(begins=time(23), ends=time(1, 30)), zone=zone)
    at = Pace().next_at(night, datetime(2027, 3, 28, 0, 30, tzinfo=zone))
    assert at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_quiet_hours_that_end_in_the_hour_that_comes_twice_end_the_first_time() -> None:
    zone = ZoneInfo("Europe/London")
    night = Allowance(credential="", group="g", quiet=Quiet(begins=time(23), ends=time(1, 30)), zone=zone)
    assert Pace().next_at(night, datetime(2027, 10, 30, 23, 30, tzinfo=zone)) == datetime(
        2027, 10, 31, 0, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("budget", "how_many", "last"),
    [
        (Budget(per_day=1), 3, "2026-11-28 00:00"),
        (Budget(per_week=2), 3, "2026-11-30 00:00"),
        (Budget(per_month=4), 9, "2027-01-01 00:00"),
        (Budget(per_day=1, per_week=2), 4, "2026-12-01 00:00"),
    ],
)
def test_a_budget_is_of_calendar_days_weeks_and_months(budget: Budget, how_many: int, last: str) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    begin = datetime(2026, 11, 26, 9, tzinfo=zone)
    times = _sends(Allowance(credential="", group="g", budget=budget, zone=zone), how_many, begin)
    assert times[-1] == datetime.fromisoformat(last).replace(tzinfo=zone)


def test_a_picture_with_a_text_counts_once_in_the_budget() -> None:
    pace = Pace()
    pace.note("", "g", NOON)
    second = Allowance(credential="", group="g", budget=Budget(per_day=1), counts=False)
    assert pace.next_at(second, NOON) == NOON


def test_a_platform_that_wants_to_be_left_alone_is_left_alone() -> None:
    pace = Pace()
    pace.held["bot"] = NOON + timedelta(minutes=5)
    assert pace.next_at(Allowance(credential="bot", group="g"), NOON) == NOON + timedelta(minutes=5)
    assert pace.next_at(Allowance(credential="other", group="g"), NOON) == NOON


def test_sends_do_not_go_in_step_and_the_plan_knows_it() -> None:
    steps = [
        _sends(Allowance(credential="bot", group=group, spread=3.0), 2)[1] - NOON for group in ("a", "b", "c", "d")
    ]
    assert len(set(steps)) == 4
    assert all(timedelta() <= step <= timedelta(seconds=3) for step in steps)


def test_the_plan_lets_nobody_wait_for_a_group_that_sleeps_or_for_a_second_part() -> None:
    bot = Allowance(
        credential="bot", group="", pace=(Limit(count=30, seconds=1),), group_pace=(Limit(count=1, seconds=1),)
    )

    def send(n: int, quiet: Quiet | None) -> Send:
        parts = (replace(bot, group=f"g{n}", quiet=quiet), replace(bot, group=f"g{n}", counts=False))
        return Send(group=Group(id=f"g{n}", name=f"g{n}"), who="system", allowances=parts)

    asleep = Quiet(begins=time(9), ends=time(20))
    rows = rows_of(Pace(), [send(n, asleep if n == 0 else None) for n in range(91)], NOON, None)
    assert rows[0].at == NOON + timedelta(hours=8, seconds=1) + timedelta(seconds=0.1)
    # 180 calls at 30 a second and a tenth of grace.
    assert max(row.at for row in rows[1:]) <= NOON + timedelta(seconds=7)


@given(
    budget=st.builds(Budget, per_day=st.integers(0, 2), per_week=st.integers(0, 5), per_month=st.integers(0, 9)),
    zone=st.sampled_from(
        ["Asia/Shanghai", "America/New_York", "Africa/Cairo", "America/Havana", "Australia/Lord_Howe"]
    ),
    hours=st.tuples(st.integers(0, 23), st.integers(0, 23)),
    begin=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    gaps=st.lists(st.integers(0, 90_000), min_size=1, max_size=25),
)
def test_no_day_week_or_month_hears_one_more_and_no_quiet_hour_anything(
    budget: Budget, zone: str, hours: tuple[int, int], begin: datetime, gaps: list[int]
) -> None:
    there = ZoneInfo(zone)
    quiet = Quiet(begins=time(hours[0]), ends=time(hours[1])) if hours[0] != hours[1] else None
    allowance = Allowance(credential="", group="g", quiet=quiet, budget=budget, zone=there)
    pace, now, heard = Pace(), begin.replace(tzinfo=UTC), []
    for gap in gaps:
        now = pace.next_at(allowance, now + timedelta(seconds=gap))
        pace.note("", "g", now)
        heard.append(now.astimezone(there))
    for most, of in (
        (budget.per_day, lambda at: at.date()),
        (budget.per_week, lambda at: at.isocalendar()[:2]),
        (budget.per_month, lambda at: (at.year, at.month)),
    ):
        assert not most or max(Counter(map(of, heard)).values()) <= most
    if quiet is not None and quiet.begins < quiet.ends:
        # In the hour that comes twice the first end counts.
        assert not any(quiet.begins <= at.time() < quiet.ends and at.fold == 0 for at in heard)


@pytest.mark.parametrize("text", ["22:30", "22:30-22:30", "25:00-08:00", "22:30-8:00", "at night"])
def test_what_names_no_quiet_hours_is_refused(text: str) -> None:
    assert not is_quiet_hours(text)
