"""Questions to the KOL, as the journal tells them: who asked, who wants to know too, and what came of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from salon.entries import Entry
from salon.part import Part

#: What becomes of a question.
OPEN, ANSWERED, PARKED, CARRIED, MERGED = "open", "answered", "parked", "carried", "merged"


@dataclass(slots=True)
class Question:
    """One question. Its number is that of its entry, and of the message that it is in the report."""

    number: int
    text: str
    #: Who asked; empty for one that came from an earlier evening.
    guest: str
    is_anonymous: bool
    standing: str = OPEN
    #: Of a merged question: the one that it went into.
    into: int = 0
    #: Number of the message that answers it; 0: none, or it was answered without one.
    answer: int = 0
    #: Guests who want to know too, whoever asked among them.
    wanted_by: set[str] = field(default_factory=set)
    #: "event#number" of the question that an earlier evening left open.
    came_from: str = ""

    @property
    def score(self) -> int:
        """How many people want to know."""
        return len(self.wanted_by)


class Questions(Part):
    """A part of `salon.state.State`; only its folds change it."""

    def __init__(self) -> None:
        self.by_number: dict[int, Question] = {}

    def asked(self, *standings: str) -> list[Question]:
        """Those that stand so, most wanted first, then in the order in which they were asked."""
        found = (question for question in self.by_number.values() if question.standing in standings)
        return sorted(found, key=lambda question: (-question.score, question.number))

    def answers(self) -> dict[int, int]:
        """Number of an answering message → number of the question that it answers first."""
        found: dict[int, int] = {}
        for question in self.by_number.values():
            if question.answer:
                found.setdefault(question.answer, question.number)
        return found

    def _asked(self, entry: Entry, data: Mapping[str, Any]) -> None:
        guest = data["guest"]
        self.by_number[entry.seq] = Question(
            number=entry.seq,
            text=data["text"],
            guest=guest,
            is_anonymous=data["is_anonymous"],
            wanted_by={guest} if guest else set(data.get("wanted_by", ())),
            came_from=data.get("came_from", ""),
        )

    def _wanted(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self._end_of(data["question"]).wanted_by.add(data["guest"])

    def _unwanted(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self._end_of(data["question"]).wanted_by.discard(data["guest"])

    def _merged(self, entry: Entry, data: Mapping[str, Any]) -> None:
        question, into = self.by_number[data["question"]], self.by_number[data["into"]]
        question.standing, question.into = MERGED, into.number
        # The union of both: nobody counts twice.
        into.wanted_by |= question.wanted_by

    def _ended(self, entry: Entry, data: Mapping[str, Any]) -> None:
        question = self.by_number[data["question"]]
        question.standing = _STANDINGS[entry.kind]
        question.answer = data.get("message", 0)

    def _end_of(self, number: int) -> Question:
        question = self.by_number[number]
        while question.standing == MERGED:
            question = self.by_number[question.into]
        return question

    _folds: ClassVar[Mapping[str, Callable[[Questions, Entry, Mapping[str, Any]], None]]] = {
        "question_asked": _asked,
        "question_wanted": _wanted,
        "question_unwanted": _unwanted,
        "question_merged": _merged,
        "question_answered": _ended,
        "question_parked": _ended,
        "question_carried": _ended,
        "question_reopened": _ended,
    }


_STANDINGS = {
    "question_answered": ANSWERED,
    "question_parked": PARKED,
    "question_carried": CARRIED,
    "question_reopened": OPEN,
}


def left_over(questions: Questions) -> Iterable[Question]:
    """What an evening hands on to the next: questions that were carried over, then those still open at its end."""
    return (*questions.asked(CARRIED), *questions.asked(OPEN))
