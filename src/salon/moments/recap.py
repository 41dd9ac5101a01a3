"""The instant recap 快评: what stands when the evening ends, from tags, votes and questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from salon.analysis.commands import commands_in, is_marked
from salon.analysis.tags import led
from salon.analysis.words import words as terms
from salon.consent import unnamed
from salon.discussion import discussion_of
from salon.house import House
from salon.model import SCALE, Discussion, Event, Message, PollResult
from salon.moments.texts import words
from salon.phrases import count, language_of, results_of
from salon.questions import OPEN
from salon.report import report_of
from salon.report_view.brief import cut
from salon.state import State
from salon.wording import calm

#: Characters, at most: it is read on a phone before the room closes.
LONGEST = 900
#: Messages after a question in which somebody may have answered it.
_SOON = 6
#: A text of so many characters is found by chance in others.
_SHORT = 5
#: Lists of the recap, as its template names them → kind of the minute tags that they tell.
_KINDS = {
    "agreements": "agreement",
    "disagreements": "disagreement",
    "points": "point",
    "actions": "action",
    "quotes": "quote",
}


class Line(NamedTuple):
    """Something that a member said."""

    text: str
    name: str


class Standing(NamedTuple):
    """What an evening came to: list → its lines, in the order in which they were said."""

    marked: dict[str, list[Line]]
    #: Questions that still wait for an answer.
    waiting: list[Line]


class Budget(NamedTuple):
    """How much of it is told: lines of a kind, characters a line, polls, options a poll."""

    lines: int
    length: int
    polls: int
    options: int


#: The first that makes the recap short enough is taken.
_BUDGETS = (Budget(3, 60, 3, 4), Budget(3, 40, 2, 3), Budget(2, 30, 2, 2), Budget(1, 24, 1, 2), Budget(1, 16, 0, 0))


def recap(house: House, event: Event, state: State) -> str:
    """The recap as its template has it, told more shortly until it is no longer than `LONGEST`. Writes nothing.

    Lists that somebody who leads has edited stand as they are now (`state.rhythm.recap`).
    """
    told, text = discussion_of(event, (), state), ""
    standing = edited(standing_of(told, _open_ids(state)), state)
    for budget in _BUDGETS:
        text = words(house, event, "host/recap", **recap_facts(told, standing, budget, language_of(event)))
        if len(text) <= LONGEST:
            break
    return text


def edited(standing: Standing, state: State) -> Standing:
    """*standing* with the lines that somebody wrote instead, if anybody did; these carry no name of their own.

    A line that repeats words which are hidden or taken back by now is left out, and so is the name of whoever asked
    since not to be named.
    """
    if state.rhythm.recap is None:
        return standing
    gone = {key for said in state.messages.values() if said.is_hidden and (key := _key(said.text))}
    names = {state.guests[guest].name for guest in unnamed(state) if guest in state.guests}
    lines = {
        name: [Line(_nameless(row, names), "") for row in rows if not any(_repeats(row, key) for key in gone)]
        for name, rows in state.rhythm.recap.items()
    }
    return Standing(marked={name: lines.get(name, []) for name in _KINDS}, waiting=lines.get("waiting", []))


def _key(text: str) -> str:
    """What a line of the recap has of a message: its beginning, without the tag that marks it."""
    told = next((command.text for command in commands_in(text)), "") or text
    return cut(calm(told), _BUDGETS[0].length).rstrip("…").strip()


def tellings(text: str) -> frozenset[str]:
    """Every way in which a recap may tell a message of that *text*: whole or cut, with its tag or without."""
    told = next((command.text for command in commands_in(text)), "") or text
    return frozenset(cut(calm(form), budget.length) for form in (told, text) for budget in _BUDGETS if calm(form))


def _repeats(line: str, key: str) -> bool:
    """Whether *line* says what *key* does; a very short text only where it begins the line."""
    return line.startswith(key) or (len(key) > _SHORT and key in line)


def _nameless(line: str, names: Collection[str]) -> str:
    """*line* without a name of *names* in brackets at its end."""
    for name in filter(None, names):
        for bracketed in (f"（{name}）", f" ({name})"):
            line = line.removesuffix(bracketed)
    return line


def prefilled(event: Event, state: State) -> dict[str, list[str]]:
    """List of the recap → its lines as a person may edit them: what was marked and asked, or what stands edited."""
    if state.rhythm.recap is not None:
        kept = edited(Standing(marked={}, waiting=[]), state)
        rows = {**kept.marked, "waiting": kept.waiting}
        return {name: [line.text for line in lines] for name, lines in rows.items()}
    standing, language = standing_of(discussion_of(event, (), state), _open_ids(state)), language_of(event)
    lists = {**standing.marked, "waiting": standing.waiting}
    return {name: [_editable(line, language) for line in lines[: _BUDGETS[0].lines]] for name, lines in lists.items()}


def _editable(line: Line, language: str) -> str:
    """*line* with its name, as the template prints both, no longer than a line may be."""
    told = _told(line, _BUDGETS[0])
    return f"{told['text']}（{told['name']}）" if language == "zh" else f"{told['text']} ({told['name']})"


def _open_ids(state: State) -> list[str]:
    """The questions to the KOL that are still open, most wanted first, by their ids in `discussion_of`."""
    ids = {seq: str(k) for k, seq in enumerate(state.messages, 1)}
    return [ids[q.number] for q in state.questions.asked(OPEN) if not state.messages[q.number].is_hidden]


def standing_of(told: Discussion, still_open: Sequence[str] = ()) -> Standing:
    """What those who lead marked, and questions: those marked as waiting, those to the KOL that are *still_open* (ids),
    then what members asked in the talk and nobody replied to.

    A question in the talk that somebody may have answered is left out: better none than one that was answered.
    """
    report = report_of(told)
    by_id = {message.id: message for message in told.messages}
    # The room is told what those who lead marked: no member speaks for it.
    minutes = led(report.minutes, told.messages, told.marks)
    marks = {kind: [m for m in minutes if m.kind == kind] for kind in (*_KINDS.values(), "open_question")}
    marked_ids = {mark.message_id for mark in marks["open_question"]}
    replied = {message.reply_to for message in told.messages}
    asked = [by_id[pair.question.message_ids[0]] for pair in report.open_questions]
    to_kol = [by_id[id] for id in still_open if id in by_id and id not in marked_ids and not by_id[id].is_withheld]
    silent = [m for m in asked if m.role == "member" and not m.is_question and m.id not in replied | marked_ids]
    silent = [m for m in silent if not _is_taken_up(m, told.messages)]
    return Standing(
        marked={name: [Line(mark.text, mark.name) for mark in marks[kind]] for name, kind in _KINDS.items()},
        waiting=[
            *(Line(mark.text, mark.name) for mark in marks["open_question"]),
            *(Line(message.text, message.name) for message in (*to_kol, *silent)),
        ],
    )


def _is_taken_up(asked: Message, messages: Sequence[Message]) -> bool:
    """Whether somebody else, soon after, spoke of what was *asked*: an answer without the reply button."""
    at = next(k for k, message in enumerate(messages) if message.id == asked.id)
    after = [m for m in messages[at + 1 : at + 1 + _SOON] if m.author != asked.author and not is_marked(m)]
    return any(set(terms(asked.text)) & set(terms(message.text)) for message in after)


def recap_facts(told: Discussion, standing: Standing, budget: Budget, language: str) -> dict[str, Any]:
    """What the recap's template needs beyond the event's own facts."""
    top = _most_answered(told.messages)
    return {
        "seats_taken": count(told.seats, language),
        "messages": count(len(told.messages), language),
        "results": [_poll(poll, budget, language) for poll in _last(told.polls)[: budget.polls]],
        "top": _told(Line(top.text, top.name), budget) if top else None,
        "waiting": _lines(standing.waiting, budget),
        **{name: _lines(lines, budget) for name, lines in standing.marked.items()},
    }


def _last(polls: Sequence[PollResult]) -> list[PollResult]:
    """*polls* without the rounds that were reset: they are for the report."""
    return [poll for poll in polls if poll.round == poll.rounds]


def _poll(poll: PollResult, budget: Budget, language: str) -> dict[str, Any]:
    """*poll* with the options that most chose, in their own order; of a scale only values that anybody chose."""
    (row,) = results_of([poll], language)
    told = [k for k, votes in enumerate(poll.votes) if votes or poll.kind != SCALE]
    best = sorted(told, key=lambda k: -poll.votes[k])[: budget.options]
    options = [_cut(row["options"][k], budget) for k in sorted(best)]
    ends = [_cut(end, budget) for end in row["ends"]]
    return {**row, "question": cut(calm(poll.question), budget.length), "options": options, "ends": ends}


def _cut(option: Mapping[str, Any], budget: Budget) -> dict[str, Any]:
    return {**option, **{name: cut(calm(option[name]), budget.length) for name in ("text", "label")}}


def _lines(lines: Sequence[Line], budget: Budget) -> list[dict[str, str]]:
    return [_told(line, budget) for line in lines[: budget.lines]]


def _told(line: Line, budget: Budget) -> dict[str, str]:
    """One line that a phone shows whole, without signs that would turn it around."""
    return {"text": cut(calm(line.text), budget.length), "name": cut(calm(line.name), 20)}


def _most_answered(messages: Sequence[Message]) -> Message | None:
    answers = Counter(message.reply_to for message in messages if message.reply_to)
    most = max(messages, key=lambda message: answers[message.id], default=None)
    return most if most and answers[most.id] else None
