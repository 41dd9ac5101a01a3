"""The archive: what is public can be found, what is not cannot; a feed that readers take; a static copy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from tests.command import salon
from tests.web.house import PROGRAM, ROOT, Evening, Web, until

from salon.archive import Evening as Listed
from salon.archive import evening_of, index_of, marked, search
from salon.archive_pages import archive_page, feed_of
from salon.house import House
from salon.issue import make_report
from salon.model import Event
from salon.rules.consent import return_words, withdraw_words
from salon.web.archive import _evening as archive_of_one
from salon.web.site import Site
from salon.wording import Wording, calm

ATOM = "{http://www.w3.org/2005/Atom}"
EVIL = "<script>alert(1)</script>\"'&\u202e\ufffe {{7*7}} </script><!--"


def reported(web: Web, words: str) -> Evening:
    """An evening on which *words* were said, with its report."""
    evening = web.evening()
    evening.say(evening.member("阿宁"), words)
    web.turn_to(evening.event.times.reports_at)
    evening.moment("disband")
    evening.moment("report")
    return evening


@pytest.fixture(scope="module")
def two(web: Web) -> list[Evening]:
    """Two evenings with reports, and one that has none yet."""
    told = [
        reported(web, "先记住一百位老客，再谈用什么工具来管理他们"),
        reported(web, "Pour over coffee needs patience, Ärger aside"),
    ]
    web.evening()
    return told


def test_every_published_report_is_listed_and_nothing_else(web: Web, two: list[Evening]) -> None:
    page = web.phone().get("/archive").text
    assert page.count("<article>") == 2
    assert all(f'href="/report/{evening.event.id}"' in page for evening in two)


def test_a_search_finds_what_was_said_and_leads_to_its_place(web: Web, two: list[Evening]) -> None:
    page = web.phone().get("/archive", params={"q": "一百位老客"}).text
    assert page.count("<article>") == 1
    assert f'href="/report/{two[0].event.id}#m-' in page
    assert "<mark>一百位老客</mark>" in page
    assert "1 期里提到" in page
    assert web.phone().get("/archive", params={"q": "COFFEE patience"}).text.count("<article>") == 1
    assert "没有哪一期" in web.phone().get("/archive", params={"q": "coffee 一百位"}).text


def test_a_hidden_message_is_found_no_more(web: Web) -> None:
    evening = reported(web, "独一无二的句子：千层豆腐里放了十三种香料才好吃")
    assert web.phone().get("/archive", params={"q": "千层豆腐"}).text.count("<article>") == 1
    seq = evening.entries("message_posted")[0].seq
    assert evening.host(f"messages/{seq}/hide").status_code in (200, 303)
    for path in ("/archive", "/archive/feed.xml"):
        page = web.phone().get(path, params={"q": "千层豆腐"}).text
        assert "千层豆腐里" not in page


def test_withdrawn_words_are_in_neither_search_nor_feed_nor_static_copy(web: Web, tmp_path: Path) -> None:
    words = "只说一次的话：屋顶上的番茄要在清明以前移栽到大盆里去"
    evening = web.evening()
    member = evening.member("阿宁")
    evening.say(member, words)
    web.turn_to(evening.event.times.reports_at)
    evening.moment("disband")
    evening.moment("report")

    def everywhere() -> list[bool]:
        search = web.phone().get("/archive", params={"q": "屋顶上的番茄"}).text
        feed = web.phone().get("/archive/feed.xml").text
        copy = static(web, tmp_path)
        return ["清明以前" in text for text in (search, feed, copy)]

    assert everywhere() == [True, True, True]
    own = f"/report/{evening.event.id}/words"
    assert member.post(own, json={"do": "withdraw_all"}, headers=PROGRAM).json() == {"changed": 1}
    assert everywhere() == [False, False, False]


def static(web: Web, folder: Path) -> str:
    """Everything that `salon archive` writes, as one text."""
    assert salon("archive", "--out", folder, env=web.settings.as_env()).returncode == 0
    return "".join(path.read_text("utf-8") for path in sorted(folder.rglob("*")) if path.is_file())


def test_the_first_visit_makes_no_report_that_was_issued(web: Web, two: list[Evening], monkeypatch: Any) -> None:
    made: list[str] = []

    async def make(house: House, event: Event) -> dict[str, bytes]:
        made.append(event.id)
        return await make_report(house, event)

    monkeypatch.setattr("salon.web.report.make_report", make)
    told = two[0].event

    async def first_visit() -> Listed | None:
        return await archive_of_one(Site.of(web.house), told)

    found = web.run(first_visit())
    assert found is not None
    assert found.excerpts
    assert made == []
    # A report that says something else than what lies there is made.
    (web.settings.reports / told.id / "report.json").write_bytes(b"{}")
    assert web.run(first_visit()) == found
    assert made == [told.id]


def test_one_series_has_a_list_and_a_feed_of_its_own(web: Web, two: list[Evening]) -> None:
    series = two[0].event.series
    assert web.phone().get(f"/archive/{series}").text.count("<article>") == 1
    feed = ElementTree.fromstring(web.phone().get(f"/archive/{series}/feed.xml").content)
    assert len(feed.findall(f"{ATOM}entry")) == 1


def test_the_feed_is_valid_atom(web: Web, two: list[Evening]) -> None:
    answer = web.phone().get("/archive/feed.xml")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.content)
    check_atom(feed)
    assert {entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")} >= {
        f"{web.url}/report/{evening.event.id}" for evening in two
    }


def check_atom(feed: ElementTree.Element) -> None:
    """What RFC 4287 asks of a feed and its entries."""
    for part in ("id", "title", "updated"):
        assert feed.findtext(f"{ATOM}{part}"), part
    assert feed.find(f"{ATOM}link[@rel='self']") is not None
    for entry in feed.findall(f"{ATOM}entry"):
        for part in ("id", "title", "updated", "summary"):
            assert entry.findtext(f"{ATOM}{part}"), part
        datetime.strptime(entry.findtext(f"{ATOM}updated") or "", "%Y-%m-%dT%H:%M:%SZ")
        assert entry.findtext(f"{ATOM}author/{ATOM}name")


def listed(text: str) -> Listed:
    """An evening all of which somebody else wrote."""
    quote = {"text": text, "name": text, "message_ids": ["1"]}
    asked = {"question": quote, "answer": None}
    told = {"topic": text, "series_name": text, "number": 3, "kols": [text], "notable": [], "prologue": []}
    told |= {"sections": [{"title": text, "quotes": [quote]}], "questions": [asked]}
    return evening_of("e-1", "s", "2026-11-19", datetime(2026, 11, 20, tzinfo=UTC), json.dumps(told).encode())


def test_what_people_wrote_is_inert_in_list_feed_and_index() -> None:
    address = "https://salon.example.org/report/{}".format
    for query in ("", "alert", EVIL):
        made = archive_page(Wording(), [listed(EVIL)], "zh", address, query=query, feed="feed.xml", has_index=True)
        page = made.decode()
        assert page.count("<script") == 2
        assert page.count("</script>") == 2
        assert "\u202e" not in page
    made = feed_of(Wording(), [listed(EVIL)], "zh", address, here="https://a.example/f", page="https://a.example/")
    feed = ElementTree.fromstring(made)
    check_atom(feed)
    assert feed.find(f".//{ATOM}script") is None
    assert json.loads(index_of([listed(EVIL)], {"e-1": "x"}, "No. {n}"))[0]["title"] == calm(EVIL)
    assert b"<" not in index_of([listed(EVIL)], {"e-1": "x"}, "No. {n}")


def test_words_are_found_without_regard_to_case_and_width() -> None:
    found = search([listed("\uff21\uff22\uff23 Straße Coffee 老客")], "abc strasse COFFEE 老客")
    assert len(found) == 1
    assert search([listed("coffee")], "tea") == []
    assert str(marked("Coffee & tea", ["coffee", "tea"])) == "<mark>Coffee</mark> &amp; <mark>tea</mark>"


def test_the_static_archive_has_everything_and_is_the_same_every_time(
    web: Web, two: list[Evening], tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    # Once in a process of its own, whose sets and dicts of strings are in another order.
    env = {**os.environ, **web.settings.as_env(), "PYTHONPATH": str(ROOT / "src")}
    subprocess.run([sys.executable, "-m", "salon", "archive", "--out", str(first)], cwd=ROOT, env=env, check=True)
    for _ in range(2):
        done = salon("archive", "--out", second, env=web.settings.as_env())
        assert done.returncode == 0, done.stderr
    files = {path.relative_to(first).as_posix(): path.read_bytes() for path in first.rglob("*") if path.is_file()}
    assert files == {p.relative_to(second).as_posix(): p.read_bytes() for p in second.rglob("*") if p.is_file()}
    assert {"index.html", "index.json", "feed.xml", f"{two[0].event.id}/report.html"} <= set(files)
    check_atom(ElementTree.fromstring(files["feed.xml"]))
    page = files["index.html"].decode()
    assert f'href="{two[0].event.id}/report.html"' in page
    assert "http" not in page.partition("</head>")[0]


def test_what_is_public_no_more_leaves_the_static_archive(web: Web, two: list[Evening], tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "gone").mkdir(parents=True)
    (out / "gone" / "report.html").write_text("x")
    (out / "mine.txt").write_text("the owner's own")
    rows = [{"address": "gone/report.html"}, {"address": "../../etc/report.html"}, {"address": 3}]
    (out / "index.json").write_text(json.dumps(rows))
    assert salon("archive", "--out", out, env=web.settings.as_env()).returncode == 0
    assert not (out / "gone").exists()
    assert (out / "mine.txt").exists()


def test_what_another_process_withdrew_is_found_no_more_at_once(web: Web) -> None:
    words = "只说一次的话：屋檐下的豆角要在立夏以前搭好架子"
    evening = web.evening()
    evening.say(evening.member("阿宁"), words)
    web.turn_to(evening.event.times.reports_at)
    evening.moment("disband")
    evening.moment("report")
    phone, report = web.phone(), f"/report/{evening.event.id}"
    pages = ("/archive?q=屋檐下的豆角", "/archive/feed.xml", report, f"{report}/report.json")
    until(lambda: all("立夏以前" in phone.get(page).text for page in pages))
    author = next(entry.by for entry in evening.entries("message_posted"))
    for page in pages:
        # The web room is told of it within a second; nobody is to wait for that.
        evening.decide(withdraw_words(author, None, by=author))
        assert "立夏以前" not in phone.get(page).text, page
        evening.decide(return_words(author, None, by=author))
        until(lambda page=page: "立夏以前" in phone.get(page).text)  # type: ignore[misc]
