"""提纲: two days before, the KOL receives the outline and confirms it; a second run tells the owner who has not."""

from __future__ import annotations

from prefect import flow

from flows._run import play


@flow(name="brief", flow_run_name="{event} brief {number}")
async def brief(event: str, number: int = 1) -> str:
    """Send the KOL of *event* the outline and the link to confirm; *number* 2 tells the owner who has not."""
    return await play("brief", event, number)
