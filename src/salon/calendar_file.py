"""The evening, and its opening, as calendar files (iCalendar, RFC 5545) for the phone of whoever wants to be reminded.

No page can ring a phone later: the phone's own calendar can, without our knowing anything about its owner.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import icalendar

from salon.model import Event
from salon.wording import calm

#: How long before the start a phone rings.
AHEAD = timedelta(minutes=30)
#: How long before the opening, and how long the entry is: who comes at once finds a seat.
AT_THE_DOOR, DOOR_LENGTH = timedelta(minutes=2), timedelta(minutes=15)


def calendar_file(event: Event, link: str, sequence: int) -> bytes:
    """One appointment from the start to the close, with *link* in it. The same input gives the same bytes.

    *sequence* grows when the plan changes, so that a second download replaces the first (RFC 5545, 3.8.7.4).
    """
    times = event.times
    title = f"{event.series_name}: {event.topic}"
    return _file(event, f"{event.id}@salon", title, link, sequence, (times.starts_at, times.disbands_at, AHEAD))


def opening_file(event: Event, link: str, sequence: int, title: str) -> bytes:
    """The opening as an entry of its own, named *title*: seats are taken hours before the evening begins."""
    times = event.times
    hours = (times.opens_at, times.opens_at + DOOR_LENGTH, AT_THE_DOOR)
    return _file(event, f"{event.id}-door@salon", f"{title}: {event.topic}", link, sequence, hours)


def _file(
    event: Event, uid: str, title: str, link: str, sequence: int, hours: tuple[datetime, datetime, timedelta]
) -> bytes:
    begins_at, ends_at, ahead = hours
    entry = icalendar.Event()
    entry.add("uid", uid)
    entry.add("sequence", sequence)
    # A fixed stamp: the file says nothing about when it was asked for.
    entry.add("dtstamp", datetime(2026, 1, 1, tzinfo=UTC))
    entry.add("dtstart", begins_at.astimezone(UTC))
    entry.add("dtend", ends_at.astimezone(UTC))
    entry.add("summary", calm(title))
    entry.add("description", f"{calm(event.kol.name)}\n{link}")
    entry.add("url", link)
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", calm(title))
    alarm.add("trigger", -ahead)
    entry.add_component(alarm)
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Salon//Salon//EN")
    calendar.add("version", "2.0")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())
