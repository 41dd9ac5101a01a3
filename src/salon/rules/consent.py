"""Rules of members' own words: taken back and given again, named or not, by themselves or by the owner for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import count

from salon.consent import may_be_alias
from salon.entries import Draft, Rule
from salon.errors import NotFound, WrongUse
from salon.roles import role_in
from salon.state import State

#: Longest reason that the owner gives, in characters.
REASON_LENGTH = 200


def withdraw_words(author: str, messages: Iterable[int] | None, *, by: str, reason: str = "") -> Rule:
    """Take *messages* of *author* (None: all of theirs) out of the report and off every page. Again: nothing.

    *by*: the author, or "owner" for somebody who lost their seat's cookie; then with a *reason*. Raises `NotFound`
    for a message that is not theirs, `WrongUse` for a missing reason.
    """
    wanted = None if messages is None else tuple(messages)

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        _check_reason(by, author, reason)
        for seq in _own(state, author, wanted):
            if seq not in state.editions.withdrawn:
                data = {"message": seq, **({"reason": reason.strip()[:REASON_LENGTH]} if reason else {})}
                yield Draft(kind="words_withdrawn", by=by, data=data, holds=(f"withdrawn:{seq}",))

    return rule


def return_words(author: str, messages: Iterable[int] | None, *, by: str) -> Rule:
    """Let *messages* of *author* (None: all of theirs) be read again. Again: nothing. Raises `NotFound`.

    What members took back themselves the owner cannot bring back: `WrongUse`.
    """
    wanted = None if messages is None else tuple(messages)

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        for seq in _own(state, author, wanted):
            taken = state.editions.withdrawn.get(seq)
            if taken is None:
                continue
            if by not in (author, taken.by):
                raise WrongUse(f"message {seq}: its author took it back, and nobody else gives it again")
            yield Draft(kind="words_returned", by=by, data={"message": seq}, frees=(f"withdrawn:{seq}",))

    return rule


def ask_anonymity(author: str, *, by: str, reason: str = "") -> Rule:
    """Tell of *author* without their name. Again: nothing; asked a second time they get the same number.

    Raises `NotFound` for somebody who said nothing, `WrongUse` for those who lead, or for a missing reason.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        _check_reason(by, author, reason)
        _own(state, author, None)
        if role_in(author):
            raise WrongUse("whoever leads stands on the poster by name; withdraw single words instead")
        if author not in state.editions.anonymous:
            data = {"guest": author, "number": _number(state, author)}
            more = {"reason": reason.strip()[:REASON_LENGTH]} if reason else {}
            yield Draft(kind="anonymity_asked", by=by, data={**data, **more}, holds=(f"anonymous:{author}",))

    return rule


def end_anonymity(author: str, *, by: str) -> Rule:
    """Tell of *author* by name again. Again: nothing. The owner may only undo what the owner did: else `WrongUse`."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if author not in state.editions.anonymous:
            return
        if by not in (author, state.editions.anonymous_by[author]):
            raise WrongUse("a member asked for this, and nobody else takes it back")
        yield Draft(kind="anonymity_ended", by=by, data={"guest": author}, frees=(f"anonymous:{author}",))

    return rule


def _own(state: State, author: str, wanted: Iterable[int] | None) -> list[int]:
    theirs = [seq for seq, said in state.messages.items() if said.author == author]
    if not theirs:
        raise NotFound("nothing was said from this seat")
    if wanted is None:
        return theirs
    chosen = list(dict.fromkeys(wanted))
    for seq in chosen:
        if seq not in state.messages or state.messages[seq].author != author:
            raise NotFound(f"message {seq}: that is not one of theirs")
    return chosen


def _number(state: State, author: str) -> int:
    """The lowest number that nobody ever had, and nobody calls themselves by."""
    known = state.editions.aliases
    if author in known:
        return known[author]
    taken = set(known.values())
    return next(number for number in count(1) if number not in taken and may_be_alias(number, state))


def _check_reason(by: str, author: str, reason: str) -> None:
    if by != author and not reason.strip():
        raise WrongUse("reason: write why you do this for somebody else")
