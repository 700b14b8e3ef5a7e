"""Whatever a page asks for goes through one door, and that door looks where it leads."""

import asyncio
import gc
from collections.abc import Sequence
from contextlib import suppress

import pytest

from app.errors import CaptureProblem
from app.evidence.pages.gateway import Gateway
from app.outward import Allowed
from tests.evidence.pages.web import html, serving

OURS = Allowed.of(["127.0.0.1"])


async def said(gateway: Gateway, request: bytes, *, host: str = "127.0.0.1") -> bytes:
    """Everything that the gateway answers to a request."""
    async with gateway.listening(host) as way:
        port = int(way.server.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        answer = await reader.read()
        writer.close()
        return answer


def get(url: str, *headers: str) -> bytes:
    lines = [f"GET {url} HTTP/1.1", "Host: any", *headers, "", ""]
    return "\r\n".join(lines).encode()


async def test_a_request_is_passed_on_and_its_answer_is_the_connections_last() -> None:
    async with serving() as web:
        web.pages["/seite"] = "merhaba"

        answer = await said(Gateway(allowed=OURS, most_bytes=10_000), get(f"{web.url}/seite?a=1", "Cookie: k=v"))

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nConnection: close\r\n" in answer
    assert b"merhaba" in answer
    assert web.asked == [["GET /seite?a=1 HTTP/1.1", "Host: any", "Cookie: k=v", "Connection: close"]]


@pytest.mark.parametrize(
    "address",
    ["10.0.0.8", "192.168.1.1", "169.254.169.254", "[::1]", "0", "2130706433", "127.0.0.1", "localhost"],
)
@pytest.mark.parametrize("way", ["GET http://{}/ HTTP/1.1", "CONNECT {}:443 HTTP/1.1"])
async def test_a_private_address_is_not_called(address: str, way: str) -> None:
    gateway = Gateway(allowed=Allowed(), most_bytes=10_000)

    answer = await said(gateway, f"{way.format(address)}\r\nHost: any\r\n\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 403")
    assert gateway.problem is CaptureProblem.PRIVATE_ADDRESS


async def test_a_name_is_called_at_the_address_that_was_looked_at() -> None:
    """A name that answers differently the second time gains nothing: there is no second time."""
    answers = [["127.0.0.1"], ["10.0.0.8"]]

    async def resolve(host: str, port: int) -> Sequence[str]:
        return answers.pop(0)

    async with serving() as web:
        web.pages["/"] = "merhaba"
        allowed = Allowed.of(["127.0.0.1/32"])

        answer = await said(
            Gateway(allowed=allowed, most_bytes=10_000, resolve=resolve), get(f"http://ornek.edu.tr:{web.port}/")
        )

    assert b"merhaba" in answer
    assert answers == [["10.0.0.8"]]


async def test_more_bytes_than_allowed_do_not_come_through() -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            writer.write(b"x" * 100_000)
            await writer.drain()

    gateway = Gateway(allowed=OURS, most_bytes=1_000_000)
    async with serving() as web:
        web.pages["/"] = endless

        with suppress(ConnectionError):
            assert len(await said(gateway, get(f"{web.url}/"))) < 1_100_000

    assert gateway.problem is CaptureProblem.TOO_LARGE


async def test_bytes_of_a_tunnel_are_counted_too() -> None:
    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                writer.write(b"x" * 100_000)
                await writer.drain()
        except OSError:
            writer.close()

    server = await asyncio.start_server(pour, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    gateway = Gateway(allowed=OURS, most_bytes=1_000_000)

    with suppress(ConnectionError):
        answer = await said(gateway, f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\nHost: any\r\n\r\n".encode())
        assert len(answer) < 1_100_000
    server.close()

    assert gateway.problem is CaptureProblem.TOO_LARGE


async def test_a_second_request_behind_the_first_reaches_nobody() -> None:
    """It would go to the first one's server, whatever its own host is."""
    async with serving() as web:
        web.pages |= {"/first": "bir", "/second": "iki"}

        answer = await said(
            Gateway(allowed=OURS, most_bytes=10_000), get(f"{web.url}/first") + get("http://10.0.0.8/second")
        )

        assert b"bir" in answer
        assert web.paths == ["/first"]


async def test_a_server_that_cannot_be_reached_is_no_problem_of_ours() -> None:
    async with serving() as web:
        nobody = web.port
    gateway = Gateway(allowed=OURS, most_bytes=10_000)

    answer = await said(gateway, get(f"http://127.0.0.1:{nobody}/"))

    assert answer.startswith(b"HTTP/1.1 502")
    assert gateway.problem is None


@pytest.mark.parametrize(
    "words", [b"no request\r\n\r\n", b"GET /path HTTP/1.1\r\n\r\n", b"GET ftp://a/ HTTP/1.1\r\n\r\n"]
)
async def test_what_is_no_request_of_a_browser_gets_no_answer(words: bytes) -> None:
    assert await said(Gateway(allowed=OURS, most_bytes=10_000), words) == b""


async def test_a_server_that_speaks_no_http_gets_nothing_through_and_breaks_nothing() -> None:
    async def nonsense(writer: asyncio.StreamWriter) -> None:
        writer.write(b"nonsense\r\n\r\n")

    broken: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: broken.append(context))
    async with serving() as web:
        web.pages["/"] = nonsense

        answer = await said(Gateway(allowed=OURS, most_bytes=10_000), get(f"{web.url}/"))
    gc.collect()

    assert answer == b""
    assert broken == []


async def test_where_others_can_reach_it_a_password_is_asked_for() -> None:
    gateway = Gateway(allowed=OURS, most_bytes=10_000)
    async with serving() as web:
        web.pages["/"] = "merhaba"

        assert (await said(gateway, get(f"{web.url}/"), host="worker-1")).startswith(b"HTTP/1.1 407")
        wrong = get(f"{web.url}/", "Proxy-Authorization: Basic bm9iZXQ6eA==")
        assert (await said(gateway, wrong, host="worker-1")).startswith(b"HTTP/1.1 407")
        assert web.asked == []


async def test_early_answers_are_passed_on_before_the_real_one() -> None:
    async def hinted(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + html("merhaba"))

    async with serving() as web:
        web.pages["/"] = hinted

        answer = await said(Gateway(allowed=OURS, most_bytes=10_000), get(f"{web.url}/"))

    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b"merhaba" in answer
