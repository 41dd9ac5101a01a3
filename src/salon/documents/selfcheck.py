"""What a page carries so that its reader can check it, off line: its facts as a record, and the sum of its letters."""

from __future__ import annotations

import html
import json
import re
import zlib
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from salon.report_view import View
from salon.report_view.record import Row
from salon.wording import calm

#: Stands in a page until its sum is known.
NO_SUM = "00000000"
_UNSEEN = re.compile(r"<(script|style)\b.*?</\1>", re.S)
_TAG, _SUM = re.compile(r"<[^>]*>"), re.compile(rf'data-sum="{NO_SUM}"')
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def record_of(view: View, rows: Sequence[Row]) -> Markup:
    """The facts of the page as JSON for `page.js`; *rows* are all messages, whether the page carries them or not."""
    told: dict[str, Any] = {
        "topic": calm(view["topic"]),
        "messages": _number(view["messages"]),
        "speakers": _number(view["speakers"]),
        "seats": _number(view["seats"]),
        "waiting": _number(view["waiting"]),
        "points": [_point(point) for point in view["all_points"]],
        "polls": [_poll(poll) for poll in view["polls"]],
        "sources": [
            [calm(source["name"]), *(_number(source[key]) for key in ("seats", "speakers", "questions", "answered"))]
            for source in view["shares"] or view["sources"]
        ],
        **_voices(rows),
    }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    # Nothing in it may end the element that it stands in.
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def _point(point: View) -> list[Any]:
    """One point; a fifth value says that the page does not print it: it is only counted with."""
    told = [calm(point["title"]), point["anchor"], _number(point["messages"]), calm(point["by"])]
    return [*told, 0] if point["is_bare"] else told


def _poll(poll: View) -> list[Any]:
    rows = [[calm(row["option"]), _number(row["votes"]), _number(row["first_votes"])] for row in poll["rows"]]
    return [calm(poll["question"]), rows, _number(poll["changed"]), _number(poll["total"]), _number(poll["whole"])]


def _voices(rows: Sequence[Row]) -> dict[str, Any]:
    """Who said each message, in signs of one width: `0` the first who spoke, `.` nobody who counts."""
    most = max((row.voice for row in rows), default=0)
    width = 1
    while 36**width <= most:
        width += 1
    names = [_based(number, width) for number in range(most + 1)]
    return {"width": width, "voices": "".join(names[row.voice] if row.voice >= 0 else "." * width for row in rows)}


def _based(number: int, width: int) -> str:
    signs = ""
    for _ in range(width):
        number, rest = divmod(number, 36)
        signs = _DIGITS[rest] + signs
    return signs


def _number(text: str) -> int:
    return int(text) if text else 0


def summed(page: str) -> str:
    """*page* with the sum (CRC-32) of all that its body shows, so that its reader sees whether anything was changed."""
    body = page[page.index("<body") :]
    return _SUM.sub(f'data-sum="{_sum(body):08x}"', page, count=1)


def _sum(body: str) -> int:
    text = html.unescape(_TAG.sub("", _UNSEEN.sub("", body)))
    return zlib.crc32("".join(text.split()).encode("utf-8", "replace"))
