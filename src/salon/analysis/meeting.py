"""The minutes of a discussion that was led by command, as its report tells them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from salon.analysis.commands import may_command
from salon.analysis.log import said
from salon.analysis.minutes import Minutes, minutes_of, outline_from
from salon.analysis.timing import hour_told
from salon.model import Discussion

_SIGNS = ("#", "\uff03")


def meeting_of(discussion: Discussion) -> Minutes | None:
    """The minutes of *discussion* if it was started as a meeting, or had topics or motions by command; else None.

    Marks alone (`#要点`) are no meeting: they are told as findings. Times are told as far as the source tells them.
    A pure function; what `verify` compares a report with.
    """
    heard = said(discussion)
    if not any(may_command(message.text) for message in heard):
        return None
    heard = tuple(message for message in heard if not message.is_withheld)
    if not any(message.text.lstrip().startswith(_SIGNS) for message in heard):
        return None
    found = minutes_of(heard, closes_at=discussion.ended_at)
    if not (found.is_meeting or found.topics or found.motions):
        return None
    return replace(
        found,
        began_at=hour_told(found.began_at, discussion),
        ended_at=hour_told(found.ended_at, discussion),
        topics=tuple(replace(topic, at=hour_told(topic.at, discussion)) for topic in found.topics),
    )


def topic_places(meeting: Minutes | None, titles: Sequence[str], ids: Sequence[str]) -> list[int | None] | None:
    """For each of *titles* the index in *ids* of the message that set it, where they are the topics of *meeting*
    and nothing else; None where they are not: then they must be looked for."""
    if meeting is None or not titles or [s.title for s in outline_from(meeting)] != list(titles):
        return None
    set_by = {topic.title: topic.message_id for topic in reversed(meeting.topics)}
    at = {id: k for k, id in enumerate(ids)}
    return [at[set_by[title]] for title in titles]


def ids_in(meeting: Minutes) -> Iterator[str]:
    """Every message that *meeting* names."""
    yield from (id for id in (meeting.title_id, meeting.began_id, meeting.ended_id) if id)
    yield from meeting.chair_ids
    yield from (item.message_id for item in meeting.items())
    yield from (topic.message_id for topic in meeting.topics)
    for motion in meeting.motions:
        yield motion.message_id
        yield from (id for id in (motion.closed_id, motion.topic_id) if id)
        yield from motion.seconded_ids
        yield from (vote.message_id for vote in motion.votes)
    yield from (refusal.message_id for refusal in meeting.refusals)


def public(meeting: Minutes | None) -> Minutes | None:
    """*meeting* for everybody: what was refused to whom is the team's business."""
    return replace(meeting, refusals=()) if meeting else None
