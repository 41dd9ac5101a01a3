"""Links that people open: the public ones behind codes, and private ones that only their holder can know."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import os
import re
import secrets
from functools import cached_property
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from salon.errors import NotAllowed, WrongUse
from salon.model import Event
from salon.settings import Settings
from salon.tasks import leader_key

#: Letters of a live code: no 0/o, 1/l/i, which people mix up when they type.
CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def new_code() -> str:
    """A random live code: eight letters, short enough for a QR code that always scans."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(8))


class Links:
    """Makes and checks the installation's links. The secret is made once and lies in the home folder (0600).

    Raises `WrongUse` when that file cannot be made or read, or holds something else.
    """

    def __init__(self, settings: Settings) -> None:
        self._base = settings.public_url
        self._inner, self._outer = _keyed(_secret(settings.home / "secret"))

    def door(self, code: str, mark: str = "") -> str:
        """What a group's QR code says; its target may change, the link never does.

        *mark*: the announcement in whose text it stands, so that a tap on it proves that one to be posted.
        """
        return f"{self._base}/c/{code}" + (f"?m={mark}" if mark else "")

    def room(self, event: str) -> str:
        """The room's page."""
        return f"{self._base}/room/{event}"

    def report(self, event: str) -> str:
        """The report's page."""
        return f"{self._base}/report/{event}"

    def host(self, event: str) -> str:
        """The host's private page."""
        return f"{self._base}/host/{event}/{self.token('host', event)}"

    def kol(self, event: Event) -> str:
        """The KOL's private page: brief, confirmation, and the room. Another KOL has another link."""
        return f"{self._base}/kol/{event.id}/{self.token('kol', kol_key(event))}"

    def owner(self) -> str:
        """The owner's private page."""
        return f"{self._base}/owner/{self.token('owner', '')}"

    def desk(self, event: str) -> str:
        """The owner's page of one event's report."""
        return f"{self.owner()}/{event}/report"

    def leader(self, series: str, leader: str) -> str:
        """The private page of one leader of a series, for all of their groups; *leader*: their name."""
        return f"{self._base}/l/{series}/{self.leader_token(series, leader)}"

    def leader_token(self, series: str, leader: str) -> str:
        """What opens that page; the same however the name is spaced and cased."""
        return self.token("leader", f"{series}|{leader_key(leader)}")

    def words(self, event: str) -> str:
        """Where members see their own words in the report, and may withdraw them."""
        return f"{self.report(event)}/words"

    def room_codes(self, event: str) -> str:
        """The owner's page for the codes of a room that is opened by hand."""
        return f"{self.owner()}/{event}/room"

    def token(self, role: str, event: str) -> str:
        """What opens *role*'s page of *event*; the same each time."""
        return base64.b32encode(self._mac(f"{role}|{event}")[:15]).decode().lower()

    def check(self, role: str, event: str, token: str) -> None:
        """Raise `NotAllowed` unless *token* opens *role*'s page of *event*."""
        if not self.is_token(role, event, token):
            raise NotAllowed

    def is_token(self, role: str, event: str, token: str) -> bool:
        """Whether *token* opens *role*'s page of *event*."""
        return hmac.compare_digest(self.token(role, event).encode(), token.encode())

    def sign(self, text: str) -> str:
        """*text* with a seal that only this installation can make, for a cookie."""
        seal = base64.urlsafe_b64encode(self._mac(f"cookie|{text}")[:15]).decode()
        return f"{text}.{seal}"

    def unsign(self, sealed: str) -> str:
        """The text within a seal, or an empty text when the seal is not ours."""
        text, _, _ = sealed.rpartition(".")
        return text if text and hmac.compare_digest(self.sign(text).encode(), sealed.encode()) else ""

    def hide(self, text: str) -> str:
        """*text* so that only this installation can read it again: for a journal that others may read."""
        return self._box.encrypt(text.encode()).decode("ascii")

    def reveal(self, hidden: str) -> str:
        """The text that `hide` was given. Raises `NotAllowed` when it was not hidden under this secret."""
        try:
            return self._box.decrypt(hidden.encode("ascii")).decode()
        except (InvalidToken, ValueError) as error:
            raise NotAllowed("this was written under another secret") from error

    def mark(self, text: str) -> str:
        """The same short mark for the same *text*, from which nobody else can tell the text."""
        return base64.b32encode(self._mac(f"mark|{text}")[:15]).decode().lower()

    @cached_property
    def _box(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self._mac("box")))

    def _mac(self, text: str) -> bytes:
        """HMAC-SHA-256 under the secret."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text.encode())
        outer.update(inner.digest())
        return outer.digest()


def kol_key(event: Event) -> str:
    """What the token of a KOL's page is made for: the event and the KOL's name."""
    return f"{event.id}|{event.kol.name}"


def owner_link(settings: Settings) -> str:
    """The owner's private link, for the terminal."""
    return Links(settings).owner()


def _keyed(secret: bytes) -> tuple[hashlib._Hash, hashlib._Hash]:
    """Both hashes of an HMAC (RFC 2104) as they stand before a text comes, to be copied for each: what is sealed here
    is short, and to begin with the key each time costs three times as much."""
    block = secret.ljust(64, b"\0")
    return hashlib.sha256(bytes(byte ^ 0x36 for byte in block)), hashlib.sha256(bytes(byte ^ 0x5C for byte in block))


def _secret(path: Path) -> bytes:
    try:
        if not path.exists():
            _make_secret(path)
        text = path.read_bytes().decode("ascii", errors="replace").strip()
    except OSError as error:
        raise WrongUse(f"{path} cannot be used: {error.strerror}; it must be a file that only you can read") from error
    # An empty secret would seal every link with a key that everybody knows.
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise WrongUse(
            f"{path} is not a secret of 64 hexadecimal digits; put it back from your backup, or remove it: "
            "a new one is made, and every private link and seat given out before is lost"
        )
    return bytes.fromhex(text)


def _make_secret(path: Path) -> None:
    """Put a whole secret at *path* or nothing, even if the power fails now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"secret.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        fresh.touch(mode=0o600)
        with fresh.open("w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        # A hard link fails when another process was first: both then read the same secret.
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
