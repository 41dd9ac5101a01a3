"""One real message to one group, to see whether its channel works; the answer is kept."""

from __future__ import annotations

import secrets
from datetime import timedelta
from zoneinfo import ZoneInfo

from salon.allowances import allowance_for
from salon.channels import Outcome
from salon.channels.probe import probe as try_out
from salon.entries import Draft, Rule
from salon.errors import NotFound
from salon.house import House
from salon.model import Event, Group
from salon.pace import SENDING
from salon.phrases import language_of
from salon.planbook import PLAN
from salon.rules.pace import find_credential
from salon.sending import permit

#: So long somebody waits for a test message to go out.
PATIENCE = timedelta(minutes=1)


async def probe(house: House, event: Event, group_id: str) -> Outcome:
    """Send a test message to the group *group_id* that hears of *event*, and write down what came of it.

    Not for a repeat: each time one more message is there. It keeps the sending pace. Raises `NotFound`, and `TooLate`
    where the pace leaves no time within `PATIENCE`.
    """
    group = await _group(house, event, group_id)
    channel, opened = house.channel(group.channel), house.opened(group)
    language = language_of(event, group.language)
    text = house.wording.fill(f"probe/message.{language}.md", series=event.series_name, group=group.name).strip()
    key = f"probe{secrets.token_hex(4)}"
    ability, credential = channel.ability, channel.credential(opened)
    allowance = allowance_for(
        event, group, credential=credential, pace=ability.pace, group_pace=ability.group_pace, counts=False
    )
    # A person waits for the answer: in the group's quiet hours they are told so at once.
    until = house.clock.now().astimezone(ZoneInfo(event.timezone)) + PATIENCE
    await permit(house, allowance, f"{event.id}/{key}", by="owner", until=until)
    probed = await try_out(channel, opened, key=key, text=text)
    outcome = probed.said[-1][1] if probed.said else probed.greeted
    assert outcome is not None
    await house.journal.decide(PLAN, _note(event, group, outcome))
    if probed.is_proved:
        await house.journal.decide(SENDING, find_credential(credential, by="owner"))
    return outcome


async def _group(house: House, event: Event, group_id: str) -> Group:
    groups = {group.id: group for group in await house.groups(event)}
    if group_id not in groups:
        known = ", ".join(list(groups)[:8]) or "none"
        raise NotFound(f"group {group_id!r} does not hear of {event.id}; these do: {known}")
    return groups[group_id]


def _note(event: Event, group: Group, outcome: Outcome) -> Rule:
    data = {
        "group": f"{event.series}/{group.id}",
        "channel": group.channel,
        "outcome": str(outcome.result),
        "detail": outcome.detail,
    }
    return lambda state, now: [Draft(kind="channel_probed", by="owner", data=data)]
