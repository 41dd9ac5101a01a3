"""Pictures that differ in one box only, joined out of ready pieces: every reader must see what was drawn."""

from __future__ import annotations

import io
import pickle
import random
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageDraw
from playwright.sync_api import Browser
from tests.browser import NEEDS_BROWSER

from salon.poster import PosterUnreadable, base_picture, check, draw_group, formats, poster
from salon.poster.mask import masked_best
from salon.poster.png import LARGEST, SplicedPng, chunks, plain_png
from salon.poster.qr import matrix
from salon.poster.tips import tips
from salon.testing.golden import golden_event, golden_groups

LINK = "https://salon.example.org/c/k3x9"
GROUP = golden_groups("zh")[0]


def noisy(width: int, height: int, seed: int = 1) -> Image.Image:
    """The worst that a camera can send."""
    return Image.frombytes("RGB", (width, height), random.Random(seed).randbytes(3 * width * height))


def opened(png: bytes) -> Image.Image:
    """The picture, once every checksum of the file has been looked at."""
    Image.open(io.BytesIO(png)).verify()
    return Image.open(io.BytesIO(png)).convert("RGB")


def spoiled(png: bytes, box: tuple[int, int, int, int], colour: str, *, says: str | None = None) -> bytes:
    """The poster with a rectangle over it, whole again, with its own text or *says*."""
    picture = opened(png)
    ImageDraw.Draw(picture).rectangle(box, fill=colour)
    text = Image.open(io.BytesIO(png)).info["Description"] if says is None else says
    return plain_png(picture, text)


def place_of_code(png: bytes) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the code."""
    (found,) = zxingcpp.read_barcodes(opened(png))
    return (
        found.position.top_left.x,
        found.position.top_left.y,
        found.position.bottom_right.x,
        found.position.bottom_right.y,
    )


@pytest.fixture(scope="module")
def png() -> bytes:
    return poster(base_picture(golden_event("zh")), GROUP, LINK)


@pytest.mark.parametrize("box", [(7, 9, 50, 41), (0, 0, 64, 48), (0, 0, 20, 10), (30, 20, 64, 48), (5, 47, 6, 48)])
def test_whatever_stands_in_the_box_the_picture_is_as_drawn(box: tuple[int, int, int, int]) -> None:
    whole = noisy(64, 48)
    spliced = SplicedPng(whole, box)
    for seed in (2, 3):
        inside = noisy(box[2] - box[0], box[3] - box[1], seed)
        wanted = whole.copy()
        wanted.paste(inside, box)
        assert opened(spliced.encode(inside, "读出来")).tobytes() == wanted.tobytes()


def test_a_box_that_is_not_filled_is_refused() -> None:
    with pytest.raises(ValueError, match="do not fill"):
        SplicedPng(noisy(64, 48), (7, 9, 50, 41)).encode(noisy(10, 10), "")


@pytest.mark.parametrize("shape", formats())
def test_a_poster_has_the_pixels_of_a_plain_encode_and_others_differ_in_the_box_only(shape: str) -> None:
    base = base_picture(golden_event("zh"), format=shape)
    one, other = (opened(poster(base, group, LINK + group.id[0])) for group in golden_groups("zh")[:2])
    wanted, plain = base.png.picture.copy(), io.BytesIO()
    wanted.paste(draw_group(base, GROUP.name, LINK + GROUP.id[0]), (0, base.band_top))
    wanted.save(plain, "PNG")
    assert one.tobytes() == opened(plain.getvalue()).tobytes()
    assert one.tobytes() != other.tobytes()
    for picture in (one, other):
        picture.paste(0, base.code_box)
    assert one.tobytes() == other.tobytes()


def test_a_base_that_went_to_another_process_makes_the_same_bytes() -> None:
    base = base_picture(golden_event("zh"))
    assert poster(pickle.loads(pickle.dumps(base)), GROUP, LINK) == poster(base, GROUP, LINK)


def test_a_photograph_gets_coarser_shades_until_channels_take_the_file() -> None:
    whole = Image.new("RGB", (1080, 1920), "#16233F")
    # Grain upon a slope, as in a photograph of a wall.
    slope = Image.linear_gradient("L").resize((700, 700))
    grain = noisy(700, 700).point(lambda value: value // 8)
    whole.paste(Image.merge("RGB", [Image.blend(slope, band, 0.5) for band in grain.split()]), (190, 300))
    box = (60, 1300, 1020, 1800)
    made = SplicedPng(whole, box).encode(whole.crop(box), "x")
    assert len(plain_of(whole)) > LARGEST >= len(made)
    shown = opened(made)
    # Flat colours are as they were, and no shade is far from what it was.
    assert shown.getpixel((10, 10)) == whole.getpixel((10, 10))
    assert shown.crop(box).tobytes() == whole.crop(box).tobytes()
    worst = max(abs(a - b) for a, b in zip(shown.tobytes(), whole.tobytes(), strict=True))
    assert 0 < worst <= 8
    assert len(plain_png(whole, "x")) <= LARGEST


def plain_of(picture: Image.Image) -> bytes:
    """A bare encode."""
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def test_chunks_of_a_damaged_or_short_file_are_refused(png: bytes) -> None:
    assert [kind for kind, _ in chunks(png)] == [b"IHDR", b"iTXt", b"IDAT", b"IEND"]
    middle = len(png) // 2
    with pytest.raises(ValueError, match="damaged"):
        list(chunks(png[:middle] + bytes([png[middle] ^ 1]) + png[middle + 1 :]))
    with pytest.raises(ValueError, match="cut short"):
        list(chunks(png[:-1]))
    with pytest.raises(ValueError, match="not a PNG"):
        list(chunks(b"GIF89a"))


# What must never leave.


def test_a_whole_poster_passes(png: bytes) -> None:
    check(png, LINK)


def test_a_spot_on_the_code_is_seen_even_where_the_code_can_still_be_read(png: bytes) -> None:
    left, top, right, bottom = place_of_code(png)
    middle = ((left + right) // 2, (top + bottom) // 2)
    damaged = spoiled(png, (middle[0] - 20, middle[1] - 20, middle[0] + 20, middle[1] + 20), "#FFFFFF")
    assert [code.text for code in zxingcpp.read_barcodes(opened(damaged))] == [LINK]
    with pytest.raises(PosterUnreadable, match="in every module"):
        check(damaged, LINK)


def test_a_code_that_cannot_be_read_does_not_leave(png: bytes) -> None:
    left, top, right, _ = place_of_code(png)
    with pytest.raises(PosterUnreadable, match="0 codes"):
        check(spoiled(png, (left, top, right, top + 150), "#FFFFFF"), LINK)


def test_a_code_whose_ground_is_too_dark_does_not_leave(png: bytes) -> None:
    left, top, right, bottom = place_of_code(png)
    box = (left - 60, top - 60, right + 60, bottom + 60)
    picture = opened(png)
    picture.paste(picture.crop(box).point(lambda value: round(value * 0.4)), box)
    with pytest.raises(PosterUnreadable, match=r"contrast of 4\.5"):
        check(plain_png(picture, LINK), LINK)


@pytest.mark.parametrize("side", ["left", "top", "right", "bottom"])
def test_anything_in_the_quiet_zone_keeps_a_poster_back(png: bytes, side: str) -> None:
    left, top, right, bottom = place_of_code(png)
    boxes = {
        "left": (left - 24, top, left - 16, bottom),
        "top": (left, top - 24, right, top - 16),
        "right": (right + 16, top, right + 24, bottom),
        "bottom": (left, bottom + 16, right, bottom + 24),
    }
    with pytest.raises(PosterUnreadable, match="too near"):
        check(spoiled(png, boxes[side], "#D0D0D0"), LINK)


def test_a_file_that_channels_refuse_does_not_leave(png: bytes) -> None:
    picture = opened(png)
    picture.paste(noisy(900, 700), (90, 200))
    with pytest.raises(PosterUnreadable, match="614400 is the most"):
        check(plain_of(picture), LINK)


@pytest.mark.parametrize("says", ["", " ", "周四夜谈 第 12 期"])
def test_a_picture_that_does_not_say_in_words_what_it_shows_does_not_leave(png: bytes, says: str) -> None:
    with pytest.raises(PosterUnreadable, match="in words"):
        check(spoiled(png, (0, 0, 1, 1), "#000000", says=says), LINK)


def test_a_picture_without_a_link_must_have_no_code(png: bytes) -> None:
    with pytest.raises(PosterUnreadable, match="must have none"):
        check(png, "")
    check(plain_png(Image.new("RGB", (90, 90), "#16233F"), "周四夜谈"), "")


def test_a_file_that_was_cut_short_does_not_leave(png: bytes) -> None:
    with pytest.raises(PosterUnreadable, match="not a whole PNG"):
        check(png[: len(png) // 2], LINK)


# The mask.


@pytest.mark.parametrize("length", [18, 29, 44, 60, 90])
def test_the_mask_is_one_of_the_eight_that_hide_no_finder_and_of_these_no_worse_than_the_librarys_choice(
    length: int,
) -> None:
    import qrcode
    from qrcode.constants import ERROR_CORRECT_Q
    from qrcode.util import lost_point

    link = ("https://s.cn/c/" + "k3x9" * 25)[:length]
    forms = []
    for mask in range(8):
        code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=0, mask_pattern=mask)
        code.add_data(link, optimize=0)
        code.make(fit=True)
        forms.append(tuple(tuple(bool(module) for module in row) for row in code.modules))
        if mask == 0:
            assert masked_best(code) == matrix(link)
    assert matrix(link) in forms
    good = [form for form in forms if tips_of(form) == min(map(tips_of, forms))]
    # The library counts a little otherwise; what it finds best of them is not much better than ours.
    best = min(lost_point([list(row) for row in form]) for form in good)
    assert tips_of(matrix(link)) == 0
    assert lost_point([list(row) for row in matrix(link)]) <= 1.15 * best


def tips_of(form: tuple[tuple[bool, ...], ...]) -> int:
    return tips(int("".join("".join("01"[module] for module in row) + "0" for row in form), 2), len(form))


@pytest.mark.parametrize("code", ["gmxj39bq", "ywhymsdx", "revm7878", "h5pnekyq", "bbm6a9uh", "hvqmnbrg"])
def test_codes_that_once_hid_a_finder_when_turned_by_half_a_right_angle_do_no_longer(code: str) -> None:
    form = matrix(f"https://s.example.cn/c/{code}")
    # One of these at most: with none of the eight masks is the first link free of all that is merely possible.
    assert tips_of(form) <= 1


def test_a_corner_that_is_taken_for_a_finder_is_found_at_each_of_the_three_finders() -> None:
    import numpy as np

    corner = np.zeros((29, 29), bool)
    corner[4, 8] = corner[8, 4] = True
    assert tips_of(((False,) * 29,) * 29) == 0
    for form in (corner, corner[:, ::-1], corner[::-1]):
        assert tips_of(tuple(map(tuple, form.tolist()))) == 4
    corner[1:5, 8] = corner[8, 1:5] = True
    assert tips_of(tuple(map(tuple, corner.tolist()))) == 0


@NEEDS_BROWSER
def test_a_browser_shows_the_picture_as_drawn(browser: Browser, png: bytes, tmp_path: Path) -> None:
    (tmp_path / "poster.png").write_bytes(png)
    (tmp_path / "page.html").write_text('<body style="margin:0"><img src="poster.png" style="display:block">')
    page = browser.new_page(viewport={"width": 1080, "height": 1920})
    page.goto((tmp_path / "page.html").as_uri())
    assert opened(page.screenshot()).tobytes() == opened(png).tobytes()
