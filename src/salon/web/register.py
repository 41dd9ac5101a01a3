"""The owner's register of groups: a thousand on one screen, one to edit, a list to take over after a look at it."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from salon.channels import hides_address, is_address_secret, known_channels
from salon.errors import NotAllowed, NotFound, WrongUse
from salon.model import Group, Programme
from salon.planbook import PLAN
from salon.register.comparing import Changed, Preview
from salon.register.reading import MOST_BYTES, Line, Reading, read_list
from salon.register.writing import FIELDS, as_csv, as_toml
from salon.registering import change_groups, compared, programme_of, put, rules_of
from salon.web.describe import PAGE, TEXT, object_of, op
from salon.web.http import Answer, Ask, json_answer, redirect
from salon.web.routes import OWNER, Route
from salon.web.site import Site
from salon.wording import calm

#: Filters, as they stand in an address.
FILTERS = ("q", "parent", "leader", "channel")
#: Lines of each kind that a preview shows.
SHOWN = 200


async def groups(site: Site, ask: Ask) -> Answer:
    """`GET /owner/TOKEN/groups?series=…`: the register; `q`, `parent`, `leader` and `channel` filter."""
    site.check("owner", "", ask.parts["token"])
    book = await site.house.plan()
    programmes = book.programmes()
    if not programmes:
        raise NotFound("no series is planned yet; plan one with: salon plan FILE --apply")
    wanted = ask.query.get("series", "")
    programme = book.programme(wanted) or programmes[0]
    chosen = {name: calm(ask.query.get(name, ""))[:80] for name in FILTERS}
    rows = [group for group in programme.groups if _is_wanted(group, chosen)]
    if ask.wants_json:
        return json_answer([_data(group) for group in rows])
    page = await asyncio.to_thread(
        site.page,
        ask,
        "register",
        None,
        series=programme.series,
        others=[one.series for one in programmes if one.series.id != programme.series.id],
        rows=rows,
        in_all=len(programme.groups),
        members=sum(group.size for group in rows),
        chosen=chosen,
        values={name: _values(programme.groups, name) for name in ("parent", "channel")},
        query=lambda **change: _query(programme.series.id, {**chosen, **change}),
        base=f"/owner/{ask.parts['token']}",
        done=ask.query.get("done", ""),
    )
    return page


async def group(site: Site, ask: Ask) -> Answer:
    """`GET /owner/TOKEN/groups/SERIES/GROUP`: one group to edit, with every version of its rules."""
    programme, found = await _one(site, ask)
    if ask.wants_json:
        return json_answer(_data(found))
    return await _form(site, ask, programme, found, {}, [])


async def save(site: Site, ask: Ask) -> Answer:
    """`POST /owner/TOKEN/groups/SERIES/GROUP`: the group as it is to be; `drop=yes` takes it out of the register."""
    programme, found = await _one(site, ask)
    fields = await ask.fields()
    where = f"/owner/{ask.parts['token']}/groups?series={quote(programme.series.id)}"
    if fields.get("drop") == "yes":
        await change_groups(site.house, programme.series.id, _without(found.id))
        return json_answer({"dropped": True}) if ask.wants_json else redirect(where)
    if fields.get("seen", _seen(found)) != _seen(found):
        return await _form(site, ask, programme, found, fields, ["changed"], status=409)
    preview = compared(site.house, [_line(found, fields)], programme.groups)
    if preview.wrong:
        wrong = preview.wrong[0]
        if ask.wants_json:
            raise WrongUse(f"{wrong.field}: {wrong.why.replace('_', ' ')}: {wrong.shown}")
        return await _form(site, ask, programme, found, fields, [wrong.field, wrong.why], status=422)
    new = _cleared(preview.groups[0] if preview.groups else found, fields)
    added = await change_groups(site.house, programme.series.id, put([new]))
    return json_answer({"added": added}) if ask.wants_json else redirect(f"{where}#g-{quote(found.id)}")


async def look(site: Site, ask: Ask) -> Answer:
    """`POST /owner/TOKEN/groups/SERIES/import` with `text` or a `file`: what it would change. Nothing is applied
    unless `seen` is the mark of exactly this outcome, which the page's second button sends."""
    site.check("owner", "", ask.parts["token"])
    fields, file = await _sent(ask)
    reading = await asyncio.to_thread(read_list, file or fields.get("text", ""))
    await site.house.journal.refresh(PLAN)
    programme = await programme_of(site.house, ask.parts["series"])
    preview = await asyncio.to_thread(compared, site.house, reading.lines, programme.groups)
    if preview.groups and fields.get("seen") == preview.mark:
        return await _apply(site, ask, programme, reading)
    if ask.wants_json:
        return json_answer(_told(preview))
    return site.page(
        ask,
        "register_import",
        None,
        series=programme.series,
        preview=preview,
        reading=reading,
        changed=[(change.number, change.new.name, _pairs(change)) for change in preview.changed[:SHOWN]],
        shown=SHOWN,
        text=reading.text,
        moved="seen" in fields and bool(preview.groups),
        base=f"/owner/{ask.parts['token']}",
    )


async def _sent(ask: Ask) -> tuple[Mapping[str, str], bytes]:
    """The fields and the file of a form; a program may send the text alone."""
    if "multipart" not in ask.header(b"content-type"):
        return await ask.fields(), b""
    form = await ask.upload(2 * MOST_BYTES, longest=MOST_BYTES)
    return form.fields, form.files.get("file", b"")[: MOST_BYTES + 1]


async def _apply(site: Site, ask: Ask, programme: Programme, reading: Reading) -> Answer:
    """Once more compared, with the register as it is once nobody else changes it: what came between is not undone."""

    def change(known: tuple[Group, ...]) -> Sequence[Group]:
        return put(compared(site.house, reading.lines, known).groups)(known)

    added = await change_groups(site.house, programme.series.id, change)
    if ask.wants_json:
        return json_answer({"added": added}, 201 if added else 200)
    return redirect(f"/owner/{ask.parts['token']}/groups?series={quote(programme.series.id)}&done=imported")


async def csv_file(site: Site, ask: Ask) -> Answer:
    """`GET /owner/TOKEN/groups/SERIES/groups.csv`: the register for a spreadsheet; no cell is a formula."""
    programme, words = await _owned(site, ask), site.words["zh" if ask.query.get("lang") == "zh" else "en"]
    body = as_csv(programme.groups, [words[f"column_{name}"] for name in FIELDS])
    return _file(f"{programme.series.id}.csv", body, b"text/csv; charset=utf-8")


async def toml_file(site: Site, ask: Ask) -> Answer:
    """`GET /owner/TOKEN/groups/SERIES/groups.toml`: the register for the programme's file."""
    programme = await _owned(site, ask)
    return _file(f"{programme.series.id}-groups.toml", as_toml(programme.groups).encode(), b"application/toml")


def _file(name: str, body: bytes, type: bytes) -> Answer:
    named = (b"content-disposition", f'attachment; filename="{name}"'.encode())
    return Answer(body=body, type=type, headers=(named,))


async def _owned(site: Site, ask: Ask) -> Programme:
    site.check("owner", "", ask.parts["token"])
    return await programme_of(site.house, ask.parts["series"])


async def _one(site: Site, ask: Ask) -> tuple[Programme, Group]:
    programme = await _owned(site, ask)
    for found in programme.groups:
        if found.id == ask.parts["group"]:
            return programme, found
    raise NotFound(f"group {ask.parts['group'][:40]!r} is not in the register of {programme.series.id}")


async def _form(
    site: Site, ask: Ask, programme: Programme, found: Group, typed: Mapping[str, str], wrong: list[str], **more: Any
) -> Answer:
    zone = ZoneInfo(programme.series.timezone)
    versions = [
        {"number": one.number, "at": f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}", "by": one.by, "text": one.text}
        for one in await rules_of(site.house, programme.series.id, found.id)
    ]
    return site.page(
        ask,
        "register_group",
        None,
        series=programme.series,
        group=found,
        values={**_data(found), **_mailboxes(site, found), **{name: typed[name] for name in FIELDS if name in typed}},
        wrong=wrong,
        versions=versions,
        channels=known_channels(),
        seen=_seen(found),
        is_secret=is_address_secret(found.channel),
        base=f"/owner/{ask.parts['token']}",
        **more,
    )


def _mailboxes(site: Site, found: Group) -> dict[str, str]:
    """Who is written to: whoever runs the salon must be able to take one out. A secret is shown to nobody."""
    if is_address_secret(found.channel) or not hides_address(found.channel):
        return {}
    try:
        return {"address": site.house.opened(found).address}
    except NotAllowed:
        return {}


def _line(found: Group, fields: Mapping[str, str]) -> Line:
    """What a form sent as one line of a list: of the group with this id."""
    cells = {name: text for name in FIELDS if (text := fields.get(name, "").strip())}
    return Line(number=1, cells={**cells, "id": found.id})


def _cleared(group: Group, fields: Mapping[str, str]) -> Group:
    """*group* without what the form sent empty: on a screen an empty field means nothing, not "as it was"."""
    empty = {name for name in _MAY_BE_EMPTY if name in fields and not fields[name].strip()}
    kinds = {name: type(getattr(group, name)) for name in empty}
    return replace(group, **{name: kinds[name]() for name in empty})


_MAY_BE_EMPTY = (
    *("leader", "backup", "platform", "parent", "purpose", "rules", "quiet", "language", "kind"),
    *("size", "per_day", "per_week", "per_month"),
)


def _without(id: str) -> Any:
    return lambda known: [group for group in known if group.id != id]


def _seen(group: Group) -> str:
    return hashlib.sha256(repr(astuple(group)).encode()).hexdigest()[:16]


def _data(group: Group) -> dict[str, Any]:
    data = {name: getattr(group, name) for name in FIELDS}
    return {**data, "address": "" if hides_address(group.channel) else group.address}


def _is_wanted(group: Group, chosen: Mapping[str, str]) -> bool:
    word = chosen["q"].casefold()
    texts = (group.name, group.leader, group.backup, group.parent, group.id, group.purpose)
    return (
        chosen["parent"] in ("", group.parent)
        and chosen["leader"] in ("", group.leader)
        and chosen["channel"] in ("", group.channel)
        and (not word or any(word in text.casefold() for text in texts))
    )


def _values(groups: Sequence[Group], name: str) -> list[tuple[str, int]]:
    counts = Counter(text for group in groups if (text := getattr(group, name)))
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:40]


def _query(series: str, chosen: Mapping[str, str]) -> str:
    return "?" + urlencode({"series": series, **{name: text for name, text in chosen.items() if text}})


def _pairs(change: Changed) -> list[tuple[str, str, str]]:
    was, now = change.old.channel, change.new.channel
    return [(name, _shown(name, old, was), _shown(name, new, now)) for name, old, new in change.fields()]


def _shown(name: str, value: object, channel: str) -> str:
    return "…" if name == "address" and hides_address(channel) else str(value)


def _told(preview: Preview) -> dict[str, Any]:
    return {
        "new": [{"line": number, **_data(one)} for number, one in preview.new],
        "changed": [{"line": one.number, "id": one.new.id, "fields": _pairs(one)} for one in preview.changed],
        "same": preview.same,
        "wrong": [
            {"line": one.number, "field": one.field, "why": one.why, "shown": one.shown} for one in preview.wrong
        ],
        "seen": preview.mark,
    }


_SERIES = r"(?P<series>[a-z0-9][a-z0-9-]{0,39})"
_GROUPS = rf"{OWNER}/groups"
ROUTES: list[Route] = [
    ("GET", _GROUPS, groups),
    ("POST", rf"{_GROUPS}/{_SERIES}/import", look),
    ("GET", rf"{_GROUPS}/{_SERIES}/groups\.csv", csv_file),
    ("GET", rf"{_GROUPS}/{_SERIES}/groups\.toml", toml_file),
    ("GET", rf"{_GROUPS}/{_SERIES}/(?P<group>[a-z0-9-]{{1,40}})", group),
    ("POST", rf"{_GROUPS}/{_SERIES}/(?P<group>[a-z0-9-]{{1,40}})", save),
]
_AT = "/owner/{token}/groups"
_QUERY = {"series": "string", **dict.fromkeys(FILTERS, "string")}
#: Path → operations, as `salon.web.openapi` collects them.
PATHS: dict[str, Any] = {
    _AT: {"get": op("The register of groups", PAGE, answer="Done", query=_QUERY, refused=(403, 404))},
    f"{_AT}/{{series}}/import": {
        "post": op(
            "What a list would change; with its `seen` it is applied",
            body="GroupList",
            answer="Done",
            status=201,
            refused=(400, 403, 404, 409, 413),
        )
    },
    f"{_AT}/{{series}}/groups.csv": {"get": op("The register for a spreadsheet", "text/csv", refused=(403, 404))},
    f"{_AT}/{{series}}/groups.toml": {
        "get": op("The register for the programme's file", "application/toml", refused=(403, 404))
    },
    f"{_AT}/{{series}}/{{group}}": {
        "get": op("One group to edit", PAGE, answer="Done", refused=(403, 404)),
        "post": op("Change a group", body="Group", answer="Done", refused=(400, 403, 404, 409, 413, 422)),
    },
}
SCHEMAS: dict[str, Any] = {
    "GroupList": object_of(("text",), text=TEXT, seen=TEXT),
    "Group": object_of((), **dict.fromkeys((*FIELDS, "seen", "drop"), TEXT)),
}
