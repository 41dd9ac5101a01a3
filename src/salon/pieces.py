"""The pieces of a report that an editor can take hold of, and the keys that they are known by."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from salon.analysis.links import Link
from salon.analysis.questions import Asked
from salon.analysis.quotes import Quote
from salon.analysis.tags import Tagged
from salon.analysis.told import Finding, Note, Outcome, Point, Report
from salon.model import Sentence

#: Lists of a report whose pieces may be moved and dropped.
LISTS = ("points", "polls", "prologue", "notable", "questions", "findings", "minutes", "links", "drafted")

Thing = Point | Outcome | Quote | Asked | Finding | Tagged | Link | Note | Sentence


@dataclass
class Piece:
    """One thing that an editor can take hold of."""

    key: str
    thing: Thing
    is_dropped: bool = False


def point_key(point: Point) -> str:
    """The key of a point: made of its words, so that it stays when other points come and go."""
    return f"p-{_digest(f'{point.section_title}|{point.title}')}"


def things_of(report: Report) -> dict[str, tuple[Thing, ...]]:
    """Name of a list → what is in it."""
    return {name: getattr(report, "sections" if name == "points" else name) for name in LISTS}


def key_of(name: str, thing: Thing) -> str:
    """What a piece is known by: the messages that it rests on, and where it stands."""
    match thing:
        case Point():
            return point_key(thing)
        case Outcome():
            return f"v-{thing.id}"
        case Quote():
            return f"q-{name.removeprefix('in:p-')}-{thing.message_ids[0]}"
        case Asked():
            return f"a-{thing.question.message_ids[0]}"
        case Finding():
            return f"f-{thing.kind}-{thing.quote.message_ids[0]}"
        case Tagged():
            return f"t-{thing.message_id}"
        case Link():
            return f"l-{_digest(thing.url)}"
        case Sentence():
            return f"s-{_digest(thing.text)}"
        case Note():
            raise TypeError("a note brings its own key")


def together(first: Thing, second: Thing, authors: Mapping[str, str]) -> Thing | None:
    """One thing of two, or None where they cannot be one."""
    match first, second:
        case Point(), Point():
            return _one_point(first, second)
        case Quote(), Quote() if first.name == second.name and _author(first, authors) == _author(second, authors):
            ids = tuple(dict.fromkeys((*first.message_ids, *second.message_ids)))
            return Quote(text=f"{first.text}\n{second.text}", name=first.name, message_ids=ids)
        case Finding(), Finding() if first.kind == second.kind:
            return replace(first, others=(*first.others, second.quote, *second.others))
    return None


def _one_point(first: Point, second: Point) -> Point:
    # Two points at one place share what was said from there on; it is not counted twice.
    is_one_place = first.message_id == second.message_id
    return replace(
        first,
        title=f"{first.title} / {second.title}",
        message_id=first.message_id or second.message_id,
        messages=max(first.messages, second.messages) if is_one_place else first.messages + second.messages,
    )


def _author(quote: Quote, authors: Mapping[str, str]) -> str | None:
    return authors.get(quote.message_ids[0])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
