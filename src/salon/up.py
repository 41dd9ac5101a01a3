"""`salon up`: one command that runs the whole house until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

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
    runs on after it. Raises `WrongUse` before anything starts when this home is already up or a port is taken,
    and `SalonError` when something does not come up.
    """
    told = _told_to_stop()
    async with running_stack(settings, say=say, extra_env=extra_env) as stack:
        greeting = asyncio.create_task(_greet(stack, say, on_ready))
        try:
            await asyncio.wait({greeting, told}, return_when=asyncio.FIRST_COMPLETED)
            if greeting.done():
                greeting.result()
            await told
        finally:
            greeting.cancel()
            say("stopping")
    say("stopped")
    return 0


@asynccontextmanager
async def running_stack(
    settings: Settings, *, say: Say, extra_env: Mapping[str, str] | None = None
) -> AsyncIterator[Stack]:
    """The house for as long as the block runs. It is starting when the block begins: wait with `Stack.ready`.

    Raises as `run_stack` does, before anything has started.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    with _only_one(settings):
        _refuse_taken_ports(settings)
        await asyncio.to_thread(migrate, settings)
        stack = Stack(settings, say=say, extra_env=extra_env)
        stack.start()
        try:
            yield stack
        finally:
            await stack.stop()


async def _greet(stack: Stack, say: Say, on_ready: OnReady | None) -> None:
    settings = stack.settings
    await stack.web_ready()
    say(f"web room       {settings.public_url}")
    say(f"owner's page   {owner_link(settings)}")
    say(f"Prefect        {stack.prefect_url}  (starting)")
    await stack.ready()
    say("READY: the week runs by itself; Ctrl-C stops it")
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
def _only_one(settings: Settings) -> Iterator[None]:
    """Hold the home's lock, which the kernel gives back however this process ends."""
    with (settings.home / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            raise WrongUse(
                f"{settings.home} is already up (process {lock.read().strip() or '?'}); "
                "stop that one, or set SALON_HOME to another folder"
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _refuse_taken_ports(settings: Settings) -> None:
    wanted = {
        "SALON_WEB_PORT": (settings.web_host, settings.web_port),
        "SALON_PREFECT_PORT": ("127.0.0.1", settings.prefect_port),
    }
    taken = [(name, *where) for name, where in wanted.items() if not _is_free(*where)]
    if taken:
        raise WrongUse("\n".join(f"port {port} on {host} is taken; set {name} to a free one"
                                 for name, host, port in taken))  # fmt: skip


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind((host, port))
            return True
    return False
