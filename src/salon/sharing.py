"""What groups are told of a report: which length each reads, and all of them as files to copy from."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from salon.documents import Texts, group_files, write_documents
from salon.house import House
from salon.model import Discussion, Event, Group, Series
from salon.phrases import language_of
from salon.report import Report

#: Group → its texts by length.
TextsOf = Callable[[Group], dict[str, str]]
#: Where they lie beside a report.
FOLDER = "groups"


def length_of(series: Series, group: Group) -> str:
    """Which of the lengths *group* is told: its own, else that of the series."""
    return group.report_text or series.report_text


async def texts_for(
    house: House,
    event: Event,
    report: Report,
    discussion: Discussion,
    groups: Sequence[Group],
    links: Mapping[str, str] | None = None,
) -> TextsOf:
    """The texts of *groups*; what they share is worked out here, once, so that asking for one is quick.

    *links*: group id → a link of its own to the report; the report's address for all others.
    """
    link = house.links.report(event.id)
    languages = {language_of(event, group.language) for group in groups}

    def make() -> dict[str, Texts]:
        return {language: Texts(report, discussion, house.wording, link, language) for language in sorted(languages)}

    made = await asyncio.to_thread(make)
    own = links or {}
    return lambda group: made[language_of(event, group.language)].of(group.name, own.get(group.id, ""))


async def texts_as_files(house: House, event: Event, report: Report, discussion: Discussion) -> dict[str, bytes]:
    """`groups/NAME/LENGTH.txt` → content, all lengths for every group of *event*."""
    groups = await house.groups(event)
    texts = await texts_for(house, event, report, discussion, groups)
    return await asyncio.to_thread(lambda: group_files((group.name, texts(group)) for group in groups))


def lay_groups(folder: Path, made: dict[str, bytes]) -> None:
    """Make the groups' files in *folder* be *made*, and no other. May be run again."""
    changed = {name: text for name, text in made.items() if _read(folder / name) != text}
    if changed:
        write_documents(folder, changed)
    # The deepest first, so that folders are empty when their turn comes.
    for path in sorted((folder / FOLDER).rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(folder).as_posix() not in made and not path.name.startswith("."):
            path.unlink(missing_ok=True)
        elif path.is_dir():
            _drop_if_empty(path)
    _drop_if_empty(folder / FOLDER)


def _drop_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
