"""`salon report --chat`: the report of a discussion held elsewhere."""

from __future__ import annotations

import argparse

from salon.errors import WrongUse
from salon.report_command import report_from_chat


def report(args: argparse.Namespace) -> int:
    """Write or print the report of an exported chat. Raises `WrongUse` unless chat, outline and KOL are all given."""
    if args.event:
        raise WrongUse(f"{args.event}: an event's report is made from its journal; leave out --chat and the like")
    for name in ("chat", "outline", "kol"):
        if not getattr(args, name):
            raise WrongUse(f"--{name} is missing; write: salon report --chat FILE --outline FILE --kol NAME")
    said = report_from_chat(args.chat, args.outline, args.kol, args.json, args.out)
    print(said)
    return 0
