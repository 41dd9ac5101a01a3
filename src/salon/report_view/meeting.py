"""The minutes of a meeting led by command, as templates print them: topic by topic, each line with its message."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from salon.analysis.minuted import Item, Minutes, Refusal, Topic
from salon.analysis.motions import AGAINST, FOR, NEITHER, Motion
from salon.report import Report
from salon.report_view.quoting import Quoting, View, anchor

#: Name in the words file of each choice of a motion without options of its own.
CHOICES = {FOR: "in_favour", AGAINST: "opposed", NEITHER: "neither"}
#: Characters of a refused command that are shown.
_COMMAND = 80


def meeting_of(report: Report, q: Quoting) -> View | None:
    """title, chairs, began, ended, is_closed_by_clock, topics (the first without a title: before any), refusals.

    A topic has rows in the order of the evening: marks (kind, pieces, owners) and motions (kind "motion", outcome,
    winner, choices). None where nothing was led by command.
    """
    meeting = report.meeting
    if meeting is None:
        return None
    topics = [_topic(topic, meeting, q) for topic in meeting.topics]
    before = _before(meeting, q)
    # Over within its minute: that says nothing.
    hours = [q.hour(at) for at in (meeting.began_at, meeting.ended_at)]
    began, ended = hours if hours[0] != hours[1] else ("", "")
    return {
        # What stands above the whole report is not said again.
        "title": meeting.title if meeting.title != report.topic else "",
        "chairs": [_person(*chair, q) for chair in zip(meeting.chairs, meeting.chair_ids, strict=True)],
        "began": began,
        "ended": ended,
        "is_closed_by_clock": meeting.is_meeting and meeting.is_closed_by_clock,
        "topics": [{**_NO_TOPIC, "rows": before}, *topics] if before else topics,
        "more_topics": "",
        "refusals": [_refusal(refusal, q) for refusal in meeting.refusals],
    }


_NO_TOPIC: View = {"title": "", "name": "", "anchor": "", "hour": "", "more": ""}


def _topic(topic: Topic, meeting: Minutes, q: Quoting) -> View:
    said = q.messages[topic.message_id]
    motions = [motion for motion in meeting.motions if motion.topic_id == topic.message_id]
    return {
        "title": topic.title,
        "name": topic.name,
        "anchor": anchor(said.id),
        "hour": q.place(said),
        "more": "",
        "rows": _rows(topic.items, motions, q),
    }


def _before(meeting: Minutes, q: Quoting) -> list[View]:
    """What was marked or put to the vote before any topic, or under one that was taken back."""
    topics = {topic.message_id for topic in meeting.topics}
    return _rows(meeting.prologue, [motion for motion in meeting.motions if motion.topic_id not in topics], q)


def _rows(items: Sequence[Item], motions: Sequence[Motion], q: Quoting) -> list[View]:
    rows = [(q.order[item.message_id], _item(item, q)) for item in items]
    rows += [(q.order[motion.message_id], _motion(motion, q)) for motion in motions]
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])]


def _row(text: str, name: str, message_id: str, links: Sequence[str], q: Quoting) -> View:
    message = q.messages[message_id]
    return {
        "pieces": pieces_of(text, links),
        **q.person(message, name),
        "anchor": anchor(message.id),
        "hour": q.place(message),
    }


def _item(item: Item, q: Quoting) -> View:
    return {
        "kind": item.kind,
        **_row(item.text, item.name, item.message_id, item.links, q),
        "owners": list(item.owners),
    }


def _motion(motion: Motion, q: Quoting) -> View:
    is_yes_or_no = motion.options == tuple(CHOICES)
    choices = [
        {
            "choice": CHOICES[choice] if is_yes_or_no else choice,
            "is_yes_or_no": is_yes_or_no,
            "n": str(motion.count(choice)),
            "voters": [_person(vote.name, vote.message_id, q) for vote in motion.votes if vote.choice == choice],
        }
        for choice in motion.options
        if motion.count(choice)
    ]
    return {
        "kind": "motion",
        **_row(motion.text, motion.name, motion.message_id, (), q),
        "owners": [],
        "outcome": motion.outcome,
        "winner": motion.winner,
        "choices": choices,
        "seconded": [_person(*second, q) for second in zip(motion.seconded_by, motion.seconded_ids, strict=True)],
    }


def _person(name: str, message_id: str, q: Quoting) -> View:
    message = q.messages[message_id]
    return {"name": name, "anchor": anchor(message_id), "hour": q.place(message)}


def _refusal(refusal: Refusal, q: Quoting) -> View:
    """What was typed, by whom, and why it had no effect."""
    message = q.messages[refusal.message_id]
    text = " ".join(message.text.split())
    text = text if len(text) <= _COMMAND else text[:_COMMAND] + "…"
    return {"text": text, "reason": refusal.reason, **_person(refusal.name, refusal.message_id, q)}


def pieces_of(text: str, links: Sequence[str]) -> list[View]:
    """*text* cut into what is plain (url empty) and what leads to one of *links*, in order: text, url, is_apart.

    *is_apart*: a space stands before it. Nothing of the text is lost but spaces.
    """
    found: list[View] = []
    for start, end, url in _cuts(text, links):
        piece = text[start:end]
        before = text[start - 1 : start]
        if piece.strip():
            is_apart = bool(found) and (before.isspace() or piece[:1].isspace())
            found.append({"text": piece.strip(), "url": url, "is_apart": is_apart})
    return found


def _cuts(text: str, links: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Beginning, end and address of each piece of *text*."""
    at = 0
    while at < len(text):
        places = [(text.find(shown, at), -len(shown), url) for url in links for shown in _shown(url)]
        start, length, url = min((place for place in places if place[0] >= 0), default=(len(text), 0, ""))
        if start > at:
            yield at, start, ""
        if length:
            yield start, start - length, url
        at = start - length


def _shown(url: str) -> tuple[str, ...]:
    """How *url* may stand in a text: addresses of mail are written with two strokes, too."""
    return (url, url.replace("mailto:", "mailto://", 1)) if url.startswith("mailto:") else (url,)


def short_meeting(
    meeting: View | None, *, topics: int, rows: int, length: int, cut: Callable[[str, int], str]
) -> View | None:
    """*meeting* with at most so many topics, rows a topic and characters a row; what is left out is counted."""
    if meeting is None:
        return None
    kept = [
        {
            **topic,
            "rows": [_short(row, length, cut) for row in topic["rows"][:rows]],
            "more": _more(topic["rows"], rows),
        }
        for topic in meeting["topics"][:topics]
    ]
    return {**meeting, "topics": kept, "more_topics": _more(meeting["topics"], topics)}


def _more(things: Sequence[object], shown: int) -> str:
    return str(len(things) - shown) if len(things) > shown else ""


def _short(row: View, length: int, cut: Callable[[str, int], str]) -> View:
    pieces: list[View] = []
    room = length
    for piece in row["pieces"]:
        if room <= 0:
            break
        text = cut(piece["text"], room)
        # Half an address leads nowhere.
        pieces.append({**piece, "text": text, "url": piece["url"] if text == piece["text"] else ""})
        room = room - len(piece["text"]) if text == piece["text"] else 0
    return {**row, "pieces": pieces}
