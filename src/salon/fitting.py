"""Makes one announcement fit one channel: its dialect, its length, its pictures; checked before anything is sent."""

from __future__ import annotations

from typing import NamedTuple

from salon.channels import Announcement, Channel
from salon.errors import SalonError
from salon.markup import length, literal, render, shown_length


class Unfit(SalonError):
    """A text or a picture does not fit the platform; nothing was sent."""


class Script(NamedTuple):
    """What one group reads and sees."""

    text: str
    #: PNG, or None.
    poster: bytes | None = None
    #: Whether the text is written in the subset of `salon.markup`; else nothing in it is markup.
    is_marked: bool = False
    title: str = ""


def fitted(script: Script, channel: Channel, event: str, name: str) -> Announcement:
    """*script* as *channel* says it. Raises `Unfit` naming the platform, the length and the limit."""
    ability = channel.ability
    text = (render if script.is_marked else literal)(script.text, ability.dialect)
    long = shown_length(text, ability.dialect, ability.unit) if ability.counts_shown else length(text, ability.unit)
    if ability.longest and long > ability.longest:
        raise Unfit(f"{channel.name}: the text has {long} {ability.unit}, {ability.longest} are allowed; shorten it")
    poster = script.poster if ability.can_picture else None
    if poster is not None and ability.largest_picture and len(poster) > ability.largest_picture:
        raise Unfit(f"{channel.name}: the poster has {len(poster)} bytes, {ability.largest_picture} are allowed")
    plain = render(script.text, "plain") if script.is_marked else script.text
    title = script.title or next((line.strip(" 【】") for line in plain.splitlines() if line.strip()), "")
    return Announcement(event=event, name=name, text=text, poster=poster, title=title)
