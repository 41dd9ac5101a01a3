"""Order in the room: what is held, reported, slowed down, and the ladder warn, mute, remove."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.evenings import Evening

from salon.discussion import discussion_of
from salon.entries import Entry
from salon.errors import NoSeat, NotFound, Removed, WrongUse
from salon.model import Event
from salon.moderation import REJECTED, RELEASED, WAITING
from salon.public import audience_of, frame_of
from salon.rules.ladder import Leads, Nameless, NotYet, step
from salon.rules.moderation import (
    Decided,
    Muted,
    OwnMessage,
    TooFast,
    reject,
    release,
    report_message,
    set_slow_mode,
    settle_reports,
)
from salon.rules.questions import ask_question
from salon.rules.seats import take_seat
from salon.rules.talk import Line, hide_message, post_as, post_message
from salon.state import State

WHY = (("gambling", "casino"),)


@pytest.fixture
def evening(event: Event) -> Evening:
    """An open room in which Ann (seat 1) and Bob (seat 2) sit."""
    evening = Evening.opened(event)
    for name in ("ann", "bob"):
        evening.ask(take_seat(event, name, source="readers", name=name.title()))
    return evening


def say(evening: Evening, guest: str, text: str, id: str = "c1", why: tuple[tuple[str, str], ...] = ()) -> int:
    line = Line(text=text, client_id=id)
    evening.ask(post_message(evening.event, guest, line, why=why))
    return evening.state.seq


def test_a_held_message_is_in_no_list_of_messages_until_it_is_released_then_once(evening: Evening) -> None:
    number = say(evening, "ann", "the casino", why=WHY)
    assert evening.drafts[-1].kind == "message_held"
    assert evening.state.messages == {}
    assert [h.standing for h in evening.state.moderation.waiting("ann")] == [WAITING]
    assert evening.ask(post_message(evening.event, "ann", Line(text="the casino", client_id="c1"))) == []
    kinds = [draft.kind for draft in evening.ask(release(evening.event, number, by="host:Lin"))]
    assert kinds == ["message_released", "message_posted"]
    (said,) = evening.state.messages.values()
    assert (said.seq, said.author, said.name, said.seat) == (evening.state.seq, "ann", "Ann", 1)
    assert evening.ask(release(evening.event, number, by="host")) == []
    assert evening.state.moderation.held[number].standing == RELEASED
    with pytest.raises(Decided):
        evening.ask(reject(evening.event, number, "late", by="host"))
    # The same client id stays said.
    assert evening.ask(post_message(evening.event, "ann", Line(text="x", client_id="c1"))) == []


def test_what_was_rejected_stays_out_with_a_reason_whoever_wants_it_in(evening: Evening) -> None:
    number = say(evening, "ann", "the casino", why=WHY)
    with pytest.raises(WrongUse):
        evening.ask(reject(evening.event, number, " \n", by="host"))
    evening.ask(reject(evening.event, number, "an advertisement", by="host"))
    assert evening.ask(reject(evening.event, number, "again", by="host:B")) == []
    held = evening.state.moderation.held[number]
    assert (held.standing, held.reason) == (REJECTED, "an advertisement")
    with pytest.raises(Decided):
        evening.ask(release(evening.event, number, by="host"))
    assert discussion_of(evening.event, (), evening.state).messages == ()


def test_a_held_question_becomes_a_question_only_when_it_is_released(evening: Evening) -> None:
    line = Line(text="casino?", client_id="q")
    evening.ask(ask_question(evening.event, "ann", line, is_anonymous=True, why=WHY))
    assert not evening.state.questions.by_number
    evening.ask(release(evening.event, evening.state.seq, by="host"))
    (question,) = evening.state.questions.by_number.values()
    assert (question.text, question.is_anonymous) == ("casino?", True)


def test_those_who_lead_are_never_held(evening: Evening) -> None:
    for role in ("kol", "host"):
        (draft,) = evening.ask(post_as(evening.event, role, "Lin", Line(text="casino bonus", client_id="1")))
        assert draft.kind == "message_posted"


def test_the_ladder_has_an_order_and_every_step_a_reason(evening: Evening) -> None:
    event, number = evening.event, say(evening, "ann", "buy this")
    for verb in ("mute", "remove"):
        with pytest.raises(NotYet):
            evening.ask(step(event, number, verb, reason="ads", by="host"))
    for nothing in (" ", "\u200b", "\u2800 …"):
        with pytest.raises(WrongUse):
            step(event, number, "warn", reason=nothing, by="host")
    evening.ask(step(event, number, "warn", reason="ads", by="host:Lin"))
    with pytest.raises(NotYet):
        evening.ask(step(event, number, "remove", reason="ads", by="host"))
    evening.ask(step(event, number, "mute", reason="ads again", by="host", minutes=5))
    evening.ask(step(event, number, "remove", reason="and again", by="host"))
    log = [(act.by, act.what, act.guest, act.reason, act.minutes) for act in evening.state.moderation.log]
    assert log == [
        ("host:Lin", "warn", "ann", "ads", 0),
        ("host", "mute", "ann", "ads again", 5),
        ("host", "remove", "ann", "and again", 0),
    ]


def test_a_mute_is_told_with_reason_and_end_and_ends_by_itself(evening: Evening) -> None:
    event, number = evening.event, say(evening, "ann", "buy this")
    evening.ask(step(event, number, "warn", reason="ads", by="host"))
    evening.ask(step(event, number, "mute", reason="ads", by="host", minutes=5))
    with pytest.raises(Muted) as refused:
        say(evening, "ann", "hello", "c2")
    until = (evening.now + timedelta(minutes=5)).astimezone(event.times.disbands_at.tzinfo)
    assert refused.value.values == {"until": f"{until:%H:%M}", "why": "ads"}
    with pytest.raises(Muted):
        evening.ask(ask_question(event, "ann", Line(text="why?", client_id="q"), is_anonymous=True))
    # What was said before is said: a repeat is no new message.
    assert evening.ask(post_message(event, "ann", Line(text="buy this", client_id="c1"))) == []
    say(evening, "bob", "hello")
    evening.now += timedelta(minutes=5)
    say(evening, "ann", "hello", "c2")
    evening.ask(step(event, number, "mute", reason="ads", by="host", minutes=5))
    evening.ask(step(event, number, "unmute", reason="", by="host"))
    say(evening, "ann", "thank you", "c3")


def test_a_removed_member_leaves_the_seat_to_who_waits_and_cannot_come_back(evening: Evening) -> None:
    event = evening.event
    for number in range(3, event.seats + 2):
        evening.ask(take_seat(event, f"g{number}", source="readers"))
    waiting = f"g{event.seats + 1}"
    number = say(evening, "ann", "buy this")
    held = say(evening, "ann", "casino", "c2", WHY)
    for verb in ("warn", "mute", "remove"):
        evening.ask(step(event, number, verb, reason="ads", by="host"))
    assert evening.state.seat_of("ann") == 0
    assert evening.state.offers[waiting].seat == 1
    assert evening.state.moderation.held[held].standing == REJECTED
    with pytest.raises(Removed) as refused:
        evening.ask(take_seat(event, "ann", source="readers"))
    assert refused.value.values == {"why": "ads"}
    with pytest.raises(Removed):
        say(evening, "ann", "hello", "c3")
    assert evening.ask(step(event, number, "remove", reason="ads", by="host:B")) == []


def test_two_hosts_who_press_at_once_take_one_step(evening: Evening) -> None:
    number = say(evening, "ann", "buy this")
    first = evening.ask(step(evening.event, number, "warn", reason="ads", by="host", seen=0))
    assert [draft.holds for draft in first] == [("ladder:ann:0",)]
    assert evening.ask(step(evening.event, number, "warn", reason="ads", by="host:B", seen=0)) == []
    assert evening.ask(step(evening.event, number, "warn", reason="again", by="host:B", seen=1))


def test_nobody_who_leads_and_nobody_without_a_name_is_on_the_ladder(evening: Evening) -> None:
    evening.ask(post_as(evening.event, "kol", "Lin", Line(text="hello", client_id="1")))
    with pytest.raises(Leads):
        evening.ask(step(evening.event, evening.state.seq, "warn", reason="x", by="host"))
    evening.ask(ask_question(evening.event, "ann", Line(text="why?", client_id="q"), is_anonymous=True))
    with pytest.raises(Nameless):
        evening.ask(step(evening.event, evening.state.seq, "warn", reason="x", by="host"))
    with pytest.raises(NotFound):
        evening.ask(step(evening.event, 1, "warn", reason="x", by="host"))


def test_a_message_is_reported_once_by_each_and_let_go_until_more_do(evening: Evening) -> None:
    event, number = evening.event, say(evening, "ann", "buy this")
    assert len(evening.ask(report_message(event, "bob", number, "advertising", " twice "))) == 1
    assert evening.ask(report_message(event, "bob", number, "porn")) == []
    reports = evening.state.moderation.reports[number]
    assert reports.by_guest == {"bob": ("advertising", "twice")}
    evening.ask(settle_reports(number, by="host"))
    assert not reports.is_open
    assert evening.ask(settle_reports(number, by="host:B")) == []
    evening.ask(take_seat(event, "cat", source="readers"))
    evening.ask(report_message(event, "cat", number, "abuse"))
    assert reports.is_open
    with pytest.raises(OwnMessage):
        evening.ask(report_message(event, "ann", number, "other"))
    with pytest.raises(NoSeat):
        evening.ask(report_message(event, "dan", number, "other"))
    evening.ask(hide_message(number, by="host"))
    with pytest.raises(NotFound):
        evening.ask(report_message(event, "cat", number, "other"))


def test_in_slow_mode_each_member_waits_their_own_seconds(evening: Evening) -> None:
    event = evening.event
    say(evening, "ann", "one")
    evening.ask(set_slow_mode(event, 30, by="host"))
    assert evening.ask(set_slow_mode(event, 30, by="host:B")) == []
    evening.now += timedelta(seconds=11.5)
    with pytest.raises(TooFast) as refused:
        say(evening, "ann", "two", "c2")
    assert refused.value.values == {"seconds": "19"}
    say(evening, "bob", "one")
    evening.now += timedelta(seconds=18.5)
    # A held message takes its turn as well, and its release takes none.
    held = say(evening, "ann", "casino", "c2", WHY)
    with pytest.raises(TooFast):
        say(evening, "ann", "three", "c3")
    evening.now += timedelta(seconds=30)
    evening.ask(release(event, held, by="host"))
    say(evening, "ann", "three", "c3")
    evening.ask(set_slow_mode(event, 0, by="host"))
    say(evening, "ann", "four", "c4")


def test_what_is_held_and_who_reported_reaches_no_other_member(evening: Evening) -> None:
    event = evening.event
    held = say(evening, "ann", "casino SECRET", why=WHY)
    number = say(evening, "bob", "hello")
    evening.ask(report_message(event, "ann", number, "abuse", "SECRET"))
    evening.ask(step(event, number, "warn", reason="SECRET", by="host"))
    evening.ask(reject(event, held, "SECRET", by="host"))
    state, seen = State(), []
    for seq, draft in enumerate(evening.drafts, 1):
        entry = Entry(seq=seq, event=event.id, at=evening.now, kind=draft.kind, by=draft.by, data=draft.data)
        state.apply(entry)
        frame = frame_of(entry)
        if frame:
            assert "SECRET" not in str(frame)
            assert "'ann'" not in str(frame)
            seen.append((entry.kind, audience_of(entry)))
    assert ("message_held", "ann") in seen
    assert ("message_reported", "leads") in seen
    assert ("member_warned", "bob") in seen
    assert ("message_rejected", "ann") in seen
