"""What is said: by seat holders, by KOL and host, once each, and taken off again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evenings import Evening

from salon.entries import Draft
from salon.errors import BadText, NoSeat, NotFound, RoomClosed, RoomNotOpen
from salon.model import Event
from salon.rules.seats import leave_seat, take_seat
from salon.rules.talk import MESSAGE_LENGTH, Line, hide_message, post_as, post_message
from salon.state import Said


@pytest.fixture
def evening(event: Event) -> Evening:
    """An open room in which Ann sits on seat 1 and somebody without a name on seat 2."""
    evening = Evening.opened(event)
    evening.ask(take_seat(event, "ann", source="readers", name="Ann"))
    evening.ask(take_seat(event, "quiet", source="readers"))
    return evening


def posted(text: str, by: str, name: str, role: str, seat: int, client_id: str = "c1", **more: str) -> Draft:
    data = {"text": text, "name": name, "role": role, "seat": seat, "client_id": client_id, **more}
    return Draft(kind="message_posted", by=by, data=data, holds=(f"said:{by}:{client_id}",))


def say(evening: Evening, guest: str, text: str, client_id: str = "c1", reply_to: str = "") -> list[Draft]:
    line = Line(text=text, client_id=client_id, reply_to=reply_to)
    return evening.ask(post_message(evening.event, guest, line))


def test_a_seat_holder_speaks_under_their_name_or_their_seat(evening: Evening) -> None:
    assert say(evening, "ann", " hello 🍵\n") == [posted("hello 🍵", "ann", "Ann", "member", 1)]
    assert say(evening, "quiet", "hi", reply_to="4") == [posted("hi", "quiet", "#2", "member", 2, reply_to="4")]
    assert list(evening.state.messages.values()) == [
        Said(seq=4, at=evening.now, author="ann", name="Ann", text="hello 🍵", role="member", seat=1, reply_to=""),
        Said(seq=5, at=evening.now, author="quiet", name="#2", text="hi", role="member", seat=2, reply_to="4"),
    ]


@pytest.mark.parametrize("role", ["kol", "host"])
def test_kol_and_host_speak_without_a_seat(evening: Evening, role: str) -> None:
    line = Line(text="welcome", client_id="c1")
    assert evening.ask(post_as(evening.event, role, "Ruth", line)) == [posted("welcome", role, "Ruth", role, 0)]
    assert evening.ask(post_as(evening.event, role, "Ruth", line)) == []


def test_said_twice_with_one_id_is_said_once(evening: Evening) -> None:
    say(evening, "ann", "hello")
    assert say(evening, "ann", "hello") == []
    assert say(evening, "ann", "changed on the way") == []
    assert len(say(evening, "ann", "hello", "c2")) == 1
    # Ids are each speaker's own.
    assert len(say(evening, "quiet", "hello", "c1")) == 1


@pytest.mark.parametrize("guest", ["stranger", "gone"])
def test_who_has_no_seat_says_nothing(evening: Evening, guest: str) -> None:
    evening.ask(take_seat(evening.event, "gone", source="readers"))
    evening.ask(leave_seat(evening.event, "gone"))
    with pytest.raises(NoSeat):
        say(evening, guest, "hello")


@pytest.mark.parametrize(
    "line",
    [
        Line(text="", client_id="c"),
        Line(text=" \n\u3000", client_id="c"),
        Line(text="x" * (MESSAGE_LENGTH + 1), client_id="c"),
        Line(text="hello", client_id=""),
        Line(text="hello", client_id="c" * 65),
    ],
)
def test_a_bad_text_is_refused(evening: Evening, line: Line) -> None:
    for rule in (post_message(evening.event, "ann", line), post_as(evening.event, "host", "H", line)):
        with pytest.raises(BadText):
            evening.ask(rule)
    assert evening.state.messages == {}


def test_the_longest_text_is_taken(evening: Evening) -> None:
    assert len(say(evening, "ann", "龘" * MESSAGE_LENGTH, "c" * 64)) == 1


def test_nobody_speaks_before_or_after(event: Event, evening: Evening) -> None:
    line = Line(text="hello", client_id="c1")
    early = Evening(event, event.times.opens_at)
    evening.now = event.times.disbands_at
    for there, error in ((early, RoomNotOpen), (evening, RoomClosed)):
        for rule in (post_message(event, "ann", line), post_as(event, "kol", "Ruth", line)):
            with pytest.raises(error):
                there.ask(rule)


def test_a_message_is_hidden_once_and_only_if_it_is_there(evening: Evening) -> None:
    say(evening, "ann", "advert")
    hidden = Draft(kind="message_hidden", by="host", data={"message": 4}, holds=("hidden:4",))
    assert evening.ask(hide_message(4, by="host")) == [hidden]
    assert evening.ask(hide_message(4, by="host")) == []
    assert evening.state.messages[4] == replace(evening.state.messages[4], is_hidden=True)
    for nothing in (0, 1, 5):
        with pytest.raises(NotFound):
            evening.ask(hide_message(nothing, by="host"))


def test_a_message_may_be_hidden_after_the_close(evening: Evening) -> None:
    say(evening, "ann", "advert")
    evening.now = evening.event.times.reports_at
    assert len(evening.ask(hide_message(4, by="host"))) == 1
