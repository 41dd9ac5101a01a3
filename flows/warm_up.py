"""预热: the evening before, every group hears who comes, on what, and when."""

from __future__ import annotations

from prefect import flow

from flows._run import play


@flow(name="warm_up", flow_run_name="{event} warm_up")
async def warm_up(event: str) -> str:
    """Tell every group about *event*: KOL, topic, outline and time."""
    return await play("warm_up", event)
