"""The training card on a leader's page: read once, a few questions, and it may be put off once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from salon.planbook import PLAN
from salon.rules.relay import pass_training, put_off_training, training_key
from salon.training import Training, training_in
from salon.web.describe import PAGE, object_of, op
from salon.web.http import Answer, Ask, json_answer, redirect
from salon.web.leader_view import Duty, Who, hour, who_asks
from salon.web.routes import Route
from salon.web.site import Site, language_for

#: A task at the last minute goes first for so long; then the card comes before anything else.
PUT_OFF_FOR = timedelta(days=1)


class Learns(NamedTuple):
    """Somebody who has not passed the training yet."""

    may_put_off: bool


async def has_to_learn(site: Site, who: Who) -> Learns | None:
    """Whether the training comes before anything else for *who*; None: it does not."""
    relay, key = (await site.house.live(PLAN)).state.relay, training_key(who.series, who.key)
    if key not in relay.trained:
        # Passed a second ago, perhaps, by way of another process.
        relay = (await site.house.journal.refresh(PLAN)).state.relay
    if key in relay.trained:
        return None
    put_off = relay.put_off.get(key)
    if put_off is not None and site.house.clock.now() < put_off.at + PUT_OFF_FOR:
        return None
    return Learns(may_put_off=put_off is None)


async def read_again(site: Site, ask: Ask) -> Answer:
    """`GET /l/SERIES/TOKEN/training`: the card, to read once more."""
    return training_page(site, ask, await who_asks(site, ask), None, may_put_off=False)


async def answer_questions(site: Site, ask: Ask) -> Answer:
    """`POST /l/SERIES/TOKEN/training` (`q1`, `q2`, …: number of an option): passed when all are right. Any number of
    tries; what was wrong is explained."""
    who, fields = await who_asks(site, ask), await ask.fields()
    training = training_in(site.house.wording, language_for(ask, None))
    answers = _answers(fields)
    wrong = training.wrong(answers)
    if not wrong:
        await site.house.journal.decide(PLAN, pass_training(who.series, who.name))
    if ask.wants_json:
        return json_answer({"passed": not wrong, "wrong": sorted(wrong)})
    if wrong:
        return training_page(site, ask, who, None, may_put_off=False, answers=answers, wrong=wrong)
    return redirect(_base(ask))


async def put_off(site: Site, ask: Ask) -> Answer:
    """`POST /l/SERIES/TOKEN/training/later`: a task has to go out first; once."""
    who = await who_asks(site, ask)
    await ask.fields()
    await site.house.journal.decide(PLAN, put_off_training(who.series, who.name))
    return json_answer({"done": True}) if ask.wants_json else redirect(_base(ask))


def training_page(
    site: Site,
    ask: Ask,
    who: Who,
    waiting: Duty | None,
    *,
    may_put_off: bool,
    answers: Mapping[int, int] | None = None,
    wrong: set[int] | None = None,
) -> Answer:
    """The card; *waiting*: a task that may go first. *answers* as they were given, *wrong* of them explained."""
    language = language_for(ask, None)
    training: Training = training_in(site.house.wording, language)
    until = ""
    if waiting is not None and waiting.over_at is not None:
        until = hour(waiting.over_at, site.house.clock.now(), waiting.event, language)
    return site.page(
        ask, "leader_training", None, who=who, base=_base(ask), training=training, may_put_off=may_put_off,
        waiting=waiting, until=until, answers=answers or {}, wrong=wrong or set(),
    )  # fmt: skip


def _answers(fields: Mapping[str, str]) -> dict[int, int]:
    """Number of a question → number of the option, of what makes sense."""
    numbered = {re.fullmatch(r"q([0-9]{1,2})", name): value for name, value in fields.items()}
    return {int(m[1]): int(value) for m, value in numbered.items() if m and re.fullmatch(r"[0-9]{1,2}", value)}


def _base(ask: Ask) -> str:
    return f"/l/{ask.parts['series']}/{ask.parts['token']}"


_TRAINING = r"/l/(?P<series>[a-z0-9-]{1,60})/(?P<token>[a-z2-7]{1,64})/training"
ROUTES: list[Route] = [
    ("GET", _TRAINING, read_again),
    ("POST", _TRAINING, answer_questions),
    ("POST", rf"{_TRAINING}/later", put_off),
]
_PATH = "/l/{series}/{token}/training"
PATHS: dict[str, Any] = {
    _PATH: {
        "get": op("A leader's training card", PAGE, refused=(403,)),
        "post": op("Answer its questions", body="CardAnswers", answer="CardPassed", refused=(403,)),
    },
    f"{_PATH}/later": {"post": op("Put it off, once", body="Done", answer="Done", refused=(403, 409))},
}
SCHEMAS: dict[str, Any] = {
    "CardAnswers": object_of(q1={"type": "integer"}, q2={"type": "integer"}, q3={"type": "integer"}),
    "CardPassed": object_of(
        ("passed", "wrong"), passed={"type": "boolean"}, wrong={"type": "array", "items": {"type": "integer"}}
    ),
}
