"""What every flow does: open the house, play one moment, and lay down what came of it for the owner to read."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact

from flows._secrets import load_secrets
from salon import moments
from salon.house import open_house
from salon.settings import Settings

# `prefect deploy` refuses a pool that does not exist, and has no step that comes before that check: reading the
# flow is all it does earlier. A worker reads the flow too, and must not touch the pool.
if "deploy" in sys.argv:
    from flows._pool import ensure_pool

    ensure_pool()


#: A run is started two minutes ahead of its time; one that is much too early belongs to an event that was moved.
PATIENCE = timedelta(minutes=5)


async def play(moment: str, event: str, number: int = 1) -> str:
    """Run *moment* of *event* (the *number*-th, for reminders) and return its outcome as one sentence.

    May be run again at any time: the journal knows what is done. Prefect's state says only how this run went.
    """
    await load_secrets()
    async with open_house(Settings.from_env()) as house:
        outcome = await moments.run(house, event, moment, number, patience=PATIENCE)
    note = f"## {event} · {outcome.slot}\n\n**{outcome.outcome}**: {outcome.text}\n"
    await lay_down(f"{event}-{outcome.slot}", note, outcome.table)
    return f"{outcome.outcome}: {outcome.text}"


async def lay_down(name: str, note: str, rows: Sequence[Mapping[str, Any]] = ()) -> None:
    """Write *note* (Markdown) and *rows* as artifacts under *name*; a later run adds a newer version of the same."""
    key = artifact_key(name)
    await acreate_markdown_artifact(note, key=key)
    if rows:
        await acreate_table_artifact([dict(row) for row in rows], key=f"{key}-rows")


def artifact_key(name: str) -> str:
    """*name* in the only letters that Prefect allows in a key: a–z, 0–9 and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "salon"
