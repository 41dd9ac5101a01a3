"""Secrets of the channels out of Prefect's Secret blocks, into the environment of this run and nowhere else."""

from __future__ import annotations

import os
from collections.abc import MutableMapping

from prefect.client.orchestration import get_client

from salon.channels.secrets import PREFIX, variable


async def load_secrets(env: MutableMapping[str, str] = os.environ) -> list[str]:
    """Put what the blocks `salon-…` hold into *env*, where the channels look; returns the variables that it set.

    One call for all of them. A variable that is set already goes before its block. Nothing is logged or returned
    but names. May be run again.
    """
    async with get_client() as client:
        blocks = await client.read_block_documents_by_type("secret", include_secrets=True)
    found = {
        variable(block.name.removeprefix(PREFIX)): str(block.data.get("value", ""))
        for block in blocks
        if block.name and block.name.startswith(PREFIX)
    }
    fresh = {name: value for name, value in found.items() if not env.get(name)}
    env.update(fresh)
    return sorted(fresh)
