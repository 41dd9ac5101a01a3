"""`salon archive`: every published report as a folder of plain files, with a list, search and a feed."""

from __future__ import annotations

import argparse
import asyncio
import re
from pathlib import Path

import orjson

from salon.archive import Evening, evening_of, index_of, newest_first
from salon.archive_pages import archive_page, feed_of
from salon.documents import write_documents, write_whole
from salon.documents.phrasing import words_of
from salon.filenames import safe_name
from salon.house import House, open_house
from salon.issue import make_report

#: What is laid down of each evening: what everybody may read.
_FILE = re.compile(r"report\.(?:html|md|json)|transcript(?:-[0-9]+)?\.html")
_FOLDER = re.compile(r"([a-z0-9_~-]{1,90})/report\.html")


def archive(args: argparse.Namespace) -> int:
    """Write the archive into *args.out*, and print what was written. The same reports give the same bytes."""

    async def make() -> int:
        async with open_house() as house:
            evenings = await _evenings(house, args.out)
            _write(house, args.out, evenings, args.language or await _language(house))
        print(f"{len(evenings)} reports: {args.out / 'index.html'}")
        return 0

    return asyncio.run(make())


async def _evenings(house: House, out: Path) -> list[Evening]:
    """Write every published report, and say what is in it."""
    found = []
    for event in (await house.plan()).events():
        editions = (await house.live(event.id)).state.editions
        if not editions.published or editions.published_at is None:
            continue
        made = await make_report(house, event)
        folder, laid = out / safe_name(event.id), {name: made[name] for name in made if _FILE.fullmatch(name)}
        write_documents(folder, laid)
        # A page of a transcript that was longer before something was taken back.
        for path in _inside(folder):
            if _FILE.fullmatch(path.name) and path.name not in laid:
                path.unlink(missing_ok=True)
        day = f"{event.times.starts_at:%Y-%m-%d}"
        found.append(evening_of(event.id, event.series, day, editions.published_at, made["report.json"]))
    return found


async def _language(house: House) -> str:
    events = (await house.plan()).events()
    return events[-1].languages[0] if events else "zh"


def _write(house: House, out: Path, evenings: list[Evening], language: str) -> None:
    """List, index and feed; reports of an earlier run that are public no more are taken away."""
    out.mkdir(parents=True, exist_ok=True)
    listed = newest_first(evenings)
    places = {evening.event: _place(evening.event) for evening in listed}
    _take_away(out, set(places.values()))
    links, wording = house.links, house.wording
    page = archive_page(wording, listed, language, _place, form="index.html", feed="feed.xml", has_index=True)
    write_whole(out / "index.html", page)
    home = f"{house.settings.public_url}/archive"
    write_whole(out / "feed.xml", feed_of(wording, listed, language, links.report, here=f"{home}/feed.xml", page=home))
    issue = words_of(wording, language)["issue"]
    write_whole(out / "index.json", index_of(listed, places, issue))


def _place(event: str) -> str:
    return f"{safe_name(event)}/report.html"


def _take_away(out: Path, kept: set[str]) -> None:
    """Remove what an earlier run laid down by its own index, and nothing else."""
    try:
        before = [row["address"] for row in orjson.loads((out / "index.json").read_bytes())]
    except (OSError, ValueError, TypeError, KeyError):
        return
    for address in before:
        found = _FOLDER.fullmatch(address) if isinstance(address, str) else None
        if not found or address in kept:
            continue
        folder = out / found[1]
        for path in [path for path in _inside(folder) if _FILE.fullmatch(path.name)]:
            path.unlink(missing_ok=True)
        if folder.is_dir() and not _inside(folder):
            folder.rmdir()


def _inside(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
