"""Order in the room: reported and held messages, the ladder warn, mute, remove, and slow mode."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from salon.model import Event
from salon.state import State
from salon.web.readers import Reader
from salon.web.routes import Route
from salon.web.site import Site

PARTS: Mapping[str, Callable[[Site, Event, State, Reader], Mapping[str, Any] | None]] = {}
ROUTES: list[Route] = []
PATHS: dict[str, Any] = {}
SCHEMAS: dict[str, Any] = {}
