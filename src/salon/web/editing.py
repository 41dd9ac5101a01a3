"""The owner's desk: a report's draft edited, approved and published, shared, corrected, taken back."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote

from salon.discussion import offers_in
from salon.entries import Rule
from salon.errors import NotFound
from salon.hearing import is_owed
from salon.issue import files_of, telling
from salon.model import Event
from salon.rules.editions import (
    EDITOR_LENGTH,
    NOTE_LENGTH,
    TITLE_LENGTH,
    ChangedMeanwhile,
    NoDraft,
    approve_report,
    ask_correction,
    edit_report,
    go_back,
    publish_report,
    recall_report,
)
from salon.state import State
from salon.web import desk_texts, own_words
from salon.web.describe import NUMBER, PAGE, TEXT, object_of, op
from salon.web.desk_texts import taken_view, texts_view
from salon.web.desk_view import desk_of
from salon.web.edits import number_in, operations_in
from salon.web.http import Answer, Ask, cookie, json_answer, redirect
from salon.web.publishing import issue_soon, share_soon
from salon.web.report import TYPES, as_page
from salon.web.routes import OWNER_EVENT, Route
from salon.web.site import Site
from salon.wording import calm


async def desk(site: Site, ask: Ask) -> Answer:
    """`GET /owner/TOKEN/EVENT/report`: the newest version, piece by piece, with what may be done to each."""
    event, state = await _owned(site, ask)
    if not state.editions.versions:
        if ask.wants_json:
            raise NoDraft
        return site.page(ask, "notice", event, status=404, title_key="no_draft_title", text_key="no_draft_text")
    told = await telling(site.house, event, state.editions.latest)
    groups = await site.house.groups(event)
    if is_owed(state, groups):
        # Whoever approved it may have been killed before the groups were told.
        share_soon(site, event)
    view = desk_of(told, state, event, groups, await _mode(site, event))
    view |= {"texts": await texts_view(site, event, state, told), "taken": taken_view(site, event, state)}
    if ask.wants_json:
        return json_answer(view)
    limits = {"note_length": NOTE_LENGTH, "title_length": TITLE_LENGTH, "editor_length": EDITOR_LENGTH}
    more: dict[str, Any] = {"base": str(ask.scope["path"]), "editor": _editor(ask), "fresh_id": secrets.token_hex(6)}
    return site.page(ask, "desk", event, **view, **limits, **more)


async def preview(site: Site, ask: Ask) -> Answer:
    """`GET …/report/preview` (`?version=3`, `/team.html`, `/letter.html`, …): a version as people will read it."""
    event, state = await _owned(site, ask)
    wanted = ask.query.get("version", "")
    version = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else state.editions.latest
    if version not in state.editions.versions:
        raise NotFound(f"version {wanted[:10]}: this report has none by that number")
    told = await telling(site.house, event, version)
    if ask.parts.get("file", "").startswith("team."):
        # Who rated or offered to lead since the report was published is read here.
        since = replace(told.discussion, ratings=state.cards.rated(), offers=offers_in(state))
        told = replace(told, discussion=since)
    files = await files_of(site.house, told)
    name = ask.parts.get("file") or "report.html"
    if name not in files:
        raise NotFound(f"{name[:40]}: there is no such form; there are {', '.join(sorted(files))}")
    return as_page(name, files[name])


async def edit(site: Site, ask: Ask) -> Answer:
    """`POST …/report/edit`: one button of the page (`act`), or for programs `operations` as JSON; with `base`."""
    event, _ = await _owned(site, ask)
    fields = await ask.fields()
    operations = operations_in(fields, _editor(ask))
    rule = edit_report(number_in(fields, "base"), operations, editor=_editor(ask))
    place = fields.get("place", "") or fields.get("key", "")
    return await _decide(site, ask, event, fields, rule, f"#{quote(place)}" if place else "")


async def back(site: Site, ask: Ask) -> Answer:
    """`POST …/report/back`: make an earlier `version` the newest again."""
    event, _ = await _owned(site, ask)
    fields = await ask.fields()
    rule = go_back(number_in(fields, "base"), number_in(fields, "version"), editor=_editor(ask))
    return await _decide(site, ask, event, fields, rule)


async def approve(site: Site, ask: Ask) -> Answer:
    """`POST …/report/approve`: everybody reads `version` from now on; groups that were not told are told at once."""
    return await _of_version(site, ask, approve_report)


async def publish(site: Site, ask: Ask) -> Answer:
    """`POST …/report/publish`: let an approved `version` be read again."""
    return await _of_version(site, ask, publish_report)


async def recall(site: Site, ask: Ask) -> Answer:
    """`POST …/report/recall`: nobody reads the report any more; its page says so."""
    event, _ = await _owned(site, ask)
    answer = await _decide(site, ask, event, await ask.fields(), recall_report(editor=_editor(ask)))
    issue_soon(site, event)
    return answer


async def tell(site: Site, ask: Ask) -> Answer:
    """`POST …/report/tell`: the groups hear, once, that `version` corrects what they were sent."""
    return await _of_version(site, ask, ask_correction)


async def _of_version(site: Site, ask: Ask, rule: Callable[..., Rule]) -> Answer:
    """Do *rule* to the version that is named, and tell whoever has to hear of it."""
    event, _ = await _owned(site, ask)
    fields = await ask.fields()
    answer = await _decide(site, ask, event, fields, rule(number_in(fields, "version"), editor=_editor(ask)))
    share_soon(site, event)
    return answer


async def editor(site: Site, ask: Ask) -> Answer:
    """`POST …/report/editor`: what the editor is called, on this phone, beside what they change."""
    await _owned(site, ask)
    name = calm((await ask.fields()).get("editor", ""))[:EDITOR_LENGTH].strip()
    kept = cookie("editor", quote(name), is_secure=site.house.settings.public_url.startswith("https:"))
    answer = json_answer({"editor": name}) if ask.wants_json else redirect(_desk_path(ask))
    return answer.with_headers(kept)


async def _decide(site: Site, ask: Ask, event: Event, fields: Mapping[str, str], rule: Any, place: str = "") -> Answer:
    try:
        await site.house.journal.decide(event.id, rule)
    except ChangedMeanwhile:
        if ask.wants_json:
            raise
        return await _changed(site, ask, event, fields)
    state = (await site.house.live(event.id)).state
    if ask.wants_json:
        return json_answer({"version": state.editions.latest, "published": state.editions.published})
    return redirect(_desk_path(ask) + place)


async def _changed(site: Site, ask: Ask, event: Event, fields: Mapping[str, str]) -> Answer:
    """Somebody else was first: what was typed is still there, and one tap does it to the newest version."""
    state = (await site.house.live(event.id)).state
    newest = state.editions.versions[state.editions.latest]
    again = {name: value for name, value in fields.items() if name not in ("base", "version")}
    return site.page(
        ask,
        "desk_changed",
        event,
        status=409,
        base=_desk_path(ask),
        action=str(ask.scope["path"]),
        latest=newest.number,
        by=newest.editor,
        at=f"{newest.at.astimezone(event.times.disbands_at.tzinfo):%H:%M}",
        fields=again,
        is_edit=str(ask.scope["path"]).endswith("/edit"),
    )


def _editor(ask: Ask) -> str:
    return calm(unquote(ask.cookies.get("editor", "")))[:EDITOR_LENGTH].strip()


def _desk_path(ask: Ask) -> str:
    return f"/owner/{ask.parts['token']}/{ask.parts['event']}/report"


async def _owned(site: Site, ask: Ask) -> tuple[Event, State]:
    site.check("owner", "", ask.parts["token"])
    event, _, state = await site.room(ask.parts["event"])
    return event, state


async def _mode(site: Site, event: Event) -> str:
    programme = (await site.house.plan()).programme(event.series)
    return programme.series.report if programme else "publish"


_DESK = rf"{OWNER_EVENT}/report"
_FORMS = rf"(?P<file>[a-z]{{1,20}}\.(?:{'|'.join(TYPES)}))"
ROUTES: list[Route] = [
    ("GET", _DESK, desk),
    ("GET", rf"{_DESK}/preview(?:/{_FORMS})?", preview),
    ("POST", rf"{_DESK}/edit", edit),
    ("POST", rf"{_DESK}/back", back),
    ("POST", rf"{_DESK}/approve", approve),
    ("POST", rf"{_DESK}/publish", publish),
    ("POST", rf"{_DESK}/recall", recall),
    ("POST", rf"{_DESK}/tell", tell),
    ("POST", rf"{_DESK}/editor", editor),
    *desk_texts.ROUTES,
    *own_words.ROUTES,
]
_AT = "/owner/{token}/{event}/report"


def _step(summary: str, body: str = "Version") -> dict[str, Any]:
    return {"post": op(summary, body=body, answer="Editions", refused=(400, 403, 404, 409, 413))}


#: Path → operations, as `salon.web.openapi` collects them.
PATHS: dict[str, Any] = {
    _AT: {"get": op("The owner's desk: the report piece by piece", PAGE, answer="Done", refused=(403, 404))},
    f"{_AT}/preview": {
        "get": op("A version as people will read it", PAGE, query={"version": "integer"}, refused=(404,))
    },
    f"{_AT}/edit": _step("Do operations to the newest version, which must be `base`", "Edit"),
    f"{_AT}/back": _step("Make an earlier version the newest"),
    f"{_AT}/approve": _step("Approve the newest version: it is public, and the groups are told"),
    f"{_AT}/publish": _step("Make an approved version public again"),
    f"{_AT}/recall": _step("Nobody reads the report any more", "Done"),
    f"{_AT}/tell": _step("Tell the groups, once, of the public version as a correction"),
    f"{_AT}/editor": {"post": op("What the editor is called", body="Editor", answer="Editor", refused=(403, 404))},
    **desk_texts.PATHS,
    **own_words.PATHS,
}
SCHEMAS: dict[str, Any] = {
    "Version": object_of(version=NUMBER, base=NUMBER),
    "Edit": object_of(
        ("base",),
        base=NUMBER,
        operations={**TEXT, "description": 'A JSON list, [{"do": "drop", "key": "…"}]; the keys are those of the desk'},
        act=TEXT,
        key=TEXT,
        text=TEXT,
    ),
    "Editor": object_of(editor=TEXT),
    "Editions": object_of(version=NUMBER, published=NUMBER),
    **own_words.SCHEMAS,
}
