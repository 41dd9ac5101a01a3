"""Several who lead at once: links of their own, and taking over from one who went silent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.evenings import Evening

from salon.errors import NotFound, WrongUse
from salon.model import Event
from salon.rules.roles import NameTaken, TakenOver, name_leader, take_lead, withdraw_leader
from salon.rules.talk import Line, post_as


@pytest.fixture
def evening(event: Event) -> Evening:
    """An open room in which Lin and Wu lead beside the first host."""
    evening = Evening.opened(event)
    evening.ask(name_leader("k1", "host", "Lin", by="owner"))
    evening.ask(name_leader("k2", "note_taker", " Wu ", by="owner"))
    return evening


def test_each_name_has_one_link_for_a_role_until_it_is_withdrawn(evening: Evening) -> None:
    assert [(one.by, one.key) for one in evening.state.roles.now()] == [("host:Lin", "k1"), ("note_taker:Wu", "k2")]
    with pytest.raises(NameTaken):
        evening.ask(name_leader("k3", "host", "Lin", by="owner"))
    evening.ask(withdraw_leader("k1", by="owner"))
    assert evening.ask(withdraw_leader("k1", by="owner")) == []
    evening.ask(name_leader("k3", "host", "Lin", by="owner"))
    assert [one.key for one in evening.state.roles.now("host")] == ["k3"]
    with pytest.raises(NotFound):
        evening.ask(withdraw_leader("k9", by="owner"))


def test_no_other_role_and_no_empty_name_gets_a_link() -> None:
    for role, name in (("owner", "Lin"), ("host", " "), ("host", "x" * 31)):
        with pytest.raises(WrongUse):
            name_leader("k", role, name, by="owner")


def test_who_takes_over_first_has_it_and_the_second_is_told(evening: Evening) -> None:
    event, roles = evening.event, evening.state.roles
    assert roles.in_charge == "host"
    evening.ask(take_lead(event, by="host:Lin", seen="host"))
    assert evening.ask(take_lead(event, by="host:Lin", seen="host")) == []
    with pytest.raises(TakenOver):
        evening.ask(take_lead(event, by="kol", seen="host"))
    evening.ask(take_lead(event, by="host", seen="host:Lin"))
    assert (roles.in_charge, roles.taken) == ("host", 2)


def test_a_kol_who_takes_over_gets_a_host_s_link_once(evening: Evening) -> None:
    event, roles = evening.event, evening.state.roles
    evening.ask(take_lead(event, by="kol", seen="host", key="kk"))
    assert roles.leaders["kk"].by == f"host:{event.kol.name}"
    evening.ask(take_lead(event, by="host:Lin", seen="kol"))
    again = evening.ask(take_lead(event, by="kol", seen="host:Lin", key="k7"))
    assert [draft.kind for draft in again] == ["lead_taken"]


def test_silence_counts_from_what_a_person_did_not_from_the_flow(evening: Evening) -> None:
    roles, began = evening.state.roles, evening.now
    assert roles.heard_at(evening.state.opened_at) == began
    evening.now += timedelta(minutes=4)
    evening.ask(post_as(evening.event, "host", "Ruth", Line(text="hello", client_id="1")))
    assert roles.heard_at(evening.state.opened_at) == evening.now
    spoke = evening.now
    evening.now += timedelta(minutes=4)
    evening.ask(post_as(evening.event, "host", "Lin", Line(text="hello", client_id="1"), by="host:Lin"))
    assert roles.heard_at(evening.state.opened_at) == spoke
    evening.ask(take_lead(evening.event, by="host:Lin", seen="host"))
    assert roles.heard_at(evening.state.opened_at) == evening.now
    evening.ask(withdraw_leader("k1", by="owner"))
    assert roles.in_charge == "host"
