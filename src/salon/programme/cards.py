"""The cards of an event: questionnaires and promotions, as a programme file plans them."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from salon.model import ITEM_KINDS, SCALE, SINGLE, TEXT, Item, Promotion, Questionnaire
from salon.programme.options import read_ends, read_options, read_scale
from salon.programme.parts import LINE, MOST_ITEMS, NAME, TITLE, check_once
from salon.programme.portrait import read_portrait
from salon.programme.table import Table, shown

#: Questions of a questionnaire: nobody answers more than these on a phone, beside a talk.
MOST_QUESTIONS = 10
#: Longest text of a promotion, and its longest address, in characters.
PROMOTION_TEXT, LINK = 300, 500


def read_questionnaires(table: Table, sections: int) -> tuple[Questionnaire, ...]:
    """The tables `[[events.questionnaires]]`, in the file's order."""
    tables = table.tables("questionnaires", most=MOST_ITEMS)
    forms = tuple(_questionnaire(one, n, sections) for n, one in enumerate(tables, 1))
    check_once(tables, "id", [form.id for form in forms])
    return forms


def read_promotions(table: Table, sections: int, folder: Path) -> tuple[Promotion, ...]:
    """The tables `[[events.promotions]]`; pictures are found from *folder*. A section may have one at most."""
    tables = table.tables("promotions", most=MOST_ITEMS)
    cards = tuple(_promotion(one, n, sections, folder) for n, one in enumerate(tables, 1))
    check_once(tables, "id", [card.id for card in cards])
    first: dict[int, Table] = {}
    for one, card in zip(tables, cards, strict=True):
        if first.setdefault(card.section, one) is not one:
            other = f"{one.path('section')}", f"section {card.section} has its promotion in {first[card.section].where}"
            table.notes.mistake(other[0], f"{other[1]}; write another section, one promotion in each")
    return cards


def _questionnaire(table: Table, number: int, sections: int) -> Questionnaire:
    tables = table.tables("questions", most=MOST_QUESTIONS)
    if not tables and not table.has("questions"):
        header = re.sub(r"\[\d+\]", "", table.path("questions"))
        table.refuse("questions", f"[[{header}]] with its keys below, once for each")
    form = Questionnaire(
        id=table.name("id", most=40, default=f"questionnaire-{number}"),
        title=table.text("title", most=TITLE),
        items=tuple(_item(one) for one in tables),
        section=_section(table, sections),
    )
    table.done()
    return form


def _item(table: Table) -> Item:
    kind = table.choice("kind", ITEM_KINDS, default=SINGLE)
    options: tuple[str, ...] = ()
    if kind != TEXT:
        options = read_scale(table) if kind == SCALE else read_options(table)
    item = Item(
        question=table.text("question", most=LINE),
        kind=kind,
        options=options,
        ends=read_ends(table) if kind == SCALE else (),
    )
    table.done()
    return item


def _promotion(table: Table, number: int, sections: int, folder: Path) -> Promotion:
    card = Promotion(
        id=table.name("id", most=40, default=f"promotion-{number}"),
        title=table.text("title", most=NAME),
        link=_link(table),
        text=table.text("text", most=PROMOTION_TEXT, default="", lines=True),
        picture=read_portrait(table, folder, "picture"),
        section=_section(table, sections),
    )
    table.done()
    return card


def _link(table: Table) -> str:
    link = table.text("link", most=LINK)
    if link and not is_https(link):
        table.notes.mistake(table.path("link"), f'{shown(link)} is not allowed; write an address with "https://"')
        return ""
    return link


def is_https(link: str) -> bool:
    """Whether *link* is a whole https address, with a host and without a name or password in front of it."""
    try:
        parts = urlsplit(link)
        port_is_sound = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_clean = re.fullmatch(r"[!#-;=?-\[\]_a-z~]+", link) is not None
    return (
        is_clean
        and port_is_sound
        and parts.scheme == "https"
        and "." in (parts.hostname or "")
        and "@" not in parts.netloc
    )


def _section(table: Table, sections: int) -> int:
    return table.whole("section", least=1, most=max(sections, 1), default=1, unit="the number of a section")
