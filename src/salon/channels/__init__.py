"""The port through which announcements reach groups. Each adapter is one folder beside this file.

Adding a channel is adding a folder whose `__init__.py` has `channel(outbox, stream)`; removing the folder removes it.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TextIO, cast, runtime_checkable

from salon.errors import WrongUse
from salon.model import Group


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """One thing said to groups, ready to be read."""

    #: Id of the event that it is about.
    event: str
    #: Unique within the event: `warm_up`, `remind-1`.
    name: str
    #: Plain text that survives copy and paste.
    text: str
    #: PNG that goes with it.
    poster: bytes | None = field(default=None, repr=False)


class Result(StrEnum):
    """What became of one try to say something to one group."""

    #: It is there.
    DELIVERED = "delivered"
    #: It never will be; written down, not tried again.
    REFUSED = "refused"
    #: It may or may not be there; a person decides.
    UNKNOWN = "unknown"
    #: It is not there for a passing reason; may be tried again.
    RETRY = "retry"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A `Result` with what an operator wants to know about it."""

    result: Result
    detail: str = ""


class Channel(Protocol):
    """One way to speak into groups."""

    @property
    def name(self) -> str:
        """The word that programmes use for it."""

    @property
    def is_repeatable(self) -> bool:
        """Whether saying the same announcement again leaves one copy, so that a crash may simply be repeated."""

    @property
    def sends_pictures(self) -> bool:
        """Whether the poster travels with the text."""

    async def say(self, group: Group, announcement: Announcement) -> Outcome:
        """Say *announcement* to *group*. What goes wrong outside is an `Outcome`, never an exception."""


@runtime_checkable
class Keeps(Channel, Protocol):
    """A channel whose announcements lie with us until a person takes them, so that they can still be changed."""

    async def renew(self, group: Group, announcement: Announcement) -> bool:
        """Put *announcement* in the place of the one of the same name, where there is one; whether it was another.

        May be run again. Raises OSError.
        """


class _Adapter(Protocol):
    def channel(self, outbox: Path, stream: TextIO) -> Channel: ...


def known_channels() -> tuple[str, ...]:
    """Names of all channels that are installed, in alphabetical order."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(__path__) if found.ispkg))


def channel_named(name: str, outbox: Path, stream: TextIO | None = None) -> Channel:
    """The channel that programmes call *name*; *outbox* and *stream* (default: stdout) are for those that need them.

    Raises `WrongUse` listing the known names.
    """
    if name not in known_channels():
        raise WrongUse(f"channel {name!r} is not known; write one of: {', '.join(known_channels())}")
    adapter = cast(_Adapter, importlib.import_module(f"{__name__}.{name}"))
    return adapter.channel(outbox, sys.stdout if stream is None else stream)
