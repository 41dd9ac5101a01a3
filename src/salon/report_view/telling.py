"""Report and discussion, put into words and numbers: one view that all forms share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfoNotFoundError

from salon.analysis.quotes import Quote
from salon.analysis.told import outcomes
from salon.model import MULTIPLE, SINGLE, Discussion
from salon.phrases import zone
from salon.report import Point, Report
from salon.report_view import record, results
from salon.report_view.meeting import meeting_of
from salon.report_view.quoting import Quoting, View, anchor
from salon.report_view.results import count
from salon.report_view.why import best_of, why_of

#: Answered and open questions, and addresses, that are printed; the JSON has all of them.
MOST_QUESTIONS, MOST_LINKS = 12, 40


def view_of(report: Report, discussion: Discussion, *, has_log: bool = True) -> View:
    """Everything that `templates/report/*` may use, by name; without *has_log* the log is empty.

    Numbers are texts, and empty where there is nothing; the first line of each template says what it takes.
    """
    return _Telling(report, discussion).view(has_log)


class _Telling:
    """One evening, told for one reader's language."""

    def __init__(self, report: Report, discussion: Discussion) -> None:
        self.report, self.discussion = report, discussion
        self.q = Quoting(report, discussion)
        #: Where members take back their words; empty for a discussion held elsewhere.
        self.words_link = discussion.extra.get("words_link", "")
        #: Where its other forms are; empty for a draft, and for a discussion held elsewhere.
        self.report_link = discussion.extra.get("report_link", "")

    def view(self, has_log: bool) -> View:
        """The whole of it."""
        r, q = self.report, self.q
        motions = {motion.message_id for motion in r.meeting.motions} if r.meeting else set()
        polls = [results.poll_of(poll, is_motion=poll.id in motions) for poll in r.polls]
        vote = _vote_to_tell(polls)
        best = best_of(r, q)
        parts = self._parts()
        told = {
            **self._head(),
            "found": str(sum(p.message_id is not None for p in r.sections)),
            "points": str(len(r.sections)),
            "parts": _without_bare(parts),
            # What the page's own check counts: with those that are not printed.
            "all_points": [point for part in parts for point in part["points"]],
            "has_contents": len(r.sections) - sum(map(r.is_bare, range(1, len(r.sections) + 1))) > 1,
            "has_outline": bool(r.sections) and not r.has_topics_by_command,
            "best": best[0]["quote"] if best else None,
            "vote": vote,
            "why": why_of(r, q, vote, best),
            "polls": polls,
            # For the team's edition alone.
            "team_polls": [results.poll_of(poll) for poll in outcomes(self.discussion.team_polls)],
            "group_votes": [
                results.by_group_of(poll.question, poll.options, poll.groups)
                for poll in (*self.discussion.polls, *self.discussion.team_polls)
                if poll.groups
            ],
            **results.team_of(self.discussion),
            **self._results(),
            "prologue": [q.quote(quote) for quote in r.prologue],
            "notable": [q.quote(quote) for quote in r.notable],
            **self._questions(),
            "minutes": results.minutes_of(r, q),
            "links": [self._link(link.url, link.host, link.message_ids) for link in r.links[:MOST_LINKS]],
            "more_links": count(len(r.links) - MOST_LINKS),
            "chart": record.chart_of(r, q),
            **record.voices_of(r, q),
            "sources": record.sources_of(r),
            "shares": results.shares_of(r),
            "candidates": results.candidates_of(r, q),
            "coming": results.coming_of(r, q),
            "notes": self._notes(),
            "drafted": self._drafted("why"),
            "is_drafted": bool(r.drafted),
            "is_edited": bool(r.notes),
            "carried_open": count(sum(f.kind == "open_question" for f in r.carried_over)),
            "words_link": self.words_link,
            "report_link": self.report_link,
            "unread_lines": count(r.unread_lines),
            "log": list(record.log_of(q)) if has_log else [],
        }
        return {**told, **_own(told, r, q)}

    def _results(self) -> View:
        """What came of it: `findings` for forms that print the minutes of a meeting too, `results` for all others."""
        r, q = self.report, self.q
        findings = results.findings_of(r, q, told=results.marked_in_meeting(r))
        everything = results.findings_of(r, q) if r.meeting else findings
        return {"meeting": meeting_of(r, q), "findings": findings, "results": everything}

    def _head(self) -> View:
        r = self.report
        return {
            "topic": r.topic,
            "series_name": r.series_name,
            "number": count(r.number),
            "kols": list(r.kols),
            "kol_title": r.kol_title,
            "kol_bio": r.kol_bio,
            "language": "zh" if r.language == "zh" else "en",
            "day": self._day(),
            "began": self.q.hour(r.began_at),
            "ended": self.q.hour(r.ended_at),
            "timezone": r.timezone,
            "clock": self._clock(),
            # Without hours messages are named by their number.
            "has_hours": self.q.has_hours,
            "messages": str(r.messages),
            "speakers": str(r.speakers),
            "seats": count(r.seats),
            "waiting": count(r.waiting),
        }

    def _day(self) -> str:
        """The day as `2026-11-19`; empty where the source does not tell it."""
        began = self.report.began_at
        began = self.q.local(began) if isinstance(began, datetime) else began
        return f"{began:%Y-%m-%d}" if isinstance(began, date) else ""

    def _clock(self) -> str:
        """What people call the time of the zone: `北京时间`."""
        r = self.report
        language = "zh" if r.language == "zh" else "en"
        try:
            # Without its day nobody knows whether it was summer time.
            return zone(r.timezone, r.began_at, language) if isinstance(r.began_at, datetime) else r.timezone
        except (ZoneInfoNotFoundError, ValueError):
            return r.timezone

    def _questions(self) -> View:
        r = self.report
        return {
            "answered": [self._asked(a.question, a.answer) for a in r.answered[:MOST_QUESTIONS]],
            "more_answered": count(len(r.answered) - MOST_QUESTIONS),
            "open_questions": [self._asked(a.question, None) for a in r.open_questions[:MOST_QUESTIONS]],
            "more_open": count(len(r.open_questions) - MOST_QUESTIONS),
            "asked": count(max(len(r.questions), sum(share.questions for share in r.shares))),
            "answered_count": str(len(r.answered)),
            "open_count": count(len(r.open_questions)),
        }

    def _asked(self, question: Quote, answer: Quote | None) -> View:
        return {"question": self.q.quote(question), "answer": self.q.quote(answer) if answer else None}

    def _parts(self) -> list[View]:
        """Sections of the outline, each with its points, prompts and polls."""
        parts: dict[int, View] = {}
        for number, point in enumerate(self.report.sections, 1):
            part = parts.setdefault(point.section, self._part(point))
            part["points"].append(self._point(str(number), point))
        return list(parts.values())

    def _part(self, point: Point) -> View:
        r = self.report
        return {
            "number": str(point.section),
            "title": point.section_title,
            # A section without questions is its own point: its title is printed once.
            "is_point": point.title == point.section_title,
            "points": [],
            "prompts": [text for section, text in r.prompts if section == point.section],
        }

    def _point(self, number: str, point: Point) -> View:
        message = self.q.messages[point.message_id] if point.message_id is not None else None
        by = self.q.person(message, message.name) if message else {"name": "", "is_kol": False, "is_double": False}
        return {
            "number": number,
            "title": point.title,
            "anchor": anchor(message.id) if message else "",
            "hour": self.q.place(message) if message else "",
            "by": by["name"],
            "by_kol": by["is_kol"],
            "messages": str(point.messages),
            "is_bare": self.report.is_bare(int(number)),
            "quotes": self._quotes_on(point),
            "drafted": self._drafted(f"point-{number}"),
            "notes": self._noted(f"point:{number}"),
        }

    def _quotes_on(self, point: Point) -> list[View]:
        """The quotes of *point* in the order of time, or in that of an editor; each with its *rank*, 0 the best.

        They stand under their point and carry no number: several points may have been talked about at once.
        """
        ranked = list(enumerate(point.quotes))
        if not point.is_arranged:
            ranked.sort(key=lambda pair: self.q.order[pair[1].message_ids[0]])
        return [{**self.q.quote(quote), "number": "", "rank": rank} for rank, quote in ranked]

    def _noted(self, place: str) -> list[View]:
        """The editor's own sentences at *place*: text, by."""
        return [{"text": note.text, "by": note.by} for note in self.report.notes if note.place == place]

    def _notes(self) -> View:
        """The same by place, for all places that are not points."""
        return {place: self._noted(place) for place in ("top", "polls", "questions", "notable", "end")}

    def _drafted(self, place: str) -> list[View]:
        """What a language model drafted for *place*: text, and the messages that bear it out."""
        return [
            {"text": sentence.text, "proofs": [self._proof(id) for id in sentence.message_ids if id in self.q.messages]}
            for sentence in self.report.drafted
            if sentence.place == place
        ]

    def _proof(self, id: str) -> View:
        return {"anchor": anchor(id), "hour": self.q.place(self.q.messages[id])}

    def _link(self, url: str, host: str, ids: Sequence[str]) -> View:
        first = self.q.messages[ids[0]]
        shown = url.split("://", 1)[1].removeprefix("www.").rstrip("/")
        return {
            "url": url,
            "host": host,
            "shown": shown if len(shown) <= 80 else shown[:79] + "…",
            "name": first.name,
            "anchor": anchor(first.id),
            "hour": self.q.place(first),
        }


def _without_bare(parts: Sequence[View]) -> list[View]:
    """*parts* without the points on which there is nothing to print: the minutes name them already."""
    kept = [{**part, "points": [p for p in part["points"] if not p["is_bare"]]} for part in parts]
    return [part for part in kept if part["points"]]


def _vote_to_tell(polls: Sequence[View]) -> View | None:
    """The vote that surprised: where opinions moved most, else the one that most took part in."""
    # Nobody "chose" a place in an order or a point of a scale, and a round that was reset is not how it ended.
    voted = [p for p in polls if int(p["total"]) and p["kind"] in (SINGLE, MULTIPLE) and p["is_last"]]
    return max(voted, key=lambda p: (bool(p["led_first"]), int(p["changed"] or 0), int(p["total"])), default=None)


def _own(view: View, report: Report, q: Quoting) -> View:
    """The KOL's part: how many messages, and every quote of theirs that the report prints, each once, in the order of
    time; one that stands in a longer one is not told again."""
    told = [quote for part in view["parts"] for point in part["points"] for quote in point["quotes"]]
    told += [quote for pair in view["answered"] for quote in (pair["question"], pair["answer"])]
    told += [
        quote for group in view["results"] for item in group["items"] for quote in (item["quote"], *item["others"])
    ]
    told += [*view["prologue"], *view["notable"]]
    quotes = {tuple(quote["pieces"]): quote for quote in told if quote["is_kol"]}
    own = [quote for pieces, quote in quotes.items() if not any({*pieces} < {*longer} for longer in quotes)]
    places = {anchor(id): place for id, place in q.order.items()}
    return {
        "kol_quotes": sorted(own, key=lambda quote: places[quote["anchor"]]),
        "kol_messages": str(sum(voice.messages for voice in report.voices if voice.is_kol)),
    }
