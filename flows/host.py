"""主持: from shortly before the start to the end, prompts and polls come at their times."""

from __future__ import annotations

from prefect import flow

from flows._run import play


@flow(name="host", flow_run_name="{event} host")
async def host(event: str) -> str:
    """Keep the rhythm of *event*: precautions, prompts, polls, wrap-up, instant recap."""
    return await play("host", event)
