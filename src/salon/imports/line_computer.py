"""LINE as a computer saves it: days as headings, below them hour, name and text with only spaces between.

Nothing marks where a name ends. Most names are one word; longer ones show in lines of which the rest is known (a
picture, a recall, somebody who joins), and where all lines of one beginning go on alike. What was taken for names is
said to the owner, who sees at once when one is wrong. Read on the parsers of others, November 2026.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from salon.imports.base import Format, Reading, Source
from salon.imports.line import DAY, TITLE, calendar_of_chat, chat_of, is_saved, written_in

_LINE = re.compile(r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d) (?P<rest>\S.*)")
#: A colon behind the first word would tell where the name ends: those are somebody's own notes. `<name>` is IRC.
_SPACED = re.compile(r"\d{1,2}:\d\d (?![^\s:：]*[:：]|[<*=\-\[])\S+ .*")
#: What stands alone behind a name for everything without words.
_MEDIA = frozenset({
    "貼圖", "照片", "圖片", "影片", "檔案", "語音訊息", "相簿", "記事本", "禮物", "位置資訊", "聯絡資訊",
    "贴图", "图片", "视频", "文件", "语音消息", "位置信息",
    "スタンプ", "写真", "動画", "ファイル", "ボイスメッセージ", "アルバム", "ノート", "位置情報", "連絡先",
    "스티커", "사진", "동영상", "파일", "음성메시지", "สติกเกอร์", "รูป", "วิดีโอ", "ไฟล์",
    "Sticker", "Stickers", "Photo", "Photos", "Video", "Videos", "File", "Files", "Location", "Album", "Albums", "Note",
    "Notes", "Gift",
})  # fmt: skip
_LONG_MEDIA = ("Voice message", "Voice messages", "Contact info", "ข้อความเสียง")
#: What the program itself says of somebody, behind their name or around it.
_NAME = r"(?P<name>.{1,40}?) ?"
_TOLD = (
    re.compile(_NAME + r"已?收回(?:了)?(?:一則|一条)?(?:訊息|消息)。?"),
    re.compile(_NAME + r"已?(?:加入|退出|離開|离开)(?:了)?(?:群組|群组|聊天|本群)。?"),
    re.compile(_NAME + r"(?:已?新增.{1,40}至群組|將.{1,40}加入(?:群組|聊天)|變更(?:了)?群組(?:名稱|圖片).*)。?"),
    re.compile(_NAME + r"がメッセージの送信を取り消しました。?"),
    re.compile(_NAME + r"がグループ(?:に参加|を退会|名を.{1,60}変更|アイコンを変更)しました。?"),
    re.compile(_NAME + r"が.{1,40}を(?:グループに)?(?:招待|追加)しました。?"),
    re.compile(_NAME + r"(?:unsent a message|(?:joined|left) the (?:group|chat)|changed the group .*)\.?"),
    re.compile(_NAME + r"(?:added|invited) .{1,40} to the (?:group|chat)\.?"),
    re.compile(r"☎.*|(?:群組通話|グループ通話|Group (?:voice |video )?call).*"),
)
#: Lines of one beginning from which on what they have in common is a name; longest name in words.
_ALIKE, _WORDS = 5, 4


def likeness(source: Source) -> float:
    """Days as headings, and below them hour, name and text with nothing but spaces between."""
    lines = [line for line in source.head if not TITLE.match(line) and not is_saved(line)]
    if not lines or not DAY.fullmatch(lines[0]) or any("\t" in line for line in lines):
        return 0.0
    rest = [line for line in lines if not DAY.fullmatch(line)]
    spaced = sum(bool(_SPACED.fullmatch(line)) for line in rest)
    # Texts of several lines stand below their first one as they are.
    return 0.85 if spaced and 3 * spaced > len(rest) else 0.0


def read(source: Source, reading: Reading) -> None:
    """Read every message; a line without an hour goes on with the message above."""
    calendar, lines = calendar_of_chat(source, reading), source.lines
    names = _names([found["rest"] for line in lines if (found := _LINE.fullmatch(line))])
    day: date | None = None
    for number, line in enumerate(lines, 1):
        if heading := DAY.fullmatch(line):
            day = calendar(written_in(heading))
        elif day and (found := _LINE.fullmatch(line)):
            at = datetime.combine(day, time(int(found["hour"]), int(found["minute"])))
            _take(reading, found["rest"], at, names)
        elif title := TITLE.match(line):
            reading.topic = chat_of(title["title"])
        elif line.strip() and reading.messages:
            reading.add_to_last(line)
        elif line.strip() and not is_saved(line):
            reading.cannot_read(source.name, number, "no day stands above it")
    found_names = list(dict.fromkeys(m.name for m in reading.messages if m.role != "system"))
    shown = ", ".join(found_names[:20]) + (", …" if len(found_names) > 20 else "")
    reading.notes.append(f"a computer marks no end of names; taken for names: {shown}; a telephone's export is exact")


def _take(reading: Reading, rest: str, at: datetime, names: Sequence[str]) -> None:
    if any(told.fullmatch(rest) for told in _TOLD):
        reading.add(id="", author="", name="LINE", text=rest, at=at, role="system")
        return
    name = next((known for known in names if rest.startswith(f"{known} ")), rest.partition(" ")[0])
    text = rest[len(name) :].strip()
    is_said = text not in _MEDIA and text not in _LONG_MEDIA and bool(text)
    reading.add(id="", author=name, name=name, text=text, at=at, role="member" if is_said else "system")


def _names(said: Sequence[str]) -> list[str]:
    """Names of several words, the longest first; of all others the first word is the name."""
    found = {name for rest in said if (name := _shown_by(rest)) and 1 < len(name.split(" ")) <= _WORDS}
    by_word: dict[str, list[list[str]]] = {}
    for rest in said:
        if not any(told.fullmatch(rest) for told in _TOLD):
            words = rest.split(" ")
            by_word.setdefault(words[0], []).append(words)
    for first, lines in by_word.items():
        found |= {name for name in _alike(lines, 1) if name != first}
    return sorted(found, key=lambda name: (-len(name), name))


def _shown_by(rest: str) -> str:
    """The name in a line of which all else is known; empty: it is no such line."""
    for told in _TOLD:
        if found := told.fullmatch(rest):
            return found.groupdict().get("name") or ""
    for media in _LONG_MEDIA:
        if rest.endswith(f" {media}"):
            return rest.removesuffix(media).strip()
    name, _, last = rest.rpartition(" ")
    return name.strip() if last in _MEDIA else ""


def _alike(lines: Iterable[list[str]], words: int) -> set[str]:
    """Names with which all *lines* of one beginning (*words* long) go on: `Mary Ann`, `Mary Lee`, never `Mary`."""
    lines = list(lines)
    following = Counter(line[words] for line in lines if len(line) > words + 1)
    common = {word for word, times in following.items() if times >= _ALIKE}
    begun = " ".join(lines[0][:words])
    if words >= _WORDS or not common or sum(following[word] for word in common) < len(lines):
        return {begun}
    return {
        name
        for word in common
        for name in _alike([line for line in lines if len(line) > words + 1 and line[words] == word], words + 1)
    }


FORMATS = (Format(name="line-computer", title="LINE, saved on a computer (.txt)", likeness=likeness, read=read),)
