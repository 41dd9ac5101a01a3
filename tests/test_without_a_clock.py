"""What a source does not tell is printed nowhere: no day, no hour, no chart over time."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from salon.documents import documents, group_texts
from salon.elsewhere import HowToRead, read_discussion
from salon.errors import Mistakes
from salon.paper import long_pictures, report_pdf
from salon.report import report_of, verify
from salon.shipped import shipped
from salon.wording import Wording

PLAIN = (
    "林嘉: 大家好，今晚聊小店的老客为什么会走\n"
    "老周: 没有人记得他们的名字，价格不是主要原因\n"
    "林嘉: 每周花多少时间联系老客？\n"
    "阿宁: 我每周一手写十封信，半小时就够了\n"
    "老周: 同意，每周写十封\n"
    "阿宁: 模板在 https://example.org/letter\n"
)
ENGLISH = (
    "<ann> #startmeeting Regulars\n"
    "<ann> #topic Why regular customers leave\n"
    "<bo> nobody remembers their names, prices are not the reason at all\n"
    "<ann> what do you do every week to stay in touch?\n"
    "<bo> I write ten letters by hand every Monday, half an hour is enough\n"
    "<bo> #info ten letters take half an hour\n"
    "<ann> #action bo brings the template on Thursday\n"
)
STACKED = (
    "林嘉\n今晚聊小店的老客为什么会走\n\n老周\n没有人记得他们的名字\n\n林嘉\n每周花多少时间联系老客？\n\n老周\n半小时\n"
)
UNTIMED = {"plain.txt": PLAIN, "chat.log": ENGLISH, "paste.txt": STACKED}
CLOCK, DAY = re.compile(r"(?<![\d:])\d{1,2}:\d\d(?![\d:])"), re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b|2001")
LINK = "https://salon.example.org/report/x"


def forms(tmp_path: Path, name: str, text: str) -> dict[str, str]:
    """Name → what is to be read of every form of the chat in *text*, styles and scripts left out."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    discussion = read_discussion(tmp_path / name, None, "林嘉")
    report = report_of(discussion)
    verify(report, discussion)
    wording = Wording()
    made = {form: content.decode() for form, content in documents(report, discussion, wording).items()}
    made = {
        form: re.sub(r"<style>.*?</style>|<script.*?</script>|\bstyle=\"[^\"]*\"", "", content, flags=re.S)
        for form, content in made.items()
    }
    pdf = PdfReader(io.BytesIO(report_pdf(report, discussion, shipped("templates"))))
    made["report.pdf"] = "\n".join(page.extract_text() for page in pdf.pages)
    return made | group_texts(report, discussion, wording, "group", LINK)


@pytest.mark.parametrize("name", list(UNTIMED))
def test_a_chat_without_any_time_has_no_day_and_no_hour_in_any_form(tmp_path: Path, name: str) -> None:
    made = forms(tmp_path, name, UNTIMED[name])
    assert {"report.html", "team.html", "article.html", "report.md", "report.pdf", "full"} <= set(made)
    for form, text in made.items():
        assert not CLOCK.search(text), (form, CLOCK.search(text))
        assert not DAY.search(text), (form, DAY.search(text))


def test_messages_are_named_by_their_number_instead(tmp_path: Path) -> None:
    made = forms(tmp_path, "plain.txt", PLAIN)
    assert '<a href="#m-m4">#4</a>' in made["report.html"]
    assert "点编号可以看到原话的上下文" in made["report.html"]
    assert "#2" in made["report.md"]


def test_there_is_no_chart_over_time_and_the_json_has_no_moment(tmp_path: Path) -> None:
    made = forms(tmp_path, "plain.txt", PLAIN)
    told = json.loads(made["report.json"])
    assert (told["began_at"], told["ended_at"], told["buckets"], told["bucket_width"], told["timezone"]) == (
        None, None, [], 0, ""
    )  # fmt: skip
    assert "<figure" not in made["report.html"]
    assert "谁在参与" in made["report.html"]


def test_hours_without_a_day_are_printed_as_hours(tmp_path: Path) -> None:
    timed = "".join(f"[20:{15 + k}] <{name}> {text}\n" for k, (name, text) in enumerate(
        line.split(": ", 1) for line in PLAIN.replace("https://", "").splitlines()
    ))  # fmt: skip
    made = forms(tmp_path, "hours.log", timed)
    assert "20:15–20:20 当地时间" in made["report.md"]
    assert "20:15–20:20" in made["report.pdf"]
    for form, text in made.items():
        assert not DAY.search(text), (form, DAY.search(text))
    told = json.loads(made["report.json"])
    assert (told["began_at"], told["buckets"][0]["at"]) == ("20:15:00", "20:15:00")
    assert "<figure" in made["report.html"]


def test_a_day_without_hours_is_printed_as_a_day(tmp_path: Path) -> None:
    made = forms(tmp_path, "reading.2026-11-19.txt", PLAIN)
    assert "讨论报告 · 2026-11-19\n" in made["report.md"]
    for form, text in made.items():
        assert not CLOCK.search(text), (form, CLOCK.search(text))


def test_after_midnight_a_log_without_days_still_goes_on(tmp_path: Path) -> None:
    log = "[23:50] <ann> why do regulars leave?\n[23:59] <bo> nobody remembers them\n[00:10] <ann> and now we do\n"
    told = json.loads(forms(tmp_path, "night.log", log)["report.json"])
    assert (told["began_at"], told["ended_at"], len(told["buckets"])) == ("23:50:00", "00:10:00", 21)


def test_a_log_that_changes_its_day_once_has_known_both(tmp_path: Path) -> None:
    log = (
        "23:50 <ann> why do regular customers leave?\n23:59 <bo> nobody remembers them\n"
        "--- Day changed Fri Nov 20 2026\n00:10 <ann> and now we do\n"
    )
    told = json.loads(forms(tmp_path, "night.log", log)["report.json"])
    assert told["began_at"] == "2026-11-19T23:50:00+00:00"
    assert told["ended_at"] == "2026-11-20T00:10:00+00:00"


def test_what_was_said_before_the_first_time_has_the_time_of_the_first(tmp_path: Path) -> None:
    text = "林嘉: 大家好今晚聊老客\n老周: 没有人记得他们\n2026-11-19 20:15\n林嘉: 那就写信吧\n老周: 同意你说的\n"
    told = json.loads(forms(tmp_path, "mixed.txt", text)["report.json"])
    assert told["began_at"] == told["ended_at"] == "2026-11-19T20:15:00+00:00"


def test_a_part_of_a_chat_without_days_cannot_be_asked_for(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(PLAIN, encoding="utf-8")
    with pytest.raises(Mistakes, match="does not tell on which day"):
        read_discussion(tmp_path / "x.txt", None, how=HowToRead(since="2026-11-19"))


def test_the_owner_hears_that_there_are_no_times(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(PLAIN, encoding="utf-8")
    heard: list[str] = []
    read_discussion(tmp_path / "x.txt", None, say=heard.append)
    assert heard[0].endswith("the file tells no times, and the report prints none")


def test_a_long_picture_is_made_without_any_time(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(PLAIN, encoding="utf-8")
    discussion = read_discussion(tmp_path / "x.txt", None)
    assert long_pictures(report_of(discussion), discussion, shipped("templates"), LINK)
