"""Keeps the KOLs' pictures with the house: a plan must not break when the owner tidies a folder."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

from salon.model import Event, Programme


def with_kept_portraits(programme: Programme, folder: Path) -> Programme:
    """*programme* with every portrait copied into *folder* under its content's name. May be run again."""
    return replace(programme, events=tuple(_kept(event, folder) for event in programme.events))


def _kept(event: Event, folder: Path) -> Event:
    if not event.kol.portrait:
        return event
    source = Path(event.kol.portrait)
    content = source.read_bytes()
    target = folder / f"{hashlib.sha256(content).hexdigest()[:16]}{source.suffix.lower()}"
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f".{target.name}.{os.getpid()}")
        fresh.write_bytes(content)
        os.replace(fresh, target)
    return replace(event, kol=replace(event.kol, portrait=str(target)))
