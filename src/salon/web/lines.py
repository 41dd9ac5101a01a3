"""What people typed, as forms and programs send it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from unicodedata import category

from salon.errors import WrongUse
from salon.rules.talk import Line

#: Messages that a room's page carries at once, with a link to all: more keep a slow phone busy before it can be tapped.
PAGE_MESSAGES = 50


def line_in(fields: Mapping[str, str]) -> Line:
    """The line that a form or a program sends; the client id may be missing, then it is new."""
    reply_to = fields.get("reply_to", "")
    return Line(
        text=clean(fields.get("text", "")),
        client_id=fields.get("client_id") or secrets.token_hex(8),
        reply_to=reply_to if re.fullmatch(r"[0-9]{1,12}", reply_to) else "",
    )


def link_to(message: int, latest: int) -> str:
    """Where *message* is in a room whose last entry has number *latest*: on its page, or on the one with all.

    Of what was long ago it may name the latter though a page goes that far: the script looks at home first.
    """
    return f"#m{message}" if message > latest - PAGE_MESSAGES else f"?all#m{message}"


def clean(text: str) -> str:
    """*text* with the line breaks of a script, however it was sent, without control and what are no characters.

    XML, and with it a feed or a picture, can carry neither. Towers of marks on one letter, which climb into other
    people's lines, are cut to `MARKS`.
    """
    return _MANY.sub(_low, _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def _low(found: re.Match[str]) -> str:
    kept, marks = list[str](), 0
    for char in found[0]:
        kind = category(char)
        # What is invisible between two marks does not end a tower.
        marks = marks + 1 if kind[0] == "M" else marks if kind == "Cf" else 0
        if marks <= MARKS:
            kept.append(char)
    return "".join(kept)


#: More marks than any script writes on one letter.
MARKS = 5
#: So many signs in a row that there may be a tower: none of the scripts that have none.
_MANY = re.compile(f"[^\x00-\u02ff\u3030-\u3098\u309b-\ua66e\uac00-\ufdff]{{{MARKS + 1},}}")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")


def number(fields: Mapping[str, str], name: str, usual: int = 0) -> int:
    """The whole number in field *name*, with or without a `#`; *usual* where it says nothing. Raises `WrongUse`."""
    text = fields.get(name, "")
    if not text:
        return usual
    if not re.fullmatch(r"#?[0-9]{1,12}", text):
        raise WrongUse(f"{name}: write a whole number")
    return int(text.lstrip("#"))


def is_yes(text: str) -> bool:
    """Whether a form or a program said yes."""
    return text.casefold() in ("yes", "true", "on", "1")
