"""Questionnaires, promotions and the rating of an evening, as the journal tells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from salon.ballots import tally
from salon.entries import Entry
from salon.model import TEXT, Item, Promotion, Questionnaire
from salon.part import Part

#: One seat's answers, in the order of the questions: options counted from 0, or words; nothing: passed over.
Answers = tuple[tuple[int, ...] | str, ...]
#: What an evening may be rated with.
RATINGS = range(1, 6)


@dataclass(slots=True)
class FormState:
    """One questionnaire and its answers."""

    #: As it was opened, whatever is planned now.
    asked: Questionnaire
    is_open: bool = True
    #: Seat → its answers. One set per seat, whoever sits on it.
    answers: dict[int, Answers] = field(default_factory=dict)
    #: Seat → key of the guest who gave them: nobody else is shown what they wrote.
    given_by: dict[int, str] = field(default_factory=dict)

    def tally(self, item: int) -> list[int]:
        """How often each option of question number *item* (from 0) was chosen."""
        asked = self.asked.items[item]
        chosen = (given[item] for given in self.answers.values())
        return list(tally(asked.kind, len(asked.options), (c for c in chosen if not isinstance(c, str))))

    def voters(self, item: int) -> int:
        """How many answered question number *item*."""
        return sum(bool(given[item]) for given in self.answers.values())

    def texts(self, item: int) -> list[str]:
        """What was written to question number *item*, in an order that does not tell who wrote when."""
        written = (given[item] for given in self.answers.values())
        return sorted(text for text in written if isinstance(text, str) and text)


@dataclass(slots=True)
class CardState:
    """One promotion that was shown."""

    card: Promotion
    #: Seats whose page had it, and seats that followed its link.
    seen_by: set[int] = field(default_factory=set)
    followed_by: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Candidacy:
    """Somebody who would lead an evening."""

    guest: str
    #: Empty: they did not say what about.
    topic: str


class Cards(Part):
    """A part of `salon.state.State`; only its folds change it."""

    def __init__(self) -> None:
        #: By id, in the order of opening.
        self.forms: dict[str, FormState] = {}
        self.promotions: dict[str, CardState] = {}
        #: Seat → how its holder rated the evening.
        self.ratings: dict[int, int] = {}
        #: Guest → their offer to lead, in the order in which they came.
        self.candidacies: dict[str, Candidacy] = {}
        #: Both as they stood when the report was published: it does not grow later. None: not yet.
        self._published: tuple[dict[int, int], dict[str, Candidacy]] | None = None
        #: Guest → when they took the seat that they hold or held last.
        self.seated_at: dict[str, datetime] = {}
        #: When the first section really began; None: not yet.
        self.began_at: datetime | None = None

    def rated(self, *, as_published: bool = False) -> tuple[int, ...]:
        """How many gave each rating, lowest first; empty: nobody. *as_published*: as the report tells it."""
        given = list((self._published[0] if as_published and self._published else self.ratings).values())
        return tuple(given.count(value) for value in RATINGS) if given else ()

    def offers(self, *, as_published: bool = False) -> list[Candidacy]:
        """Who would lead, in the order in which they said so. *as_published*: as the report tells it."""
        return list((self._published[1] if as_published and self._published else self.candidacies).values())

    def _opened(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.forms[data["questionnaire"]] = FormState(questionnaire_in(data))

    def _answered(self, entry: Entry, data: Mapping[str, Any]) -> None:
        form, seat = self.forms[data["questionnaire"]], data["seat"]
        form.answers[seat] = tuple(given if isinstance(given, str) else tuple(given) for given in data["answers"])
        form.given_by[seat] = entry.by

    def _closed(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.forms[data["questionnaire"]].is_open = False

    def _shown(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.promotions[data["promotion"]] = CardState(promotion_in(data))

    def _seen(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.promotions[data["promotion"]].seen_by.update(data["seats"])

    def _followed(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.promotions[data["promotion"]].followed_by.add(data["seat"])

    def _rated(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.ratings[data["seat"]] = data["value"]

    def _offered(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.candidacies[data["guest"]] = Candidacy(data["guest"], data["topic"])

    def _withdrawn(self, entry: Entry, data: Mapping[str, Any]) -> None:
        del self.candidacies[data["guest"]]
        if self._published:
            self._published[1].pop(data["guest"], None)

    def _report_published(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self._published = self._published or (dict(self.ratings), dict(self.candidacies))

    def _seated(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.seated_at[data["guest"]] = entry.at

    def _began(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.began_at = self.began_at or entry.at

    _folds: ClassVar[Mapping[str, Callable[[Cards, Entry, Mapping[str, Any]], None]]] = {
        "questionnaire_opened": _opened,
        "answers_given": _answered,
        "answers_changed": _answered,
        "questionnaire_closed": _closed,
        "promotion_shown": _shown,
        "promotion_seen": _seen,
        "promotion_followed": _followed,
        "rating_given": _rated,
        "rating_changed": _rated,
        "candidacy_offered": _offered,
        "candidacy_changed": _offered,
        "candidacy_withdrawn": _withdrawn,
        "report_published": _report_published,
        "seat_taken": _seated,
        "section_started": _began,
    }


def is_late(cards: Cards, guest: str) -> bool:
    """Whether *guest* took their seat after the first section had begun."""
    seated = cards.seated_at.get(guest)
    return seated is not None and cards.began_at is not None and seated > cards.began_at


def questionnaire_data(form: Questionnaire) -> dict[str, Any]:
    """*form* as `questionnaire_opened` notes it."""
    items = [
        {"question": i.question, "kind": i.kind, "options": list(i.options), "ends": list(i.ends)} for i in form.items
    ]
    key = {"step": f"questionnaire-{form.id}", "questionnaire": form.id}
    return {**key, "title": form.title, "section": form.section, "items": items}


def questionnaire_in(data: Mapping[str, Any]) -> Questionnaire:
    """The questionnaire that `questionnaire_data` noted."""
    items = tuple(
        Item(question=i["question"], kind=i["kind"], options=tuple(i["options"]), ends=tuple(i["ends"]))
        for i in data["items"]
    )
    return Questionnaire(id=data["questionnaire"], title=data["title"], items=items, section=data["section"])


def promotion_data(card: Promotion) -> dict[str, Any]:
    """*card* as `promotion_shown` notes it."""
    told = {name: value for name, value in asdict(card).items() if name != "id"}
    return {"step": f"promotion-{card.id}", "promotion": card.id, **told}


def promotion_in(data: Mapping[str, Any]) -> Promotion:
    """The card that `promotion_data` noted."""
    return Promotion(
        id=data["promotion"],
        title=data["title"],
        link=data["link"],
        text=data["text"],
        picture=data["picture"],
        section=data["section"],
    )


def is_text(item: Item) -> bool:
    """Whether *item* is answered in words of one's own."""
    return item.kind == TEXT


def is_played(card: Questionnaire | Promotion, cards: Cards) -> bool:
    """Whether the run of show is done with *card*: it was shown, or its section has had another promotion."""
    if isinstance(card, Questionnaire):
        return card.id in cards.forms
    # The host may have shown it in an earlier section, whose promotion it then was.
    return card.id in cards.promotions or any(s.card.section == card.section for s in cards.promotions.values())
