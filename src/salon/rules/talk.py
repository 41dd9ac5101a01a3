"""What is said in the room, and what the host may do about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from salon.entries import Draft, Rule
from salon.errors import BadText, NotFound
from salon.marking import undone_by
from salon.model import Event
from salon.rhythm import Mark
from salon.rules.moderation import ensure_may_speak, held_or_posted
from salon.rules.seats import ensure_open, held_seat
from salon.state import State

#: Longest message, in characters.
MESSAGE_LENGTH = 10_000

_CLIENT_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, kw_only=True)
class Line:
    """Something that somebody wants to say."""

    text: str
    #: The sender's own id for it: said twice, it is kept once.
    client_id: str
    #: Number of the message that it answers; any other text is passed over.
    reply_to: str = ""


def post_message(event: Event, guest: str, line: Line, *, why: Sequence[tuple[str, str]] = ()) -> Rule:
    """Say *line* from *guest*'s seat. A repeat with the same client id adds nothing.

    *why*: (kind, line of its list) for each reason that it waits for the host; none: it is said at once. Raises
    as `held_seat`, `BadText` (empty, or over `MESSAGE_LENGTH`), and as `ensure_open` and `ensure_may_speak`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        seat = held_seat(state, guest)
        if (guest, line.client_id) not in state.said:
            ensure_may_speak(event, state, guest, now, slow=True)
            name = state.guests[guest].name or f"#{seat}"
            yield held_or_posted(_posted(line, state, by=guest, name=name, role="member", seat=seat), guest, why)

    return rule


def post_as(event: Event, role: str, name: str, line: Line, *, by: str = "") -> Rule:
    """Say *line* as one who leads and needs no seat; nothing of it waits. *by*: who, where not just the *role*.

    `#undo` after a mark by button takes that back, and is not said: in the chat it would take back another one.
    """
    author = by or role

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        if (author, line.client_id) in state.said:
            return
        mark = undone_by(state, author, line.text)
        posted = _posted(line, state, by=author, name=name, role=role, seat=0)
        yield untagged(mark, by=author, client_id=line.client_id) if mark else posted

    return rule


def untagged(mark: Mark, *, by: str, client_id: str = "") -> Draft:
    """*mark* is taken back by *by*; it may be put again. *client_id*: of the line that said so, heard once."""
    data = {"tag": mark.number, "message": mark.message, "kind": mark.kind}
    return Draft(
        kind="tag_undone",
        by=by,
        data={**data, "client_id": client_id} if client_id else data,
        holds=(f"said:{by}:{client_id}",) if client_id else (),
        frees=(f"tag:{mark.message}:{mark.kind}",),
    )


def hide_message(message: int, *, by: str) -> Rule:
    """Take message number *message* off every page and out of the report. Again: nothing. Raises `NotFound`."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        said = state.messages.get(message)
        if said is None:
            raise NotFound(f"message {message}: there is none by that number in this room")
        if message not in state.editions.hidden:
            yield Draft(kind="message_hidden", by=by, data={"message": message}, holds=(f"hidden:{message}",))

    return rule


def _posted(line: Line, state: State, *, by: str, name: str, role: str, seat: int) -> Draft:
    text = line.text.strip()
    if not text:
        raise BadText("an empty message says nothing; write something")
    if len(text) > MESSAGE_LENGTH:
        raise BadText(f"{len(text)} characters are too many for one message; {MESSAGE_LENGTH} at most")
    if not _CLIENT_ID.fullmatch(line.client_id):
        raise BadText("client_id: 1 to 64 letters, digits, dots or dashes, new for each message")
    return Draft(
        kind="message_posted",
        by=by,
        data={
            "text": text,
            "name": name,
            "role": role,
            "seat": seat,
            "client_id": line.client_id,
            **({"reply_to": line.reply_to} if _is_message(line.reply_to, state) else {}),
        },
        holds=(f"said:{by}:{line.client_id}",),
    )


def _is_message(number: str, state: State) -> bool:
    return number.isascii() and number.isdigit() and len(number) < 16 and int(number) in state.messages
