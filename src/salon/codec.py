"""Nouns to plain data and back, for the journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from salon.model import Event, Group, Series

Planned = Series | Group | Event


_ADAPTERS: dict[type[Planned], TypeAdapter[Any]] = {noun: TypeAdapter(noun) for noun in (Series, Group, Event)}


def as_data(noun: Planned) -> dict[str, Any]:
    """*noun* as JSON-ready data; times as ISO 8601 with their offset."""
    data: dict[str, Any] = _ADAPTERS[type(noun)].dump_python(noun, mode="json")
    return data


def series_from(data: Mapping[str, Any]) -> Series:
    """The series that `as_data` wrote; keys that no longer exist are passed over."""
    found: Series = _ADAPTERS[Series].validate_python(dict(data))
    return found


def group_from(data: Mapping[str, Any]) -> Group:
    """The group that `as_data` wrote."""
    found: Group = _ADAPTERS[Group].validate_python(dict(data))
    return found


def event_from(data: Mapping[str, Any]) -> Event:
    """The event that `as_data` wrote."""
    found: Event = _ADAPTERS[Event].validate_python(dict(data))
    return found
