"""Both languages say everything, and nothing is left over; the interface is described whole."""

from __future__ import annotations

import gzip
import re
import tomllib
from dataclasses import replace
from typing import Any

import httpx
import pytest
from openapi_spec_validator import validate
from tests.web.house import ROOT, Evening, Web, until

from salon.shipped import shipped
from salon.testing.golden import golden_event
from salon.web.app import ROUTES
from salon.web.openapi import description

FOLDER = shipped("templates") / "web"
WORDS = {lang: tomllib.loads((FOLDER / f"words.{lang}.toml").read_text("utf-8")) for lang in ("zh", "en")}
#: Keys that are put together at run time.
MADE = re.compile(
    r"(refused|moment|outcome|kind|format|stand|short|found|red|wrong|column|channel|unit|language|lint)_\w+|(root|left|left_list|no_seat|no_report|report_recalled|no_draft|closed)_(title|text)|(kol|host)_role"
    r"|poll_(kind|results|after|for)_\w+|(order|did|do|reported)_\w+|(host|note_taker)_may"
    r"|leader_(does|badge)_\w+"
)
MADE_ALSO = {
    "done",
    "skipped",
    "running",
    "late",
    "to_come",
    "precautions",
    "prompt",
    "notice",
    "recap",
    "host_name",
} | {
    "nudge_text",
    "parked_say",
    "held_note",
    "mark_undone",
}


def used() -> set[str]:
    """Keys that templates name."""
    # The archive speaks with the words of the report, of which its own are one part.
    texts = [path.read_text("utf-8") for path in FOLDER.rglob("*.html") if path.name != "archive.html"]
    return {key for text in texts for key in re.findall(r"\bw\.(\w+)", text)}


def test_both_languages_have_the_same_words_and_none_is_empty_in_both() -> None:
    assert list(WORDS["zh"]) == list(WORDS["en"])
    assert [key for key in WORDS["zh"] if not (WORDS["zh"][key] or WORDS["en"][key])] == []


def test_every_word_is_used_and_every_word_that_is_used_is_there() -> None:
    named = used()
    assert named - set(WORDS["zh"]) == set()
    assert [key for key in WORDS["zh"] if key not in named | MADE_ALSO and not MADE.fullmatch(key)] == []


def test_every_word_of_the_script_is_handed_to_it() -> None:
    handed = set(re.findall(r'"(\w+)": w\.', (FOLDER / "live.html").read_text("utf-8")))
    asked = set(re.findall(r"words\.(\w+)", (FOLDER / "room.js").read_text("utf-8")))
    # These are looked up by the kind of a frame, or by who says it.
    assert handed == asked | {
        *("kol", "host", "note_taker", "question", "prompt", "notice", "recap", "precautions"),
        *("poll", "form", "promotion"),
    }


def test_members_never_read_an_operators_word() -> None:
    for key, text in WORDS["zh"].items():
        assert not re.search("防封|阈值|意向|KOL", text), key


def test_style_and_script_are_small_and_so_is_the_first_page(web: Web) -> None:
    files = [(FOLDER / name).read_bytes() for name in ("salon.css", "room.js")]
    assert sum(len(gzip.compress(file)) for file in files) <= 10_000
    portrait = ROOT / "examples" / "portraits" / "shen-mancang.png"
    evening = web.evening(kol=replace(golden_event("zh").kol, portrait=str(portrait)))
    member = evening.member()
    for k in range(60):
        evening.say(member, f"{k} " + "先把测试交出去，再谈别的。Hand over the tests first. " * 8)
    for poll in evening.event.polls:
        evening.host(f"polls/{poll.id}/open")
    until(lambda: member.get(evening.room).text.count('class="poll"') == 2)
    door, room = web.phone(), member
    assert "/portrait/" in door.get(evening.door()).text
    for phone, path in ((door, evening.door()), (room, evening.room)):
        assert 4_000 < _first_page(phone, path) <= 30_000, path


def _first_page(phone: httpx.Client, path: str) -> int:
    """Bytes that a first look at *path* brings over the line: the page, and all that it names."""
    page, sent = phone.get(path).text, 0
    # Style, script and pictures; links to other pages bring nothing yet.
    named = re.findall(r'(?:<link rel="stylesheet" href|<script src|<img [^>]*?src)="(/[^"]+)"', page)
    for name in (path, *named):
        with phone.stream("GET", name) as answer:
            assert answer.status_code == 200, name
            sent += len(b"".join(answer.iter_raw()))
    assert len(named) >= 2
    return sent


def test_static_files_are_kept_for_ever_and_come_gzipped_to_who_takes_it(web: Web, evening: Evening) -> None:
    (style,) = re.findall(r'href="(/static/salon[^"]+)"', web.phone().get(evening.door()).text)
    packed, plain = web.phone().get(style), web.phone().get(style, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content == (FOLDER / "salon.css").read_bytes()
    assert "immutable" in packed.headers["cache-control"]


def language(page: httpx.Response) -> str:
    """The language that a page says it is in."""
    found = re.search(r'<html lang="([\w-]+)">', page.text)
    return found[1] if found else ""


@pytest.mark.parametrize(
    ("accepts", "shown"),
    [("zh-CN,zh;q=0.9", "zh-CN"), ("en-US,en;q=0.9", "en"), ("fr, en;q=0.5", "en"), ("fr", "zh-CN"), ("", "zh-CN")],
)
def test_the_page_comes_in_the_browsers_language_else_the_events(
    web: Web, evening: Evening, accepts: str, shown: str
) -> None:
    assert language(web.phone(**{"Accept-Language": accepts}).get(evening.door())) == shown


def test_the_language_can_be_switched_and_stays(web: Web, evening: Evening) -> None:
    member = evening.member()
    for path in (evening.door(), evening.room, evening.private("host"), evening.private("kol"), "/", "/c/none"):
        (link,) = re.findall(r'<footer><a href="([^"]+)" lang="en"', member.get(path).text)
        assert language(member.get(link)) == "en", path
        assert language(member.get(path)) == "en", path
        member.get(f"{path}?lang=zh")
    refused = member.post(f"{evening.room}/messages", data={"text": ""})
    assert f'href="{evening.room}?lang=en"' in refused.text, "the language link after a form leads to a page"
    assert language(member.get(f"{evening.door()}?lang=xx")) == "zh-CN"


@pytest.mark.parametrize("name", ["zh", "en"])
def test_no_page_mixes_languages(web: Web, name: str) -> None:
    evening = web.evening(language=name)
    member = evening.member("A" if name == "en" else "甲", language=name)
    evening.host("prompts", step="prompt-1-1")
    evening.host("polls/daily/open")
    evening.say(member, "x")
    for path in (evening.door(), evening.room, evening.private("host"), evening.private("kol")):
        body = re.sub(r"<footer>.*?</footer>|<[^>]+>", " ", member.get(path).text.partition("<body>")[2])
        if name == "en":
            assert not re.findall(r"[\u4e00-\u9fff]+", body), path
        else:
            assert not set(re.findall(r"[A-Za-z]{3,}", body)) & set(" ".join(WORDS["en"].values()).split()), path


SAMPLES = {
    "code": "k3x9k3x9",
    "event": "evening-1",
    "token": "abcdefgh",
    "poll": "daily",
    "seq": "12",
    "key": "k3x9",
    "name": "room.js",
    "part": "polls",
    "invite": "1",
    "series": "thursday",
    "number": "1",
    "kind": "poster",
    "format": "portrait",
    "theme": "night",
    "language": "zh",
    "id": "book",
    "task": "0123456789ab",
    "verb": "nudge",
    "group": "readers",
}


def described() -> list[tuple[str, str]]:
    """Method and a sample path of everything that the description names."""
    paths: dict[str, Any] = description()["paths"]
    return [
        (method.upper(), re.sub(r"\{(\w+)\}", lambda m: SAMPLES[m[1]], path))
        for path, operations in paths.items()
        for method in operations
        if method != "parameters"
    ]


def test_the_description_is_valid_openapi(web: Web) -> None:
    served = web.phone().get("/openapi.json").json()
    validate(served)
    assert served == description()


def test_every_route_is_described_and_everything_described_is_a_route() -> None:
    found = described()
    routes = [(method, pattern) for method, pattern, _ in ROUTES]
    for method, path in found:
        assert any(route == method and pattern.fullmatch(path) for route, pattern in routes), f"{method} {path}"
    for route, pattern in routes:
        assert any(route == method and pattern.fullmatch(path) for method, path in found), f"{route} {pattern.pattern}"
