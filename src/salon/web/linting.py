"""The linter on the owner's pages: what is to be changed in a text for groups, said while it is being written."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from salon.channels.limits import own_limits
from salon.errors import Refused
from salon.linting import findings_while_writing, lengths_of, measures_of, plain_of
from salon.markup import Finding
from salon.markup.sharing import forced_sharing
from salon.web.describe import NUMBER, PAGE, TEXT, object_of, op
from salon.web.http import Answer, Ask, json_answer
from salon.web.lines import clean
from salon.web.routes import OWNER, Route
from salon.web.site import Site, language_for

#: Longest text that is looked at, in characters.
MOST = 10_000


class ForcedSharing(Refused):
    """A text makes sharing a condition; no group is told such a thing."""

    status = 422
    reason = "forced_sharing"

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.values = {"words": what.rpartition(": ")[0].strip("'")}


def ensure_free_sharing(text: str) -> None:
    """Raise `ForcedSharing` for a text that no group may be told."""
    found = next(forced_sharing(text), None)
    if found is not None:
        raise ForcedSharing(found[1])


async def page(site: Site, ask: Ask) -> Answer:
    """`GET /owner/TOKEN/lint`: a place to write a text for groups, or to try one."""
    site.check("owner", "", ask.parts["token"])
    return _shown(site, ask, "", {}, is_marked=True)


async def look(site: Site, ask: Ask) -> Answer:
    """`POST /owner/TOKEN/lint` (`text`; `as=plain`: nothing in it is markup): findings, and its length everywhere.

    Nothing is kept, and nothing in a template is carried out.
    """
    site.check("owner", "", ask.parts["token"])
    fields = await ask.fields()
    text, is_marked = clean(fields.get("text", ""))[:MOST], fields.get("as") != "plain"
    found = await asyncio.to_thread(_found, site, text, language_for(ask, None), is_marked=is_marked)
    return json_answer(found) if ask.wants_json else _shown(site, ask, text, found, is_marked=is_marked)


def _shown(site: Site, ask: Ask, text: str, found: Mapping[str, Any], *, is_marked: bool) -> Answer:
    base = f"/owner/{ask.parts['token']}"
    return site.page(ask, "lint", None, text=text, found=found, is_marked=is_marked, base=base, most=MOST)


def _found(site: Site, text: str, language: str, *, is_marked: bool) -> dict[str, Any]:
    measures = measures_of(own_limits(site.house.settings.home))
    words = site.words[language]
    found = findings_while_writing(text, measures, is_marked=is_marked) if text.strip() else []
    return {
        "findings": [_said(one, words) for one in found],
        "lengths": [
            {
                "platform": words.get(f"channel_{one.platform}", one.platform),
                "long": long,
                "longest": one.longest,
                "unit": words[f"unit_{one.unit}"],
            }
            for one, long in lengths_of(text, measures, is_marked=is_marked)
        ],
        "plain": plain_of(text, is_marked=is_marked),
    }


def _said(finding: Finding, words: Mapping[str, str]) -> dict[str, Any]:
    """A finding in the reader's language; the linter's own English where nobody has put it into other words."""
    for key, pattern in _KINDS.items():
        if match := re.search(pattern, finding.what):
            what = words[f"lint_{key}"]
            for name, value in match.groupdict("").items():
                shown = words.get(f"channel_{value}" if name == "platform" else f"unit_{value}", value.strip("'"))
                what = what.replace(f"{{{name}}}", shown)
            return {"line": finding.line, "what": what, "now": words[f"lint_{key}_now"]}
    return {"line": finding.line, "what": finding.what, "now": finding.now}


#: Kind of a finding → how the linter words it.
_KINDS = {
    "sharing": r"^(?P<words>.+): (?:sharing|a price|a screenshot).* is not allowed",
    "long": r"^too long for (?P<platform>[a-z]+): (?P<long>\d+) (?P<unit>\w+), (?P<longest>\d+) are allowed",
    "bold": r"^(?P<words>\*\*.+) would not be bold|^(?P<mark>\*\*|__) makes nothing bold",
    "html": r"^HTML is not allowed",
    "picture": r"^a picture is not allowed",
    "table": r"^a table is not allowed",
    "strike": r"^~~ is not allowed",
    "address": r"^(?P<words>.+) is no address",
    "linktitle": r"^no chat shows a link's title",
}
_LINT = rf"{OWNER}/lint"
ROUTES: list[Route] = [("GET", _LINT, page), ("POST", _LINT, look)]
_PATH = "/owner/{token}/lint"
PATHS: dict[str, Any] = {
    _PATH: {
        "get": op("A place to try a text for groups", PAGE, refused=(403,)),
        "post": op("What is to be changed in a text", body="Draft", answer="Lint", refused=(403, 413)),
    }
}
_ROWS = {"type": "array", "items": object_of(line=NUMBER, what=TEXT, now=TEXT)}
_LONG = {"type": "array", "items": object_of(platform=TEXT, long=NUMBER, longest=NUMBER, unit=TEXT)}
SCHEMAS: dict[str, Any] = {
    "Draft": object_of(("text",), text={**TEXT, "maxLength": MOST}, **{"as": {"enum": ["", "plain"]}}),
    "Lint": object_of(("findings", "lengths", "plain"), findings=_ROWS, lengths=_LONG, plain=TEXT),
}
