"""Secrets of the channels: from the environment, into which flows put those of Prefect's Secret blocks.

`telegram-token` is `SALON_TELEGRAM_TOKEN` in the environment and the block `salon-telegram-token` in Prefect. A
secret is never a parameter, and stands in no log, error, page or journal.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from salon.errors import WrongUse

#: What the names of our blocks begin with.
PREFIX = "salon-"


@dataclass(frozen=True)
class Secrets:
    """Hands out secrets by name; nothing of it can be printed."""

    _env: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def get(self, name: str) -> str:
        """The secret *name*, or an empty text."""
        return self._env.get(variable(name), "").strip()

    def need(self, name: str) -> str:
        """The secret *name*. Raises `WrongUse` saying where to put it."""
        found = self.get(name)
        if not found:
            raise WrongUse(
                f"{variable(name)} is not set; put it there, or into the Prefect Secret block {block(name)!r}"
            )
        return found


#: What a placeholder must look like where it is not a word or a web address.
_SHAPES = {"SALON_MAIL_URL": "starttls://example.org:587", "SALON_MAIL_FROM": "salon@example.org"}


class _Placeholders(dict[str, str]):
    """An environment in which every variable is set to something that opens nothing."""

    def get(self, name: str, default: Any = None) -> Any:
        return _SHAPES.get(name, "https://example.org" if name.endswith("_URL") else "x")


def placeholders() -> Secrets:
    """Secrets that open nothing: enough to ask a channel what it can do."""
    return Secrets(_Placeholders())


def variable(name: str) -> str:
    """Name of the variable that holds the secret *name*: `SALON_TELEGRAM_TOKEN`."""
    return f"SALON_{name.upper().replace('-', '_')}"


def block(name: str) -> str:
    """Name of the Prefect Secret block that holds it: `salon-telegram-token`."""
    return f"{PREFIX}{name}"
