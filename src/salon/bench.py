"""A report taken to pieces, worked on, and put together again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar, cast

from salon.analysis.quotes import Quote
from salon.analysis.told import Finding, Note, Point, Report
from salon.model import Sentence
from salon.pieces import LISTS, Piece, Thing, key_of, things_of, together

Operation = Mapping[str, Any]
#: Where a sentence of the editor's may stand; the key of a point as well.
PLACES = ("top", "polls", "questions", "notable", "end")


class Bench:
    """One report on which operations are done, each by its own method; a method says why it could not."""

    def __init__(self, report: Report, authors: Mapping[str, str]) -> None:
        self._report, self._authors = report, authors
        self.lists: dict[str, list[Piece]] = {"notes": []}
        self._list_of: dict[str, str] = {"": ""}
        #: Key of a point that was merged → the one that it went into.
        self._into: dict[str, str] = {}
        self._title = report.topic
        self._lead = ""
        #: Message → its place in the evening; key of a quote on a point → its rank; points whose quotes were arranged.
        self._order = {id: k for k, id in enumerate(authors)}
        self._rank: dict[str, int] = {}
        self._arranged: set[str] = set()
        for name, things in things_of(report).items():
            self._lay_out(name, things)
        for piece in self.lists["points"]:
            self._lay_out(f"in:{piece.key}", cast(Point, piece.thing).quotes)
            self._rank |= {quote.key: len(self._rank) + k for k, quote in enumerate(self.lists[f"in:{piece.key}"])}
            self._in_time(f"in:{piece.key}")
        #: Place of a model's sentences as the report has it → key of the point that they stand under.
        self._under = {f"point-{k}": piece.key for k, piece in enumerate(self.lists["points"], 1)}

    def _lay_out(self, name: str, things: Iterable[Thing]) -> None:
        pieces = self.lists[name] = []
        for thing in things:
            self._put(name, pieces, key_of(name, thing), thing)

    def _in_time(self, name: str) -> None:
        """Lay the quotes of a point in the order in which they are printed: that of time, unless it was changed."""
        if name not in self._arranged:
            self.lists[name].sort(key=lambda piece: self._order.get(cast(Quote, piece.thing).message_ids[0], 0))

    def _put(self, name: str, pieces: list[Piece], key: str, thing: Thing) -> None:
        # Twice the same words in an outline: the second is another point.
        while key in self._list_of:
            key += "+"
        self._list_of[key] = name
        pieces.append(Piece(key, thing))

    def do(self, operation: Operation) -> str:
        """Do one operation; why it could not be done, or an empty text."""
        work = self._work.get(operation.get("do", ""))
        key = operation.get("key", "")
        if work is None or (key not in self._list_of and operation["do"] != "note"):
            return "gone"
        return work(self, key, operation)

    def _find(self, key: str) -> tuple[list[Piece], int]:
        pieces = self.lists[self._list_of[key]]
        return pieces, next(k for k, piece in enumerate(pieces) if piece.key == key)

    # One method per operation.

    def _move(self, key: str, operation: Operation) -> str:
        """Put the piece before another of its list, or last."""
        before = operation["before"]
        if before not in self._list_of:
            return "gone"
        if before and self._list_of[before] != self._list_of[key]:
            return "apart"
        pieces, at = self._find(key)
        piece = pieces.pop(at)
        pieces.insert(self._find(before)[1] if before and before != key else at if before else len(pieces), piece)
        self._arranged.add(self._list_of[key])
        return ""

    def _first(self, key: str, operation: Operation) -> str:
        """Put the piece first in its list."""
        pieces, at = self._find(key)
        pieces.insert(0, pieces.pop(at))
        self._arranged.add(self._list_of[key])
        return ""

    def _lead_with(self, key: str, operation: Operation) -> str:
        """Make a quote the one that the report opens with."""
        pieces, at = self._find(key)
        thing = pieces[at].thing
        if not isinstance(thing, Quote):
            return "unlike"
        self._lead = thing.message_ids[0]
        if key in self._rank:
            # On a point quotes stand in the order of time: it is the best of them, and stays in its place.
            self._rank[key] = min(self._rank.values()) - 1
            return ""
        return self._first(key, operation)

    def _drop(self, key: str, operation: Operation) -> str:
        """Leave the piece out."""
        self._mark(key, True)
        return ""

    def _restore(self, key: str, operation: Operation) -> str:
        """Take the piece in again, in its old place."""
        self._mark(key, False)
        return ""

    def _mark(self, key: str, is_dropped: bool) -> None:
        pieces, at = self._find(key)
        pieces[at].is_dropped = is_dropped
        thing = pieces[at].thing
        # Somebody's minute tag is told as a finding and listed as a tag: both go, or neither.
        twin = f"t-{thing.quote.message_ids[0]}" if isinstance(thing, Finding) else ""
        if twin and twin in self._list_of:
            self._mark(twin, is_dropped)

    def _merge(self, key: str, operation: Operation) -> str:
        """Make one of two points, of two quotes of one author, or of two findings of one kind."""
        other = operation["other"]
        if other not in self._list_of or other == key:
            return "gone"
        if self._list_of[other] != self._list_of[key]:
            return "apart"
        pieces, at = self._find(key)
        second = pieces[self._find(other)[1]]
        one = together(pieces[at].thing, second.thing, self._authors)
        if one is None:
            return "unlike"
        if isinstance(one, Point):
            self._take_over(key, other)
        pieces[at].thing = one
        pieces.remove(second)
        del self._list_of[other]
        return ""

    def _take_over(self, key: str, other: str) -> None:
        """The quotes of point *other*, and what was noted on it, belong to *key*."""
        for piece in self.lists.pop(f"in:{other}"):
            self._list_of[piece.key] = f"in:{key}"
            self.lists[f"in:{key}"].append(piece)
        self._in_time(f"in:{key}")
        self._into[other] = key

    def _retitle(self, key: str, operation: Operation) -> str:
        """Correct the report's title, or that of a point."""
        if not key:
            self._title = operation["text"]
            return ""
        pieces, at = self._find(key)
        thing = pieces[at].thing
        if not isinstance(thing, Point):
            return "unlike"
        pieces[at].thing = replace(thing, title=operation["text"])
        return ""

    def _note(self, key: str, operation: Operation) -> str:
        """Add a sentence of the editor's own."""
        place = operation["place"]
        if place not in PLACES and self._list_of.get(self._point_now(place)) != "points":
            return "gone"
        note = Note(place=place, text=operation["text"], by=operation["by"])
        self._put("notes", self.lists["notes"], key, note)
        return ""

    def _rewrite(self, key: str, operation: Operation) -> str:
        """Change a sentence of the editor's own; nobody else's."""
        pieces, at = self._find(key)
        thing = pieces[at].thing
        if not isinstance(thing, Note):
            return "unlike"
        pieces[at].thing = replace(thing, text=operation["text"])
        return ""

    _work: ClassVar[Mapping[str, Callable[[Bench, str, Operation], str]]] = {
        "move": _move,
        "first": _first,
        "lead": _lead_with,
        "drop": _drop,
        "restore": _restore,
        "merge": _merge,
        "title": _retitle,
        "note": _note,
        "rewrite": _rewrite,
    }

    # Put together again.

    def report(self) -> Report:
        """The report of what lies on the bench."""
        points = [piece for piece in self.lists["points"] if not piece.is_dropped]
        fields: dict[str, Any] = {name: self._kept(name) for name in LISTS if name not in ("points", "drafted")}
        numbers = {piece.key: k for k, piece in enumerate(points, 1)}
        highlights = self._report.highlights
        if self._lead in highlights:
            highlights = (self._lead, *(id for id in highlights if id != self._lead))
        return replace(
            self._report,
            topic=self._title,
            sections=tuple(self._point(piece) for piece in points),
            highlights=highlights,
            lead=self._lead,
            notes=tuple(self._notes(numbers)),
            drafted=tuple(self._sentences(numbers)),
            polls_left_out=sum(piece.is_dropped for piece in self.lists["polls"]),
            **fields,
        )

    def _point(self, piece: Piece) -> Point:
        """The point with its quotes: as they were arranged, else best first."""
        name = f"in:{piece.key}"
        kept = [quote for quote in self.lists[name] if not quote.is_dropped]
        if name not in self._arranged:
            kept.sort(key=lambda quote: self._rank[quote.key])
        quotes = tuple(cast(Quote, quote.thing) for quote in kept)
        return replace(cast(Point, piece.thing), quotes=quotes, is_arranged=name in self._arranged)

    def _kept(self, name: str) -> tuple[Any, ...]:
        return tuple(piece.thing for piece in self.lists[name] if not piece.is_dropped)

    def _notes(self, numbers: Mapping[str, int]) -> list[Note]:
        """Sentences of the editor's; one on a point that is left out is left out with it."""
        found = []
        for note in self._kept("notes"):
            place = self._point_now(note.place)
            if place in PLACES:
                found.append(note)
            elif place in numbers:
                found.append(replace(note, place=f"point:{numbers[place]}"))
        return found

    def _sentences(self, numbers: Mapping[str, int]) -> Iterator[Sentence]:
        """Sentences of a model, each under its point wherever that is now; left out with it."""
        for sentence in self._kept("drafted"):
            point = self._point_now(self._under.get(sentence.place, ""))
            if point in numbers:
                yield replace(sentence, place=f"point-{numbers[point]}")
            elif sentence.place not in self._under:
                yield sentence

    def _point_now(self, key: str) -> str:
        while key in self._into:
            key = self._into[key]
        return key
