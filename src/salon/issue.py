"""A report's editions as people get them: made from the journal, and written again whenever it says something else."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from salon.codec import event_from, group_from
from salon.consent import sentences, taken_back
from salon.discussion import discussion_of
from salon.documents import documents, write_documents, write_whole
from salon.edited import Edited, check_quotes, edited
from salon.house import House
from salon.model import Discussion, Event
from salon.report import Report, report_of, verify
from salon.report_view import Step, steps_of
from salon.rules.week import write_report
from salon.sharing import lay_groups, texts_as_files
from salon.state import State

#: Says of which state of the journal the `report.json` beside it is: it is no part of the report.
_NOTE = ".mark"
#: What everybody may read. The team's edition and the letter to the KOL are no page of the web room.
PUBLIC = ("report.html", "report.md", "report.json", "article.html")


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One version of an event's report, as the journal gives it now."""

    #: 0: the report has no version yet.
    version: int
    #: The report as it is before an editor touches it; *edited* has the one to read.
    fresh: Report
    edited: Edited
    discussion: Discussion
    #: Announcements of the week, for the team's edition.
    steps: tuple[Step, ...]
    #: `Editions.mark` of the journal that it was made from.
    mark: str

    @property
    def report(self) -> Report:
        """The report with the editor's operations done to it."""
        return self.edited.report


async def telling(house: House, event: Event, version: int = 0) -> Telling:
    """Version *version* of the report (0: the public one, else the newest); writes nothing.

    Raises `NotProven` when it says something that the discussion does not.
    """
    state = (await house.journal.refresh(event.id)).state
    editions = state.editions
    version = version or editions.published or editions.latest
    operations = editions.versions[version].operations if version in editions.versions else ()
    taken = taken_back(state, event.languages[0])
    # An editor may have copied into a sentence or a title what its author took back since.
    operations = tuple({**one, "text": taken.over(one["text"])} if "text" in one else one for one in operations)
    discussion, mark, steps = await _discussion(house, event, state), editions.mark, told_steps(state)

    def tell() -> Telling:
        fresh = report_of(discussion)
        verify(fresh, discussion)
        done = edited(fresh, operations, discussion)
        check_quotes(done.report, discussion)
        return Telling(version=version, fresh=fresh, edited=done, discussion=discussion, steps=steps, mark=mark)

    return await asyncio.to_thread(tell)


async def files_of(house: House, told: Telling) -> dict[str, bytes]:
    """Name → content of every form of *told*."""
    return await asyncio.to_thread(documents, told.report, told.discussion, house.wording, told.steps)


async def make_report(house: House, event: Event, version: int = 0) -> dict[str, bytes]:
    """The report's files by name, from the journal alone; writes nothing. *version* and raises as `telling`."""
    return await files_of(house, await telling(house, event, version))


async def issue(house: House, event: Event) -> Telling:
    """Write the public version into the reports' folder, and what no longer belongs there away. May be run again.

    Processes may do it side by side: whoever writes last looks again whether the journal has moved on meanwhile, so
    that what was withdrawn in between does not stay. A report that is not public, or no more, leaves an empty folder.
    """
    folder = house.settings.reports / event.id
    while True:
        told = await telling(house, event)
        state = (await house.live(event.id)).state
        is_public = bool(state.editions.published)
        made = await files_of(house, told) if is_public else {}
        groups = await texts_as_files(house, event, told.report, told.discussion) if is_public else {}
        await asyncio.to_thread(_replace, folder, made, digest_of(made) != state.report, told.mark)
        await asyncio.to_thread(lay_groups, folder, groups)
        if made:
            sizes = {name: len(content) for name, content in made.items()}
            await house.journal.decide(event.id, write_report(digest_of(made), sizes, by="report"))
        if (await house.journal.refresh(event.id)).state.editions.mark == told.mark:
            return told


def digest_of(made: Mapping[str, bytes]) -> str:
    """SHA-256 of all files, as `report_written` notes it."""
    return hashlib.sha256(b"".join(made[name] for name in sorted(made))).hexdigest()


def issued(folder: Path, mark: str) -> bytes | None:
    """The `report.json` in *folder*, where it is the one that was issued at *mark*; else None.

    Two processes may have written side by side: the note beside it names the very bytes that it is about.
    """
    try:
        report, note = (folder / "report.json").read_bytes(), (folder / _NOTE).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return report if note == _noted(mark, report) else None


def _noted(mark: str, report: bytes) -> str:
    return f"{mark} {hashlib.sha256(report).hexdigest()}"


def _replace(folder: Path, made: Mapping[str, bytes], is_new: bool, mark: str) -> None:
    """Lay *made* into *folder*; when it is new, pictures and PDF of what it said before go away."""
    if made:
        write_documents(folder, made)
        write_whole(folder / _NOTE, _noted(mark, made["report.json"]).encode())
    if is_new and folder.is_dir():
        for path in folder.iterdir():
            # Names with a dot in front are files that another process is about to put in place.
            is_half = path.name.startswith(".") and path.name != _NOTE
            if path.is_file() and path.name not in ({*made, _NOTE} if made else ()) and not is_half:
                path.unlink(missing_ok=True)


async def _discussion(house: House, event: Event, state: State) -> Discussion:
    """The evening by its own journal: with the plan as it was noted there, whatever is planned now."""
    found = discussion_of(event, await house.groups(event), state) if state.plan is None else discussion_in(state)
    extra = {"words_link": house.links.words(event.id)}
    if state.editions.published:
        # Before that nobody but the owner could open what it leads to.
        extra["report_link"] = house.links.report(event.id)
    return replace(found, drafted=sentences(state), extra={**found.extra, **extra})


def discussion_in(state: State) -> Discussion:
    """The evening as its journal alone tells it. Raises `ValueError` when no plan was noted in it."""
    if state.plan is None:
        raise ValueError("no plan was noted in it")
    groups = [group_from(group) for group in state.plan["groups"]]
    return replace(discussion_of(event_from(state.plan["event"]), groups, state), drafted=sentences(state))


def told_steps(state: State) -> tuple[Step, ...]:
    """How the announcements went that the team's form tells of."""
    # What is said about the report itself goes on after it was written, and would change it each time.
    return tuple(step for step in steps_of(state) if not step.announcement.startswith("report"))
