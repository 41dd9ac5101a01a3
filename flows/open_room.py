"""开场: on the day, the room opens and every group gets a poster with its own live code."""

from __future__ import annotations

from prefect import flow

from flows._run import play


@flow(name="open_room", flow_run_name="{event} open_room")
async def open_room(event: str) -> str:
    """Open the room of *event*, make the posters and send them."""
    return await play("open_room", event)
