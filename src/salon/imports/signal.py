"""Signal, as sigexport writes it: Markdown with a message a line, or one JSON object a line.

`[2026-11-26 21:41:03] Name: text`, earlier with a comma and without seconds. Read on sigexport's `models.py` and
`create.py`, November 2026. It knows no ids; what a message answers it repeats, as a quotation.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from salon.imports.base import Format, Reading, Source, instant_of, parsed
from salon.imports.shapes import fields_in, items_in, text_in

_HEADER = re.compile(r"\[(?P<at>\d{4}-\d\d-\d\d,? \d\d:\d\d(?::\d\d)?)\] (?P<name>[^:\n]{1,100}): ?")
_DELETED = "(This message was deleted)"
_REACTIONS = re.compile(r"^\(- .{1,2000} -\)\s*$")
_STICKER = re.compile(r"^\(\( .{0,100} \)\)\s*$")
_ATTACHMENT = re.compile(r"!?\[[^\[\]\n]{0,300}\]\(\.{1,2}/[^()\n]{1,500}\)\s*")
_CALL = re.compile(r"(?:Incoming|Outgoing|Missed)(?: voice| video)? call(?: \([^()\n]*\))?")


def _is_text(source: Source) -> float:
    found = [line for line in source.head if _HEADER.match(line)]
    if not found:
        return 0.0
    # WhatsApp writes Swedish dates like these, with a comma and seconds.
    is_shared = re.match(r"\[\d{4}-\d\d-\d\d, \d\d:\d\d:\d\d\]", found[0]) is not None
    return (0.6 if is_shared else 0.97) if _HEADER.match(source.head[0]) else 0.4


def _read_text(source: Source, reading: Reading) -> None:
    answered: dict[str, str] = {}
    block: list[str] = []
    for number, line in enumerate(source.lines, 1):
        if _HEADER.match(line):
            _take_block(reading, block, answered)
            block = [line]
        elif block:
            block.append(line)
        elif line.strip():
            reading.cannot_read(source.name, number, "it stands before the first message")
    _take_block(reading, block, answered)


def _take_block(reading: Reading, block: list[str], answered: dict[str, str]) -> None:
    found = _HEADER.match(block[0]) if block else None
    if found is None:
        return
    at = instant_of(found["at"].replace(",", ""))
    lines = [block[0][found.end() :], *block[1:]]
    quote, own = _without_quote(lines)
    _take(reading, at, found["name"], "\n".join(own), quote, answered)


def _without_quote(lines: list[str]) -> tuple[str, list[str]]:
    """What is quoted at the beginning, and the person's own lines. A quotation further down is their own."""
    start = next((k for k, line in enumerate(lines) if line.strip()), len(lines))
    end = start
    while end < len(lines) and lines[end].startswith(">"):
        end += 1
    # In the line with the name nothing is quoted: there a person wrote the sign.
    if start == 0:
        return "", lines
    return "\n".join(line[1:].strip() for line in lines[start:end]).strip(), lines[end:]


def _take(reading: Reading, at: datetime | None, name: str, body: str, quote: str, answered: dict[str, str]) -> None:
    """Take in one message, which answers the last that said what it quotes."""
    text = _ATTACHMENT.sub("", body)
    kept = [line.rstrip() for line in text.split("\n") if not _REACTIONS.match(line) and not _STICKER.match(line)]
    said = "\n".join(kept).strip("\n ")
    is_said = bool(said) and said != _DELETED and not _CALL.fullmatch(said)
    reading.add(
        id="", author=name, name=name, text=said or "[media]", at=at,
        reply_to=answered.get(quote, "") if quote else "", role="member" if is_said else "system",
    )  # fmt: skip
    if is_said:
        answered[said] = reading.last_id


def _is_rows(source: Source) -> float:
    return 0.95 if any(_is_row(row) for row in source.head_rows) else 0.0


def _is_row(row: dict[str, Any]) -> bool:
    return {"date", "sender", "body"} <= row.keys()


def _read_rows(source: Source, reading: Reading) -> None:
    answered: dict[str, str] = {}
    for number, line in enumerate(source.lines, 1):
        row = fields_in(parsed(line)) if line.strip() else None
        if row and _is_row(row):
            body = _DELETED if row.get("deleted") else text_in(row.get("body"))
            quote = text_in(row.get("quote")).replace("> ", "").strip()
            if not body.strip() and (items_in(row.get("attachments")) or row.get("sticker")):
                body = ""
            _take(reading, instant_of(row.get("date")), text_in(row.get("sender")) or "?", body, quote, answered)
        elif row is not None:
            reading.cannot_read(source.name, number, "no message; each is a JSON object with date, sender and body")


FORMATS = (
    Format(name="signal", title="Signal, Markdown of sigexport", likeness=_is_text, read=_read_text),
    Format(name="signal-rows", title="Signal, data.json of sigexport", likeness=_is_rows, read=_read_rows),
)
