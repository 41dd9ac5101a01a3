"""Who asks: a guest is a random key in a sealed cookie, nothing else is known of them."""

from __future__ import annotations

import os
import re
from functools import lru_cache

from salon.links import Links
from salon.web.http import Ask, cookie

_KEY = re.compile(r"[a-z0-9]{20}")
#: Byte → one of 32 letters, each as likely as the others.
_LETTERS = b"abcdefghijklmnopqrstuvwxyz234567" * 8


class Guests:
    """Reads and makes the cookies that a member carries."""

    def __init__(self, links: Links, *, is_secure: bool) -> None:
        self._links, self._is_secure = links, is_secure
        # Whoever is in a room shows the same seal again and again.
        self._unsign = lru_cache(maxsize=20_000)(links.unsign)
        self._keys: list[str] = []

    def known(self, ask: Ask) -> str:
        """The asker's key, or an empty text for somebody new or with a seal that is not ours."""
        key = self._unsign(ask.cookies.get("guest", ""))
        return key if _KEY.fullmatch(key) else ""

    def new(self) -> str:
        """A fresh key: 20 letters, 100 bits."""
        if not self._keys:
            # Many at once: each question to the system lets another thread in, which costs more than all of a claim.
            letters = os.urandom(20 * 200).translate(_LETTERS).decode()
            self._keys = [letters[k : k + 20] for k in range(0, len(letters), 20)]
        return self._keys.pop()

    def cookie(self, guest: str) -> tuple[bytes, bytes]:
        """The cookie that makes *guest* known again, for any event."""
        return cookie("guest", self._links.sign(guest), is_secure=self._is_secure)

    def seat_cookies(self, ask: Ask, event: str, guest: str, seat: int) -> tuple[tuple[bytes, bytes], ...]:
        """The seat number under seal, unless the asker has it: what a member can show; the ledger stays the truth."""
        if not seat:
            return ()
        sealed = self._links.sign(f"{seat}~{guest}")
        if ask.cookies.get(f"seat-{event}") == sealed:
            return ()
        return (cookie(f"seat-{event}", sealed, days=30, is_secure=self._is_secure),)
