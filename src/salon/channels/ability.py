"""What a channel can do and what it allows: dated settings, read from the `limits.toml` in its folder."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from salon.errors import WrongUse
from salon.pace import GROUP_MEMORY, MEMORY, Limit

#: In what a platform counts the length of a text.
UNITS = BYTES, UTF16, CHARACTERS = "bytes", "utf16", "characters"
#: Who does the last step.
SYSTEM, LEADER, OWNER = "system", "leader", "owner"


@dataclass(frozen=True, kw_only=True)
class Ability:
    """What a channel can do, and what its platform allows."""

    #: One of `salon.markup.DIALECTS`.
    dialect: str = "plain"
    #: Longest text; 0: any length.
    longest: int = 0
    #: One of `UNITS`: in what *longest* counts.
    unit: str = CHARACTERS
    #: Whether it counts what is read, and not the marks around it.
    counts_shown: bool = False
    #: Longest text under a picture, in the same unit; 0: a picture carries none.
    longest_caption: int = 0
    #: Largest picture, in bytes before any encoding; 0: any size.
    largest_picture: int = 0
    can_picture: bool = False
    can_pin: bool = False
    can_poll: bool = False
    can_edit: bool = False
    can_recall: bool = False
    #: Who does the last step: one of SYSTEM, LEADER, OWNER.
    who: str = SYSTEM
    #: What one credential may send.
    pace: tuple[Limit, ...] = ()
    #: What one group may be sent.
    group_pace: tuple[Limit, ...] = ()
    #: Up to so many seconds more between two sends of a credential, so that they do not come in step.
    spread: float = 0.0
    #: Seconds that a call may take.
    timeout: float = 15.0
    #: Whether a group's address is itself the secret (a hook's key): it is written down encrypted and shown nowhere.
    is_address_secret: bool = False
    #: Whether it is people's own (their mailboxes), and written down and hidden like a secret.
    is_address_private: bool = False
    #: Day on which the limits were read, and where.
    read_on: str = ""
    source: str = ""
    #: How it was tried: "contract-tested" until a real message was sent by `salon channels probe`.
    tested: str = "contract-tested"


def ability_of(folder: Path, own: Mapping[str, Any], **abilities: Any) -> Ability:
    """An `Ability` out of *folder*/limits.toml, with the owner's *own* keys before it and *abilities* of the code.

    `pace = [[20, 60]]` reads: at most 20 in any 60 seconds. Raises `WrongUse` naming the key that makes no sense.
    """
    path = folder / "limits.toml"
    table = {**(tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}), **own}
    unknown = set(table) - set(Ability.__dataclass_fields__)
    if unknown:
        raise WrongUse(f"channels.{folder.name}.{min(unknown)}: there is no such limit; see docs/channels")
    for key, value in table.items():
        _ensure_kind(folder.name, key, value)
    for key, most in (("pace", MEMORY), ("group_pace", GROUP_MEMORY)):
        if key in table:
            table[key] = tuple(limit_of(folder.name, key, pair, most) for pair in table[key])
    return Ability(**{**table, **abilities})


def _ensure_kind(channel: str, key: str, value: Any) -> None:
    usual = Ability.__dataclass_fields__[key].default
    kind = list if isinstance(usual, tuple) else (int, float) if isinstance(usual, float) else type(usual)
    if not isinstance(value, kind) or (isinstance(value, bool) and not isinstance(usual, bool)):
        what = {tuple: "[[20, 60]]", bool: "true or false", str: "a text in quotes"}.get(type(usual), "a number")
        raise WrongUse(f"channels.{channel}.{key}: {value!r} makes no sense; write {what}")
    if key == "unit" and value not in UNITS:
        raise WrongUse(f"channels.{channel}.unit: {value!r} is none; write one of: {', '.join(UNITS)}")


def limit_of(channel: str, key: str, pair: Any, most: int = MEMORY) -> Limit:
    """A `Limit` out of *pair*, `[20, 60]`, of *most* sends at most: no more are remembered to be counted.

    Raises `WrongUse` naming *channel* and *key*.
    """
    is_pair = isinstance(pair, list) and len(pair) == 2 and all(isinstance(n, (int, float)) and n > 0 for n in pair)
    if not is_pair or not float(pair[0]).is_integer():
        raise WrongUse(f"channels.{channel}.{key}: {pair!r} is no limit; write [20, 60] for 20 in any 60 seconds")
    if pair[0] > most:
        raise WrongUse(
            f"channels.{channel}.{key}: {pair!r}: no more than {most:,} can be counted; write a shorter time"
        )
    return Limit(count=int(pair[0]), seconds=float(pair[1]))
