"""The short view: for forms that must stay small enough to be forwarded."""

from __future__ import annotations

import re
from collections.abc import Iterable

from salon.report_view.quoting import View

_CLAUSE_END, _SPACE = re.compile(r"[，、；：]|[,;:](?=\s)"), re.compile(r"\s")
_SENTENCE_END = re.compile(r"[。！？；…]|[.!?](?=\s)")


def brief_of(view: View, *, points: int, quotes: int, length: int, lists: int, has_empty: bool = False) -> View:
    """*view* with at most *points* points of *quotes* quotes each, quotes of *length* characters, *lists* of *lists*.

    What is cut off ends in an ellipsis, so that a quote is still an exact piece of its message. Points for which
    no message was found are left out unless *has_empty*; `found` and `points` still count all of them.
    """
    parts = [
        {**part, "points": _points(part["points"], quotes, length, has_empty), "prompts": []} for part in view["parts"]
    ]
    return {
        **view,
        "parts": _first_points([part for part in parts if part["points"]], points),
        "why": [
            {**line, "quote": shortened(line["quote"], length)} if "quote" in line else line for line in view["why"]
        ],
        "best": shortened(view["best"], length) if view["best"] else None,
        "findings": [_finding(group, lists, length) for group in view["findings"]],
        "answered": [_pair(pair, length) for pair in view["answered"][:lists]],
        "open_questions": [_pair(pair, length) for pair in view["open_questions"][:lists]],
        "notable": _quotes(view["notable"][:lists], length),
        "minutes": [{**group, "marks": group["marks"][:lists]} for group in view["minutes"]],
        "links": view["links"][:lists],
        "prologue": [],
        "log": [],
    }


def _points(points: Iterable[View], quotes: int, length: int, has_empty: bool) -> list[View]:
    return [
        {**p, "quotes": _quotes(p["quotes"][:quotes], length)} for p in points if p["quotes"] or p["notes"] or has_empty
    ]


def _first_points(parts: list[View], most: int) -> list[View]:
    """The first *most* points over all parts."""
    kept: list[View] = []
    for part in parts:
        shown = part["points"][: max(0, most - sum(len(p["points"]) for p in kept))]
        if shown:
            kept.append({**part, "points": shown})
    return kept


def _finding(group: View, lists: int, length: int) -> View:
    items = [
        {**item, "quote": shortened(item["quote"], length), "others": _quotes(item["others"][:1], length)}
        for item in group["items"][:lists]
    ]
    return {**group, "items": items}


def _pair(pair: View, length: int) -> View:
    answer = pair["answer"]
    return {
        "question": shortened(pair["question"], length),
        "answer": shortened(answer, length) if answer else None,
    }


def _quotes(quotes: Iterable[View], length: int) -> list[View]:
    return [shortened(quote, length) for quote in quotes]


def shortened(quote: View, length: int) -> View:
    """*quote* in no more than *length* characters, whole sentences where it can be."""
    pieces: list[str] = []
    room = length
    for piece in quote["pieces"]:
        if room < 20 and pieces:
            break
        pieces.append(cut(piece, room))
        room -= len(pieces[-1])
    return {**quote, "pieces": pieces}


def cut(text: str, length: int) -> str:
    """*text*, or its beginning up to the end of a sentence, a clause or a word within *length*, and an ellipsis."""
    if len(text) <= length:
        return text
    for end, start in ((_SENTENCE_END, length // 3), (_CLAUSE_END, length // 2), (_SPACE, length // 2)):
        ends = [found.end() for found in end.finditer(text, start, length)]
        if ends:
            return text[: ends[-1]].rstrip(" …，、；：,;:") + "…"
    return text[:length].rstrip(" …") + "…"
