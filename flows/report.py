"""报告: after the evening, the report is written and every group gets it."""

from __future__ import annotations

from prefect import flow

from flows._run import play


@flow(name="report", flow_run_name="{event} report")
async def report(event: str) -> str:
    """Write the report of *event* and share it with every group."""
    return await play("report", event)
