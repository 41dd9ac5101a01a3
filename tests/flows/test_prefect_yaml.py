"""`prefect.yaml` and `flows/` say the same: one word per moment, and that word everywhere."""

from __future__ import annotations

import ast
from typing import Any

import pytest
import yaml

from salon.model import Moment
from salon.shipped import shipped

WORDS = [moment.value for moment in Moment]
DEPLOYMENTS: list[dict[str, Any]] = yaml.safe_load(shipped("prefect.yaml").read_text(encoding="utf-8"))["deployments"]


def test_every_moment_and_plan_week_is_deployed() -> None:
    assert sorted(one["name"] for one in DEPLOYMENTS) == sorted([*WORDS, "plan_week"])


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda one: one["name"])
def test_deployment_file_flow_and_name_are_the_same_word(deployment: dict[str, Any]) -> None:
    word = deployment["name"]
    assert deployment["entrypoint"] == f"flows/{word}.py:{word}"
    flow = flow_in(word)
    assert isinstance(flow, ast.AsyncFunctionDef), "a sync flow pays a second to end its heartbeat"
    assert "'flow'" in ast.dump(flow.decorator_list[0])
    assert f"value='{word}'" in ast.dump(flow.decorator_list[0])


@pytest.mark.parametrize("word", WORDS)
def test_a_flow_is_told_ids_and_nothing_else(word: str) -> None:
    assert {arg.arg for arg in flow_in(word).args.args} <= {"event", "number"}


def test_what_must_be_on_time_has_the_queue_that_is_served_first() -> None:
    queues = {one["name"]: one["work_pool"]["work_queue_name"] for one in DEPLOYMENTS}
    critical = {name for name, queue in queues.items() if queue == "critical"}
    assert critical == {"open_room", "host", "disband", "plan_week"}
    assert set(queues.values()) == {"critical", "bulk"}
    assert {one["work_pool"]["name"] for one in DEPLOYMENTS} == {"salon"}


def test_planning_runs_every_five_minutes_and_never_twice_at_once() -> None:
    [planning] = [one for one in DEPLOYMENTS if one["name"] == "plan_week"]
    assert planning["schedules"] == [{"cron": "*/5 * * * *", "timezone": "UTC"}]
    assert planning["concurrency_limit"]["limit"] == 1
    assert planning["concurrency_limit"]["collision_strategy"] == "CANCEL_NEW"


@pytest.mark.parametrize("path", sorted(shipped("flows").glob("[!_]*.py")), ids=lambda path: path.name)
def test_a_flow_stays_thin(path: Any) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert len(lines) <= 40


def flow_in(word: str) -> ast.AsyncFunctionDef:
    tree = ast.parse(shipped(f"flows/{word}.py").read_text(encoding="utf-8"))
    [flow] = [node for node in tree.body if isinstance(node, ast.AsyncFunctionDef) and node.name == word]
    return flow
