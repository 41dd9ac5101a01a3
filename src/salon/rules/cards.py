"""Rules of questionnaires and promotions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from salon.cards import Answers, FormState, is_text, promotion_data, questionnaire_data
from salon.entries import Draft, Rule
from salon.errors import BadText, NotFound, Refused, WrongUse
from salon.model import MULTIPLE, SCALE, Event, Item, Promotion, Questionnaire
from salon.rules.seats import ensure_open, held_seat
from salon.state import State

#: Longest answer in words, in characters.
ANSWER_LENGTH = 500
#: Of a questionnaire that a host writes on the spot: questions, characters of a question or title, of an option.
MOST_QUESTIONS, QUESTION_LENGTH, OPTION_LENGTH = 10, 300, 120
_OPTIONS = range(2, 12)


class FormNotOpen(Refused):
    """That questionnaire is not open."""

    reason = "form_not_open"


class NothingAnswered(Refused):
    """At least one question has to be answered."""

    status, reason = 400, "nothing_answered"


class BadForm(Refused):
    """A questionnaire has a title and one to ten questions, each with two to ten different options or with none."""

    status, reason = 422, "bad_form"


class PromotedAlready(Refused):
    """This section has had its promotion."""

    reason = "promoted_already"


def play_card(event: Event, card: Questionnaire | Promotion, *, by: str) -> Rule:
    """Open a questionnaire or show a promotion at its time; a second promotion of a section is passed over."""
    return (
        open_form(event, card, by=by) if isinstance(card, Questionnaire) else _due(show_promotion(event, card, by=by))
    )


def _due(shown: Rule) -> Rule:
    """*shown* by the run of show: the host may have been before it, with another card."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        try:
            yield from shown(state, now)
        except PromotedAlready:
            return

    return rule


def open_form(event: Event, form: Questionnaire, *, by: str) -> Rule:
    """Open *form* for answers. It opens once: again adds nothing, open or closed. Raises `BadForm`, `ensure_open`."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        ensure_form(form)
        if form.id not in state.cards.forms:
            yield Draft(
                kind="questionnaire_opened",
                by=by,
                data=questionnaire_data(form),
                holds=(f"questionnaire:{form.id}",),
            )

    return rule


def ensure_form(form: Questionnaire) -> None:
    """Raise `BadForm` unless *form* can be asked: for one that was made on the spot."""
    is_sound = 0 < len(form.title) <= QUESTION_LENGTH and 0 < len(form.items) <= MOST_QUESTIONS
    if not is_sound or not all(map(_is_sound, form.items)):
        raise BadForm


def _is_sound(item: Item) -> bool:
    if not 0 < len(item.question) <= QUESTION_LENGTH:
        return False
    if is_text(item):
        return not item.options
    texts = (*item.options, *item.ends)
    return (
        len(item.options) in _OPTIONS
        and len(set(item.options)) == len(item.options)
        and all(0 < len(text) <= OPTION_LENGTH for text in texts)
    )


def answer_form(event: Event, guest: str, form_id: str, given: Sequence[Sequence[int] | str]) -> Rule:
    """Answer a questionnaire from *guest*'s seat; other answers later replace them, until it closes.

    *given*: for each question the options counted from 0 (of a scale its values), or words; nothing: passed over.
    The set belongs to the seat, as a vote does. Raises as `held_seat`, `NotFound`, `FormNotOpen`, `NothingAnswered`,
    `BadText`, `WrongUse`, and as `ensure_open`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        seat = held_seat(state, guest)
        form = _known(state, form_id)
        if not form.is_open:
            raise FormNotOpen
        answers = _checked(form.asked, given)
        data = {"questionnaire": form_id, "seat": seat, "answers": list(answers)}
        if seat not in form.answers:
            yield Draft(kind="answers_given", by=guest, data=data, holds=(f"answers:{form_id}:{seat}",))
        elif (form.answers[seat], form.given_by[seat]) != (answers, guest):
            yield Draft(kind="answers_changed", by=guest, data=data)

    return rule


def close_form(form_id: str, *, by: str) -> Rule:
    """Close a questionnaire. Again adds nothing. Raises `NotFound` for one that was never opened."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        form = _known(state, form_id)
        if form.is_open:
            yield questionnaire_closed(form, by=by)

    return rule


def questionnaire_closed(form: FormState, *, by: str) -> Draft:
    """The entry that closes a questionnaire, once."""
    hold = (f"closed-questionnaire:{form.asked.id}",)
    return Draft(kind="questionnaire_closed", by=by, data={"questionnaire": form.asked.id}, holds=hold)


def show_promotion(event: Event, card: Promotion, *, by: str) -> Rule:
    """Show *card*. Again adds nothing. Raises `PromotedAlready` for a second one of its section, and `ensure_open`."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        if card.id in state.cards.promotions:
            return
        if any(shown.card.section == card.section for shown in state.cards.promotions.values()):
            raise PromotedAlready
        holds = (f"promotion:{card.id}", f"promoted-section:{card.section}")
        yield Draft(kind="promotion_shown", by=by, data=promotion_data(card), holds=holds)

    return rule


def see_promotion(event: Event, card_id: str, seats: Collection[int]) -> Rule:
    """Note that the pages of *seats* had the card; each counts once. Once the room is closed nothing is counted."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        shown = state.cards.promotions.get(card_id)
        if shown is None or _is_over(event, state, now):
            return
        if fresh := sorted(set(seats) - shown.seen_by):
            yield Draft(kind="promotion_seen", by="web", data={"promotion": card_id, "seats": fresh})

    return rule


def follow_promotion(event: Event, guest: str, card_id: str) -> Rule:
    """Count that *guest* followed the card's link: once per seat, and only while the room is open.

    Somebody without a seat is let through and not counted. Raises `NotFound` for a card that was not shown.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        shown, seat = state.cards.promotions.get(card_id), state.seat_of(guest)
        if shown is None:
            raise NotFound(f"card {card_id!r}: it has not been shown in this room")
        if seat and not _is_over(event, state, now) and seat not in shown.followed_by:
            data = {"promotion": card_id, "seat": seat}
            yield Draft(kind="promotion_followed", by=guest, data=data, holds=(f"followed:{card_id}:{seat}",))

    return rule


def _is_over(event: Event, state: State, now: datetime) -> bool:
    return state.disbanded_at is not None or now >= state.rhythm.moved(event).times.disbands_at


def _known(state: State, form_id: str) -> FormState:
    form = state.cards.forms.get(form_id)
    if form is None:
        raise NotFound(f"questionnaire {form_id!r}: it has not been opened in this room")
    return form


def _checked(asked: Questionnaire, given: Sequence[Sequence[int] | str]) -> Answers:
    if len(given) != len(asked.items):
        raise WrongUse(f"answers: {len(given)} are not one for each of {len(asked.items)} questions")
    answers = tuple(_answer(item, one) for item, one in zip(asked.items, given, strict=True))
    if not any(answers):
        raise NothingAnswered
    return answers


def _answer(item: Item, given: Sequence[int] | str) -> tuple[int, ...] | str:
    if isinstance(given, str):
        text = given.strip()
        if text and not is_text(item):
            raise WrongUse(f"{item.question[:40]!r}: choose an option")
        if len(text) > ANSWER_LENGTH:
            raise BadText(f"{len(text)} characters are too many for one answer; {ANSWER_LENGTH} at most")
        return text
    low = item.low if item.kind == SCALE else 0
    chosen = tuple(sorted({option - low for option in given}))
    if is_text(item) or any(not 0 <= option < len(item.options) for option in chosen):
        raise WrongUse(f"{item.question[:40]!r}: there is no such option")
    if len(chosen) > 1 and item.kind != MULTIPLE:
        raise WrongUse(f"{item.question[:40]!r}: choose one option")
    return chosen
