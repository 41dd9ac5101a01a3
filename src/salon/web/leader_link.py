"""The private link of a group's leader, for texts that an owner pastes to them."""

from __future__ import annotations

from salon.model import Event
from salon.web.site import Site


def leader_link(site: Site, event: Event, person: str) -> str:
    """Where *person* sees what they have to post for the series of *event*; empty: they have no page."""
    make = getattr(site.house.links, "leader", None)
    return "" if make is None else str(make(event.series, person))
