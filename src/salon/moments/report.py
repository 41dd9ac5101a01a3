"""`report` 报告: the detailed report from the journal, written and shared with every group."""

from __future__ import annotations

import asyncio
import hashlib

from salon.announce import announce
from salon.codec import event_from, group_from
from salon.discussion import discussion_of
from salon.documents import documents, write_documents
from salon.house import House
from salon.model import Discussion, Event, Slot
from salon.moments.texts import per_group
from salon.report import report_of, verify
from salon.report_view import view_of
from salon.rules.week import write_report


async def report(house: House, event: Event, slot: Slot) -> str:
    """Write the report and share it. May be run again: the same journal gives the same bytes."""
    made = await make_report(house, event)
    folder = house.settings.reports / event.id
    await asyncio.to_thread(write_documents, folder, made)
    digest = hashlib.sha256(b"".join(made[name] for name in sorted(made))).hexdigest()
    sizes = {name: len(content) for name, content in made.items()}
    await house.journal.decide(event.id, write_report(digest, sizes, by=slot.key))
    link = house.links.report(event.id)
    links = {group.id: link for group in await house.groups(event)}
    why = await _why(house, event)
    write = per_group(house, event, "report/group", links, report_link=link, why=why)
    heard = await announce(house, event, slot.key, await house.groups(event), write)
    return f"report written: {heard.text()}"


async def make_report(house: House, event: Event) -> dict[str, bytes]:
    """The report's files by name, from the journal alone; writes nothing."""
    discussion = await _discussion(house, event)

    def make() -> dict[str, bytes]:
        found = report_of(discussion)
        verify(found, discussion)
        return documents(found, discussion, house.wording)

    return await asyncio.to_thread(make)


async def _discussion(house: House, event: Event) -> Discussion:
    """The evening by its own journal: with the plan as it was noted there, whatever is planned now."""
    state = (await house.journal.refresh(event.id)).state
    if state.plan is None:
        return discussion_of(event, await house.groups(event), state)
    groups = [group_from(group) for group in state.plan["groups"]]
    return discussion_of(event_from(state.plan["event"]), groups, state)


async def _why(house: House, event: Event) -> list[str]:
    discussion = await _discussion(house, event)
    found = await asyncio.to_thread(report_of, discussion)
    language = "zh" if found.language == "zh" else "en"
    return house.wording.fill(f"report/why.{language}.md", **view_of(found, discussion)).strip().splitlines()
