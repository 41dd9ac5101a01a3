"""The owner's desk as its page shows it: every piece of the report with what may be done to it, and its messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from salon.analysis.links import Link
from salon.analysis.questions import Asked
from salon.analysis.quotes import Quote
from salon.analysis.tags import Tagged
from salon.analysis.told import Finding, Note, Outcome, Point
from salon.bench import PLACES
from salon.hearing import heard_before, is_owed
from salon.issue import Telling
from salon.model import Event, Message, Sentence
from salon.pieces import Piece, Thing
from salon.state import State

View = dict[str, Any]
#: Lists of the report in the order of the page, with the place of the editor's sentences behind each.
_LISTS = (
    ("prologue", ""),
    ("findings", ""),
    ("questions", "questions"),
    ("notable", "notable"),
    ("minutes", ""),
    ("links", ""),
    ("drafted", ""),
)


def desk_of(told: Telling, state: State, event: Event, groups: Sequence[Any], mode: str) -> View:
    """Everything that `templates/web/desk.html` shows, by name; numbers of versions are numbers."""
    editions = state.editions
    return {
        "version": told.version,
        "latest": editions.latest,
        "published": editions.published,
        "is_recalled": editions.is_recalled,
        "is_approved": told.version in editions.approved,
        "can_correct": _can_correct(state),
        "is_owed": is_owed(state, tuple(groups)),
        "mode": mode,
        "report_title": told.report.topic,
        "versions": _versions(state, event),
        "skipped": [_skipped(skip.operation, skip.why) for skip in told.edited.skipped],
        "withdrawn": len(editions.withdrawn),
        **_Desk(told, event).view(),
    }


def _can_correct(state: State) -> bool:
    """Whether the groups may be told of the public edition as a correction, and have not been."""
    editions = state.editions
    public = {step.number for step in editions.steps if step.kind == "report_published"}
    has_cause = len(public) > 1 or bool(heard_before(state))
    return bool(editions.published) and has_cause and editions.published not in editions.corrections


def _versions(state: State, event: Event) -> list[View]:
    editions, zone = state.editions, event.times.disbands_at.tzinfo
    public = {step.number for step in editions.steps if step.kind == "report_published"}
    return [
        {
            "number": version.number,
            "editor": version.editor,
            "at": f"{version.at.astimezone(zone):%m-%d %H:%M}",
            "changes": version.added,
            "after": version.after,
            "is_back": bool(version.after) and not version.added,
            "is_public": version.number == editions.published,
            "may_publish": version.number in editions.approved | public and version.number != editions.published,
        }
        for version in reversed(editions.versions.values())
    ]


def _skipped(operation: Any, why: str) -> View:
    return {"do": str(operation["do"]), "text": str(operation.get("text", "")), "why": why}


class _Desk:
    """The pieces of one version, laid out."""

    def __init__(self, told: Telling, event: Event) -> None:
        self._pieces, self._zone = told.edited.pieces, event.times.disbands_at.tzinfo
        self._messages = {message.id: message for message in told.discussion.messages}

    def view(self) -> View:
        """Points with their quotes, the other lists, and the editor's sentences by place."""
        points = [
            {**row, "quotes": self._rows(f"in:{row['key']}"), "notes": self._notes(row["key"])}
            for row in self._rows("points")
        ]
        lists = [
            {"name": name, "rows": rows, "place": place, "notes": self._notes(place)}
            for name, place in _LISTS
            if (rows := self._rows(name)) or (place and self._notes(place))
        ]
        polls = self._rows("polls")
        ends = {place: self._notes(place) for place in PLACES}
        return {"points": points, "polls": polls, "lists": lists, "notes": ends}

    def _notes(self, place: str) -> list[View]:
        pieces = [piece for piece in self._pieces["notes"] if isinstance(piece.thing, Note)]
        here = [piece for piece in pieces if place and piece.thing.place == place]  # type: ignore[union-attr]
        return [
            {
                "key": piece.key,
                "text": piece.thing.text,  # type: ignore[union-attr]
                "by": piece.thing.by,  # type: ignore[union-attr]
                "is_dropped": piece.is_dropped,
            }
            for piece in here
        ]

    def _rows(self, name: str) -> list[View]:
        pieces = [piece for piece in self._pieces[name] if not self._is_told_elsewhere(piece.thing)]
        kept = [piece for piece in pieces if not piece.is_dropped]
        return [self._row(piece, *_neighbours(piece, kept), name) for piece in pieces]

    def _is_told_elsewhere(self, thing: Thing) -> bool:
        """Whether a minute tag stands among the findings, and goes and comes with its own."""
        found = (piece.thing for piece in self._pieces["findings"])
        return isinstance(thing, Tagged) and any(
            isinstance(other, Finding) and thing.message_id in other.quote.message_ids for other in found
        )

    def _row(self, piece: Piece, before: Piece | None, after: Piece | None, name: str) -> View:
        return {
            "key": piece.key,
            "is_dropped": piece.is_dropped,
            "prev": before.key if before else "",
            "next": after.key if after else "",
            "can_merge": after is not None and not piece.is_dropped and _may_merge(piece.thing, after.thing),
            "is_quote": isinstance(piece.thing, Quote),
            "in_point": name.startswith("in:"),
            "messages": list(self._said(piece.thing)),
            "kind": "",
            "others": 0,
            **_shown(piece.thing),
        }

    def _said(self, thing: Thing) -> Iterator[View]:
        """The messages behind a piece: whose, when, and all of each."""
        for id in _ids(thing):
            message = self._messages.get(id)
            if message is not None:
                yield {"name": message.name, "hour": self._hour(message), "text": message.text}

    def _hour(self, message: Message) -> str:
        return f"{message.at.astimezone(self._zone):%H:%M}"


def _neighbours(piece: Piece, kept: Sequence[Piece]) -> tuple[Piece | None, Piece | None]:
    if piece.is_dropped:
        return None, None
    at = next(k for k, other in enumerate(kept) if other is piece)
    return kept[at - 1] if at else None, kept[at + 1] if at + 1 < len(kept) else None


def _may_merge(one: Thing, other: Thing) -> bool:
    """Whether the button is worth showing; what it does is for `salon.bench` to say."""
    match one, other:
        case Point(), Point():
            return True
        case Quote(), Quote():
            return one.name == other.name
        case Finding(), Finding():
            return one.kind == other.kind
    return False


def _shown(thing: Thing) -> View:
    match thing:
        case Point():
            return {"text": thing.title, "name": "", "is_found": thing.message_id is not None}
        case Outcome():
            tally = [{"text": text, "votes": votes} for text, votes in zip(thing.options, thing.votes, strict=True)]
            return {"text": thing.question, "name": "", "options": tally}
        case Quote():
            return {"text": thing.text, "name": thing.name}
        case Asked():
            answer = thing.answer
            told = {"answer": answer.text, "answer_name": answer.name} if answer else {"answer": ""}
            return {"text": thing.question.text, "name": thing.question.name, **told}
        case Finding():
            return {"text": thing.quote.text, "name": thing.quote.name, "kind": thing.kind, "others": len(thing.others)}
        case Tagged():
            return {"text": thing.text, "name": thing.name, "kind": thing.kind}
        case Link():
            return {"text": thing.url, "name": ""}
        case Note() | Sentence():
            return {"text": thing.text, "name": thing.by}


def _ids(thing: Thing) -> tuple[str, ...]:
    match thing:
        case Point():
            return (thing.message_id,) if thing.message_id else ()
        case Asked():
            return (*thing.question.message_ids, *(thing.answer.message_ids if thing.answer else ()))
        case Finding():
            return tuple(id for quote in (thing.quote, *thing.others) for id in quote.message_ids)
        case Tagged():
            return (thing.message_id,)
        case Quote() | Link() | Sentence():
            return thing.message_ids
    return ()
