"""`report` 报告: the detailed report from the journal, drafted, and once it is public shared with every group."""

from __future__ import annotations

from salon.announce import announce
from salon.hearing import LETTER, TEAM, correction, heard_before
from salon.house import House
from salon.issue import issue, make_report, telling
from salon.model import Coming, Event, Group, Series, Slot
from salon.moments.disband import shut_if_due
from salon.moments.texts import per_group, report_links, words
from salon.moments.told import Moved, kol_group, owner_group, reissue, renew, series_of, to_groups, to_kol, to_owner
from salon.rules.editions import draft_report, note_coming, publish_by_itself
from salon.rules.week import tell_owner
from salon.sentences import draft_sentences

__all__ = ["make_report", "report"]

#: Name of the announcement by which the owner hears that a draft waits.
DRAFT = "report-draft"


async def report(house: House, event: Event, slot: Slot) -> str:
    """Draft the report; publish and share it, or wait for the owner's word, as the series has it.

    May be run again: the same journal gives the same bytes, each group hears once, and what an approval, a
    withdrawal or a correction asked for since is done.
    """
    series = await series_of(house, event)
    # Nothing that is written may grow later: a room that is still open is shut now, not by the watchdog after.
    await shut_if_due(house, event, by=slot.key)
    await house.journal.decide(event.id, note_coming(await _coming(house, event), by=slot.key))
    await draft_sentences(house, event, by=slot.key)
    await house.journal.decide(event.id, draft_report(by=slot.key))
    if series.report == "publish":
        # Made once before it is public: what cannot be made is not published.
        await make_report(house, event)
        await house.journal.decide(event.id, publish_by_itself(by=slot.key))
    editions = (await house.journal.refresh(event.id)).state.editions
    if editions.published:
        return await _share(house, event, series, slot)
    await issue(house, event)
    if editions.is_recalled:
        return "the report was recalled; nobody was told anything"
    return await _ask_owner(house, event, series)


async def _share(house: House, event: Event, series: Series, slot: Slot) -> str:
    groups, live = await house.groups(event), await house.live(event.id)
    while True:
        told, before = await reissue(house, event), len(live.state.deliveries)
        try:
            heard = await announce(house, event, slot.key, groups, await to_groups(house, event, series, told, groups))
            if len(live.state.deliveries) > before:
                # Somebody may have taken words back between a text and its being laid down.
                await renew(house, event, told)
        except Moved:
            # Who has heard has heard; all others read what may be said now.
            continue
        break
    await _correct(house, event, told.version, groups)
    # Each once.
    await announce(house, event, LETTER, [kol_group(event)], await to_kol(house, event, told))
    await announce(house, event, TEAM, [owner_group(series)], await to_owner(house, event, told))
    return f"report written: {heard.text()}"


async def _correct(house: House, event: Event, version: int, groups: tuple[Group, ...]) -> None:
    """Tell every group of the corrected edition, where the owner has asked for it."""
    state = (await house.live(event.id)).state
    if version not in state.editions.corrections:
        return
    links = await report_links(house, event, correction(version))
    template = "report/taken_back" if heard_before(state) else "report/correction"
    await announce(house, event, correction(version), groups, per_group(house, event, template, links))


async def _ask_owner(house: House, event: Event, series: Series) -> str:
    """Tell the owner, once, that a draft waits; it has been made, so that it can be read."""
    await telling(house, event)
    text = words(house, event, "report/owner_draft", desk_link=house.links.desk(event.id))
    await announce(house, event, DRAFT, [owner_group(series)], lambda _: (text, None))
    await house.journal.decide(event.id, tell_owner("report_draft", text, by="report"))
    return "draft written; it waits for the owner's approval"


async def _coming(house: House, event: Event) -> Coming | None:
    """The next evening of the same series, as it is planned now."""
    later = (
        other
        for other in (await house.plan()).events()
        if other.series == event.series and other.times.starts_at > event.times.starts_at
    )
    found = next(later, None)
    if found is None:
        return None
    return Coming(topic=found.topic, kol=found.kol.name, starts_at=found.times.starts_at, number=found.number)
