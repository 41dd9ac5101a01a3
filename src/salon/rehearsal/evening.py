"""What the people of a rehearsal do, and what they notice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import zxingcpp
from PIL import Image

from salon.analysis.commands import commands_in
from salon.channels import Announcement
from salon.channels.folder import Folder
from salon.errors import SalonError
from salon.filenames import safe_name
from salon.house import House
from salon.model import RANK, Group, Message, Poll
from salon.moments.brief import KOL_GROUP
from salon.rehearsal.crowd import Listener, Person
from salon.rehearsal.script import Script
from salon.rehearsal.stage import Film
from salon.rules.rhythm import KINDS

#: People who listen to the room's line all evening.
LISTENERS = 5
#: People who look in again, by another group's code too.
RETURNERS = 20
#: People who come after ten.
LATECOMERS = 10


class Evening:
    """Everybody who takes part, and all that happened to them. Use it with `async with`."""

    def __init__(self, house: House, script: Script) -> None:
        self.house, self.script, self.event = house, script, script.event
        self.base = f"{house.settings.public_url}/room/{script.event.id}"
        self.problems: list[str] = []
        self.links: list[str] = []
        self.people: list[Person] = []
        self.listeners: list[Listener] = []
        self.refused_after_close = 0
        self.waiting_at_most = 0
        self.moved_up = ""
        #: Position in the script's lines, and the numbers that their entries were given.
        self._said = 0
        self._seqs: dict[str, int] = {}
        self._tried = 0

    async def __aenter__(self) -> Evening:
        self.http = httpx.AsyncClient(timeout=15, trust_env=False, limits=httpx.Limits(max_connections=50))
        self._kol = Person(name=self.event.kol.name, http=self.http)
        self._host = Person(name="host", http=self.http)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._hang_up()
        await self.http.aclose()

    async def kol_confirms(self) -> None:
        """The KOL opens the private link in the brief, and confirms."""
        link = self.house.links.kol(self.event)
        brief = self._said_to(KOL_GROUP, "brief") / "text.txt"
        if self.event.kol.channel == "folder":
            self._expect(link in brief.read_text("utf-8"), "the brief has no private link to confirm")
        await self._kol.open(link)
        self._expect((await self._kol.send(f"{link}/confirm")).status_code == 200, "the KOL could not confirm")

    async def first_come(self) -> None:
        """Some read the QR out of their group's poster at once, open that address, and take a seat."""
        self.links = [self._read_poster(group.id) for group in self.script.programme.groups]
        await self._try_for_seats(self.script.people[: self.event.seats // 2])
        self.listeners = [Listener(person, f"{self.base}/stream") for person in self.people[:LISTENERS]]
        for listener in self.listeners:
            listener.start()

    async def others_come(self) -> None:
        """The others come after a reminder; whoever finds no seat waits. Some look in again."""
        await self._try_for_seats(self.script.people[self.event.seats // 2 :])
        self._check_places()
        await self._come_back()

    async def all_are_here(self) -> None:
        """Before it begins everybody has tried, and one person has given up a seat."""
        if len(self.people) < len(self.script.people):
            await self.others_come()
        await self._somebody_gives_up_a_seat()

    async def _try_for_seats(self, names: Iterable[str]) -> None:
        for name in names:
            person = Person(name=name, http=self.http, link=self.links[len(self.people) % len(self.links)])
            self._expect((await person.open(person.link)).status_code == 200, f"{name}: the door did not open")
            await person.claim()
            self.people.append(person)

    async def _somebody_gives_up_a_seat(self) -> None:
        """The last who got a seat gives it up; it is kept for whoever waited longest, who takes it."""
        leaver, first = self._seated()[-1], self._waiting()[0]
        seat = leaver.seat
        await leaver.send(f"{self.base}/leave")
        await first.claim()
        for person in (leaver, *self._waiting()):
            await person.look()
        self._expect(leaver.seat == 0, f"{leaver.name} gave up seat {seat} and still has it")
        self._expect(first.seat == seat, f"seat {seat} was given up and did not go to {first.name}, who was first")
        self.moved_up = first.name

    async def everybody_votes(self, poll: Poll) -> None:
        """Every seat votes; some change their mind, and some press twice."""
        url = f"{self.base}/polls/{poll.id}/vote"
        for person in self._seated():
            option, other = _ballot(poll, person.seat * 7 % 11), _ballot(poll, 0)
            answers = [await person.send(url, option=option)]
            if person.seat % 10 == 0:
                answers += [await person.send(url, option=option), await person.send(url, option=other)]
            self._expect(all(a.status_code in (200, 201) for a in answers), f"{person.name} could not vote")

    async def people_talk(self, film: Film, since: datetime, until: datetime) -> None:
        """What members say between two steps: their share of the lines, each at its own time."""
        lines = self._share(until)
        for number, line in enumerate(lines, 1):
            await film.run_to(since + (until - since) * number / (len(lines) + 1))
            await self._say(line)
        if lines and self.listeners:
            # One of those who listen loses the line in each stretch.
            await self.listeners[self._said % len(self.listeners)].drop()

    async def latecomers_knock(self) -> None:
        """People who come after ten, new ones and one with a seat: nobody gets in, nothing is said."""
        for number in range(LATECOMERS):
            late = Person(name=f"late {number}", http=self.http, link=self.links[number % len(self.links)])
            self.refused_after_close += (await late.claim()).status_code == 410
        spoke = await self._seated()[0].send(f"{self.base}/messages", text="too late", client_id="too-late")
        self._expect(spoke.status_code == 410, f"after the close a message was answered with {spoke.status_code}")
        self._expect(self.refused_after_close == LATECOMERS, "somebody got in after the close")

    def heard_by(self) -> Iterable[tuple[str, list[int]]]:
        """Name and entry numbers of everybody who listened."""
        return [(listener.person.name, listener.heard) for listener in self.listeners]

    def _share(self, until: datetime) -> tuple[Message, ...]:
        """The lines up to *until*, so that the evening's hours share them evenly."""
        times = self.event.times
        part = max((until - times.hosts_at) / (times.disbands_at - times.hosts_at), 0.0)
        end = len(self.script.lines) if until >= times.disbands_at else int(len(self.script.lines) * part)
        lines = self.script.lines[self._said : end]
        self._said = max(end, self._said)
        return lines

    async def _say(self, line: Message) -> None:
        self._tried += 1
        fields: dict[str, Any] = {"text": line.text, "client_id": f"line-{self._tried}"}
        if line.reply_to in self._seqs:
            fields["reply_to"] = str(self._seqs[line.reply_to])
        answer = await self._speak(line, fields)
        if answer.status_code not in (200, 201):
            self.problems.append(f"line {line.id} was not said: {answer.status_code} {answer.text[:100]}")
        elif answer.json()["seq"]:
            self._seqs[line.id] = answer.json()["seq"]
            await self._mark(line)

    async def _mark(self, line: Message) -> None:
        """The host puts by button what a member tags: only so it speaks for the room."""
        for kind in dict.fromkeys(command.kind for command in commands_in(line.text)):
            if kind in KINDS:
                tap = {"do": "mark", "message": str(self._seqs[line.id]), "kind": kind}
                await self._host.send(f"{self.house.links.host(self.event.id)}/console", **tap)

    async def _speak(self, line: Message, fields: dict[str, Any]) -> httpx.Response:
        if line.name.casefold() == self.event.kol.name.casefold():
            return await self._kol.send(f"{self.house.links.kol(self.event)}/messages", **fields)
        for person in self.people[: len(self.script.people)]:
            if person.name == line.name and person.seat:
                return await person.send(f"{self.base}/messages", **fields)
        # More authors than seats: the host reads out what the others say.
        return await self._host.send(f"{self.house.links.host(self.event.id)}/messages", name=line.name, **fields)

    async def _come_back(self) -> None:
        """Refresh, second tap, another group's code: the same seat, the same place."""
        for number, person in enumerate(self.people[:RETURNERS]):
            before = (person.seat, person.place)
            other = self.links[(number + 1) % len(self.links)]
            await person.open(person.link)
            await person.claim(other)
            await person.claim()
            now = (person.seat, person.place)
            self._expect(now == before, f"{person.name} had seat {before[0]} and came back to {now[0]}")

    def _check_places(self) -> None:
        seats = self.event.seats
        self.waiting_at_most = len(self._waiting())
        self._expect([p.seat for p in self.people[:seats]] == list(range(1, seats + 1)), "the seats are not in order")
        places = [p.place for p in self.people[seats:]]
        self._expect(places == list(range(1, len(places) + 1)), "the waiting list is not in order")

    def _read_poster(self, group: str) -> str:
        """The link in the QR code of a group's poster, by a decoder that has nothing to do with its maker."""
        path = self.house.settings.posters / self.event.id / f"{safe_name(group)}.png"
        with Image.open(path) as picture:
            codes = zxingcpp.read_barcodes(picture.convert("L"))
        texts = [code.text for code in codes]
        if len(texts) != 1 or not texts[0].startswith(f"{self.house.settings.public_url}/c/"):
            raise SalonError(f"{path}: the code on the poster says {texts}")
        return texts[0]

    def _said_to(self, group: str, announcement: str) -> Path:
        said = Announcement(event=self.event.id, name=announcement, text="")
        return Folder(self.house.settings.outbox).place(Group(id=group, name=""), said)

    def _seated(self) -> list[Person]:
        return [person for person in self.people if person.seat]

    def _waiting(self) -> list[Person]:
        return [person for person in self.people if person.place]

    async def _hang_up(self) -> None:
        await asyncio.gather(*(listener.stop() for listener in self.listeners))

    def _expect(self, is_so: bool, problem: str) -> None:
        if not is_so:
            self.problems.append(problem)


def _ballot(poll: Poll, number: int) -> str:
    """Some vote that *poll* takes: all its places of a rank, else one option."""
    size, places = len(poll.options), poll.most if poll.kind == RANK else 1
    return ",".join(str(poll.low + (number + k) % size) for k in range(places))
