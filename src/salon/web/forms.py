"""Questionnaires in the room: what each reader sees of one, answers, and what the host does with them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from salon.ballots import mean_of, one_place
from salon.cards import FormState, is_text
from salon.errors import NotFound, WrongUse
from salon.model import MULTIPLE, SCALE, SINGLE, TEXT, Item, Questionnaire
from salon.rules.cards import MOST_QUESTIONS, answer_form, close_form, open_form
from salon.rundown import section_now
from salon.web.describe import TEXT as WORDS
from salon.web.describe import TRUTH, member_op, object_of, op
from salon.web.http import Answer, Ask
from salon.web.lines import clean
from salon.web.readers import Reader, back, reader_of
from salon.web.routes import HOST, MEMBER, Route
from salon.web.site import Site

#: Names of a form's fields, one for each question.
_FIELDS = [f"q{k}" for k in range(MOST_QUESTIONS)]


class Named(Protocol):
    """Something planned."""

    @property
    def id(self) -> str:
        """Its id in the event."""


T = TypeVar("T", bound=Named)


async def answer(site: Site, ask: Ask) -> Answer:
    """`POST /room/EVENT/questionnaires/ID` (`q0`, `q1`, …): one set of answers per seat, changeable until the close.

    Options counted from 0 (of a scale its values), several with commas; words for a question in words.
    """
    event, state, reader = await reader_of(site, ask)
    id = ask.parts["id"]
    fields = await ask.fields(**dict.fromkeys(_FIELDS, ","))
    form = state.cards.forms.get(id)
    items = form.asked.items if form else ()
    given = [_given(item, fields.get(f"q{k}", ""), k) for k, item in enumerate(items)]
    added = await site.house.journal.decide(event.id, answer_form(event, reader.guest, id, given))
    return back(ask, reader, {"answered": True}, f"form-{id}", 201 if added else 200)


async def steer(site: Site, ask: Ask) -> Answer:
    """`POST /host/EVENT/TOKEN/questionnaires/ID/{open,close}`: before its time or after it."""
    event, state, reader = await reader_of(site, ask)
    await ask.fields()
    id = ask.parts["id"]
    if ask.parts["verb"] == "close":
        rule = close_form(id, by=reader.by)
    else:
        planned = [*(form.asked for form in state.cards.forms.values()), *event.questionnaires]
        rule = open_form(event, by_id(planned, id), by=reader.by)
    added = await site.house.journal.decide(event.id, rule)
    return back(ask, reader, {"done": True, "changed": bool(added)}, f"form-{id}")


async def own(site: Site, ask: Ask) -> Answer:
    """`POST /host/EVENT/TOKEN/questionnaires` (`title`, `questions`): one that is in no plan, once per `client_id`.

    `questions`: one a line. `Why?` is answered in words, `Which? | A | B` with one option, `+ Which? | A | B` with
    several, `How far? | 1-5` on a scale.
    """
    event, state, reader = await reader_of(site, ask)
    fields = await ask.fields(questions="\n")
    id = fields.get("client_id", "").lower() or secrets.token_hex(8)
    if not re.fullmatch(r"[a-z0-9-]{1,40}", id):
        raise WrongUse("client_id: 1 to 40 of a-z, 0-9 and hyphens, new for each questionnaire")
    lines = [line.strip() for line in clean(fields.get("questions", "")).split("\n")]
    items = tuple(_item(line) for line in lines if line)
    section = max(section_now(state, event), 1)
    form = Questionnaire(id=f"own-{id}", title=clean(fields.get("title", "")).strip(), items=items, section=section)
    added = await site.house.journal.decide(event.id, open_form(event, form, by=reader.by))
    return back(ask, reader, {"questionnaire": form.id}, f"form-{form.id}", 201 if added else 200)


def form_view(form: FormState, reader: Reader, is_over: bool) -> dict[str, Any]:
    """One questionnaire for *reader*: to be filled in, or for those who lead what came of it."""
    given = form.answers.get(reader.seat, ()) if reader.guest and form.given_by.get(reader.seat) == reader.guest else ()
    return {
        "id": form.asked.id,
        "title": form.asked.title,
        "is_open": form.is_open and not is_over,
        "is_answered": bool(given),
        "answered": len(form.answers) if reader.knows else 0,
        "items": [_shown(form, k, given[k] if given else (), reader) for k in range(len(form.asked.items))],
    }


def _shown(form: FormState, k: int, given: tuple[int, ...] | str, reader: Reader) -> dict[str, Any]:
    item = form.asked.items[k]
    votes = form.tally(k) if reader.knows else []
    mean = mean_of(votes, item.low) if item.kind == SCALE and votes else None
    return {
        "number": k,
        "question": item.question,
        "kind": item.kind,
        "ends": item.ends,
        "text": given if isinstance(given, str) else "",
        "rows": [
            {
                "text": text,
                "value": item.low + n,
                "is_mine": not isinstance(given, str) and n in given,
                "votes": votes[n] if votes else 0,
            }
            for n, text in enumerate(item.options)
        ],
        "voters": form.voters(k) if reader.knows else 0,
        "mean": one_place(mean[0]) if mean else "",
        "texts": form.texts(k) if reader.knows else [],
    }


def _given(item: Item, text: str, number: int) -> tuple[int, ...] | str:
    if is_text(item):
        return clean(text)
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > 40 or not all(re.fullmatch(r"[0-9]{1,3}", part) for part in parts):
        raise WrongUse(f"q{number}: write the option's number, counted from 0; several with commas between")
    return tuple(int(part) for part in parts)


def _item(line: str) -> Item:
    """A question as a host types it."""
    question, *options = (part.strip() for part in re.split("[|\uff5c]", line))
    kind = MULTIPLE if question.startswith(("+", "\uff0b")) else SINGLE
    question = question.lstrip("+\uff0b ")
    if not options:
        return Item(question=question, kind=TEXT)
    values = re.fullmatch("([0-9]) *[-\u2013~] *([0-9]{1,2})", options[0]) if len(options) == 1 else None
    if values and int(values[1]) < int(values[2]):
        return Item(question=question, kind=SCALE, options=tuple(map(str, range(int(values[1]), int(values[2]) + 1))))
    return Item(question=question, kind=kind, options=tuple(options))


def by_id(planned: Iterable[T], id: str) -> T:
    """The one of *planned* by that id. Raises `NotFound`."""
    for one in planned:
        if one.id == id:
            return one
    raise NotFound(f"{id!r}: the plan has none by that id")


_ID = r"(?P<id>[a-z0-9-]{1,60})"
ROUTES: list[Route] = [
    ("POST", rf"{MEMBER}/questionnaires/{_ID}", answer),
    ("POST", rf"{HOST}/questionnaires", own),
    ("POST", rf"{HOST}/questionnaires/{_ID}/(?P<verb>open|close)", steer),
]
_HOST = "/host/{event}/{token}"
_REFUSED = (400, 403, 404, 409, 410, 422)
PATHS: dict[str, Any] = {
    "/room/{event}/questionnaires/{id}": {
        "post": member_op(
            "Answer a questionnaire: one set per seat, the last one counts",
            body="Answers",
            answer="Answered",
            status=201,
            refused=_REFUSED,
        )
    },
    f"{_HOST}/questionnaires": {
        "post": op(
            "Open a questionnaire of the host's own; one `client_id` is opened once",
            body="OwnForm",
            answer="Done",
            status=201,
            refused=_REFUSED,
        )
    },
    f"{_HOST}/questionnaires/{{id}}/open": {
        "post": op("Open a planned questionnaire", body="Done", answer="Done", refused=(403, 404, 409, 410))
    },
    f"{_HOST}/questionnaires/{{id}}/close": {
        "post": op("Close a questionnaire", body="Done", answer="Done", refused=(403, 404))
    },
}
_EACH = "Options counted from 0, of a scale its values, several with commas; or words"
SCHEMAS: dict[str, Any] = {
    "Answers": object_of((), **{name: {**WORDS, "description": _EACH} for name in _FIELDS}),
    "Answered": object_of(("answered",), answered=TRUTH),
    "OwnForm": object_of(
        ("title", "questions"),
        title=WORDS,
        questions={
            **WORDS,
            "description": "One a line: `Why?`, `Which? | A | B`, `+ Which? | A | B`, `How far? | 1-5`",
        },
        client_id=WORDS,
    ),
}
