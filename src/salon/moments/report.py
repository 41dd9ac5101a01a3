"""`report` 报告: the detailed report from the journal, drafted, and once it is public shared with every group."""

from __future__ import annotations

from salon.announce import Writer, announce
from salon.documents import group_texts
from salon.errors import NotFound, SalonError
from salon.house import House
from salon.issue import Telling, files_of, issue, make_report, telling
from salon.model import Coming, Event, Group, Series, Slot
from salon.moments.brief import KOL_GROUP, OWNER_GROUP
from salon.moments.disband import shut_if_due
from salon.moments.pictures import covers_for, share_picture
from salon.moments.texts import per_group, words
from salon.phrases import language_of
from salon.rules.editions import draft_report, note_coming, publish_by_itself
from salon.rules.week import tell_owner
from salon.sentences import draft_sentences

__all__ = ["make_report", "report"]

#: Which of the texts of `salon.documents.group_texts` a group receives.
LENGTH = "short"
#: Names of announcements: the draft and the team's edition to the owner, the letter to the KOL, a correction.
DRAFT, TEAM, LETTER, CORRECTION = "report-draft", "report-team", "report-letter", "report-correction"


async def report(house: House, event: Event, slot: Slot) -> str:
    """Draft the report; publish and share it, or wait for the owner's word, as the series has it.

    May be run again: the same journal gives the same bytes, each group hears once, and what an approval, a
    withdrawal or a correction asked for since is done.
    """
    series = await _series(house, event)
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


class _Moved(SalonError):
    """Something was withdrawn, hidden or published while the groups were being told."""


async def _share(house: House, event: Event, series: Series, slot: Slot) -> str:
    groups = await house.groups(event)
    while True:
        told = await issue(house, event)
        try:
            heard = await announce(house, event, slot.key, groups, await _to_groups(house, event, told))
        except _Moved:
            # Who has heard has heard; all others read what may be said now.
            continue
        break
    await _correct(house, event, told.version, groups)
    await _write_to_people(house, event, series, told)
    return f"report written: {heard.text()}"


async def _to_groups(house: House, event: Event, told: Telling) -> Writer:
    link, live = house.links.report(event.id), await house.live(event.id)
    covers = await covers_for(house, event, told)

    def write(group: Group) -> tuple[str, bytes | None]:
        if live.state.editions.mark != told.mark:
            raise _Moved
        language = language_of(event, group.language)
        texts = group_texts(told.report, told.discussion, house.wording, group.name, link, language)
        return texts[LENGTH], covers.of(language)

    return write


async def _correct(house: House, event: Event, version: int, groups: tuple[Group, ...]) -> None:
    """Tell every group of the corrected edition, where the owner has asked for it."""
    if version not in (await house.live(event.id)).state.editions.corrections:
        return
    links = {group.id: house.links.report(event.id) for group in groups}
    write = per_group(house, event, "report/correction", links)
    await announce(house, event, f"{CORRECTION}-{version}", groups, write)


async def _write_to_people(house: House, event: Event, series: Series, told: Telling) -> None:
    """The letter to the KOL, and the team's edition to the owner; each once."""
    made = await files_of(house, told)
    link = f"{house.links.kol(event)}/words"
    links = {"words_link": link, "pictures_link": f"{house.links.report(event.id)}/pictures"}
    letter = made["letter.md"].decode() + "\n" + words(house, event, "report/letter_words", **links)
    kol = Group(id=KOL_GROUP, name=event.kol.name, channel=event.kol.channel, address=event.kol.address or "kol")
    draw = await share_picture(house, event, told)
    # Drawn only when the letter is really written.
    await announce(house, event, LETTER, [kol], lambda _: (letter, draw()))
    head = words(house, event, "report/owner_team", desk_link=house.links.desk(event.id))
    team = head + "\n" + made["team.md"].decode()
    await announce(house, event, TEAM, [_owner(series)], lambda _: (team, None))


async def _ask_owner(house: House, event: Event, series: Series) -> str:
    """Tell the owner, once, that a draft waits; it has been made, so that it can be read."""
    await telling(house, event)
    text = words(house, event, "report/owner_draft", desk_link=house.links.desk(event.id))
    await announce(house, event, DRAFT, [_owner(series)], lambda _: (text, None))
    await house.journal.decide(event.id, tell_owner("report_draft", text, by="report"))
    return "draft written; it waits for the owner's approval"


def _owner(series: Series) -> Group:
    return Group(id=OWNER_GROUP, name="owner", channel=series.owner_channel, address=series.owner_address or "owner")


async def _series(house: House, event: Event) -> Series:
    programme = (await house.plan()).programme(event.series)
    if programme is None:
        raise NotFound(f"series {event.series!r} of {event.id} is not planned")
    return programme.series


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
