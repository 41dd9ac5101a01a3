"""Every kind and format, an owner's own files, the same bytes everywhere, and no box for a missing character."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdf
import pytest
import zxingcpp
from PIL import Image
from tests.poster.hard_cases import cases

from salon.errors import WrongUse
from salon.model import Event, Kol
from salon.poster import (
    CODED,
    EVENING,
    BadTheme,
    Cover,
    Facts,
    Quote,
    SeatsLeft,
    Shared,
    Vote,
    base_picture,
    companion_of,
    formats,
    kinds,
    picture,
    poster,
    story,
    themes,
)
from salon.poster.files import template_for
from salon.poster.sheet import draw_sheet
from salon.poster.theme import theme_named, words_in
from salon.shipped import shipped
from salon.testing.golden import golden_event, golden_groups
from salon.typeset import BadLayout, set_pdf

LINK = "https://salon.example.org/c/k3x9"
SIZES = {"portrait": (1080, 1920), "three-four": (1080, 1440), "square": (1080, 1080), "wide": (1800, 766)}


def _facts(kind: str, language: str = "zh") -> Facts | Event:
    event = golden_event(language)
    who = {"series": event.series_name, "number": event.number}
    made: dict[str, Facts | Event] = {
        "teaser": event,
        "quote": Quote(text="省下来的时间如果没有去处，就会被新的会议填满。", speaker=event.kol.name, **who),
        "vote": Vote(question="你每天用多久？", options=("不到半小时", "更久", "还没开始"), votes=(9, 31, 0), **who),
        "share": Shared(kol=event.kol, topic=event.topic, seats=100, messages=1247, date=event.times.starts_at, **who),
        "cover": Cover(kol=event.kol, topic=event.topic, lines=("一句。", "两句。", "三句。"), **who),
    }
    return made[kind]


def _opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


@pytest.mark.parametrize("format", formats())
@pytest.mark.parametrize("kind", CODED)
def test_kinds_with_a_code_have_it_in_every_format(kind: str, format: str) -> None:
    facts = SeatsLeft(left=3) if kind == "few" else None
    base = base_picture(golden_event("zh"), "hills", format=format, kind=kind, facts=facts)
    made = _opened(poster(base, golden_groups("zh")[0], LINK))
    assert made.size == SIZES[format]
    assert [code.text for code in zxingcpp.read_barcodes(made.convert("RGB"))] == [LINK]


def test_the_code_keeps_nine_pixels_a_module_after_the_picture_is_shrunk_to_1080() -> None:
    for format, (width, _) in SIZES.items():
        base = base_picture(golden_event("zh"), format=format)
        mark = base.sheet.place("code")
        assert mark is not None
        # Version 3 has 29 modules, and four light ones on each side.
        assert mark["w"] // 37 * 1080 / width >= 9, format


@pytest.mark.parametrize("format", formats())
def test_a_teaser_has_no_code_but_says_when_seats_open(format: str) -> None:
    made = _opened(picture("teaser", golden_event("en"), format=format, language="en", theme="paper"))
    assert made.size == SIZES[format]
    assert "Seats open Thu 26 Nov, 12:00" in made.info["Description"]


@pytest.mark.parametrize("kind", ["quote", "vote", "share", "cover"])
@pytest.mark.parametrize("theme", themes())
def test_every_card_can_be_drawn_in_every_theme_and_says_itself_in_words(kind: str, theme: str) -> None:
    made = _opened(picture(kind, _facts(kind), theme=theme))
    assert made.size == (1080, 1440)
    assert made.info["Description"] == companion_of(kind, _facts(kind))


@pytest.mark.parametrize(("kind", "format"), [("share", "portrait"), ("cover", "wide")])
@pytest.mark.parametrize("theme", themes())
def test_a_share_picture_fills_a_phone_and_a_cover_stands_over_an_article(kind: str, format: str, theme: str) -> None:
    made = _opened(picture(kind, _facts(kind), theme=theme, format=format))
    assert made.size == SIZES[format]
    assert made.info["Description"] == companion_of(kind, _facts(kind))


@pytest.mark.parametrize(
    ("kind", "format"), [("share", "three-four"), ("share", "portrait"), ("cover", "three-four"), ("cover", "wide")]
)
@pytest.mark.parametrize("length", [1, 64, 65, 120])
def test_the_whole_topic_stands_on_a_card_that_says_much_else(kind: str, format: str, length: int) -> None:
    topic = ("为什么小团队把日常复盘做成账本以后，真正的增长才开始：" * 5)[:length]
    kol = Kol(name="Wolfeschlegelsteinhausenbergerdorff", title="独立开发者，写作者，" * 6)
    counts = dict.fromkeys(("seats", "speakers", "messages", "votes", "questions", "minutes"), 12345)
    line = "省下来的时间如果没有去处，就会被新的会议填满。" * 3
    series: dict[str, Any] = {"series": "一个名字很长的系列讨论之夜", "number": 345}
    theme, words = theme_named("paper"), words_in("zh")
    if kind == "share":
        data = story.shared(Shared(kol=kol, topic=topic, **counts, **series), "zh", theme, words)
    else:
        data = story.cover(Cover(kol=kol, topic=topic, lines=(line,) * 3, **series), "zh", theme, words)
    marks = draw_sheet(template_for(kind, format), data).marks
    assert not [mark["name"] for mark in marks if mark.get("cut") and mark["name"] in ("topic", "name", "number")]


def test_companions_tell_the_numbers() -> None:
    assert companion_of("vote", _facts("vote")).splitlines() == [
        "周四夜谈 第 12 期",
        "投票结果",
        "你每天用多久？",
        "不到半小时: 23% (9)",
        "更久: 78% (31)",
        "还没开始: 0% (0)",
        "共 40 票",
    ]
    assert "1247 条发言" in companion_of("share", _facts("share"))
    few = base_picture(golden_event("en"), kind="few", facts=SeatsLeft(left=1))
    assert "Only 1 seat left" in few.lines


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: base_picture(golden_event("zh"), format="../../etc"), "choose one of: portrait, square"),
        (lambda: base_picture(golden_event("zh"), kind="party"), "choose one of: poster, teaser"),
        (lambda: base_picture(golden_event("zh"), kind="teaser"), "has no code"),
        (lambda: base_picture(golden_event("zh"), kind="few"), "SeatsLeft"),
        (lambda: picture("poster", golden_event("zh")), "has a code for each group"),
        (lambda: picture("quote", golden_event("zh")), "cannot be told by Event"),
        (lambda: picture("quote", _facts("quote"), format="wide"), "choose one of: three-four"),
        (lambda: picture("cover", _facts("cover"), format="square"), "choose one of: three-four, wide"),
        (lambda: picture("vote", Vote(question="?", options=("a",), votes=(1,))), "two to ten options"),
    ],
)
def test_what_cannot_be_drawn_is_said(wrong: object, says: str) -> None:
    with pytest.raises(WrongUse, match=says):
        wrong()  # type: ignore[operator]


def test_an_hostile_name_stays_a_name() -> None:
    event = golden_event("zh")
    hostile = replace(
        event, topic='#panic("x") $x$ *粗* \\ <b> @ref // "', kol=replace(event.kol, name="#import <code>")
    )
    assert poster(base_picture(hostile), golden_groups("zh")[0], LINK)


# An owner's own files.


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    shutil.copytree(shipped("templates/poster"), tmp_path / "poster")
    return tmp_path


def test_a_new_format_and_a_new_theme_are_found_by_name(templates: Path) -> None:
    folder = templates / "poster"
    square = (folder / "square.typ").read_text(encoding="utf-8")
    (folder / "banner.typ").write_text(square, encoding="utf-8")
    night = (folder / "night.toml").read_text(encoding="utf-8").replace("#16233F", "#102A20")
    (folder / "wood.toml").write_text(night, encoding="utf-8")
    assert "banner" in formats(templates)
    assert "wood" in themes(templates)
    base = base_picture(golden_event("zh"), "wood", format="banner", templates=templates)
    assert base.sheet.picture.getpixel((5, 1075)) == (0x10, 0x2A, 0x20)


def test_a_kind_may_have_a_file_of_its_own_in_one_format(templates: Path) -> None:
    folder = templates / "poster"
    shutil.copy(folder / "quote.typ", folder / "quote.square.typ")
    assert template_for("quote", "square", templates).name == "quote.square.typ"
    assert template_for("quote", "three-four", templates).name == "quote.typ"
    assert kinds(templates) == (*EVENING, "cover", "quote", "share", "vote")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("head(x, 92", "heaad(x, 92", r"portrait\.typ:\d+: unknown variable: heaad"),
        ("story(x, w - 2 * x, 214, card.top", "story(x, w - 2 * x, 90, card.top", "one over the other"),
        ("head(x, 92", "head(x, -60", "outside the picture"),
    ],
)
def test_a_broken_template_is_named_with_its_fault(templates: Path, old: str, new: str, says: str) -> None:
    path = templates / "poster" / "portrait.typ"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BadLayout, match=says) as caught:
        base_picture(golden_event("zh"), templates=templates)
    assert str(path) in str(caught.value)


def test_a_theme_with_an_unknown_ornament_is_refused(templates: Path) -> None:
    path = templates / "poster" / "night.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"rings"', '"stars"'), encoding="utf-8")
    with pytest.raises(BadLayout, match=r"motifs\.typ:\d+: .*no ornament stars"):
        base_picture(golden_event("zh"), templates=templates)
    path.write_text(path.read_text(encoding="utf-8").replace("weight = 900", "weight = 9000"), encoding="utf-8")
    with pytest.raises(BadTheme, match="weight"):
        base_picture(golden_event("zh"), templates=templates)


# The same everywhere, and whole.

_MAKE = """
import hashlib
from salon.poster import base_picture, poster
from salon.testing.golden import golden_event, golden_groups
base = base_picture(golden_event("zh"), "ember", format="three-four")
png = poster(base, golden_groups("zh")[2], "https://salon.example.org/c/k3x9")
print(hashlib.sha256(png).hexdigest())
"""


def test_another_process_with_another_locale_and_clock_gives_the_same_bytes() -> None:
    base = base_picture(golden_event("zh"), "ember", format="three-four")
    here = hashlib.sha256(poster(base, golden_groups("zh")[2], LINK)).hexdigest()
    source = str(Path(__file__).parents[2] / "src")
    other = {**os.environ, "PYTHONPATH": source, "PYTHONHASHSEED": "7", "TZ": "America/Lima", "LC_ALL": "tr_TR.UTF-8"}
    there = subprocess.run([sys.executable, "-c", _MAKE], env=other, capture_output=True, text=True, check=True)
    assert there.stdout.strip() == here


def boxes_in(event: Event) -> int:
    """How many characters the typesetter drew as the font's box for "missing", in its own PDF."""
    language = event.languages[0]
    theme, words = theme_named("night"), words_in(language)
    data = story.evening(event, language, theme, words, "poster", None)
    reader = pypdf.PdfReader(io.BytesIO(set_pdf(template_for("poster", "portrait"), data)))
    shown = re.findall(rb"<([0-9A-Fa-f\s]+)>", reader.pages[0].get_contents().get_data())
    strings = re.findall(rb"\(((?:[^()\\]|\\.)*)\)\s*Tj", reader.pages[0].get_contents().get_data(), re.S)
    codes = [bytes.fromhex(text.decode()) for text in shown] + [_plain(text) for text in strings]
    return sum(code[k : k + 2] == b"\0\0" for code in codes for k in range(0, len(code), 2))


def _plain(text: bytes) -> bytes:
    escapes = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
    return re.sub(
        rb"\\([0-7]{1,3}|.)", lambda m: bytes([int(m[1], 8)]) if m[1].isdigit() else escapes.get(m[1], m[1]), text
    )


def test_no_character_is_drawn_as_a_box() -> None:
    for event, _ in cases(10):
        assert boxes_in(event) == 0, event.topic


def test_the_search_for_boxes_finds_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("salon.poster.story.drawable", lambda text, where, is_name=False: text)
    assert boxes_in(replace(golden_event("zh"), topic="从 ꯀꯁ 到")) == 2
