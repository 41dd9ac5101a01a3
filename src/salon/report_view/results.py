"""What came of the evening, as templates print it: votes and how they moved, findings, groups, what comes next."""

from __future__ import annotations

from collections.abc import Container, Sequence

from salon.analysis.charts import percent
from salon.analysis.told import Finding
from salon.ballots import UNTOLD, GroupRow, mean_of, one_place
from salon.model import SCALE, Discussion
from salon.phrases import LANGUAGES, date
from salon.report import Outcome, Report
from salon.report_view.quoting import Quoting, View, anchor

#: Kinds of findings that are told as results, in the order in which people look for them; the rest are minutes.
RESULTS = ("agreement", "disagreement", "rejected", "inconclusive", "action", "idea")
MINUS = "\N{MINUS SIGN}"
_MOST_CANDIDATES, _MOST_PROOFS = 8, 5


def poll_of(poll: Outcome, *, is_motion: bool = False) -> View:
    """One poll: question, total, rows, leading (None where nobody voted or two lead), and how opinions moved.

    *is_motion*: its options may be +1, -1 and 0, for which there are words.
    """
    is_known = len(poll.first_votes) == len(poll.options) and any(poll.first_votes)
    first = poll.first_votes if is_known else ()
    has_moved = bool(first) and (poll.changed > 0 or first != poll.votes)
    most = max(poll.votes, default=0)
    rows = [_row(poll, k, most, first if has_moved else ()) for k in range(len(poll.options))]
    leading = [row for row in rows if row["is_first"]]
    led = [k for k, votes in enumerate(first) if votes == max(first)]
    scale = mean_of(poll.votes, poll.low) if poll.kind == SCALE else None
    return {
        "question": poll.question,
        "is_motion": is_motion,
        "kind": poll.kind,
        "places": str(poll.places),
        "round": str(poll.round),
        "rounds": str(poll.rounds),
        "is_last": poll.round == poll.rounds,
        "mean": one_place(scale[0]) if scale else "",
        "spread": one_place(scale[1]) if scale else "",
        "whole": str(poll.whole),
        "total": str(poll.total),
        "rows": rows,
        "leading": leading[0] if len(leading) == 1 else None,
        "has_moved": has_moved,
        "changed": count(poll.changed),
        # Another option led at first than in the end: the vote that surprised.
        "led_first": poll.options[led[0]]
        if has_moved and len(led) == 1 and poll.votes[led[0]] < most and poll.kind != SCALE
        else "",
    }


def _row(poll: Outcome, k: int, most: int, first: Sequence[int]) -> View:
    now = percent(poll.votes[k], poll.whole)
    # Who has voted once has a vote to the end: the whole is the same.
    before = percent(first[k], poll.whole) if first else now
    return {
        "option": poll.options[k],
        "votes": str(poll.votes[k]),
        "percent": str(now),
        "is_first": 0 < poll.votes[k] == most,
        "first_votes": str(first[k]) if first else "",
        "first_percent": str(before) if first else "",
        # A true minus sign, as wide as the plus.
        "moved": f"{'+' if now > before else MINUS}{abs(now - before)}" if now != before else "",
    }


def by_group_of(question: str, options: Sequence[str], groups: Sequence[GroupRow]) -> View:
    """One poll by group, for the team: options, and rows of a name and cells; empty where too few to tell."""
    rows = [{"name": name, "cells": ["" if n == UNTOLD else str(n) for n in cells]} for name, cells in groups]
    return {"question": question, "options": list(options), "rows": rows}


def findings_of(report: Report, quoting: Quoting, *, told: Container[str] = ()) -> list[View]:
    """Agreements, disagreements, actions and ideas, each kind with its items; none of a message of *told* (ids)."""
    left = [f for f in report.findings if not any(id in told for id in f.quote.message_ids)]
    return [
        {"kind": kind, "items": [_finding(f, quoting) for f in left if f.kind == kind]}
        for kind in RESULTS
        if any(f.kind == kind for f in left)
    ]


def marked_in_meeting(report: Report) -> frozenset[str]:
    """Messages whose marks the minutes of a meeting tell: nothing is printed twice."""
    return frozenset(item.message_id for item in report.meeting.items()) if report.meeting else frozenset()


def _finding(finding: Finding, quoting: Quoting) -> View:
    return {
        "quote": quoting.quote(finding.quote),
        "others": [quoting.quote(other) for other in finding.others],
        "owner": finding.owner,
        "is_marked": finding.is_marked,
    }


def minutes_of(report: Report, quoting: Quoting) -> list[View]:
    """Minute tags by kind, but for those that stand among the findings already."""
    told = {id for f in report.findings if f.kind in RESULTS for id in f.quote.message_ids}
    told |= marked_in_meeting(report)
    left = [mark for mark in report.minutes if mark.message_id not in told]
    return [
        {"kind": kind, "marks": [quoting.mark(mark) for mark in left if mark.kind == kind]}
        for kind in dict.fromkeys(mark.kind for mark in left)
    ]


def shares_of(report: Report) -> list[View]:
    """A row per group: its part of the evening from the code to the vote, numbers as text, empty for none."""
    most = max((share.seats for share in report.shares), default=0)
    return [
        {
            "name": s.name,
            "views": count(s.views),
            "seats": str(s.seats),
            "waiting": count(s.waiting),
            "speakers": str(s.speakers),
            "messages": str(s.messages),
            "questions": count(s.questions),
            "answered": str(s.answered),
            "voters": str(s.voters),
            "percent": str(percent(s.seats, most)),
            # Parts of the seats: a code opened on two phones makes views useless as a whole.
            "spoke_percent": str(percent(s.speakers, s.seats)),
            "voted_percent": str(percent(s.voters, s.seats)),
        }
        for s in report.shares
    ]


def candidates_of(report: Report, quoting: Quoting) -> list[View]:
    """Who might lead next, with the messages that speak for them; for the team only."""
    return [
        {
            "name": c.name,
            "messages": str(c.messages),
            "replies": str(c.replies),
            "quotes": str(c.quotes),
            "proofs": [
                {"anchor": anchor(id), "hour": quoting.place(quoting.messages[id])}
                for id in c.message_ids[:_MOST_PROOFS]
                if id in quoting.messages
            ],
        }
        for c in report.candidates[:_MOST_CANDIDATES]
    ]


def team_of(discussion: Discussion) -> View:
    """What only the team reads of cards, answers in words, ratings and offers to lead: sums, and nobody's key."""
    ratings = discussion.ratings
    mean = mean_of(ratings, 1) if ratings else None
    return {
        "rating": {"mean": one_place(mean[0]), "voters": str(sum(ratings))} if mean else None,
        "promotions": [{"title": t, "seen": str(seen), "followed": str(n)} for t, seen, n in discussion.promotions],
        "written": [{"question": question, "texts": list(texts)} for question, texts in discussion.answers],
        "offers": [{"name": name, "topic": topic} for name, topic in discussion.offers],
    }


def coming_of(report: Report, quoting: Quoting) -> View | None:
    """The next evening: topic, kol, number, day (`11月26日 周四`), hour; None where none is planned."""
    if report.coming is None:
        return None
    starts = quoting.local(report.coming.starts_at)
    language = report.language if report.language in LANGUAGES else "en"
    return {
        "topic": report.coming.topic,
        "kol": report.coming.kol,
        "number": count(report.coming.number),
        "day": date(starts, language),
        "hour": f"{starts:%H:%M}",
    }


def count(n: int) -> str:
    """*n* as text; empty for nothing, so that templates can ask with `if`."""
    return str(n) if n > 0 else ""
