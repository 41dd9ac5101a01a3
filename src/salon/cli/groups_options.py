"""What `salon groups` takes; apart from what it does, so that other verbs do not load that."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_options(verb: argparse.ArgumentParser) -> None:
    """`list` and `import`, with what they take."""
    todo = verb.add_subparsers(title="what", metavar="WHAT", required=True)
    show = todo.add_parser("list", help="print the groups of a series")
    show.add_argument("--as", dest="form", choices=("lines", "csv", "toml", "json"), default="lines")
    show.set_defaults(do="list")
    take = todo.add_parser("import", help="show what a list would change; --apply changes it")
    take.add_argument("file", type=Path, metavar="FILE", help="CSV, TSV, or lines of name and leader")
    take.add_argument("--apply", action="store_true", help="take it over; lines that are wrong are left out")
    take.set_defaults(do="import")
    for one in (show, take):
        one.add_argument("--series", default="", metavar="S", help="which series; may be left out when there is one")
