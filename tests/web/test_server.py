"""What goes over the line: an answer that is written at once is, byte for byte, what uvicorn itself would have sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import pytest
import uvicorn
from uvicorn.server import ServerState

from salon.web.http import Answer, Ask, Receive, Scope, Send, json_answer, redirect
from salon.web.server import Protocol

Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Line(asyncio.Transport):
    """A line that keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written, self.writes, self.is_closed = b"", 0, False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.is_closed
        self.written, self.writes = self.written + bytes(data), self.writes + 1

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


async def said(app: Application, request: bytes) -> Line:
    """What *app* answers to *request*."""
    config = uvicorn.Config(cast(Any, app), http=Protocol, lifespan="off", date_header=False, server_header=False)
    config.load()
    line, state = Line(), ServerState()
    protocol = Protocol(config, state, {})
    protocol.connection_made(line)
    protocol.data_received(request)
    while state.tasks:
        await asyncio.wait(tuple(state.tasks))
        await asyncio.sleep(0)
    protocol.connection_lost(None)
    return line


def answering(answer: Answer) -> Application:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        ask = Ask(scope, receive=receive, send=send)
        await ask.fields()
        await answer.send(ask)

    return app


def in_parts(app: Application) -> Application:
    """The same behind a `send` that is not uvicorn's own: nothing is written past it."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def pass_on(message: Any) -> None:
            await send(message)

        await app(scope, receive, pass_on)

    return wrapped


PAGE = Answer(body="沙龙".encode(), headers=((b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")))
FORM = b"POST / HTTP/1.1\r\nHost: salon\r\nContent-Length: 6\r\n%b\r\nname=a"


@pytest.mark.parametrize("answer", [PAGE, json_answer({"seat": 17}, 201), redirect("/room/e"), Answer(status=204)])
@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nHost: salon\r\n\r\n",
        b"HEAD / HTTP/1.1\r\nHost: salon\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        FORM % b"",
        FORM % b"Connection: close\r\n",
        # Two at once: the second one waits for the first one's answer.
        FORM % b"" + FORM % b"Connection: close\r\n",
    ],
)
async def test_a_whole_answer_is_what_uvicorn_would_send(answer: Answer, request_: bytes) -> None:
    at_once, by_uvicorn = await said(answering(answer), request_), await said(in_parts(answering(answer)), request_)
    assert (at_once.written, at_once.is_closed) == (by_uvicorn.written, by_uvicorn.is_closed)
    assert at_once.written.count(b"HTTP/1.1 ") == at_once.writes == request_.count(b" HTTP/1.")
    assert at_once.writes <= by_uvicorn.writes


async def test_a_header_that_ends_in_the_middle_is_never_written() -> None:
    split = Answer(headers=((b"location", b"/\r\nset-cookie: guest=stolen"),))
    line = await said(answering(split), b"GET / HTTP/1.1\r\nHost: salon\r\n\r\n")
    # Uvicorn was left to find it, and hangs up.
    assert (line.written, line.is_closed) == (b"", True)
