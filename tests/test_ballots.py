"""How votes are counted: shares, means, and tables by group that give nobody away."""

from __future__ import annotations

import random

import pytest

from salon.ballots import FEWEST, UNTOLD, by_group, mean_of, one_place, tally, whole


def test_votes_points_and_what_they_are_a_part_of() -> None:
    assert tally("multiple", 3, [(0, 2), (2,)]) == (1, 0, 2)
    assert tally("rank", 3, [(2, 0), (2, 1)]) == (1, 1, 4)
    assert [whole(kind, (3, 3, 6), 2, 3) for kind in ("single", "scale", "multiple", "rank")] == [12, 12, 2, 6]


def test_the_mean_and_spread_of_a_scale() -> None:
    assert mean_of((0, 0, 0, 0, 4), 1) == (5.0, 0.0)
    mean, spread = mean_of((1, 0, 0, 0, 1), 1) or (0, 0)
    assert (one_place(mean), one_place(spread)) == ("3.0", "2.0")
    assert mean_of((0, 0), 1) is None
    assert one_place(3.25) == "3.3"


def test_a_small_group_is_not_told_and_the_others_do_not_give_it_away() -> None:
    groups = {seat: "big" if seat <= 20 else "small" for seat in range(1, 24)}
    votes = {seat: (seat % 2,) for seat in groups}
    assert by_group("single", 2, votes, groups) == (), "what is left of the total would be the small group"
    wide = {**groups, **dict.fromkeys(range(30, 50), "third")}
    votes = {seat: (seat % 2,) for seat in wide}
    assert by_group("single", 2, votes, wide) == (
        ("big", (UNTOLD, UNTOLD)),
        ("small", (UNTOLD, UNTOLD)),
        ("third", (10, 10)),
    )


def test_no_cell_under_five_is_ever_told_nor_one_that_stands_alone_in_its_line() -> None:
    chance = random.Random(7)
    for _ in range(200):
        groups = {seat: chance.choice("abc") for seat in range(chance.randint(1, 90))}
        votes = {seat: (chance.choice((0, 0, 0, 1, 2)),) for seat in groups}
        table = [cells for _, cells in by_group("single", 3, votes, groups)]
        assert all(cell == UNTOLD or cell >= FEWEST for row in table for cell in row)
        for line in (*table, *zip(*table, strict=True)):
            assert len(line) == 1 or sum(cell == UNTOLD for cell in line) != 1


@pytest.mark.parametrize("kind", ["single", "rank"])
def test_seats_of_no_group_are_in_no_row(kind: str) -> None:
    votes = dict.fromkeys(range(10), (0, 1) if kind == "rank" else (0,))
    assert by_group(kind, 2, votes, dict.fromkeys(range(10), "")) == ()
    found = by_group(kind, 2, votes, dict.fromkeys(range(8), "a"))
    assert found in ((("a", (8, UNTOLD)),), ())
