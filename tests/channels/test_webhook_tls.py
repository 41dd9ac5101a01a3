"""The webhook calls the judged address, and believes it only under the certificate of the name."""

from __future__ import annotations

import datetime as dt
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from salon.channels import Announcement, Result, http
from salon.channels.ability import Ability
from salon.channels.webhook import Webhook
from salon.model import Group

HOST = "hooks.example.org"


def certificate(folder: Path) -> Path:
    """A certificate of `HOST` with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    day, now = dt.timedelta(days=1), dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - day, now + day)
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = folder / "both.pem"
    path.write_bytes(pem + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, list[str | None]]]:
    """Port of a receiver under TLS that this machine trusts, and the names under which it was called."""
    path, called = certificate(tmp_path), list[str | None]()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            called.append(self.headers["Host"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    context.sni_callback = lambda _socket, name, _context: called.append(name)  # type: ignore[assignment]
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    # The machine itself is inside, and stands for an address outside here.
    monkeypatch.setattr("salon.channels.webhook.outside.is_outside", lambda address: address == "127.0.0.1")
    http._certificates.cache_clear()
    yield server.server_port, called
    http._certificates.cache_clear()
    server.shutdown()
    server.server_close()
    thread.join()


async def test_the_judged_address_is_called_by_its_name_and_another_name_is_not_believed(
    receiver: tuple[int, list[str | None]],
) -> None:
    port, called = receiver

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    said = Announcement(event="e", name="n", text="t")
    outcomes = []
    for host in (HOST, "other.example.org"):
        channel = Webhook(Ability(timeout=5), frozenset({f"{host}:{port}"}), "x", resolve=resolve)
        group = Group(id="g", name="g", address=f"https://{host}:{port}/in")
        outcomes.append((await channel.say(group, said)).result)
    assert outcomes == [Result.DELIVERED, Result.RETRY]
    assert called == [HOST, f"{HOST}:{port}", "other.example.org"]
