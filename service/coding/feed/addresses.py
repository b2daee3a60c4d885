"""Where deliveries may go: this machine and private networks, unless a setting names a host beyond them.

A host's addresses are looked up once for a delivery, all of them must be allowed, and the connection goes to the one
that was looked at: a name that leads elsewhere the next time (DNS rebinding) leads nowhere.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

LONGEST_URL = 500
_LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
_PRIVATE = (
    *_LOOPBACK,
    *(ip_network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")),
)
"""RFC 1918 and RFC 4193. Link-local addresses are not among them."""
_METADATA = tuple(
    ip_network(one) for one in ("169.254.169.254/32", "fd00:ec2::/32", "fd20:ce::254/128", "fd00:42::42/128")
)
"""Where clouds give out keys to the machines in them: most by IPv4; by IPv6 Amazon (its whole range of such services),
Google and Scaleway, within RFC 4193."""

Resolve = Callable[[str, int], Collection[str]]
"""Gives the addresses of a host."""


class NotAllowed(Exception):  # noqa: N818 - reads as what happened
    """Nothing may be sent there; ``str()`` says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """The parts of a webhook's URL."""

    scheme: str
    host: str
    port: int
    path: str


def place_of(url: str) -> Place:
    """The parts of the URL. Raises :class:`NotAllowed`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotAllowed("It is no URL.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotAllowed("It has to begin with http:// or https://, and to name a host.")
    if parts.username or parts.password or parts.fragment or len(url) > LONGEST_URL:
        raise NotAllowed(f"It may have no password, no #, and {LONGEST_URL} characters at most.")
    if not url.isascii() or any(character <= " " for character in url):
        raise NotAllowed("It may hold no spaces, and no characters beyond ASCII.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(parts.scheme, parts.hostname, port or {"http": 80, "https": 443}[parts.scheme], path)


def addresses_of(host: str, port: int) -> tuple[str, ...]:
    """The addresses of a host as this machine knows them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))


def address_to_use(place: Place, further_hosts: Collection[str], resolve: Resolve = addresses_of) -> str:
    """The address to connect to. Raises :class:`NotAllowed`, OSError where the host is not known.

    ``further_hosts`` may lie beyond private networks; they are spoken to over TLS only.
    """
    found = [_plain(one) for one in resolve(place.host, place.port)]
    if not found:
        raise OSError("no address")
    if any(one in network for network in _METADATA for one in found):
        raise NotAllowed("A cloud gives out its keys there. Nothing is sent to it.")
    if place.host in further_hosts:
        if place.scheme != "https":
            raise NotAllowed("Beyond this machine and private networks it has to be https.")
        return str(found[0])
    if not all(any(one in network for network in _PRIVATE) for one in found):
        raise NotAllowed(
            "It leads out of this machine and its private networks. If it should, name its host in LYTT_WEBHOOK_HOSTS."
        )
    return str(found[0])


def _plain(address: str) -> IPv4Address | IPv6Address:
    """An IPv4 address that is written as an IPv6 one is what it is."""
    found = ip_address(address.partition("%")[0])
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
