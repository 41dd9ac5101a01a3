"""The owner's page of who leads an evening: hosts and note takers by name, each with a link of their own."""

from __future__ import annotations

from typing import Any

from salon.model import Event
from salon.roles import NAMED
from salon.rules.roles import name_leader, withdraw_leader
from salon.rules.seats import NAME_LENGTH
from salon.state import State
from salon.web.describe import PAGE, TEXT, object_of, op
from salon.web.http import Answer, Ask, json_answer, redirect
from salon.web.lines import clean
from salon.web.readers import leader_link
from salon.web.routes import OWNER_EVENT, Route
from salon.web.site import Site
from salon.web.standing import new_key


async def page(site: Site, ask: Ask) -> Answer:
    """`GET /owner/TOKEN/EVENT/leaders`: who leads, with every private link."""
    event, state = await _owned(site, ask)
    rows = [_row(site, event, one.key, one.name, one.role) for one in state.roles.now()]
    if ask.wants_json:
        return json_answer(rows)
    first = {"host": site.house.links.host(event.id), "kol": site.house.links.kol(event)}
    base, owner = f"/owner/{ask.parts['token']}/{event.id}/leaders", f"/owner/{ask.parts['token']}"
    return site.page(
        ask, "leaders", event, rows=rows, first=first, base=base, owner=owner, roles=NAMED, name_length=NAME_LENGTH
    )


async def add(site: Site, ask: Ask) -> Answer:
    """`POST /owner/TOKEN/EVENT/leaders` (`name`, `role`): a link in somebody's own name."""
    event, _ = await _owned(site, ask)
    fields, key = await ask.fields(), new_key()
    role, name = fields.get("role", ""), " ".join(clean(fields.get("name", "")).split())
    await site.house.journal.decide(event.id, name_leader(key, role, name, by="owner"))
    return json_answer(_row(site, event, key, name, role), 201) if ask.wants_json else _back(ask, event)


async def withdraw(site: Site, ask: Ask) -> Answer:
    """`POST /owner/TOKEN/EVENT/leaders/KEY/withdraw`: that link opens nothing any more, and its line is cut."""
    event, _ = await _owned(site, ask)
    await ask.fields()
    await site.house.journal.decide(event.id, withdraw_leader(ask.parts["key"], by="owner"))
    return json_answer({"done": True}) if ask.wants_json else _back(ask, event)


async def _owned(site: Site, ask: Ask) -> tuple[Event, State]:
    site.check("owner", "", ask.parts["token"])
    event, _, state = await site.room(ask.parts["event"])
    return event, state


def _row(site: Site, event: Event, key: str, name: str, role: str) -> dict[str, Any]:
    link = f"{site.house.settings.public_url}{leader_link(site, event.id, key)}"
    return {"key": key, "name": name, "role": role, "link": link}


def _back(ask: Ask, event: Event) -> Answer:
    return redirect(f"/owner/{ask.parts['token']}/{event.id}/leaders")


_LEADERS = rf"{OWNER_EVENT}/leaders"
ROUTES: list[Route] = [
    ("GET", _LEADERS, page),
    ("POST", _LEADERS, add),
    ("POST", rf"{_LEADERS}/(?P<key>[a-z0-9]{{1,20}})/withdraw", withdraw),
]
_BASE = "/owner/{token}/{event}/leaders"
PATHS: dict[str, Any] = {
    _BASE: {
        "get": op("Who leads an evening, with their private links", PAGE, refused=(403, 404)),
        "post": op(
            "Give somebody a link of their own",
            body="Leader",
            answer="LeaderLink",
            status=201,
            refused=(400, 403, 404, 409),
        ),
    },
    f"{_BASE}/{{key}}/withdraw": {"post": op("Withdraw such a link", body="Done", answer="Done", refused=(403, 404))},
}
SCHEMAS: dict[str, Any] = {
    "Leader": object_of(("name", "role"), name={**TEXT, "maxLength": NAME_LENGTH}, role={"enum": list(NAMED)}),
    "LeaderLink": object_of(("key", "name", "role", "link"), key=TEXT, name=TEXT, role=TEXT, link=TEXT),
}
