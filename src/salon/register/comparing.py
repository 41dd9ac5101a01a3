"""What a list would change in the register: new, changed, the same, wrong; each by its line. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any

from salon.allowances import is_quiet_hours
from salon.errors import WrongUse
from salon.model import LENGTHS, Group
from salon.register.reading import Line
from salon.register.words import LOOKED_UP
from salon.wording import calm

#: Longest text of each field, in characters.
LONGEST = {
    **dict.fromkeys(("name", "leader", "backup", "platform", "parent", "quiet"), 80),
    **dict.fromkeys(("id",), 40),
    **dict.fromkeys(("kind",), 20),
    **dict.fromkeys(("address",), 200),
    **dict.fromkeys(("purpose",), 300),
    **dict.fromkeys(("rules",), 2000),
}
#: Largest number of each field that is one.
LARGEST = {"size": 1_000_000, "per_day": 1000, "per_week": 1000, "per_month": 1000}
#: What an export puts before a cell that a spreadsheet would take for a formula.
FORMULA = re.compile(r"^[=+\-@\t\r]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


#: Name of a channel and an address → the address as it wants it written. Raises `WrongUse`, without a secret in it.
ReadAddress = Callable[[str, str], str]


def _as_it_is(channel: str, address: str) -> str:
    return address


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """Why a line is not taken."""

    number: int
    #: Field, and a key of the words `wrong_…`: "missing", "too_long", "no_number", "no_time", "not_known", "twice",
    #: "no_id", "no_address", "open_quote".
    field: str
    why: str
    #: What stands there, short.
    shown: str


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A group that differs from the one that is planned."""

    number: int
    old: Group
    new: Group

    def fields(self) -> list[tuple[str, Any, Any]]:
        """(field, old, new) of what differs."""
        return [
            (name, getattr(self.old, name), getattr(self.new, name))
            for name in self.old.__dataclass_fields__
            if getattr(self.old, name) != getattr(self.new, name)
        ]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a list would do."""

    new: tuple[tuple[int, Group], ...]
    changed: tuple[Changed, ...]
    same: int
    wrong: tuple[Wrong, ...]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups as they are to be, of the lines that are right."""
        return (*(group for _, group in self.new), *(change.new for change in self.changed))

    @property
    def mark(self) -> str:
        """The same for the same outcome: what was looked at is what is applied."""
        new = [(number, astuple(one)) for number, one in self.new]
        changed = [(one.number, astuple(one.old), astuple(one.new)) for one in self.changed]
        told = repr((new, changed, [(one.number, one.field, one.why) for one in self.wrong]))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


class _Mistake(Exception):
    def __init__(self, field: str, why: str, shown: str = "") -> None:
        self.field, self.why, self.shown = field, why, shown


def compare(
    lines: Sequence[Line], known: Sequence[Group], channels: Collection[str], read_address: ReadAddress = _as_it_is
) -> Preview:
    """What *lines* would make of the groups that are *known*; *channels*: names of those that are installed.

    *known* have their addresses open to read, and *read_address* says how a channel wants one written.
    A line is of the group with its id, else with its name; a new one gets an id made of its name, the same each time.
    An empty cell leaves what is there. A line with a mistake is left out, the others count.
    """
    by_id, by_name = {group.id: group for group in known}, {_same(group.name): group for group in known}
    taken, seen = {key: group.id for group in known for key in _keys(group).values()}, set[str]()
    new, changed, wrong, same = [], [], [], 0
    for line in lines:
        try:
            if line.is_open:
                raise _Mistake("name", "open_quote", line.cells.get("name", ""))
            group, old = _group(line.cells, by_id, by_name, channels)
            group = _reachable(group, old, read_address)
            _once(group, old, taken, seen)
        except _Mistake as mistake:
            shown = calm(mistake.shown)[: 200 if mistake.why == "no_address" else 60]
            wrong.append(Wrong(number=line.number, field=mistake.field, why=mistake.why, shown=shown))
            continue
        if old is None:
            new.append((line.number, group))
        elif old != group:
            changed.append(Changed(number=line.number, old=old, new=group))
        else:
            same += 1
    return Preview(new=tuple(new), changed=tuple(changed), same=same, wrong=tuple(wrong))


def id_of(name: str) -> str:
    """The id that a group called *name* gets: its letters a-z and digits, and where that loses something a mark of
    the whole name. The same each time, and another for another name."""
    whole = _same(name)
    plain = re.sub(r"[^a-z0-9]+", "-", whole).strip("-")
    if plain == calm(name) and len(plain) <= 40:
        return plain
    mark = hashlib.sha256(whole.encode()).hexdigest()[:8]
    return f"{plain[:30].strip('-')}-{mark}".lstrip("-") if plain else f"g-{mark}"


def _group(
    cells: Mapping[str, str], by_id: Mapping[str, Group], by_name: Mapping[str, Group], channels: Collection[str]
) -> tuple[Group, Group | None]:
    """The group of one line, and the one that it was."""
    given = {name: _read(name, text, channels) for name, text in cells.items()}
    name = str(given.get("name", ""))
    old = by_id.get(str(given["id"])) if "id" in given else by_name.get(_same(name))
    if old is not None:
        return replace(old, **{key: value for key, value in given.items() if key != "id"}), old
    if not name:
        raise _Mistake("name", "missing")
    given.setdefault("id", id_of(name))
    if str(given["id"]) in by_id:
        raise _Mistake("id", "twice", str(given["id"]))
    # Somebody has to post it by hand; where nobody is named it is laid ready for the owner.
    given.setdefault("channel", "relay" if given.get("leader") else "folder")
    if given["channel"] in ("relay", "folder", "console"):
        given.setdefault("address", given["id"])
    elif "address" not in given:
        raise _Mistake("address", "missing")
    return Group(**given), None


def _reachable(group: Group, old: Group | None, read_address: ReadAddress) -> Group:
    """*group* with its address as its channel wants it written, where the line says anything new of either."""
    if old is not None and (old.channel, old.address) == (group.channel, group.address):
        return group
    try:
        return replace(group, address=read_address(group.channel, group.address))
    except WrongUse as wrong:
        raise _Mistake("address", "no_address", str(wrong).removeprefix("address: ")) from wrong


def _read(name: str, text: str, channels: Collection[str]) -> Any:
    # An export of ours has an apostrophe before what a spreadsheet would calculate, a spreadsheet before a number.
    text = text[1:] if text[:1] == "'" and (FORMULA.match(text[1:]) or name in LARGEST) else text
    text = _CONTROL.sub("", text).strip() if name == "rules" else calm(text)
    if name in LARGEST:
        return _number(name, text)
    if name in LOOKED_UP:
        text = LOOKED_UP[name].get(text.casefold(), text.casefold())
        allowed = {"channel": channels, "language": ("zh", "en"), "text": LENGTHS}[name]
        if text not in allowed:
            raise _Mistake(name, "not_known", text)
    if not text:
        raise _Mistake(name, "missing")
    if len(text) > LONGEST.get(name, 80):
        raise _Mistake(name, "too_long", text)
    if name == "quiet":
        text = re.sub(r"\s*[-–—~～至到]+\s*", "-", text.replace("：", ":"))
        text = re.sub(r"(?<!\d)(\d):", r"0\1:", text)
        if not is_quiet_hours(text):
            raise _Mistake(name, "no_time", text)
    if name in ("id", "kind") and not re.fullmatch(r"[a-z0-9][a-z0-9-]*", text):
        raise _Mistake(name, "no_id", text)
    return text


def _number(name: str, text: str) -> int:
    """`1,024人`, `约 500` and `500+` are numbers."""
    found = re.fullmatch(r"(?:约|about|~)?\s*([0-9][0-9,，]{0,12})\s*(?:人|条|次|\+|名)?", text)
    number = int(re.sub("[,，]", "", found[1])) if found else -1
    if not 0 <= number <= LARGEST[name]:
        raise _Mistake(name, "no_number", text)
    return number


def _keys(group: Group) -> dict[str, str]:
    """Field → what no two groups may share."""
    keys = {"name": f"name {_same(group.name)}", "id": f"id {group.id}"}
    if group.address and group.channel != "console":
        keys["address"] = f"address {group.channel} {group.address.casefold()}"
    return keys


def _once(group: Group, old: Group | None, taken: dict[str, str], seen: set[str]) -> None:
    """Refuse a line of a group that an earlier line has, and a name, id or address of another group."""
    for field, key in _keys(group).items():
        if key in seen or taken.get(key, group.id) != group.id:
            raise _Mistake(field, "twice", getattr(group, field) if field != "address" else "")
    for key in _keys(old).values() if old else ():
        taken.pop(key, None)
    for key in _keys(group).values():
        taken[key] = group.id
        seen.add(key)


def _same(name: str) -> str:
    """What makes two spellings of a name the same: width, case and white space do not count."""
    return " ".join(unicodedata.normalize("NFKC", calm(name)).casefold().split())
