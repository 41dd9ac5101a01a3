"""What one installation is told from outside: where it lives, which database, which addresses."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from salon.errors import WrongUse
from salon.shipped import OWN_TEMPLATES


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of one installation; every one has a working default."""

    #: Holds the database, the secret, Prefect's own files, the outbox, reports and logs.
    home: Path
    #: `sqlite:///PATH` or `postgresql://…`.
    database: str
    web_host: str = "127.0.0.1"
    web_port: int = 8600
    #: What stands in front of every link that people open; no slash at the end.
    public_url: str = "http://127.0.0.1:8600"
    prefect_port: int = 4200
    #: An owner's own templates, which go before the shipped ones file by file; None: none.
    templates: Path | None = None
    #: Empty: the wall clock. A path: the film clock of a rehearsal (`salon.clock`).
    clock: str = ""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read `SALON_*` variables. Raises `WrongUse` naming the variable that makes no sense."""
        env = os.environ if env is None else env
        home = Path(env.get("SALON_HOME") or ".salon").absolute()
        host, port = env.get("SALON_WEB_HOST") or "127.0.0.1", _port(env, "SALON_WEB_PORT", 8600)
        return cls(
            home=home,
            database=_database(env.get("SALON_DATABASE_URL") or f"sqlite:///{home / 'salon.db'}"),
            web_host=host,
            web_port=port,
            public_url=_url(env.get("SALON_PUBLIC_URL") or _web_url(host, port)),
            prefect_port=_port(env, "SALON_PREFECT_PORT", 4200),
            templates=_folder(env, OWN_TEMPLATES),
            clock=env.get("SALON_CLOCK") or "",
        )

    def as_env(self) -> dict[str, str]:
        """The same settings as variables, for a child process."""
        return {
            "SALON_HOME": str(self.home),
            "SALON_DATABASE_URL": self.database,
            "SALON_WEB_HOST": self.web_host,
            "SALON_WEB_PORT": str(self.web_port),
            "SALON_PUBLIC_URL": self.public_url,
            "SALON_PREFECT_PORT": str(self.prefect_port),
            OWN_TEMPLATES: str(self.templates or ""),
            "SALON_CLOCK": self.clock,
        }

    @property
    def web_url(self) -> str:
        """Where this machine itself reaches the web room; no slash at the end."""
        return _web_url(self.web_host, self.web_port)

    @property
    def outbox(self) -> Path:
        """Where the `folder` channel lays what is ready to send."""
        return self.home / "outbox"

    @property
    def reports(self) -> Path:
        """One folder per event with its report."""
        return self.home / "reports"

    @property
    def posters(self) -> Path:
        """One folder per event with a picture per group."""
        return self.home / "posters"


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise WrongUse(f"{name}: {text!r} is not a port; write a number from 1 to 65535")
    return int(text)


def _folder(env: Mapping[str, str], name: str) -> Path | None:
    """A folder that is there, absolute: flows run in a folder of their own."""
    if not env.get(name):
        return None
    folder = Path(env[name]).absolute()
    if not folder.is_dir():
        raise WrongUse(f"{name}: {env[name]!r} is no folder; make it, or leave the variable out")
    return folder


def _web_url(host: str, port: int) -> str:
    """Who listens everywhere is reached on the machine itself; an IPv6 address stands in brackets (RFC 3986, 3.2.2)."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _url(text: str) -> str:
    if not _is_base(text):
        raise WrongUse(f"SALON_PUBLIC_URL: {text!r} is not an address; write https://salon.example.org")
    return text.rstrip("/")


def _is_base(text: str) -> bool:
    """Whether a path can be put behind *text* to make a link."""
    try:
        parts = urlsplit(text)
        is_port_fine = parts.port != 0
    except ValueError:
        # Brackets that do not close, or a port that is no number.
        return False
    is_plain = not any(c.isspace() or c in "?#" for c in text)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and is_port_fine and is_plain


def _database(url: str) -> str:
    """A relative file becomes absolute: flows run in a folder of their own."""
    scheme = "sqlite:///"
    return f"{scheme}{Path(url.removeprefix(scheme)).absolute()}" if url.startswith(scheme) else url
