"""Whether a URL leads outside: which host it names, and which addresses that name means."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from salon.channels import Outcome, Result
from salon.channels.http import AWAY
from salon.errors import WrongUse

#: Host and port → the addresses that it means. Raises OSError.
Resolve = Callable[[str, int], Awaitable[list[str]]]

_URL = re.compile(r"https://([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?::([0-9]{1,5}))?(/[A-Za-z0-9/._~=?&+,-]*)?")
_WHAT = "address: write a URL like https://hooks.example.org/salon, without name, fragment, % or .. in it"
#: Ranges in which an address of IPv4 is hidden that may lead inside (NAT64, 6to4 and its relays), and the old ones of
#: a site's own.
_HIDING = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "2002::/16", "192.88.99.0/24", "fec0::/10")))


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a URL leads."""

    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """As it stands in the header `Host`."""
        return self.host if self.port == 443 else f"{self.host}:{self.port}"


def place_of(url: str) -> Place:
    """*url* taken apart. Raises `WrongUse` saying what to write; without the URL, for it may hold a secret."""
    found = _URL.fullmatch(url)
    if not found or ".." in url or len(url) > 500 or not 0 < int(found[2] or 443) < 65536:
        raise WrongUse(_WHAT)
    return Place(host=found[1], port=int(found[2] or 443), path=found[3] or "/")


def allowed_hosts(text: str) -> frozenset[str]:
    """The hosts in *text*, with commas or spaces between them: `hooks.example.org, other.example.org:8443`."""
    return frozenset(host.lower().removesuffix(":443") for host in re.split(r"[,\s]+", text) if host)


async def resolved(host: str, port: int) -> list[str]:
    """What the machine's resolver says."""
    loop = asyncio.get_running_loop()
    rows = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(row[4][0]) for row in rows]


async def outside_of(place: Place, resolve: Resolve, timeout: float) -> str | Outcome:
    """*place* as a URL of one of its addresses, if all of them are outside; else why nothing is sent there."""
    try:
        addresses = await asyncio.wait_for(resolve(place.host, place.port), timeout)
    except OSError:
        return Outcome(result=Result.RETRY, detail="its name could not be resolved", wait=AWAY)
    except UnicodeError:
        return Outcome(result=Result.REFUSED, detail="its name makes no sense")
    if not addresses or not all(map(is_outside, addresses)):
        return Outcome(result=Result.REFUSED, detail="its name leads to an address that is not public")
    first = addresses[0]
    return f"https://{f'[{first}]' if ':' in first else first}:{place.port}{place.path}"


def is_outside(address: str) -> bool:
    """Whether *address* is one of the public network, and no other is hidden in it."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        return is_outside(str(found.ipv4_mapped))
    if any(found in hiding for hiding in _HIDING):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved
