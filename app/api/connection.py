"""One connection: what whoever is on the network may leave unfinished, in bytes and in time.

The server below us reads a request's head for as long as one is sent, of any size, and waits for its end for ever; a
few connections would take all memory. It stands behind a proxy that knows better, but need not rely on it.
"""

import asyncio
from datetime import timedelta
from typing import Any

import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

log = structlog.get_logger(__name__)

# Address and headers together. Our own requests have one or two thousand bytes, platforms' challenges too.
LARGEST_HEAD = 64 * 1024
HEAD_LIMIT = timedelta(seconds=20)
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\n"
ENDING = b"content-length: 0\r\nconnection: close\r\n\r\n"


class BoundedConnection(HttpToolsProtocol):
    """Ends the connection where a head is too large or too slow to come, and takes no headers after a body.

    How long a body may take, and how large it may be, is for whoever reads it.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        # What has come since a head, or a part of a body, was complete.
        self._unfinished = 0
        self._is_in_body = False
        self._is_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the server does
        """A first request must come."""
        super().connection_made(transport)
        self._wait_for_end()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless too much of it belongs to nothing that is complete."""
        self._unfinished += len(data)
        super().data_received(data)
        if self._unfinished > LARGEST_HEAD:
            self._end(TOO_LARGE, "too_large")
        elif (self._unfinished or self._is_in_body) and self._is_idle and self._is_late is None:
            self._wait_for_end()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header. What comes after the body has passed no proxy that looks at headers: nothing there counts."""
        if not self._is_in_body:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._unfinished = 0
        self._is_in_body = True
        self._wait_no_more()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of the body is whole."""
        self._unfinished = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole, and another may follow."""
        self._unfinished = 0
        self._is_in_body = False
        self._wait_no_more()
        super().on_message_complete()

    @property
    def _is_idle(self) -> bool:
        """Whether no request is worked on; one may have been answered before all of it came."""
        return self.cycle is None or self.cycle.response_complete

    def _wait_for_end(self) -> None:
        self._is_late = self.loop.call_later(HEAD_LIMIT.total_seconds(), self._came_too_late)

    def _wait_no_more(self) -> None:
        if self._is_late is not None:
            self._is_late.cancel()
            self._is_late = None

    def _came_too_late(self) -> None:
        self._is_late = None
        # The beginning of a next request may wait for the answer to this one.
        if self._is_idle:
            self._end(TOO_SLOW, "too_slow")

    def _end(self, status: bytes, why: str) -> None:
        self._wait_no_more()
        if self.transport.is_closing():
            return
        log.warning("connection_ended", why=why)
        if self._is_idle and not self._is_in_body:
            self.transport.write(status + ENDING)
        self.transport.close()
