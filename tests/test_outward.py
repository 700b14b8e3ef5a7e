"""What people type in reaches the internet and nothing of ours, however the address is written or resolves."""

import gzip
import socket
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

import httpx
import pytest

from app.errors import AddressForbiddenError
from app.outward import Allowed, is_public, outward_client, resolve

NOTHING = Allowed()
# Ten megabytes in less than a kilobyte.
BOMB = gzip.compress(gzip.compress(b"0" * 10_000_000, mtime=0), mtime=0)


class Kept(BaseHTTPRequestHandler):
    """Answers, and keeps by what name it was called; below /to it sends the caller on."""

    names: list[str]

    def do_GET(self) -> None:
        self.names.append(self.headers["Host"])
        moved = self.path.startswith("/to/")
        content = BOMB if self.path == "/bomb" else b""
        self.send_response(302 if moved else 200)
        if moved:
            self.send_header("Location", self.path.removeprefix("/to/"))
        if content:
            self.send_header("Content-Encoding", "gzip, gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def called() -> Iterator[tuple[int, list[str]]]:
    """A server on loopback: its port, and the names by which it was called."""
    names: list[str] = []
    with HTTPServer(("127.0.0.1", 0), type("Kept", (Kept,), {"names": names})) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port, names
        server.shutdown()
        thread.join()


class Names:
    """A name service that knows these names; of several answers each is given once, in their order."""

    def __init__(self, **known: Sequence[Sequence[str]]) -> None:
        self._known = {name.replace("_", "."): list(answers) for name, answers in known.items()}

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        answers = self._known[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]


def a_client(resolve: Names, allowed: Allowed = NOTHING) -> httpx.AsyncClient:
    return outward_client(allowed=allowed, time_limit_seconds=5, resolve=resolve)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",  # noqa: S104  # as an address to call, not to listen on
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "2001:db8::1",
    ],
)
async def test_no_address_of_ours_is_called(address: str) -> None:
    assert not is_public(ip_address(address))
    async with a_client(Names(innocent_example=[[address]])) as client:
        with pytest.raises(AddressForbiddenError):
            await client.get("http://innocent.example/")


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "193.140.1.1", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "[::ffff:7f00:1]", "localhost", "0", "[::]"]
)
async def test_other_ways_to_write_an_address_lead_nowhere_either(called: tuple[int, list[str]], host: str) -> None:
    port, names = called
    async with outward_client(allowed=NOTHING, time_limit_seconds=5, resolve=resolve) as client:
        with pytest.raises((AddressForbiddenError, httpx.ConnectError, httpx.InvalidURL)):
            await client.get(f"http://{host}:{port}/")

    assert names == []


async def test_one_private_address_among_public_ones_condemns_the_name() -> None:
    async with a_client(Names(mixed_example=[["8.8.8.8", "10.0.0.1"]])) as client:
        with pytest.raises(AddressForbiddenError):
            await client.get("http://mixed.example/")


async def test_the_address_that_was_looked_at_is_the_one_that_is_called(called: tuple[int, list[str]]) -> None:
    port, names = called
    # The first answer is allowed; a second look would find an address where nothing listens.
    asked = Names(rebinding_example=[["127.0.0.1"], ["127.0.0.9"]])

    async with a_client(asked, Allowed.of(["127.0.0.1"])) as client:
        answer = await client.get(f"http://rebinding.example:{port}/")
        with pytest.raises(AddressForbiddenError):
            await client.get(f"http://rebinding.example:{port}/")

    assert answer.status_code == 200
    assert names == [f"rebinding.example:{port}"]


async def test_a_redirect_behind_our_walls_is_not_followed(called: tuple[int, list[str]]) -> None:
    port, names = called
    known = Names(hook_example=[["127.0.0.1"]], inner_example=[["127.0.0.2"]])

    async with a_client(known, Allowed.of(["hook.example"])) as client:
        with pytest.raises(AddressForbiddenError):
            await client.get(f"http://hook.example:{port}/to/http://inner.example:{port}/", follow_redirects=True)

    assert names == [f"hook.example:{port}"]


async def test_the_next_address_is_tried_where_one_takes_no_connection(called: tuple[int, list[str]]) -> None:
    port, names = called
    async with a_client(Names(two_example=[["127.0.0.9", "127.0.0.1"]]), Allowed.of(["127.0.0.0/8"])) as client:
        answer = await client.get(f"http://two.example:{port}/")

    assert answer.status_code == 200
    assert names == [f"two.example:{port}"]


@pytest.mark.parametrize("entry", ["127.0.0.1", "127.0.0.0/8", "pager.example", "PAGER.example"])
async def test_what_the_operator_lists_is_called(called: tuple[int, list[str]], entry: str) -> None:
    port, names = called
    async with a_client(Names(pager_example=[["127.0.0.1"]]), Allowed.of([entry])) as client:
        answer = await client.get(f"http://pager.example:{port}/")

    assert answer.status_code == 200
    assert names == [f"pager.example:{port}"]


async def test_a_host_without_an_address_is_no_connection() -> None:
    async with outward_client(allowed=NOTHING, time_limit_seconds=5) as client:
        for host in ("nothing.invalid", "a" * 64 + ".invalid"):
            with pytest.raises(httpx.ConnectError):
                await client.get(f"http://{host}/")


async def test_the_environments_proxy_does_not_resolve_for_us(
    called: tuple[int, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, names = called
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")

    async with a_client(Names(inner_example=[["10.0.0.1"]])) as client:
        with pytest.raises(AddressForbiddenError):
            await client.get("http://inner.example/")

    assert names == []


async def test_the_host_proves_itself_by_its_name_not_by_its_address() -> None:
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).parent / "notices" / "localhost.pem")
    asked_for: list[str | None] = []
    context.sni_callback = lambda connection, name, context: asked_for.append(name)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_shake_hands, args=(listening, context))
        thread.start()
        async with a_client(Names(other_example=[["127.0.0.1"]]), Allowed.of(["127.0.0.1"])) as client:
            with pytest.raises(httpx.ConnectError, match="certificate"):
                await client.get(f"https://other.example:{listening.getsockname()[1]}/")
        thread.join()

    # The name that is asked for is the one that the certificate is compared with.
    assert asked_for == ["other.example"]


def _shake_hands(listening: socket.socket, context: SSLContext) -> None:
    connection, _ = listening.accept()
    try:
        context.wrap_socket(connection, server_side=True).close()
    except OSError:
        connection.close()


async def test_what_comes_compressed_is_not_unpacked(called: tuple[int, list[str]]) -> None:
    port, _ = called

    async with a_client(Names(bomb_example=[["127.0.0.1"]]), Allowed.of(["127.0.0.1"])) as client:
        answer = await client.get(f"http://bomb.example:{port}/bomb")

    assert answer.content == BOMB
    assert answer.request.headers["accept-encoding"] == "identity"
