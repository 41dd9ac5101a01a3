"""A real web process on a free port, a house on SQLite beside it, and a clock that tests move by hand."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from tests.servers import free_port

from salon import moments
from salon.clock import FilmClock, Reel
from salon.entries import Entry, Rule
from salon.house import House, open_house
from salon.model import Event, Programme, Series
from salon.planning import apply_plan
from salon.rules.week import open_room
from salon.settings import Settings
from salon.testing.golden import golden_event, golden_groups

ROOT = Path(__file__).parents[2]
#: Nothing here is encrypted; made once, because reading the system's certificates takes 0.1 s each time.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
PROGRAM = {"Accept": "application/json"}
T = TypeVar("T")


class Web:
    """One installation with its web room running."""

    def __init__(self, home: Path, *, database: str = "") -> None:
        self._stack = ExitStack()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.film = home / "clock.json"
        self.now = golden_event("zh").times.opens_at
        home.mkdir(parents=True, exist_ok=True)
        self.turn_to(self.now)
        found = {"SALON_HOME": str(home), "SALON_CLOCK": str(self.film), "SALON_WEB_PORT": str(self.port)}
        self.settings = Settings.from_env({**found, "SALON_DATABASE_URL": database})
        self.log = home / "web.log"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._house = open_house(self.settings)
        self.house: House = self.run(self._house.__aenter__())
        self._names = iter(range(1, 1000))
        try:
            self.start()
        except BaseException:
            self.close()
            raise

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do *work* in the loop that the test's own house lives in."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def start(self) -> None:
        """Start the web process and wait until it answers."""
        env = {**os.environ, **self.settings.as_env(), "PYTHONPATH": str(ROOT / "src")}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([sys.executable, "-m", "salon.web"], cwd=ROOT, env=env, stderr=log)
        until(self._answers, seconds=30)

    def kill(self) -> None:
        """End the web process as a power cut would."""
        self.process.kill()
        self.process.wait()

    def begin_anew(self) -> None:
        """Open the test's own house again, on what lies there now, and start the web process."""
        self.run(self._house.__aexit__(None, None, None))
        self._house = open_house(self.settings)
        self.house = self.run(self._house.__aenter__())
        self.start()

    def stop(self) -> float:
        """End the web process politely; returns how long it took, in seconds."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=15)
        return time.monotonic() - began

    def close(self) -> None:
        """End everything."""
        if self.process.poll() is None:
            self.stop()
        self._stack.close()
        self.run(self._house.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def turn_to(self, at: datetime) -> None:
        """Set the clock of every process to *at*."""
        self.now = at
        FilmClock.lay_down(self.film, Reel(real=time.time(), film=at, speed=1.0, until=at + timedelta(days=30)))

    def phone(self, language: str = "zh", **headers: str) -> httpx.Client:
        """Somebody new, with a browser that keeps cookies."""
        known = {"Accept-Language": "zh-CN,zh;q=0.9" if language == "zh" else "en-GB,en;q=0.8", **headers}
        client = httpx.Client(base_url=self.url, headers=known, trust_env=False, timeout=20, verify=NO_TLS)
        return self._stack.enter_context(client)

    def evening(self, *, seats: int = 100, language: str = "zh", is_open: bool = True, **changes: Any) -> Evening:
        """A new event of its own, whose room opens a minute from now, or opened a minute ago."""
        golden, number = golden_event(language), next(self._names)
        moved = self.now - golden.times.opens_at + timedelta(minutes=-1 if is_open else 1)
        times: dict[str, Any] = {
            name: tuple(at + moved for at in value) if isinstance(value, tuple) else value + moved
            for name, value in vars(golden.times).items()
        }
        name = f"evening-{number}"
        event = replace(golden, id=name, series=name, seats=seats, times=replace(golden.times, **times), **changes)
        evening = self._planned(event)[0]
        if is_open:
            evening.decide(open_room(event, by="clock"))
            phone = self.phone()
            until(lambda: phone.get(f"{evening.door()}/seat").json()["phase"] == "open")
        return evening

    def two_evenings(self) -> list[Evening]:
        """Two new events of one series, a week apart."""
        first = self.evening(is_open=False).event
        moved = {
            name: tuple(at + timedelta(days=7) for at in value)
            if isinstance(value, tuple)
            else value + timedelta(days=7)
            for name, value in vars(first.times).items()
        }
        second = replace(first, id=f"{first.id}-next", number=first.number + 1, times=replace(first.times, **moved))
        return self._planned(first, second)

    def _planned(self, *events: Event) -> list[Evening]:
        event = events[0]
        series = Series(id=event.series, name=event.series_name, timezone=event.timezone, languages=event.languages)
        programme = Programme(series=series, groups=golden_groups(event.languages[0]), events=events)
        self.run(apply_plan(self.house, programme))
        evenings, phone = [Evening(self, one) for one in events], self.phone()
        for evening in evenings:
            until(lambda evening=evening: phone.head(evening.door()).status_code == 200)  # type: ignore[misc]
        return evenings

    def _answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.phone().get("/health").status_code == 200
        except httpx.TransportError:
            return False


@dataclass(frozen=True)
class Evening:
    """One event of such an installation."""

    web: Web
    event: Event

    def door(self, group: str = "readers") -> str:
        """Path behind a group's code."""
        return f"/c/{self.web.run(self.web.house.plan()).code(self.event.id, group)}"

    @property
    def room(self) -> str:
        """Path of the room."""
        return f"/room/{self.event.id}"

    def private(self, role: str) -> str:
        """Path of the host's or the KOL's page."""
        links = self.web.house.links
        link = links.kol(self.event) if role == "kol" else links.host(self.event.id)
        return urlsplit(link).path

    def decide(self, rule: Rule) -> tuple[Entry, ...]:
        """Write to the journal as another process does."""
        return self.web.run(self.web.house.journal.decide(self.event.id, rule))

    def entries(self, *kinds: str) -> list[Entry]:
        """The journal, or what it has of *kinds*."""
        found = self.web.run(self.web.house.journal.entries(self.event.id))
        return [entry for entry in found if not kinds or entry.kind in kinds]

    def moment(self, name: str) -> None:
        """Run a moment as its flow does."""
        self.web.run(moments.run(self.web.house, self.event.id, name))

    def begin_moment(self, name: str) -> Future[Any]:
        """The same beside what the test does, while its clock is turned."""
        work = moments.run(self.web.house, self.event.id, name)
        return asyncio.run_coroutine_threadsafe(work, self.web._loop)

    def member(self, name: str = "", group: str = "readers", language: str = "zh") -> httpx.Client:
        """Somebody who looked at the door and took a seat."""
        phone = self.web.phone(language)
        assert phone.get(self.door(group)).status_code == 200
        assert phone.post(f"{self.door(group)}/seat", data={"name": name}).status_code == 303
        return phone

    def say(self, member: httpx.Client, text: str, **fields: str) -> httpx.Response:
        """Say something as the page's script does."""
        return member.post(f"{self.room}/messages", json={"text": text, **fields}, headers=PROGRAM)

    def vote(self, member: httpx.Client, poll: str, option: object) -> httpx.Response:
        """Vote as the page's script does."""
        return member.post(f"{self.room}/polls/{poll}/vote", json={"option": option}, headers=PROGRAM)

    def host(self, path: str, **fields: str) -> httpx.Response:
        """Do something as the host's page does."""
        return self.web.phone().post(f"{self.private('host')}/{path}", json=fields, headers=PROGRAM)

    def frames(self, member: httpx.Client, after: int = 0) -> list[dict[str, Any]]:
        """What the room tells somebody who asks instead of listening."""
        found: list[dict[str, Any]] = member.get(f"{self.room}/entries?after={after}").json()["frames"]
        return found


def until(is_so: Callable[[], object], seconds: float = 90.0) -> None:
    """Wait until *is_so*, as one process learns what another one wrote."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


@dataclass
class Listener:
    """Somebody who listens to a stream in a thread of their own."""

    url: str
    cookies: dict[str, str]
    headers: dict[str, str]

    def __post_init__(self) -> None:
        #: Everything heard: (name of the event or an empty text, number or 0, frame).
        self.heard: list[tuple[str, int, dict[str, Any]]] = []
        self.status = 0
        self.is_over = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def numbers(self) -> list[int]:
        """Entries heard, by number."""
        return [seq for _, seq, _ in self.heard if seq]

    def names(self) -> list[str]:
        """Kinds of what was heard, in order."""
        return [name or frame["kind"] for name, _, frame in self.heard]

    def hang_up(self) -> None:
        """Stop listening."""
        self._is_done = True

    _is_done = False

    def _listen(self) -> None:
        try:
            headers = {**self.headers, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
            with httpx.stream("GET", self.url, headers=headers, timeout=30, verify=NO_TLS) as answer:
                self.status = answer.status_code
                self._read(answer.iter_bytes())
        except httpx.TransportError:
            pass
        finally:
            self.is_over.set()

    def _read(self, pieces: Iterator[bytes]) -> None:
        rest, name, seq = b"", "", 0
        for piece in pieces:
            # Lines end with a line feed and nothing else, though Python knows more ends of lines.
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                field, _, value = line.decode().partition(": ")
                if field == "event":
                    name = value
                elif field == "id":
                    seq = int(value)
                elif field == "data":
                    self.heard.append((name, seq, json.loads(value)))
                    name, seq = "", 0
            if self._is_done:
                return


def listen(web: Web, path: str, member: httpx.Client, **headers: str) -> Listener:
    """Follow the stream at *path* with *member*'s cookies, once it is open."""
    listener = Listener(f"{web.url}{path}", dict(member.cookies), headers)
    until(lambda: listener.heard or listener.is_over.is_set())
    return listener


def at_once(asks: Sequence[Callable[[], T]]) -> list[T]:
    """Answers to *asks*, all made in the same instant from threads of their own."""
    ready, answers = threading.Barrier(len(asks)), [None] * len(asks)

    def one(k: int) -> None:
        ready.wait()
        answers[k] = asks[k]()  # type: ignore[call-overload]

    threads = [threading.Thread(target=one, args=(k,)) for k in range(len(asks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers  # type: ignore[return-value]
