"""A real Matrix homeserver for tests: Synapse on a free loopback port, made, started and stopped by itself.

It lives in a virtual environment of its own, `.synapse/`, out of `requirements-synapse.lock`: `make synapse`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
from tests.servers import free_port

ROOT = Path(__file__).parent.parent
PYTHON = Path(os.environ.get("SALON_SYNAPSE", ROOT / ".synapse")) / "bin" / "python"
SECRET = "registration, in tests only"
#: Its own default limits stand (`rc_message` 0.2/s, 10 at once): being refused by them is what is tested.
CONFIG = """
server_name: salon.test
pid_file: synapse.pid
listeners:
  - {{port: {port}, tls: false, type: http, bind_addresses: [127.0.0.1], resources: [{{names: [client, media]}}]}}
database: {{name: sqlite3, args: {{database: homeserver.db}}}}
log_config: log.yaml
media_store_path: media
signing_key: "ed25519 a_salon {key}"
registration_shared_secret: "{secret}"
report_stats: false
trusted_key_servers: []
bcrypt_rounds: 4
url_preview_enabled: false
enable_metrics: false
presence: {{enabled: false}}
"""
LOGS = """
version: 1
handlers: {file: {class: logging.FileHandler, filename: synapse.log}}
root: {level: WARNING, handlers: [file]}
disable_existing_loggers: false
"""


class Synapse:
    """One homeserver with SQLite, its data in a folder of its own."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="salon-synapse-"))
        self._port = free_port()
        key = base64.b64encode(os.urandom(32)).decode().rstrip("=")
        (self._folder / "homeserver.yaml").write_text(CONFIG.format(port=self._port, secret=SECRET, key=key))
        (self._folder / "log.yaml").write_text(LOGS)
        command = [PYTHON, "-m", "synapse.app.homeserver", "-c", "homeserver.yaml"]
        with (self._folder / "out.log").open("wb") as log:
            self._server = subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log)
        self._wait()

    @property
    def url(self) -> str:
        """Address of the client-server API."""
        return f"http://127.0.0.1:{self._port}"

    def user(self, name: str) -> str:
        """Register *name*; returns an access token. Each user has a rate limit of its own."""
        nonce = httpx.get(f"{self.url}/_synapse/admin/v1/register").json()["nonce"]
        said = "\0".join((nonce, name, "a password", "notadmin")).encode()
        mac = hmac.new(SECRET.encode(), said, hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": name, "password": "a password", "admin": False, "mac": mac}
        return str(httpx.post(f"{self.url}/_synapse/admin/v1/register", json=body).json()["access_token"])

    def ask(self, token: str, method: str, path: str, body: Any = None) -> Any:
        """One call as a user; returns its JSON."""
        content = None if body is None else json.dumps(body)
        reply = httpx.request(method, self.url + path, content=content, headers={"Authorization": f"Bearer {token}"})
        return reply.json()

    def picture(self, token: str, mxc: str) -> bytes:
        """What lies under an `mxc://` address."""
        path = f"/_matrix/client/v1/media/download/{mxc.removeprefix('mxc://')}"
        return httpx.get(self.url + path, headers={"Authorization": f"Bearer {token}"}).raise_for_status().content

    def messages(self, token: str, room: str) -> list[dict[str, Any]]:
        """Every `m.room.message` of *room*, oldest first; of a redacted one the content is empty."""
        found = self.ask(token, "GET", f"/_matrix/client/v3/rooms/{room}/messages?dir=f&limit=200")
        return [event for event in found["chunk"] if event["type"] == "m.room.message"]

    def remove(self) -> None:
        """Stop for good and leave nothing behind."""
        self._server.kill()
        self._server.wait(timeout=20)
        shutil.rmtree(self._folder)

    def _wait(self) -> None:
        end = time.monotonic() + 120
        while True:
            try:
                httpx.get(f"{self.url}/_matrix/client/versions").raise_for_status()
                return
            except httpx.HTTPError as error:
                if time.monotonic() > end or self._server.poll() is not None:
                    raise RuntimeError((self._folder / "out.log").read_text(errors="replace")) from error
                time.sleep(0.05)


def missing() -> str:
    """Why there is no Synapse to test with; empty: there is one."""
    return "" if PYTHON.with_name("synapse_homeserver").is_file() else "no Synapse: run `make synapse`"
