"""Tries a channel on one group for real: first without anybody hearing it, then with one message."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from salon.channels import Announcement, Channel, Outcome, Result
from salon.markup import literal
from salon.model import Group

#: What the group reads.
TEXT = "沙龙测试消息，可以删除。\nA test message of Salon; you may delete it."


@runtime_checkable
class Greets(Channel, Protocol):
    """A channel that can find out by itself whether it may speak to a group."""

    async def greet(self, group: Group) -> Outcome:
        """Check credential and group, and go in where the group is open. Nobody hears anything. May be run again."""


@dataclass(frozen=True, kw_only=True)
class Probed:
    """What one probe found out."""

    #: What came of the greeting; None: the channel cannot greet.
    greeted: Outcome | None
    #: (part, what came of it), as far as it got.
    said: tuple[tuple[str, Outcome], ...]

    @property
    def is_proved(self) -> bool:
        """Whether a real message is there, whole."""
        return bool(self.said) and all(outcome.result is Result.DELIVERED for _, outcome in self.said)


async def probe(channel: Channel, group: Group, *, key: str, poster: bytes | None = None, text: str = TEXT) -> Probed:
    """Greet *group*, whose address is open to read, and say *text* to it, with *poster* where the channel takes one.

    It is an announcement of its own, called *key*. Stops at the first part that does not arrive. Not for a repeat,
    unless *key* (as of an `Announcement`) is the same and the channel is repeatable.
    """
    greeted = await channel.greet(group) if isinstance(channel, Greets) else None
    if greeted is not None and greeted.result is not Result.DELIVERED:
        return Probed(greeted=greeted, said=())
    ability = channel.ability
    picture = poster if ability.can_picture else None
    words = literal(text, ability.dialect)
    whole = Announcement(event="probe", name=key, text=words, poster=picture, title=text.partition("\n")[0])
    said: list[tuple[str, Outcome]] = []
    for part in channel.parts(whole):
        outcome = await channel.say(group, replace(whole, part=part, key=f"{key}{part}"))
        said.append((part, outcome))
        if outcome.result not in (Result.DELIVERED, Result.AWAITING):
            break
    return Probed(greeted=greeted, said=tuple(said))
