"""The short view: for forms that must stay small enough to be forwarded."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence

from salon.analysis.quotes import whole_sentences
from salon.report_view.meeting import short_meeting
from salon.report_view.quoting import View

_CLAUSE_END, _SPACE = re.compile(r"[，、；：]|[,;:](?=\s)"), re.compile(r"\s")
#: An abbreviation ends no sentence.
_SENTENCE_END = re.compile(r"[。！？；…]|(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\betc)[.!?](?=\s)")


def brief_of(view: View, *, points: int, quotes: int, length: int, lists: int, has_empty: bool = False) -> View:
    """*view* with at most *points* points of *quotes* quotes each, quotes of *length* characters, *lists* of *lists*.

    What is cut off ends in an ellipsis, so that a quote is still an exact piece of its message; what is left out is
    counted, so that every form can say so: `more` of a point or a group of findings or minutes, `more_answered`,
    `more_open`, `more_notable`, `more_links`, `more_points` (number and title of each) and, unless *has_empty*,
    `missing` (the same, of points for which no message was found).
    """
    shown, left, missing = _chosen(view["parts"], points, has_empty)
    return {
        **view,
        "parts": [_part(part, shown, quotes, length) for part in view["parts"] if shown & _numbers(part)],
        "more_points": left,
        "missing": missing,
        "why": [
            {**line, "quote": shortened(line["quote"], length)} if "quote" in line else line for line in view["why"]
        ],
        "best": shortened(view["best"], length) if view["best"] else None,
        "findings": [_finding(group, lists, length) for group in view["findings"]],
        "results": [_finding(group, lists, length) for group in view["results"]],
        "meeting": short_meeting(view["meeting"], topics=points, rows=2 * lists, length=length, cut=cut),
        "answered": [_pair(pair, length) for pair in view["answered"][:lists]],
        "more_answered": _more(view["answered"], lists, view["more_answered"]),
        "open_questions": [_pair(pair, length) for pair in view["open_questions"][:lists]],
        "more_open": _more(view["open_questions"], lists, view["more_open"]),
        "notable": _quotes(view["notable"][:lists], length),
        "more_notable": _more(view["notable"], lists),
        "minutes": [
            {**group, "marks": group["marks"][:lists], "more": _more(group["marks"], lists)}
            for group in view["minutes"]
        ],
        "links": view["links"][:lists],
        "more_links": _more(view["links"], lists, view["more_links"]),
        "prologue": [],
        "log": [],
    }


def _chosen(parts: Iterable[View], most: int, has_empty: bool) -> tuple[set[str], list[View], list[View]]:
    """Numbers of the points to show; number and title of those left out, and of those that were not found."""
    shown, left, missing = set[str](), list[View](), list[View]()
    for point in (point for part in parts for point in part["points"]):
        named = {"number": point["number"], "title": point["title"]}
        if not point["anchor"] and not point["notes"] and not has_empty:
            missing.append(named)
        elif len(shown) == most or not (point["quotes"] or point["notes"] or has_empty):
            left.append(named)
        else:
            shown.add(point["number"])
    return shown, left, missing


def _numbers(part: View) -> set[str]:
    return {point["number"] for point in part["points"]}


def _part(part: View, shown: Container[str], quotes: int, length: int) -> View:
    kept = [_point(point, quotes, length) for point in part["points"] if point["number"] in shown]
    return {**part, "points": kept, "prompts": []}


def _point(point: View, quotes: int, length: int) -> View:
    """*point* with its best quotes, still in their order."""
    best = sorted(quote["rank"] for quote in point["quotes"])[:quotes]
    kept = [quote for quote in point["quotes"] if quote["rank"] in best]
    return {**point, "quotes": _quotes(kept, length), "more": _more(point["quotes"], quotes)}


def _more(things: Sequence[object], shown: int, beyond: str = "") -> str:
    """How many *things* are not among the *shown* first ones, and *beyond* these; empty for none."""
    left = max(0, len(things) - shown) + int(beyond or 0)
    return str(left) if left else ""


def _finding(group: View, lists: int, length: int) -> View:
    items = [
        {**item, "quote": shortened(item["quote"], length), "others": _quotes(item["others"][:1], length)}
        for item in group["items"][:lists]
    ]
    return {**group, "items": items, "more": _more(group["items"], lists)}


def _pair(pair: View, length: int) -> View:
    answer = pair["answer"]
    return {
        "question": shortened(pair["question"], length),
        "answer": shortened(answer, length) if answer else None,
    }


def _quotes(quotes: Iterable[View], length: int) -> list[View]:
    return [shortened(quote, length) for quote in quotes]


def shortened(quote: View, length: int) -> View:
    """*quote* in no more than *length* characters, whole sentences where it can be; of its second message, and of
    those after it, nothing else."""
    pieces: list[str] = []
    room = length
    for piece in quote["pieces"]:
        short = cut(piece, room) if not pieces else whole_sentences(piece, room)
        if not short:
            break
        pieces.append(short)
        room -= len(short)
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
