"""The port through which announcements reach groups. Each adapter is one folder beside this file.

Adding a channel is adding a folder whose `__init__.py` has `channel(context)`, and where it needs
them `read_address(text)` and a `limits.toml`; removing the folder removes it. What a
platform allows is a dated setting: numbers stand in `limits.toml`, never in code, and an owner's own file goes before
them (`salon.channels.limits`).
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, TextIO, cast, runtime_checkable

from salon.channels.ability import Ability
from salon.channels.secrets import Secrets, placeholders
from salon.errors import WrongUse
from salon.model import Group

#: The parts of an announcement that a channel may have to send one by one.
WHOLE, TEXT, POSTER = "", "text", "poster"


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """One thing said to groups, ready to be read."""

    #: Id of the event that it is about.
    event: str
    #: Unique within the event: `warm_up`, `remind-1`.
    name: str
    #: In the channel's own dialect (`Ability.dialect`), within its own length.
    text: str
    #: PNG that goes with it.
    poster: bytes | None = field(default=None, repr=False)
    #: Which part of it is to be said now: one of the channel's `parts`.
    part: str = WHOLE
    #: The same for every try at this part for this group, and for nothing else: at most 64 letters and digits.
    key: str = ""
    #: In one line, for a subject or a card's head; empty: its first line.
    title: str = ""


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
    #: It lies ready for a person to post by hand.
    AWAITING = "awaiting"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A `Result` with what an operator wants to know about it."""

    result: Result
    #: In the platform's own words where it has some; never with an address or a secret in it.
    detail: str = ""
    #: Of a retry: how many seconds the platform wants to be left alone; 0: it did not say.
    wait: float = 0.0
    #: Whether the wait is this group's own (a mailbox that is full for a while), and no other has to wait with it.
    is_wait_of_group: bool = False
    #: Of a refusal: whether the credential itself is gone for good, so that nobody calls it again, of whatever
    #: announcement.
    is_gone: bool = False
    #: Of what was delivered: how the platform calls it, for an edit or a recall later; empty: it has no name there.
    receipt: str = ""


class Channel(Protocol):
    """One way to speak into groups."""

    @property
    def name(self) -> str:
        """The word that programmes use for it."""

    @property
    def ability(self) -> Ability:
        """What it can do, and what it allows."""

    @property
    def is_repeatable(self) -> bool:
        """Whether saying the same announcement again leaves one copy, so that a crash may simply be repeated."""

    @property
    def sends_pictures(self) -> bool:
        """Whether the poster travels with the text."""

    def parts(self, announcement: Announcement) -> tuple[str, ...]:
        """What has to be said one by one, in this order; each has an outcome of its own."""

    def credential(self, group: Group) -> str:
        """Name of what shares one allowance with other groups: a bot, a hook. Never the secret itself."""

    async def say(self, group: Group, announcement: Announcement) -> Outcome:
        """Say one part of *announcement* to *group*, whose address is open to read.

        What goes wrong outside is an `Outcome`, never an exception.
        """


@runtime_checkable
class Keeps(Channel, Protocol):
    """A channel whose announcements lie with us until a person takes them, so that they can still be changed."""

    async def renew(self, group: Group, announcement: Announcement) -> bool:
        """Put *announcement* in the place of the one of the same name, where there is one; whether it was another.

        May be run again. Raises OSError.
        """


@runtime_checkable
class Edits(Channel, Protocol):
    """A channel that can change what it has said."""

    async def edit(self, group: Group, announcement: Announcement, receipt: str) -> Outcome:
        """Put *announcement*'s text in the place of what *receipt* names. May be run again."""


@runtime_checkable
class Recalls(Channel, Protocol):
    """A channel that can take back what it has said."""

    async def recall(self, group: Group, receipt: str) -> Outcome:
        """Take back what *receipt* names. May be run again."""


@runtime_checkable
class Pins(Channel, Protocol):
    """A channel that can keep what it has said at the top of the group."""

    async def pin(self, group: Group, receipt: str) -> Outcome:
        """Pin what *receipt* names. May be run again."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What an adapter may need of the house."""

    #: Where what waits for a person lies.
    outbox: Path
    stream: TextIO = field(default_factory=lambda: sys.stdout)
    secrets: Secrets = field(default_factory=Secrets)
    #: The owner's own limits, by channel; they go before the shipped ones key by key.
    limits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    #: Of tests only: what stands in the place of a platform's constant host, by channel.
    hosts: Mapping[str, str] = field(default_factory=dict)


class _Adapter(Protocol):
    def channel(self, context: Context) -> Channel: ...


def known_channels() -> tuple[str, ...]:
    """Names of all channels that are installed, in alphabetical order."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(__path__) if found.ispkg))


def channel_named(name: str, context: Context) -> Channel:
    """The channel that programmes call *name*.

    Raises `WrongUse` listing the known names, or naming the secret that the channel lacks.
    """
    return cast(_Adapter, _adapter(name)).channel(context)


def checked_address(name: str, address: str) -> str:
    """*address* as the channel *name* wants it written, when it makes sense there.

    Raises `WrongUse` saying what to write, without the address where it may be a secret.
    """
    read = getattr(_adapter(name), "read_address", None)
    return address if read is None else str(read(address))


def is_address_secret(name: str) -> bool:
    """Whether a group's address on the channel *name* is itself a secret."""
    return channel_named(name, Context(outbox=Path(), secrets=placeholders())).ability.is_address_secret


def hides_address(name: str) -> bool:
    """Whether a group's address on the channel *name* lies encrypted in the plan: a secret, or people's own."""
    ability = channel_named(name, Context(outbox=Path(), secrets=placeholders())).ability
    return ability.is_address_secret or ability.is_address_private


def _adapter(name: str) -> ModuleType:
    if name not in known_channels():
        raise WrongUse(f"channel {name!r} is not known; write one of: {', '.join(known_channels())}")
    return importlib.import_module(f"{__name__}.{name}")


def in_parts(announcement: Announcement) -> tuple[str, ...]:
    """The parts of a channel that sends a picture by itself: poster first, so that the text stands below it."""
    return (POSTER, TEXT) if announcement.poster is not None else (TEXT,)
