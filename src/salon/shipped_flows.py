"""Where a worker finds the flows: the pull step that `prefect.yaml` names, asked on the worker's own machine."""

from __future__ import annotations

from salon.shipped import shipped


def working_directory() -> dict[str, str]:
    """Answer Prefect's pull step with the folder that holds `flows/` in this installation.

    Source: docs.prefect.io, "prefect.yaml", pull steps: an output named `directory` becomes the run's working
    directory (read November 2026).
    """
    return {"directory": str(shipped())}
