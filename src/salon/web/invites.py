"""Rooms that people open by hand: their group codes uploaded by the owner, handed out to seat holders."""

from __future__ import annotations

from typing import Any

from salon.web.routes import Route

ROUTES: list[Route] = []
#: Path → operations, as `salon.web.openapi` collects them.
PATHS: dict[str, Any] = {}
SCHEMAS: dict[str, Any] = {}
