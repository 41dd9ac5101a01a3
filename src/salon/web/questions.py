"""Questions to the KOL: asked, up-voted, merged, answered, parked, carried over."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from salon.errors import NotAllowed
from salon.model import Event
from salon.questions import ANSWERED, CARRIED, OPEN, PARKED, Question
from salon.rules.questions import (
    QUESTION_LENGTH,
    VERBS,
    answer_question,
    ask_question,
    end_question,
    merge_questions,
    reply_as,
    want_answer,
)
from salon.state import State
from salon.web.describe import NUMBER, TEXT, TRUTH, member_op, object_of, op
from salon.web.http import Answer, Ask
from salon.web.lines import is_yes, line_in, link_to, number
from salon.web.moderation import held_answer, why_held
from salon.web.readers import HOST, KOL, Reader, back, reader_of
from salon.web.routes import READER, Route
from salon.web.site import Site


def facts(site: Site, event: Event, state: State, reader: Reader) -> Mapping[str, Any] | None:
    """What `parts/questions.html` needs; None before the room opens."""
    if state.opened_at is None:
        return None
    is_over = state.disbanded_at is not None or site.house.clock.now() >= event.times.disbands_at
    rows = {name: [_row(q, state, reader) for q in _shown(state, name)] for name in (OPEN, ANSWERED, PARKED, CARRIED)}
    return {
        "open": rows[OPEN],
        "answered": rows[ANSWERED],
        "later": [*rows[PARKED], *rows[CARRIED]],
        "can_ask": not reader.leads and not is_over,
        "can_lead": reader.role in (HOST, KOL) and not is_over,
        "is_over": is_over,
        "question_length": QUESTION_LENGTH,
        "fresh_id": secrets.token_hex(8),
    }


async def ask(site: Site, ask: Ask) -> Answer:
    """`POST /room/EVENT/questions` (`text`, `anonymous`, `client_id`): one client id is asked once."""
    event, state, reader = await _member(site, ask)
    fields = await ask.fields()
    line, is_anonymous = line_in(fields), is_yes(fields.get("anonymous", ""))
    why = why_held(site, event, state, reader.guest, line.text)
    rule = ask_question(event, reader.guest, line, is_anonymous=is_anonymous, why=why)
    added = await site.house.journal.decide(event.id, rule)
    if any(entry.kind == "message_held" for entry in added):
        return held_answer(site, ask, reader.base)
    data = {"question": added[0].seq if added else None}
    return back(ask, reader, data, "questions", 201 if added else 200)


async def want(site: Site, ask: Ask) -> Answer:
    """`POST /room/EVENT/questions/NUMBER/want` (`wanted`: yes or no): want to know too, once."""
    event, _, reader = await _member(site, ask)
    wanted = is_yes((await ask.fields()).get("wanted", "yes"))
    asked = int(ask.parts["number"])
    await site.house.journal.decide(event.id, want_answer(event, reader.guest, asked, wanted=wanted))
    return back(ask, reader, {"wanted": wanted}, "questions")


async def lead(site: Site, ask: Ask) -> Answer:
    """`POST /{host,kol}/EVENT/TOKEN/questions/NUMBER` (`do`: a verb): answer, merge, park, carry over, open again.

    `answer` with `text` says the answer too; with `message` it links one that was said; with neither, the last
    that the KOL said. `merge` needs `into`.
    """
    event, _, reader = await reader_of(site, ask)
    if not reader.leads:
        raise NotAllowed("only those who lead may do this")
    fields, asked = await ask.fields(), int(ask.parts["number"])
    verb = fields.get("do", "")
    if verb == "answer" and fields.get("text", "").strip():
        line = line_in({**fields, "reply_to": str(asked)})
        name = reader.name or site.words[event.languages[0]]["host_name"]
        name = event.kol.name if reader.role == KOL else name
        rule = reply_as(event, reader.role, name, line, by=reader.by)
    elif verb == "answer":
        rule = answer_question(event, asked, number(fields, "message"), by=reader.by)
    elif verb == "merge":
        rule = merge_questions(event, asked, number(fields, "into"), by=reader.by)
    else:
        rule = end_question(event, asked, verb, by=reader.by)
    added = await site.house.journal.decide(event.id, rule)
    return back(ask, reader, {"done": bool(added)}, "questions")


async def _member(site: Site, ask: Ask) -> tuple[Event, State, Reader]:
    event, state, reader = await reader_of(site, ask)
    if reader.leads:
        raise NotAllowed("this is for members; those who lead can prompt, or simply say it")
    return event, state, reader


def _shown(state: State, standing: str) -> list[Question]:
    return [q for q in state.questions.asked(standing) if not state.messages[q.number].is_hidden]


def _row(question: Question, state: State, reader: Reader) -> dict[str, Any]:
    answer = state.messages.get(question.answer)
    return {
        "number": question.number,
        "text": question.text,
        "name": state.messages[question.number].name,
        "score": question.score,
        "is_mine": bool(reader.guest) and question.guest == reader.guest,
        "is_wanted": reader.guest in question.wanted_by,
        "standing": question.standing,
        "from_before": bool(question.came_from),
        "answer": link_to(question.answer, state.seq) if answer and not answer.is_hidden else "",
    }


PARTS: Mapping[str, Callable[[Site, Event, State, Reader], Mapping[str, Any] | None]] = {"questions": facts}
_QUESTIONS = rf"{READER}/questions"
ROUTES: list[Route] = [
    ("POST", _QUESTIONS, ask),
    ("POST", rf"{_QUESTIONS}/(?P<number>[0-9]{{1,12}})/want", want),
    ("POST", rf"{_QUESTIONS}/(?P<number>[0-9]{{1,12}})", lead),
]
_SORTED = "Answer, merge, park, carry over or open again"
_LEAD = op(_SORTED, body="Lead", answer="Done", refused=(400, 403, 404, 410, 422))
PATHS: dict[str, Any] = {
    "/room/{event}/questions": {
        "post": member_op(
            "Ask the KOL; one `client_id` is asked once",
            body="Question",
            answer="Asked",
            status=201,
            refused=(400, 403, 404, 409, 410, 413, 422),
        )
    },
    "/room/{event}/questions/{number}/want": {
        "post": member_op("Want to know too, or no more", body="Want", answer="Done", refused=(400, 403, 404, 409, 410))
    },
    **{f"/{role}/{{event}}/{{token}}/questions/{{number}}": {"post": _LEAD} for role in ("host", "kol")},
}
SCHEMAS: dict[str, Any] = {
    "Question": object_of(
        ("text",),
        text={"type": "string", "maxLength": QUESTION_LENGTH},
        anonymous=TRUTH,
        client_id={"type": "string", "maxLength": 64},
    ),
    "Asked": object_of(("question",), question={"type": ["integer", "null"], "description": "null: asked before"}),
    "Want": object_of(wanted={"enum": ["yes", "no"]}),
    "Lead": object_of(("do",), do={"enum": list(VERBS)}, text=TEXT, message=NUMBER, into=NUMBER, client_id=TEXT),
}
