"""Each group reads the length that it asked for, and what people typed is read as they typed it."""

from __future__ import annotations

from dataclasses import replace

from salon import moments
from salon.clock import HandClock
from salon.filenames import safe_name
from salon.house import House
from salon.model import Event, Programme
from salon.planning import apply_plan


async def test_each_group_reads_its_own_length_of_every_announcement(
    house: House, event: Event, programme: Programme, clock: HandClock
) -> None:
    typed = "**慢慢来** <@all> [x](https://evil.example)"
    groups = tuple(
        replace(group, text=text) for group, text in zip(programme.groups, ("full", "short", "three"), strict=True)
    )
    await apply_plan(house, replace(programme, groups=groups, events=(replace(event, topic=typed),)))
    heard: dict[str, list[str]] = {group.id: [] for group in groups}
    for moment, at in (("warm_up", event.times.warm_up_at), ("open_room", event.times.opens_at)):
        clock.turn_to(at)
        await moments.run(house, event.id, moment)
        for group in groups:
            place = house.settings.outbox / event.id / safe_name(group.id) / moment
            heard[group.id].append((place / "text.txt").read_text("utf-8"))
            assert (place / "poster.png").is_file()
    full, short, three = (heard[group.id] for group in groups)
    for n in range(2):
        assert len(full[n].splitlines()) > len(short[n].splitlines()) > len(three[n].splitlines()) == 3
        assert all(typed in text for text in (full[n], short[n], three[n]))
