"""Calls to addresses that people type in: they reach the internet, and never a machine behind our own walls.

A host is resolved here, every address that it has is looked at, and the connection is made to the very address that was
looked at: a name that answers differently the second time gains nothing. Redirects come this way again, if followed.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

from app.errors import AddressForbiddenError

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

LAST_PORT = 65535
# RFC 6052: the last four bytes are the IPv4 address that a translator sends the packet to.
_TRANSLATED = ip_network("64:ff9b::/96")


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host as this machine sees them; decimal and octal forms of an address are resolved too."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """Hosts and networks of our own that may be called all the same."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def of(cls, entries: Sequence[str]) -> "Allowed":
        """From names (``pager.ornek.edu.tr``), addresses and networks (``10.20.0.0/16``)."""
        hosts: set[str] = set()
        networks: list[IPv4Network | IPv6Network] = []
        for entry in entries:
            try:
                networks.append(ip_network(entry))
            except ValueError:
                hosts.add(entry.lower())
        return cls(hosts=frozenset(hosts), networks=tuple(networks))

    def has(self, host: str, address: Address) -> bool:
        """Whether the host, or the address that it has, is on the list."""
        return host.lower() in self.hosts or any(address in network for network in self.networks)


class OutwardTransport(httpx.AsyncBaseTransport):
    """Sends requests to public addresses alone. Raises AddressForbiddenError for any other."""

    def __init__(self, *, allowed: Allowed, resolve: Resolve = resolve) -> None:
        self._allowed = allowed
        self._resolve = resolve
        # A kept connection is known by its address; the next host there must prove its own certificate.
        limits = httpx.Limits(max_connections=20, max_keepalive_connections=0)
        self._inner = httpx.AsyncHTTPTransport(verify=trust(), limits=limits)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request to one of its host's addresses; the next is tried where one takes no connection."""
        answer = await self._answer(request)
        # We ask for nothing compressed, and unpack nothing: a kilobyte on the way can be a gigabyte here.
        answer.headers.pop("Content-Encoding", None)
        return answer

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        addresses = await self._addresses(request)
        for address in addresses[:-1]:
            try:
                return await self._inner.handle_async_request(_pinned(request, address))
            except httpx.ConnectError:
                continue
        return await self._inner.handle_async_request(_pinned(request, addresses[-1]))

    async def aclose(self) -> None:
        """Close what is open."""
        await self._inner.aclose()

    async def _addresses(self, request: httpx.Request) -> Sequence[Address]:
        if request.url.scheme not in ("http", "https"):
            raise httpx.UnsupportedProtocol("neither http nor https", request=request)
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        try:
            return await looked_at(request.url.host, port, allowed=self._allowed, resolve=self._resolve)
        except OSError as error:
            raise httpx.ConnectError("the host has no address", request=request) from error


async def looked_at(host: str, port: int, *, allowed: Allowed, resolve: Resolve = resolve) -> Sequence[Address]:
    """The addresses of a host, each of which may be connected to.

    Raises AddressForbiddenError where one of them may not, OSError where the host has none.
    """
    if not 0 < port <= LAST_PORT:
        raise OSError("there is no such port")
    try:
        found = [ip_address(address) for address in dict.fromkeys(await resolve(host, port))]
    except ValueError:  # a label that is too long, an empty one
        found = []
    if not found:
        raise OSError("the host has no address")
    # One forbidden address condemns the name: nobody's public service lives on a private network too.
    if not all(is_public(address) or allowed.has(host, address) for address in found):
        raise AddressForbiddenError
    return found


@cache
def trust() -> ssl.SSLContext:
    """Which certificates are believed: the well-known authorities', read once a process and not by each client."""
    return httpx.create_ssl_context()


def outward_client(*, allowed: Allowed, time_limit_seconds: float, resolve: Resolve = resolve) -> httpx.AsyncClient:
    """A client for addresses that people typed in, without the environment's proxies: those resolve by themselves."""
    return httpx.AsyncClient(
        transport=OutwardTransport(allowed=allowed, resolve=resolve),
        timeout=time_limit_seconds,
        trust_env=False,
        headers={"Accept-Encoding": "identity"},
    )


def is_public(address: Address) -> bool:
    """Whether an address is one of the internet: not private, this machine, this link, a group, or reserved."""
    if isinstance(address, IPv6Address):
        embedded = address.ipv4_mapped or address.sixtofour
        if embedded is None and address in _TRANSLATED:
            embedded = IPv4Address(int(address) & 0xFFFFFFFF)
        if address.teredo is not None or address.is_site_local:
            return False
        if embedded is not None:
            return is_public(embedded)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _pinned(request: httpx.Request, address: Address) -> httpx.Request:
    """The same request to this address; its certificate must still be the host's."""
    return httpx.Request(
        request.method,
        request.url.copy_with(host=str(address)),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": request.url.host},
    )
