"""Rules of a report's editions: drafted, edited one version after another, approved, published, recalled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from salon.entries import Draft, Rule
from salon.errors import NotFound, Refused, WrongUse
from salon.hearing import heard_before
from salon.model import Coming, Sentence
from salon.state import State

#: Operations in one edit, and in all that a version stands on.
MOST_AT_ONCE, MOST_OPERATIONS = 200, 2000
#: Characters, at most: of a sentence of the editor's, of a title, of a key, of an editor's name.
NOTE_LENGTH, TITLE_LENGTH, KEY_LENGTH, EDITOR_LENGTH = 500, 200, 300, 40

#: What an editor may do → the fields that it needs (`salon.edited` says what each does).
OPERATIONS: Mapping[str, tuple[str, ...]] = {
    "move": ("key", "before"),
    "first": ("key",),
    "lead": ("key",),
    "drop": ("key",),
    "restore": ("key",),
    "merge": ("key", "other"),
    "title": ("key", "text"),
    "note": ("key", "place", "text", "by"),
    "rewrite": ("key", "text"),
}
_MAY_BE_EMPTY = {("move", "before"), ("title", "key"), ("note", "by")}


class NoDraft(Refused):
    """There is no report to edit yet."""

    status = 404
    reason = "no_draft"


class ChangedMeanwhile(Refused):
    """Somebody else has changed the report meanwhile."""

    reason = "changed_meanwhile"


def draft_report(*, by: str) -> Rule:
    """Begin the report's first version. Again adds nothing."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if not state.editions.versions:
            yield Draft(kind="report_drafted", by=by, data={"version": 1}, holds=("edition:1",))

    return rule


def note_coming(coming: Coming | None, *, by: str) -> Rule:
    """Note the next evening as the report tells of it; once the report is public it stays what it was."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        known = state.editions.coming
        if known != coming and not (known and state.editions.published):
            told = {**asdict(coming), "starts_at": coming.starts_at.isoformat()} if coming else None
            yield Draft(kind="coming_noted", by=by, data={"coming": told})

    return rule


def note_sentences(model: str, sentences: Sequence[Sentence], *, by: str) -> Rule:
    """Note what a language model wrote of the evening; once, and only before the report's first version."""
    rows = [{"place": s.place, "text": s.text, "messages": list(s.message_ids)} for s in sentences]

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if state.editions.sentences is None and not state.editions.versions:
            yield Draft(kind="sentences_drafted", by=by, data={"model": model, "sentences": rows}, holds=("sentences",))

    return rule


def edit_report(base: int, operations: Sequence[Mapping[str, str]], *, editor: str = "") -> Rule:
    """Add a version: the newest one, which must be *base*, with *operations* done to it.

    The same edit of the same version again adds nothing. Raises `NoDraft`, `ChangedMeanwhile` when *base* is not
    the newest, `WrongUse` for an operation that makes no sense or too many of them.
    """
    checked = [_checked(operation) for operation in operations]
    if not 0 < len(checked) <= MOST_AT_ONCE:
        raise WrongUse(f"operations: {len(checked)} at once are not allowed; send 1 to {MOST_AT_ONCE}")

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        latest = _newest(state)
        if latest == base + 1 and _is_same(state, base, checked):
            return
        if latest != base:
            raise ChangedMeanwhile(f"version {base} was edited; the newest is {latest}")
        if len(state.editions.versions[base].operations) + len(checked) > MOST_OPERATIONS:
            raise WrongUse(f"{MOST_OPERATIONS} operations are the most; go back to an earlier version")
        yield _version(base + 1, base, checked, editor)

    return rule


def go_back(base: int, version: int, *, editor: str = "") -> Rule:
    """Make *version* the newest again, as a new version. Raises as `edit_report`, and `NotFound`."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        latest = _newest(state)
        _known(state, version)
        if latest == base + 1 and state.editions.versions[latest].after == version != base:
            return
        if latest != base:
            raise ChangedMeanwhile(f"version {base} was edited; the newest is {latest}")
        if version != base:
            yield _version(base + 1, version, [], editor)

    return rule


def approve_report(version: int, *, editor: str = "") -> Rule:
    """The owner says yes to *version*, which must be the newest: from now on everybody reads it. Again: nothing.

    Raises `NoDraft`, `ChangedMeanwhile`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        latest = _newest(state)
        if latest != version:
            raise ChangedMeanwhile(f"version {version} is not the newest; that is {latest}")
        data = {"version": version, "editor": editor[:EDITOR_LENGTH]}
        if version not in state.editions.approved:
            yield Draft(kind="report_approved", by="owner", data=data, holds=(f"approved:{version}",))
        if state.editions.published != version:
            yield Draft(kind="report_published", by="owner", data=data)

    return rule


def publish_by_itself(*, by: str) -> Rule:
    """Publish the newest version without asking, unless one is public or was recalled: for series that want it so."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        editions = state.editions
        if editions.versions and not editions.published and not editions.is_recalled:
            yield Draft(kind="report_published", by=by, data={"version": editions.latest, "editor": ""})

    return rule


def publish_report(version: int, *, editor: str = "") -> Rule:
    """Let everybody read an approved *version* again. Again: nothing. Raises `NotFound`, `WrongUse`."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        _known(state, version)
        was_public = any(s.kind == "report_published" and s.number == version for s in state.editions.steps)
        if version not in state.editions.approved and not was_public:
            raise WrongUse(f"version {version} is not approved; approve it first")
        if state.editions.published != version:
            data = {"version": version, "editor": editor[:EDITOR_LENGTH]}
            yield Draft(kind="report_published", by="owner", data=data)

    return rule


def recall_report(*, editor: str = "") -> Rule:
    """Nobody reads the report any more. Again: nothing. Raises `NoDraft`."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        _newest(state)
        if state.editions.published:
            yield Draft(kind="report_recalled", by="owner", data={"editor": editor[:EDITOR_LENGTH]})

    return rule


def ask_correction(version: int, *, editor: str = "") -> Rule:
    """Have the groups told that *version* corrects what they were told of; once per version.

    Raises `WrongUse` unless everybody reads it, in place of an earlier one or without words that were taken back.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        editions = state.editions
        if version in editions.corrections:
            return
        public = {step.number for step in editions.steps if step.kind == "report_published"}
        if editions.published != version or (len(public) < 2 and not heard_before(state)):
            raise WrongUse(f"version {version} does not stand in the place of another; there is nothing to correct")
        data = {"version": version, "editor": editor[:EDITOR_LENGTH]}
        yield Draft(kind="correction_asked", by="owner", data=data, holds=(f"correction:{version}",))

    return rule


def _version(number: int, after: int, operations: Sequence[Mapping[str, str]], editor: str) -> Draft:
    data = {"version": number, "after": after, "operations": list(operations), "editor": editor[:EDITOR_LENGTH]}
    return Draft(kind="report_edited", by="owner", data=data, holds=(f"edition:{number}",))


def _newest(state: State) -> int:
    if not state.editions.versions:
        raise NoDraft
    return state.editions.latest


def _known(state: State, version: int) -> None:
    if version not in state.editions.versions:
        raise NotFound(f"version {version}: this report has none by that number")


def _is_same(state: State, base: int, operations: Sequence[Mapping[str, str]]) -> bool:
    newest = state.editions.versions[base + 1]
    return newest.after == base and list(newest.operations[-newest.added :]) == list(operations)


def _checked(operation: Mapping[str, str]) -> dict[str, str]:
    """*operation* with the fields that it needs and no other."""
    do = operation.get("do", "")
    if do not in OPERATIONS:
        raise WrongUse(f"do: {str(do)[:40]!r} is not known; write one of {', '.join(OPERATIONS)}")
    checked = {"do": do}
    for field in OPERATIONS[do]:
        value = operation.get(field, "")
        if not isinstance(value, str) or len(value) > _longest(do, field):
            raise WrongUse(f"{do}: {field} must be a text of at most {_longest(do, field)} characters")
        if not value.strip() and (do, field) not in _MAY_BE_EMPTY:
            raise WrongUse(f"{do}: {field} is missing")
        checked[field] = value
    return checked


def _longest(do: str, field: str) -> int:
    if field == "text":
        return TITLE_LENGTH if do == "title" else NOTE_LENGTH
    return EDITOR_LENGTH if field == "by" else KEY_LENGTH
