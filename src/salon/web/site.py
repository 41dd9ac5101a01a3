"""What every page needs: the house, its rooms, who asks, and the words in their language."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from salon.archive import Evening
from salon.errors import NotAllowed, NotFound
from salon.house import House
from salon.journal import Behind
from salon.leaders import Directory
from salon.model import Event
from salon.order.lists import Lists
from salon.phrases import LANGUAGES, facts_of
from salon.state import State
from salon.web.guests import Guests
from salon.web.http import Answer, Ask
from salon.web.rooms import Room, Rooms
from salon.wordlists import FreshLists

#: A page of so many bytes goes over a weak line gzipped; the door is smaller, and costs nothing that it need not.
PACKED_FROM = 4096
#: Files that pages may ask for, with their types.
STATIC = {
    "salon.css": b"text/css; charset=utf-8",
    "room.js": b"text/javascript; charset=utf-8",
    "desk.css": b"text/css; charset=utf-8",
    "desk.js": b"text/javascript; charset=utf-8",
    "console.css": b"text/css; charset=utf-8",
    "console.js": b"text/javascript; charset=utf-8",
    "board.css": b"text/css; charset=utf-8",
    "board.js": b"text/javascript; charset=utf-8",
    "posters.css": b"text/css; charset=utf-8",
    "posters.js": b"text/javascript; charset=utf-8",
    "leader.css": b"text/css; charset=utf-8",
    "leader.js": b"text/javascript; charset=utf-8",
    "lint.js": b"text/javascript; charset=utf-8",
}


@dataclass
class Site:
    """The web room of one installation."""

    house: House
    rooms: Rooms
    guests: Guests
    #: Event → what its report was made from, and its files.
    reports: dict[str, tuple[str, asyncio.Future[dict[str, bytes]]]] = field(default_factory=dict)
    #: Event → what its report was made from, and what the archive lists of it.
    evenings: dict[str, tuple[str, Evening]] = field(default_factory=dict)
    #: Event → group → views of the door that are not written down yet.
    views: dict[str, Counter[str]] = field(default_factory=dict)
    #: (event, promotion) → seats whose page had it, not written down yet.
    seen: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    #: What goes on after its answer was sent.
    jobs: set[asyncio.Task[None]] = field(default_factory=set)
    #: Event whose report is being written → whether somebody asked for it again meanwhile.
    issuing: dict[str, bool] = field(default_factory=dict)
    #: Held while an uploaded picture is read: one at a time, so that memory stays bounded.
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    #: Pictures that owner or KOL looked at lately, by what they were drawn from; and the right to draw one.
    pictures: dict[str, asyncio.Future[bytes]] = field(default_factory=dict)
    drawing: asyncio.Lock = field(default_factory=asyncio.Lock)
    #: (event, whether it is the PDF) → what it was drawn from, and its files.
    papers: dict[tuple[str, bool], tuple[str, asyncio.Future[dict[str, bytes]]]] = field(default_factory=dict)
    #: Path of a KOL's picture → the small one that pages show.
    portraits: dict[str, bytes] = field(default_factory=dict)
    #: Series → the plan's number, and who leads which of its groups.
    directories: dict[str, tuple[int, Directory]] = field(default_factory=dict)
    #: (event, announcement, group) whose first scan is being written down.
    proving: set[tuple[str, str, str]] = field(default_factory=set)

    @classmethod
    def of(cls, house: House) -> Site:
        """The site of *house*, with no room loaded yet."""
        is_secure = house.settings.public_url.startswith("https:")
        return cls(house=house, rooms=Rooms(house), guests=Guests(house.links, is_secure=is_secure))

    async def room(self, event_id: str) -> tuple[Event, Room, State]:
        """An event, its room, and its committed state. Raises `NotFound`."""
        event = await self.house.event(event_id)
        room = await self.rooms.of(event)
        # With the hours that hold: somebody may have put the close off.
        return room.live.state.rhythm.moved(event), room, room.live.state

    async def now(self, event_id: str) -> tuple[Event, State]:
        """An event and its state with what other processes have committed until now: for what must not be read once
        its author has taken it back. Raises `NotFound`."""
        event = await self.house.event(event_id)
        return event, (await self.house.journal.refresh(event.id)).state

    async def behind(self, code: str) -> tuple[Event, str]:
        """The event and the group that a live code belongs to. Raises `NotFound`."""
        await self.house.plan()
        return self.behind_now(code)

    def behind_now(self, code: str) -> tuple[Event, str]:
        """`behind` for who cannot wait. Raises `NotFound`, and `Behind` while the plan must be read first."""
        # Phones write the first letter large when somebody types a code.
        book = self.house.plan_now()
        found = book.codes.get(code.lower())
        event = book.event(found[0]) if found else None
        if found is None or event is None:
            raise NotFound(f"code {code[:20]!r} belongs to no event")
        return event, found[1]

    def event_of(self, ask: Ask) -> Event | None:
        """The event that *ask*'s address belongs to, as far as this process knows: what is said beside its pages is
        said in its language to who speaks another one."""
        first, _, rest = str(ask.scope["path"]).strip("/").partition("/")
        name = rest.partition("/")[0]
        with suppress(NotFound, Behind):
            return self.behind_now(name)[0] if first == "c" else self.house.event_now(name)
        return None

    def check(self, role: str, event: str, token: str) -> None:
        """Raise `NotAllowed` unless *token* is *role*'s own for *event*."""
        try:
            self.house.links.check(role, event, token)
        except NotAllowed as refused:
            raise NotAllowed("this private link is not right; copy the whole of it") from refused

    def page(self, ask: Ask, template: str, event: Event | None = None, *, status: int = 200, **values: Any) -> Answer:
        """Fill in `templates/web/TEMPLATE.html` in the asker's language."""
        body, language = self.fill(ask, template, event, **values), language_for(ask, event)
        extra: tuple[tuple[bytes, bytes], ...] = ()
        if ask.query.get("lang") in LANGUAGES:
            extra = ((b"set-cookie", f"lang={language}; Path=/; Max-Age=31536000; SameSite=Lax".encode()),)
        return packed(ask, Answer(status=status, body=body.encode(), headers=extra))

    def fill(self, ask: Ask, template: str, event: Event | None = None, **values: Any) -> str:
        """The text of `templates/web/TEMPLATE.html` in the asker's language."""
        language = language_for(ask, event)
        facts = {
            **(facts_of(event, language) if event else {"language": language}),
            "w": self.words[language],
            "static": self.static_names,
            "other": _other(ask, language),
            "back": page_of(ask) if ask.method == "POST" else "",
        }
        return self.house.wording.fill(f"web/{template}.html", **{**facts, **values})

    @cached_property
    def words(self) -> dict[str, dict[str, str]]:
        """Language → word of the screens by key, from `templates/web/words.*.toml`."""
        return {lang: dict(self.house.wording.table(f"web/words.{lang}.toml")) for lang in LANGUAGES}

    @property
    def order(self) -> Lists:
        """What waits for the host before the room sees it, from `templates/order/` as it lies there now."""
        return self._order.now()

    @cached_property
    def _order(self) -> FreshLists:
        return FreshLists(self.house.wording)

    @cached_property
    def previews(self) -> re.Pattern[str]:
        """What programs call themselves that fetch a link and show it to nobody, from `templates/relay/`."""
        lines = (line.strip() for line in self.house.wording.find("relay/previews.txt").read_text("utf-8").splitlines())
        words = [re.escape(line) for line in lines if line and not line.startswith("#")]
        return re.compile("|".join(words) or "(?!)", re.IGNORECASE)

    @cached_property
    def static(self) -> dict[str, bytes]:
        """Name → content of the files that pages may ask for."""
        return {name: self.house.wording.find(f"web/{name}").read_bytes() for name in STATIC}

    @cached_property
    def gzipped(self) -> dict[str, bytes]:
        """The same, compressed once: the first page comes over a weak line."""
        return {name: gzip.compress(content, mtime=0) for name, content in self.static.items()}

    @cached_property
    def static_names(self) -> dict[str, str]:
        """Name → address that changes with the content, so that it may be kept for ever."""
        return {n: f"/static/{n}?{hashlib.sha256(c).hexdigest()[:10]}" for n, c in self.static.items()}


def packed(ask: Ask, answer: Answer) -> Answer:
    """*answer* gzipped, where it is long and the asker takes it so. Nothing of it is both secret and asked for by
    others: private links are in the address itself, seats in cookies (so sizes tell nobody anything)."""
    if not ask.takes_gzip or len(answer.body) < PACKED_FROM:
        return answer
    smaller = replace(answer, body=gzip.compress(answer.body, 5, mtime=0))
    return smaller.with_headers((b"content-encoding", b"gzip"), (b"vary", b"accept-encoding"))


def language_for(ask: Ask, event: Event | None) -> str:
    """The asker's language: chosen on the page, else kept, else the browser's, else the event's first."""
    for wanted in (ask.query.get("lang", ""), ask.cookies.get("lang", "")):
        if wanted in LANGUAGES:
            return wanted
    for part in ask.header(b"accept-language").lower().split(","):
        if part.strip()[:2] in LANGUAGES:
            return part.strip()[:2]
    return event.languages[0] if event else "zh"


def page_of(ask: Ask) -> str:
    """The page that a form was sent from; the asked path itself when there is none."""
    path = str(ask.scope["path"])
    found = _PAGE.match(path)
    return found[0] if found else path


_PAGE = re.compile(r"/owner/[^/]+/[^/]+/report|/(?:c|room|report|owner)/[^/]+|/(?:host|kol|l)/[^/]+/[^/]+")


def _other(ask: Ask, language: str) -> dict[str, str]:
    """The link that shows the same page in the other language; after a form, the page it was sent from."""
    other = "en" if language == "zh" else "zh"
    path = ask.scope["path"] if ask.method == "GET" else page_of(ask)
    return {"link": f"{path}?lang={other}", "name": "English" if other == "en" else "中文", "code": other}
