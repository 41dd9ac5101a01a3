"""The card from which a group leader learns the work, and the questions that show that it was read.

It stands in `templates/relay/training.LANGUAGE.toml`, which an owner may put into other words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from salon.wording import BadTemplate, Wording


@dataclass(frozen=True, kw_only=True)
class Card:
    """One thing to know."""

    title: str
    #: Lines are kept as they are.
    text: str


@dataclass(frozen=True, kw_only=True)
class Check:
    """One question about the cards."""

    question: str
    options: tuple[str, ...]
    #: Number of the right option, counted from 1.
    answer: int
    #: Said to who chose another one.
    why: str


@dataclass(frozen=True, kw_only=True)
class Training:
    """All of it, in one language."""

    title: str
    lead: str
    cards: tuple[Card, ...]
    checks: tuple[Check, ...]

    def wrong(self, answers: Mapping[int, int]) -> set[int]:
        """Numbers of the questions, from 1, that *answers* (number → number of the chosen option) gets wrong."""
        return {n for n, check in enumerate(self.checks, 1) if answers.get(n) != check.answer}


def training_in(wording: Wording, language: str) -> Training:
    """The training card in *language*. Raises `BadTemplate` naming the file and what is wrong in it."""
    name = f"relay/training.{language}.toml"
    table, path = wording.table(name), wording.find(name)
    try:
        found = Training(
            title=_text(table["title"]),
            lead=_text(table["lead"]),
            cards=tuple(Card(title=_text(card["title"]), text=_text(card["text"])) for card in table["cards"]),
            checks=tuple(_check(check) for check in table["questions"]),
        )
    except KeyError as missing:
        raise BadTemplate(f"{path}: {missing} is missing; see the shipped file") from missing
    except (TypeError, ValueError) as wrong:
        raise BadTemplate(f"{path}: {wrong}; see the shipped file") from wrong
    return found


def _check(data: Mapping[str, Any]) -> Check:
    options, answer = tuple(_text(option) for option in data["options"]), data["answer"]
    if not isinstance(answer, int) or not 1 <= answer <= len(options):
        raise ValueError(f"answer: {answer!r} is none of the options; count them from 1")
    return Check(question=_text(data["question"]), options=options, answer=answer, why=_text(data["why"]))


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is no text")
    return value.strip()
