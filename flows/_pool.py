"""The work pool `salon` with its two queues, made where it is missing while `prefect deploy` reads the flows."""

from __future__ import annotations

import contextlib

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists
from prefect.workers.process import ProcessWorker

#: Queue → priority; 1 is served first. A queue without one ranks below Prefect's own `default`.
QUEUES = {"critical": 1, "bulk": 5}


def ensure_pool() -> None:
    """Create the pool and its queues unless they exist, and set the queues' priorities. May be run again."""
    # With its template, so that the first worker need not write it while we write deployments.
    template = ProcessWorker.get_default_base_job_template()
    with get_client(sync_client=True) as client:
        with contextlib.suppress(ObjectAlreadyExists):
            client.create_work_pool(WorkPoolCreate(name="salon", type="process", base_job_template=template))
        for name, priority in QUEUES.items():
            try:
                client.create_work_queue(name, priority=priority, work_pool_name="salon")
            except ObjectAlreadyExists:
                client.update_work_queue(
                    client.read_work_queue_by_name(name, work_pool_name="salon").id, priority=priority
                )
