"""An evening that is too long for one page: the page carries what its report names, a file beside it has the rest."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from tests.evening import talk
from tests.verifying.written import told as usual

from salon.documents import documents
from salon.documents.transcript import MOST_BYTES, PAGE_BYTES
from salon.report import report_of
from salon.verifying import Told, check_file
from salon.wording import Wording

POINTS = ("老客为什么会走", "每周花多少时间", "什么活动值得办", "怎么开口请人帮忙")


@cache
def told() -> Told:
    """Four hundred messages of three kilobytes each."""
    said = [(f"成员{k % 50}", f"第{k}件事，" + "老客走了以后我们才知道原因。" * 75) for k in range(400)]
    for k, point in enumerate(POINTS):
        said[k * 100 + 5] = ("林嘉", f"下一个问题：{point}？")
    discussion = talk(*said)
    return Told(report=report_of(discussion), discussion=discussion, wording=Wording())


@cache
def forms() -> dict[str, str]:
    return {k: v.decode() for k, v in documents(told().report, told().discussion, Wording()).items()}


def test_the_page_stays_small_and_leads_to_all_messages() -> None:
    page, rest = forms()["report.html"], forms()["transcript.html"]
    assert len(page.encode()) < MOST_BYTES < len(rest.encode())
    assert 'href="transcript.html"' in page
    carried = re.findall(r'<p id="(m-[^"]+)" data-k="(\d+)"', page)
    assert all(int(anchor.removeprefix("m-")) == int(place) + 1 for anchor, place in carried)
    assert len(re.findall(r'<p id="m-', rest)) == 400
    left_out = sum(map(int, re.findall(r'class="gap">\D*(\d+)', page)))
    last = int(carried[-1][1])
    assert len(carried) + left_out == last + 1
    record = json.loads(re.search(r'id="record">(.*?)</script>', page, re.S)[1])  # type: ignore[index]
    assert len(record["voices"]) == 400 * record["width"]


def test_every_link_of_the_page_leads_somewhere() -> None:
    page = forms()["report.html"]
    places = set(re.findall(r' id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= places
    for anchors in re.findall(r'data-m="([^"]+)"', page):
        assert set(anchors.split()) <= places


def test_whoever_speaks_after_a_gap_is_named() -> None:
    page = forms()["report.html"]
    for after in re.findall(r'class="gap">.*?</p>\n(?:<h3>.*?</h3>\n)?(.*?)\n', page, re.S):
        assert "<b><bdi>" in after


@pytest.mark.parametrize("name", ["report.html", "transcript.html", "team.html"])
def test_both_files_are_proven_and_a_change_in_either_is_not(tmp_path: Path, name: str) -> None:
    path, text = tmp_path / name, forms()[name]
    path.write_text(text, "utf-8")
    assert check_file(path, told()).wrong == ()
    path.write_text(text.replace("件事，老客走了", "件事，新客走了", 1), "utf-8")
    assert check_file(path, told()).wrong != ()


@cache
def longest() -> Told:
    """A dozen messages that fill more than one page of a transcript."""
    said = [("林嘉", f"{k} " + "长" * 90_000) for k in range(12)]
    discussion = talk(*said)
    return Told(report=report_of(discussion), discussion=discussion, wording=Wording())


def test_a_transcript_is_cut_into_pages_that_a_phone_can_turn(tmp_path: Path) -> None:
    made = documents(longest().report, longest().discussion, Wording())
    first, second = made["transcript.html"].decode(), made["transcript-2.html"].decode()
    assert "transcript-3.html" not in made
    found = [re.findall(r'<p id="m-(\d+)"', page) for page in (first, second)]
    assert [int(id) for ids in found for id in ids] == list(range(1, 13)), "each message once, in order"
    assert all(len(page.encode()) < PAGE_BYTES + 100_000 for page in (first, second))
    assert first.count('href="transcript-2.html"') == second.count('href="transcript.html"') == 2
    assert second.partition('<section class="log"')[2].count("<b><bdi>林嘉") == 1, "who goes on is named again"
    for name, page in (("transcript.html", first), ("transcript-2.html", second)):
        path = tmp_path / name
        path.write_text(page, "utf-8")
        assert check_file(path, longest()).wrong == ()
        path.write_text(page.replace("长长", "长短", 1), "utf-8")
        assert check_file(path, longest()).wrong != ()


def test_an_evening_of_the_usual_length_is_in_its_page_as_a_whole() -> None:
    made = documents(usual().report, usual().discussion, Wording())
    assert "transcript.html" not in made
    assert b'data-k="' not in made["report.html"]
