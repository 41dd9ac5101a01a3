"""解散: the run starts early, waits for the second, shuts the room and says good night."""

from __future__ import annotations

from prefect import flow

from flows._run import play


@flow(name="disband", flow_run_name="{event} disband")
async def disband(event: str) -> str:
    """Shut the room of *event* at its time and say good night. The guard run five seconds later is the same flow."""
    return await play("disband", event)
