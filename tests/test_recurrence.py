"""On which days a series meets."""

from __future__ import annotations

from datetime import date

import pytest

from salon.errors import WrongUse
from salon.recurrence import is_rule, next_dates

THURSDAY = date(2027, 3, 4)


@pytest.mark.parametrize(
    ("rule", "after", "expected"),
    [
        ("weekly", "2027-03-04", ["2027-03-11", "2027-03-18"]),
        ("weekly", "2027-03-07", ["2027-03-11", "2027-03-18"]),
        ("weekly", "2020-01-01", ["2027-03-04", "2027-03-11"]),
        ("weekly", "2027-03-25", ["2027-04-01", "2027-04-08"]),
        ("every 2 weeks", "2027-03-04", ["2027-03-18", "2027-04-01"]),
        ("every 2 weeks", "2027-03-11", ["2027-03-18", "2027-04-01"]),
        ("every 12 weeks", "2027-03-04", ["2027-05-27", "2027-08-19"]),
        ("last monday", "2027-03-04", ["2027-03-29", "2027-04-26"]),
        ("second tuesday", "2027-03-04", ["2027-03-09", "2027-04-13"]),
        ("first thursday", "2027-03-03", ["2027-03-04", "2027-04-01"]),
        ("day 31", "2027-03-31", ["2027-04-30", "2027-05-31"]),
        ("day 29", "2028-01-31", ["2028-02-29", "2028-03-29"]),
        ("day 30", "2028-01-31", ["2028-02-29", "2028-03-30"]),
    ],
)
def test_the_right_next_dates(rule: str, after: str, expected: list[str]) -> None:
    assert is_rule(rule)
    assert next_dates(rule, THURSDAY, date.fromisoformat(after), 2) == [date.fromisoformat(day) for day in expected]


@pytest.mark.parametrize("rule", ["", "often", "every 1 weeks", "every 13 weeks", "fifth monday", "day 0", "day 32"])
def test_what_says_nothing_is_refused_with_what_to_write(rule: str) -> None:
    assert not is_rule(rule)
    with pytest.raises(WrongUse, match="write"):
        next_dates(rule, THURSDAY, THURSDAY, 1)
