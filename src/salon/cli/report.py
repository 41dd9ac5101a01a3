"""`salon report --chat`: the report of a discussion held elsewhere."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from salon.cli.chat_options import CHAT_OPTIONS
from salon.elsewhere import HowToRead
from salon.errors import WrongUse
from salon.report_command import Paper, report_from_chat

if TYPE_CHECKING:
    from salon.drafting import Model


def report(args: argparse.Namespace) -> int:
    """Write or print the report of an exported chat; what was read of it goes to stderr. Raises `WrongUse`."""
    if args.has_formats:
        print(_formats())
        return 0
    if args.event:
        return _of_event(args)
    if not args.chat:
        raise WrongUse("--chat is missing; write: salon report --chat FILE [--outline FILE] [--kol NAME]")
    # One evening makes many objects and hardly any rubbish: looking for it takes a tenth of the time for nothing.
    gc.disable()
    paper, model = _paper(args), _model() if args.has_drafts else None
    how = how_to_read(args)
    said = report_from_chat(
        args.chat, args.outline, args.kol or "-", args.json, args.out, how=how, say=_say, paper=paper, model=model
    )
    print(said)
    # Nothing is left to be found either: Python would look through all of it once more before it ends.
    gc.freeze()
    return 0


def _of_event(args: argparse.Namespace) -> int:
    from salon.cli.event_report import ALLOWED, event_report

    if any(getattr(args, name) not in (None, "") for name in CHAT_OPTIONS if name not in ALLOWED):
        raise WrongUse(f"{args.event}: an event's report is made from its journal; leave out --chat and the like")
    return event_report(args, _paper(args))


def _formats() -> str:
    """Every kind of chat that can be read, a line each."""
    from salon.imports import FORMATS

    return "\n".join(f"{known.name:<15} {known.title}" for known in FORMATS)


def _model() -> Model:
    """The language model that the owner has connected. Raises `WrongUse` where there is none."""
    from salon.drafting import model_from_env

    found = model_from_env(os.environ)
    if found is None:
        raise WrongUse("--draft: no language model is connected; set SALON_MODEL_URL and SALON_MODEL_NAME")
    return found


def _paper(args: argparse.Namespace) -> Paper:
    """What is wanted besides the texts. Raises `WrongUse` where there is no place to write it to."""
    is_all = args.forms == "all"
    paper = Paper(has_pdf=is_all or bool(args.has_pdf), has_pictures=is_all or bool(args.has_pictures))
    if any(paper) and not args.out:
        raise WrongUse("--pdf, --pictures and --forms all write files; say where with --out DIR")
    return paper


def how_to_read(args: argparse.Namespace) -> HowToRead:
    """What the options say of the chat. Raises `WrongUse` for a zone that there is not."""
    return HowToRead(
        format=args.format or "",
        zone=_zone(args.timezone) if args.timezone else None,
        is_day_first=args.is_day_first,
        conversation=args.conversation or "",
        since=args.since or "",
        until=args.until or "",
    )


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise WrongUse(
            f"--timezone {name}: no such zone; write a name like Asia/Shanghai or Europe/Berlin"
        ) from unknown
