"""The evening as a calendar file (iCalendar, RFC 5545) for the phone of whoever wants to be reminded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import icalendar

from salon.model import Event
from salon.wording import calm

#: How long before the start a phone rings.
AHEAD = timedelta(minutes=30)


def calendar_file(event: Event, link: str, sequence: int) -> bytes:
    """One appointment from the start to the close, with *link* in it. The same input gives the same bytes.

    *sequence* grows when the plan changes, so that a second download replaces the first (RFC 5545, 3.8.7.4).
    """
    entry = icalendar.Event()
    entry.add("uid", f"{event.id}@salon")
    entry.add("sequence", sequence)
    # A fixed stamp: the file says nothing about when it was asked for.
    entry.add("dtstamp", datetime(2026, 1, 1, tzinfo=UTC))
    entry.add("dtstart", event.times.starts_at.astimezone(UTC))
    entry.add("dtend", event.times.disbands_at.astimezone(UTC))
    entry.add("summary", calm(f"{event.series_name}: {event.topic}"))
    entry.add("description", f"{calm(event.kol.name)}\n{link}")
    entry.add("url", link)
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", calm(event.topic))
    alarm.add("trigger", -AHEAD)
    entry.add_component(alarm)
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Salon//Salon//EN")
    calendar.add("version", "2.0")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())
