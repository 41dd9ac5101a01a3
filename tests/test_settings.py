"""What an installation is told from outside: what makes no sense is refused, naming the variable."""

from __future__ import annotations

import pytest

from salon.errors import WrongUse
from salon.settings import Settings


@pytest.mark.parametrize(
    "address",
    [
        "https://",
        "https:///salon",
        "http://:8600",
        "https://salon.example.org:eight",
        "http://[::1",
        "https://salon.example.org/?a",
        "https://salon.example.org/#a",
        "https://salon example.org",
        "ftp://salon.example.org",
        "salon.example.org",
    ],
)
def test_an_address_that_no_link_can_begin_with_is_refused(address: str) -> None:
    with pytest.raises(WrongUse) as refused:
        Settings.from_env({"SALON_PUBLIC_URL": address})
    assert refused.value.exit_code == 2
    assert str(refused.value) == (f"SALON_PUBLIC_URL: {address!r} is not an address; write https://salon.example.org")


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("https://salon.example.org/", "https://salon.example.org"),
        ("http://[::1]:8600", "http://[::1]:8600"),
        ("https://example.org:8443/salon/", "https://example.org:8443/salon"),
    ],
)
def test_links_begin_with_the_public_address(told: str, address: str) -> None:
    assert Settings.from_env({"SALON_PUBLIC_URL": told}).public_url == address


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("", "http://127.0.0.1:8601"),
        ("127.0.0.1", "http://127.0.0.1:8601"),
        ("0.0.0.0", "http://127.0.0.1:8601"),
        ("::", "http://[::1]:8601"),
        ("::1", "http://[::1]:8601"),
        ("localhost", "http://localhost:8601"),
    ],
)
def test_without_a_public_address_links_lead_to_where_the_web_room_listens(host: str, address: str) -> None:
    settings = Settings.from_env({"SALON_WEB_HOST": host, "SALON_WEB_PORT": "8601"})
    assert (settings.web_url, settings.public_url) == (address, address)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "eight", "\uff18\uff16", "1.5"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(WrongUse, match=r"SALON_WEB_PORT: .* is not a port; write a number from 1 to 65535"):
        Settings.from_env({"SALON_WEB_PORT": port})


def test_a_child_is_told_the_same_settings() -> None:
    settings = Settings.from_env({"SALON_HOME": "house", "SALON_WEB_HOST": "::1", "SALON_PREFECT_PORT": "4300"})
    assert Settings.from_env(settings.as_env()) == settings
