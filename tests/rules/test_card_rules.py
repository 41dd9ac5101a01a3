"""Questionnaires, promotions, ratings: once per seat, changeable as told, and a second lock behind every rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.evenings import Evening

from salon.cards import is_late, is_played
from salon.discussion import discussion_of, offers_in
from salon.entries import Draft
from salon.errors import BadText, NoSeat, NotFound, RoomClosed, RoomNotOpen, WrongUse
from salon.model import MULTIPLE, SCALE, SINGLE, TEXT, Event, Item, Promotion, Questionnaire
from salon.rules.afterwards import TOPIC_LENGTH, NotOverYet, offer_to_lead, rate_evening
from salon.rules.cards import (
    ANSWER_LENGTH,
    BadForm,
    FormNotOpen,
    NothingAnswered,
    PromotedAlready,
    answer_form,
    close_form,
    follow_promotion,
    open_form,
    play_card,
    see_promotion,
    show_promotion,
)
from salon.rules.ending import extend_evening
from salon.rules.seats import leave_seat, take_seat
from salon.rules.week import shut_room, take_step
from salon.rundown import StepKind, rundown

FORM = Questionnaire(
    id="after-work",
    title="About your week",
    items=(
        Item(question="Which tool?", options=("A", "B")),
        Item(question="Where do you use it?", kind=MULTIPLE, options=("Tests", "Text", "Logs")),
        Item(question="How sure are you?", kind=SCALE, options=("1", "2", "3"), ends=("not", "very")),
        Item(question="Anything else?", kind=TEXT),
    ),
    section=2,
)
BOOK = Promotion(id="book", title="Paperboat", link="https://example.org/book", text="A calendar.", section=2)
ALL = ((0,), (0, 2), (3,), "It saves me Fridays.")


@pytest.fixture
def evening(event: Event) -> Evening:
    """An open room with Ann and Ben on seats."""
    evening = Evening.opened(replace(event, questionnaires=(FORM,), promotions=(BOOK,)))
    for guest in ("ann", "ben"):
        evening.ask(take_seat(event, guest, source="readers", name=guest.title()))
    return evening


@pytest.fixture
def asked(evening: Evening) -> Evening:
    """The same, with the questionnaire open and the promotion shown."""
    evening.ask(open_form(evening.event, FORM, by="host"))
    evening.ask(show_promotion(evening.event, BOOK, by="host"))
    return evening


def over(evening: Evening) -> Evening:
    evening.now = evening.event.times.disbands_at
    return evening


def test_a_seat_has_one_set_of_answers_and_may_change_it_until_the_close(asked: Evening) -> None:
    (first,) = asked.ask(answer_form(asked.event, "ann", FORM.id, ALL))
    assert (first.kind, first.holds) == ("answers_given", (f"answers:{FORM.id}:1",))
    assert asked.ask(answer_form(asked.event, "ann", FORM.id, ALL)) == []
    (changed,) = asked.ask(answer_form(asked.event, "ann", FORM.id, ((1,), (), (), "")))
    assert (changed.kind, changed.holds) == ("answers_changed", ())
    form = asked.state.cards.forms[FORM.id]
    assert (form.tally(0), form.tally(1), form.voters(0), form.voters(1)) == ([0, 1], [0, 0, 0], 1, 0)
    asked.ask(close_form(FORM.id, by="host"))
    assert asked.ask(close_form(FORM.id, by="host")) == []
    with pytest.raises(FormNotOpen):
        asked.ask(answer_form(asked.event, "ben", FORM.id, ALL))


def test_what_was_written_is_shown_to_nobody_who_takes_the_seat_later(asked: Evening) -> None:
    asked.ask(answer_form(asked.event, "ann", FORM.id, ALL))
    asked.ask(leave_seat(asked.event, "ann"))
    asked.ask(take_seat(asked.event, "cat", source="readers"))
    form = asked.state.cards.forms[FORM.id]
    assert (asked.state.seat_of("cat"), form.given_by[1]) == (1, "ann")
    # The same words from somebody else are their own.
    assert len(asked.ask(answer_form(asked.event, "cat", FORM.id, ALL))) == 1
    assert form.given_by[1] == "cat"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (((), (), (), "  "), NothingAnswered),
        (((0, 1), (), (), ""), WrongUse),
        (((2,), (), (), ""), WrongUse),
        (((), (), (0,), ""), WrongUse),
        (((), (), (4,), ""), WrongUse),
        (("words", (), (), ""), WrongUse),
        (((), (), (), (0,)), WrongUse),
        (((), (), (), "x" * (ANSWER_LENGTH + 1)), BadText),
        (((0,),), WrongUse),
    ],
)
def test_answers_that_make_no_sense_are_refused(asked: Evening, given: tuple[object, ...], error: type) -> None:
    with pytest.raises(error):
        asked.ask(answer_form(asked.event, "ann", FORM.id, given))  # type: ignore[arg-type]
    assert asked.state.cards.forms[FORM.id].answers == {}


def test_nobody_answers_without_a_seat_before_the_opening_or_after_ten(asked: Evening) -> None:
    with pytest.raises(NoSeat):
        asked.ask(answer_form(asked.event, "dan", FORM.id, ALL))
    with pytest.raises(NotFound):
        asked.ask(answer_form(asked.event, "ann", "other", ALL))
    with pytest.raises(RoomClosed):
        over(asked).ask(answer_form(asked.event, "ann", FORM.id, ALL))


def test_the_close_of_the_room_closes_a_questionnaire_and_the_report_sums_it_up(asked: Evening) -> None:
    asked.ask(answer_form(asked.event, "ann", FORM.id, ALL))
    asked.ask(answer_form(asked.event, "ben", FORM.id, ((0,), (), (), "")))
    assert discussion_of(asked.event, (), asked.state).polls == ()
    over(asked).ask(shut_room(by="clock"))
    assert not asked.state.cards.forms[FORM.id].is_open
    told = discussion_of(asked.event, (), asked.state)
    assert [(p.id, p.votes, p.voters, p.kind) for p in told.polls] == [
        ("after-work.1", (2, 0), 2, SINGLE),
        ("after-work.2", (1, 0, 1), 1, MULTIPLE),
        ("after-work.3", (0, 0, 1), 1, SCALE),
    ]
    assert told.polls[2].options == ("1 not", "2", "3 very")
    assert told.answers == (("Anything else?", ("It saves me Fridays.",)),)


def test_a_questionnaire_opens_once_and_only_if_it_can_be_asked(evening: Evening) -> None:
    (opened,) = evening.ask(open_form(evening.event, FORM, by="host"))
    assert opened.holds == (f"questionnaire:{FORM.id}",)
    assert evening.ask(open_form(evening.event, FORM, by="host")) == []
    assert evening.state.cards.forms[FORM.id].asked == FORM
    for items in ((), (Item(question="?", options=("A",)),), (Item(question="?", options=("A", "A")),), FORM.items * 3):
        with pytest.raises(BadForm):
            evening.ask(open_form(evening.event, Questionnaire(id="x", title="T", items=items), by="host"))


def test_a_section_has_one_promotion_by_rule_and_by_the_databases_lock(evening: Evening) -> None:
    (shown,) = evening.ask(show_promotion(evening.event, BOOK, by="host"))
    assert shown.holds == ("promotion:book", "promoted-section:2")
    assert evening.ask(show_promotion(evening.event, BOOK, by="host")) == []
    second = replace(BOOK, id="pen")
    with pytest.raises(PromotedAlready):
        evening.ask(show_promotion(evening.event, second, by="host"))
    # The run of show goes on without it.
    assert evening.ask(play_card(evening.event, second, by="host")) == []
    assert len(evening.ask(show_promotion(evening.event, replace(BOOK, id="cup", section=3), by="host"))) == 1
    assert evening.state.cards.promotions["book"].card == BOOK
    # Shown in an earlier section than the plan says, it is done with all the same.
    assert is_played(replace(BOOK, section=4), evening.state.cards)


def test_views_and_clicks_count_each_seat_once_and_none_after_the_close(asked: Evening) -> None:
    (seen,) = asked.ask(see_promotion(asked.event, "book", {1, 2}))
    assert seen.data["seats"] == [1, 2]
    assert asked.ask(see_promotion(asked.event, "book", {2})) == []
    (followed,) = asked.ask(follow_promotion(asked.event, "ann", "book"))
    assert followed.holds == ("followed:book:1",)
    assert asked.ask(follow_promotion(asked.event, "ann", "book")) == []
    assert asked.ask(follow_promotion(asked.event, "stranger", "book")) == []
    with pytest.raises(NotFound):
        asked.ask(follow_promotion(asked.event, "ann", "pen"))
    over(asked)
    assert asked.ask(follow_promotion(asked.event, "ben", "book")) == []
    assert asked.ask(see_promotion(asked.event, "book", {3})) == []
    assert discussion_of(asked.event, (), asked.state).promotions == (("Paperboat", 2, 1),)


def test_an_evening_that_stays_longer_counts_clicks_and_is_not_rated_before_its_new_close(asked: Evening) -> None:
    asked.ask(extend_evening(asked.event, 10, "Ann", 0, str, by="host"))
    asked.now = asked.event.times.disbands_at + timedelta(minutes=5)
    assert len(asked.ask(see_promotion(asked.event, "book", {1}))) == 1
    assert len(asked.ask(follow_promotion(asked.event, "ann", "book"))) == 1
    with pytest.raises(NotOverYet):
        asked.ask(rate_evening(asked.event, "ann", 5))


def test_cards_come_in_their_section_after_its_poll(evening: Evening) -> None:
    steps = {step.key: step for step in rundown(evening.event)}
    starts = evening.event.section_starts_at()[1]
    assert steps["questionnaire-after-work"].at == starts + timedelta(minutes=20)
    assert steps["promotion-book"].at == starts + timedelta(minutes=25)
    assert (steps["promotion-book"].kind, steps["promotion-book"].card) == (StepKind.PROMOTION, BOOK)


def test_an_evening_is_rated_once_it_is_over_one_rating_per_seat_changeable(evening: Evening) -> None:
    with pytest.raises(NotOverYet):
        evening.ask(rate_evening(evening.event, "ann", 5))
    over(evening)
    (given,) = evening.ask(rate_evening(evening.event, "ann", 5))
    assert (given.kind, given.holds) == ("rating_given", ("rating:1",))
    assert evening.ask(rate_evening(evening.event, "ann", 5)) == []
    (changed,) = evening.ask(rate_evening(evening.event, "ann", 3))
    assert changed.kind == "rating_changed"
    evening.ask(rate_evening(evening.event, "ben", 4))
    assert discussion_of(evening.event, (), evening.state).ratings == (0, 0, 1, 1, 0)
    for value in (0, 6):
        with pytest.raises(WrongUse):
            evening.ask(rate_evening(evening.event, "ann", value))
    with pytest.raises(NoSeat):
        evening.ask(rate_evening(evening.event, "dan", 5))


def test_a_room_that_never_opened_is_rated_by_nobody(event: Event) -> None:
    with pytest.raises(RoomNotOpen):
        Evening(event, event.times.disbands_at).ask(rate_evening(event, "ann", 5))


def test_ratings_and_offers_change_nothing_that_everybody_reads(evening: Evening) -> None:
    over(evening).ask(shut_room(by="clock"))
    mark = evening.state.editions.mark
    evening.ask(rate_evening(evening.event, "ann", 5))
    evening.ask(offer_to_lead(evening.event, "ann", "Tea"))
    assert evening.state.editions.mark == mark


def test_a_published_report_does_not_grow_with_later_ratings_but_forgets_who_takes_their_offer_back(
    evening: Evening,
) -> None:
    over(evening)
    for guest in ("ann", "ben"):
        evening.ask(offer_to_lead(evening.event, guest))
    evening.ask(rate_evening(evening.event, "ann", 5))
    evening.ask(lambda state, now: iter([Draft(kind="report_published", by="owner", data={"version": 1})]))
    evening.ask(rate_evening(evening.event, "ben", 1))
    evening.ask(offer_to_lead(evening.event, "ben", "Later"))
    mark = evening.state.editions.mark
    evening.ask(offer_to_lead(evening.event, "ann", offers=False))
    assert evening.state.editions.mark != mark, "the files are written again"
    evening.ask(offer_to_lead(evening.event, "ann"))
    told = discussion_of(evening.event, (), evening.state)
    assert (told.ratings, told.offers) == ((0, 0, 0, 0, 1), (("Ben", ""),))
    cards = evening.state.cards
    assert (cards.rated(), offers_in(evening.state)) == ((1, 0, 0, 0, 1), (("Ben", "Later"), ("Ann", "")))


def test_who_would_lead_says_so_once_adds_a_topic_and_may_take_it_back(evening: Evening) -> None:
    with pytest.raises(NotOverYet):
        evening.ask(offer_to_lead(evening.event, "ann"))
    over(evening)
    (offered,) = evening.ask(offer_to_lead(evening.event, "ann"))
    assert offered.holds == ("candidacy:ann",)
    evening.ask(offer_to_lead(evening.event, "ann", " Small\n teams "))
    assert evening.ask(offer_to_lead(evening.event, "ann")) == [], "a second tap does not throw the topic away"
    assert discussion_of(evening.event, (), evening.state).offers == (("Ann", "Small teams"),)
    with pytest.raises(BadText):
        evening.ask(offer_to_lead(evening.event, "ann", "x" * (TOPIC_LENGTH + 1)))
    (withdrawn,) = evening.ask(offer_to_lead(evening.event, "ann", offers=False))
    assert withdrawn.frees == ("candidacy:ann",)
    assert evening.ask(offer_to_lead(evening.event, "ann", offers=False)) == []
    assert discussion_of(evening.event, (), evening.state).offers == ()


def test_late_is_who_sat_down_after_the_first_section_had_begun(evening: Evening) -> None:
    evening.now = evening.event.times.starts_at
    step = {"section": 1, "title": "One", "minutes": 25}
    evening.ask(take_step(evening.event, StepKind.SECTION, "section-1", step, by="host"))
    evening.now += timedelta(minutes=1)
    evening.ask(take_seat(evening.event, "cat", source="readers"))
    cards = evening.state.cards
    assert [is_late(cards, guest) for guest in ("ann", "cat", "nobody")] == [False, True, False]
