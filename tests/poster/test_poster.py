"""One picture per event, one code per group, and none that a phone could not read."""

from __future__ import annotations

import io
import os
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageDraw

from salon.errors import WrongUse
from salon.model import Event, Group
from salon.poster import (
    BadPortrait,
    BadTheme,
    Base,
    MissingGlyph,
    PosterUnreadable,
    base_picture,
    check,
    formats,
    mistakes_in,
    poster,
    themes,
    write_poster,
)
from salon.poster.check import LARGEST
from salon.poster.portrait import initials
from salon.poster.qr import matrix
from salon.poster.theme import contrast, theme_named
from salon.shipped import shipped
from salon.testing.golden import golden_event, golden_groups

LINK = "https://salon.example.org/c/k3x9"


@pytest.fixture(scope="module")
def base() -> Base:
    return base_picture(golden_event("zh"))


@pytest.fixture(scope="module")
def group() -> Group:
    return golden_groups("zh")[0]


def _opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_groups_poster_carries_its_own_link(language: str) -> None:
    base = base_picture(golden_event(language))
    for k, group in enumerate(golden_groups(language)):
        picture = _opened(poster(base, group, f"{LINK}{k}"))
        assert picture.size == (1080, 1920)
        assert [code.text for code in zxingcpp.read_barcodes(picture)] == [f"{LINK}{k}"]


def test_the_code_is_still_read_after_a_chat_has_shrunk_and_squeezed_it(base: Base, group: Group) -> None:
    picture = _opened(poster(base, group, LINK))
    squeezed = io.BytesIO()
    picture.resize((360, 640), Image.Resampling.BILINEAR).save(squeezed, "JPEG", quality=40)
    assert [code.text for code in zxingcpp.read_barcodes(Image.open(squeezed))] == [LINK]


def test_the_same_evening_gives_the_same_bytes(base: Base, group: Group) -> None:
    again = base_picture(golden_event("zh"))
    assert poster(base, group, LINK) == poster(base, group, LINK) == poster(again, group, LINK)


@pytest.mark.parametrize("format", formats())
def test_groups_differ_only_in_the_box_of_the_code(format: str) -> None:
    base = base_picture(golden_event("zh"), format=format)
    one, other = (_opened(poster(base, g, LINK + g.id[0])) for g in golden_groups("zh")[:2])
    found = ImageChops.difference(one, other).getbbox()
    assert found is not None
    left, top, right, bottom = base.code_box
    assert left <= found[0]
    assert top <= found[1]
    assert found[2] <= right
    assert found[3] <= bottom
    assert base.sheet.top.size == (one.width, base.band_top)
    assert base.sheet.foot.size == (one.width, one.height - bottom)


def test_the_file_says_in_words_what_the_picture_shows(base: Base, group: Group) -> None:
    description = Image.open(io.BytesIO(poster(base, group, LINK))).info["Description"]
    assert description == base.description(group, LINK)
    for part in (
        "周四夜谈 第 12 期",
        "三个人的小团队",
        "林若溪",
        "11月26日 周四 20:00–22:00",
        "北京时间",
        "100 席",
        LINK,
    ):
        assert part in description


def test_the_file_is_a_sound_png_below_600_kib(base: Base, group: Group) -> None:
    png = poster(base, group, LINK)
    assert len(png) <= 600 * 1024
    at, kinds = 8, []
    while at < len(png):
        (length,) = struct.unpack_from(">L", png, at)
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack_from(">L", png, at + 8 + length) == (zlib.crc32(kind + data),)
        kinds.append(kind)
        at += 12 + length
    assert kinds == [b"IHDR", b"iTXt", b"IDAT", b"IEND"]


@pytest.mark.parametrize("length", [18, 29, 60, 86])
def test_longer_links_get_larger_codes_with_modules_of_nine_pixels_or_more(
    base: Base, group: Group, length: int
) -> None:
    link = "https://s.cn/c/".ljust(length, "x")
    picture = _opened(poster(base, group, link))
    found = zxingcpp.read_barcodes(picture)[0]
    assert found.text == link
    assert found.ec_level == "Q"
    assert (found.position.top_right.x - found.position.top_left.x) / len(matrix(link)) >= 8.8


def test_a_link_too_long_to_be_read_well_is_refused(base: Base, group: Group) -> None:
    with pytest.raises(WrongUse, match="shorten it"):
        poster(base, group, LINK + "x" * 100)
    with pytest.raises(WrongUse, match="shorter link"):
        poster(base, group, LINK + "x" * 4000)


# What must never leave.


def _spoiled(png: bytes, box: tuple[int, int, int, int], colour: str) -> bytes:
    picture, out = _opened(png), io.BytesIO()
    ImageDraw.Draw(picture).rectangle(box, fill=colour)
    picture.save(out, "PNG")
    return out.getvalue()


def test_a_good_poster_passes_the_check(base: Base, group: Group) -> None:
    check(poster(base, group, LINK), LINK)


def test_a_code_that_says_something_else_is_unreadable(base: Base, group: Group) -> None:
    with pytest.raises(PosterUnreadable, match="instead of"):
        check(poster(base, group, LINK), LINK + "0")


def test_a_poster_without_a_code_is_unreadable(base: Base, group: Group) -> None:
    with pytest.raises(PosterUnreadable, match="0 codes"):
        check(_spoiled(poster(base, group, LINK), base.code_box, "white"), LINK)


def test_a_second_code_is_found_even_on_the_portrait(group: Group, tmp_path: Path) -> None:
    card = Image.new("1", (45, 45), 1)
    for y, row in enumerate(matrix("https://elsewhere.example/x")):
        for x, dark in enumerate(row):
            card.putpixel((x + 8, y + 8), 0 if dark else 1)
    card.resize((900, 900)).convert("RGB").save(tmp_path / "card.png")
    event = golden_event("zh")
    shady = base_picture(replace(event, kol=replace(event.kol, portrait=str(tmp_path / "card.png"))))
    with pytest.raises(PosterUnreadable, match="2 codes"):
        poster(shady, group, LINK)


def test_something_in_the_quiet_zone_is_unreadable(base: Base, group: Group) -> None:
    png = poster(base, group, LINK)
    place = zxingcpp.read_barcodes(_opened(png))[0].position
    x, y = place.bottom_left.x, place.bottom_left.y
    for box in ((x + 100, y + 20, x + 130, y + 30), (x - 40, y - 150, x - 30, y - 140)):
        with pytest.raises(PosterUnreadable, match="too near"):
            check(_spoiled(png, box, "#16233F"), LINK)


def test_a_poster_too_large_to_send_or_not_whole_is_unreadable(base: Base, group: Group) -> None:
    png = poster(base, group, LINK)
    with pytest.raises(PosterUnreadable, match="bytes"):
        check(png + b"\0" * LARGEST, LINK)
    with pytest.raises(PosterUnreadable, match="not a whole PNG"):
        check(png[: len(png) // 2], LINK)


def test_a_code_shrunk_below_nine_pixels_a_module_is_unreadable(base: Base, group: Group) -> None:
    out = io.BytesIO()
    _opened(poster(base, group, LINK)).resize((540, 960)).save(out, "PNG")
    with pytest.raises(PosterUnreadable, match="pixels a module"):
        check(out.getvalue(), LINK)


# What is refused when the event is planned.


def _with_kol(**changes: str) -> Event:
    event = golden_event("zh")
    return replace(event, kol=replace(event.kol, **changes))


def test_a_topic_with_a_character_that_the_fonts_lack_is_refused_by_name() -> None:
    with pytest.raises(MissingGlyph, match=r"poster: topic: .*'ꯀ' \(U\+ABC0\); write it without"):
        base_picture(replace(golden_event("zh"), topic="从 0 到 ꯀ"))


def test_mistakes_are_known_when_the_event_is_planned() -> None:
    event = replace(golden_event("zh"), topic="从 0 到 ꯀ")
    groups = (*golden_groups("zh"), Group(id="meitei", name="ꯃꯤꯇꯩ"))
    found = mistakes_in(event, groups)
    assert len(found) == 2
    assert "ꯀ" in found[0]
    assert "'meitei'" in found[1]
    assert mistakes_in(golden_event("zh"), golden_groups("zh") + golden_groups("en")) == ()


# Portraits.


def _portrait(path: Path, size: tuple[int, int] = (600, 900), **options: object) -> Path:
    picture = Image.new("RGB", size, "#20A040")
    ImageDraw.Draw(picture).rectangle((0, 0, size[0], size[1] // 2), fill="#C03020")
    picture.save(path, **options)
    return path


def _face_of(path: Path) -> Image.Image:
    """The portrait as it stands on the poster."""
    base = base_picture(_with_kol(portrait=str(path)))
    mark = base.sheet.place("face")
    assert mark is not None
    left, top, side = round(mark["x"]), round(mark["y"]), round(mark["w"])
    return _opened(poster(base, golden_groups("zh")[0], LINK)).crop((left, top, left + side, top + side))


@pytest.mark.parametrize("name", ["face.png", "face.webp"])
def test_a_portrait_is_cropped_to_a_circle(tmp_path: Path, name: str) -> None:
    options = {"lossless": True} if name.endswith("webp") else {}
    face = _face_of(_portrait(tmp_path / name, **options))
    assert face.getpixel((face.width // 2, 10)) == (192, 48, 32)
    assert face.getpixel((face.width // 2, face.height - 10)) == (32, 160, 64)
    assert face.getpixel((2, 2)) not in ((192, 48, 32), (32, 160, 64))


def test_a_portrait_taken_sideways_stands_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    face = _face_of(_portrait(tmp_path / "turned.png", exif=exif))
    assert face.getpixel((face.width // 2, 10)) == (32, 160, 64)


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "no such file"), (b"", "not a PNG, JPEG or WebP"), (b"<svg/>", "not a PNG")],
)
def test_a_portrait_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "face.jpg"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadPortrait, match=says) as caught:
        base_picture(_with_kol(portrait=str(path)))
    assert str(path) in str(caught.value)


def test_a_portrait_of_another_kind_is_refused_however_sound_it_is(tmp_path: Path) -> None:
    path = _portrait(tmp_path / "face.gif")
    with pytest.raises(BadPortrait, match="not a PNG, JPEG or WebP"):
        base_picture(_with_kol(portrait=str(path)))


def test_a_portrait_broken_off_in_the_middle_is_named(tmp_path: Path) -> None:
    path = _portrait(tmp_path / "face.jpg")
    path.write_bytes(path.read_bytes()[:900])
    with pytest.raises(BadPortrait, match="that can be read"):
        base_picture(_with_kol(portrait=str(path)))


def test_a_small_file_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    Image.new("1", (9000, 9000)).save(path)
    with pytest.raises(BadPortrait, match="9000×9000"):
        base_picture(_with_kol(portrait=str(path)))


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("林若溪", "林"),
        ("Ruth Lindqvist", "RL"),
        ("ruth", "R"),
        ("阿卜杜拉·买买提", "阿"),
        ("Jean-Luc Picard", "JP"),
        ("7", "7"),
    ],
)
def test_initials_stand_in_for_a_portrait(name: str, letters: str) -> None:
    assert initials(name) == letters


# Writing.


def test_a_poster_appears_whole_under_its_groups_name_and_nothing_else(base: Base, tmp_path: Path) -> None:
    hostile = Group(id="../../etc/passwd\0", name="坏蛋")
    paths = [write_poster(tmp_path / "posters", base, g, LINK) for g in (*golden_groups("zh"), hostile)]
    assert sorted(paths) == sorted((tmp_path / "posters").iterdir())
    assert paths[0].name == "readers.png"
    assert paths[0].read_bytes() == poster(base, golden_groups("zh")[0], LINK)
    assert list(tmp_path.iterdir()) == [tmp_path / "posters"]


def test_writing_again_leaves_one_file(base: Base, group: Group, tmp_path: Path) -> None:
    first = write_poster(tmp_path, base, group, LINK)
    assert write_poster(tmp_path, base, group, LINK) == first
    assert list(tmp_path.iterdir()) == [first]


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on the size of files")
def test_a_disk_that_fills_up_half_way_leaves_the_old_poster(base: Base, group: Group, tmp_path: Path) -> None:
    import resource

    path = write_poster(tmp_path, base, group, LINK)
    before = path.read_bytes()
    _, hard = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            write_poster(tmp_path, base, group, LINK + "0")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == before


# Themes.


def test_every_shipped_theme_has_contrast() -> None:
    assert {"night", "paper", "hills", "ember", "press"} <= set(themes())
    for name in themes():
        assert all(contrast(ink, ground) >= 4.5 for ink, ground in theme_named(name).pairs())


def test_contrast_is_counted_as_the_guidelines_do() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('ink = "#FBF6EA"', 'ink = "#2A3858"', "contrast"),
        ('ink = "#FBF6EA"', 'ink = "white"', "not a colour"),
        ('soft = "#B9C3D9"', "", "soft"),
        ('code = "#101A30"', 'code = "#FFFFFF"\n#', "contrast"),
        ("[", "[[", "cannot be read"),
    ],
)
def test_a_theme_that_cannot_be_read_well_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = (shipped("templates/poster") / "night.toml").read_text(encoding="utf-8")
    (tmp_path / "night.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadTheme, match=says):
        theme_named("night", tmp_path)


def test_an_unknown_theme_names_the_known_ones() -> None:
    with pytest.raises(BadTheme, match="choose one of: ember, hills, night"):
        theme_named("../night")
