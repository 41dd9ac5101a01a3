"""Links that people open: the public ones behind codes, and private ones that only their holder can know."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from salon.errors import NotAllowed
from salon.settings import Settings

#: Letters of a live code: no 0/o, 1/l/i, which people mix up when they type.
CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def new_code() -> str:
    """A random live code: eight letters, short enough for a QR code that always scans."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(8))


class Links:
    """Makes and checks the installation's links. The secret is made once and lies in the home folder (0600)."""

    def __init__(self, settings: Settings) -> None:
        self._base = settings.public_url
        self._secret = _secret(settings.home / "secret")

    def door(self, code: str) -> str:
        """What a group's QR code says; its target may change, the link never does."""
        return f"{self._base}/c/{code}"

    def room(self, event: str) -> str:
        """The room's page."""
        return f"{self._base}/room/{event}"

    def report(self, event: str) -> str:
        """The report's page."""
        return f"{self._base}/report/{event}"

    def host(self, event: str) -> str:
        """The host's private page."""
        return f"{self._base}/host/{event}/{self.token('host', event)}"

    def kol(self, event: str) -> str:
        """The KOL's private page: brief, confirmation, and the room."""
        return f"{self._base}/kol/{event}/{self.token('kol', event)}"

    def owner(self) -> str:
        """The owner's private page."""
        return f"{self._base}/owner/{self.token('owner', '')}"

    def token(self, role: str, event: str) -> str:
        """What opens *role*'s page of *event*; the same each time."""
        return base64.b32encode(self._mac(f"{role}|{event}")[:15]).decode().lower()

    def check(self, role: str, event: str, token: str) -> None:
        """Raise `NotAllowed` unless *token* opens *role*'s page of *event*."""
        if not hmac.compare_digest(self.token(role, event).encode(), token.encode()):
            raise NotAllowed

    def sign(self, text: str) -> str:
        """*text* with a seal that only this installation can make, for a cookie."""
        seal = base64.urlsafe_b64encode(self._mac(f"cookie|{text}")[:15]).decode()
        return f"{text}.{seal}"

    def unsign(self, sealed: str) -> str:
        """The text within a seal, or an empty text when the seal is not ours."""
        text, _, _ = sealed.rpartition(".")
        return text if text and hmac.compare_digest(self.sign(text).encode(), sealed.encode()) else ""

    def _mac(self, text: str) -> bytes:
        return hmac.digest(self._secret, text.encode(), hashlib.sha256)


def owner_link(settings: Settings) -> str:
    """The owner's private link, for the terminal."""
    return Links(settings).owner()


def _secret(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_name(f"secret.{os.getpid()}.{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(32), encoding="ascii")
        try:
            # A hard link fails when another process was first: both then read the same secret.
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return bytes.fromhex(path.read_text(encoding="ascii"))
