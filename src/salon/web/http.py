"""A request and an answer in plain ASGI: the hot paths of the room pay for nothing that they do not use."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

import orjson

from salon.errors import SalonError, WrongUse
from salon.web.multipart import MOST_FIELD, Form, parse
from salon.web.server import answer_whole

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

#: Largest body that is read, in bytes: a message of 10,000 characters fits, whatever its script.
BODY_BYTES = 128 * 1024
#: Of an upload that is too large so much is listened to before the answer, in bytes.
HEARD_OUT = 64 * 1024 * 1024


class BodyTooLarge(SalonError):
    """That is more than one request may carry."""

    status = 413


class WrongMethod(WrongUse):
    """That method does not go here."""

    status = 405


class Gone(Exception):
    """Whoever asked has hung up: there is nobody to answer, and half a body is never taken for a whole one."""


async def _none(*nothing: object) -> Any:
    raise Gone


@dataclass(slots=True)
class Ask:
    """One request. *path* parts come from the route that matched."""

    scope: Scope
    parts: Mapping[str, str] = field(default_factory=dict)
    _headers: dict[bytes, bytes] | None = None
    #: How its body comes and its answer goes; a request of the short way has neither (`salon.web.writes`).
    receive: Receive = _none
    send: Send = _none
    _query: dict[str, str] | None = None
    _cookies: dict[str, str] | None = None

    @property
    def method(self) -> str:
        """`GET`, `POST`, …"""
        return str(self.scope["method"])

    def header(self, name: bytes) -> str:
        """The header of that lower-case *name*, the last of several; an empty text: there is none."""
        if self._headers is None:
            self._headers = dict(self.scope["headers"])
        return self._headers.get(name, b"").decode("latin-1")

    @property
    def query(self) -> dict[str, str]:
        """The query string's fields; the last of equal names counts."""
        if self._query is None:
            self._query = _fields(self.scope["query_string"].decode("latin-1"))
        return self._query

    @property
    def cookies(self) -> dict[str, str]:
        """Cookies by name. One that makes no sense, which any other site on the host may set, spoils no other."""
        if self._cookies is None:
            given = self.header(b"cookie")
            pairs = [part.partition("=") for part in given.split(";")] if given else []
            self._cookies = {name.strip(): value.strip().strip('"') for name, is_pair, value in pairs if is_pair}
        return self._cookies

    @property
    def wants_json(self) -> bool:
        """Whether a program asks, rather than a page."""
        return "application/json" in self.header(b"accept")

    @property
    def takes_gzip(self) -> bool:
        """Whether the answer may come gzipped."""
        return "gzip" in self.header(b"accept-encoding")

    async def fields(self, **joined: str) -> dict[str, str]:
        """The body's fields, as `fields_in`. Raises `WrongUse`, `BodyTooLarge` or `Gone`."""
        return self.fields_in(await self._body(), **joined)

    def fields_in(self, body: bytes, **joined: str) -> dict[str, str]:
        """The fields of a form, or of a JSON object. Raises `WrongUse`.

        A field of a *joined* name may come several times, or as a JSON list: its values, with that text between.
        """
        if "json" not in self.header(b"content-type"):
            return _fields(body.decode("utf-8", "replace"), joined)
        try:
            data = orjson.loads(body or b"{}")
        except orjson.JSONDecodeError as error:
            raise WrongUse(f"the body is not JSON: {error}") from error
        if not isinstance(data, dict):
            raise WrongUse("the body must be a JSON object")
        return {
            name: joined[name].join(_text(name, one) for one in value)
            if name in joined and isinstance(value, list)
            else _text(name, value)
            for name, value in data.items()
        }

    async def upload(self, most: int, longest: int = MOST_FIELD) -> Form:
        """The body's form with its files, *most* bytes in all, *longest* a field.

        Raises `WrongUse`, `BodyTooLarge` or `Gone`.

        What is too large is heard out and thrown away, up to `HEARD_OUT` bytes: a browser that is cut off while
        it sends shows its own error, and never the sentence that says what to do.
        """
        body = await self._body(most, heard_out=HEARD_OUT)
        return await asyncio.to_thread(parse, self.header(b"content-type"), body, longest)

    async def _body(self, most: int = BODY_BYTES, heard_out: int = 0) -> bytes:
        body, size = bytearray(), 0
        while True:
            message = await self.receive()
            if message["type"] != "http.request":
                raise Gone
            size += len(message.get("body", b""))
            if size <= most:
                body += message.get("body", b"")
            has_more = message.get("more_body")
            if size > most and not (has_more and size <= heard_out):
                raise BodyTooLarge(f"a request may carry {most} bytes at most")
            if not has_more:
                return bytes(body)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer, whole."""

    status: int = 200
    body: bytes = b""
    type: bytes = b"text/html; charset=utf-8"
    #: More headers, cookies among them.
    headers: tuple[tuple[bytes, bytes], ...] = ()

    def with_headers(self, *more: tuple[bytes, bytes]) -> Answer:
        """The same answer with *more* headers."""
        return Answer(status=self.status, body=self.body, type=self.type, headers=(*self.headers, *more))

    def all_headers(self) -> list[tuple[bytes, bytes]]:
        """What goes with it, and with every answer."""
        length = b"%d" % len(self.body)
        return [(b"content-type", self.type), (b"content-length", length), *self._usual(), *self.headers]

    async def send(self, ask: Ask) -> None:
        """Send it; the body is left out for HEAD."""
        headers = self.all_headers()
        body = b"" if ask.method == "HEAD" else self.body
        if not answer_whole(ask.send, self.status, headers, body):
            await ask.send({"type": "http.response.start", "status": self.status, "headers": headers})
            await ask.send({"type": "http.response.body", "body": body})

    def _usual(self) -> Iterable[tuple[bytes, bytes]]:
        own = {name for name, _ in self.headers}
        # A page may bring a rule of its own, of the same name.
        return USUAL if own.isdisjoint(_USUAL_NAMES) else [usual for usual in USUAL if usual[0] not in own]


#: On every answer: no third party is ever asked for anything, nobody frames the page, no link tells where from.
SAFETY = (
    (
        b"content-security-policy",
        b"default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self';"
        b" connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
#: Seats and codes change at once: nobody in between may keep a page.
USUAL = (*SAFETY, (b"cache-control", b"no-store"))
_USUAL_NAMES = frozenset(name for name, _ in USUAL)


def json_answer(data: Any, status: int = 200, *headers: tuple[bytes, bytes]) -> Answer:
    """*data* as JSON."""
    return Answer(status=status, body=orjson.dumps(data), type=b"application/json", headers=headers)


def redirect(where: str, *headers: tuple[bytes, bytes]) -> Answer:
    """See *where* instead, by GET: a reload after a form never sends it twice."""
    return Answer(status=303, headers=((b"location", where.encode("latin-1", "replace")), *headers))


def cookie(name: str, value: str, *, days: int = 400, is_secure: bool = False) -> tuple[bytes, bytes]:
    """A Set-Cookie header: for this site only, never read by scripts; *is_secure*: never sent over plain HTTP."""
    text = f"{name}={value}; Path=/; Max-Age={days * 86400}; HttpOnly; SameSite=Lax{'; Secure' * is_secure}"
    return b"set-cookie", text.encode("latin-1")


def _fields(text: str, joined: Mapping[str, str] | None = None) -> dict[str, str]:
    found: dict[str, str] = {}
    several = joined or {}
    for part in text.split("&"):
        if part:
            name, _, value = part.partition("=")
            name, value = _plain(name), _plain(value)
            found[name] = f"{found[name]}{several[name]}{value}" if name in several and name in found else value
    return found


def _plain(text: str) -> str:
    """A name or a value of a form as it was typed."""
    return unquote_plus(text) if "%" in text or "+" in text else text


#: Fields that say yes or no: a program may send a JSON truth for them. Nowhere else it makes sense.
_TRUTHS = frozenset(("anonymous", "named", "offers", "wanted"))


def _text(name: str, value: object) -> str:
    """A JSON value as a form would have sent it."""
    if value is None:
        return ""
    if isinstance(value, bool) and name in _TRUTHS:
        return "yes" if value else "no"
    if isinstance(value, str | int) and not isinstance(value, bool):
        return str(value)
    raise WrongUse(f"{name[:40]}: write a text or a whole number")
