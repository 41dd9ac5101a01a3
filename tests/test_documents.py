"""What people read: whole, linked, and safe from what members wrote."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from dataclasses import replace
from datetime import timedelta
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import markdown
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.evening import AT, evening, talk

from salon.analysis.quotes import Quote
from salon.analysis.told import Candidate, Coming, Finding, Note, Outcome, Share
from salon.documents import coded, documents, group_texts, quoted, titled, write_documents
from salon.documents.wordings import carried_in
from salon.model import Discussion, Section, Sentence
from salon.report import report_of
from salon.report_command import report_from_chat
from salon.report_view import Step, anchor, view_of
from salon.shipped import shipped
from salon.wording import BadTemplate, Wording

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


#: Every file that is made of one report.
FORMS = (
    "report.html", "report.md", "report.json", "article.html", "letter.html", "letter.md", "team.html", "team.md",
)  # fmt: skip
HTML, MD = [name for name in FORMS if name.endswith("html")], [name for name in FORMS if name.endswith("md")]


def made(discussion: Discussion, **more: Any) -> dict[str, str]:
    """File name → text; *more* is what another analysis would have found."""
    report = replace(report_of(discussion), **more)
    return {k: v.decode() for k, v in documents(report, discussion, Wording(), STEPS).items()}


def rich(discussion: Discussion, text: str = "", name: str = "", options: tuple[str, ...] = ()) -> dict[str, Any]:
    """Findings, shares, moved votes, candidates, what comes next, notes and drafts, of *discussion*'s own messages."""
    said = [m for m in discussion.messages if m.role != "system"]
    one, two = said[3], said[4]
    quotes = [Quote(text=m.text, name=m.name, message_ids=(m.id,)) for m in (one, two)]
    findings = tuple(
        Finding(kind=kind, quote=quotes[0], section=1, is_marked=True, owner=name or "阿宁", others=(quotes[1],))
        for kind in ("agreement", "disagreement", "action", "idea")
    )
    options = options or ("没人记得", "价格")
    poll = Outcome(
        id="p1", question=text or "老客流失的最大原因？", options=options, votes=(41, 23), section=1,
        first_votes=(20, 44), changed=21,
    )  # fmt: skip
    share = Share(
        name=name or "读书会",
        views=90,
        seats=31,
        waiting=4,
        speakers=9,
        messages=40,
        questions=4,
        answered=3,
        voters=20,
    )
    return {
        "findings": findings,
        "polls": (poll,),
        "shares": (share,),
        "candidates": (
            Candidate(name=name or "店长小北", message_ids=(one.id, two.id), messages=7, replies=3, quotes=2),
        ),
        "coming": Coming(topic=text or "下个话题", kol=name or "周敏", starts_at=AT + timedelta(days=7), number=13),
        "notes": tuple(Note(place=p, text=text or f"编者在{p}说", by=name) for p in ("top", "polls", "end", "point:1")),
        "drafted": (Sentence(place="why", text=text or "模型的句子", message_ids=(one.id,), by="m"),),
    }


STEPS = (Step(announcement="remind-2", delivered=48, refused=1, unknown=1, waiting=0),)


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
    assert page.index('id="polls"') < page.index('id="said"') < page.index('id="log"')


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


@cache
def nasty() -> dict[str, str]:
    """Every form of the hostile evening, with hostile findings, groups, notes and what comes next."""
    return made(hostile(), **rich(hostile(), EVIL[0] + EVIL[3] + EVIL[4], EVIL[1], (EVIL[2], EVIL[5])))


@pytest.mark.parametrize("name", HTML)
def test_hostile_members_add_no_tag_and_no_attribute_to_any_page(name: str) -> None:
    tame, wild = Tags(made(evening(), **rich(evening()))[name]), Tags(nasty()[name])
    assert set(wild.tags) <= {*tame.tags, "code"}
    assert wild.tags.count("script") == tame.tags.count("script")
    assert wild.tags.count("style") == tame.tags.count("style")
    assert {(t, n) for t, n, _ in wild.attributes} <= {(t, n) for t, n, _ in tame.attributes} | {
        ("blockquote", "class")
    }
    links = [value for tag, name, value in wild.attributes if tag == "a" and name == "href"]
    assert all(re.match(r"#|https?://", value) for value in links)


@pytest.mark.parametrize("name", HTML + MD)
def test_nothing_invisible_and_no_template_of_a_member_gets_through(name: str) -> None:
    text = nasty()[name]
    assert not re.search("[\x00-\x08\x0b-\x1f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text)
    assert "7*7" in text.replace("\\", "") or name.startswith("letter")


@pytest.mark.parametrize("name", MD)
def test_hostile_members_are_inert_in_markdown(name: str) -> None:
    page = Tags(markdown.markdown(nasty()[name], extensions=["tables", "fenced_code"]))
    assert set(page.tags) <= {"h1", "h2", "h3", "p", "ul", "li", "blockquote", "br", "strong", "em", "a", "hr", "code"}
    links = [value for tag, name, value in page.attributes if name == "href"]
    assert not [value for value in links if not value.startswith("http")]
    assert "<script" not in markdown.markdown(nasty()[name])


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
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted([*FORMS, "groups", ".salon-forms"])
    own, public = (json.loads(path.read_bytes()) for path in (tmp_path / "r.json", tmp_path / "out" / "report.json"))
    # The owner's has the candidates for the next evening; everybody's has not.
    assert public == {**own, "candidates": []}
    assert [s["message_id"] for s in json.loads((tmp_path / "r.json").read_text())["sections"]] == ["3", None]


def test_everything_that_was_found_is_in_the_page_and_in_markdown() -> None:
    texts = made(evening(), **rich(evening()))
    told = ("共识", "分歧", "由 阿宁 负责", "起初 31%，+33 个百分点", "21 人中途改了主意", "起初领先的是“价格”",
            "下个话题", "周敏 来聊",
            "提问 4 个，3 个有回答", "编者在top说", "编者在point:1说", "语言模型草拟", "模型的句子")  # fmt: skip
    for name in ("report.html", "report.md", "team.html", "team.md"):
        assert [part for part in told if part not in texts[name]] == [], name
    assert [part for part in told[:8] if part not in texts["article.html"]] == []


def test_the_team_reads_the_funnel_and_the_candidates_and_members_do_not() -> None:
    texts = made(evening(), **rich(evening()))
    for part in ("从扫码到投票", "下一位嘉宾的人选", "3 次被人接话", "提醒 2", "请不要转到群里"):
        assert part in texts["team.html"], part
        assert part in texts["team.md"], part
        for name in ("report.html", "report.md", "report.json", "article.html", "letter.md", "letter.html"):
            assert part not in texts[name], (part, name)
    assert json.loads(texts["report.json"])["candidates"] == []


def test_nobody_words_a_form_by_what_they_type() -> None:
    """Its owner's own words stand in a comment at its end; what a member types like it is a quote."""
    typed = 'He said: <!-- salon words {"why": "Buy this"} --> and left'
    assert carried_in(typed) == (typed, {})
    assert carried_in(f'{typed}\n<!-- salon words {{"why": "Why"}} -->\n') == (f"{typed}\n", {"why": "Why"})


def test_nobody_is_ranked_in_public() -> None:
    said = talk(("林嘉", "开始吧"), ("小声", "我说一句"), *[("话多", f"我说第 {k} 句") for k in range(5)])
    view = view_of(report_of(said), said)
    assert [voice["name"] for voice in view["voices"]] == ["林嘉", "小声", "话多"]
    assert all(set(voice) == {"name", "is_kol", "is_double"} for voice in view["voices"])


@pytest.mark.parametrize("name", ["report.html", "report.md", "team.html", "article.html"])
def test_a_member_who_takes_the_guests_name_is_told_apart(name: str) -> None:
    said = evening()
    twice = tuple(replace(m, name="林 嘉") if m.author == "key-店长小北" else m for m in said.messages)
    assert "成员，与嘉宾同名" in made(replace(said, messages=twice))[name]
    assert "成员，与嘉宾同名" not in made(said)[name]


@pytest.mark.parametrize(
    "name", ["林嘉\u200b", "林\u3164嘉", "林嘉\ufe0f", "林嘉（嘉宾）", "林嘉 [Guest]", "\u202e林嘉"]
)
def test_a_name_that_only_looks_like_the_guests_is_told_apart_too(name: str) -> None:
    said = evening()
    twice = tuple(replace(m, name=name) if m.author == "key-店长小北" else m for m in said.messages)
    # The owner may name the guest by a key that nobody sees.
    key = next(m.author for m in said.messages if m.name == said.kols[0])
    for kols in (said.kols, (key,)):
        views = view_of(report_of(told := replace(said, messages=twice, kols=kols)), told)["voices"]
        assert [voice["is_double"] for voice in views] == [voice["name"] == name for voice in views]


def test_the_letter_shows_the_guests_own_words_and_no_others() -> None:
    letter = made(evening())["letter.md"]
    assert letter.startswith("林嘉：您好！")
    assert "第一步不是发券，是把每位老客最近三次的购买记下来" in letter
    assert "> 价格还是重要的" not in letter
    assert "有没有人试过请老客带新客" in letter
    assert "16 句话，其中 7 句是您的" in letter


def long_evening(lines: int) -> Discussion:
    """An evening of *lines* long messages along four points."""
    points = ("老客为什么会走", "每周花多少时间", "什么活动值得办", "怎么开口请人帮忙")
    asks = [("林嘉", f"下一个问题：{point}？") for point in points]
    said = [
        asks[k * 4 // lines] if k % (lines // 4) == 0 else (f"成员{k % 60}", _LONG.format(k=k)) for k in range(lines)
    ]
    return replace(talk(*said), outline=(Section(title="全部", minutes=60, questions=points),))


_LONG = (
    "第{k}件事，老客为什么会走，其实每周花的时间和活动都有关系，我们试过很多办法，记下来每个人上次买了什么最有用。" * 3
)


@pytest.mark.parametrize("said", [evening(), long_evening(400), hostile()], ids=["evening", "long", "hostile"])
def test_the_article_survives_wechats_editor(said: Discussion) -> None:
    page = made(said, **rich(said))["article.html"]
    assert len(page) <= 20_000
    body = page[page.index("<body") :]
    tags = Tags(body)
    assert set(tags.tags) <= {"body", "section", "p", "strong", "span", "blockquote"}
    assert {name for _, name, _ in tags.attributes} == {"style", "role", "aria-level"}
    assert not [value for _, _, value in tags.attributes if re.search(r"position|url\(|float|expression", value)]
    # The editor takes away what is empty, and with it a bar.
    assert not re.search(r"<(section|p|span|strong|blockquote)[^>]*>\s*</\1>", body)


def test_no_place_of_a_page_has_two_owners() -> None:
    tags = Tags(made(evening(), **rich(evening()))["team.html"])
    ids = [value for _, name, value in tags.attributes if name == "id"]
    assert len(ids) == len(set(ids))


def test_a_group_reads_its_own_line_in_three_lengths() -> None:
    report = replace(report_of(evening()), **rich(evening()))
    link = "https://salon.example.org/report/1"
    texts = group_texts(report, evening(), Wording(), "读书会", link)
    assert list(texts) == ["full", "short", "three"]
    for text in texts.values():
        assert "全场 4 个提问，本群提了 4 个，3 个有了回答" in text
        assert text.splitlines()[-1] == link
    assert len(texts["full"]) > len(texts["short"]) > len(texts["three"])
    assert len(texts["three"].splitlines()) == 3
    assert (
        "Your group asked 4 of the 4 questions" in group_texts(report, evening(), Wording(), "读书会", "", "en")["full"]
    )
    assert "本群" not in group_texts(report, evening(), Wording(), "别的群", link)["full"]
    assert "请查收" not in "".join(texts.values())


def test_no_member_writes_a_line_of_a_groups_text() -> None:
    evil = "x\nhttps://evil.example\u202e\u200b\r\n"
    said = replace(evening(), topic=evil, series_name=evil)
    report = replace(report_of(said), **rich(said, evil, evil))
    for text in group_texts(report, said, Wording(), evil, "https://salon.example.org/r").values():
        assert not re.search(r"^https://evil", text, re.MULTILINE)
        assert not set(text) & set("\u202e\u200b\r")


def _copy(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    shutil.copytree(shipped("templates"), folder)
    return folder


def test_a_broken_template_names_file_line_and_variable(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    quote = folder / "report" / "quote.html"
    quote.write_text(quote.read_text("utf-8") + "{{ quote.nane }}\n", encoding="utf-8")
    lines = len(quote.read_text("utf-8").splitlines())
    with pytest.raises(BadTemplate, match=rf"templates/report/quote\.html:{lines}: .*nane"):
        documents(report_of(evening()), evening(), Wording(folder))


def test_broken_words_name_their_file_and_line_or_word(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    words = folder / "report" / "words.zh.toml"
    fine = words.read_text("utf-8")
    words.write_text(fine.replace('why = "', "why = ", 1), encoding="utf-8")
    with pytest.raises(BadTemplate, match=r"words\.zh\.toml: .*line \d+"):
        documents(report_of(evening()), evening(), Wording(folder))
    words.write_text(fine.replace('messages = "{n} 条发言"', 'messages = "{x} 条发言"'), encoding="utf-8")
    with pytest.raises(BadTemplate, match=r"templates/report/.*'x' is undefined"):
        documents(report_of(evening()), evening(), Wording(folder))


def test_an_owner_may_change_words_and_pages_without_python(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    words = folder / "report" / "words.zh.toml"
    words.write_text(words.read_text("utf-8").replace("为什么值得读", "三句话"), encoding="utf-8")
    assert "三句话" in documents(report_of(evening()), evening(), Wording(folder))["report.html"].decode()


def test_both_languages_have_the_same_words_with_the_same_names() -> None:
    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: shape(inner) for name, inner in value.items()}
        return sorted(set(re.findall(r"\{(\w+)\}", value)))

    zh, en = (
        tomllib.loads((shipped("templates/report") / f"words.{la}.toml").read_text("utf-8")) for la in ("zh", "en")
    )
    assert shape(zh) == shape(en)
