"""What pictures tell that is not the plan of the evening: a record per kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from salon.model import Kol


@dataclass(frozen=True, kw_only=True)
class SeatsLeft:
    """For `few`: how many seats are still free."""

    left: int


@dataclass(frozen=True, kw_only=True)
class Quote:
    """For `quote`: a sentence as it was said, and who said it."""

    text: str
    speaker: str
    role: str = ""
    topic: str = ""
    series: str = ""
    number: int = 0
    #: Path of a picture of the speaker; empty: initials are drawn.
    portrait: str = ""


@dataclass(frozen=True, kw_only=True)
class Vote:
    """For `vote`: one poll as it stands."""

    question: str
    #: Two to ten texts.
    options: tuple[str, ...]
    #: Votes per option, in the order of *options*.
    votes: tuple[int, ...]
    series: str = ""
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class Shared:
    """For `share`: what the KOL may show of the evening. Numbers that are None are left out."""

    kol: Kol
    topic: str
    series: str = ""
    number: int = 0
    date: datetime | None = None
    seats: int | None = None
    speakers: int | None = None
    messages: int | None = None
    votes: int | None = None
    questions: int | None = None
    minutes: int | None = None


@dataclass(frozen=True, kw_only=True)
class Cover:
    """For `cover`: the first page of a report, with up to three lines that say why to open it."""

    kol: Kol
    topic: str
    lines: tuple[str, ...] = ()
    series: str = ""
    number: int = 0
    date: datetime | None = None


Facts = SeatsLeft | Quote | Vote | Shared | Cover
