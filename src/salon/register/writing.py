"""The register written out: CSV for a spreadsheet, inert whatever names say, and TOML for the programme's file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence

from salon.model import Group
from salon.register.comparing import FORMULA

#: Fields of an export, in its order. An address that is a secret is never among the cells.
FIELDS = (
    *("id", "name", "leader", "backup", "platform", "channel", "address", "parent", "size", "purpose", "rules"),
    *("quiet", "per_day", "per_week", "per_month", "language", "text", "kind"),
)
#: An address that is written down encrypted begins so.
_HIDDEN = "hidden:"


def as_csv(groups: Iterable[Group], headings: Sequence[str] = FIELDS) -> bytes:
    """The groups as CSV that spreadsheets open rightly: UTF-8 with a mark, CRLF; *headings* name `FIELDS`.

    A cell that a spreadsheet would calculate gets an apostrophe before it, which an import takes away again.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    for group in groups:
        writer.writerow([_cell(group, name) for name in FIELDS])
    return out.getvalue().encode("utf-8-sig")


def as_toml(groups: Iterable[Group]) -> str:
    """The groups as `[[groups]]` of a programme file, each key that says something."""
    return "\n".join(_table(group) for group in groups)


def _table(group: Group) -> str:
    lines = ["[[groups]]"]
    for field in group.__dataclass_fields__.values():
        value = getattr(group, field.name)
        if value != field.default and not (field.name == "address" and value == group.id):
            # A JSON string is a TOML string, but for DEL, which TOML wants escaped.
            text = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
            lines.append(f"{field.name} = {text}")
    return "\n".join(lines) + "\n"


def _cell(group: Group, name: str) -> str:
    value = getattr(group, name)
    text = "" if value == 0 and isinstance(value, int) else str(value)
    if name == "address" and text.startswith(_HIDDEN):
        return ""
    return f"'{text}" if FORMULA.match(text) else text
