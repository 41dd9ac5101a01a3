"""Which runs `plan_week` creates, given what Prefect has."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flows._run import artifact_key
from flows._runs import next_key
from prefect.client.schemas.objects import StateType

from salon.model import Moment
from salon.planning import DueRun

AT = datetime(2026, 11, 26, 14, tzinfo=UTC)
RUN = DueRun(event="no-12", moment=Moment.DISBAND, number=1, slot_key="disband", attempt=1, at=AT, wall_at=AT)
KEY = "no-12:disband:20261126T140000:1"


def test_a_run_that_prefect_does_not_have_is_created_under_its_own_key() -> None:
    assert next_key(RUN, {}) == KEY


@pytest.mark.parametrize("state", [StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING, StateType.COMPLETED])
def test_a_run_that_is_to_come_or_under_way_or_was_played_is_not_created_again(state: StateType) -> None:
    assert next_key(RUN, {KEY: state}) is None


@pytest.mark.parametrize("state", [StateType.CRASHED, StateType.CANCELLED, StateType.FAILED])
def test_a_run_that_a_stopped_runner_took_with_it_is_created_again_under_a_new_key(state: StateType) -> None:
    assert next_key(RUN, {KEY: state}) == f"{KEY}:2"
    assert next_key(RUN, {KEY: state, f"{KEY}:2": StateType.SCHEDULED}) is None


def test_a_run_that_always_fails_is_left_to_the_next_attempt() -> None:
    states = {KEY: StateType.FAILED, **{f"{KEY}:{again}": StateType.FAILED for again in (2, 3, 4, 5)}}
    assert next_key(RUN, states) is None


def test_artifact_keys_have_only_the_letters_that_prefect_allows() -> None:
    assert artifact_key("Thursday_2026-11-26 remind.2") == "thursday-2026-11-26-remind-2"
    assert artifact_key("沙龙") == "salon"
