"""Who spoke, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.evening import talk

from salon.analysis.charts import activity, percent
from salon.analysis.participation import Source, bucket_width, buckets, sources, voices

SAID = talk(("林嘉", "一"), ("阿宁", "二"), ("林嘉", "三"), minutes=7).messages
KOLS = frozenset({"林嘉"})


def test_buckets_add_up_to_the_messages_and_keep_the_gaps() -> None:
    assert bucket_width(SAID) == timedelta(minutes=1)
    counted = buckets(SAID, KOLS)
    assert [b.messages for b in counted] == [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1]
    assert [b.kol_messages for b in counted if b.messages] == [1, 0, 1]


def test_a_year_of_talk_still_fits_on_the_chart() -> None:
    late = replace(SAID[0], id="9", at=SAID[0].at + timedelta(days=365))
    assert len(buckets([*SAID, late], KOLS)) <= 25


def test_voices_stand_in_the_order_of_their_first_word() -> None:
    assert [(v.name, v.messages, v.is_kol, v.message_ids) for v in voices(SAID, KOLS)] == [
        ("林嘉", 2, True, ("1", "3")),
        ("阿宁", 1, False, ("2",)),
    ]


def test_sources_count_seats_and_voices() -> None:
    said = [replace(m, source="读书会") for m in SAID]
    assert sources(said, [("店主群", 3), ("读书会", 2)]) == (
        Source(name="店主群", seats=3, speakers=0, messages=0),
        Source(name="读书会", seats=2, speakers=2, messages=3),
    )


def test_nothing_said_draws_an_empty_chart() -> None:
    assert buckets([], KOLS) == ()
    assert activity((), (), ()).columns == ()


def test_shares_are_rounded_half_up() -> None:
    assert [percent(1, 3), percent(1, 8), percent(0, 5), percent(0, 0), percent(5, 5)] == [33, 13, 0, 0, 100]


def test_points_taken_up_together_share_a_mark() -> None:
    counted = buckets(SAID, KOLS)
    laid = activity(counted, [str(k) for k in range(len(counted))], [(0.0, "1"), (0.0, "2")])
    assert [mark.label for mark in laid.marks] == ["1–2"]
