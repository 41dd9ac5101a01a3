"""What the text inside a code is: a group of the platform that is planned, or something else with its own sentence."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from salon.errors import SalonError
from salon.invites import CodeRefused
from salon.shipped import template

#: The name behind a group code: nothing that could lead elsewhere, no dots, no second slash.
_NAME = re.compile(r"[A-Za-z0-9_=-]{4,160}")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_HOST = re.compile(r"[a-z]+://(?:[^/?#@]*@)?([^/?#:]{1,80})", re.IGNORECASE)


class BadPlatforms(SalonError):
    """The file of platforms cannot be read."""


@dataclass(frozen=True, kw_only=True)
class Platform:
    """What is known of one platform's group codes, on the day *read*."""

    id: str
    #: Language → what members call such a group.
    names: Mapping[str, str]
    read: date
    #: How long a code lives from the moment that it was shown.
    life: timedelta
    #: So many members a group has before nobody joins by code any more.
    joins: int
    #: How the text in a group code begins, without its scheme.
    starts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Platforms:
    """Every platform that rooms may be opened on, and codes that are known to be something else."""

    known: Mapping[str, Platform]
    #: (kind, beginnings), the first that fits counts.
    other: tuple[tuple[str, tuple[str, ...]], ...]

    def check(self, text: str, platform: str, *, own: str = "") -> None:
        """Return only if *text* is a group code of *platform*; *own* is our own address, which posters carry.

        Raises `CodeRefused` saying what it is instead. The text itself is never in the sentence: it opens a group.
        """
        # Only to say what it is: some codes are written in capitals throughout.
        plain = _SCHEME.sub("", text.strip().lower(), count=1)
        if _is_group(text, self.known[platform]):
            return
        if own and plain.startswith(_SCHEME.sub("", own.lower(), count=1) + "/"):
            raise CodeRefused("own", "this is our own code, from a poster; upload the code that the group itself shows")
        for kind, starts in self.other:
            if plain.startswith(starts):
                raise CodeRefused(kind, f"{_WHAT[kind]}; upload the code of the group")
        if any(plain.startswith(start) for found in self.known.values() for start in found.starts):
            raise CodeRefused("broken", "this begins like a group code and goes on like none; make a new screenshot")
        host = _HOST.match(text.strip())
        if host is None:
            raise CodeRefused("text", "this code is not the link of a group; upload the code of the group")
        raise CodeRefused("host", f"this code leads to {host[1]!r}, another host than the group's", detail=host[1])


_WHAT = {
    "payment": "this is a payment code: whoever scans it pays somebody",
    "login": "this is a code that signs somebody in: never show it to anybody",
    "personal": "this is a personal code: it adds one person as a friend",
    "official": "this is the code of an official account",
    "mini_program": "this is the code of a mini-program",
    "other_group": "this is a group of another platform than the plan says",
}


def _is_group(text: str, platform: Platform) -> bool:
    scheme = _SCHEME.match(text)
    if scheme is None or scheme[0] not in ("https://", "http://"):
        return False
    rest = text[scheme.end() :]
    return any(rest.startswith(start) and _NAME.fullmatch(rest[len(start) :]) for start in platform.starts)


@cache
def platforms(path: Path | None = None) -> Platforms:
    """What `templates/rooms/platforms.toml` says; read once. Raises `BadPlatforms` naming what is wrong."""
    path = path or template("rooms/platforms.toml")
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        read, other = data.pop("read"), data.pop("other", [])
        return Platforms(
            known={id: _platform(id, table, read) for id, table in data.items()},
            other=tuple((row["kind"], tuple(row["starts"])) for row in other if _WHAT[row["kind"]]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadPlatforms(f"{path}: {error!r}; put it back, or compare it with the one that was shipped") from error


def _platform(id: str, table: Mapping[str, Any], read: date) -> Platform:
    return Platform(
        id=id,
        names={"zh": table["zh"], "en": table["en"]},
        read=read,
        life=timedelta(days=table["life_days"]),
        joins=int(table["joins"]),
        starts=tuple(table["group"]),
    )
