"""What members may see of a journal: frames without anybody's key, in words that the page knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any

from salon.entries import Entry
from salon.state import PollState, State

Frame = dict[str, Any]

#: Reads what only those who lead may know; a member's key reads what is for that member alone.
LEADS = "leads"


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


def counts_of(state: State, seats: int) -> Frame:
    """The numbers of the room, as the ledger has them: seats left, people waiting, every poll's tally."""
    return {
        "kind": "counts",
        "seats_left": max(seats - state.seats_taken(), 0),
        "waiting": len(state.waiting),
        "polls": {poll.id: poll.tally() for poll in state.polls.values()},
    }


def poll_frame(poll: PollState) -> Frame:
    """One poll with its numbers."""
    return {
        "poll": poll.id,
        "question": poll.question,
        "options": list(poll.options),
        "section": poll.section,
        "is_open": poll.is_open,
        "votes": poll.tally(),
    }


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
_FOR_LEADS: frozenset[str] = frozenset()
_PERSONAL: frozenset[str] = frozenset()

#: Kind of an entry → the part of the page that it changes.
_CHANGES: dict[str, str] = {
    "question_wanted": "questions",
    "question_unwanted": "questions",
    "question_merged": "questions",
    "question_answered": "questions",
    "question_parked": "questions",
    "question_carried": "questions",
    "question_reopened": "questions",
}

def _question(seq: int, data: Mapping[str, Any]) -> Frame:
    return {"kind": "question", "part": "questions", "text": data["text"], "name": data["name"]}


_FRAMES: dict[str, Callable[[int, Mapping[str, Any]], Frame]] = {
    "message_posted": _message,
    "question_asked": _question,
    "message_hidden": lambda seq, data: {"kind": "hidden", "message": data["message"]},
    "words_withdrawn": lambda seq, data: {"kind": "hidden", "message": data["message"]},
    "precautions_posted": _card("precautions"),
    "prompt_posted": _card("prompt"),
    "notice_posted": _card("notice"),
    "recap_posted": _card("recap"),
    "section_started": lambda seq, data: {
        "kind": "section",
        "section": data["section"],
        "text": data["title"],
        "minutes": data["minutes"],
    },
    "poll_opened": lambda seq, data: {
        "kind": "poll",
        "poll": data["poll"],
        "text": data["question"],
        "options": data["options"],
    },
    "poll_closed": lambda seq, data: {"kind": "poll_closed", "poll": data["poll"]},
    "room_opened": lambda seq, data: {"kind": "opened"},
    "room_disbanded": lambda seq, data: {"kind": "closed"},
    "report_written": lambda seq, data: {"kind": "report"},
    **{kind: _changed(part) for kind, part in _CHANGES.items()},
}
