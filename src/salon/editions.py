"""What became of a report after it was written: its editions, and what members withdrew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from salon.entries import Entry
from salon.model import Coming, Sentence
from salon.part import Fold, Part

#: Kinds that change nothing of what the report is made from. All others may.
_BESIDE = (
    *("report_", "announcement_", "moment_", "correction_", "owner_", "kol_", "door_", "code_"),
    *("rating_", "candidacy_offered", "candidacy_changed"),
)


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a report: what the editor did to it, as operations on what is made from the journal."""

    number: int
    #: Who made it, as they called themselves; empty: the owner, or the moment.
    editor: str
    at: datetime
    #: All of them, from the first version on (`salon.edited`).
    operations: tuple[Mapping[str, Any], ...]
    #: How many of them this version added; 0 for the first one and for one that goes back.
    added: int
    #: The version that it continues.
    after: int


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Words taken back: by their author, or by the owner for them."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to the report, for the page that tells its story."""

    kind: str
    number: int
    editor: str
    at: datetime


class Editions(Part):
    """A part of `salon.state.State`; only its folds change it."""

    def __init__(self) -> None:
        #: Number, from 1 → version. None before the report's first draft.
        self.versions: dict[int, Edition] = {}
        #: Versions that the owner approved.
        self.approved: set[int] = set()
        #: The version that everybody reads; 0: none.
        self.published = 0
        #: When that was last decided.
        self.published_at: datetime | None = None
        #: Whether the report was public and was taken back.
        self.is_recalled = False
        #: Versions that the groups are to be told of as a correction.
        self.corrections: set[int] = set()
        #: In the order in which they happened.
        self.steps: list[Step] = []
        #: Messages that the host hid; their author cannot bring them back.
        self.hidden: set[int] = set()
        #: Number of a message → how its author took it back.
        self.withdrawn: dict[int, Withdrawal] = {}
        #: When words or a name were last taken back, or a message hidden; None: never.
        self.taken_at: datetime | None = None
        #: Author → the number under which they are told of, for those who asked not to be named.
        self.anonymous: dict[str, int] = {}
        #: The same with everybody who ever asked: who asks again gets the same number.
        self.aliases: dict[str, int] = {}
        #: Who asked for it: the author, or the owner for them.
        self.anonymous_by: dict[str, str] = {}
        #: What comes next in the series, as it was noted with the report; None: nothing.
        self.coming: Coming | None = None
        #: What a language model wrote and the messages bore out then; None: none was asked.
        self.sentences: tuple[Sentence, ...] | None = None
        #: The last entry that may change what the report says before it is edited.
        self.content_seq = 0

    @property
    def latest(self) -> int:
        """Number of the newest version; 0: none."""
        return max(self.versions, default=0)

    @property
    def mark(self) -> str:
        """Changes whenever what everybody reads may change."""
        return f"{self.content_seq}.{self.published}"

    def folds(self, kind: str) -> Iterator[Fold]:
        """See `Part.folds`; most kinds change what the report is made from."""
        yield from super().folds(kind)
        if not kind.startswith(_BESIDE):
            yield self._changed

    def _changed(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.content_seq = entry.seq

    def _drafted(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self._add(entry, Edition(data["version"], "", entry.at, (), 0, 0))

    def _edited(self, entry: Entry, data: Mapping[str, Any]) -> None:
        before = self.versions[data["after"]]
        operations = (*before.operations, *data["operations"])
        added = len(data["operations"])
        self._add(entry, Edition(data["version"], data["editor"], entry.at, operations, added, before.number))

    def _add(self, entry: Entry, edition: Edition) -> None:
        self.versions[edition.number] = edition
        self._step(entry, edition.number, edition.editor)

    def _approved(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.approved.add(data["version"])
        self._step(entry, data["version"], data["editor"])

    def _published(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.published, self.published_at, self.is_recalled = data["version"], entry.at, False
        self._step(entry, data["version"], data.get("editor", ""))

    def _recalled(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self._step(entry, self.published, data["editor"])
        self.published, self.is_recalled = 0, True

    def _written(self, entry: Entry, data: Mapping[str, Any]) -> None:
        # Journals from before there were editions say no more than this.
        if not self.versions:
            self.versions[1] = Edition(1, "", entry.at, (), 0, 0)
            self.published, self.published_at = 1, entry.at

    def _correction(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.corrections.add(data["version"])
        self._step(entry, data["version"], data["editor"])

    def _step(self, entry: Entry, number: int, editor: str) -> None:
        self.steps.append(Step(entry.kind, number, editor, entry.at))

    def _hidden(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.hidden.add(data["message"])
        self.taken_at = entry.at

    def _withdrawn(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.withdrawn[data["message"]] = Withdrawal(entry.by, entry.at, data.get("reason", ""))
        self.taken_at = entry.at

    def _returned(self, entry: Entry, data: Mapping[str, Any]) -> None:
        del self.withdrawn[data["message"]]

    def _anonymity_asked(self, entry: Entry, data: Mapping[str, Any]) -> None:
        guest = data["guest"]
        self.anonymous[guest] = self.aliases[guest] = data["number"]
        self.anonymous_by[guest] = entry.by
        self.taken_at = entry.at

    def _anonymity_ended(self, entry: Entry, data: Mapping[str, Any]) -> None:
        del self.anonymous[data["guest"]]

    def _coming(self, entry: Entry, data: Mapping[str, Any]) -> None:
        told = data["coming"]
        self.coming = Coming(**{**told, "starts_at": datetime.fromisoformat(told["starts_at"])}) if told else None

    def _sentences_drafted(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.sentences = tuple(
            Sentence(place=row["place"], text=row["text"], message_ids=tuple(row["messages"]), by=data["model"])
            for row in data["sentences"]
        )

    _folds: ClassVar[Mapping[str, Callable[[Editions, Entry, Mapping[str, Any]], None]]] = {
        "report_drafted": _drafted,
        "report_edited": _edited,
        "report_approved": _approved,
        "report_published": _published,
        "report_recalled": _recalled,
        "report_written": _written,
        "correction_asked": _correction,
        "message_hidden": _hidden,
        "words_withdrawn": _withdrawn,
        "words_returned": _returned,
        "anonymity_asked": _anonymity_asked,
        "anonymity_ended": _anonymity_ended,
        "coming_noted": _coming,
        "sentences_drafted": _sentences_drafted,
    }
