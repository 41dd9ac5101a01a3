"""One record per platform: how it writes the subset, and what keeps plain text from being markup there.

Read in November 2026: core.telegram.org/bots/api "HTML style"; spec.matrix.org v1.16 "m.room.message msgtypes";
support.discord.com "Markdown Text 101"; developer.work.weixin.qq.com 91770; open.dingtalk.com "Message types of custom
robots"; open.feishu.cn "Rich text component of cards"; docs.slack.dev "Formatting message text".
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence

from salon.markup.dialect import Dialect, Piece, apart, listed, quoted, spaced
from salon.markup.inert import wide
from salon.markup.reading import SCHEMES

#: An address in plain text keeps its marks: changed, it would lead nowhere.
_ADDRESS = re.compile(r"(https?://(?:[A-Za-z0-9._:/?#$&+,;=%-]|~(?!~))+)")
_BEGINS = re.compile(r"^(?:[>#](?=[\s>#]|$)|>|[-+](?=[\s#+-]|$))|(?<=^\d)[.)](?=\s|$)|(?<=^\d\d)[.)](?=\s|$)")
#: Beside letters on both sides it is part of a name (`open_room`), and no platform acts on it.
_EDGE = r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"
_OWN_LINE = "\x1e"


def _guarded(marks: str, defuse: Callable[[str], str]) -> Callable[[str, bool], str]:
    """Text with each of *marks* defused, and at the beginning of a line also what makes a heading, list or quote."""
    found = re.compile(rf"[{re.escape(marks)}]|{_EDGE}")

    def text(words: str, begins: bool) -> str:
        if begins:
            words = _BEGINS.sub(lambda mark: f"\x1f{mark[0]}", words)
        pieces = _ADDRESS.split(words)
        for n in range(0, len(pieces), 2):
            safe = re.sub(rf"\x1f(.)|{found.pattern}", lambda mark: defuse(mark[1] or mark[0]), pieces[n])
            pieces[n] = safe
        return "".join(pieces)

    return text


def _entity(text: str, begins: bool = False) -> str:
    return html.escape(text, quote=False)


def _attribute(url: str) -> str:
    return html.escape(_safe(url))


def _safe(url: str) -> str:
    """*url* without what would end it early in any dialect, or make something bold."""
    return re.sub(r"[\s()<>|*`'\"\\\[\]]", lambda mark: f"%{ord(mark[0]):02X}", url)


# What leaders copy and paste: no marks left over, an address on a line of its own.


def _plain_link(words: str, url: str) -> str:
    return f"{words}{_OWN_LINE}{url}{_OWN_LINE}"


def _own_lines(line: str) -> list[str]:
    """*line* with each address on a line of its own; a full stop alone after one is left out."""
    lines: list[str] = []
    for n, piece in enumerate(line.split(_OWN_LINE)):
        words = piece.strip() if _OWN_LINE in line else piece
        if words and (n == 0 or n % 2 or words.strip("。.，,；;！!）)")):
            lines.append(words)
    return lines


def _plain_paragraph(lines: Sequence[str]) -> str:
    return "\n".join(own for line in lines for own in (_own_lines(line) or [""]))


def _plain_heading(level: int, words: str) -> str:
    return "\n".join(line if _is_address(line) else _framed(line) for line in _own_lines(words))


def _is_address(line: str) -> bool:
    return line.startswith(SCHEMES) and " " not in line


def _framed(words: str) -> str:
    return words if words.startswith("【") else f"【{words}】"


def _plain_list(items: Sequence[str], start: int | None) -> str:
    lines = listed("· ", "  ")(items, start).split("\n")
    # An address is set in by nothing: it must survive being copied.
    return "\n".join(line.strip() if _is_address(line.strip()) else line for line in lines)


def _plain_quote(text: str) -> str:
    lines = text.split("\n")
    words = [n for n, line in enumerate(lines) if line and not _is_address(line)]
    if words and not lines[words[0]].startswith(("“", "「", '"')):
        lines[words[0]] = f"“{lines[words[0]]}"
        lines[words[-1]] += "”"
    return "\n".join(lines)


_PLAIN = Dialect(
    text=lambda text, begins: text,
    code_text=str,
    link=_plain_link,
    heading=_plain_heading,
    paragraph=_plain_paragraph,
    listing=_plain_list,
    quote=_plain_quote,
    code_block=str,
    literal=lambda self, lines: "\n".join(lines),
)

# HTML: telegram's few tags, and those of mail and Matrix.


def _telegram_quote(text: str) -> str:
    # One does not stand in another, and no code in it.
    inner = re.sub(r"</?blockquote>", "", text)
    return f"<blockquote>{inner}</blockquote>"


_TELEGRAM = Dialect(
    text=_entity,
    code_text=_entity,
    bold=("<b>", "</b>"),
    italic=("<i>", "</i>"),
    code=("<code>", "</code>"),
    link=lambda words, url: f'<a href="{_attribute(url)}">{words}</a>' if words else _entity(url),
    heading=lambda level, words: f"<b>{words}</b>",
    quote=_telegram_quote,
    code_block=lambda text: f"<pre>{text}</pre>",
)


def _html_list(items: Sequence[str], start: int | None) -> str:
    # A paragraph alone in an item is no paragraph to the eye.
    inner = "".join(f"<li>{re.sub('^<p>(.*?)</p>', lambda found: found[1], item, count=1)}</li>" for item in items)
    if start is None:
        return f"<ul>{inner}</ul>"
    return f"<ol>{inner}</ol>" if start == 1 else f'<ol start="{start}">{inner}</ol>'


def _html_link(words: str, url: str) -> str:
    return f'<a href="{_attribute(url)}">{words or html.escape(url)}</a>'


def _html_join(pieces: Sequence[Piece]) -> str:
    return "".join(text for text, _ in pieces)


def _html_literal(_: Dialect, lines: Sequence[str]) -> str:
    return "<br>".join(map(_html_line, lines))


def _html_line(line: str) -> str:
    pieces = _ADDRESS.split(line)
    pieces[1::2] = [_html_link("", url) for url in pieces[1::2]]
    pieces[::2] = [_html_text(piece) for piece in pieces[::2]]
    indent = len(pieces[0]) - len(pieces[0].lstrip(" "))
    return "&nbsp;" * indent + "".join(pieces).removeprefix(" " * indent)


def _html_text(text: str, begins: bool = False) -> str:
    # A word by which whole rooms are called (Matrix) stays a word.
    return html.escape(re.sub(r"@(?=room(?![A-Za-z0-9]))", wide("@"), text))


_HTML = Dialect(
    text=_html_text,
    code_text=_html_text,
    bold=("<strong>", "</strong>"),
    italic=("<em>", "</em>"),
    code=("<code>", "</code>"),
    link=_html_link,
    heading=lambda level, words: f"<h{level}>{words}</h{level}>",
    nests_code=True,
    paragraph=lambda lines: f"<p>{'<br>'.join(lines)}</p>",
    listing=_html_list,
    quote=lambda text: f"<blockquote>{text}</blockquote>",
    rule="<hr>",
    code_block=lambda text: f"<pre><code>{text}</code></pre>",
    join=_html_join,
    item_join=_html_join,
    literal=_html_literal,
)

# Platforms with a Markdown of their own.


def _square(words: str, url: str) -> str:
    return f"[{words}]({_safe(url)})" if words else url


_CALLS = re.compile(r"@(?=everyone|here)|<(?=[@#!:/a-z])")
_discord_marks = _guarded(r"\*~`|[]<", lambda mark: f"\\{mark}")


def _discord_text(words: str, begins: bool) -> str:
    # A backslash does not keep a call to everybody from being one: the mark itself is another.
    return _discord_marks(_CALLS.sub(lambda mark: wide(mark[0]), words), begins)


def _discord_code(words: str) -> str:
    return _CALLS.sub(lambda mark: wide(mark[0]), words).replace("`", wide("`"))


_DISCORD = Dialect(
    text=_discord_text,
    code_text=_discord_code,
    bold=("**", "**"),
    italic=("*", "*"),
    code=("`", "`"),
    link=_square,
    heading=lambda level, words: f"{'#' * min(level, 3)} {words}",
    listing=listed("- ", "   "),
    code_block=lambda text: f"```\n{text}\n```",
)

_wide_text = _guarded("*~`[]<>\\", wide)


def _wide_code(words: str) -> str:
    return re.sub("[`<>]", lambda mark: wide(mark[0]), words)


_WECOM = Dialect(
    text=_wide_text,
    code_text=_wide_code,
    bold=("**", "**"),
    code=("`", "`"),
    link=_square,
    heading=lambda level, words: f"{'#' * level} {words}",
    code_block=lambda text: text,
)


def _ends(lines: Sequence[str]) -> str:
    # There two spaces end a line; a line break alone is a space.
    return "  \n".join(lines)


_DINGTALK = Dialect(
    text=_wide_text,
    code_text=_wide_code,
    bold=("**", "**"),
    italic=("*", "*"),
    link=_square,
    heading=lambda level, words: f"{'#' * level} {words}",
    paragraph=_ends,
    listing=listed("- ", "   "),
    code_block=lambda text: _ends(text.split("\n")),
    join=apart,
    item_join=spaced,
    literal=lambda self, lines: _ends([self.text(line, True) for line in lines]),
)

_feishu_text = _guarded("*~`[]<>\\&", lambda mark: f"&#{ord(mark)};")


def _feishu_code(words: str) -> str:
    return "\n".join(_feishu_text(line, True) for line in words.split("\n"))


_FEISHU = Dialect(
    text=_feishu_text,
    code_text=_feishu_code,
    bold=("**", "**"),
    italic=("*", "*"),
    link=_square,
    # Its Markdown of cards knows no headings.
    heading=lambda level, words: f"**{words}**",
    quote=quoted("▏"),
    code_block=str,
)

_slack_marks = _guarded("*~`", wide)


def _slack_text(words: str, begins: bool) -> str:
    return _entity(_slack_marks(words, begins))


_SLACK = Dialect(
    text=_slack_text,
    code_text=lambda words: _entity(words.replace("`", wide("`"))),
    bold=("*", "*"),
    italic=("_", "_"),
    code=("`", "`"),
    link=lambda words, url: f"<{_entity(_safe(url))}|{words}>" if words else f"<{_entity(_safe(url))}>",
    heading=lambda level, words: f"*{words}*",
    needs_space=True,
    code_block=lambda text: f"```\n{text}\n```",
)

#: Name → how it is written.
RECORDS: Mapping[str, Dialect] = {
    "plain": _PLAIN,
    "telegram": _TELEGRAM,
    "matrix": _HTML,
    "html": _HTML,
    "discord": _DISCORD,
    "wecom": _WECOM,
    "dingtalk": _DINGTALK,
    "feishu": _FEISHU,
    "slack": _SLACK,
}
