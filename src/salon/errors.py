"""Everything that Salon refuses, as one tree: the sentence says where, what, and what to do now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType


class SalonError(Exception):
    """Salon could not do what it was asked to."""

    #: Exit code of the command line: 1 could not, 2 wrong use.
    exit_code = 1
    #: Status of the HTTP answer.
    status = 500

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (self.__doc__ or "").splitlines()[0])


class WrongUse(SalonError):
    """What was asked for makes no sense as it stands."""

    exit_code = 2
    status = 400


class Mistakes(WrongUse):
    """A file has mistakes: every one of them is listed, a line each."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


class NotFound(WrongUse):
    """There is nothing by that name."""

    status = 404


class NotAllowed(SalonError):
    """This link does not open that door."""

    status = 403


class Refused(SalonError):
    """A rule of the room says no. *reason* is the word that screens translate."""

    status = 409
    #: Key of the sentence that members read, in `templates/web/words.*.toml`.
    reason = "refused"
    #: What stands in that sentence between braces.
    values: Mapping[str, str] = MappingProxyType({})


class RoomNotOpen(Refused):
    """The room has not opened yet."""

    reason = "not_open"


class RoomClosed(Refused):
    """The room has closed."""

    status = 410
    reason = "closed"


class Recalled(Refused):
    """The owner has taken the event back for now."""

    status = 410
    reason = "recalled"


class Removed(Refused):
    """Somebody whom the host removed does not come back that evening."""

    status = 403
    reason = "removed"

    def __init__(self, why: str = "") -> None:
        super().__init__(f"you were removed for this evening: {why}")
        self.values = {"why": why}


class NoSeat(Refused):
    """Only a seat holder may do this."""

    status = 403
    reason = "no_seat"


class PollNotOpen(Refused):
    """That poll is not open."""

    reason = "poll_not_open"


class BadText(Refused):
    """A text is empty or too long."""

    status = 422
    reason = "bad_text"


class JournalUnavailable(SalonError):
    """The journal could not be written; nothing was acknowledged. Try again."""

    status = 503


class JournalConflict(JournalUnavailable):
    """The database refused an entry that the rules had let through; it was rolled back."""
