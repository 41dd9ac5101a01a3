"""A stranger with the owner's link tries everything: each upload is one sentence, and the process stays small.

What each picture says is in `test_invites`; here it is how much memory the web process takes, and what is left behind.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from tests.uploads import code_of, huge_header, huge_png, moving, moving_on_a_huge_canvas, packed, shot
from tests.web.house import Evening, Web
from tests.web.test_invites import desk, group, refusal, send

#: A picture of the largest size that is read has 36 million pixels: five bytes each, and twelve of the upload itself.
MOST_MEGABYTES = 260


def bomb(format: str, **options: object) -> bytes:
    """A whole picture of 100 megapixels in as few bytes as its format can."""
    file = io.BytesIO()
    Image.new("L" if format == "JPEG" else "RGB", (10_000, 10_000), "white").save(file, format, **options)
    return file.getvalue()


def largest() -> bytes:
    """As many pixels as are read at all, with a code in the corner."""
    screen = Image.new("L", (6000, 6000), 255)
    screen.paste(code_of(group(), 900).convert("L"), (100, 100))
    return packed(screen, "PNG", compress_level=1)


HOSTILE: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "a PNG of 100 megapixels": (lambda: huge_png(10_000, 10_000), 422, "code_too_many_pixels"),
    "a JPEG of 100 megapixels": (lambda: bomb("JPEG", quality=10), 422, "code_too_many_pixels"),
    "a WebP of 100 megapixels": (
        lambda: bomb("WEBP", lossless=True, method=0, quality=0),
        422,
        "code_too_many_pixels",
    ),
    "a PNG that says 400": (lambda: huge_header("PNG"), 422, "code_too_many_pixels"),
    "a film on a huge canvas": (moving_on_a_huge_canvas, 422, "code_moving"),
    "an APNG": (lambda: moving("PNG"), 422, "code_moving"),
    "a moving GIF": (lambda: moving("GIF"), 422, "code_wrong_file"),
    "HEIC": (lambda: b"\0\0\0\x18ftypheic" + bytes(4000), 422, "code_wrong_file"),
    "AVIF": (lambda: b"\0\0\0\x1cftypavif" + bytes(4000), 422, "code_wrong_file"),
    "nothing": (lambda: b"", 422, "code_empty"),
    "30 MB": (lambda: b"\x89PNG\r\n\x1a\n" + b"x" * 30_000_000, 413, "code_too_large"),
    "a mini-program": (lambda: shot("https://mp.weixin.qq.com/a/~inventedA"), 422, "code_mini_program"),
    "half a JPEG": (lambda: shot(format="JPEG")[:9000], 422, "code_broken_file"),
}


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    """The pictures, each made once."""
    return {name: make() for name, (make, _, _) in HOSTILE.items()}


def peak(evening: Evening) -> float:
    """Most memory that the web process has had since the last look, in megabytes."""
    place = Path(f"/proc/{evening.web.process.pid}")
    lines = dict(line.split(":", 1) for line in (place / "status").read_text().splitlines())
    (place / "clear_refs").write_text("5")
    return int(lines["VmHWM"].split()[0]) / 1024


@pytest.fixture
def evening(web: Web) -> Evening:
    return web.evening(room="by_hand", is_open=False)


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="measured by Linux's /proc")
def test_no_upload_takes_more_memory_than_the_largest_that_is_read(evening: Evening, made: dict[str, bytes]) -> None:
    assert send(evening, shot(group())).status_code == 201
    peak(evening)
    before = peak(evening)
    grown = {}
    for name, (_, status, reason) in HOSTILE.items():
        answer = send(evening, made[name])
        assert (answer.status_code, answer.json()["reason"]) == (status, reason), name
        grown[name] = peak(evening) - before
    big = send(evening, largest())
    assert big.status_code == 201, big.text
    grown["the largest that is read"] = peak(evening) - before
    print({name: round(size) for name, size in grown.items()})
    assert max(grown.values()) < MOST_MEGABYTES, grown
    assert len(evening.entries("invite_added")) == 2, "nothing of the others is left"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_of_them_is_one_sentence_for_people(evening: Evening, made: dict[str, bytes], language: str) -> None:
    said = {name: refusal(evening, picture, language) for name, picture in made.items()}
    assert {name: status for name, (status, _) in said.items()} == {n: status for n, (_, status, _) in HOSTILE.items()}
    is_chinese = [any("一" <= sign <= "鿿" for sign in title) for _, title in said.values()]
    assert set(is_chinese) == {language == "zh"}
    assert evening.entries("invite_added") == []


def test_a_picture_that_the_camera_turned_is_taken(evening: Evening) -> None:
    exif = Image.Exif()
    exif[274] = 6
    turned = packed(code_of(group()).rotate(90), "JPEG", exif=exif)
    assert send(evening, turned).status_code == 201


def test_a_code_that_died_yesterday_is_refused(evening: Evening) -> None:
    yesterday = evening.event.times.opens_at.date().replace(day=1).isoformat()
    answer = send(evening, shot(group()), dies_on=yesterday)
    assert (answer.status_code, answer.json()["reason"]) == (422, "code_dies")
    page = evening.web.phone("en").post(desk(evening), files={"picture": shot(group())}, data={"dies_on": yesterday})
    assert 'role="alert"' in page.text
