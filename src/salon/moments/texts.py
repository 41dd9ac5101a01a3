"""What a moment says to a group: its template in the group's language, filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from salon.announce import Writer
from salon.fitting import Script
from salon.house import House
from salon.leaders import RELAY
from salon.model import LENGTHS, Event, Group
from salon.phrases import facts_of, language_of


def words(house: House, event: Event, template: str, language: str = "", **values: Any) -> str:
    """Fill in `templates/TEMPLATE.LANGUAGE.md` for *event*."""
    language = language_of(event, language)
    return house.wording.fill(f"{template}.{language}.md", **facts_of(event, language), **values).strip() + "\n"


async def door_links(house: House, event: Event, said: str = "") -> dict[str, str]:
    """Group id → the link behind its own live code.

    *said*: the announcement in whose text the links stand; where a leader posts it by hand they carry its mark, so
    that the first tap proves it to be posted. A code on a poster never does: it stays the same for ever.
    """
    book = await house.plan()
    marks = {group.id: said if group.channel == RELAY else "" for group in book.groups(event)}
    return {id: house.links.door(book.code(event.id, id), mark) for id, mark in marks.items()}


async def report_links(house: House, event: Event, said: str) -> dict[str, str]:
    """Group id → where its members read the report, in the text of announcement *said*: for groups to which a leader
    posts, their own code, which leads there once the evening is over and proves the post; else the report's page."""
    doors = await door_links(house, event, said)
    groups = await house.groups(event)
    return {g.id: doors[g.id] if g.channel == RELAY else house.links.report(event.id) for g in groups}


def per_group(
    house: House,
    event: Event,
    template: str,
    links: Mapping[str, str],
    pictures: Mapping[str, bytes] | None = None,
    **values: Any,
) -> Writer:
    """A writer that fills in *template* for each group, with the group's own link as `link`.

    *pictures*: language → PNG that every group of that language sees; None: no picture.
    """

    def write(group: Group) -> Script:
        language = language_of(event, group.language)
        text = words(
            house, event, fitting_template(house, template, group, language), language, link=links[group.id], **values
        )
        return Script(text, pictures[language] if pictures else None, is_marked=True)

    return write


def fitting_template(house: House, template: str, group: Group, language: str) -> str:
    """The most fitting of the templates that are there: for the group's kind and length, for one of them, for all."""
    length = "" if group.text == LENGTHS[0] else group.text
    for own in ((group.kind, length), (group.kind,), (length,)):
        name = ".".join((template, *filter(None, own)))
        if all(own) and house.wording.find(f"{name}.{language}.md").is_file():
            return name
    return template
