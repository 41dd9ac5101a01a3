"""What every format leans on: taking in messages, times, and letters."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from salon.imports.base import Reading, Source, instant_of, moment_of, natural, tidy

AT = datetime(2026, 3, 14, 20, tzinfo=UTC)


def taken(*texts: str, role: str = "member") -> Reading:
    reading = Reading()
    for text in texts:
        reading.add(id="", author="a", name="Ann", text=text, at=AT, role=role)
    return reading


def test_what_has_no_words_is_a_system_line_until_words_follow() -> None:
    reading = taken("", " \n")
    assert [m.role for m in reading.messages] == ["system", "system"]
    reading.add_to_last("words after all")
    assert [(m.role, m.text) for m in reading.messages] == [("system", ""), ("member", " \n\nwords after all")]
    still = taken("joined", role="system")
    still.add_to_last("more")
    assert [m.role for m in still.messages] == ["system"]


def test_bots_are_counted_and_never_quoted() -> None:
    reading = taken("beep", "boop", role="bot")
    assert (reading.bots, reading.people, {m.role for m in reading.messages}) == (2, 0, {"system"})


def test_a_message_without_a_usable_time_has_that_of_the_one_before() -> None:
    reading = taken("one")
    for broken in (None, datetime(1, 1, 1), datetime(9999, 12, 31, tzinfo=UTC)):
        reading.add(id="", author="a", name="Ann", text="x", at=broken)
    assert {m.at for m in reading.messages} == {AT}
    assert not reading.is_floating


def test_sorting_keeps_the_order_of_one_instant() -> None:
    reading = taken("a", "b")
    reading.add(id="", author="a", name="Ann", text="early", at=datetime(2026, 3, 13, tzinfo=UTC))
    reading.put_in_order()
    assert [m.text for m in reading.messages] == ["early", "a", "b"]


@pytest.mark.parametrize(
    ("written", "year"),
    [(1_773_518_400, 2026), ("1773518400.5", 2026), (1_773_518_400_000, 2026), (1_773_518_400_000_000, 2026), (-1, 0),
     (0, 0), (True, 0), (float("nan"), 0), (float("inf"), 0), ("soon", 0), (None, 0), (10**400, 0),
     ("9" * 5000, 0), ([], 0)],
)  # fmt: skip
def test_seconds_and_their_parts_since_1970(written: object, year: int) -> None:
    at = moment_of(written)
    assert (at.year if at else 0) == year


def test_times_in_iso_8601() -> None:
    assert instant_of("2026-03-14T20:00:00Z") == AT
    assert instant_of("2026-03-14T20:00:00") == AT.replace(tzinfo=None)
    assert [instant_of(bad) for bad in ("", "soon", "0001-01-01", None, 5, "2" * 100)] == [None] * 6


def test_numbers_in_names_count_as_numbers() -> None:
    assert sorted(["message_10", "message_2", "a1b", "a"], key=natural) == ["a", "a1b", "message_2", "message_10"]


def test_letters_that_cannot_be_written_are_replaced() -> None:
    assert (tidy("a\x00b"), tidy("\ud800x"), tidy(None), tidy(5), tidy("鼓👍")) == ("ab", "?x", "", "5", "鼓👍")


def test_a_lost_byte_leaves_utf_8_what_it_is() -> None:
    whole = "小安说：大家好，今天晚上我们聊鼓，请各位先介绍自己。"
    read = [Source("x", whole.encode()[:k] + whole.encode()[k + 1 :]).text for k in range(len(whole.encode()))]
    assert all("大家好" in text or "介绍自己" in text for text in read)
    assert Source("x", whole.encode("gb18030")).text == whole


def test_a_name_of_ten_thousand_letters_is_shown_short_and_stays_a_person_of_its_own() -> None:
    reading = Reading()
    for end in "ab":
        reading.add(id="", author="", name="x" * 10_000 + end, text="hello", at=AT)
    assert [len(m.name) for m in reading.messages] == [100, 100]
    assert reading.people == 2
