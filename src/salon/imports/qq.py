"""QQ's own text export (消息记录), what is copied out of its window, and the text of common exporters.

`2026-11-19 20:15:01 【群主】名字(12345678)` or `… 名字<name@example.org>` begins a message; its number, not its
name, says who it is. Read on what public tools parse, November 2026.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from salon.errors import Mistakes
from salon.imports.base import Format, Reading, Source
from salon.imports.chinese import is_notice
from salon.imports.clocks import STAMP, Days, stamp_in
from salon.imports.conversations import pick
from salon.imports.spoken import Spoken

_HEADER = re.compile(
    rf"{STAMP}\s+(?P<name>.{{0,100}}?)(?:[(（](?P<number>\d{{4,12}})[)）]|<(?P<mail>[^<>\s]{{1,80}}@[^<>\s]{{3,80}})>)\s*"
)
_SYSTEM = re.compile(rf"{STAMP}\s+(?P<name>系统消息)\s*")
_OBJECT = re.compile(r"消息对象[:：]\s*(?P<name>.*)")
_FURNITURE = re.compile(r"=+|消息记录[（(].*|消息(?:分组|管理器)[:：].*|\s*")
_LEVEL = re.compile(r"【(?P<level>[^】]{1,20})】\s*")
_LEVELS = re.compile(r"群主|管理员|LV\d+.*|潜水|冒泡|吐槽|活跃|话唠|传说|机器人", re.I)
#: Numbers under which programs, and all that are anonymous, write.
_PROGRAMS, _ANONYMOUS = {"10000", "1000000", "2854196310"}, {"80000000"}
_LONGEST = 250
_SNIFF = 400


@dataclass(frozen=True)
class _Header:
    line: int
    at: datetime
    name: str
    #: Number or address; empty: none, as of the program.
    key: str


def likeness(source: Source) -> float:
    """Sure where the lines have QQ's headers; its own heading makes it surer."""
    lines = [line[:_LONGEST] for line in source.lines[:_SNIFF]]
    found = sum(_is_header(line) for line in lines)
    headed = any(line.startswith(("消息记录（", "消息记录(", "消息对象")) for line in lines[:20])
    if not found or (found < 2 and not headed):
        return 0.0
    return 0.98 if headed else 0.92


def read(source: Source, reading: Reading) -> None:
    """Read every message of one chat. Raises `Mistakes` when the file holds several and none was named."""
    lines = source.lines
    start, upto, reading.topic = _chat(source, reading)
    headers = list(_headers(source, reading, start, upto))
    levels, spoken = _levels(headers), Spoken(reading)
    names = {_shown(h, levels) for h in headers}
    ends = [h.line for h in headers[1:]] + [upto] * bool(headers)
    for number, line in enumerate(lines[start : headers[0].line if headers else upto], start + 1):
        if not _FURNITURE.fullmatch(line) and not _OBJECT.match(line):
            reading.cannot_read(source.name, number, "stands before the first message; it is left out")
    for header, end in zip(headers, ends, strict=True):
        text = "\n".join(lines[header.line + 1 : end]).strip("\n").strip()
        if header.key in _PROGRAMS or not header.key or is_notice(text, names):
            spoken.tell(text, header.at)
        else:
            spoken.say(name=_shown(header, levels), text=text, at=header.at, author=_author(header))


FORMATS = (Format(name="qq", title="QQ, exported messages (.txt)", likeness=likeness, read=read),)


def _is_header(line: str) -> bool:
    found = _HEADER.fullmatch(line)
    return bool(found and found["y"])


def _chat(source: Source, reading: Reading) -> tuple[int, int, str]:
    """Where the chat that is meant begins and ends, and its name: a full export has one after another."""
    found = [(k, o["name"].strip()) for k, line in enumerate(source.lines) if (o := _OBJECT.match(line))]
    ends = [k for k, _ in found[1:]] + [len(source.lines)] * bool(found)
    chats = [(k, end, name) for (k, name), end in zip(found, ends, strict=True)]
    filled = [c for c in chats if any(_is_header(line) for line in source.lines[c[0] : c[1]] if len(line) < _LONGEST)]
    if len(filled) < 2 and not reading.conversation:
        return 0, len(source.lines), filled[0][2] if filled else found[0][1] if found else ""
    if not filled:
        raise Mistakes([f"{source.name}: no chat is named {reading.conversation!r}; the file names none"])
    return filled[pick([name for _, _, name in filled], reading.conversation, source.name)]


def _headers(source: Source, reading: Reading, start: int, upto: int) -> Sequence[_Header]:
    days = Days()
    headers: list[_Header] = []
    for k in range(start, upto):
        line = source.lines[k]
        found = (_HEADER.fullmatch(line) or _SYSTEM.fullmatch(line)) if len(line) < _LONGEST else None
        if found is None or not found["y"]:
            continue
        # Every message ends with an empty line: a header right below a text is part of what somebody pasted.
        above = source.lines[k - 1] if k > start else ""
        if above.strip() and not above.startswith("=") and not (headers and headers[-1].line == k - 1):
            continue
        stamp, groups = stamp_in(found.groupdict()), found.groupdict()
        if stamp is None:
            reading.cannot_read(source.name, k + 1, "no such time; the message is left out")
            continue
        key = groups.get("number") or (groups.get("mail") or "").casefold()
        headers.append(_Header(k, days.at(stamp), found["name"].strip(), key))
    return headers


def _levels(headers: Sequence[_Header]) -> set[str]:
    """What stands in 【】 before several members' names: their level in the group, which is not the name."""
    bearers: dict[str, set[str]] = defaultdict(set)
    for header in headers:
        if found := _LEVEL.match(header.name):
            bearers[found["level"]].add(header.key)
    return {level for level, keys in bearers.items() if len(keys) > 1 or _LEVELS.fullmatch(level)}


def _shown(header: _Header, levels: set[str]) -> str:
    """The name without level; where there is none, the end of the number: the whole one is nobody's business."""
    found = _LEVEL.match(header.name)
    name = header.name[found.end() :] if found and found["level"] in levels else header.name
    return name.strip() or f"QQ …{header.key[-4:]}"


def _author(header: _Header) -> str:
    """The number; everybody who is anonymous has the same one, so there the name counts."""
    return f"{header.key} {header.name}" if header.key in _ANONYMOUS else header.key
