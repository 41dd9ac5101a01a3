"""Evenings with many groups, filled quickly: what a board of a thousand groups × six moments is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from salon.entries import Draft, Entry, Rule
from salon.model import Event, Group, Programme, Series
from salon.state import State
from salon.testing.golden import golden_event

CITIES = ("北京", "上海", "广州", "深圳", "成都", "杭州", "武汉", "西安")


def many_groups(count: int = 1000) -> tuple[Group, ...]:
    """Groups in eight cities, three to a leader, each with a backup, on the relay channel; every tenth on another."""
    return tuple(
        Group(
            id=f"g{n:04}",
            name=f"{CITIES[n % 8]}读书会 {n} 群",
            channel="relay" if n % 10 else "folder",
            address=f"g{n:04}",
            leader=f"负责人{n // 3}",
            backup=f"后备{n // 3}",
            parent=CITIES[n % 8],
            platform="wechat",
            size=200 + n % 300,
        )
        for n in range(count)
    )


def six_moments(language: str = "zh", **changes: object) -> Event:
    """The golden evening with one reminder: six moments that groups hear of, the report among them."""
    golden = golden_event(language)
    return replace(golden, times=replace(golden.times, reminds_at=golden.times.reminds_at[:1]), **changes)  # type: ignore[arg-type]


def programme_of(event: Event, groups: tuple[Group, ...]) -> Programme:
    """A series with this one evening."""
    series = Series(id=event.series, name=event.series_name, timezone=event.timezone, languages=event.languages)
    return Programme(series=series, groups=groups, events=(event,))


def drafts(groups: tuple[Group, ...], *announcements: str) -> Iterator[Draft]:
    """What a week writes about *announcements*: laid for leaders or delivered; of twenty groups one is refused, one
    unknown, three have not posted, the others have, half of them proved by a scan."""
    for name in announcements:
        for n, group in enumerate(groups):
            known = {"announcement": name, "group": group.id, "channel": group.channel}
            yield Draft(kind="announcement_begun", by=name, data=known)
            if group.channel != "relay":
                word = {0: "refused", 10: "lost"}.get(n % 200, "delivered")
                reason = {"refused": "the bot was removed from the group", "lost": "the line was cut"}.get(word, "")
                yield Draft(kind=f"announcement_{word}", by=name, data={**known, "outcome": word, "detail": reason})
                continue
            yield Draft(kind="announcement_laid", by=name, data={**known, "outcome": "awaiting", "detail": ""})
            task = {"announcement": name, "group": group.id}
            if n % 20 > 3:
                yield Draft(kind="task_posted", by="leader", data=task)
            if n % 20 > 11:
                yield Draft(kind="posting_proved", by="scan", data=task)


def all_of(*lines: Draft) -> Rule:
    """A rule that writes *lines* down as they are."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        yield from lines

    return rule


def folded(event: Event, lines: Iterator[Draft] | list[Draft], at: datetime, state: State | None = None) -> State:
    """The state after *lines*, all written at *at*."""
    state = state or State()
    for draft in lines:
        state.apply(Entry(seq=state.seq + 1, event=event.id, at=at, kind=draft.kind, by=draft.by, data=draft.data))
    return state


def half_past(event: Event) -> datetime:
    """An hour and a half after the first reminder, which is late then wherever it was not posted."""
    return event.times.reminds_at[0] + timedelta(minutes=90)
