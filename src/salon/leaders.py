"""Who leads which groups of a series, by which private link; and the text that carries those links to all of them."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from salon.house import House
from salon.links import Links
from salon.model import Event, Group, Programme
from salon.phrases import facts_of, language_of
from salon.tasks import leader_key, people_of

#: The channel whose announcements people post by hand.
RELAY = "relay"
#: So many links go into one message: a phone can still be scrolled to its end.
LINKS_PER_TEXT = 40


class LeaderLink(NamedTuple):
    """One person's private link, and the groups that they lead."""

    leader: str
    link: str
    groups: tuple[Group, ...]


class Directory:
    """The leaders and backups of one series, by the token of their links. Built once for each change of the plan."""

    def __init__(self, programme: Programme, links: Links) -> None:
        self.series = programme.series.id
        #: Key of a person → their name as it was written first.
        self.names: dict[str, str] = {}
        self._leads: dict[str, list[Group]] = defaultdict(list)
        self._keys: dict[str, str] = {}
        for group in programme.groups:
            for name in people_of(group.leader):
                self._leads[self._know(name, links)].append(group)
            for name in people_of(group.backup):
                self._know(name, links)

    def key_of(self, token: str) -> str:
        """The key of whose link it is; empty: nobody's in the plan."""
        return self._keys.get(token, "")

    def led_by(self, key: str) -> tuple[Group, ...]:
        """The groups that a person leads, in the order of the plan."""
        return tuple(self._leads.get(key, ()))

    def _know(self, name: str, links: Links) -> str:
        key = leader_key(name)
        if key not in self.names:
            self.names[key] = name
            self._keys[links.leader_token(self.series, name)] = key
        return key


async def leader_links(house: House, event: Event) -> list[LeaderLink]:
    """(leader, link, groups) of everybody who leads a group that hears of *event* by hand, in the order of the plan.

    Two leaders of one group are two lines; one of two groups is one. Nobody's name is there twice.
    """
    return await _links(house, event, "leader")


async def backup_links(house: House, event: Event) -> list[LeaderLink]:
    """The same of everybody who stands in for a leader: the groups are those that they may be handed."""
    return await _links(house, event, "backup")


async def _links(house: House, event: Event, role: str) -> list[LeaderLink]:
    found: dict[str, LeaderLink] = {}
    for group in await house.groups(event):
        for name in people_of(getattr(group, role)) if group.channel == RELAY else ():
            known = found.get(leader_key(name)) or LeaderLink(name, house.links.leader(event.series, name), ())
            found[leader_key(name)] = known._replace(groups=(*known.groups, group))
    return list(found.values())


async def command_group_texts(house: House, event: Event, language: str = "") -> list[str]:
    """What the owner pastes into the command group: everybody's link, `LINKS_PER_TEXT` a message; none: no text."""
    everybody = (*await backup_links(house, event), *await leader_links(house, event))
    people = {leader_key(one.leader): one for one in everybody}
    rows = [people[key] for key in sorted(people)]
    language = language_of(event, language)
    facts, name = facts_of(event, language), f"relay/command_group.{language}.md"
    pages = [rows[k : k + LINKS_PER_TEXT] for k in range(0, len(rows), LINKS_PER_TEXT)]
    return [
        house.wording.fill(name, **facts, people=page, page=n, pages=len(pages)).strip() + "\n"
        for n, page in enumerate(pages, 1)
    ]
