"""PDF and long pictures: whole, readable on a phone, the same every time, and safe from what members wrote."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from tests.evening import evening, talk
from tests.test_documents import hostile, long_evening, rich

from salon.model import Discussion, Section
from salon.paper import LARGEST, TALLEST, WIDTH, long_pictures, report_pdf
from salon.paper.glyphs import MISSING, printable
from salon.report import Report, report_of
from salon.shipped import shipped
from salon.typeset import BadLayout

TEMPLATES = shipped("templates")
LINK = "https://salon.example.org/report/2026-11-19"


def told(discussion: Discussion) -> Report:
    """The report with everything in it that an analysis may find."""
    return replace(report_of(discussion), **rich(discussion))


@cache
def pdf(name: str) -> bytes:
    """The PDF of one of the discussions below, made once."""
    return report_pdf(told(DISCUSSIONS[name]), DISCUSSIONS[name], TEMPLATES)


@cache
def pictures(name: str) -> list[bytes]:
    """Its long pictures, made once."""
    return long_pictures(told(DISCUSSIONS[name]), DISCUSSIONS[name], TEMPLATES, LINK)


#: One word without an end, in scripts that do not break by themselves; and signs that no font has.
WORD = "W" * 9000 + "\U000f1234" + "م" * 900
ODD = "\U000f1234 \U0001f600 \u0627\u0644 ก็ \U0001f468‍\U0001f469‍\U0001f467 a" + "\u0301" * 200
DISCUSSIONS = {
    "evening": evening(),
    "english": replace(evening(), language="en"),
    "long": long_evening(400),
    "hostile": hostile(),
    "words": replace(
        evening(),
        topic=WORD,
        outline=(Section(title="老客为什么会走", minutes=5, questions=("老客为什么会走？",)),),
        messages=talk(("林嘉", "老客为什么会走？"), *[(ODD, f"老客为什么会走 {WORD}") for _ in range(5)]).messages,
    ),
}


def text_of(made: bytes) -> str:
    """All text of a PDF, as a reader would select it."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


def test_the_pdf_has_text_bookmarks_page_numbers_and_a_title() -> None:
    read = PdfReader(io.BytesIO(pdf("evening")))
    text = text_of(pdf("evening"))
    for part in ("小店如何留住老客", "没有找到与这一条对应的发言", "由 阿宁 负责", "+33 个百分点", "下个话题", "1 / "):
        assert part in text, part
    assert read.metadata is not None
    assert (read.metadata.title, read.metadata.author) == ("小店如何留住老客", "林嘉")
    titles = [str(entry.title) for entry in read.outline if not isinstance(entry, list)]
    assert titles[0] == "聊出了什么"
    assert "谁在参与" in titles


def test_the_pdf_brings_its_fonts() -> None:
    fonts = [
        font.get_object()
        for page in PdfReader(io.BytesIO(pdf("evening"))).pages
        for font in page["/Resources"]["/Font"].values()
    ]
    below = [f["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for f in fonts]
    assert below
    assert all({"/FontFile2", "/FontFile3"} & set(descriptor) for descriptor in below)


@pytest.mark.parametrize("name", ["evening", "hostile"])
def test_a_pdf_leads_to_pages_and_mail_only(name: str) -> None:
    found = []
    for page in PdfReader(io.BytesIO(pdf(name))).pages:
        for note in page.get("/Annots", ()):
            action = note.get_object().get("/A", {})
            if "/URI" in action:
                found.append(str(action["/URI"]))
            assert action.get("/S", "/URI") in ("/URI", "/GoTo")
    assert found
    assert all(uri.startswith(("https://", "http://", "mailto:")) for uri in found)


@pytest.mark.parametrize("name", list(DISCUSSIONS))
def test_long_pictures_fit_a_phone_and_a_messenger(name: str) -> None:
    for made in pictures(name):
        picture = Image.open(io.BytesIO(made))
        assert picture.width == WIDTH
        assert picture.height <= TALLEST
        assert len(made) <= LARGEST


@pytest.mark.parametrize("name", list(DISCUSSIONS))
def test_nothing_runs_over_the_edge_of_a_picture(name: str) -> None:
    for number, made in enumerate(pictures(name)):
        picture = Image.open(io.BytesIO(made)).convert("RGB")
        # The coloured head of the first picture goes from edge to edge.
        top = 0 if number else _foot_of_head(picture)
        for left in (0, WIDTH - 40):
            margin = picture.crop((left, top, left + 40, picture.height))
            assert len(margin.getcolors(1 << 20) or ()) == 1, (name, number)


def _foot_of_head(picture: Image.Image) -> int:
    first = picture.getpixel((2, 0))
    return next(y for y in range(picture.height) if picture.getpixel((2, y)) != first) + 2


def test_a_long_evening_is_cut_between_blocks_and_stays_short_enough_to_forward() -> None:
    made = [Image.open(io.BytesIO(one)).convert("RGB") for one in pictures("long")]
    assert sum(picture.height for picture in made) <= 14_000
    for picture in made:
        foot = picture.crop((0, picture.height - 50, WIDTH, picture.height))
        assert len(foot.getcolors(1 << 20) or ()) == 1


def test_the_code_at_the_end_leads_to_the_report() -> None:
    zxing = pytest.importorskip("zxingcpp")
    last = Image.open(io.BytesIO(pictures("evening")[-1])).convert("L")
    assert [code.text for code in zxing.read_barcodes(last)] == [LINK]


def test_the_same_report_gives_the_same_bytes() -> None:
    report = told(evening())
    assert report_pdf(report, evening(), TEMPLATES) == pdf("evening")
    assert long_pictures(report, evening(), TEMPLATES, LINK) == pictures("evening")


def test_hostile_members_are_text_in_a_pdf() -> None:
    text = text_of(pdf("hostile")).replace("\u200b", "").replace("\n", "")
    assert "<script>alert(1)</script>" in text
    assert "7*7" in text


def test_whatever_no_font_has_is_a_visible_sign() -> None:
    assert printable("a\U000f1234b") == f"a{MISSING}b"
    assert printable("\U0001f600 สวัสดี שלום 老客") == "\U0001f600 สวัสดี שלום 老客"
    assert printable("a" + "\u0301" * 200) == "á\u0301\u0301"
    assert printable({"x": ["a\u202eb", 3, None]}) == {"x": ["ab", 3, None]}
    assert all(len(piece) <= 20 for piece in printable("W" * 1000).split("\u200b"))


def test_a_broken_layout_names_file_and_line(tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(TEMPLATES, folder)
    broken = folder / "paper" / "report.typ"
    broken.write_text(broken.read_text("utf-8") + "\n#d.nothing-like-this\n", encoding="utf-8")
    with pytest.raises(BadLayout, match=r"report\.typ:\d+: .*nothing-like-this"):
        report_pdf(told(evening()), evening(), folder)
