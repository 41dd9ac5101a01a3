"""What an owner's start page unfolds: this week's evenings, and only those."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.web.leading import next_week

from salon.model import Event
from salon.web.host import near_of


def test_only_this_weeks_evenings_are_unfolded_the_first_one_first(event: Event) -> None:
    later = next_week(event)
    other = replace(event, id="other", times=replace(event.times, starts_at=event.times.starts_at - timedelta(hours=3)))
    events = (event, later, other)
    assert near_of(events, event.times.starts_at) == ["other", event.id, later.id]
    assert near_of(events, event.times.starts_at - timedelta(days=2)) == ["other", event.id]
    assert near_of(events, event.times.reports_at + timedelta(days=2)) == [later.id]


def test_where_there_is_none_this_week_the_nearest_is(event: Event) -> None:
    later = next_week(event)
    assert near_of((event, later), event.times.starts_at - timedelta(days=30)) == [event.id]
    assert near_of((event, later), later.times.starts_at + timedelta(days=30)) == [later.id]
    assert near_of((), event.times.starts_at) == []
