"""A channel that remembers what it was told, and answers as it is told to: for tests of a house, yours too."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from salon.channels import TEXT, Announcement, Outcome, Result, in_parts
from salon.channels.ability import Ability
from salon.model import Group

#: Asked before every call with the group, what is said, and which try at it this is (from 1); None: deliver it.
Answers = Callable[[Group, Announcement, int], Outcome | None]


@dataclass(kw_only=True)
class Remembering:
    """A platform in memory: poster and text are said one by one."""

    name: str = "remembering"
    ability: Ability = field(default_factory=lambda: Ability(can_picture=True))
    is_repeatable: bool = False
    sends_pictures: bool = True
    answers: Answers | None = None
    #: What has arrived, in order: (group id, announcement's name, part).
    heard: list[tuple[str, str, str]] = field(default_factory=list)
    tries: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def parts(self, announcement: Announcement) -> tuple[str, ...]:
        """Poster first, where there is one, then the text."""
        return in_parts(announcement)

    def credential(self, group: Group) -> str:
        """One for all."""
        return self.name

    async def say(self, group: Group, announcement: Announcement) -> Outcome:
        """Remember it, unless the answers say otherwise. An UNKNOWN answer whose detail begins with "after" arrives."""
        await asyncio.sleep(0)
        one = (group.id, announcement.name, announcement.part)
        self.tries[one] += 1
        answer = self.answers(group, announcement, self.tries[one]) if self.answers else None
        if answer is None or answer.detail.startswith("after"):
            self.heard.append(one)
        return answer or Outcome(result=Result.DELIVERED, receipt=f"r-{len(self.heard)}")


def texts_heard(channel: Remembering) -> Sequence[str]:
    """Ids of the groups whose text has arrived, in order."""
    return [group for group, _, part in channel.heard if part == TEXT]
