"""`salon rehearse`: one whole week on a fast clock, through the real Prefect server, flows and web room.

Members are people as HTTP sees them: they read the QR out of the poster files, open that address, claim, talk,
vote, reload, lose their line and come back. Only the clock is a film.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from salon.rehearsal.play import play
from salon.rehearsal.results import show
from salon.rehearsal.script import script_of
from salon.rehearsal.stage import cleared


def rehearse(programme: Path | None, *, chat: Path | None, outline: Path | None, kol: str | None, out: Path) -> int:
    """Play the first week of *programme* (default: a shipped example) and lay the results into *out*.

    With *chat*, *outline* and *kol* the evening is about that outline and members say what the chat says.
    Returns 0 when everything went as planned, else 1. Raises `WrongUse` and `Mistakes` before anything starts.
    *out* is emptied first if it holds an earlier rehearsal, and refused if it holds anything else.
    """
    script = script_of(programme, chat=chat, outline=outline, kol=kol)
    stage = cleared(out.absolute())
    summary = asyncio.run(play(script, stage, say=lambda line: print(line, file=sys.stderr, flush=True)))
    print(show(summary))
    return 1 if summary["problems"] else 0
