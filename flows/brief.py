"""提纲: two days before, the KOL receives the outline and confirms it."""

from __future__ import annotations

from prefect import flow

from flows._run import play


@flow(name="brief", flow_run_name="{event} brief")
async def brief(event: str) -> str:
    """Send the KOL of *event* the outline, the run of show and the link to confirm."""
    return await play("brief", event)
