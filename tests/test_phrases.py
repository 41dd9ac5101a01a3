"""Dates, numbers and names as people read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from salon.errors import WrongUse
from salon.model import SCALE, PollResult
from salon.phrases import (
    count,
    date,
    day_and_time,
    facts_of,
    language_of,
    number_label,
    results_of,
    share,
    weekday,
    when,
    zone,
)
from salon.testing.golden import golden_event

AT = datetime(2026, 11, 26, 20, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_dates_in_both_languages() -> None:
    assert [date(AT, "zh"), date(AT, "en")] == ["11月26日 周四", "Thu 26 Nov"]
    assert [day_and_time(AT, "zh"), day_and_time(AT, "en")] == ["11月26日 周四 20:00", "Thu 26 Nov, 20:00"]


def test_a_whole_week_of_weekdays() -> None:
    days = [AT + timedelta(days=k) for k in range(7)]
    assert "".join(weekday(day, "zh") for day in days) == "周四周五周六周日周一周二周三"
    assert " ".join(weekday(day, "en") for day in days) == "Thu Fri Sat Sun Mon Tue Wed"


def test_zones_go_by_the_name_that_people_use() -> None:
    assert [zone("Asia/Shanghai", AT, "zh"), zone("Asia/Shanghai", AT, "en")] == ["北京时间", "Beijing time"]
    assert zone("Asia/Kolkata", AT, "zh") == "Kolkata (UTC+5:30)"
    assert zone("America/St_Johns", AT, "en") == "St Johns (UTC-3:30)"


def test_the_distance_of_a_zone_is_that_of_the_evening() -> None:
    summer = datetime(2026, 7, 2, 20, 0, tzinfo=UTC)
    assert zone("Europe/Madrid", AT, "en") == "Madrid (UTC+1)"
    assert zone("Europe/Madrid", summer, "en") == "Madrid (UTC+2)"


def test_numbers() -> None:
    assert [count(12345, "zh"), count(12345, "en")] == ["12345", "12,345"]
    assert [share(1, 3), share(2, 3), share(1, 200), share(0, 0), share(7, 7)] == ["33%", "67%", "1%", "0%", "100%"]
    assert [number_label(12, "zh"), number_label(12, "en")] == ["第 12 期", "No. 12"]


def test_tonight_is_said_only_when_it_is_true() -> None:
    event = golden_event("zh")
    assert [when(event, "zh"), when(event, "en")] == ["今晚 20:00", "tonight at 20:00"]
    morning = replace(event, times=replace(event.times, starts_at=AT.replace(hour=10)))
    assert [when(morning, "zh"), when(morning, "en")] == ["今天 10:00", "today at 10:00"]
    early = replace(event, times=replace(event.times, opens_at=AT - timedelta(days=1)))
    assert [when(early, "zh"), when(early, "en")] == ["11月26日 周四 20:00", "Thu 26 Nov, 20:00"]


def test_the_facts_of_the_golden_evening() -> None:
    facts = facts_of(golden_event("zh"))
    outline = facts.pop("outline")
    assert [(s["number"], s["starts"], s["ends"], s["minutes"]) for s in outline] == [
        ("1", "20:00", "20:25", "25"),
        ("2", "20:25", "20:55", "30"),
        ("3", "20:55", "21:25", "30"),
        ("4", "21:25", "21:45", "20"),
    ]
    shown = {key: facts[key] for key in ("language", "series", "number", "seats", "minutes", "date", "time", "opens")}
    assert shown == {
        "language": "zh",
        "series": "周四夜谈",
        "number": "第 12 期",
        "seats": "100",
        "minutes": "120",
        "date": "11月26日 周四",
        "time": "20:00",
        "opens": "11月26日 周四 12:00",
    }
    assert facts["confirm_by"] == "11月25日 周三 12:00"
    assert facts["precautions"] == list(golden_event("zh").precautions)
    assert [poll["section"] for poll in facts["polls"]] == ["1", "3"]


def test_both_languages_give_the_same_facts() -> None:
    assert facts_of(golden_event("zh"), "en").keys() == facts_of(golden_event("zh"), "zh").keys()
    assert facts_of(golden_event("zh"), "en")["date"] == "Thu 26 Nov"


def test_an_unknown_language_is_refused() -> None:
    assert language_of(golden_event("zh")) == "zh"
    with pytest.raises(WrongUse, match="'fr' is not known; choose one of zh, en"):
        facts_of(golden_event("zh"), "fr")


def test_results_are_ready_to_be_read() -> None:
    result = PollResult(id="p", question="?", options=("a", "b"), votes=(1, 1999))
    assert results_of([result], "en") == [
        {
            "question": "?",
            "kind": "single",
            "voters": 2000,
            "total": "2,000",
            "mean": "",
            "options": [
                {"text": "a", "value": "", "label": "", "votes": "1", "share": "0%"},
                {"text": "b", "value": "", "label": "", "votes": "1,999", "share": "100%"},
            ],
            "ends": [],
        }
    ]
    score = replace(result, kind=SCALE, options=("1 low", "2 high"))
    (told,) = results_of([score], "en")
    assert [(option["value"], option["label"]) for option in told["ends"]] == [("1", "low"), ("2", "high")]
    assert results_of([replace(result, votes=(0, 0))], "zh")[0]["options"][0]["share"] == "0%"
