"""The only way out of a captured page: a small forward proxy on this machine, one for each capture.

Every request of the page, redirects, frames, scripts and web sockets too, is resolved here, its addresses are looked
at, and the connection goes to the very address that was looked at (see `app.outward`). What comes in is counted.
"""

import asyncio
import base64
import hmac
import secrets
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.errors import AddressForbiddenError, CaptureProblem
from app.evidence.pages.chromium import LOOPBACK
from app.outward import Address, Allowed, Resolve, looked_at, resolve

LARGEST_HEAD = 64 * 1024
MOST_CONNECTIONS = 100
CONNECT_SECONDS = 5.0
AT_ONCE = 64 * 1024
# For a browser on another machine; it then needs the password.
ALL_INTERFACES = "0.0.0.0"  # noqa: S104  # whoever else connects has no password
# They speak of one connection, not of the message that is passed on.
_OF_THE_CONNECTION = frozenset(
    {b"connection", b"keep-alive", b"proxy-connection", b"proxy-authorization", b"proxy-authenticate", b"te"}
)
# Where the connection must not be kept, so that each request is looked at.
_CLOSE = (b"Connection", b"close")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a browser reaches the gateway; name and password where others could reach it too."""

    server: str
    username: str | None = None
    password: str | None = None


class Gateway:
    """One capture's way out. `problem`: what it had to refuse, a private address or more bytes than allowed."""

    def __init__(self, *, allowed: Allowed, most_bytes: int, resolve: Resolve = resolve) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._left = most_bytes
        self._open: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._credentials: bytes | None = None
        self.problem: CaptureProblem | None = None

    @asynccontextmanager
    async def listening(self, host: str = "127.0.0.1") -> AsyncIterator[Way]:
        """Take connections until the block ends; `host` is under which the browser reaches this machine."""
        is_ours_alone = host in LOOPBACK
        server = await asyncio.start_server(
            self._connected, host if is_ours_alone else ALL_INTERFACES, 0, limit=LARGEST_HEAD
        )
        port = server.sockets[0].getsockname()[1]
        way = Way(server=f"http://{host}:{port}")
        if not is_ours_alone:
            way = Way(server=way.server, username="nobet", password=secrets.token_urlsafe(16))
            self._credentials = b"Basic " + base64.b64encode(f"{way.username}:{way.password}".encode())
        try:
            yield way
        finally:
            server.close()
            self._hang_up()
            serving = list(self._serving)
            for task in serving:
                task.cancel()
            await asyncio.gather(*serving, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._serving) >= MOST_CONNECTIONS:
            writer.transport.abort()
            return
        task = asyncio.create_task(self._connection(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    def _hang_up(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one request, then close: a browser opens another connection for the next."""
        self._open.add(writer)
        try:
            await self._request(reader, writer)
        except (OSError, EOFError, ValueError, IndexError, asyncio.LimitOverrunError, asyncio.IncompleteReadError):
            # Either side hung up, or spoke no HTTP; the page has to do without.
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        method, target, headers = _parsed_request(await reader.readuntil(b"\r\n\r\n"))
        if not self._is_the_browser(headers):
            writer.write(_answer(b"407 Proxy Authentication Required", (b"Proxy-Authenticate", b"Basic realm=nobet")))
            return
        if method == b"CONNECT":
            host, port = _authority(target)
        else:
            parts = urlsplit(target.decode("ascii"))
            host, port = parts.hostname or "", parts.port or 80
            if parts.scheme != "http" or not host:
                raise ValueError("a proxy is asked for whole addresses")
        try:
            addresses = await looked_at(host, port, allowed=self._allowed, resolve=self._resolve)
            far_reader, far_writer = await _connected(addresses, port)
        except AddressForbiddenError:
            self.problem = self.problem or CaptureProblem.PRIVATE_ADDRESS
            writer.write(_answer(b"403 Forbidden"))
            return
        except (OSError, TimeoutError):
            writer.write(_answer(b"502 Bad Gateway"))
            return
        self._open.add(far_writer)
        try:
            if method == b"CONNECT":
                writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
                await _first_end(self._in(far_reader, writer), _out(reader, far_writer))
            else:
                far_writer.write(_passed_on(method, target, headers))
                await _first_end(self._answer(far_reader, writer), _body(reader, far_writer, headers))
        finally:
            self._open.discard(far_writer)
            far_writer.close()

    def _is_the_browser(self, headers: Sequence[tuple[bytes, bytes]]) -> bool:
        given = next((value for name, value in headers if name.lower() == b"proxy-authorization"), b"")
        return self._credentials is None or hmac.compare_digest(given, self._credentials)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass an answer on, marked as the connection's last."""
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            self._count(len(head))
            status, _, rest = head.partition(b"\r\n")
            if not status.split(b" ")[1].startswith(b"1"):
                break
        headers = [(name, value) for name, value in _headers(rest) if name.lower() not in _OF_THE_CONNECTION]
        writer.write(_head(status, [*headers, _CLOSE]))
        await self._in(reader, writer)

    async def _in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(AT_ONCE):
            self._count(len(data))
            writer.write(data)
            await writer.drain()

    def _count(self, size: int) -> None:
        """Take it off what may still come. Raises OSError, and ends everything, where that is spent."""
        self._left -= size
        if self._left < 0:
            self.problem = CaptureProblem.TOO_LARGE
            self._hang_up()
            raise OSError("more than a page may have")


async def _connected(addresses: Sequence[Address], port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the first of the addresses that takes one."""
    for address in addresses[:-1]:
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(CONNECT_SECONDS):
                return await asyncio.open_connection(str(address), port, limit=LARGEST_HEAD)
    async with asyncio.timeout(CONNECT_SECONDS):
        return await asyncio.open_connection(str(addresses[-1]), port, limit=LARGEST_HEAD)


async def _first_end(coming: Coroutine[None, None, None], going: Coroutine[None, None, None]) -> None:
    """Let both directions run until what comes has ended; what still goes then leads nowhere."""
    inwards, outwards = asyncio.create_task(coming), asyncio.create_task(going)
    try:
        await inwards
    finally:
        outwards.cancel()
        inwards.cancel()
        await asyncio.wait([outwards, inwards])


async def _out(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(AT_ONCE):
        writer.write(data)
        await writer.drain()
    with suppress(OSError):
        writer.write_eof()


async def _body(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, headers: Sequence[tuple[bytes, bytes]]
) -> None:
    """Pass the request's body on, and nothing that comes behind it: that would be another request."""
    left = next((int(value) for name, value in headers if name.lower() == b"content-length"), 0)
    while left > 0 and (data := await reader.read(min(left, AT_ONCE))):
        left -= len(data)
        writer.write(data)
        await writer.drain()


def _parsed_request(head: bytes) -> tuple[bytes, bytes, list[tuple[bytes, bytes]]]:
    first, _, rest = head.partition(b"\r\n")
    method, target, _ = first.split(b" ")
    headers = _headers(rest)
    if any(name.lower() == b"transfer-encoding" for name, _ in headers):
        raise ValueError("where its body ends is not known")
    return method, target, headers


def _headers(lines: bytes) -> list[tuple[bytes, bytes]]:
    found = []
    for line in lines.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if colon:
            found.append((name, value.strip()))
    return found


def _authority(target: bytes) -> tuple[str, int]:
    host, _, port = target.decode("ascii").rpartition(":")
    return host.strip("[]"), int(port)


def _passed_on(method: bytes, target: bytes, headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    """The request as its server takes it: the path alone, and the connection to be closed."""
    parts = urlsplit(target.decode("ascii"))
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    kept = [(name, value) for name, value in headers if name.lower() not in _OF_THE_CONNECTION]
    return _head(method + b" " + path.encode("ascii") + b" HTTP/1.1", [*kept, _CLOSE])


def _answer(status: bytes, *headers: tuple[bytes, bytes]) -> bytes:
    return _head(b"HTTP/1.1 " + status, [*headers, (b"Content-Length", b"0"), _CLOSE])


def _head(first: bytes, headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    return b"\r\n".join([first, *(name + b": " + value for name, value in headers), b"", b""])
