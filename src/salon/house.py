"""The house: one installation's outside things put together. Nothing else constructs them."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace

from salon.channels import Channel, Context, channel_named
from salon.channels.limits import own_limits
from salon.channels.secrets import Secrets, placeholders
from salon.clock import Clock, clock_of
from salon.errors import JournalUnavailable, NotFound, WrongUse
from salon.journal import Journal, Live, store_at
from salon.links import Links
from salon.model import Event, Group
from salon.planbook import PLAN, PlanBook
from salon.settings import Settings
from salon.state import State
from salon.wording import Wording

#: A lease is given up this long after its holder died, in real seconds.
LEASE_SECONDS = 15.0
#: What stands before an address that is written down encrypted.
HIDDEN = "hidden:"


@dataclass(kw_only=True)
class House:
    """What every verb of the house works with."""

    settings: Settings
    clock: Clock
    journal: Journal
    wording: Wording
    links: Links
    #: Who this process is, in leases.
    holder: str
    #: Of tests only: what stands in the place of a platform's constant host, by channel.
    hosts: Mapping[str, str] = field(default_factory=dict)
    _book: PlanBook | None = field(default=None, repr=False)
    #: Those that were asked for already, by name; tests put their own there.
    channels: dict[str, Channel] = field(default_factory=dict, repr=False)

    async def plan(self) -> PlanBook:
        """All that is planned, as far as this process has heard; read again only when it has changed."""
        await self.journal.live(PLAN)
        return self.plan_now()

    def plan_now(self) -> PlanBook:
        """`plan` for who cannot wait. Raises `Behind` while it must be read first."""
        state = self.journal.now(PLAN).state
        if self._book is None or self._book.seq != state.planned_seq:
            self._book = PlanBook(state)
        return self._book

    async def event(self, id: str) -> Event:
        """One planned event. Raises `NotFound` with what there is instead."""
        await self.plan()
        return self.event_now(id)

    def event_now(self, id: str) -> Event:
        """`event` for who cannot wait. Raises `NotFound`, and as `plan_now`."""
        book = self.plan_now()
        found = book.event(id)
        if found is None:
            known = ", ".join(event.id for event in book.events()[-5:]) or "none; see salon plan"
            raise NotFound(f"event {id!r} is not planned; planned are: {known}")
        return found

    async def this_week(self) -> Event:
        """The event that is on or next; after the last one, that one. Raises `NotFound` when none is planned."""
        events = (await self.plan()).events()
        if not events:
            raise NotFound("no event is planned yet; plan one with: salon plan FILE --apply")
        now = self.clock.now()
        return next((event for event in events if now < event.times.reports_at), events[-1])

    async def groups(self, event: Event) -> tuple[Group, ...]:
        """The groups that hear of *event*."""
        return (await self.plan()).groups(event)

    async def live(self, event: str) -> Live:
        """What is committed of *event*, kept up to date."""
        return await self.journal.live(event)

    def now(self, event: str) -> State:
        """The state of what is committed of *event*, for who cannot wait. Raises `Behind` while it must be read."""
        return self.journal.now(event).state

    def channel(self, name: str) -> Channel:
        """The channel that programmes call *name*. Raises `WrongUse`."""
        found = self.channels.get(name)
        if found is None:
            found = self.channels[name] = channel_named(name, self._context(Secrets()))
        return found

    def about(self, name: str) -> Channel:
        """The channel that programmes call *name*, to ask what it can do; it says nothing where its secret is not
        set in this process. Raises `WrongUse` for an unknown one."""
        try:
            return self.channel(name)
        except WrongUse:
            return channel_named(name, self._context(placeholders()))

    def _context(self, secrets: Secrets) -> Context:
        limits = own_limits(self.settings.home)
        return Context(outbox=self.settings.outbox, limits=limits, hosts=self.hosts, secrets=secrets)

    def opened(self, group: Group) -> Group:
        """*group* with an address that its channel can use: one that is a secret lies encrypted in the plan."""
        if not group.address.startswith(HIDDEN):
            return group
        return replace(group, address=self.links.reveal(group.address.removeprefix(HIDDEN)))

    @asynccontextmanager
    async def lease(self, event: str, name: str) -> AsyncIterator[bool]:
        """Hold the right to do *name* for *event*; yields False at once while somebody else holds it.

        It is prolonged for as long as the block runs, and free again `LEASE_SECONDS` after a crash.
        """
        ask = (event, name, self.holder, LEASE_SECONDS)
        if not await self.journal.lease(*ask):
            yield False
            return
        keeper = asyncio.create_task(self._keep(*ask))
        try:
            yield True
        finally:
            keeper.cancel()
            with suppress(JournalUnavailable):
                # It ends by itself anyway, and what was done stands in the journal or does not.
                await self.journal.release(event, name, self.holder)

    async def _keep(self, event: str, name: str, holder: str, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds / 3)
            with suppress(JournalUnavailable):
                # Tried twice more before it ends.
                await self.journal.lease(event, name, holder, seconds)


@asynccontextmanager
async def open_house(settings: Settings | None = None, clock: Clock | None = None) -> AsyncIterator[House]:
    """Open the installation that *settings* (default: the environment's) describe, for one event loop."""
    settings = settings or Settings.from_env()
    clock = clock or clock_of(settings.clock)
    store = await asyncio.to_thread(store_at, settings.database)
    async with Journal(store, clock) as journal:
        yield House(
            settings=settings,
            clock=clock,
            journal=journal,
            wording=Wording(own=settings.templates),
            links=Links(settings),
            holder=f"{socket.gethostname()}-{secrets.token_hex(6)}",
        )


def migrate(settings: Settings) -> None:
    """Bring the installation's database and secret to what this version needs. May be run again at any time."""
    settings.home.mkdir(parents=True, exist_ok=True)
    Links(settings)
    store_at(settings.database).close()
