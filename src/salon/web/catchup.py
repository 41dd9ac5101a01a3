"""The top of a member's room: where the evening stands, and for late-comers what they have missed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from salon.cards import is_late
from salon.discussion import results_in
from salon.marking import marks_of
from salon.model import RANK, SCALE, Event, PollResult
from salon.phrases import results_of
from salon.questions import ANSWERED, OPEN
from salon.rundown import section_now
from salon.state import State
from salon.web.lines import link_to
from salon.web.readers import Reader
from salon.web.site import Site

#: Marks, votes and questions that the card tells of, each at most: it is read on a phone, beside a talk.
MOST = 5
#: So long after they took their seat it lies open by itself.
OPEN_FOR = timedelta(minutes=5)


def now(site: Site, event: Event, state: State, reader: Reader) -> Mapping[str, Any] | None:
    """What `parts/now.html` needs: section, its questions, topic, precautions; None for those who lead."""
    if reader.leads or state.opened_at is None:
        return None
    number = section_now(state, event)
    section = event.outline[number - 1] if number else None
    return {
        "section_number": number,
        "section_title": section.title if section else "",
        "section_questions": section.questions if section else (),
        "here": state.seats_taken(),
    }


def catchup(site: Site, event: Event, state: State, reader: Reader) -> Mapping[str, Any] | None:
    """What `parts/catchup.html` needs, for a member who came after the first section had begun; else None."""
    at = site.house.clock.now()
    is_over = state.disbanded_at is not None or at >= event.times.disbands_at
    if reader.leads or is_over or not is_late(state.cards, reader.guest):
        return None
    number = section_now(state, event)
    asked = [q for q in state.questions.asked(ANSWERED) if not state.messages[q.number].is_hidden]
    still = [q for q in state.questions.asked(OPEN) if not state.messages[q.number].is_hidden]
    return {
        "is_fresh": at < state.cards.seated_at[reader.guest] + OPEN_FOR,
        "section_title": event.outline[number - 1].title if number else "",
        "section_number": number,
        "sections": len(event.outline),
        "marked": [{**mark, "link": _link(int(mark["message"]), state)} for mark in _marked(state)[-MOST:]],
        "votes": [_vote(result, event) for result in results_in(state)][-MOST:],
        "answered": [{"text": q.text, "answer": _link(q.answer, state)} for q in asked[:MOST]],
        "still_open": [q.text for q in still[:MOST]],
    }


def _marked(state: State) -> list[dict[str, Any]]:
    """What those who lead marked as a point, an agreement and so on, in order: nothing that is hidden."""
    return [{"kind": mark.kind, "text": mark.text, "message": mark.message_id} for mark in marks_of(state)]


def _vote(result: PollResult, event: Event) -> dict[str, Any]:
    """A vote that all may know: its question, and what leads with its share, or the mean of a scale."""
    told = results_of([result], event.languages[0])[0]
    best = max(range(len(result.votes)), key=lambda k: result.votes[k])
    is_told = any(result.votes)
    share = told["options"][best]["share"] if result.kind != RANK else ""
    return {
        "poll": result.id,
        "question": result.question,
        "lead": "" if not is_told else told["mean"] if result.kind == SCALE else result.options[best],
        "share": share if is_told and result.kind != SCALE else "",
        "is_mean": result.kind == SCALE,
    }


def _link(message: int, state: State) -> str:
    found = state.messages.get(message)
    return link_to(message, state.seq) if found and not found.is_hidden else ""


PARTS: Mapping[str, Callable[[Site, Event, State, Reader], Mapping[str, Any] | None]] = {"now": now, "catchup": catchup}
