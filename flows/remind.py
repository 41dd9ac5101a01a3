"""提醒: on the day, groups hear how many seats are left; a full room ends the reminders."""

from __future__ import annotations

from prefect import flow

from flows._run import play


@flow(name="remind", flow_run_name="{event} remind {number}")
async def remind(event: str, number: int = 1) -> str:
    """Send the *number*-th reminder of *event*, counted from 1."""
    return await play("remind", event, number)
