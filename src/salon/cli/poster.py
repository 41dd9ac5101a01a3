"""`salon poster`: the pictures of an evening, one for each group with its live code, and cards of what came of it."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from salon.cli.bar import bar
from salon.errors import NotFound, SalonError, WrongUse
from salon.filenames import safe_name
from salon.gallery import CARDS, cards, theme_of
from salon.house import House, open_house
from salon.model import Event, Group
from salon.moments.texts import door_links
from salon.phrases import language_of
from salon.poster import CODED, Facts, SeatsLeft, base_picture, picture
from salon.poster.batch import Made, NotAllMade, Wanted, make_posters, put
from salon.poster.files import CARD_FORMAT, EVENING, template_for
from salon.poster.parcel import write_parcel
from salon.poster.theme import theme_named

#: What stands in no file's name.
_FORMAT, _KIND = "portrait", "poster"


def poster(args: argparse.Namespace) -> int:
    """Make the posters that are asked for and print their paths. May be run again: what is there already is kept.

    Raises `WrongUse` for a kind or format that there is not, `NotFound` for an event, a group, or a picture of
    something that the evening does not have (yet).
    """
    if args.kind not in (*EVENING, *CARDS):
        raise WrongUse(f"poster kind {args.kind!r} is not known; choose one of: {', '.join((*EVENING, *CARDS))}")
    args.format = args.format or (CARD_FORMAT if args.kind in CARDS else _FORMAT)
    template_for(args.kind, args.format)
    if args.theme:
        theme_named(args.theme)

    async def make() -> int:
        async with open_house() as house:
            event = await house.event(args.event) if args.event else await house.this_week()
            folder = args.out or Path("posters") / safe_name(event.id)
            args.theme = args.theme or theme_of(event, (await house.live(event.id)).state)
            paths = await _make(house, event, folder, args)
        for path in paths:
            print(path)
        return 0

    return asyncio.run(make())


async def _make(house: House, event: Event, folder: Path, args: argparse.Namespace) -> list[Path]:
    if args.kind not in CODED:
        if args.group or args.zip:
            raise WrongUse(f"{args.kind} has no code and is the same for all groups; leave out --group and --zip")
        wanted = {language: await _told(house, event, args.kind, language) for language in event.languages}
        return await asyncio.to_thread(_pictures, folder, wanted, args)
    groups = _chosen(await house.groups(event), args.group, event)
    links = await door_links(house, event)
    facts = await _facts(house, event, args.kind)
    posters = [Wanted(group=g, link=links[g.id], base=language_of(event, g.language)) for g in groups]
    made = await asyncio.to_thread(_posters, event, folder, posters, facts, args)
    paths = list(made.paths.values())
    if args.zip:
        name = f"{safe_name(event.id)}{_suffix(args.kind, args.format)}.zip"
        paths.append(await asyncio.to_thread(write_parcel, folder / name, posters, made))
    return paths


def _posters(
    event: Event, folder: Path, wanted: Sequence[Wanted], facts: SeatsLeft | None, args: argparse.Namespace
) -> Made:
    bases = {
        language: base_picture(event, args.theme, format=args.format, kind=args.kind, language=language, facts=facts)
        for language in sorted({one.base for one in wanted})
    }
    with bar("posters", sys.stderr) as progress:
        return make_posters(folder, bases, wanted, suffix=_suffix(args.kind, args.format), progress=progress)


async def _told(house: House, event: Event, kind: str, language: str) -> Mapping[str, Facts | Event]:
    """Name → what the picture tells: one for a warm-up, one for each quote or vote."""
    return {kind: event} if kind in EVENING else await cards(house, event, kind, language)


def _pictures(folder: Path, wanted: Mapping[str, Mapping[str, Facts | Event]], args: argparse.Namespace) -> list[Path]:
    """Pictures without a code, in each language of the evening. One that cannot be drawn does not cost the others."""
    folder.mkdir(parents=True, exist_ok=True)
    usual = CARD_FORMAT if args.kind in CARDS else _FORMAT
    paths: dict[str, Path] = {}
    reasons: dict[str, str] = {}
    for language, name, facts in ((lang, name, facts) for lang, all in wanted.items() for name, facts in all.items()):
        path = folder / f"{name}.{language}{_suffix(args.format) if args.format != usual else ''}.png"
        try:
            put(path, picture(args.kind, facts, theme=args.theme, format=args.format, language=language))
            paths[path.stem] = path
        except SalonError as error:
            reasons[path.stem] = str(error)
    if reasons:
        raise NotAllMade(reasons, paths)
    return list(paths.values())


def _suffix(*names: str) -> str:
    """What stands behind a group's id, so that each kind and format has files of its own: `.few.square`."""
    return "".join(f".{name}" for name in names if name not in (_FORMAT, _KIND))


def _chosen(groups: Sequence[Group], ids: Sequence[str], event: Event) -> Sequence[Group]:
    known = {group.id: group for group in groups}
    for id_ in ids:
        if id_ not in known:
            raise NotFound(f"group {id_!r} does not hear of {event.id}; the groups are: {_listed(list(known))}")
    if not groups:
        raise NotFound(f"no group hears of {event.id} yet; plan some with: salon plan FILE --apply")
    return [known[id_] for id_ in dict.fromkeys(ids)] if ids else groups


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:20])
    return f"{shown}, and {len(names) - 20} more" if len(names) > 20 else shown or "none"


async def _facts(house: House, event: Event, kind: str) -> SeatsLeft | None:
    """Seats that are left now, for `few`."""
    if kind != "few":
        return None
    left = (await house.live(event.id)).state.seats_left(event.seats)
    if left < 1:
        raise WrongUse(f"{event.id}: no seat is left; make the picture that says so: --kind full")
    return SeatsLeft(left=left)
