"""What a moment says to a group: its template in the group's language, filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from salon.announce import Writer
from salon.house import House
from salon.model import Event, Group
from salon.phrases import facts_of, language_of


def words(house: House, event: Event, template: str, language: str = "", **values: Any) -> str:
    """Fill in `templates/TEMPLATE.LANGUAGE.md` for *event*."""
    language = language_of(event, language)
    return house.wording.fill(f"{template}.{language}.md", **facts_of(event, language), **values).strip() + "\n"


async def door_links(house: House, event: Event) -> dict[str, str]:
    """Group id → the link behind its own live code."""
    book = await house.plan()
    return {group.id: house.links.door(book.code(event.id, group.id)) for group in book.groups(event)}


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

    def write(group: Group) -> tuple[str, bytes | None]:
        language = language_of(event, group.language)
        picture = pictures[language] if pictures else None
        return words(house, event, template, language, link=links[group.id], **values), picture

    return write
