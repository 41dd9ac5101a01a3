"""What `benchmarks/room` is made of, with a handful of people: it runs, and what is lost is noticed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from benchmarks.room import rivals
from benchmarks.room.claims import knock
from benchmarks.room.crowd import Crowd, Line
from benchmarks.room.fanout import Heard, stretch
from benchmarks.room.stage import Stage, stage

from salon.house import open_house

ROOMS, MEMBERS = 2, 10


@pytest.fixture(scope="module")
def made() -> Iterator[Stage]:
    """Two open rooms, ten members in each, and one web process."""
    with stage(ROOMS, MEMBERS) as found:
        yield found


@pytest.mark.parametrize("deliveries", [0, 400])
async def test_everybody_hears_every_message_of_their_room_once(made: Stage, deliveries: float) -> None:
    web = rivals.salon(made)
    # The tests of this file talk in the same rooms, one after the other.
    web.cursors[:] = [await _last(made, room.event.id) for room in made.rooms]
    heard = await stretch(web, ROOMS, 0.3, deliveries)
    assert heard.is_whole
    assert heard.deliveries == heard.expected == len(heard.delays) >= MEMBERS
    assert 0 < heard.within(0.5) <= heard.within(0.99)


async def test_those_who_claim_are_counted_with_their_answers(made: Stage) -> None:
    done = await knock(made.server, f"/c/{made.rooms[0].code}/seat", 12, 4)
    assert {claim.status for claim in done.claims} == {201}
    assert sorted(claim.answer["seat"] for claim in done.claims) == list(range(MEMBERS + 1, MEMBERS + 13))
    empty = await knock(made.server, "/empty", 5, 2)
    assert [(claim.status, claim.answer) for claim in empty.claims] == [(200, {})] * 5


async def test_a_message_that_did_not_come_is_a_gap_and_a_broken_line_is_lost() -> None:
    crowd = Crowd()
    line = Line(crowd, b"", 7)
    line.data_received(b"HTTP/1.1 200 OK\r\n\r\n" + _frame(8) + _frame(9)[:20])
    line.data_received(_frame(9)[20:] + _frame(11))
    line.connection_lost(None)
    assert (crowd.heard, crowd.gaps, crowd.lost) == (3, 1, 1)
    heard = Heard(deliveries=3, expected=3, gaps=1, lost=0, cpu=1.0, delays=[1])
    assert not heard.is_whole


def _frame(seq: int) -> bytes:
    return b'id: %d\ndata: {"seq":%d,"kind":"message","text":"1 hello"}\n\n' % (seq, seq)


async def _last(made: Stage, event: str) -> int:
    async with open_house(made.settings) as house:
        return (await house.live(event)).state.seq
