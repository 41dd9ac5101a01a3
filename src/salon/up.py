"""`salon up`: one command that runs the whole house until it is told to stop."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TextIO

from salon.errors import WrongUse
from salon.house import migrate
from salon.links import owner_link
from salon.settings import Settings
from salon.stack import Stack
from salon.supervisor import Say

OnReady = Callable[[Stack], Awaitable[None]]


async def run_stack(
    settings: Settings,
    *,
    say: Say,
    on_ready: OnReady | None = None,
    extra_env: Mapping[str, str] | None = None,
) -> int:
    """Run the house until Ctrl-C or SIGTERM, and return the exit code, 0.

    *say* gets one line at a time for the terminal. *on_ready* is awaited once everything answers; the house
    runs on after it. Raises `WrongUse` before anything starts when this home cannot be used or is already up, or when
    there is something wrong with a port, and `SalonError` when the web room does not come up. Prefect is waited for
    as long as it takes: the web room and the watchdog do without it.
    """
    told = _told_to_stop()
    async with running_stack(settings, say=say, extra_env=extra_env) as stack:
        greeting = asyncio.create_task(_greet(stack, on_ready))
        try:
            await asyncio.wait({greeting, told}, return_when=asyncio.FIRST_COMPLETED)
            if greeting.done():
                greeting.result()
            await told
        finally:
            greeting.cancel()
            stack.say("stopping")
    stack.say("stopped")
    return 0


@asynccontextmanager
async def running_stack(
    settings: Settings, *, say: Say, extra_env: Mapping[str, str] | None = None
) -> AsyncIterator[Stack]:
    """The house for as long as the block runs. It is starting when the block begins: wait with `Stack.ready`.

    Raises as `run_stack` does, before anything has started.
    """
    with _usable(settings.home):
        settings.home.mkdir(parents=True, exist_ok=True)
    with _only_one(settings):
        _refuse_ports(settings)
        await asyncio.to_thread(migrate, settings)
        with _usable(settings.home):
            stack = Stack(settings, say=say, extra_env=extra_env)
        stack.start()
        try:
            yield stack
        finally:
            await stack.stop()


async def _greet(stack: Stack, on_ready: OnReady | None) -> None:
    settings = stack.settings
    await stack.web_ready()
    stack.say(f"web room       {settings.public_url}")
    stack.say(f"owner's page   {owner_link(settings)}")
    stack.say(f"Prefect        {stack.prefect_url}  (starting)")
    await stack.ready(within=None)
    stack.say("READY: the week runs by itself; Ctrl-C stops it")
    if on_ready:
        await on_ready(stack)


def _told_to_stop() -> asyncio.Future[None]:
    """A future that is done at the first Ctrl-C or SIGTERM."""
    loop = asyncio.get_running_loop()
    told: asyncio.Future[None] = loop.create_future()

    def tell() -> None:
        if not told.done():
            told.set_result(None)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, tell)
    return told


@contextmanager
def _usable(path: Path) -> Iterator[None]:
    """Say clearly what is wrong with *path*, the home or something in it."""
    try:
        yield
    except OSError as error:
        raise WrongUse(
            f"{error.filename or path} cannot be used: {error.strerror}; "
            "set SALON_HOME to a folder in which you may write"
        ) from error


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    """Hold the home's lock, which the kernel gives back however this process ends."""
    path = settings.home / "up.lock"
    with _usable(path):
        lock = path.open("a+")
    with lock:
        with _usable(path):
            _take(lock, settings.home)
        yield


def _take(lock: TextIO, home: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.seek(0)
        raise WrongUse(
            f"{home} is already up (process {lock.read().strip() or '?'}); "
            "stop that one, or set SALON_HOME to another folder"
        ) from error
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()


def _refuse_ports(settings: Settings) -> None:
    if settings.web_port == settings.prefect_port:
        raise WrongUse(
            f"SALON_WEB_PORT and SALON_PREFECT_PORT are both {settings.web_port}; set one of them to another port"
        )
    wrong = [
        _what_is_wrong("SALON_WEB", settings.web_host, settings.web_port),
        _what_is_wrong("SALON_PREFECT", "127.0.0.1", settings.prefect_port),
    ]
    if any(wrong):
        raise WrongUse("\n".join(filter(None, wrong)))


def _what_is_wrong(who: str, host: str, port: int) -> str:
    """Why nobody can listen at *port* of *host*, with what to set; empty when one can."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        return _not_here(who, host)
    # A name may stand for several addresses, and for some that this machine has switched off.
    errors = [_try_to_bind(family, address) for family, _, _, _, address in found]
    if errno.EADDRINUSE in errors:
        return f"port {port} on {host} is taken; set {who}_PORT to a free one"
    if 0 in errors:
        return ""
    if errno.EADDRNOTAVAIL in errors:
        return _not_here(who, host)
    return f"port {port} on {host} cannot be opened: {os.strerror(errors[0])}; set {who}_PORT to another one"


def _not_here(who: str, host: str) -> str:
    return f"{who}_HOST: {host} is not an address of this machine; write 127.0.0.1, or 0.0.0.0 for all that it has"


def _try_to_bind(family: int, address: tuple[object, ...]) -> int:
    """The system's number for what is wrong, or 0."""
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                # As the web room does: what listens on all IPv4 addresses is no hindrance.
                probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            probe.bind(address)
    except OSError as error:
        return error.errno or errno.EADDRNOTAVAIL
    return 0
