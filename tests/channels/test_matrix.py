"""What the Matrix channel makes of answers and addresses; a real server speaks in the file beside this one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.channels.doubles.answering import BROKEN_AFTER, CUT_AFTER, LATE_AFTER, Answer, Call, Double

from salon.channels import Announcement, Context, Outcome, Result
from salon.channels.matrix import Matrix, channel, read_address, read_url
from salon.channels.secrets import Secrets
from salon.errors import WrongUse
from salon.model import Group

GROUP = Group(id="g", name="g", channel="matrix", address="!room:example.org")
SAID = Announcement(event="e", name="warm_up", text="x", key="k1")


class Homeserver(Double):
    """Knows its transactions again, as the spec has it."""

    def answer(self, call: Call) -> Answer:
        return Answer(data={"event_id": f"$of-{call.path.rpartition('/')[2]}"})


@pytest.fixture
def double() -> Iterator[Homeserver]:
    with Homeserver() as double:
        yield double


@pytest.fixture
def matrix(double: Homeserver) -> Matrix:
    secrets = Secrets({"SALON_MATRIX_TOKEN": "syt_secret"})
    limits = {"matrix": {"timeout": 0.5}}
    made = channel(Context(outbox=Path(), secrets=secrets, limits=limits, hosts={"matrix": double.url}))
    assert isinstance(made, Matrix)
    return made


@pytest.mark.parametrize("fault", [BROKEN_AFTER, CUT_AFTER, LATE_AFTER])
async def test_what_may_have_arrived_is_said_again_under_the_same_transaction(
    fault: str, matrix: Matrix, double: Homeserver
) -> None:
    double.faults.append(fault)
    first, second = [await matrix.say(GROUP, SAID) for _ in range(2)]
    assert (first.result, first.wait > 0, second.result) == (Result.RETRY, True, Result.DELIVERED)
    assert len({call.path for call in double.calls}) == 1
    assert "syt_secret" not in repr((first, second, [call.path for call in double.calls]))


@pytest.mark.parametrize(
    ("headers", "body", "wait"),
    [({}, {"retry_after_ms": 2205}, 2.205), ({"Retry-After": "3"}, {}, 3.0), ({"Retry-After": "soon"}, {}, 2.0)],
)
async def test_a_rate_limit_says_how_long_to_wait(
    headers: dict[str, str], body: dict[str, int], wait: float, matrix: Matrix, double: Homeserver
) -> None:
    double.faults.append(Answer(status=429, data={"errcode": "M_LIMIT_EXCEEDED", **body}, headers=headers))
    assert await matrix.say(GROUP, SAID) == Outcome(result=Result.RETRY, detail="429, too many", wait=wait)


async def test_what_is_no_matrix_server_is_refused(matrix: Matrix, double: Homeserver) -> None:
    double.faults.append(Answer(status=404, data="<html>"))
    assert (await matrix.say(GROUP, SAID)).detail == "404: no Matrix server answered there"


def test_addresses_are_rooms_or_aliases() -> None:
    room = "!-cNRdhUGFoUh3ZeJiir8bYIUvkPLIBLZWFHgBcn5Nzg"
    for right in (room, "!abc:example.org", "#readers:example.org", "#读书会:example.org:8448"):
        assert read_address(f" {right} ") == right
    for wrong in ("", "readers", "@ann:example.org", "#readers", "!a b:example.org", "!a/../b", "#a:b/c"):
        with pytest.raises(WrongUse, match="write its id"):
            read_address(wrong)


def test_a_token_that_is_none_is_named_and_never_repeated() -> None:
    secrets = Secrets({"SALON_MATRIX_TOKEN": "secret\nX: y", "SALON_MATRIX_URL": "https://matrix.example.org"})
    with pytest.raises(WrongUse, match="SALON_MATRIX_TOKEN") as refused:
        channel(Context(outbox=Path(), secrets=secrets))
    assert "secret" not in str(refused.value)


def test_the_homeserver_is_reached_safely() -> None:
    assert read_url("https://matrix.example.org/") == "https://matrix.example.org"
    assert read_url("http://127.0.0.1:8008") == "http://127.0.0.1:8008"
    wrongs = ("", "matrix.example.org", "http://matrix.example.org", "https://u:secret@x.org", "https://x.org/path")
    for wrong in (*wrongs, "https://x.org?a=b", "https://x.org:99999", "file:///etc/passwd"):
        with pytest.raises(WrongUse, match="SALON_MATRIX_URL") as refused:
            read_url(wrong)
        assert "secret" not in str(refused.value)
