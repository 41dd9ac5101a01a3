"""`salon leaders`: the private links of everybody who posts by hand, to paste into the command group."""

from __future__ import annotations

import asyncio
import json
import sys

from salon.house import open_house
from salon.leaders import LeaderLink, backup_links, leader_links


def leaders(event_id: str | None, *, as_json: bool) -> int:
    """Print a line for each leader and each backup of the event: name, link, groups. Tabs lie between them."""
    return asyncio.run(_leaders(event_id, as_json=as_json))


async def _leaders(event_id: str | None, *, as_json: bool) -> int:
    async with open_house() as house:
        event = await (house.event(event_id) if event_id else house.this_week())
        led, backed = await leader_links(house, event), await backup_links(house, event)
    if as_json:
        print(json.dumps([*_rows(led, "leader"), *_rows(backed, "backup")], ensure_ascii=False, indent=2))
        return 0
    for one in led:
        print(f"{one.leader}\t{one.link}\t{', '.join(group.name for group in one.groups)}")
    others = [one for one in backed if one.link not in {known.link for known in led}]
    for one in others:
        print(f"{one.leader}\t{one.link}\t(backup) {', '.join(group.name for group in one.groups)}")
    if not led and not others:
        print('no group of this event is on the channel "relay"', file=sys.stderr)
    return 0


def _rows(links: list[LeaderLink], role: str) -> list[dict[str, object]]:
    return [{"name": o.leader, "role": role, "link": o.link, "groups": [g.id for g in o.groups]} for o in links]
