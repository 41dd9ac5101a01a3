"""Tables of messages, whatever made them: which column is the author, the time, the text is told by its name.

The WeChat exporters that are common (columns read November 2026) name them StrTalker, Sender, NickName, CreateTime,
StrTime, StrContent, Type, SubType, IsSender; or talker, msg, is_sender, type_name; or senderUsername, formattedTime.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from salon.imports.base import Reading, moment_of
from salon.imports.chinese import is_media, is_recall
from salon.imports.clocks import STAMP, Days, stamp_in
from salon.imports.shapes import fields_in, first_of, text_in
from salon.imports.spoken import Spoken

#: What a message has → names of its column, folded and without spaces and underscores, best first.
_COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("msgsvrid", "serverid", "platformmessageid", "messageid", "msgid", "localid", "id", "序号", "消息id"),
    "key": (
        "senderusername", "senderwxid", "sender", "senderid", "fromid", "authorid", "wxid", "fromuser", "发送者id",
        "发送者wxid", "发送人id", "微信id", "talker", "qq号", "uin",
    ),
    # The owner's private remark on a friend is the last choice: it is nobody else's business.
    "name": (
        "groupnickname", "senderdisplayname", "sendername", "fromnickname", "nickname", "accountname", "displayname",
        "author", "from", "name", "user", "username", "群昵称", "发送者昵称", "昵称", "发送者", "发送人",
        "姓名", "说话人", "talker", "senderremark", "remark", "备注",
    ),
    "time": (
        "createtime", "timestamp", "time", "formattedtime", "strtime", "datetime", "date", "createdat", "sentat",
        "时间", "发送时间", "日期", "消息时间",
    ),
    "text": (
        "strcontent", "content", "msg", "message", "text", "body", "displaycontent", "内容", "消息内容", "消息", "文本",
    ),
    "type": ("type", "typename", "localtype", "msgtype", "contenttype", "类型", "消息类型"),
    "subtype": ("subtype",),
    "mine": ("issender", "issend", "isself", "是否本人"),
    "chat": ("strtalker", "roomname", "talkername", "会话"),
    "reply": ("replytomessageid", "replyto", "quotedid", "referid"),
}  # fmt: skip
#: Columns that only exporters of WeChat have.
_WECHAT = {
    *("strtalker", "strcontent", "strtime", "issender", "issend", "isself", "msgsvrid", "senderusername", "senderwxid"),
}
_TEXTS = {
    *(
        "1",
        "25",
        "0",
        "",
        "text",
        "quote",
        "文本",
        "文本消息",
        "文字",
        "引用",
        "引用消息",
        "引用回复",
        "带有引用的文本消息",
    ),
}
_APPS = {"49", "app", "分享", "链接", "链接消息", "分享链接", "卡片式链接", "link", "share"}
_SYSTEMS = {"10000", "10002", "system", "系统", "系统消息", "系统通知", "撤回消息", "recall", "拍一拍"}
_QUOTED = {"57"}
#: QQ's own numbers; what is no words stands in brackets as text, and is known by that.
_NUMBERED = re.compile(r"type_\d+")
_TIME = re.compile(rf"\s*{STAMP}\s*")
_XML_START = re.compile(r"\s*(?:[\w@.\-]{1,80}:\s*)?(?=<(?:\?xml|!|msg|sysmsg|appmsg))")
_LONGEST_XML = 200_000
#: `2026-11-19` and `20261119`: what ISO 8601 has for a day.
_LONGEST_DAY = 10
_ME = "我"


def folded(name: object) -> str:
    """A column's name without case, spaces, underscores, and what stands in brackets."""
    return re.sub(r"[\s_\-]|[(（].*", "", text_in(name).casefold().lstrip("\ufeff"))


def columns_of(names: Iterable[object]) -> dict[str, tuple[str, ...]]:
    """What a message has → the columns that may say it, best first, as they are written in the table."""
    written = {folded(name): text_in(name) for name in names}
    return {what: tuple(written[c] for c in columns if c in written) for what, columns in _COLUMNS.items()}


def likeness_of(names: Iterable[object]) -> float:
    """How sure the columns are those of a table of messages: surer where they are a WeChat exporter's."""
    names = tuple(names)
    found = columns_of(names)
    if not found["text"] or not found["time"] or not (found["name"] or found["key"]):
        return 0.0
    wechat = {folded(name) for name in names} & _WECHAT
    return 0.9 if len(wechat) > 1 else 0.8 if wechat else 0.4


@dataclass
class Table:
    """Takes in rows one after another."""

    reading: Reading
    columns: Mapping[str, tuple[str, ...]]
    #: Authors of messages that are not the exporter's own.
    others: frozenset[str] = frozenset()
    spoken: Spoken = field(init=False)
    days: Days = field(default_factory=Days)
    #: Server's id → place among the messages, for recalls.
    _places: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """The messages are added through one memory of what may be quoted."""
        self.spoken = Spoken(self.reading)

    def take(self, row: Mapping[str, Any]) -> bool:
        """Take in one row; whether it has a time that can be read."""
        at = self._at(row)
        if at is None:
            return False
        kind, subtype = _kind(self._text(row, "type"), self._text(row, "subtype"))
        text, id = self._content(row), self._text(row, "id").strip()
        key, name = self._author(row)
        # In groups some keep the sender's key above the text, as the database does.
        text = text.removeprefix(f"{key}:\n")
        is_news = kind in _SYSTEMS or row.get("system") is True
        if is_news or (text.lstrip().startswith("<sysmsg") and kind not in _TEXTS):
            self._tell(text, at, id)
            return True
        said, quoted = _unpacked(text)
        quoted = quoted or _referred(row)
        is_text = kind in _TEXTS or bool(_NUMBERED.fullmatch(kind)) or not self.columns["type"]
        is_words = is_text or kind in _APPS or subtype in _QUOTED
        is_recalled = row.get("recalled") is True or is_recall(said, name)
        reply = self._text(row, "reply").strip() or self._quoted_id(quoted)
        role = "member" if is_words and not is_recalled and not is_media(said) and not _is_markup(said) else "system"
        if role == "system" or reply:
            self.spoken.add(id=id, author=key, name=name, text=said, at=at, reply_to=reply, role=role)
        else:
            self.spoken.say(id=id, author=key, name=name, text=said, at=at)
        if id:
            self._places[id] = len(self.reading.messages) - 1
        return True

    def is_mine(self, row: Mapping[str, Any]) -> bool:
        """Whether the exporter wrote it."""
        value = first_of(
            *(row.get(c) if not isinstance(row.get(c), bool) else str(row[c]) for c in self.columns["mine"])
        )
        return value.strip().casefold() in ("1", "true", "yes", "是", "1.0")

    def key_of(self, row: Mapping[str, Any]) -> str:
        """The author's stable key, as written; empty: none."""
        sender = next((fields_in(row[c]) for c in self.columns["key"] if isinstance(row.get(c), dict)), {})
        return first_of(*(sender.get(k) for k in ("wxid", "uid", "uin", "id")), self._text(row, "key")).strip()

    def _author(self, row: Mapping[str, Any]) -> tuple[str, str]:
        key = self.key_of(row)
        sender = next((fields_in(row[c]) for c in self.columns["key"] if isinstance(row.get(c), dict)), {})
        name = first_of(*(sender.get(k) for k in ("groupCard", "nickname", "name", "remark")), self._text(row, "name"))
        if self.is_mine(row) and (not key or key in self.others):
            # Some exporters write the friend's name beside one's own messages.
            return "self", _ME
        return key or name.strip(), name.strip() or key or "?"

    def _text(self, row: Mapping[str, Any], what: str) -> str:
        return first_of(*(row.get(column) for column in self.columns[what]))

    def _content(self, row: Mapping[str, Any]) -> str:
        inner = next((fields_in(row[c]) for c in self.columns["text"] if isinstance(row.get(c), dict)), {})
        return first_of(inner.get("text"), inner.get("content"), self._text(row, "text"))

    def _at(self, row: Mapping[str, Any]) -> datetime | None:
        written = [text for c in self.columns["time"] if (text := text_in(row.get(c)).strip())]
        # Seconds since 1970 are exact; a written time has no zone.
        exact = next((at for text in written if (at := moment_of(text)) is not None), None)
        return exact or next((at for text in written if (at := self._written(text)) is not None), None)

    def _written(self, text: str) -> datetime | None:
        try:
            at = datetime.fromisoformat(text)
            # A day alone says no hour.
            self.reading.lacks_hours = self.reading.lacks_hours or len(text) <= _LONGEST_DAY
            return at
        except ValueError:
            found = _TIME.fullmatch(text) if len(text) < 100 else None
            stamp = stamp_in(found.groupdict()) if found else None
            return self.days.at(stamp) if stamp and stamp.has_day else None

    def _quoted_id(self, quoted: Mapping[str, str]) -> str:
        if quoted.get("id") in self._places:
            return self.reading.messages[self._places[quoted["id"]]].id
        return self.spoken.find(quoted["who"], quoted["what"]) if quoted else ""

    def _tell(self, text: str, at: datetime, id: str) -> None:
        """A system line; where it recalls a message that an exporter kept, that message's words go too."""
        tree = _tree(text)
        gone = (tree.findtext(".//newmsgid") or tree.findtext(".//msgid") or "").strip() if tree is not None else ""
        told = (tree.findtext(".//replacemsg") or tree.findtext(".//content") or "") if tree is not None else text
        if gone in self._places:
            place = self._places[gone]
            self.reading.messages[place] = replace(self.reading.messages[place], text="", role="system")
        self.reading.add(id=id, author="", name="*", text=told, at=at, role="system")


def _kind(kind: str, subtype: str) -> tuple[str, str]:
    """Type and subtype as words or numbers; newer databases keep both in one number, the type in its lower half."""
    kind, subtype = kind.strip().casefold().removesuffix(".0"), subtype.strip().removesuffix(".0")
    if kind.isdecimal() and 2**32 <= int(kind[:19]) < 2**63:
        return str(int(kind[:19]) % 2**32), str(int(kind[:19]) // 2**32)
    return kind, subtype


def _unpacked(text: str) -> tuple[str, dict[str, str]]:
    """The words of a shared page or of an answer, and what it answers: id, who, what."""
    tree = _tree(text)
    if tree is None:
        return text, {}
    title, url = (tree.findtext(".//title") or "").strip(), (tree.findtext(".//url") or "").strip()
    refer = tree.find(".//refermsg")
    if refer is None:
        return "\n".join(part for part in (title, url) if part), {}
    quoted = {
        k: (refer.findtext(tag) or "").strip()
        for k, tag in (("id", "svrid"), ("who", "displayname"), ("what", "content"))
    }
    return title, quoted


def _referred(row: Mapping[str, Any]) -> dict[str, str]:
    """What a row answers, where chatlog tells it beside the words (`contents.refer`, read November 2026)."""
    refer = fields_in(fields_in(row.get("contents")).get("refer"))
    who = first_of(refer.get("senderName"), refer.get("sender")).strip()
    return {"who": who, "what": text_in(refer.get("content"))} if who else {}


def _tree(text: str) -> ElementTree.Element | None:
    """The XML in which WeChat keeps answers, shared pages and recalls; None: it is none, or not a harmless one."""
    start = _XML_START.match(text) if "<" in text[:100] else None
    # Entities of its own are what an attack is made of, and nothing else.
    if start is None or len(text) > _LONGEST_XML or "<!" in text.replace("<![CDATA[", ""):
        return None
    try:
        return ElementTree.fromstring(text[start.end() :].strip())
    except (ElementTree.ParseError, ValueError):
        return None


def _is_markup(text: str) -> bool:
    """Whether *text* is a program's XML that nothing could be taken from."""
    return bool(_XML_START.match(text)) if "<" in text[:100] else False
