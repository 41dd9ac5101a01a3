"""Questions to the KOL: asked from a seat, wanted by others, and what those who lead make of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from salon.entries import Draft, Rule
from salon.errors import BadText, NotFound, Refused, WrongUse
from salon.model import Event
from salon.questions import ANSWERED, CARRIED, MERGED, OPEN, PARKED, Question, left_over
from salon.rules.moderation import ensure_may_speak, held_or_posted
from salon.rules.seats import ensure_open, held_seat
from salon.rules.talk import Line, post_as
from salon.state import State

#: Longest question, in characters.
QUESTION_LENGTH = 300
#: So many open questions at most stand in one member's name.
MOST_OPEN = 5
#: So many questions come over from the evening before, unless more were promised: those that were still open fill up.
MOST_CARRIED = 5

_CLIENT_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
#: What those who lead may do → kind of the entry, and where the question must stand before.
_VERBS = {
    "park": ("question_parked", (OPEN, CARRIED)),
    "carry": ("question_carried", (OPEN, PARKED)),
    "reopen": ("question_reopened", (ANSWERED, PARKED, CARRIED)),
}
VERBS = (*_VERBS, "answer", "merge")


class TooManyQuestions(Refused):
    """So many questions of one member are open already."""

    reason = "too_many_questions"


def ask_question(
    event: Event, guest: str, line: Line, *, is_anonymous: bool, why: Sequence[tuple[str, str]] = ()
) -> Rule:
    """Ask *line* from *guest*'s seat, or place in the waiting list. A repeat with the same client id adds nothing.

    *why*: as in `post_message`. Raises as `held_seat`, `BadText` (empty, or over `QUESTION_LENGTH`),
    `TooManyQuestions`, `Muted`, and as `ensure_open`.
    """
    text = " ".join(line.text.split())

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        seat = 0 if guest in state.waiting else held_seat(state, guest)
        _check(text, line.client_id)
        if (guest, line.client_id) in state.said:
            return
        ensure_may_speak(event, state, guest, now)
        if sum(question.guest == guest for question in _shown(state, OPEN)) >= MOST_OPEN:
            raise TooManyQuestions
        name = "" if is_anonymous else state.guests[guest].name or (f"#{seat}" if seat else "")
        data = {"text": text, "guest": guest, "name": name, "is_anonymous": is_anonymous, "client_id": line.client_id}
        draft = Draft(kind="question_asked", by=guest, data=data, holds=(f"said:{guest}:{line.client_id}",))
        yield held_or_posted(draft, guest, why)

    return rule


def want_answer(event: Event, guest: str, number: int, *, wanted: bool) -> Rule:
    """*guest* wants to know question *number* too, or no more. Again adds nothing; who asked always wants to.

    Raises as `held_seat`, `NotFound`, and as `ensure_open`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        held_seat(state, guest)
        question = _known(state, number)
        if (guest in question.wanted_by) == wanted or guest == question.guest:
            return
        hold = (f"wants:{question.number}:{guest}",)
        data = {"question": question.number, "guest": guest}
        if wanted:
            yield Draft(kind="question_wanted", by=guest, data=data, holds=hold)
        else:
            yield Draft(kind="question_unwanted", by=guest, data=data, frees=hold)

    return rule


def end_question(event: Event, number: int, verb: str, *, by: str) -> Rule:
    """Park question *number*, carry it over to the next evening, or open it again. Again adds nothing.

    Raises `NotFound`, `WrongUse` for another *verb*, and as `ensure_open`.
    """
    if verb not in _VERBS:
        raise WrongUse(f"{verb!r}: write one of {', '.join(VERBS)}")
    kind, before = _VERBS[verb]

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        question = _known(state, number)
        if question.standing in before:
            yield Draft(kind=kind, by=by, data={"question": question.number})

    return rule


def answer_question(event: Event, number: int, message: int, *, by: str) -> Rule:
    """Note that *message* answers question *number*; 0: the last that the KOL said since it was asked, if any.

    Again adds nothing. Raises `NotFound` for a question or message that is not there, and as `ensure_open`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        question = _known(state, number)
        found = message or _last_of_kol(state, question.number)
        if message and (message not in state.messages or state.messages[message].is_hidden):
            raise NotFound(f"message {message}: there is none by that number in this room")
        if question.standing != ANSWERED or (message and question.answer != message):
            yield _answered(question, found, by=by)

    return rule


def reply_as(event: Event, role: str, name: str, line: Line, *, by: str = "") -> Rule:
    """`post_as`; where the line answers an open question by its number, the question is answered with it: of one that
    was merged meanwhile, the one that it went into."""
    said = post_as(event, role, name, line, by=by)

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        posted = list(said(state, now))
        yield from posted
        question = _end_of(state, int(line.reply_to)) if line.reply_to else None
        is_said = any(draft.kind == "message_posted" for draft in posted)
        if is_said and question is not None and question.standing in (OPEN, PARKED, CARRIED):
            # The message is the next entry: nobody else writes between the two.
            yield _answered(question, state.seq + 1, by=by or role)

    return rule


def merge_questions(event: Event, number: int, into: int, *, by: str) -> Rule:
    """Let question *number* go into question *into*: who wants either counts once. Again adds nothing.

    Raises `NotFound`, `WrongUse` for a question into itself, and as `ensure_open`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        if number in state.questions.by_number and state.questions.by_number[number].standing == MERGED:
            return
        question, target = _known(state, number), _known(state, into)
        if question is target:
            raise WrongUse("into: choose another question; this one cannot go into itself")
        data = {"question": question.number, "into": target.number}
        yield Draft(kind="question_merged", by=by, data=data, holds=(f"merged:{number}",))

    return rule


def handed_on(before: State) -> list[Question]:
    """The questions that an evening (its state is *before*) hands on to the next one, as `carry_in` puts them to it."""
    left = [question for question in left_over(before.questions) if _is_shown(before, question)]
    return left[: max(MOST_CARRIED, sum(question.standing == CARRIED for question in left))]


def carry_in(event: Event, before: State, earlier: str) -> Rule:
    """Put what the evening *earlier* left over (its state is *before*) to this one: all that were carried over, and the
    most wanted of those still open up to `MOST_CARRIED`. Again: nothing.

    They come without a name, and the count of who wanted to know begins anew. Raises as `ensure_open`.
    """
    left = handed_on(before)

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        known = {question.came_from for question in state.questions.by_number.values()}
        for question in left:
            came_from = f"{earlier}#{question.number}"
            if came_from in known:
                continue
            data: dict[str, Any] = {"text": question.text, "guest": "", "name": "", "is_anonymous": True}
            data |= {"client_id": came_from, "came_from": came_from}
            yield Draft(kind="question_asked", by="clock", data=data, holds=(f"carried:{came_from}",))

    return rule


def _check(text: str, client_id: str) -> None:
    if not text:
        raise BadText("an empty question asks nothing; write one")
    if len(text) > QUESTION_LENGTH:
        raise BadText(f"{len(text)} characters are too many for one question; {QUESTION_LENGTH} at most")
    if not _CLIENT_ID.fullmatch(client_id):
        raise BadText("client_id: 1 to 64 letters, digits, dots or dashes, new for each question")


def _answered(question: Question, message: int, *, by: str) -> Draft:
    return Draft(kind="question_answered", by=by, data={"question": question.number, "message": message})


def _known(state: State, number: int) -> Question:
    """Question *number*, or the one that it was merged into. Raises `NotFound`."""
    question = _end_of(state, number)
    if question is None or not _is_shown(state, question):
        raise NotFound(f"question {number}: nobody has asked one by that number")
    return question


def _end_of(state: State, number: int) -> Question | None:
    question = state.questions.by_number.get(number)
    while question is not None and question.standing == MERGED:
        question = state.questions.by_number[question.into]
    return question


def _shown(state: State, *standings: str) -> list[Question]:
    return [question for question in state.questions.asked(*standings) if _is_shown(state, question)]


def _is_shown(state: State, question: Question) -> bool:
    return not state.messages[question.number].is_hidden


def _last_of_kol(state: State, after: int) -> int:
    said = (seq for seq, m in state.messages.items() if seq > after and m.role == "kol" and not m.is_hidden)
    return max(said, default=0)
