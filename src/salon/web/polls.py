"""The polls of a room's page, as each reader may see them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from salon.model import ALWAYS, CLOSED, LEADERS, MULTIPLE, POLL_KINDS, POLL_RESULTS, RANK, VOTED, Event
from salon.polls import PollState
from salon.public import poll_frame
from salon.rules.polls import QUESTION_LENGTH
from salon.state import State
from salon.web.readers import HOST, Reader
from salon.web.site import Site

#: Kind of results → what a member is told where they may not see them yet.
_UNTIL = {VOTED: "poll_after_vote", CLOSED: "poll_after_close", LEADERS: "poll_for_leaders", ALWAYS: ""}


def facts(site: Site, event: Event, state: State, reader: Reader) -> Mapping[str, Any]:
    """What `parts/polls.html` needs, for every reader; what they may not know is not in it."""
    is_over = state.disbanded_at is not None or site.house.clock.now() >= event.times.disbands_at
    polls = [_view(poll, state, reader, is_over) for poll in reversed(state.polls.values())]
    leads_now = reader.role == HOST and not is_over and state.opened_at is not None
    return {
        # The one that is asked now comes first.
        "polls": sorted(polls, key=lambda poll: not poll["is_open"]),
        "planned": [poll for poll in event.polls if poll.id not in state.polls] if leads_now else [],
        "leads_now": leads_now,
        "stirred": site.rooms.loaded(event.id).stirred(reader.line),
        "looks_again": any(poll["looks_again"] for poll in polls),
        "kinds": POLL_KINDS,
        "results": POLL_RESULTS,
        "question_length": QUESTION_LENGTH,
        "fresh_id": secrets.token_hex(8),
    }


def asked_of(state: State, reader: Reader) -> str:
    """Id of the poll that the member on *reader*'s seat is asked now, the newest; empty: none."""
    polls = reversed(state.polls.values())
    open_now = (p.id for p in polls if p.is_open and p.voter(reader.seat, reader.guest) not in p.votes)
    return "" if reader.leads else next(open_now, "")


def _view(poll: PollState, state: State, reader: Reader, is_over: bool) -> dict[str, Any]:
    """One poll for *reader*: its frame, with rows to show and, for those who lead, who chose what."""
    seat, asked = poll.voter(reader.seat, reader.guest), poll.asked
    frame = poll_frame(poll, leads=reader.knows, seat=seat, is_over=is_over)
    can_vote = frame["is_open"] and not reader.leads
    votes, mine = frame.get("votes"), frame.get("mine", [])
    rows = [
        {"text": text, "value": asked.low + k, "votes": votes[k] if votes else None, "is_mine": k in mine}
        for k, text in enumerate(asked.options)
    ]
    return {
        **frame,
        "rows": rows,
        "mine": mine,
        "mine_texts": [asked.options[k] for k in mine] if asked.kind == RANK else [],
        "ends": asked.ends,
        "low": asked.low,
        "can_vote": can_vote,
        "asks": can_vote and not mine,
        "is_known": votes is not None,
        "until": "" if votes is not None else _UNTIL[asked.results],
        # Those who lead are told how far it goes.
        "scope": f"poll_results_{asked.results}" if reader.knows else "",
        "has_limit": asked.kind == MULTIPLE and asked.most < len(asked.options),
        # Its numbers are not among the room's: after a sign the page looks again.
        "looks_again": frame["is_open"]
        and votes is not None
        and (asked.results == VOTED or (reader.knows and asked.is_named)),
        "ballots": _ballots(poll, state) if reader.knows and asked.is_named else [],
        "earlier": [_round(round) for round in poll.earlier] if reader.knows else [],
    }


def _ballots(poll: PollState, state: State) -> list[dict[str, str]]:
    """Who chose what: by seat, with the name of whoever cast the vote."""
    rows, between = [], " → " if poll.asked.kind == RANK else " · "
    for seat, choice in sorted(poll.votes.items()):
        guest = state.guests.get(poll.cast_by[seat])
        chosen = [poll.asked.options[k] for k in choice]
        rows.append({"seat": str(seat), "name": guest.name if guest else "", "chosen": between.join(chosen)})
    return rows


def _round(poll: PollState) -> dict[str, Any]:
    """A round that a reset ended: for those who lead."""
    rows = zip(poll.asked.options, poll.tally(), strict=True)
    return {"round": poll.round, "voters": len(poll.votes), "rows": [{"text": t, "votes": n} for t, n in rows]}


PARTS: Mapping[str, Callable[[Site, Event, State, Reader], Mapping[str, Any] | None]] = {"polls": facts}
