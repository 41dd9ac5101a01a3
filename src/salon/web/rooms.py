"""The rooms of this process: one shared list of encoded frames each, followed by any number of pages."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Sequence

from salon.entries import Entry
from salon.house import House
from salon.journal import Live
from salon.model import VOTED, Event
from salon.public import LEADS, counts_of
from salon.web.followers import Follower, News, Piece, chunk_of, tell
from salon.web.http import Ask
from salon.web.reel import PIECE_BYTES, Reel, encoded

#: Seat counter and tallies are told at most this often, in seconds.
COUNTS_EVERY = 0.2
#: Votes that only some may know are not told, but that there are new ones: at most this often, in seconds.
STIR_EVERY = 2.0
#: A page that hears nothing for this long is told that the line still stands, in seconds.
PULSE_EVERY = 15.0
#: At the end of the server, a page that has not taken what was sent to it by then is cut off, in seconds.
CLOSE_SECONDS = 1.0
#: Entries after which somebody who listened may do so no more.
_ENDS = frozenset(("seat_left", "member_removed", "leader_withdrawn"))
#: What is said changes no number of the room.
_UNCOUNTED = frozenset(("message_posted",))


class Room:
    """One event's reel, its numbers, and all who follow. Touched by the event loop's thread only."""

    def __init__(self, live: Live, event: Event) -> None:
        self.live, self.seats = live, event.seats
        self._reel = Reel(event)
        # By whether they lead: a member who is told nothing at the same time would know that somebody has voted.
        self._followers: dict[bool, set[Follower]] = {False: set(), True: set()}
        self._more = {False: asyncio.Event(), True: asyncio.Event()}
        self._counts: asyncio.TimerHandle | None = None
        # By whether it is for those who lead: the frame last told, a sign of votes, what will give it.
        self._stirred = {False: "", True: ""}
        self._stirring: dict[bool, asyncio.TimerHandle] = {}
        self.is_closing = False
        self._reel.take(live.entries, live.state)
        self._counts_frame = {False: self.counts(), True: self.counts(LEADS)}
        #: By whether they lead: what was told last to all who are not behind.
        self._last = {leads: News(b"", len(self._reel), told) for leads, told in self._counts_frame.items()}
        live.listeners.append(self._heard)

    def counts(self, reader: str = "") -> bytes:
        """The room's numbers now, as a frame without a place in the list. *reader* as `follow`."""
        leads = reader == LEADS
        frame = counts_of(self.live.state, self.seats, leads=leads)
        return encoded("counts", 0, {**frame, "stirred": self._stirred[leads]} if self._stirred[leads] else frame)

    def stirred(self, reader: str = "") -> str:
        """A sign that changes after votes which the room's numbers do not tell: a page that shows them looks again."""
        return self._stirred[reader == LEADS]

    def cursor(self, reader: str = "") -> int:
        """Number of the last entry that *reader* was told of: from there on, a page goes on. *reader* as `follow`.

        Of the journal's last entry a member is not told: whoever asked again and again would see it move with every
        vote that nobody may count yet.
        """
        return self.live.state.seq if reader == LEADS else self._reel.last_for(reader)

    def wake(self, *whom: bool, may_end: bool = False) -> None:
        """Tell every follower what is new, or only members (False) or those who lead (True).

        *may_end*: something has happened after which somebody may hear no more, so each is asked.
        """
        for leads in whom or (False, True):
            last = self._last[leads]
            # Who leads may hear it no more for reasons that stand in no entry of this room: another KOL in the plan.
            news = self._news(leads, may_end=may_end or leads or self.is_closing)
            tell(tuple(self._followers[leads]), news, last)
            more, self._more[leads] = self._more[leads], asyncio.Event()
            more.set()

    def _news(self, leads: bool, *, may_end: bool) -> News:
        """What is the same for all who are not behind; without a chunk where each hears something of their own."""
        last, end, told = self._last[leads], len(self._reel), self._counts_frame[leads]
        shared = None if may_end else self._reel.shared(last.end)
        body = b"" if shared is None else shared + (b"" if told is last.told else told)
        # More than a piece goes in pieces.
        self._last[leads] = News(chunk_of(body) if len(body) <= PIECE_BYTES else b"", end, told)
        return self._last[leads]

    def pulse(self) -> None:
        """Tell every follower that the line still stands."""
        for followers in self._followers.values():
            for follower in tuple(followers):
                follower.pulse()

    def follow(self, after: int, reader: str, may_hear: Callable[[], bool], ask: Ask) -> Follower:
        """Tell the page behind *ask* of every frame past entry *after* as it comes, until it is to `leave`.

        *reader*: a member's key, or what `salon.public` names: `LEADS`, `NOTES`.
        The room's numbers come first and again whenever they change, so a resumed page is right at once.
        """
        follower = Follower(self, self._reel.place_after(after), reader, may_hear, ask)
        self._followers[reader == LEADS].add(follower)
        follower.begin(b"retry: 1500\n\n", self.counts(reader))
        return follower

    def close(self) -> None:
        """End every stream; one whose line is full, as that of a phone that reads nothing, `CLOSE_SECONDS` later."""
        self.is_closing, heard = True, [*self._followers[False], *self._followers[True]]
        self.wake()
        asyncio.get_running_loop().call_later(CLOSE_SECONDS, _cut_off_who_is_behind, heard)

    def leave(self, follower: Follower) -> None:
        """Tell *follower* nothing more."""
        self._followers[follower.reader == LEADS].discard(follower)
        follower.hang_up()

    def piece(self, start: int, reader: str) -> Piece:
        """See `Source.piece`."""
        return self._reel.piece(start, reader)

    def told(self, reader: str) -> bytes:
        """See `Source.told`."""
        return self._counts_frame[reader == LEADS]

    def frames_after(self, after: int, reader: str = "") -> list[bytes]:
        """JSON of every frame past entry *after*, for pages that ask instead of listening. *reader* as `follow`."""
        return self._reel.json_after(after, reader)

    async def more(self, after: int, seconds: float, reader: str = "") -> None:
        """Wait until *reader* (as `follow`) has something new past entry *after*, or other numbers, or *seconds*.

        What is for others does not end the wait: a member would know that somebody has answered the host, say.
        """
        told = self.told(reader)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self.is_closing and self.told(reader) is told and not self.frames_after(after, reader):
                    await self._more[reader == LEADS].wait()

    def _heard(self, entries: Sequence[Entry]) -> None:
        may_end = any(entry.kind in _ENDS for entry in entries)
        if self._reel.take(entries, self.live.state) or may_end:
            self.wake(may_end=may_end)
        if self._counts is None and any(entry.kind not in _UNCOUNTED for entry in entries):
            self._counts = asyncio.get_running_loop().call_later(COUNTS_EVERY, self._tell_counts)
        votes = [entry.data["poll"] for entry in entries if entry.kind in ("vote_cast", "vote_changed")]
        if votes:
            self._stir(True)
        if any(self.live.state.polls[poll].asked.results == VOTED for poll in votes):
            self._stir(False)

    def _tell_counts(self) -> None:
        self._counts = None
        for leads, reader in ((False, ""), (True, LEADS)):
            fresh = self.counts(reader)
            # Members hear nothing at all where only the numbers of those who lead have changed.
            if fresh != self._counts_frame[leads]:
                self._counts_frame[leads] = fresh
                self.wake(leads)

    def _stir(self, leads: bool) -> None:
        if leads not in self._stirring:
            self._stirring[leads] = asyncio.get_running_loop().call_later(STIR_EVERY, self._give_sign, leads)

    def _give_sign(self, leads: bool) -> None:
        del self._stirring[leads]
        # By chance: not even how many there were can be read from it.
        self._stirred[leads] = secrets.token_hex(4)
        self._tell_counts()


def _cut_off_who_is_behind(followers: Sequence[Follower]) -> None:
    for follower in followers:
        if follower.is_behind:
            follower.cut_off()


class Rooms:
    """Every room that this process has been asked for."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._rooms: dict[str, Room] = {}
        self.is_closing = False

    async def of(self, event: Event) -> Room:
        """The room of *event*."""
        live = await self._house.live(event.id)
        if event.id not in self._rooms:
            self._rooms[event.id] = Room(live, event)
        found = self._rooms[event.id]
        found.seats = event.seats
        return found

    def loaded(self, event: str) -> Room:
        """The room of an event that `of` has been asked for."""
        return self._rooms[event]

    async def pulse(self) -> None:
        """Let every page hear something now and then, so that it can tell a quiet room from a dead line; for ever.

        One room after the other: ten thousand pages at once would keep everybody else waiting.
        """
        while True:
            rooms = list(self._rooms.values())
            for room in rooms:
                room.pulse()
                await asyncio.sleep(PULSE_EVERY / len(rooms))
            if not rooms:
                await asyncio.sleep(PULSE_EVERY)

    def close(self) -> None:
        """End every stream: the pages come back by themselves."""
        self.is_closing = True
        for room in self._rooms.values():
            room.close()
