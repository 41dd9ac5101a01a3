"""Addresses that are secrets (a hook's key) or people's own (mailboxes) are written down encrypted, under the
installation's own secret."""

from __future__ import annotations

from dataclasses import replace

from salon.channels import checked_address, hides_address, is_address_secret
from salon.errors import Mistakes, WrongUse
from salon.house import HIDDEN, House
from salon.model import Group, Programme


def sealed(house: House, programme: Programme, old: Programme | None) -> Programme:
    """*programme* with every address checked by its channel, and hidden where it is a secret.

    What *old* hides already stays as it is written there, so that the same file applied again changes nothing.
    Raises `Mistakes` with every address that makes no sense to its channel; a secret is not repeated in it.
    """
    known = {group.id: group for group in old.groups} if old else {}
    mistakes: list[str] = []
    groups = []
    for n, group in enumerate(programme.groups, 1):
        try:
            groups.append(_sealed(house, group, known.get(group.id)))
        except WrongUse as wrong:
            mistakes.append(f"groups[{n}].address: {wrong}")
    for n, event in enumerate(programme.events, 1):
        if is_address_secret(event.kol.channel):
            mistakes.append(f"events[{n}].kol.channel: {event.kol.channel} speaks to a group; choose another channel")
    if is_address_secret(channel := programme.series.owner_channel):
        mistakes.append(f"series.owner_channel: {channel} speaks to a group; choose another channel")
    if mistakes:
        raise Mistakes(mistakes)
    return replace(programme, groups=tuple(groups))


def _sealed(house: House, group: Group, old: Group | None) -> Group:
    if group.address.startswith(HIDDEN):
        return group
    address = checked_address(group.channel, group.address)
    if not hides_address(group.channel):
        return replace(group, address=address)
    if old is not None and _hides(house, old, group.channel, address):
        return replace(group, address=old.address)
    return replace(group, address=HIDDEN + house.links.hide(address))


def _hides(house: House, old: Group, channel: str, address: str) -> bool:
    is_hidden = old.channel == channel and old.address.startswith(HIDDEN)
    return is_hidden and house.opened(old).address == address
