"""Uploaded group codes: read from any screenshot, refused with a sentence when they are something else, drawn anew."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
import zxingcpp
from benchmarks.uploads.screens import KINDS, upload
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st
from PIL import Image
from tests.uploads import (
    GROUP,
    LONG_GROUP,
    code_of,
    huge_header,
    huge_png,
    moving,
    packed,
    shot,
    with_comment,
    with_zip_behind,
)

from salon.group_code.draw import draw
from salon.group_code.kinds import BadPlatforms, platforms
from salon.group_code.picture import MOST_BYTES, MOST_PIXELS, open_picture
from salon.group_code.read import read_code
from salon.invites import CodeRefused
from salon.shipped import shipped


def reason(data: bytes) -> str:
    """Why *data* is refused."""
    with pytest.raises(CodeRefused) as refused:
        read_code(data)
    assert str(refused.value)
    return refused.value.reason.removeprefix("code_")


@pytest.mark.parametrize("number", range(2 * len(KINDS)))
def test_what_phones_send_is_read(number: int) -> None:
    sent = upload(number)
    assert read_code(sent.data) == sent.text


def test_the_same_number_gives_the_same_upload() -> None:
    assert upload(5) == upload(5)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("text", [GROUP, LONG_GROUP])
def test_every_picture_format_that_phones_make_is_read(format: str, text: str) -> None:
    assert read_code(shot(text, format)) == text


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_picture_that_lies_on_its_side_is_turned_by_what_the_camera_wrote(turn: int) -> None:
    exif = Image.Exif()
    exif[274] = turn
    data = packed(Image.new("RGB", (400, 200), "white"), "JPEG", exif=exif)
    assert open_picture(data).size == ((400, 200) if turn < 5 else (200, 400))
    assert read_code(packed(code_of(GROUP), "JPEG", exif=exif)) == GROUP


def test_broken_notes_of_the_camera_spoil_nothing() -> None:
    data = packed(code_of(GROUP), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\xff\xff")
    assert read_code(data) == GROUP


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
def test_every_kind_of_pixel_is_read(mode: str) -> None:
    picture = code_of(GROUP)
    changed = picture.convert("L").convert("I;16") if mode == "I;16" else picture.convert(mode)
    if mode == "I;16":
        changed = changed.point(lambda value: value * 257)
    assert read_code(packed(changed)) == GROUP


def test_a_code_on_nothing_stands_on_white() -> None:
    code = code_of(GROUP)
    clear = Image.new("RGBA", code.size, (0, 0, 0, 0))
    clear.paste(Image.new("RGBA", code.size, (0, 0, 0, 255)), mask=code.convert("L").point(lambda v: 255 - v))
    assert read_code(packed(clear)) == GROUP


def test_a_dark_screen_is_read() -> None:
    assert read_code(packed(code_of(GROUP).point(lambda value: 235 - value * 200 // 255))) == GROUP


def test_two_codes_are_two_whatever_their_size() -> None:
    screen = Image.new("RGB", (1080, 1920), "white")
    screen.paste(code_of(GROUP, 700), (100, 100))
    screen.paste(code_of("https://u.wechat.com/x", 150), (100, 1100))
    assert reason(packed(screen)) == "two"
    screen.paste(code_of(GROUP, 150), (100, 1100))
    assert read_code(packed(screen)) == GROUP, "the same code twice is one code"


def test_a_second_code_that_only_another_size_shows_is_found() -> None:
    screen = Image.new("RGB", (600, 900), "white")
    screen.paste(code_of(GROUP, 480), (60, 20))
    screen.paste(code_of("wxp://f2f0x", 600).resize((34, 34), Image.Resampling.BICUBIC), (120, 520))
    assert reason(packed(screen)) == "two"


@pytest.mark.parametrize(
    ("why", "data"),
    [
        ("empty", b""),
        ("wrong_file", b"hello"),
        ("wrong_file", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"></svg>'),
        ("wrong_file", b"\xef\xbb\xbf  <svg></svg>"),
        ("wrong_file", b"junk\n%PDF-1.4"),
        ("wrong_file", b"\0\0\0\x18ftypheic" + bytes(100)),
        ("wrong_file", packed(code_of(GROUP), "GIF")),
        ("wrong_file", packed(code_of(GROUP), "BMP")),
        ("wrong_file", packed(code_of(GROUP), "TIFF")),
        ("moving", moving("PNG")),
        ("moving", moving("WEBP")),
        ("polyglot", with_zip_behind(shot())),
        ("polyglot", with_zip_behind(shot(format="JPEG"))),
        ("polyglot", shot() + b"%PDF-1.4"),
        ("polyglot", with_comment(shot(format="JPEG"), b"<script>alert(1)</script>")),
        ("polyglot", with_comment(shot(format="JPEG"), b"%PDF-1.4")),
        ("polyglot", with_comment(shot(format="JPEG"), b'<svg width="1" xmlns="http://www.w3.org/2000/svg">')),
        ("polyglot", with_comment(shot(format="JPEG"), b"<?PHP echo 1;")),
        ("broken_file", shot()[:-2000]),
        ("broken_file", shot(format="JPEG")[: len(shot(format="JPEG")) // 2]),
        ("broken_file", shot(format="WEBP")[:2000]),
        ("broken_file", b"\x89PNG\r\n\x1a\n"),
        ("broken_file", b"\xff\xd8\xff\xe0"),
        ("broken_file", b"RIFF\x10\0\0\0WEBPVP8 "),
        ("none", packed(Image.new("RGB", (500, 500), "white"))),
        ("none", packed(Image.effect_noise((900, 900), 120).convert("RGB"))),
        ("too_large", b"\x89PNG\r\n\x1a\n" + bytes(MOST_BYTES)),
        ("too_many_pixels", huge_png(10_000, 10_000)),
        ("too_many_pixels", huge_header("PNG")),
        ("too_many_pixels", huge_header("JPEG")),
        ("too_many_pixels", huge_header("WEBP")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_still_picture_with_one_code_is_refused(why: str, data: bytes) -> None:
    assert reason(data) == why


@trying(deadline=None, max_examples=60)
@given(st.data())
def test_a_picture_with_any_bytes_changed_is_read_or_refused(data: st.DataObject) -> None:
    whole = shot(format=data.draw(st.sampled_from(("PNG", "JPEG", "WEBP"))))
    changed = bytearray(whole)
    for at in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=6)):
        changed[at] = data.draw(st.integers(0, 255))
    with suppress(CodeRefused):
        assert read_code(bytes(changed[: data.draw(st.integers(len(whole) // 2, len(whole)))])) == GROUP


MEMORY = """
import resource, sys
from tests.uploads import *
from salon.group_code.read import read_code
from salon.invites import CodeRefused
kind = sys.argv[1]
sizes = {"huge": 10_000, "allowed": 6000}
made = huge_png(sizes[kind], sizes[kind]) if kind in sizes else moving_on_a_huge_canvas() if kind == "canvas" else \
    huge_header(kind.upper())
read_code(shot())
if kind != "allowed":
    # What is refused is not even asked for: no more addresses than there are now, and a little.
    now = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + 64 * 1024 * 1024,) * 2)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_code(made)
except CodeRefused as refused:
    print(refused.reason, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize(
    ("kind", "why", "most"),
    [
        ("huge", "code_too_many_pixels", 8),
        ("png", "code_too_many_pixels", 8),
        ("jpeg", "code_too_many_pixels", 8),
        ("webp", "code_too_many_pixels", 8),
        ("canvas", "code_moving", 8),
        ("allowed", "code_none", 6 * MOST_PIXELS >> 20),
    ],
)
def test_memory_stays_bounded_whatever_is_uploaded(kind: str, why: str, most: int) -> None:
    root = Path(__file__).parent.parent
    env = {"PYTHONPATH": f"{root / 'src'}:{root}"}
    asked = [sys.executable, "-c", MEMORY, kind]
    answer = subprocess.run(asked, env=env, cwd=root, capture_output=True, text=True, check=True).stdout.split()
    assert answer[0] == why
    assert int(answer[1]) <= most, f"{answer[1]} MiB"


@pytest.mark.parametrize(
    "text", [GROUP, LONG_GROUP, GROUP.replace("https", "http"), "https://weixin.qq.com/g/" + "a" * 100]
)
def test_a_group_code_is_one_and_is_drawn_anew_as_it_was(text: str) -> None:
    platforms().check(text, "wechat")
    png = draw(text)
    picture = Image.open(io.BytesIO(png))
    (found,) = zxingcpp.read_barcodes(picture.convert("L"))
    assert (found.text, found.ec_level) == (text, "Q")
    assert picture.size[0] == picture.size[1] >= 600
    modules = picture.size[0] // (found.position.top_right.x - found.position.top_left.x)
    assert modules == 1
    edge = found.position.top_left.x
    assert edge >= 4 * (picture.size[0] - 2 * edge) // 60, "four light modules at least"
    assert set(picture.crop((0, 0, picture.size[0], edge - 1)).convert("L").tobytes()) == {255}


def test_a_drawn_code_survives_what_a_chat_does_to_it() -> None:
    shown = Image.open(io.BytesIO(draw(LONG_GROUP))).convert("L").resize((260, 260), Image.Resampling.BICUBIC)
    small = shown.resize((182, 182), Image.Resampling.BICUBIC)
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(packed(small, "JPEG", quality=50))))
    assert found.text == LONG_GROUP


def test_the_same_code_is_drawn_as_the_same_bytes_and_carries_nothing_of_the_upload() -> None:
    assert draw(GROUP) == draw.__wrapped__(GROUP)
    assert Image.open(io.BytesIO(draw(GROUP))).info.keys() <= {"transparency"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("wxp://f2f0abc", "payment"),
        ("weixin://wxpay/bizpayurl?pr=abc", "payment"),
        ("https://qr.alipay.com/fkx0", "payment"),
        ("HTTPS://QR.ALIPAY.COM/FKX0", "payment"),
        ("https://wx.tenpay.com/f2f?t=1", "payment"),
        ("https://u.wechat.com/abc", "personal"),
        ("http://weixin.qq.com/r/abc", "official"),
        ("https://login.weixin.qq.com/l/abc==", "login"),
        ("https://work.weixin.qq.com/gm/abc", "other_group"),
        ("https://t.me/+abc", "other_group"),
        ("https://salon.example.org/c/k3x9k3x9", "own"),
        ("https://weixin.qq.com/g/", "broken"),
        ("https://weixin.qq.com/g/abcd/../r/x", "broken"),
        ("https://weixin.qq.com/g/abcd?next=//evil.example", "broken"),
        ("https://weixin.qq.com/g/abcd#x", "broken"),
        ("https://weixin.qq.com/g/ab cd", "broken"),
        ("https://weixin.qq.com/g/abcd\n", "broken"),
        ("https://weixin.qq.com/g/абвг", "broken"),
        ("https://WEIXIN.qq.com/g/abcd", "broken"),
        ("ftp://weixin.qq.com/g/abcd", "host"),
        ("https://weixin.qq.com.evil.example/g/abcd", "host"),
        ("https://weixin.qq.com@evil.example/g/abcd", "host"),
        ("https://weixin.qq.com:8443/g/abcd", "host"),
        ("https://evil.example/https://weixin.qq.com/g/abcd", "host"),
        ("https://xn--weixin-qq.example/g/abcd", "host"),
        ("https://weixin.qq.com\\@evil.example/g/abcd", "host"),
        ("weixin.qq.com/g/abcd", "broken"),
        ("hello", "text"),
        ("", "text"),
        ("javascript:alert(1)", "text"),
    ],
)
def test_everything_else_is_named_for_what_it_is(text: str, why: str) -> None:
    with pytest.raises(CodeRefused) as refused:
        platforms().check(text, "wechat", own="https://salon.example.org")
    assert refused.value.reason == f"code_{why}"


def test_the_host_of_a_foreign_code_is_named_and_its_path_is_not() -> None:
    with pytest.raises(CodeRefused) as refused:
        platforms().check("https://user:pw@evil.example/secret", "wechat")
    assert refused.value.detail == "evil.example"
    assert "secret" not in str(refused.value)


def test_a_text_that_is_too_long_for_a_good_code_is_refused() -> None:
    with pytest.raises(CodeRefused, match="more than a group code"):
        draw("https://weixin.qq.com/g/" + "a" * 400)


def test_every_number_about_a_platform_is_a_dated_setting() -> None:
    wechat = platforms().known["wechat"]
    assert (wechat.life, wechat.joins, wechat.starts) == (timedelta(days=7), 200, ("weixin.qq.com/g/",))
    assert wechat.read >= date(2026, 11, 1)


def test_an_owner_may_add_a_platform(tmp_path: Path) -> None:
    text = (shipped("templates") / "rooms" / "platforms.toml").read_text("utf-8")
    more = '[whatsapp]\nzh = "群"\nen = "group"\nlife_days = 30\njoins = 1024\ngroup = ["chat.whatsapp.com/"]\n'
    path = tmp_path / "platforms.toml"
    path.write_text(text + more, encoding="utf-8")
    platforms(path).check("https://chat.whatsapp.com/AbCdEf", "whatsapp")
    with pytest.raises(CodeRefused):
        platforms(path).check(GROUP, "whatsapp")


@pytest.mark.parametrize(
    "text", ["", "read = 2026-11-21\n[wechat]\nzh = 'x'\n", "[[", "read = 1\n[[other]]\nkind='x'\nstarts=[]"]
)
def test_a_broken_file_of_platforms_is_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "platforms.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadPlatforms, match="compare it"):
        platforms(path)
