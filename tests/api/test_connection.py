"""What somebody who speaks HTTP badly on purpose can leave unfinished: a little, for a while."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs

from app.api import connection
from app.api.connection import LARGEST_HEAD, BoundedConnection

LIMIT = timedelta(seconds=0.3)
ENOUGH = 50 * LARGEST_HEAD
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"


async def answering(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the names of the headers that it finds once it has read the body; below `/early` unread."""
    if scope["type"] != "http":
        return
    while scope["path"] != "/early" and (await receive()).get("more_body"):
        pass
    if scope["path"] == "/slow":
        await asyncio.sleep(3 * LIMIT.total_seconds())
    names = b" ".join(name for name, _ in scope["headers"])
    length = str(len(names)).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
    await send({"type": "http.response.body", "body": names})


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(connection, "HEAD_LIMIT", LIMIT)
    config = uvicorn.Config(
        answering, port=0, log_config=None, lifespan="off", http=BoundedConnection, ws="none", timeout_keep_alive=1
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  (uvicorn tells it by this attribute alone)
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await running


async def answers(port: int, *parts: bytes, endlessly: bytes = b"", pause: float = 0.0) -> tuple[bytes, int]:
    """What comes back until the other side hangs up, and how much of what was to be sent it took."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    sent = 0
    for part in parts:
        writer.write(part)
        await writer.drain()
    with suppress(ConnectionError):
        while endlessly and sent < ENOUGH and not reader.at_eof():
            writer.write(endlessly)
            await writer.drain()
            sent += len(endlessly)
            await asyncio.sleep(pause)
    came = b""
    with suppress(ConnectionError):
        while part := await asyncio.wait_for(reader.read(65536), 5):
            came += part
    writer.close()
    return came, sent


@pytest.mark.parametrize(
    ("begin", "endless"),
    [
        (b"GET /", b"a" * 8192),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: ", b"a" * 8192),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", b"X-Many: a\r\n" * 700),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n", b"X-Trailer: a\r\n" * 600),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;ext=", b"a" * 8192),
    ],
    ids=["address", "value", "headers", "trailers", "chunk extension"],
)
async def test_a_head_without_end_is_cut_off(port: int, begin: bytes, endless: bytes) -> None:
    with capture_logs() as lines:
        _, sent = await answers(port, begin, endlessly=endless)

    # What lies in the network's own buffers was sent as well.
    assert sent < ENOUGH
    assert ("connection_ended", "too_large") in [(line["event"], line.get("why")) for line in lines]


@pytest.mark.parametrize("begin", [b"", b"GE", b"GET / HTTP/1.1\r\nHost: x\r\nX-Half: "])
async def test_a_head_that_does_not_come_is_not_waited_for(port: int, begin: bytes) -> None:
    came, _ = await answers(port, begin)

    assert came.startswith(b"HTTP/1.1 408 ")


async def test_a_head_that_comes_byte_by_byte_is_not_waited_for(port: int) -> None:
    _, sent = await answers(port, b"GET / HTTP/1.1\r\nX-Slow: ", endlessly=b"a", pause=0.02)

    assert sent < 50


async def test_a_body_that_nobody_reads_any_more_does_not_hold_the_connection(port: int) -> None:
    begin = b"POST /early HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"

    _, sent = await answers(port, begin, endlessly=b"a", pause=0.02)

    assert sent < 50


async def test_headers_after_a_body_count_for_nothing(port: int) -> None:
    sent = (
        HEAD
        + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n"
    )

    came, _ = await answers(port, sent)

    assert came.startswith(b"HTTP/1.1 200 ")
    assert came.endswith(b"host connection transfer-encoding")


async def test_a_connection_serves_one_request_after_another(port: int) -> None:
    one = HEAD + b"Content-Length: 3\r\n\r\nabc"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    for begin, rest in ((one, b""), (one[:20], one[20:]), (one[:-2], one[-2:]), (one + one[:30], one[30:])):
        writer.write(begin)
        await asyncio.sleep(0.05)
        writer.write(rest)
        for _ in range((begin + rest).count(HEAD)):
            answer = await asyncio.wait_for(reader.readuntil(b"host content-length"), 5)
            assert answer.startswith(b"HTTP/1.1 200 ")
    writer.close()


async def test_an_answer_that_takes_long_is_not_cut_off_by_what_comes_after_it(port: int) -> None:
    slow = b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"

    came, _ = await answers(port, slow + b"GET / HT")

    assert came.startswith(b"HTTP/1.1 200 ")
