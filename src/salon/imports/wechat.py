"""WeChat as people paste it: many messages selected and copied, forwarded together, or sent to a mailbox.

There is no one form: name and time on a line (`张三  20:15`), on two, `张三:` above the text, the time before the
name, or only the name. Names are all that is known of a member: two who share one cannot be told apart. Read on
pastes, on mails of the program, and on what public tools parse, November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from salon.imports.base import Format, Reading, Source
from salon.imports.chinese import is_notice
from salon.imports.clocks import Days, Running, Stamp, file_day
from salon.imports.pasted import Header, Paste, likeness_of, sorted_out
from salon.imports.spoken import Spoken

_SNIFF = 400
_TITLE = re.compile(
    r"(?:微信)?群[“\"「](?P<a>[^”\"」\n]{1,80})[”\"」]上?的聊天记录|(?P<b>[^\n]{1,60}?)的聊天记录[:：]?"
)
_GREETING = re.compile(r"亲爱的|Dear |发自|.*聊天记录如下|.*请查收")


def likeness(source: Source) -> float:
    """How sure it is that the first lines are a pasted chat."""
    lines = [line[:200] for line in source.lines[:_SNIFF]]
    if source.text.lstrip()[:1] in ("{", "<") or source.text.lstrip()[:2] in ("[{", "[\n"):
        return 0.0
    paste = sorted_out(lines)
    like = likeness_of(paste, lines)
    named = any(_TITLE.search(line) for line in lines[:10])
    return max(like, 0.95) if named and like else like


def read(source: Source, reading: Reading) -> None:
    """Read every message; what the program says of itself is a system line, what is quoted becomes a reply."""
    read_paste(source, reading, sorted_out(source.lines))


def read_paste(source: Source, reading: Reading, paste: Paste) -> None:
    """Add what was said under each header of *paste*."""
    clock = Running(Days(copied_on=file_day(source.name)))
    reader = _Reader(source.lines, paste, Spoken(reading), clock)
    if paste.headers:
        _read_beginning(source, reading, reader)
    for header, after in pairwise([*paste.headers, Header(len(source.lines), len(source.lines), "", None)]):
        reader.read(header, after.line)
    reading.is_floating = reading.is_floating or clock.days.is_guessed or not clock.has_clock
    reading.lacks_days, reading.lacks_hours = clock.days.is_guessed, clock.lacks_hours


def _read_beginning(source: Source, reading: Reading, reader: _Reader) -> None:
    """What stands above the first message: the chat's name, a day; the rest is noted."""
    above = source.lines[: reader.paste.headers[0].line]
    for number, line in enumerate(above, 1):
        if found := _TITLE.search(line):
            reading.topic = (found["a"] or found["b"] or "").strip()
        elif number - 1 in reader.paste.stamps:
            reader.clock.turn(reader.paste.stamps[number - 1])
        elif is_notice(line, reader.names):
            reader.spoken.tell(line, None)
        elif line.strip() and not _GREETING.match(line):
            reading.cannot_read(source.name, number, "stands before the first message; it is left out")


class _Reader:
    """Goes from header to header and keeps the time."""

    def __init__(self, lines: Sequence[str], paste: Paste, spoken: Spoken, clock: Running) -> None:
        self.lines, self.paste, self.spoken, self.clock = lines, paste, spoken, clock
        self.names = {header.name for header in paste.headers}

    def read(self, header: Header, upto: int) -> None:
        """Add the message of *header*, which goes on until the line *upto*."""
        if header.stamp is not None:
            self.clock.turn(header.stamp)
        at = self.clock.now()
        body = range(header.body, upto)
        first = next((k for k in body if self.lines[k].strip()), upto)
        end = upto
        turns: list[Stamp] = []
        # A time on a line of its own is one only right above the next header: somebody may have answered "20:15".
        while end > first + 1 and (not self.lines[end - 1].strip() or end - 1 in self.paste.stamps):
            end -= 1
            turns += [self.paste.stamps[end]] if end in self.paste.stamps else []
        said: list[str] = []
        told: list[str] = []
        for line in self.lines[header.body : end]:
            (told if is_notice(line, self.names) else said).append(line)
        text = "\n".join(said).strip("\n")
        if text or not told:
            self.spoken.say(name=header.name, text=text.strip(), at=at)
        for line in told:
            self.spoken.tell(line, at)
        for stamp in reversed(turns):
            self.clock.turn(stamp)


FORMATS = (
    Format(
        name="wechat",
        title="WeChat, messages selected and pasted, or sent by mail (.txt)",
        likeness=likeness,
        read=read,
    ),
)
