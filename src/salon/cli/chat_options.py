"""Options that tell of an exported chat; apart from what reads it, so that `salon --help` loads nothing of that."""

from __future__ import annotations

import argparse
from pathlib import Path

#: Options that only make sense for a chat held elsewhere, as argparse names them.
CHAT_OPTIONS = (
    "chat", "outline", "kol", "json", "out", "format", "timezone", "is_day_first", "conversation", "since", "until",
    "has_pdf", "has_pictures", "forms", "has_drafts", "has_formats",
)  # fmt: skip


def add_options(verb: argparse.ArgumentParser) -> None:
    """The options of `salon report` that tell of an exported chat."""
    add_reading_options(verb)
    verb.add_argument(
        "--formats", dest="has_formats", action="store_true", default=None, help="list the kinds of chats it reads"
    )
    verb.add_argument("--json", type=Path, metavar="OUT", help="write the report for programs here")
    verb.add_argument(
        "--out", type=Path, metavar="DIR", help="write every form here, and groups/ with each group's texts"
    )
    # Not False: that would be an option that was given.
    verb.add_argument("--pdf", dest="has_pdf", action="store_true", default=None, help="with --out: report.pdf too")
    verb.add_argument(
        "--pictures", dest="has_pictures", action="store_true", default=None, help="with --out: long pictures too"
    )
    verb.add_argument(
        "--draft", dest="has_drafts", action="store_true", default=None, help="a language model may write too"
    )
    verb.add_argument("--forms", choices=("text", "all"), help="with --out: all is --pdf and --pictures")


def add_reading_options(verb: argparse.ArgumentParser) -> None:
    """Those that say what the chat is and how to read it."""
    verb.add_argument("--chat", type=Path, metavar="FILE", help="an exported chat: a file, a zip, a folder")
    verb.add_argument("--outline", type=Path, metavar="FILE", help="its outline: Markdown, a point a line")
    verb.add_argument("--kol", metavar="NAME", help="who led it; several with commas; - for unknown")
    verb.add_argument("--format", metavar="F", help="what kind of export it is; by its content when left out")
    verb.add_argument("--timezone", metavar="ZONE", help="of times that have none, and of the report: Europe/Berlin")
    first = verb.add_mutually_exclusive_group()
    first.add_argument("--day-first", dest="is_day_first", action="store_true", default=None, help="03/04 is in April")
    first.add_argument("--month-first", dest="is_day_first", action="store_false", help="03/04 is in March")
    verb.add_argument("--conversation", metavar="NAME", help="which of several chats in one export")
    verb.add_argument("--since", metavar="TIME", help="leave out what was said before: 2026-03-05T20:00")
    verb.add_argument("--until", metavar="TIME", help="leave out what was said from then on; a day counts whole")


def is_of_a_chat(args: argparse.Namespace) -> bool:
    """Whether some option tells of an exported chat."""
    return any(getattr(args, name, None) not in (None, "") for name in CHAT_OPTIONS)
