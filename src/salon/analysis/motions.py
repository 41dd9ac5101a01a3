"""Motions and votes by command, counted as hcoop-meetbot counts them (its manual, read November 2026)."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field

#: Choices of a motion without options of its own: in favour, opposed, neither.
FOR, AGAINST, NEITHER = "+1", "-1", "0"
_FOR = {"+1", "+", "yes", "y", "aye", "赞成", "同意", "支持"}
_AGAINST = {"-1", "-", "no", "n", "nay", "反对", "不同意"}
_NEITHER = {"0", "+0", "-0", "abstain", "弃权"}
_QUESTION = re.compile(r"(?P<question>[^?？]*[?？])\s*(?P<options>.*)", re.S)


@dataclass(frozen=True, kw_only=True)
class Vote:
    """The last choice of one person."""

    name: str
    #: `+1`, `-1`, `0`, or one of the motion's options.
    choice: str
    message_id: str


@dataclass(frozen=True, kw_only=True)
class Motion:
    """One question that was put to the vote."""

    text: str
    name: str
    message_id: str
    #: Options in their order; of a motion without options: `+1`, `-1`, `0`.
    options: tuple[str, ...]
    #: One for each person, in the order in which they first voted.
    votes: tuple[Vote, ...]
    #: "unanimous", "accepted", "failed", "inconclusive" (a tie), "chosen" (an option won), "open" (never closed).
    outcome: str
    #: The option that won; empty: none, or a motion without options.
    winner: str = ""
    #: Shown names of those who seconded it.
    seconded_by: tuple[str, ...] = ()
    #: For each of them the message in which they did.
    seconded_ids: tuple[str, ...] = ()
    #: Message that closed it; empty: nobody did.
    closed_id: str = ""
    #: Message of the topic that was on; empty: none.
    topic_id: str = ""

    def count(self, choice: str) -> int:
        """People whose last choice was *choice*."""
        return sum(vote.choice == choice for vote in self.votes)


@dataclass
class Ballot:
    """A motion that is open."""

    text: str
    name: str
    message_id: str
    topic_id: str
    options: tuple[str, ...] = ()
    #: Whether a bare "+1" is a vote, as where `#vote` opened it.
    takes_bare_votes: bool = False
    #: Author → their last vote.
    votes: dict[str, Vote] = field(default_factory=dict)
    #: Author → their shown name, and the message in which they seconded it.
    seconds: dict[str, tuple[str, str]] = field(default_factory=dict)

    def choice_of(self, said: str) -> str:
        """The choice that *said* names; empty: none, or more than one."""
        word = unicodedata.normalize("NFKC", said).replace("\u2212", "-").strip().casefold()
        if not self.options:
            first = word.split()[0] if word else ""
            return next(
                (c for c, words in ((NEITHER, _NEITHER), (FOR, _FOR), (AGAINST, _AGAINST)) if first in words), ""
            )
        same = [option for option in self.options if option.casefold() == word]
        like = [option for option in self.options if word and option.casefold().startswith(word)]
        return same[0] if same else like[0] if len(like) == 1 else ""

    def closed(self, by: str = "", outcome: str = "") -> Motion:
        """The motion as it ended: closed by message *by*, as the votes say, or as the chair said (*outcome*)."""
        choices = Counter(vote.choice for vote in self.votes.values())
        winner = ""
        if not outcome:
            outcome, winner = ("open", "") if not by else self._told(choices)
        return Motion(
            text=self.text,
            name=self.name,
            message_id=self.message_id,
            options=self.options or (FOR, AGAINST, NEITHER),
            votes=tuple(self.votes.values()),
            outcome=outcome,
            winner=winner,
            seconded_by=tuple(name for name, _ in self.seconds.values()),
            seconded_ids=tuple(id for _, id in self.seconds.values()),
            closed_id=by,
            topic_id=self.topic_id,
        )

    def _told(self, choices: Counter[str]) -> tuple[str, str]:
        if self.options:
            (first, most), *others = choices.most_common(2)
            return ("inconclusive", "") if others and others[0][1] == most else ("chosen", first)
        favour, opposed = choices[FOR], choices[AGAINST]
        if favour == opposed:
            return "inconclusive", ""
        if favour < opposed:
            return "failed", ""
        return ("accepted" if opposed or choices[NEITHER] else "unanimous"), ""


def asked(text: str) -> tuple[str, tuple[str, ...]]:
    """Question and options of `#startvote Question? A, B`; without options it is a motion of yes and no."""
    found = _QUESTION.match(text)
    if not found:
        return text, ()
    rest = found["options"].strip()
    parts = re.split(r"[,，、/]", rest) if re.search(r"[,，、/]", rest) else rest.split()
    options = tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
    return found["question"].strip(), options if len(options) > 1 else ()
