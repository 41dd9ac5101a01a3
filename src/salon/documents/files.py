"""Documents as files: each whole or not at all; and the report for programs."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from salon.analysis.meeting import public
from salon.report import Report

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def write_documents(folder: Path, documents: Mapping[str, bytes]) -> None:
    """Put *documents* (`report.md`, `groups/tea/short.txt`) into *folder*, each file whole or not at all.

    All are written before the first one takes its place, the last of them first: a page comes after those that it
    leads to, and where the disk is full nothing is changed. May be run again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in documents:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    _write_all({folder / name: content for name, content in reversed(list(documents.items()))})


def write_whole(path: Path, content: bytes) -> None:
    """Write *content* beside *path* and move it there, so that no reader sees half a file."""
    _write_all({path: content})


def _write_all(contents: Mapping[Path, bytes]) -> None:
    mark = f"{os.getpid()}.{threading.get_ident()}.part"
    halves = {path.with_name(f".{path.name}.{mark}"): path for path in contents}
    try:
        for half, path in halves.items():
            half.write_bytes(contents[path])
        for half, path in halves.items():
            os.replace(half, path)
    finally:
        for half in halves:
            half.unlink(missing_ok=True)


def as_json(report: Report) -> str:
    """The report for programs: every leaf with the ids of its messages; times in ISO 8601, lengths in minutes."""
    return _laid_out(_fields(report))


def as_public_json(report: Report) -> str:
    """The same for everybody: nobody is ranked, and no view is counted, which a killed process may have lost."""
    data = _fields(report) | {"candidates": (), "meeting": public(report.meeting)}
    data["shares"] = [_fields(share) for share in report.shares]
    for share in data["shares"]:
        del share["views"]
    return _laid_out(data)


def _fields(value: DataclassInstance) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _laid_out(data: dict[str, Any]) -> str:
    if data["meeting"] is None:
        # Hardly any evening is led by command.
        del data["meeting"]
    return orjson.dumps(data, default=_minutes, option=orjson.OPT_INDENT_2).decode() + "\n"


def _minutes(value: object) -> int:
    if isinstance(value, timedelta):
        return int(value.total_seconds() // 60)
    raise TypeError(f"{type(value).__name__} is nothing that a report holds")
