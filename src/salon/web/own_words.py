"""Members' own words: seen by them, taken back, given again, with or without their name; by the owner for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from salon.analysis.told import Report, quotes_in
from salon.consent import alias
from salon.entries import Rule
from salon.errors import NotFound, WrongUse
from salon.issue import telling
from salon.links import kol_key
from salon.model import Event
from salon.rules.consent import ask_anonymity, end_anonymity, return_words, withdraw_words
from salon.state import Said, State
from salon.web.describe import PAGE, TEXT, member_op, object_of, op
from salon.web.http import Answer, Ask, json_answer, redirect
from salon.web.publishing import issue_soon
from salon.web.routes import EVENT, KOL, OWNER_EVENT, Route
from salon.web.site import Site

#: What may be asked for, with the number of a message where there is one.
VERBS = ("withdraw", "return", "withdraw_all", "return_all", "anonymous", "named")


async def words(site: Site, ask: Ask) -> Answer:
    """`GET /report/EVENT/words`, `/kol/EVENT/TOKEN/words`: the asker's own words, and which of them are quoted."""
    event, state, author = await _asker(site, ask)
    said, quoted = _said_by(state, author), await _quoted(site, event, state)
    rows = [_row(one, state, quoted, event) for one in said]
    is_anonymous = author in state.editions.anonymous
    name = alias(state.editions.aliases.get(author, 1), event.languages[0])
    if ask.wants_json:
        return json_answer({"messages": rows, "anonymous": is_anonymous, "name": name if is_anonymous else ""})
    base = str(ask.scope["path"])
    return site.page(
        ask,
        "withdraw",
        event,
        base=base,
        rows=rows,
        author_name=said[-1].name if said else "",
        is_anonymous=is_anonymous,
        alias=name,
        is_kol=author == "kol",
        report_link=f"/report/{event.id}" if state.editions.published else "",
        all_gone=all(row["is_withdrawn"] for row in rows),
    )


async def change(site: Site, ask: Ask) -> Answer:
    """`POST` to the same: withdraw one message or all, give them again, ask for no name or for the name again."""
    event, _, author = await _asker(site, ask)
    fields = await ask.fields()
    rule = rule_for(fields.get("do", ""), author, _numbers(fields.get("message", "")), by=author)
    return await _done(site, ask, event, rule)


async def members(site: Site, ask: Ask) -> Answer:
    """`GET /owner/TOKEN/EVENT/report/words`: everybody who spoke, for those who lost the cookie of their seat."""
    event, state = await _owned(site, ask)
    quoted = await _quoted(site, event, state)
    people = [_person(state, author, quoted, event) for author in dict.fromkeys(_authors(state))]
    return site.page(ask, "desk_words", event, base=str(ask.scope["path"]), people=people)


async def change_for(site: Site, ask: Ask) -> Answer:
    """`POST` to the same: what members may do, done for the author of *message*, with a reason."""
    event, state = await _owned(site, ask)
    fields = await ask.fields()
    numbers = _numbers(fields.get("message", ""))
    if len(numbers) != 1 or numbers[0] not in state.messages:
        raise NotFound("message: write the number of a message")
    author = state.messages[numbers[0]].author
    rule = rule_for(fields.get("do", ""), author, numbers, by="owner", reason=fields.get("reason", ""))
    return await _done(site, ask, event, rule, f"#m{numbers[0]}")


def rule_for(do: str, author: str, messages: Iterable[int], *, by: str, reason: str = "") -> Rule:
    """The rule that *do* asks for. Raises `WrongUse` for a verb that nobody knows."""
    match do:
        case "withdraw":
            return withdraw_words(author, messages, by=by, reason=reason)
        case "withdraw_all":
            return withdraw_words(author, None, by=by, reason=reason)
        case "return":
            return return_words(author, messages, by=by)
        case "return_all":
            return return_words(author, None, by=by)
        case "anonymous":
            return ask_anonymity(author, by=by, reason=reason)
        case "named":
            return end_anonymity(author, by=by)
    raise WrongUse(f"do: {do[:40]!r} is not known; write one of {', '.join(VERBS)}")


async def _done(site: Site, ask: Ask, event: Event, rule: Rule, place: str = "") -> Answer:
    added = await site.house.journal.decide(event.id, rule)
    state = (await site.house.live(event.id)).state
    if added and state.editions.published:
        issue_soon(site, event)
    return json_answer({"changed": len(added)}) if ask.wants_json else redirect(f"{ask.scope['path']}{place}")


async def _asker(site: Site, ask: Ask) -> tuple[Event, State, str]:
    """The event, its state, and the author who asks: "kol" by the private link, else a guest by the cookie."""
    if "token" in ask.parts:
        known = (await site.house.plan()).event(ask.parts["event"])
        site.check("kol", kol_key(known) if known else ask.parts["event"], ask.parts["token"])
    event, _, state = await site.room(ask.parts["event"])
    return event, state, "kol" if "token" in ask.parts else site.guests.known(ask)


async def _owned(site: Site, ask: Ask) -> tuple[Event, State]:
    site.check("owner", "", ask.parts["token"])
    event, _, state = await site.room(ask.parts["event"])
    return event, state


def _numbers(text: str) -> list[int]:
    return [int(text)] if text.isascii() and text.isdigit() and len(text) < 16 else []


def _authors(state: State) -> Iterable[str]:
    return (said.author for said in state.messages.values() if said.role != "host" and not said.is_anonymous)


def _said_by(state: State, author: str) -> list[Said]:
    return [said for said in state.messages.values() if author and said.author == author]


async def _quoted(site: Site, event: Event, state: State) -> frozenset[int]:
    """Numbers of the messages that the public edition quotes."""
    if not state.editions.published:
        return frozenset()
    told = await telling(site.house, event)
    return frozenset(_numbers_of(told.report, state))


def _numbers_of(report: Report, state: State) -> Iterable[int]:
    # The report numbers messages by themselves, from 1 (`salon.discussion`).
    in_order = list(state.messages)
    for quote in quotes_in(report):
        for id in quote.message_ids:
            yield in_order[int(id) - 1]


def _row(said: Said, state: State, quoted: frozenset[int], event: Event) -> dict[str, Any]:
    return {
        "message": said.seq,
        "text": said.text,
        "hour": f"{said.at.astimezone(event.times.disbands_at.tzinfo):%H:%M}",
        "is_quoted": said.seq in quoted,
        "is_withdrawn": said.seq in state.editions.withdrawn,
        "is_hidden": said.seq in state.editions.hidden,
    }


def _person(state: State, author: str, quoted: frozenset[int], event: Event) -> dict[str, Any]:
    said = _said_by(state, author)
    number = state.editions.anonymous.get(author, 0)
    return {
        "name": next((one.name for one in reversed(said) if not one.is_anonymous), ""),
        "alias": alias(number, event.languages[0]) if number else "",
        "is_kol": author == "kol",
        "rows": [_row(one, state, quoted, event) for one in said],
    }


_OWN, _KOL_OWN, _FOR = rf"/report/{EVENT}/words", rf"{KOL}/words", rf"{OWNER_EVENT}/report/words"
ROUTES: list[Route] = [
    ("GET", _OWN, words),
    ("POST", _OWN, change),
    ("GET", _KOL_OWN, words),
    ("POST", _KOL_OWN, change),
    ("GET", _FOR, members),
    ("POST", _FOR, change_for),
]
_BODY: dict[str, Any] = {"body": "OwnWords", "answer": "Done", "refused": (400, 403, 404, 413)}
PATHS: dict[str, Any] = {
    "/report/{event}/words": {
        "get": member_op("The asker's own words, and which of them the report quotes", PAGE, answer="Done"),
        "post": member_op("Withdraw words or give them again; be told of without a name", **_BODY),
    },
    "/kol/{event}/{token}/words": {
        "get": op("The KOL's own words", PAGE, answer="Done", refused=(403, 404)),
        "post": op("Withdraw them or give them again", **_BODY),
    },
    "/owner/{token}/{event}/report/words": {
        "get": op("Everybody's words, for the owner", PAGE, refused=(403, 404)),
        "post": op("The same done for a member, with a reason", **_BODY),
    },
}
SCHEMAS: dict[str, Any] = {
    "OwnWords": object_of(("do",), do={"enum": list(VERBS)}, message=TEXT, reason=TEXT),
}
