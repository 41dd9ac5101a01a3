"""One line of an IRC log taken apart: its time, who, what, in the shapes that the common clients write."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Formatting of mIRC (colours with their numbers, bold, reverse …) and whatever else cannot be seen.
_UNSEEN = re.compile(r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|[\x00-\x08\x0b-\x1f\x7f]")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HEAD = re.compile(
    r"\[?(?P<iso>\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)\]?(?=[\s<*]|$) ?"
    rf"|(?P<month>{'|'.join(MONTHS)})\s+(?P<day>\d{{1,2}})\s+(?P<clock2>\d\d:\d\d:\d\d)(?=\s) ?"
    r"|[\[(]?(?P<clock>\d{1,2}:\d\d(?::\d\d)?)[\])]?(?=[\s<*]|$) ?"
)
_NICK = r"[^\s>][^\t]{0,60}?"
_SAID = re.compile(rf"\s*<[@+%&~!. ]?(?P<nick>{_NICK})\s*>(?:[ \t]|$)(?P<text>.*)", re.S)
#: weechat: nick and text between tabs.
_TABBED = re.compile(r"\t(?P<nick>[^\t]{0,61})\t(?P<text>.*)", re.S)
#: Old logs of RRSAgent: `14:58:44 [nick] text`.
_BRACKETED = re.compile(r"\[(?P<nick>[^\s\[\]]{1,40})\] (?P<text>.*)", re.S)
_ACTED = re.compile(r"\s*(?:\*|Action:)[ \t]+(?P<nick>[^\s*]{1,60})(?:[ \t](?P<text>.*))?$", re.S)
_TOLD = re.compile(r"\s*(?:-!-|\*\*\*|===|-->|<--|--|=!=|---|-[^\s-][^-]*-|Nick change:)(?:\s|$)")
#: Ubuntu's old logs write actions as they write joins.
_OLD_ACTION = re.compile(r"=== (?P<nick>[^\s\[]+) (?P<text>[^\[].*)", re.S)
_EVENT = re.compile(
    r"\bhas (?:joined|left|quit)\b|\bis now known as\b|\bsets? mode|\bchange[ds] (?:the )?topic|\bwas kicked\b"
    r"|^\W*(?:Joins|Parts|Quits|Topic)\b|\) (?:joined|left|quit)\b|\] has |\bset the topic\b"
    r"|\bTopic for #|\bUsers on #"
    # HexChat tells everything with the star of an action.
    r"|^\s*\*\t(?:Now talking on #|Channel #|Disconnected \(|You (?:are now known as|have (?:left|been kicked)) )"
    r"|^\s*\*\t\S+ (?:gives|removes) (?:channel|voice)|^\s*\*\t\S+ has kicked ",
    re.I,
)
_TABBED_ACTION, _TABBED_EVENTS = "*", {"", "--", "-->", "<--", "=!=", "---"}


@dataclass(frozen=True)
class Line:
    """What one line of a log says."""

    #: "said", "acted", or "told": what a client tells of joins, leaves and topics.
    kind: str
    nick: str
    text: str
    #: Day and time as written, with or without a zone; empty: only `clock`, or nothing.
    iso: str = ""
    clock: str = ""
    #: Month and day, in logs that leave out the year; 0: none.
    month: int = 0
    day: int = 0


def seen(raw: str) -> str:
    """*raw* without colours and control characters."""
    return _UNSEEN.sub("", raw)


def taken(line: str) -> Line | None:
    """*line* taken apart; None: it is no line of an IRC log."""
    head = _HEAD.match(line)
    rest = line[head.end() :] if head else line
    found = _kind(rest, head, line)
    if found is None:
        return None
    kind, nick, text = found
    nick = nick.lstrip("@+%&~! ").strip()
    if head is None:
        return Line(kind, nick, text.strip())
    month = MONTHS.index(head["month"]) + 1 if head["month"] else 0
    clock = head["clock"] or head["clock2"] or ""
    return Line(kind, nick, text.strip(), head["iso"] or "", clock, month, int(head["day"] or 0))


def _kind(rest: str, head: re.Match[str] | None, line: str) -> tuple[str, str, str] | None:
    if said := _SAID.match(rest):
        return "said", said["nick"], said["text"]
    if rest.startswith("==="):
        old = _OLD_ACTION.match(rest)
        return ("acted", old["nick"], old["text"]) if old and not _EVENT.search(rest) else ("told", "", rest)
    if head is None:
        return ("told", "", rest) if rest.startswith(("--- ", "*** ", "**** ", "Session ")) else None
    if head["iso"] and (tabbed := _TABBED.match(rest)):
        return _tabbed(tabbed["nick"].strip(), tabbed["text"])
    if head["clock"] and line[0] not in "[(" and (old := _BRACKETED.match(rest)):
        return "said", old["nick"], old["text"]
    if _EVENT.search(rest) or _TOLD.match(rest):
        return "told", "", rest
    acted = _ACTED.match(rest)
    return ("acted", acted["nick"], acted["text"] or "") if acted else None


def _tabbed(nick: str, text: str) -> tuple[str, str, str]:
    if nick in _TABBED_EVENTS:
        return "told", "", f"{nick} {text}"
    if nick == _TABBED_ACTION:
        who, _, what = text.strip().partition(" ")
        return "acted", who, what
    return "said", nick, text
