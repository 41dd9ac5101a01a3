"""Questions to the KOL: once each, wanted by people and not by clicks, and never lost."""

from __future__ import annotations

import pytest
from tests.evenings import Evening

from salon.discussion import discussion_of
from salon.entries import Draft
from salon.errors import BadText, NoSeat, NotFound, RoomClosed, RoomNotOpen, WrongUse
from salon.model import Event
from salon.questions import ANSWERED, CARRIED, MERGED, OPEN, PARKED
from salon.rules.consent import ask_anonymity, withdraw_words
from salon.rules.questions import (
    MOST_CARRIED,
    MOST_OPEN,
    QUESTION_LENGTH,
    TooManyQuestions,
    answer_question,
    ask_question,
    carry_in,
    end_question,
    merge_questions,
    reply_as,
    want_answer,
)
from salon.rules.seats import leave_seat, take_seat
from salon.rules.talk import Line, hide_message, post_as


@pytest.fixture
def evening(event: Event) -> Evening:
    """An open room with Ann, Ben and Cat on seats."""
    evening = Evening.opened(event)
    for guest in ("ann", "ben", "cat"):
        evening.ask(take_seat(event, guest, source="readers", name=guest.title()))
    return evening


def asked(evening: Evening, guest: str, text: str = "How much?", *, anonymous: bool = False, id: str = "") -> int:
    """The number of a new question."""
    line = Line(text=text, client_id=id or f"{guest}-{len(evening.drafts)}")
    evening.ask(ask_question(evening.event, guest, line, is_anonymous=anonymous))
    return evening.state.seq


def want(evening: Evening, guest: str, number: int, wanted: bool = True) -> list[Draft]:
    return evening.ask(want_answer(evening.event, guest, number, wanted=wanted))


def score(evening: Evening, number: int) -> int:
    return evening.state.questions.by_number[number].score


def test_a_question_is_asked_once_however_often_it_is_sent(evening: Evening) -> None:
    line = Line(text="  How\n much? ", client_id="1")
    (draft,) = evening.ask(ask_question(evening.event, "ann", line, is_anonymous=False))
    assert (draft.data["text"], draft.data["name"], draft.holds) == ("How much?", "Ann", ("said:ann:1",))
    assert evening.ask(ask_question(evening.event, "ann", line, is_anonymous=True)) == []


def test_who_asks_needs_a_seat_or_a_place_words_and_an_open_room(evening: Evening, event: Event) -> None:
    with pytest.raises(NoSeat):
        asked(evening, "stranger")
    for text in ("", " \n", "x" * (QUESTION_LENGTH + 1)):
        with pytest.raises(BadText):
            asked(evening, "ann", text, id="1")
    with pytest.raises(RoomNotOpen):
        asked(Evening(event, event.times.warm_up_at), "ann")
    evening.now = event.times.disbands_at
    with pytest.raises(RoomClosed):
        asked(evening, "ann")


def test_nobody_fills_the_board_alone(evening: Evening) -> None:
    numbers = [asked(evening, "ann", f"Question {k}?") for k in range(MOST_OPEN)]
    with pytest.raises(TooManyQuestions):
        asked(evening, "ann", "One more?")
    evening.ask(end_question(evening.event, numbers[0], "park", by="host"))
    asked(evening, "ann", "One more?")


def test_wanting_counts_people_and_not_clicks(evening: Evening) -> None:
    number = asked(evening, "ann")
    for _ in range(20):
        want(evening, "ben", number)
        want(evening, "ann", number)
    assert score(evening, number) == 2
    want(evening, "ben", number, False)
    want(evening, "ann", number, False)
    assert score(evening, number) == 1
    with pytest.raises(NoSeat):
        want(evening, "stranger", number)
    with pytest.raises(NotFound):
        want(evening, "ben", 999)


def test_the_database_is_a_second_lock_behind_a_want(evening: Evening) -> None:
    number = asked(evening, "ann")
    (draft,) = want(evening, "ben", number)
    assert draft.holds == (f"wants:{number}:ben",)
    (draft,) = want(evening, "ben", number, False)
    assert draft.frees == (f"wants:{number}:ben",)


def test_merged_questions_have_the_union_of_their_voters(evening: Evening) -> None:
    one, two, three = (asked(evening, guest, f"{guest} asks?") for guest in ("ann", "ben", "cat"))
    want(evening, "ben", one)
    want(evening, "ann", two)
    evening.ask(merge_questions(evening.event, two, one, by="host"))
    assert (score(evening, one), evening.state.questions.by_number[two].standing) == (2, MERGED)
    # Who wants the one that is gone wants the one that it went into.
    want(evening, "cat", two)
    evening.ask(merge_questions(evening.event, one, three, by="host"))
    assert score(evening, three) == 3
    assert evening.ask(merge_questions(evening.event, two, three, by="host")) == []
    with pytest.raises(WrongUse):
        evening.ask(merge_questions(evening.event, three, one, by="host"))
    assert [q.number for q in evening.state.questions.asked(OPEN)] == [three]


def test_the_most_wanted_comes_first_and_the_older_of_equals(evening: Evening) -> None:
    one, two, three = (asked(evening, guest, f"{guest} asks?") for guest in ("ann", "ben", "cat"))
    want(evening, "ann", three)
    assert [q.number for q in evening.state.questions.asked(OPEN)] == [three, one, two]


def test_a_reply_of_the_kol_answers_the_question_with_a_link(evening: Evening) -> None:
    number = asked(evening, "ann")
    reply = Line(text="Three hours.", client_id="9", reply_to=str(number))
    evening.ask(reply_as(evening.event, "kol", "Lin", reply))
    question = evening.state.questions.by_number[number]
    assert (question.standing, evening.state.messages[question.answer].text) == (ANSWERED, "Three hours.")
    assert evening.ask(reply_as(evening.event, "kol", "Lin", reply)) == []


def test_a_reply_to_a_question_that_was_merged_meanwhile_answers_the_one_that_it_went_into(evening: Evening) -> None:
    one, two = asked(evening, "ann"), asked(evening, "ben", "How many hours?")
    evening.ask(merge_questions(evening.event, two, one, by="host"))
    evening.ask(reply_as(evening.event, "kol", "Lin", Line(text="Three.", client_id="9", reply_to=str(two))))
    question = evening.state.questions.by_number[one]
    assert (question.standing, evening.state.messages[question.answer].text) == (ANSWERED, "Three.")


def test_the_host_notes_an_answer_that_was_given_aloud(evening: Evening) -> None:
    evening.ask(post_as(evening.event, "kol", "Lin", Line(text="Before.", client_id="1")))
    number = asked(evening, "ann")
    evening.ask(answer_question(evening.event, number, 0, by="host"))
    assert evening.state.questions.by_number[number].answer == 0, "what was said before the question is no answer"
    evening.ask(end_question(evening.event, number, "reopen", by="host"))
    evening.ask(post_as(evening.event, "kol", "Lin", Line(text="Three hours.", client_id="2")))
    said = evening.state.seq
    evening.ask(answer_question(evening.event, number, 0, by="host"))
    assert evening.state.questions.by_number[number].answer == said
    assert evening.ask(answer_question(evening.event, number, 0, by="kol")) == []
    with pytest.raises(NotFound):
        evening.ask(answer_question(evening.event, number, 9999, by="host"))


@pytest.mark.parametrize(("verb", "standing"), [("park", PARKED), ("carry", CARRIED)])
def test_what_is_put_aside_can_be_opened_again(evening: Evening, verb: str, standing: str) -> None:
    number = asked(evening, "ann")
    for wanted in (standing, standing):
        evening.ask(end_question(evening.event, number, verb, by="host"))
        assert evening.state.questions.by_number[number].standing == wanted
    evening.ask(end_question(evening.event, number, "reopen", by="host"))
    assert evening.state.questions.by_number[number].standing == OPEN
    with pytest.raises(WrongUse):
        evening.ask(end_question(evening.event, number, "burn", by="host"))


def test_what_was_left_over_comes_to_the_next_evening_once(evening: Evening, event: Event) -> None:
    numbers = [asked(evening, "ann", f"Question {k}?") for k in range(MOST_OPEN)]
    numbers += [asked(evening, "ben", f"Question {k}, too?") for k in range(2)]
    want(evening, "cat", numbers[6])
    evening.ask(answer_question(event, numbers[0], 0, by="host"))
    evening.ask(hide_message(numbers[1], by="host"))
    later = Evening.opened(event)
    later.ask(carry_in(event, evening.state, "week-1"))
    came = later.state.questions.asked(OPEN)
    assert [q.text for q in came][:2] == ["Question 1, too?", "Question 2?"]
    assert len(came) == MOST_CARRIED
    assert {q.guest for q in came} == {""}
    assert later.ask(carry_in(event, evening.state, "week-1")) == []


def test_what_was_promised_to_the_next_evening_comes_however_much_is_still_open(evening: Evening, event: Event) -> None:
    promised = asked(evening, "ann", "Promised?")
    for k in range(MOST_CARRIED):
        want(evening, "cat", asked(evening, "ben", f"Wanted {k}?"))
    evening.ask(end_question(event, promised, "carry", by="host"))
    later = Evening.opened(event)
    later.ask(carry_in(event, evening.state, "week-1"))
    texts = [q.text for q in later.state.questions.asked(OPEN)]
    assert (texts[0], len(texts)) == ("Promised?", MOST_CARRIED)


def test_a_question_is_in_the_report_with_its_answer_and_one_without_a_name_has_none(
    evening: Evening, event: Event
) -> None:
    named, nameless = asked(evening, "ann", "How much?"), asked(evening, "ann", "And why?", anonymous=True)
    evening.ask(post_as(event, "kol", "Lin", Line(text="Three hours.", client_id="1")))
    evening.ask(answer_question(event, named, 0, by="host"))
    told = discussion_of(event, (), evening.state)
    first, second, answer = told.messages
    assert (first.name, first.is_question, answer.reply_to) == ("Ann", True, first.id)
    assert (second.name, second.author, second.source) == ("Anonymous", f"anonymous-{second.id}", "")
    assert evening.state.messages[nameless].name == ""
    evening.ask(ask_anonymity("ann", by="ann"))
    names = [message.name for message in discussion_of(event, (), evening.state).messages]
    assert names == ["Member 1", "Anonymous", "Lin"], "no number joins what was asked without a name to who asked it"


def test_a_question_is_withdrawn_and_hidden_like_any_other_words(evening: Evening, event: Event) -> None:
    one, two = asked(evening, "ann"), asked(evening, "ann", "And why?", anonymous=True)
    evening.ask(withdraw_words("ann", [two], by="ann"))
    evening.ask(hide_message(one, by="host"))
    assert discussion_of(event, (), evening.state).messages == ()
    for number in (one, two):
        with pytest.raises(NotFound):
            want(evening, "ben", number)


def test_who_left_the_seat_can_ask_no_more(evening: Evening) -> None:
    evening.ask(leave_seat(evening.event, "ann"))
    with pytest.raises(NoSeat):
        asked(evening, "ann")
