"""What the board's page shows of a board: the chosen rows and columns, cards, filters, numbers. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from salon.boarding import NOT_BEGUN, RED, Board, Cell, Column, Row, Standing, open_tasks
from salon.wording import calm

#: Cards on one page, and links of one filter.
CARDS, LINKS = 20, 12
#: Standings that get a card unless a filter says otherwise.
CARDED = (*RED, Standing.POSTPONED)
#: Names of the filters, as they stand in an address.
FILTERS = ("moment", "standing", "parent", "leader", "q")
_LONGEST = 80


@dataclass(frozen=True, kw_only=True)
class View:
    """One look at the board."""

    board: Board
    #: Filter → what is chosen; empty: nothing.
    chosen: Mapping[str, str]
    rows: tuple[Row, ...]
    #: Indexes of the columns that are shown.
    shown: tuple[int, ...]

    def cells(self, row: Row) -> list[tuple[Column, Cell]]:
        """Column and cell of what is shown of *row*."""
        return [(self.board.columns[n], row.cells[n]) for n in self.shown]

    def query(self, **change: str) -> str:
        """The address of this look with *change*; an empty text takes a filter away. `""` or `?…`."""
        wanted = {name: text for name, text in {**self.chosen, **change}.items() if text}
        return f"?{urlencode(wanted)}" if wanted else "?"


def view_of(board: Board, query: Mapping[str, str]) -> View:
    """The look at *board* that *query* asks for; what makes no sense is passed over."""
    chosen = {name: calm(query.get(name, ""))[:_LONGEST] for name in FILTERS}
    keys = [column.slot.key for column in board.columns]
    for name, known in (("moment", keys), ("standing", list(Standing))):
        if chosen[name] not in known:
            chosen[name] = ""
    shown = (keys.index(chosen["moment"]),) if chosen["moment"] else tuple(range(len(keys)))
    rows = tuple(row for row in board.rows if _is_wanted(row, chosen, shown))
    return View(board=board, chosen=chosen, rows=rows, shown=shown)


def cards(view: View, first: int) -> tuple[list[dict[str, Any]], int]:
    """The cards from number *first* on, and how many there are in all: what needs somebody, one card per group."""
    wanted = (Standing(view.chosen["standing"]),) if view.chosen["standing"] else CARDED
    due = [row for row in view.rows if any(cell.standing in wanted for _, cell in view.cells(row))]
    return [_card(view, row, wanted) for row in due[first : first + CARDS]], len(due)


def _card(view: View, row: Row, wanted: Sequence[Standing]) -> dict[str, Any]:
    return {
        "id": row.group.id,
        "name": row.group.name,
        "person": row.person,
        "leader": row.group.leader,
        "backup": row.group.backup,
        "parent": row.group.parent,
        "channel": row.group.channel,
        "has_tasks": bool(open_tasks(view.board, row)),
        "lines": [
            {
                "slot": column.slot.key,
                "moment": str(column.slot.moment),
                "number": number_of(column),
                "standing": str(cell.standing),
                "clock": clock(view.board, cell.at),
                "detail": "" if cell.detail == NOT_BEGUN else cell.detail,
                "is_unbegun": cell.detail == NOT_BEGUN,
            }
            for column, cell in view.cells(row)
            if cell.standing in wanted
        ],
    }


def summaries(view: View) -> list[dict[str, Any]]:
    """A line per moment: how many have it of how many, and when the last one got it."""
    return [
        {
            "slot": column.slot.key,
            "moment": str(column.slot.moment),
            "number": number_of(column),
            "at": column.slot.at,
            "have": column.have,
            "of": column.of,
            "last": clock(view.board, column.last_at) if column.last_at else "",
            "red": sum(column.counts.get(standing, 0) for standing in RED),
            "is_now": n == view.board.now,
            "is_chosen": view.chosen["moment"] == column.slot.key,
        }
        for n, column in enumerate(view.board.columns)
    ]


def standings(view: View) -> list[tuple[str, int]]:
    """Every standing that occurs in the shown columns, with how many groups; in the order of the board."""
    counts = Counter(standing for row in view.board.rows for standing in {row.cells[n].standing for n in view.shown})
    return [(str(standing), counts[standing]) for standing in Standing if counts[standing]]


def parents(view: View) -> list[tuple[str, int]]:
    """City or branch and its groups that need somebody, most first."""
    return _with_trouble(view, lambda row: row.group.parent)


def leaders(view: View) -> list[tuple[str, int]]:
    """Whoever has late groups in hand, most first."""
    return [(name, count) for name, count in _with_trouble(view, lambda row: row.person) if count]


def clock(board: Board, at: datetime) -> str:
    """*at* on the event's own clock; with its day where that is not the day of the evening."""
    local = at.astimezone(board.columns[0].slot.at.tzinfo)
    is_today = local.date() == board.columns[board.now].slot.at.date()
    return f"{local:%H:%M}" if is_today else f"{local:%m-%d %H:%M}"


def number_of(column: Column) -> str:
    """Its number where the moment repeats: `2` of `remind-2`."""
    return column.slot.key.partition("-")[2]


def as_data(view: View) -> dict[str, Any]:
    """The look for programs."""
    lines: Iterable[dict[str, Any]] = (
        {
            "group": row.group.id,
            "name": row.group.name,
            "person": row.person,
            "cells": {column.slot.key: str(cell.standing) for column, cell in view.cells(row)},
        }
        for row in view.rows
    )
    moments = [
        {key: value for key, value in {**line, "at": line["at"].isoformat()}.items() if key in _TOLD}
        for line in summaries(view)
    ]
    return {"moments": moments, "groups": list(lines)}


_TOLD = ("slot", "at", "have", "of", "last", "red")


def _is_wanted(row: Row, chosen: Mapping[str, str], shown: Sequence[int]) -> bool:
    standing, word = chosen["standing"], chosen["q"].casefold()
    group = row.group
    return (
        (not standing or any(row.cells[n].standing == standing for n in shown))
        and chosen["parent"] in ("", group.parent)
        and chosen["leader"] in ("", row.person)
        and (not word or any(word in text.casefold() for text in (group.name, row.person, group.parent, group.id)))
    )


def _with_trouble(view: View, name_of: Any) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for row in view.board.rows:
        name = name_of(row)
        if name:
            counts[name] += any(row.cells[n].standing in RED for n in view.shown)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[: 10 * LINKS]
