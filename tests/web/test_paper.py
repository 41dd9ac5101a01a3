"""The report's PDF and long pictures, over the web: of what is public, and never of what was withdrawn."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from PIL import Image
from pypdf import PdfReader
from tests.web.house import Evening, Web

SAID = "先记住一百位老客的名字和他们上次买了什么，再谈用什么工具来管理他们。"
TAKEN = "千层豆腐里放十三种香料这件事，我后来觉得还是不要写进报告里为好。"


@pytest.fixture
def told(web: Web) -> Evening:
    """An evening on which two members spoke, with its report."""
    evening = web.evening()
    evening.say(evening.member("阿宁"), SAID)
    evening.say(evening.member("小北"), TAKEN)
    web.turn_to(evening.event.times.reports_at)
    evening.moment("disband")
    evening.moment("report")
    return evening


def text_of(answer: httpx.Response) -> str:
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def test_readers_get_pdf_and_long_pictures_from_the_report_page(web: Web, told: Evening) -> None:
    phone, report = web.phone(), f"/report/{told.event.id}"
    page = phone.get(report).text
    for form in ("report.pdf", "pictures", "report.md"):
        assert f'href="{web.url}{report}/{form}"' in page
        assert phone.get(f"{report}/{form}").status_code == 200
    pictures = phone.get(f"{report}/pictures").text
    assert f'src="{report}/long-1.png"' in pictures
    answer = phone.get(f"{report}/long-1.png")
    assert answer.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).width == 1080
    assert phone.get(f"{report}/long-99.png").status_code == 404


def test_the_pdf_is_made_again_without_what_was_withdrawn(web: Web, told: Evening) -> None:
    phone, pdf = web.phone(), f"/report/{told.event.id}/report.pdf"
    first = phone.get(pdf)
    assert "千层豆腐" in text_of(first)
    unchanged = phone.get(pdf, headers={"If-None-Match": first.headers["etag"]})
    assert unchanged.status_code == 304
    seq = next(e.seq for e in told.entries("message_posted") if e.data["text"] == TAKEN)
    assert told.host(f"messages/{seq}/hide").status_code in (200, 303)
    again = phone.get(pdf, headers={"If-None-Match": first.headers["etag"]})
    assert "一百位老客" in text_of(again)
    assert "千层豆腐" not in text_of(again)


def test_all_who_ask_at_once_get_the_same_picture(web: Web, told: Evening) -> None:
    path = f"/report/{told.event.id}/long-1.png"
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: web.phone().get(path).content, range(6)))
    assert len(answers[0]) > 5000
    assert set(answers) == {answers[0]}


def test_before_it_is_public_there_is_none(web: Web) -> None:
    evening = web.evening()
    for form in ("report.pdf", "long-1.png", "pictures"):
        assert web.phone().get(f"/report/{evening.event.id}/{form}").status_code == 404
