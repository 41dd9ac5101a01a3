"""Whatever may be done once is done once on both databases: from two processes at once, and by rules that do not look.

A blind rule decides by what was so before anybody asked. Behind it stands the database alone: the names that an entry
holds. Without these a blind rule is obeyed each time, or the test before would prove nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime

import pytest

from salon.clock import HandClock
from salon.entries import Draft, Rule
from salon.errors import JournalConflict
from salon.journal import Journal, store_at
from salon.model import SINGLE, TEXT, Event, Item, Poll, Promotion, Questionnaire
from salon.rules.afterwards import offer_to_lead, rate_evening
from salon.rules.cards import answer_form, close_form, follow_promotion, open_form, show_promotion
from salon.rules.consent import ask_anonymity, withdraw_words
from salon.rules.ending import waive_recap
from salon.rules.ladder import step
from salon.rules.moderation import reject, release, report_message
from salon.rules.polls import close_poll, open_poll, reset_poll
from salon.rules.questions import ask_question, merge_questions, want_answer
from salon.rules.rhythm import park_point, start_section, tag_message
from salon.rules.roles import name_leader, take_lead
from salon.rules.seats import OFFER, leave_seat, settle_offers, take_seat
from salon.rules.talk import Line, hide_message, post_message
from salon.rules.week import open_room, shut_room
from salon.state import State

POLL = Poll(id="p", question="?", options=("a", "b"))
FORM = Questionnaire(id="f", title="?", items=(Item(question="?", kind=SINGLE, options=("a", "b")),))
OTHER = Questionnaire(id="g", title="?", items=(Item(question="?", kind=TEXT),))
BOOK, PEN = (Promotion(id=id, title=id, link="https://example.org/", section=k) for k, id in enumerate(("b", "p"), 1))
#: So often each is asked, half of it in each of two processes.
OFTEN = 6


def line(name: str) -> Line:
    return Line(text=f"said {name}", client_id=name)


async def began(journal: Journal, event: Event) -> None:
    """Ann (1), Ben (2) and Eva (4) sit, seat 3 is kept for Cem, Dan waits; two said something each, two are held."""
    rules = [
        open_room(event, by="clock"),
        *(take_seat(event, guest, source="a", name=guest) for guest in ("ann", "ben", "gone", "eva", "cem", "dan")),
        leave_seat(event, "gone"),
        open_poll(event, POLL, by="host"),
        open_form(event, FORM, by="host"),
        show_promotion(event, BOOK, by="host"),
        # Entries 13 to 18.
        *(post_message(event, guest, line(f"{guest}-1")) for guest in ("ann", "ben")),
        *(post_message(event, "ben", line(f"held-{k}"), why=(("advertising", "x"),)) for k in (1, 2)),
        *(ask_question(event, guest, line(f"{guest}-q"), is_anonymous=False) for guest in ("ann", "ben")),
    ]
    for rule in rules:
        assert await journal.decide(event.id, rule)
    kinds = [entry.kind for entry in (await journal.entries(event.id))[12:]]
    assert kinds == ["message_posted"] * 2 + ["message_held"] * 2 + ["question_asked"] * 2


def rules_of(event: Event) -> Mapping[str, Rule]:
    """What comes of it once → a rule, in an evening that `began`."""
    ann, ben, held_1, held_2, q_ann, q_ben = range(13, 19)
    later = replace(event, times=replace(event.times, disbands_at=event.times.opens_at))
    return {
        "seat_taken": take_seat(event, "cem", source="b"),
        "waiting_list_joined": take_seat(event, "new", source="b"),
        "message_posted": post_message(event, "ann", line("ann-2")),
        "message_held": post_message(event, "eva", line("held-3"), why=(("advertising", "x"),)),
        "message_released": release(event, held_1, by="host"),
        "message_rejected": reject(event, held_2, "an advertisement", by="host"),
        "message_reported": report_message(event, "ann", ben, "abuse"),
        "member_warned": step(event, ben, "warn", reason="be kind", by="host", seen=0),
        "message_hidden": hide_message(ben, by="host"),
        "question_asked": ask_question(event, "eva", line("eva-q"), is_anonymous=True),
        "question_wanted": want_answer(event, "eva", q_ann, wanted=True),
        "question_merged": merge_questions(event, q_ben, q_ann, by="host"),
        "questionnaire_opened": open_form(event, OTHER, by="host"),
        "answers_given": answer_form(event, "ann", "f", ((1,),)),
        "questionnaire_closed": close_form("f", by="host"),
        "promotion_shown": show_promotion(event, PEN, by="host"),
        "promotion_followed": follow_promotion(event, "ann", "b"),
        "poll_reset": reset_poll(event, "p", round=1, by="host"),
        "poll_closed": close_poll("p", by="host"),
        "message_tagged": tag_message(event, ann, "agreement", by="host"),
        "point_parked": park_point(event, ann, by="host"),
        "section_started": start_section(event, 1, by="host"),
        "leader_named": name_leader("key", "host", "Mo", by="owner"),
        "lead_taken": take_lead(event, by="kol", seen="host", key="k"),
        "gate_waived": waive_recap(event, "Mo", by="host"),
        "words_withdrawn": withdraw_words("ann", [ann], by="ann"),
        "anonymity_asked": ask_anonymity("ann", by="ann"),
        "rating_given": rate_evening(later, "ann", 5),
        "candidacy_offered": offer_to_lead(later, "ann"),
    }


def blind(rule: Rule, state: State, *, has_holds: bool = True, at: datetime | None = None) -> Rule:
    """A mutant: *rule*, by how it was before, and *at* what hour; without its holds nothing stands behind it."""

    def ask(_: State, now: datetime) -> list[Draft]:
        drafts = list(rule(state, at or now))
        return drafts if has_holds else [Draft(kind=d.kind, by=d.by, data=d.data) for d in drafts]

    return ask


@pytest.fixture
async def other(database_url: str, clock: HandClock) -> AsyncIterator[Journal]:
    """A second journal on the same database, as another process has it."""
    async with Journal(store_at(database_url), clock) as opened:
        yield opened


@pytest.fixture
def event(event: Event) -> Event:
    """An evening of four seats."""
    return replace(event, seats=4)


async def asked_often(journals: tuple[Journal, Journal], event: Event, rule: Rule) -> list[object]:
    """Every answer to *rule*, asked from two processes at once."""
    asks = (journals[k % 2].decide(event.id, rule) for k in range(OFTEN))
    return await asyncio.gather(*asks, return_exceptions=True)


async def counted(journal: Journal, event: Event, before: int, kind: str) -> int:
    """How many entries of *kind* came after entry *before*."""
    return sum(entry.kind == kind for entry in await journal.entries(event.id, before))


async def test_from_two_processes_at_once_each_is_done_once(journal: Journal, other: Journal, event: Event) -> None:
    done = {}
    for k, kind in enumerate(rules_of(event)):
        one = replace(event, id=f"evening-{k}")
        await began(journal, one)
        await asked_often((journal, other), one, rules_of(one)[kind])
        done[kind] = await counted(journal, one, 18, kind)
    assert done == dict.fromkeys(done, 1)


async def test_a_rule_that_does_not_look_meets_the_database(journal: Journal, other: Journal, event: Event) -> None:
    done = {}
    for k, kind in enumerate(rules_of(event)):
        one = replace(event, id=f"evening-{k}")
        await began(journal, one)
        rule = blind(rules_of(one)[kind], State.of(await journal.entries(one.id)))
        answers = await asked_often((journal, other), one, rule)
        refused = sum(isinstance(answer, JournalConflict) for answer in answers)
        done[kind] = (await counted(journal, one, 18, kind), refused)
    assert done == dict.fromkeys(done, (1, OFTEN - 1))


async def test_without_holds_a_rule_that_does_not_look_is_obeyed_each_time(journal: Journal, event: Event) -> None:
    done = {}
    for k, kind in enumerate(("answers_given", "message_reported", "member_warned", "rating_given", "question_wanted")):
        one = replace(event, id=f"evening-{k}")
        await began(journal, one)
        rule = blind(rules_of(one)[kind], State.of(await journal.entries(one.id)), has_holds=False)
        await asked_often((journal, journal), one, rule)
        done[kind] = await counted(journal, one, 18, kind)
    assert done == dict.fromkeys(done, OFTEN)


async def test_an_offer_ends_once_however_many_look_at_the_clock(
    journal: Journal, other: Journal, event: Event, clock: HandClock
) -> None:
    await began(journal, event)
    clock.turn_to(clock.now() + OFFER)
    before = State.of(await journal.entries(event.id))
    await asked_often((journal, other), event, settle_offers(event))
    ended = [entry.data["guest"] for entry in await journal.entries(event.id) if entry.kind == "offer_ended"]
    offered = [entry.data["guest"] for entry in await journal.entries(event.id) if entry.kind == "seat_offered"]
    assert (ended, offered) == (["cem"], ["cem", "dan"])
    # Who does not look ends it a second time, or keeps the seat for a second one, or lets Cem have it all the same.
    for rule in (settle_offers(event), lambda state, now: list(settle_offers(event)(before, now))[1:]):
        # What ends an offer that is not there cannot even be told as a state.
        with pytest.raises((JournalConflict, KeyError)):
            await journal.decide(event.id, blind(rule, before))
    clock.turn_to(clock.now() - OFFER)
    with pytest.raises(JournalConflict):
        await journal.decide(event.id, blind(take_seat(event, "cem", source="a"), before, at=clock.now()))


async def test_a_hundred_sets_of_answers_in_the_same_instant_are_a_hundred(
    journal: Journal, other: Journal, event: Event
) -> None:
    wide = replace(event, seats=100)
    await journal.decide(wide.id, open_room(wide, by="clock"))
    await journal.decide(wide.id, open_form(wide, FORM, by="host"))
    guests = [f"g{k}" for k in range(100)]
    await asyncio.gather(*(journal.decide(wide.id, take_seat(wide, guest, source="a")) for guest in guests))
    rules = [answer_form(wide, guest, "f", ((k % 2,),)) for k, guest in enumerate(guests)]
    await asyncio.gather(*((journal, other)[k % 2].decide(wide.id, rule) for k, rule in enumerate(rules)))
    # And 200 times the same seat.
    again = [answer_form(wide, "g0", "f", ((0,),))] * 200
    await asyncio.gather(*((journal, other)[k % 2].decide(wide.id, rule) for k, rule in enumerate(again)))
    await journal.decide(wide.id, shut_room(by="clock"))
    late = replace(wide, times=replace(wide.times, disbands_at=wide.times.opens_at))
    rates = [rate_evening(late, guest, 1 + k % 5) for k, guest in enumerate(guests)]
    await asyncio.gather(*((journal, other)[k % 2].decide(wide.id, rule) for k, rule in enumerate(rates)))
    for which in (journal, other):
        cards = (await which.refresh(wide.id)).state.cards
        assert (cards.forms["f"].tally(0), cards.forms["f"].voters(0)) == ([50, 50], 100)
        assert cards.rated() == (20, 20, 20, 20, 20)
