"""Hands each announcement to the group's leader, who copies and posts it: the way into groups without an official API.

Text and poster lie in the outbox, as on the folder channel, and the leader's page shows them; until somebody has
posted them the delivery is *awaiting*.
"""

from __future__ import annotations

from dataclasses import replace

from salon.channels import Announcement, Channel, Context, Outcome, Result
from salon.channels.ability import LEADER, Ability
from salon.channels.folder import Folder
from salon.model import Group


class Relay(Folder):
    """The relay channel: ready for the leader, whole or not at all."""

    name = "relay"
    ability = Ability(can_picture=True, can_edit=True, who=LEADER, tested="used in every rehearsal")

    async def say(self, group: Group, announcement: Announcement) -> Outcome:
        """Lay text and poster ready for the leader. May be said again: the first copy stays as it is."""
        laid = await super().say(group, announcement)
        return replace(laid, result=Result.AWAITING, detail="") if laid.result is Result.DELIVERED else laid


def channel(context: Context) -> Channel:
    """The relay channel over the context's outbox."""
    return Relay(context.outbox)
