"""What members may see of a journal: frames without anybody's key, in words that the page knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any

from salon.ballots import mean_of, one_place
from salon.entries import Entry
from salon.model import LEADERS, SCALE, SINGLE
from salon.polls import PollState
from salon.state import State

Frame = dict[str, Any]

#: Reads what only those who lead may know; a member's key reads what is for that member alone.
LEADS = "leads"
#: Reads what a note taker may know: how the evening goes, and nothing of what only guest and host may.
NOTES = "notes"


def frame_of(entry: Entry, zone: tzinfo | None = None) -> Frame | None:
    """What the room's pages are told of one entry; None for what is nobody's business or is told in counts.

    `clock` is the hour as members read it, in *zone* (default: UTC).
    """
    make = _FRAMES.get(entry.kind)
    if make is None:
        return None
    clock = f"{entry.at.astimezone(zone):%H:%M}" if zone else f"{entry.at:%H:%M}"
    return {"seq": entry.seq, "at": entry.at.isoformat(), "clock": clock, **make(entry.seq, entry.data)}


def audience_of(entry: Entry) -> str:
    """Whom a frame is for: everybody (an empty text), `LEADS`, or the member whose key it is."""
    if entry.kind in _PERSONAL:
        return str(entry.data["guest"])
    return LEADS if entry.kind in _FOR_LEADS else ""


def is_for_notes(entry: Entry) -> bool:
    """Whether a note taker hears of it with those who lead."""
    return _CHANGES.get(entry.kind) in ("console", "standing") and entry.kind in _FOR_LEADS


def queue_frame(entry: Entry) -> Frame | None:
    """What those who lead hear of an entry whose own frame is for somebody else: their queue has changed."""
    if entry.kind not in _PERSONAL:
        return None
    return {"seq": entry.seq, "kind": "changed", "part": "queue"}


def counts_of(state: State, seats: int, *, leads: bool = False) -> Frame:
    """The numbers of the room, as the ledger has them: seats left, people waiting, the tallies that all may know.

    *leads*: for those who lead, who may know every tally. `whole`: poll → voters, what a share is a part of, and the
    mean of a scale, where these are not the sum of its votes.
    """
    polls = {poll.id: votes for poll in state.polls.values() if (votes := tally_for(poll, leads=leads)) is not None}
    frame = {
        "kind": "counts",
        "seats_left": state.seats_left(seats),
        "waiting": len(state.waiting),
        "here": state.seats_taken(),
        "polls": polls,
    }
    whole = {id: _whole(state.polls[id]) for id in polls if state.polls[id].asked.kind != SINGLE}
    return {**frame, "whole": whole} if whole else frame


def tally_for(poll: PollState, *, leads: bool = False, seat: int = 0, is_over: bool = False) -> list[int] | None:
    """The numbers of *poll* for one reader; None: they may not know them, nor how many have voted.

    Every page, frame, answer and file asks here. *leads*: they lead the evening. *seat*: a member's; 0: anybody's.
    *is_over*: the clock has closed the room, whether or not a flow has written it down.
    """
    may_know = leads or poll.is_seen_by(seat) or (is_over and poll.asked.results != LEADERS)
    return poll.tally() if may_know else None


def poll_frame(poll: PollState, *, leads: bool = False, seat: int = 0, is_over: bool = False) -> Frame:
    """One poll as one reader may know it (see `tally_for`): without `votes` and `voters` where they may not.

    `mine` are the options of the reader's own vote; `choices` how many one vote may name.
    """
    asked, votes = poll.asked, tally_for(poll, leads=leads, seat=seat, is_over=is_over)
    frame: Frame = {
        "poll": asked.id,
        "question": asked.question,
        "options": list(asked.options),
        "section": asked.section,
        "kind": asked.kind,
        "results": asked.results,
        "is_named": asked.is_named,
        "choices": asked.most,
        "round": poll.round,
        "is_open": poll.is_open and not is_over,
    }
    if seat in poll.votes:
        frame["mine"] = list(poll.votes[seat])
    if votes is None:
        return frame
    voters, whole, mean = _whole(poll)
    return {**frame, "votes": votes, "voters": voters, "whole": whole, **({"mean": mean} if mean else {})}


def _whole(poll: PollState) -> tuple[int, int, str]:
    """Voters, what a share is a part of, and the mean of a scale (`3.8`); only for who may know the tally."""
    mean = mean_of(poll.tally(), poll.asked.low) if poll.asked.kind == SCALE else None
    return len(poll.votes), poll.whole(), one_place(mean[0]) if mean else ""


def _message(seq: int, data: Mapping[str, Any]) -> Frame:
    return {
        "kind": "message",
        "name": data["name"],
        # A wall of empty lines pushes nobody else off the page.
        "text": re.sub(r"\n(?:[^\S\n]*\n){2,}", "\n\n", data["text"]),
        "role": data["role"],
        "seat": data["seat"],
        "reply_to": data.get("reply_to", ""),
    }


def _card(kind: str) -> Callable[[int, Mapping[str, Any]], Frame]:
    return lambda seq, data: {"kind": kind, "text": data.get("text", ""), "section": data.get("section", 0)}


def _changed(part: str) -> Callable[[int, Mapping[str, Any]], Frame]:
    """A part of the page (`salon.web.parts`) is drawn anew: what it says is for its reader's eyes."""
    return lambda seq, data: {"kind": "changed", "part": part}


#: Kinds of entries that only those who lead hear of, and those that only the member in `data["guest"]` does.
_FOR_LEADS: frozenset[str] = frozenset(
    (
        "evening_replanned",
        "message_tagged",
        "tag_undone",
        "point_parked",
        "point_brought_back",
        "recap_edited",
        "gate_waived",
        "answers_given",
        "answers_changed",
        "promotion_seen",
        "promotion_followed",
        *("message_reported", "report_settled", "lead_taken", "leader_named", "leader_withdrawn"),
        *("door_barred", "door_unbarred"),
    )
)
_PERSONAL: frozenset[str] = frozenset(
    (
        *("message_held", "message_released", "message_rejected"),
        *("member_warned", "member_muted", "member_unmuted", "member_removed"),
    )
)

#: Kind of an entry → the part of the page that it changes.
_CHANGES: dict[str, str] = {
    "question_wanted": "questions",
    "question_unwanted": "questions",
    "question_merged": "questions",
    "question_answered": "questions",
    "question_parked": "questions",
    "question_carried": "questions",
    "question_reopened": "questions",
    "evening_replanned": "console",
    "message_tagged": "console",
    "tag_undone": "console",
    "point_parked": "console",
    "point_brought_back": "console",
    "recap_edited": "console",
    "gate_waived": "console",
    "answers_given": "cards",
    "answers_changed": "cards",
    "questionnaire_closed": "cards",
    "promotion_seen": "cards",
    "promotion_followed": "cards",
    "message_held": "standing",
    "message_released": "standing",
    "message_rejected": "standing",
    "member_warned": "standing",
    "member_muted": "standing",
    "member_unmuted": "standing",
    "slow_mode_set": "standing",
    "message_reported": "queue",
    "report_settled": "queue",
    "lead_taken": "standing",
    "leader_named": "standing",
    "leader_withdrawn": "standing",
    "door_barred": "standing",
    "door_unbarred": "standing",
}


def _question(seq: int, data: Mapping[str, Any]) -> Frame:
    return {"kind": "question", "part": "questions", "text": data["text"], "name": data["name"]}


_FRAMES: dict[str, Callable[[int, Mapping[str, Any]], Frame]] = {
    "message_posted": _message,
    "question_asked": _question,
    # Only a page of those who lead has that part.
    "message_hidden": lambda seq, data: {"kind": "hidden", "message": data["message"], "part": "queue"},
    "words_withdrawn": lambda seq, data: {"kind": "hidden", "message": data["message"]},
    "precautions_posted": _card("precautions"),
    "prompt_posted": _card("prompt"),
    "notice_posted": _card("notice"),
    "recap_posted": _card("recap"),
    # Read as a notice; the countdown of open pages moves with it.
    "evening_extended": lambda seq, data: {
        "kind": "notice",
        "text": data["text"],
        "section": 0,
        "closes_at": data["closes_at"],
    },
    "section_started": lambda seq, data: {
        "kind": "section",
        "section": data["section"],
        "text": data["title"],
        "minutes": data["minutes"],
        "part": "now",
    },
    "questionnaire_opened": lambda seq, data: {
        "kind": "form",
        "to": f"form-{data['questionnaire']}",
        "text": data["title"],
        "part": "cards",
    },
    "promotion_shown": lambda seq, data: {
        "kind": "promotion",
        "to": f"card-{data['promotion']}",
        "text": data["title"],
        "part": "cards",
    },
    "poll_opened": lambda seq, data: {
        "kind": "poll",
        "poll": data["poll"],
        "text": data["question"],
        "options": data["options"],
        "part": "polls",
    },
    "poll_closed": lambda seq, data: {"kind": "poll_closed", "poll": data["poll"], "part": "polls"},
    "poll_reset": lambda seq, data: {
        "kind": "poll_reset",
        "poll": data["poll"],
        "round": data["round"],
        "part": "polls",
    },
    # Their page asks again, and reads why.
    "member_removed": lambda seq, data: {"kind": "removed"},
    "room_opened": lambda seq, data: {"kind": "opened"},
    "room_disbanded": lambda seq, data: {"kind": "closed"},
    "report_written": lambda seq, data: {"kind": "report", "part": "afterwards"},
    **{kind: _changed(part) for kind, part in _CHANGES.items()},
}
