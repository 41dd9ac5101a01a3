"""What people read: whole, linked, and safe from what members wrote."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import markdown
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.evening import evening, talk

from salon.documents import coded, documents, quoted, titled, write_documents
from salon.model import Discussion, Section
from salon.report import report_of
from salon.report_command import report_from_chat
from salon.report_view import anchor
from salon.wording import Wording

EVIL = (
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "[点我](javascript:alert(1)) ![](https://evil.example/x.png) <https://evil.example>",
    "# 标题\n> 引用\n- 列表\n| a | b |\n---\n**粗** _斜_ `码` ~~删~~",
    "\u202e‮ gnp.exe \u200b\u2066 隐形\x00\x1b[31m",
    '=HYPERLINK("https://evil.example") {{ 7*7 }} {% raw %}',
    "&lt;b&gt; &#60;script&#62; javascript:alert(1)",
    "超" * 10_000,
)


def made(discussion: Discussion) -> dict[str, str]:
    """File name → text."""
    return {k: v.decode() for k, v in documents(report_of(discussion), discussion, Wording()).items()}


def hostile() -> Discussion:
    """An evening in which names, texts, options, groups, topic and outline are all hostile."""
    lines = [(evil[:60], f"老客为什么会走 {evil}") for evil in EVIL]
    said = talk(("林嘉", "第一个问题：老客为什么会走？"), *lines, ("林嘉", "就到这里，老客为什么会走说完了"))
    base, first = evening(), evening().polls[0]
    return replace(
        base,
        topic=f"老客 {EVIL[0]}",
        outline=(Section(title=f"老客为什么会走 {EVIL[1]}", minutes=5, questions=("老客为什么会走？", EVIL[2])),),
        messages=tuple(replace(m, id=f'{m.id}"><script>', source=EVIL[0]) for m in said.messages),
        polls=(replace(first, question=EVIL[0], options=(EVIL[1], EVIL[2])),),
        prompts=((1, EVIL[0], base.prompts[0][2]),),
        seats_by_source=((EVIL[0], 3),),
        series_name=EVIL[2],
    )


class Tags(HTMLParser):
    """Every tag and attribute of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def test_the_page_has_all_parts_of_a_live_evening() -> None:
    page = made(evening())["report.html"]
    head = ("第 12 期", "林嘉", "社区零售顾问", "64%", "老客流失的最大原因", "38", "校友群", "话题提示")
    body = ("没有找到与这一条对应的发言", "先记住一百位老客", "https://example.org/laoke", "还没有回答的提问")
    assert [part for part in (*head, *body) if part not in page] == []
    assert page.count('role="img"') == 1
    assert page.count("<svg") == 1 + 4 + 3


def test_english_evenings_are_told_in_english() -> None:
    texts = made(replace(evening(), language="en"))
    for name in ("report.html", "report.md"):
        assert "What was said, point by point" in texts[name]
        assert "提纲" not in texts[name].replace("想聊聊", "")


def test_every_quote_leads_to_its_message() -> None:
    tags = Tags(made(evening())["report.html"])
    targets = {value for _, name, value in tags.attributes if name == "id"}
    inner = {value[1:] for tag, name, value in tags.attributes if tag == "a" and name == "href" and value[0] == "#"}
    assert inner
    assert inner <= targets


def test_the_page_asks_nobody_else_for_anything() -> None:
    tags = Tags(made(evening())["report.html"])
    assert not {"link", "img", "iframe", "object", "embed"} & set(tags.tags)
    assert not [a for a in tags.attributes if a[1] in ("src", "srcset", "action", "ping")]
    assert "@import" not in made(evening())["report.html"]
    assert "url(" not in made(evening())["report.html"]


def test_hostile_members_add_no_tag_and_no_attribute_to_the_page() -> None:
    tame, wild = Tags(made(evening())["report.html"]), Tags(made(hostile())["report.html"])
    assert set(wild.tags) <= set(tame.tags)
    assert wild.tags.count("script") == wild.tags.count("style") == 1
    assert {(t, n) for t, n, _ in wild.attributes} <= {(t, n) for t, n, _ in tame.attributes}
    links = [value for tag, name, value in wild.attributes if tag == "a" and name == "href"]
    assert all(re.match(r"#|https?://", value) for value in links)


@pytest.mark.parametrize("name", ["report.html", "report.md"])
def test_nothing_invisible_and_no_template_of_a_member_gets_through(name: str) -> None:
    text = made(hostile())[name]
    assert not re.search("[\x00-\x08\x0b-\x1f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text)
    assert "7*7" in text.replace("\\", "")


def test_hostile_members_are_inert_in_markdown() -> None:
    page = Tags(markdown.markdown(made(hostile())["report.md"], extensions=["tables", "fenced_code"]))
    assert set(page.tags) <= {"h1", "h2", "h3", "p", "ul", "li", "blockquote", "br", "strong", "a", "hr", "code"}
    links = [value for tag, name, value in page.attributes if name == "href"]
    assert not [value for value in links if not value.startswith("http")]
    assert "<script" not in markdown.markdown(made(hostile())["report.md"])


_MARKS = st.text(alphabet="aZ1 老.\n\t#>*_`~[]()<>!|&;:/\\\"'=+-{}^@", max_size=60)


@given(st.lists(_MARKS, min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
@example(["<1@b.example>"])
@example(["[a]: x", "[a]", "~~~", "***", "| a |\n|---|"])
def test_whatever_is_typed_makes_no_tag_in_markdown(typed: list[str]) -> None:
    told = [quoted(text) for text in typed]
    lines = "\n\n".join(f"> {text}  \n> — {text}\n\n- {text}: 1\n\n{text}" for text in told)
    page = Tags(markdown.markdown(lines, extensions=["tables", "fenced_code"]))
    assert set(page.tags) <= {"p", "ul", "li", "blockquote", "br"}


def test_who_changed_their_name_stands_under_each_name_in_the_log() -> None:
    said = evening()
    twice = tuple(replace(m, author="key-a", name=f"名{k % 2}号") for k, m in enumerate(said.messages[:2]))
    page = made(replace(said, messages=(*twice, *said.messages[2:])))["report.html"]
    log = page[page.index('<details class="log"') :]
    assert "<b><bdi>名0号</bdi></b>" in log
    assert "<b><bdi>名1号</bdi></b>" in log


def test_markdown_stays_readable_as_plain_text() -> None:
    text = made(evening())["report.md"]
    assert "> 我们店去年走了三成老客，回访下来最大的原因不是价格，而是没人记得他们上次买了什么。" in text
    assert "\\。" not in text
    assert "\n\n\n" not in text


@pytest.mark.parametrize(
    ("typed", "escaped"),
    [
        ("Hello - it's 1.5 (or so)!", "Hello - it's 1.5 (or so)!"),
        ("- a list", "\\- a list"),
        ("1. one", "1\\. one"),
        ("# head", "\\# head"),
        ("> quote", "\\> quote"),
        ("a *b* _c_ m_most_recent `d` [e](f) <g>", "a \\*b\\* \\_c\\_ m_most_recent \\`d\\` \\[e\\](f) &lt;g>"),
        ("AT&T &lt; 1 < 2 ~~x~~", "AT&T &amp;lt; 1 < 2 \\~~x\\~~"),
        ("two\nlines", "two lines"),
    ],
)
def test_only_what_markdown_would_read_is_escaped(typed: str, escaped: str) -> None:
    assert quoted(typed) == escaped


def test_back_ticks_in_an_outline_are_code() -> None:
    assert titled("What is `a_*b*`? <b>") == "What is `a_*b*`? &lt;b>"
    assert coded("What is `a<b>`? <i>") == "What is <code>a&lt;b&gt;</code>? &lt;i&gt;"


def test_anchors_of_different_messages_differ_and_need_no_escaping() -> None:
    ids = ['1"><script>', "a b", "a_20_b", "消息", "1", "x" * 50, "a-b", "a.b"]
    anchors = [anchor(id) for id in ids]
    assert len(set(anchors)) == len(ids)
    assert all(re.fullmatch(r"m-[A-Za-z0-9._-]+", a) for a in anchors)


def test_the_json_names_the_messages_of_every_quote() -> None:
    told = json.loads(made(evening())["report.json"])
    assert [s["message_id"] for s in told["sections"]] == ["3", "10", None, "14"]
    assert all(q["message_ids"] for s in told["sections"] for q in s["quotes"])
    assert set(told["highlights"]) <= {m.id for m in evening().messages}
    assert told["bucket_width"] == 5


def test_documents_are_written_whole_and_may_be_written_again(tmp_path: Path) -> None:
    texts = documents(report_of(evening()), evening(), Wording())
    write_documents(tmp_path / "out", texts)
    write_documents(tmp_path / "out", texts)
    assert {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()} == texts


def test_a_report_from_a_chat_file(tmp_path: Path) -> None:
    chat, outline = tmp_path / "x.chat.jsonl", tmp_path / "x.outline.md"
    rows = [
        {"_type": "message", "id": m.id, "sender": m.author, "accountName": m.name, "type": 0, "content": m.text,
         "timestamp": m.at.timestamp()}
        for m in evening().messages
    ]  # fmt: skip
    chat.write_text("not json\n" + "\n".join(map(json.dumps, rows)), encoding="utf-8")
    outline.write_text("# 小店\n\n- 老客为什么会走？\n- 怎样申请外贸退税？\n", encoding="utf-8")
    text = report_from_chat(chat, outline, "林嘉", None, None)
    assert text.startswith("# 小店\n")
    assert "有 1 行无法读取" in text
    told = report_from_chat(chat, outline, "林嘉", tmp_path / "r.json", tmp_path / "out")
    assert told.splitlines()[0] == str(tmp_path / "r.json")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["report.html", "report.json", "report.md"]
    assert (tmp_path / "r.json").read_bytes() == (tmp_path / "out" / "report.json").read_bytes()
    assert [s["message_id"] for s in json.loads((tmp_path / "r.json").read_text())["sections"]] == ["3", None]
