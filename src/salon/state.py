"""One event as its journal tells it: entries in, seats, talk, votes and deliveries out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from salon.cards import Cards
from salon.editions import Editions
from salon.entries import Entry
from salon.invites import Invites
from salon.landing import Landing
from salon.moderation import Moderation
from salon.pace import Pace
from salon.part import Fold, Part
from salon.polls import Polls
from salon.questions import Questions
from salon.relay import Relay
from salon.rhythm import Rhythm
from salon.roles import Roles
from salon.waiting import WaitingList

#: How a delivery stands after an entry whose past tense is another word.
_OUTCOMES = {"begun": "sending", "lost": "unknown", "laid": "awaiting"}
#: A delivery stands where its worst part does.
_WORST_FIRST = ("sending", "unknown", "refused", "postponed", "awaiting", "delivered")


@dataclass(slots=True)
class Guest:
    """Someone who came through the door."""

    #: Shown name; empty until they give one.
    name: str
    #: Group whose code they scanned first.
    source: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A seat that is kept for somebody who waited."""

    seat: int
    #: Until then nobody else gets it.
    until: datetime
    #: Number of its entry.
    number: int


@dataclass(slots=True)
class Said:
    """One message of the room."""

    seq: int
    at: datetime
    author: str
    name: str
    text: str
    role: str
    seat: int
    reply_to: str
    #: Shown nowhere: hidden by the host, or withdrawn.
    is_hidden: bool = False
    #: Holds words of somebody who took them back: never quoted.
    is_withheld: bool = False
    #: Asked through the question box.
    is_question: bool = False
    #: Shown without any name, and never together with what its author said under one.
    is_anonymous: bool = False


@dataclass(frozen=True, slots=True)
class PartDone:
    """Where one part of a delivery stands."""

    outcome: str
    detail: str = ""
    #: How the platform calls what was delivered.
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where one announcement to one group stands: sending, delivered, refused, unknown, postponed, or awaiting a
    person. Said in parts, it stands where its worst part does."""

    announcement: str
    group: str
    channel: str
    outcome: str
    detail: str
    at: datetime
    #: Part → where it stands; one part without a name where it is said as a whole.
    parts: Mapping[str, PartDone] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Probe:
    """One real test message to one group."""

    channel: str
    outcome: str
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SlotDone:
    """What came of one due run of a moment."""

    slot: str
    #: "done", or "skipped" when it was too late for its purpose.
    outcome: str
    at: datetime
    text: str


#: A part that was never begun.
_TO_BE_SAID = PartDone("postponed")


class State:
    """Everything that one event's journal says. Only `apply` changes it, and only with the next entry."""

    def __init__(self) -> None:
        self.seq = 0
        self.at: datetime | None = None
        #: The plan as last noted in this journal, as plain data; None before the first moment ran.
        self.plan: Mapping[str, Any] | None = None
        #: In the programme's journal only: ("event", id) → what is planned, as plain data.
        self.planned: dict[tuple[str, str], Mapping[str, Any]] = {}
        #: In the programme's journal only: live code → (event, group).
        self.codes: dict[str, tuple[str, str]] = {}
        #: Number of the entry that last changed one of these two; other things may stand in that journal as well.
        self.planned_seq = 0
        self.opened_at: datetime | None = None
        self.disbanded_at: datetime | None = None
        self.guests: dict[str, Guest] = {}
        self.seat_by_guest: dict[str, int] = {}
        self.guest_by_seat: dict[int, str] = {}
        #: Seats that were given up and are free below the highest one ever taken.
        self.released: set[int] = set()
        self.highest_seat = 0
        #: Guests in the order in which they will be seated.
        self.waiting = WaitingList()
        #: Guest of the waiting list → the seat that is kept for them.
        self.offers: dict[str, Offer] = {}
        #: Guests who did not take the seat that was kept for them in time, and have not come back since.
        self.missed: set[str] = set()
        self.messages: dict[int, Said] = {}
        self.said: set[tuple[str, str]] = set()
        #: Key of a step of the evening (`prompt-2-1`) → number of its entry.
        self.steps: dict[str, int] = {}
        self.prompts: list[tuple[int, str, datetime]] = []
        self.deliveries: dict[tuple[str, str], Delivery] = {}
        #: Group → the event as it was planned when the group was last told anything, as plain data.
        self.told_of: dict[str, Mapping[str, Any]] = {}
        #: In the programme's journal: group as `SERIES/GROUP` → what came of the last test message to it.
        self.probes: dict[str, Probe] = {}
        self.slots: dict[str, SlotDone] = {}
        #: Name of a KOL → when they confirmed the brief.
        self.confirmed_at: dict[str, datetime] = {}
        #: Name of the KOL in the first plan that was noted; empty before.
        self.first_kol = ""
        self.told: set[str] = set()
        #: Digest of the report last written; empty: none.
        self.report: str = ""
        #: What became of the report after it was written: drafts, edits, approval, withdrawals.
        self.editions = Editions()
        #: The ways into a room that people opened by hand: the platform's own codes.
        self.invites = Invites()
        #: Where the live codes lead, and how often they were opened.
        self.landing = Landing()
        #: Poll's id → its votes.
        self.polls = Polls()
        #: Questions to the KOL.
        self.questions = Questions()
        #: Questionnaires, promotions, the rating of the evening.
        self.cards = Cards()
        #: Reports, held messages, who was warned, muted or removed.
        self.moderation = Moderation()
        #: Sections as they were really started and re-planned.
        self.rhythm = Rhythm()
        #: Who leads by a link of their own, and who has the evening in hand.
        self.roles = Roles()
        #: What group leaders did by hand.
        self.relay = Relay()
        #: In the journal of what is sent only: when, and by which credential.
        self.pace = Pace()
        self._parts: tuple[Part, ...] = (
            self.editions,
            self.invites,
            self.landing,
            self.polls,
            self.questions,
            self.cards,
            self.moderation,
            self.roles,
            self.rhythm,
            self.relay,
            self.pace,
        )
        #: Kind → what takes such an entry in, here and in the parts.
        self._heard: dict[str, tuple[Fold, ...]] = {}
        self._views_at_close: Mapping[str, int] | None = None

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> State:
        """Fold *entries*, which must begin with number 1 and have no gap."""
        state = cls()
        for entry in entries:
            state.apply(entry)
        return state

    def apply(self, entry: Entry) -> None:
        """Take in the next entry. Kinds that say nothing about the state are counted and passed over."""
        if entry.seq != self.seq + 1:
            raise ValueError(f"{entry.event}: entry {entry.seq} cannot follow {self.seq}")
        self.seq, self.at = entry.seq, entry.at
        folds, data = self._heard.get(entry.kind), entry.data
        for fold in self._hear(entry.kind) if folds is None else folds:
            fold(entry, data)

    def _hear(self, kind: str) -> tuple[Fold, ...]:
        # Looked for once: there are a dozen parts, and most entries are the business of one or two.
        own = [self._folds[kind].__get__(self)] if kind in self._folds else []
        self._heard[kind] = (*own, *(fold for part in self._parts for fold in part.folds(kind)))
        return self._heard[kind]

    # What screens and rules ask.

    def seat_of(self, guest: str) -> int:
        """The guest's seat, or 0."""
        return self.seat_by_guest.get(guest, 0)

    def place_of(self, guest: str) -> int:
        """The guest's place in the waiting list, counted from 1, or 0."""
        return self.waiting.place_of(guest)

    def lowest_free_seat(self, seats: int) -> int:
        """The lowest free number up to *seats*, or 0 when all are taken."""
        if self.released:
            return min(self.released)
        return self.highest_seat + 1 if self.highest_seat < seats else 0

    @property
    def views(self) -> Mapping[str, int]:
        """Group → how often the page behind its code was opened until the room closed: a report does not grow later."""
        return self.landing.views if self._views_at_close is None else self._views_at_close

    def seats_taken(self) -> int:
        """How many people sit now."""
        return len(self.seat_by_guest)

    def seats_left(self, seats: int) -> int:
        """How many of *seats* anybody may take now: neither taken, nor kept for somebody who waited."""
        return max(seats - len(self.seat_by_guest) - len(self.offers), 0)

    def part_of(self, announcement: str, group: str, part: str) -> PartDone | None:
        """Where one part of a delivery stands; None: it was never begun."""
        found = self.deliveries.get((announcement, group))
        return found.parts.get(part) if found else None

    def outcome_of(self, announcement: str, group: str) -> str:
        """Outcome of a delivery, or an empty text when it was never begun."""
        found = self.deliveries.get((announcement, group))
        return found.outcome if found else ""

    # One fold per kind.

    def _plan_noted(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.plan = data
        self.first_kol = self.first_kol or data["event"]["kol"]["name"]

    def _planned(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.planned[entry.kind.removesuffix("_planned"), data["key"]] = data
        self.planned_seq = entry.seq

    def _dropped(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.planned.pop((entry.kind.removesuffix("_dropped"), data["key"]), None)
        self.planned_seq = entry.seq

    def _code_made(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.codes[data["code"]] = (data["event"], data["group"])
        self.planned_seq = entry.seq

    def _room_opened(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.opened_at = entry.at

    def _room_disbanded(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.disbanded_at = entry.at
        self._views_at_close = dict(self.landing.views)

    def _seat_taken(self, entry: Entry, data: Mapping[str, Any]) -> None:
        guest, seat = data["guest"], data["seat"]
        self._greet(guest, data)
        self.waiting.leave(guest)
        self.offers.pop(guest, None)
        self.seat_by_guest[guest] = seat
        self.guest_by_seat[seat] = guest
        self.released.discard(seat)
        self.highest_seat = max(self.highest_seat, seat)

    def _seat_left(self, entry: Entry, data: Mapping[str, Any]) -> None:
        seat = self.seat_by_guest.pop(data["guest"])
        del self.guest_by_seat[seat]
        self.released.add(seat)

    def _seat_offered(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.offers[data["guest"]] = Offer(data["seat"], datetime.fromisoformat(data["until"]), entry.seq)
        self.released.discard(data["seat"])

    def _offer_ended(self, entry: Entry, data: Mapping[str, Any]) -> None:
        del self.offers[data["guest"]]
        del self.waiting[data["guest"]]
        self.released.add(data["seat"])
        if data["why"] == "expired":
            self.missed.add(data["guest"])

    def _waiting_list_joined(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self._greet(data["guest"], data)
        self.waiting[data["guest"]] = None

    def _waiting_list_left(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.waiting.leave(data["guest"])

    def _guest_named(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.guests[data["guest"]].name = data["name"]

    def _greet(self, guest: str, data: Mapping[str, Any]) -> None:
        self.missed.discard(guest)
        name, known = data.get("name", ""), self.guests.get(guest)
        if known is None:
            self.guests[guest] = Guest(name, data.get("source", ""))
        elif name:
            known.name = name

    def _said(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.said.add((entry.by, data["client_id"]))
        self.messages[entry.seq] = Said(
            seq=entry.seq,
            at=entry.at,
            author=entry.by,
            name=data["name"],
            text=data["text"],
            # A question of the box is a member's, and says no seat.
            role=data.get("role", "member"),
            seat=data.get("seat", 0),
            reply_to=data.get("reply_to", ""),
            is_question=entry.kind == "question_asked",
            is_anonymous=data.get("is_anonymous", False),
        )

    def _tag_undone(self, entry: Entry, data: Mapping[str, Any]) -> None:
        # Where it was said in chat, so that a line sent twice takes back one.
        if "client_id" in data:
            self.said.add((entry.by, data["client_id"]))

    def _message_held(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.said.add((data["guest"], data["post"]["client_id"]))

    def _message_hidden(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.messages[data["message"]].is_hidden = True

    def _words_returned(self, entry: Entry, data: Mapping[str, Any]) -> None:
        # What the host has hidden stays so, whatever its author wants.
        self.messages[data["message"]].is_hidden = data["message"] in self.editions.hidden

    def _report_recalled(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.report = ""

    def _step(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.steps[data["step"]] = entry.seq

    def _prompt_posted(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self._step(entry, data)
        self.prompts.append((data["section"], data["text"], entry.at))

    def _delivery(self, entry: Entry, data: Mapping[str, Any]) -> None:
        word = data["outcome"] if entry.kind == "announcement_settled" else entry.kind.removeprefix("announcement_")
        key = (data["announcement"], data["group"])
        parts = dict(self.deliveries[key].parts) if key in self.deliveries else {}
        if entry.kind == "announcement_begun":
            parts = {part: parts.get(part, _TO_BE_SAID) for part in data.get("parts", [""])}
        done = PartDone(_OUTCOMES.get(word, word), data.get("detail", ""), data.get("receipt", ""))
        parts[data.get("part", "")] = done
        if self.plan is not None and done.outcome in ("delivered", "unknown", "awaiting"):
            self.told_of[data["group"]] = self.plan["event"]
        worst = min(parts.values(), key=lambda part: _WORST_FIRST.index(part.outcome))
        detail = done.detail if done.outcome == worst.outcome else worst.detail
        self.deliveries[key] = Delivery(*key, data["channel"], worst.outcome, detail, entry.at, parts)

    def _probed(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.probes[data["group"]] = Probe(data["channel"], data["outcome"], data["detail"], entry.at)

    def _moment(self, entry: Entry, data: Mapping[str, Any]) -> None:
        outcome = entry.kind.removeprefix("moment_")
        self.slots[data["slot"]] = SlotDone(data["slot"], outcome, entry.at, data.get("text", ""))

    def _kol_confirmed(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.confirmed_at.setdefault(data["kol"], entry.at)

    def _owner_told(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.told.add(data["about"])

    def _report_written(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.report = data["digest"]

    _folds: ClassVar[Mapping[str, Callable[[State, Entry, Mapping[str, Any]], None]]] = {
        "series_planned": _planned,
        "group_planned": _planned,
        "group_dropped": _dropped,
        "event_planned": _planned,
        "event_dropped": _dropped,
        "code_made": _code_made,
        "plan_noted": _plan_noted,
        "room_opened": _room_opened,
        "room_disbanded": _room_disbanded,
        "seat_taken": _seat_taken,
        "seat_left": _seat_left,
        "seat_offered": _seat_offered,
        "offer_ended": _offer_ended,
        "waiting_list_joined": _waiting_list_joined,
        "waiting_list_left": _waiting_list_left,
        "guest_named": _guest_named,
        "message_posted": _said,
        "tag_undone": _tag_undone,
        "question_asked": _said,
        "message_held": _message_held,
        "message_hidden": _message_hidden,
        "words_withdrawn": _message_hidden,
        "words_returned": _words_returned,
        "report_recalled": _report_recalled,
        "section_started": _step,
        "precautions_posted": _step,
        "notice_posted": _step,
        "recap_posted": _step,
        "prompt_posted": _prompt_posted,
        "questionnaire_opened": _step,
        "promotion_shown": _step,
        "announcement_begun": _delivery,
        "announcement_delivered": _delivery,
        "announcement_refused": _delivery,
        "announcement_lost": _delivery,
        "announcement_postponed": _delivery,
        "announcement_laid": _delivery,
        "announcement_settled": _delivery,
        "channel_probed": _probed,
        "moment_done": _moment,
        "moment_skipped": _moment,
        "kol_confirmed": _kol_confirmed,
        "owner_told": _owner_told,
        "report_written": _report_written,
    }
