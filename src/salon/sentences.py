"""Sentences of the owner's language model for an event's report: asked for once, then noted in its journal."""

from __future__ import annotations

import asyncio
import logging
import os
from dataclasses import replace

from salon.analysis.drafted import kept
from salon.drafting import Model, ModelAway, draft, model_from_env
from salon.errors import WrongUse
from salon.house import House
from salon.issue import telling
from salon.model import Event
from salon.rules.editions import note_sentences

log = logging.getLogger("salon.sentences")

#: Seconds that a model has for all points of an evening; the report does not wait longer.
AT_MOST = 180.0


async def draft_sentences(house: House, event: Event, *, by: str) -> None:
    """Have the model write, before the report's first version, and note what the messages bear out.

    Without a model, with one that does not answer, or after the first version nothing is done: the report is
    complete without it. May be run again: what is noted stays, so that the same journal gives the same bytes.
    """
    editions = (await house.journal.refresh(event.id)).state.editions
    if editions.versions or editions.sentences is not None:
        return
    try:
        model = model_from_env(os.environ)
        if model is not None:
            await _note(house, event, model, by)
    except (ModelAway, WrongUse) as away:
        log.warning("%s: the report is written without a language model: %s", event.id, away)


async def _note(house: House, event: Event, model: Model, by: str) -> None:
    told = await telling(house, event)
    try:
        async with asyncio.timeout(AT_MOST):
            said = await draft(model, told.fresh, told.discussion.messages)
    except TimeoutError:
        raise ModelAway(f"the language model {model.name} took longer than {AT_MOST:.0f} s") from None
    sound = kept(replace(told.discussion, drafted=said))
    await house.journal.decide(event.id, note_sentences(model.name, sound, by=by))
