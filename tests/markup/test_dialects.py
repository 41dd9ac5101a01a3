"""The subset in every dialect: headings, bold, links, lists, quotes; and what a person typed stays what it is."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salon.errors import WrongUse
from salon.markup import DIALECTS, BadMarkup, escape, length, literal, render, shown_length
from salon.markup.inert import visible, wide

LINK = "https://salon.example.org/c/k3_x9?a=1&b=2"
ALL = f"""# 现在可以领席
**小满读书会** 第 12 期，*慢慢来*，`快`

1. 第一
2. 第二
   - 里面

> 一句话
> 第二行

---

[报告]({LINK})
{LINK}
"""

WRITTEN = {
    "plain": f"""【现在可以领席】
小满读书会 第 12 期，慢慢来，快

1. 第一
2. 第二
  · 里面

“一句话
第二行”

────────

报告
{LINK}
{LINK}
""",
    "telegram": f"""<b>现在可以领席</b>
<b>小满读书会</b> 第 12 期，<i>慢慢来</i>，<code>快</code>

1. 第一
2. 第二
  • 里面

<blockquote>一句话
第二行</blockquote>

────────

<a href="{LINK.replace("&", "&amp;")}">报告</a>
{LINK.replace("&", "&amp;")}
""",
    "discord": f"""# 现在可以领席
**小满读书会** 第 12 期，*慢慢来*，`快`

1. 第一
2. 第二
   - 里面

> 一句话
> 第二行

────────

[报告]({LINK})
{LINK}
""",
    "wecom": f"""# 现在可以领席
**小满读书会** 第 12 期，慢慢来，`快`

1. 第一
2. 第二
  • 里面

> 一句话
> 第二行

────────

[报告]({LINK})
{LINK}
""",
    "dingtalk": f"""# 现在可以领席

**小满读书会** 第 12 期，*慢慢来*，快

1. 第一
2. 第二
   - 里面

> 一句话  \n> 第二行

────────

[报告]({LINK})  \n{LINK}
""",
    "feishu": f"""**现在可以领席**
**小满读书会** 第 12 期，*慢慢来*，快

1. 第一
2. 第二
  • 里面

▏一句话
▏第二行

────────

[报告]({LINK})
{LINK}
""",
    "slack": f"""*现在可以领席*
*小满读书会* 第 12 期，_慢慢来_，`快`

1. 第一
2. 第二
  • 里面

> 一句话
> 第二行

────────

<{LINK.replace("&", "&amp;")}|报告>
<{LINK.replace("&", "&amp;")}>
""",
}
_HTML = (
    "<h1>现在可以领席</h1><p><strong>小满读书会</strong> 第 12 期，<em>慢慢来</em>，<code>快</code></p>"
    "<ol><li>第一</li><li>第二<ul><li>里面</li></ul></li></ol>"
    "<blockquote><p>一句话<br>第二行</p></blockquote><hr>"
    '<p><a href="LINK">报告</a><br><a href="LINK">LINK</a></p>\n'
).replace("LINK", LINK.replace("&", "&amp;"))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_whole_subset_in_every_dialect(dialect: str) -> None:
    assert render(ALL, dialect) == WRITTEN.get(dialect, _HTML)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_bold_within_what_is_bold_already_is_not_made_bold_again(dialect: str) -> None:
    for text in ("# 现在 **可以** 领席", "## **全部**", "**现在 [**可以**](https://a.example) 领席**", "# *a **b** c*"):
        said = render(text, dialect)
        assert "****" not in said
        assert not re.search(r"<b>[^/]*<b>|<strong>[^/]*<strong>|\*\*[^*]+\*\*[^*\s]+\*\*[^*]+\*\*", said)
        assert said.count("**") % 2 == 0


def test_an_unknown_dialect_names_the_known_ones() -> None:
    for write in (render, literal):
        with pytest.raises(WrongUse, match="dialect 'morse' is not known; write one of: plain, telegram"):
            write("x", "morse")


# What is not of the subset.


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("好\n\n<b>粗</b>", "line 3: HTML is not allowed; no chat shows HTML; write"),
        ("a <br> b", "line 1: HTML is not allowed"),
        ("<!-- x -->", "line 1: HTML is not allowed"),
        ("a\n\n| a | b |\n|---|---|\n| 1 | 2 |", "line 3: a table is not allowed; no chat shows a table; write a list"),
        ("a\nb ![x](https://a.example/x.png)", "line 2: a picture is not allowed; .*the poster goes with it by itself"),
        ("~~x~~", r"line 1: ~~ is not allowed; few chats strike text out"),
        ("a\nb\n[x](javascript:alert(1))", r"line 3: 'javascript:alert\(1\)' is no address; write one that begins"),
        ("[x](data:text/html,1)", "line 1: 'data:text/html,1' is no address"),
        ("[x](/relative)", "line 1: '/relative' is no address"),
        ('[x](https://a.example "title")', "line 1: no chat shows a link's title"),
        ("a\n**席位：**100", r"line 2: \*\* makes nothing bold here; .*or write \\\*\\\*"),
        ("a **b", r"line 1: \*\* makes nothing bold here"),
    ],
)
def test_what_is_not_of_the_subset_is_refused_with_its_line_and_what_to_write(text: str, said: str) -> None:
    with pytest.raises(BadMarkup, match=said):
        render(text, "plain")


def test_what_only_looks_like_markup_stays_as_it_was_written() -> None:
    for text in (
        "    四个空格",
        "3 * 4 * 5",
        "snake_case_name",
        "a < b > c",
        "[x]: 不是定义",
        "A & B",
        "100%",
        "#话题",
    ):
        assert render(text, "plain") == text.strip()
    assert render("上\n===", "plain") == "上\n==="


# Leaders copy and paste the plain text.


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"详见[报告]({LINK})。", f"详见报告\n{LINK}"),
        (f"先看 {LINK} 再来", f"先看\n{LINK}\n再来"),
        (f"- [报告]({LINK})", f"· 报告\n{LINK}"),
        (f"# [报告]({LINK})", f"【报告】\n{LINK}"),
        ("# 【已经有了】", "【已经有了】"),
        ("> 「已经有了」", "「已经有了」"),
        ("**a** *b* `c`", "a b c"),
        ("点开（https://a.example/b）。", "点开（\nhttps://a.example/b"),
        ("<https://a.example>", "https://a.example"),
        ("[https://a.example](https://a.example)", "https://a.example"),
        ("说明见https://a.example/b，谢谢", "说明见\nhttps://a.example/b\n，谢谢"),
    ],
)
def test_in_plain_text_a_link_has_a_line_of_its_own_and_no_mark_is_left_over(text: str, said: str) -> None:
    assert render(text, "plain") == said


def test_an_empty_line_stays_where_the_writer_left_one_and_nowhere_else() -> None:
    assert render("# a\nb\n\nc\n\n\nd\n", "plain") == "【a】\nb\n\nc\n\nd\n"


def test_bold_over_two_lines_is_bold_on_each() -> None:
    assert render("**a\nb**", "slack") == "*a*\n*b*"
    assert render("**a\nb**", "wecom") == "**a**\n**b**"


def test_slack_needs_a_space_beside_letters_and_gets_one() -> None:
    assert render("中**粗**文，**粗**。", "slack") == "中 *粗* 文，*粗*。"


# What a person typed.

EVIL = {
    "feishu": ("<at id=all></at>", "&#60;at id=all&#62;&#60;/at&#62;"),
    "wecom": ("<@all>", f"{wide('<')}@all{wide('>')}"),
    "discord": (
        "@everyone @here <@123>",
        f"{wide('@')}everyone {wide('@')}here {wide('<')}@123\\>".replace("\\>", ">"),
    ),
    "slack": ("<!channel> & <@U1>", "&lt;!channel&gt; &amp; &lt;@U1&gt;"),
    "telegram": ("<b>x</b> & <a href='tg://user?id=1'>", "&lt;b&gt;x&lt;/b&gt; &amp; &lt;a href='tg://user?id=1'&gt;"),
    "matrix": ("<img src=x> @room", f"<p>&lt;img src=x&gt; {wide('@')}room</p>"),
    "html": ('<script>"x"</script>', "<p>&lt;script&gt;&quot;x&quot;&lt;/script&gt;</p>"),
    "dingtalk": ("![x](http://evil.example)", f"!{wide('[')}x{wide(']')}(http://evil.example)"),
    "plain": ("<at> <@all> @everyone", "<at> <@all> @everyone"),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nothing_that_a_person_typed_calls_anybody(dialect: str) -> None:
    typed, said = EVIL[dialect]
    assert render(escape(typed), dialect) == said
    assert literal(typed, dialect) == said.removeprefix("<p>").removesuffix("</p>")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("typed", ["# x", "- x", "+ x", "> x", ">x", "1. x", "12) x", "-# x", "### x", "---", ">>> x"])
def test_the_beginning_of_a_line_makes_no_heading_list_or_quote(dialect: str, typed: str) -> None:
    said = render(escape(typed), dialect)
    assert not re.search(r"<h\d|<li|<blockquote", said)
    if dialect in ("discord", "wecom", "dingtalk", "feishu", "slack"):
        assert not re.match(r"#{1,6} |[-+] |>|\d+[.)] |-# |---", said)
        assert not re.match(r"#{1,6} |[-+] |>|\d+[.)] |-# |---", literal(typed, dialect))


@given(st.text())
def test_whatever_is_typed_reads_the_same_in_plain_text(typed: str) -> None:
    paragraphs = re.split(r"\n{2,}", "\n".join(line.strip() for line in visible(typed).split("\n")).strip("\n"))
    assert render(escape(typed), "plain") == "\n\n".join(paragraphs)


@given(st.text(alphabet="*_`~[]()<>#@!&|\\-+.:/ 1aA中https\n", max_size=40))
def test_whatever_is_typed_makes_no_tag_in_html(typed: str) -> None:
    tags: list[str] = []
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attrs: tags.append(tag)  # type: ignore[method-assign]
    reader.feed(render(escape(typed), "html") + render(escape(typed), "telegram"))
    assert set(tags) <= {"p", "br"}


def test_direction_marks_and_what_is_invisible_are_gone_and_an_emoji_stays_whole() -> None:
    assert escape("a\u202eb\u200bc\x1b[2J\ufeff\ud800") == r"abc\[2J"
    assert render(escape("👨‍👩‍👧 一家"), "plain") == "👨‍👩‍👧 一家"
    for dialect in DIALECTS:
        assert "\u202e" not in render("a\u202eb", dialect)


def test_a_literal_text_keeps_its_lines_and_its_addresses() -> None:
    text = f"一\n\n  * 二\n{LINK}"
    assert literal(text, "plain") == text
    assert literal(text, "slack") == f"一\n\n  {wide('*')} 二\n{LINK.replace('&', '&amp;')}"
    assert literal(text, "dingtalk") == f"一  \n  \n  {wide('*')} 二  \n{LINK}"
    href = LINK.replace("&", "&amp;")
    assert literal(text, "html") == f'一<br><br>&nbsp;&nbsp;* 二<br><a href="{href}">{href}</a>'


# Length.


def test_length_is_counted_in_the_platforms_own_unit() -> None:
    assert [length("字🍵a", unit) for unit in ("bytes", "utf16", "characters")] == [8, 4, 3]


def test_telegram_counts_what_is_read() -> None:
    said = render("**粗** & [报告](https://a.example)", "telegram")
    assert shown_length(said, "telegram", "utf16") == len("粗 & 报告")
    assert shown_length("**粗**", "wecom", "bytes") == 7
