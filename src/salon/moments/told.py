"""What groups, KOL and owner are told of a report: made here, said by `report`, and made anew for what still lies
with us when somebody takes words back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from salon.announce import Writer
from salon.channels import Announcement, Keeps
from salon.errors import NotFound, SalonError
from salon.hearing import KOL_GROUP, LETTER, OWNER_GROUP, REPORT, TEAM
from salon.house import House
from salon.issue import Telling, files_of, issue
from salon.model import Event, Group, Series
from salon.moments.pictures import covers_for, share_picture
from salon.moments.texts import report_links, words
from salon.phrases import language_of
from salon.sharing import length_of, texts_for
from salon.state import State


class Moved(SalonError):
    """Something was withdrawn, hidden or published while the groups were being told."""


async def series_of(house: House, event: Event) -> Series:
    """The series of *event*. Raises `NotFound`."""
    programme = (await house.plan()).programme(event.series)
    if programme is None:
        raise NotFound(f"series {event.series!r} of {event.id} is not planned")
    return programme.series


async def to_groups(house: House, event: Event, series: Series, told: Telling, groups: Sequence[Group]) -> Writer:
    """What each of *groups* reads, in its own length, with the cover. It raises `Moved` once *told* is no more so."""
    live, covers = await house.live(event.id), await covers_for(house, event, told)
    links = await report_links(house, event, REPORT)
    texts = await texts_for(house, event, told.report, told.discussion, groups, links)

    def write(group: Group) -> tuple[str, bytes | None]:
        if live.state.editions.mark != told.mark:
            raise Moved
        return texts(group)[length_of(series, group)], covers.of(language_of(event, group.language))

    return write


async def to_kol(house: House, event: Event, told: Telling) -> Writer:
    """The letter, with a picture of the evening in numbers, drawn only when it is really written."""
    link, report_link = f"{house.links.kol(event)}/words", house.links.report(event.id)
    made, draw = await files_of(house, told), await share_picture(house, event, told)
    more = words(house, event, "report/letter_words", words_link=link, pictures_link=f"{report_link}/pictures")
    letter = made["letter.md"].decode() + "\n" + more
    return lambda _: (letter, draw())


async def to_owner(house: House, event: Event, told: Telling) -> Writer:
    """The team's edition."""
    head = words(house, event, "report/owner_team", desk_link=house.links.desk(event.id))
    team = head + "\n" + (await files_of(house, told))["team.md"].decode()
    return lambda _: (team, None)


def kol_group(event: Event) -> Group:
    """The KOL as somebody who hears announcements."""
    return Group(id=KOL_GROUP, name=event.kol.name, channel=event.kol.channel, address=event.kol.address or "kol")


def owner_group(series: Series) -> Group:
    """The owner as somebody who hears announcements."""
    return Group(id=OWNER_GROUP, name="owner", channel=series.owner_channel, address=series.owner_address or "owner")


async def reissue(house: House, event: Event) -> Telling:
    """`issue`, and what still lies with us for a person to take says the same. May be run again, also side by side."""
    while True:
        told = await issue(house, event)
        try:
            await renew(house, event, told)
        except Moved:
            continue
        return told


async def renew(house: House, event: Event, told: Telling) -> int:
    """Make anew what groups, KOL and owner were told and have not taken yet, once words were taken back; how many
    were others before. Whoever has copied the old text keeps it: the desk tells the owner. May be run again.

    Raises `Moved`, and `SalonError` where a file cannot be changed.
    """
    state = (await house.live(event.id)).state
    if state.editions.taken_at is None or not _kept(house, state, REPORT, LETTER, TEAM):
        return 0
    series, groups = await series_of(house, event), {group.id: group for group in await house.groups(event)}
    # A group that was dropped from the plan has its text still.
    whom = [groups.get(id) or Group(id=id, name=id) for id in _kept(house, state, REPORT)]
    changed = await _renew(house, event, REPORT, whom, await to_groups(house, event, series, told, whom))
    if _kept(house, state, LETTER):
        changed += await _renew(house, event, LETTER, [kol_group(event)], await to_kol(house, event, told))
    if _kept(house, state, TEAM):
        changed += await _renew(house, event, TEAM, [owner_group(series)], await to_owner(house, event, told))
    return changed


def _kept(house: House, state: State, *names: str) -> list[str]:
    """Ids of those who were told one of *names* by a channel that leaves it with us."""
    return [
        delivery.group
        for delivery in state.deliveries.values()
        if delivery.announcement in names and isinstance(house.channel(delivery.channel), Keeps)
    ]


async def _renew(house: House, event: Event, name: str, whom: Sequence[Group], write: Writer) -> int:
    state, changed = (await house.live(event.id)).state, 0
    for group in whom:
        channel = house.channel(state.deliveries[name, group.id].channel)
        assert isinstance(channel, Keeps)
        text, poster = await asyncio.to_thread(write, group)
        try:
            changed += await channel.renew(group, Announcement(event=event.id, name=name, text=text, poster=poster))
        except OSError as error:
            sentence = f"{error.filename}: {error.strerror}; words that were taken back may still stand there"
            raise SalonError(sentence) from error
    return changed
