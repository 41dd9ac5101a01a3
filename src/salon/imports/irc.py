"""IRC logs: weechat, irssi, ZNC, energymech (Ubuntu), mIRC, HexChat, eggdrop, and those of the W3C's RRSAgent.

A log line is one message; who joins, leaves or is renamed is a system line. A member keeps their key through
`/nick`; bots are no members. Days come from the lines, from `Log opened` and its like, or from the file's name.
What a W3C scribe writes down stays the scribe's: only they know whether it is what was said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from salon.analysis.log import is_bot
from salon.imports.base import Format, Reading, Source
from salon.imports.clocks import Days, Stamp, file_day
from salon.imports.irc_lines import MONTHS, Line, seen, taken

_BOTS = {"zakim", "rrsagent", "trackbot", "supybot", "ubottu", "meetingology", "chanserv", "nickserv", "limnoria"}
_MONTH = rf"(?:{'|'.join(MONTHS)})"
_OPENS = re.compile(r"Log opened|Day changed|Session (?:Start|Time)|BEGIN LOGGING|Meeting started|^\W*--- \w{3} ")
_DATE = re.compile(
    rf"(?:(?P<mon>{_MONTH})[a-z]*\s+(?P<day>\d{{1,2}}),?|(?P<day2>\d{{1,2}})\s+(?P<mon2>{_MONTH})[a-z]*)"
    r"(?:\s+\d\d:\d\d:\d\d)?\s+(?:[A-Z]{3,4}\s+)?(?P<year>\d{4})(?:\s+(?P<zone>UTC|GMT)\b)?"
)
_W3C_DAY = re.compile(r"logging to \S*/(\d{4})/(\d\d)/(\d\d)-")
_RENAMED = re.compile(r"(?P<old>\S{1,60})\s+(?:\([^)]{0,200}\)\s+)?(?:is now known as|->)\s+(?P<new>\S{1,60}?)\.?\s*$")
_QUIT = re.compile(
    r"(?:Quits|Parts):\s+(?P<a>\S{1,60})|(?P<b>\S{1,60})\s+[\[(][^\])]{0,200}[\])]\s+(?:has )?(?:quit|left|parted)",
    re.I,
)
_W3C = re.compile(
    r"(?:present|regrets|agenda)[+-].*|q[+\-?=]*|q[+-] \S+|queue\??|(?:ack|vq\?)\b ?\S*|(?:scribe(?:nick)?|chair) ?:.*"
    r"|(?:zakim|rrsagent|trackbot), .*|[si]/.*/.*/g?",
    re.I,
)
_W3C_MARK = re.compile(r">\s*(?:present\+|scribe(?:nick)?\s*:|q\+)|RRSAgent|Zakim", re.I)
#: What people put behind their nick while they are away or their old connection still hangs.
_DECORATION = re.compile(r"(?:[_`^\-]+\d*|\|\w*|\[\w*\])$")
#: Queue commands are short; what clients tell is, too.
_LONGEST = 500
#: MeetBot names the day only after somebody has started it: within so many lines.
_AHEAD = 20
_SNIFF, _MARKUP = 200, re.compile(r"\s*<(?:!doctype|html|\?xml)", re.I)


def likeness(source: Source) -> float:
    """How many of the first lines are those of an IRC log."""
    if _MARKUP.match(source.text[:200]):
        return 0.0
    first = list(islice((line for line in source.lines if line.strip()), _SNIFF))
    lines = [line for raw in first if (line := taken(seen(raw[:500])))]
    said = [line for line in lines if line.kind != "told"]
    # Without times, `<nick> text` is likely only where nicks return.
    if not any(line.iso or line.clock for line in said) and len({line.nick for line in said}) * 2 > len(said):
        return 0.0
    share = len(lines) / len(first) if said else 0.0
    return min(0.95, 0.5 + share / 2) if share > 0.5 else 0.0


def read(source: Source, reading: Reading) -> None:
    """Read every line; what is no line of a log is noted, or continues a message in the W3C's logs."""
    w3c = sum(bool(_W3C_MARK.search(line)) for line in source.lines[:400]) > 1
    log = _Log(reading, Days(day=file_day(source.name), rolls=True), is_w3c=w3c)
    log.look_ahead(source.lines[:_AHEAD])
    for number, raw in enumerate(source.lines, 1):
        line = seen(raw)
        if line.strip():
            log.take(source.name, number, line)
    log.finish()


FORMATS = (
    Format(
        name="irc",
        title="IRC log: weechat, irssi, ZNC, energymech, mIRC, HexChat, W3C (.txt, .log)",
        likeness=likeness,
        read=read,
    ),
)


@dataclass
class _Log:
    """The log so far: the day, the nicks, the message that may go on."""

    reading: Reading
    days: Days
    is_w3c: bool
    #: Whether the log itself says that its times are UTC.
    is_utc: bool = False
    #: Folded nick → key of whoever has it now.
    keys: dict[str, str] = field(default_factory=dict)
    #: Keys of everybody who is there now.
    held: set[str] = field(default_factory=set)
    #: Key → the key it turned out to be.
    same: dict[str, str] = field(default_factory=dict)
    last: datetime | None = None
    #: Whether a line without a clock had to take the beginning of a day; whether some day stays unknown.
    lacks_hours: bool = False
    lacks_days: bool = False
    #: The message being read, a text for each of its lines.
    texts: list[str] = field(default_factory=list)
    who: Line | None = None
    at: datetime | None = None

    def look_ahead(self, lines: Sequence[str]) -> None:
        """Take the day from the first of *lines* that names it, for those before it, unless past midnight."""
        first = ""
        for line in filter(None, (taken(seen(raw)) for raw in lines)):
            first = first or line.clock
            if self.days.day is not None or line.iso or line.month or first > line.clock:
                return
            if line.kind == "told" or is_machine(line.nick):
                self._note_day(line.text[:_LONGEST])

    def take(self, file: str, number: int, raw: str) -> None:
        """Take in one line."""
        line = taken(raw)
        if line is None:
            if self.is_w3c and self.who is not None:
                self.texts.append(raw)
            else:
                self.reading.cannot_read(file, number, "not a line of an IRC log; it is left out")
            return
        self.flush()
        if line.kind == "told" or is_machine(line.nick):
            self._note_day(line.text[:_LONGEST])
        try:
            at = self._at(line)
        except ValueError:
            self.reading.cannot_read(file, number, "no such time; the line is left out")
            return
        if line.kind == "told":
            self._tell(line.text, at)
        else:
            self.who, self.at, self.texts = line, at, [line.text]

    def flush(self) -> None:
        """Hand on the message being read."""
        line, self.who = self.who, None
        if line is None:
            return
        text = "\n".join(self.texts)
        text, is_action = (text[4:], True) if text.startswith("/me ") else (text, line.kind == "acted")
        is_queue = self.is_w3c and not is_action and len(text) < _LONGEST and _W3C.fullmatch(text.strip())
        role = "bot" if is_machine(line.nick) else "system" if is_queue else "member"
        self.reading.add(id="", author=self._key(line.nick), name=line.nick, text=text, at=self.at, role=role)

    def finish(self) -> None:
        """Hand on the last message, and give everybody who came back under their own nick one key."""
        self.flush()
        self.reading.is_floating = self.reading.is_floating or self.days.is_guessed
        self.reading.lacks_days = self.lacks_days or self.days.is_guessed
        self.reading.lacks_hours = self.lacks_hours
        for place, message in enumerate(self.reading.messages):
            if message.author in self.same:
                self.reading.messages[place] = replace(message, author=self.same[message.author])

    def _at(self, line: Line) -> datetime | None:
        """When *line* was written; None where no time was written so far. Raises `ValueError` for 25:70."""
        if line.iso:
            at = datetime.fromisoformat(line.iso)
            self.days.day = at.date()
            return self._zoned(at)
        if line.clock:
            clock = time.fromisoformat(line.clock.rjust(8 if line.clock.count(":") == 2 else 5, "0"))
            return self._zoned(self.days.at(Stamp(clock=clock, month=line.month or None, day=line.day or None)))
        if self.last is None and line.kind != "told" and self.days.day is not None:
            self.lacks_hours = True
            return self._zoned(self.days.at(Stamp()))
        return self._zoned(self.last) if self.last else None

    def _zoned(self, at: datetime) -> datetime:
        self.last = at
        return at.replace(tzinfo=UTC) if self.is_utc and at.tzinfo is None and self.reading.zone is None else at

    def _note_day(self, text: str) -> None:
        """Go to the day that the line names, where it is one of the lines that name days."""
        if found := _W3C_DAY.search(text):
            day = _day(*map(int, found.groups()))
        elif (opens := _OPENS.search(text)) and (named := _DATE.search(text, opens.start())):
            month = MONTHS.index(named["mon"] or named["mon2"]) + 1
            day = _day(int(named["year"]), month, int(named["day"] or named["day2"]))
            self.is_utc = self.is_utc or (named["zone"] is not None and "Meeting started" in text)
        else:
            return
        # A log that is under way and names the same evening again must not fall back to it after midnight.
        if day is not None and (self.days.day is None or self.days.is_guessed or "Meeting" not in text):
            self._leave_guessed_days(day, is_known="Day changed" in text)
            self.days = Days(day=day, rolls=True)

    def _leave_guessed_days(self, day: date, *, is_known: bool) -> None:
        """Where the log began without its day: it was the one before *day* if that is how the day changed."""
        if not self.days.is_guessed or self.days.day is None:
            return
        self.lacks_days = self.lacks_days or not is_known
        back = day - timedelta(days=1) - self.days.day
        self.reading.messages[:] = [replace(message, at=message.at + back) for message in self.reading.messages]

    def _tell(self, text: str, at: datetime | None) -> None:
        if renamed := _RENAMED.search(text[:_LONGEST]):
            self._rename(renamed["old"].lstrip("@+%&~"), renamed["new"])
        elif (quits := _QUIT.search(text[:_LONGEST])) and (nick := quits["a"] or quits["b"]):
            self.held.discard(self.keys.pop(nick.casefold(), ""))
        self.reading.add(id="", author="", name="*", text=text.strip("-=*!<> \t"), at=at, role="system")

    def _rename(self, old: str, new: str) -> None:
        key = self._key(old)
        self.keys.pop(old.casefold(), None)
        home = _bare(new)
        if home == _bare(old) and key != home and home not in self.held:
            # Back under their own nick: what they said as "nick_" was said by the same person.
            self.held.discard(key)
            self.same[key] = key = home
            self.held.add(key)
        self.keys[new.casefold()] = key

    def _key(self, nick: str) -> str:
        folded = nick.casefold()
        if folded not in self.keys:
            # Who has left this nick behind is still there under another: this is somebody else.
            self.keys[folded] = f"{folded} ({len(self.reading.messages)})" if folded in self.held else folded
            self.held.add(self.keys[folded])
        return self.keys[folded]


def is_machine(nick: str) -> bool:
    """Whether *nick* is one of the bots that log and run meetings."""
    return nick.casefold().rstrip("_`0123456789") in _BOTS or is_bot(nick)


def _bare(nick: str) -> str:
    return _DECORATION.sub("", nick.casefold()) or nick.casefold()


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
