"""The nouns of the house: what is planned, who hears of it, what was said. No clock, file or socket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

#: Where an evening happens: in our own web room, or in groups that people open by hand on another platform.
OWN, BY_HAND = "own", "by_hand"
#: How much a group is told of a report, longest first: each is a template `report/texts_LENGTH.txt`.
LENGTHS = ("full", "short", "three")
#: What a vote is: one option; several; a value on a scale; the options in an order.
POLL_KINDS = SINGLE, MULTIPLE, SCALE, RANK = "single", "multiple", "scale", "rank"
#: When members see a poll's numbers: at once; who has voted; once it is closed; never, only who leads.
POLL_RESULTS = ALWAYS, VOTED, CLOSED, LEADERS = "always", "voted", "closed", "host"


#: What a question of a questionnaire may be: as a poll's, without an order; or words of one's own.
TEXT = "text"
ITEM_KINDS = SINGLE, MULTIPLE, SCALE, TEXT


class Moment(StrEnum):
    """One step of the week; the word is also the name of its flow, template folder and command."""

    BRIEF = "brief"
    WARM_UP = "warm_up"
    OPEN_ROOM = "open_room"
    REMIND = "remind"
    HOST = "host"
    DISBAND = "disband"
    REPORT = "report"


@dataclass(frozen=True, kw_only=True)
class Kol:
    """The person who leads one evening; members read "guest" (嘉宾)."""

    name: str
    title: str = ""
    bio: str = ""
    #: Path of a picture, absolute once read from a programme; empty: initials are drawn.
    portrait: str = ""
    #: How the brief reaches them: a channel's name and its address there.
    channel: str = "folder"
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One part of the outline: its length, the questions it answers, what is posted to start talk."""

    title: str
    minutes: int
    questions: tuple[str, ...] = ()
    #: Posted to the room one after another over the section's minutes.
    prompts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Poll:
    """A question with options; each seat has one vote."""

    id: str
    question: str
    #: Two to ten texts; of a scale its values as texts, lowest first, eleven at most.
    options: tuple[str, ...]
    #: Section in which it opens, counted from 1; it closes when the evening does.
    section: int = 1
    #: One of `POLL_KINDS`.
    kind: str = SINGLE
    #: One of `POLL_RESULTS`.
    results: str = ALWAYS
    #: Who leads sees who chose what; members are told so before they vote.
    is_named: bool = False
    #: Of several: how many may be chosen; of a rank: how many places are given. 0: as many as there are options.
    choices: int = 0
    #: Of a scale: what its lowest and highest value mean; empty: nothing is said.
    ends: tuple[str, ...] = ()

    @property
    def most(self) -> int:
        """How many options one vote may name."""
        limit = {SINGLE: 1, SCALE: 1}.get(self.kind, self.choices or len(self.options))
        return min(limit, len(self.options))

    @property
    def low(self) -> int:
        """Lowest value of a scale; 0 of anything else."""
        return int(self.options[0]) if self.kind == SCALE else 0


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question of a questionnaire."""

    question: str
    #: One of `ITEM_KINDS`.
    kind: str = SINGLE
    #: As a poll's; of a text empty.
    options: tuple[str, ...] = ()
    #: Of a scale: what its lowest and highest value mean; empty: nothing is said.
    ends: tuple[str, ...] = ()

    @property
    def low(self) -> int:
        """Lowest value of a scale; 0 of anything else."""
        return int(self.options[0]) if self.kind == SCALE else 0


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """Several questions at once; each seat has one set of answers, without a name."""

    id: str
    title: str
    items: tuple[Item, ...]
    #: Section in which it opens, counted from 1; it closes when the evening does.
    section: int = 1


@dataclass(frozen=True, kw_only=True)
class Promotion:
    """A product card inside a section, always labelled; at most one in each."""

    id: str
    title: str
    #: Where it leads: an https address.
    link: str
    text: str = ""
    #: Path of a picture, absolute once read from a programme; empty: none.
    picture: str = ""
    #: Section in which it is shown, counted from 1.
    section: int = 1


@dataclass(frozen=True, kw_only=True)
class Group:
    """One outside chat that hears the announcements."""

    id: str
    name: str
    channel: str = "folder"
    #: Where the channel finds the group; what it means is the channel's own business. It may be a secret.
    address: str = field(default="", repr=False)
    leader: str = ""
    #: Language of its texts; empty: the first of the series.
    language: str = ""
    #: Which of `LENGTHS` it is told of a report; empty: as the series has it.
    report_text: str = ""
    #: Which of `LENGTHS` it reads before and on the evening.
    text: str = "full"
    #: The owner's word for groups that read the same texts: `templates/warm_up/group.KIND.zh.md`; empty: the usual.
    kind: str = ""
    #: Where it lives, in the owner's words ("wechat"); empty: as the channel says.
    platform: str = ""
    #: What it is for, and its rules (群规); every change of the rules is a version of its own.
    purpose: str = ""
    rules: str = ""
    #: Members, as the owner counted them; 0: not known.
    size: int = 0
    #: Who answers for it when the leader cannot.
    backup: str = ""
    #: City or branch to which it belongs; empty: straight to the owner.
    parent: str = ""
    #: Hours of the day in which it is told nothing, in the series' timezone: "22:30-08:00"; empty: none.
    quiet: str = ""
    #: How many announcements it hears at most; 0: any number.
    per_day: int = 0
    per_week: int = 0
    per_month: int = 0


@dataclass(frozen=True, kw_only=True)
class Times:
    """When each moment of one event is due; all timezone-aware, in the order of the week."""

    brief_at: datetime
    #: A KOL who has not confirmed by now is reported to the owner.
    confirm_by: datetime
    warm_up_at: datetime
    opens_at: datetime
    reminds_at: tuple[datetime, ...]
    hosts_at: datetime
    #: When the outline's first section begins.
    starts_at: datetime
    disbands_at: datetime
    reports_at: datetime


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One due run of a moment. Reminders have several: `remind-1`, `remind-2`, …"""

    moment: Moment
    at: datetime
    #: From here on the moment is too late for its purpose and says nothing to anyone; None: never too late.
    deadline: datetime | None
    number: int = 1

    @property
    def key(self) -> str:
        """Name in the journal and in Prefect: the moment's word, with a number where it repeats."""
        return f"{self.moment}-{self.number}" if self.moment in (Moment.REMIND, Moment.BRIEF) else str(self.moment)

    @property
    def lease(self) -> str:
        """What a process holds while it is at it: one for both runs of the brief, which say the same thing."""
        return str(self.moment) if self.moment is Moment.BRIEF else self.key


@dataclass(frozen=True, kw_only=True)
class Event:
    """One evening of a series: a plan."""

    id: str
    #: Id of the series.
    series: str
    series_name: str
    #: No. N of the series.
    number: int
    #: IANA name; all of the event's times are shown in it.
    timezone: str
    #: First one is the default; "zh" and "en" are known.
    languages: tuple[str, ...]
    topic: str
    kol: Kol
    times: Times
    seats: int = 100
    summary: str = ""
    outline: tuple[Section, ...] = ()
    polls: tuple[Poll, ...] = ()
    questionnaires: tuple[Questionnaire, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    precautions: tuple[str, ...] = ()
    #: Of the pictures: a file of `templates/poster/`.
    theme: str = "night"
    #: `OWN` or `BY_HAND`.
    room: str = OWN
    #: Of a room by hand: a table of `templates/rooms/platforms.toml`.
    platform: str = "wechat"
    #: So many hours before the opening the owner is told that the group's code is still missing.
    code_hours: int = 2
    #: A person may put the close off by so many minutes in all; 0: nobody may.
    extend_minutes: int = 30
    #: Those who lead are told when nobody has said anything, and when a question has waited, for so many minutes.
    silence_minutes: int = 3
    unanswered_minutes: int = 6

    def slots(self) -> tuple[Slot, ...]:
        """Every due run of the event's moments, in the order of the week."""
        t = self.times
        reminds = (*t.reminds_at, t.hosts_at)
        return (
            Slot(moment=Moment.BRIEF, at=t.brief_at, deadline=t.disbands_at),
            Slot(moment=Moment.BRIEF, at=t.confirm_by, deadline=t.disbands_at, number=2),
            Slot(moment=Moment.WARM_UP, at=t.warm_up_at, deadline=t.opens_at),
            Slot(moment=Moment.OPEN_ROOM, at=t.opens_at, deadline=t.disbands_at),
            *(
                # A reminder is stale once the next one, or the evening itself, has begun.
                Slot(moment=Moment.REMIND, at=at, deadline=reminds[k], number=k)
                for k, at in enumerate(t.reminds_at, 1)
            ),
            Slot(moment=Moment.HOST, at=t.hosts_at, deadline=t.disbands_at),
            Slot(moment=Moment.DISBAND, at=t.disbands_at, deadline=None),
            Slot(moment=Moment.REPORT, at=t.reports_at, deadline=None),
        )

    def section_starts_at(self) -> tuple[datetime, ...]:
        """When each section of the outline is due to begin."""
        at, starts = self.times.starts_at, []
        for section in self.outline:
            starts.append(at)
            at += timedelta(minutes=section.minutes)
        return tuple(starts)


@dataclass(frozen=True, kw_only=True)
class Series:
    """A programme that repeats; what its events have in common."""

    id: str
    name: str
    timezone: str
    languages: tuple[str, ...] = ("zh",)
    #: Where the owner is told things: a channel's name and its address there.
    owner_channel: str = "folder"
    owner_address: str = ""
    #: "publish": reports go out at their time; "approve": they wait for the owner's word.
    report: str = "publish"
    #: Which of `LENGTHS` its groups are told of a report.
    report_text: str = "short"
    #: On which days it meets: one of `salon.recurrence.FORMS`.
    repeats: str = "weekly"


@dataclass(frozen=True, kw_only=True)
class Programme:
    """All that one file plans: a series, the groups that hear of it, its events by date."""

    series: Series
    groups: tuple[Group, ...] = ()
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Message:
    """Something that was said, in our room or elsewhere."""

    #: The source's own id; in our room the entry's number as text.
    id: str
    #: Author's stable key (never shown).
    author: str
    #: Author's shown name.
    name: str
    text: str
    at: datetime
    #: Id of the message that it answers; empty: none known.
    reply_to: str = ""
    #: "member", "kol", "host"; "system" lines (joins, leaves, recalls) are never quoted.
    role: str = "member"
    #: Group whose code brought the author; empty: unknown.
    source: str = ""
    #: Put to the KOL as a question, whatever its words look like.
    is_question: bool = False
    #: Holds, under a mark, words that somebody else took back: it stands in the transcript, and is never quoted.
    is_withheld: bool = False


@dataclass(frozen=True, kw_only=True)
class PollResult:
    """One poll as it stood at the end."""

    id: str
    question: str
    options: tuple[str, ...]
    #: Votes per option, in the order of *options*; of a rank its points: the first of three places gives three.
    votes: tuple[int, ...]
    #: Section in which it ran, counted from 1.
    section: int = 1
    #: The same of the first choices, of the seats that voted; empty: not known.
    first_votes: tuple[int, ...] = ()
    #: Seats whose last choice is not their first.
    changed: int = 0
    #: One of `POLL_KINDS`.
    kind: str = SINGLE
    #: Seats that voted; 0: as many as there are *votes*.
    voters: int = 0
    #: Of a rank: how many places a vote gave.
    places: int = 0
    #: Of a scale: its lowest value.
    low: int = 0
    #: Which round it was, counted from 1, and how many there were: a poll that was reset has several.
    round: int = 1
    rounds: int = 1
    #: Per group how many chose each option, few hidden (-1, as `salon.ballots.by_group`); for the team only.
    groups: tuple[tuple[str, tuple[int, ...]], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Turnout:
    """What the door and the ballot counted for one group."""

    #: The group's shown name.
    name: str
    #: How often the page behind its code was opened; views are not seats.
    views: int = 0
    seats: int = 0
    waiting: int = 0
    #: Seats that voted at least once.
    voters: int = 0


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence that a language model drafted about messages; it is printed only if those messages bear it out."""

    #: What it stands under: "why", or "point-3" for the third point of the outline.
    place: str
    text: str
    message_ids: tuple[str, ...]
    #: Name of the model.
    by: str


@dataclass(frozen=True, kw_only=True)
class Coming:
    """The next evening, as far as it is planned."""

    topic: str
    kol: str
    starts_at: datetime
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class Discussion:
    """All that a report is made from, whether it happened in our room or was imported."""

    topic: str
    #: Shown names of those who led; matched without regard to case.
    kols: tuple[str, ...]
    #: Language of the report: "zh" or "en".
    language: str
    timezone: str
    outline: tuple[Section, ...]
    #: In the order in which they were said.
    messages: tuple[Message, ...]
    polls: tuple[PollResult, ...] = ()
    #: Polls whose results are only for those who led: in the team's edition, and in nothing that members read.
    team_polls: tuple[PollResult, ...] = ()
    #: What was written in questionnaires, without names: (question, texts); for the team only.
    answers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    #: Cards that were shown: (title, seats that saw it, seats that followed its link); for the team only.
    promotions: tuple[tuple[str, int, int], ...] = ()
    #: How many rated the evening with each value from 1 to 5; empty: nobody. For the team only.
    ratings: tuple[int, ...] = ()
    #: Members who would lead an evening: (shown name, topic or nothing); for the team only.
    offers: tuple[tuple[str, str], ...] = ()
    #: Prompts as posted: (section counted from 1, text, at).
    prompts: tuple[tuple[int, str, datetime], ...] = ()
    #: Seats taken per group's shown name, most first.
    seats_by_source: tuple[tuple[str, int], ...] = ()
    seats: int = 0
    waiting: int = 0
    kol: Kol | None = None
    series_name: str = ""
    number: int = 0
    began_at: datetime | None = None
    ended_at: datetime | None = None
    #: Whether it is known on which day and at what hour things were said, as it always is in our own room. What is
    #: not known is printed nowhere: times of messages then only keep their order.
    has_days: bool = True
    has_hours: bool = True
    #: Lines of an imported file that could not be read.
    unread_lines: int = 0
    #: A row per group, most seats first; empty for a discussion held elsewhere.
    turnout: tuple[Turnout, ...] = ()
    #: The next evening of the series; None: nothing is planned yet.
    coming: Coming | None = None
    #: Authors who asked not to be named, or took something back: nobody proposes them for anything.
    unnamed: frozenset[str] = frozenset()
    #: What a language model drafted, if the owner connected one; unchecked.
    drafted: tuple[Sentence, ...] = ()
    #: Minute tags put on messages by button, in order: (id of the message, kind of mark).
    marks: tuple[tuple[str, str], ...] = ()
    #: Anything else worth carrying, by name.
    extra: Mapping[str, str] = field(default_factory=dict)
