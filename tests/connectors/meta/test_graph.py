"""One call: how it is authorised, paced and limited, and what its failures mean."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from structlog.testing import capture_logs

from app.connectors.meta.graph import Call, Graph, node
from app.connectors.meta.signature import appsecret_proof
from app.connectors.meta.usage import Gauges
from app.errors import (
    ConnectorError,
    OutcomeUnknownError,
    PlatformRefusedError,
    PlatformUnavailableError,
    TokenRejectedError,
)
from tests.connectors.builders import COMMENT, TOKEN, a_page, an_endpoint
from tests.connectors.meta.graph_api import GraphApi

READ = Call(name="look_up", method="GET", path=COMMENT, params={"fields": "id"})
SPEAK = Call(name="reply", method="POST", path=f"{COMMENT}/comments", form={"message": "Merhabalar"}, is_speech=True)
SOON = timedelta(seconds=0.2)


@pytest.fixture(autouse=True)
def known(api: GraphApi) -> None:
    api.kinds[COMMENT] = "Comment"


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def gauges(slept: list[float]) -> Gauges:
    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    return Gauges(sleep=sleep)


@pytest.fixture
def graph(api: GraphApi, http: httpx.AsyncClient, gauges: Gauges) -> Graph:
    return Graph(an_endpoint(a_page(), api.url), http, gauges, timeout=SOON)


async def test_the_token_travels_in_a_header_and_never_in_the_address(api: GraphApi, http: httpx.AsyncClient) -> None:
    api.answer(f"GET /{COMMENT}", {"id": COMMENT})
    graph = Graph(an_endpoint(a_page(), api.url, app_secret="gizli"), http, Gauges())

    assert await graph.run(READ) == {"id": COMMENT}

    (call,) = api.calls
    assert call.headers["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in call.url
    assert call.query == {"fields": "id", "appsecret_proof": appsecret_proof("gizli", TOKEN)}


async def test_without_an_app_secret_there_is_no_proof(api: GraphApi, graph: Graph) -> None:
    api.answer(f"GET /{COMMENT}", {"id": COMMENT})

    await graph.run(READ)

    assert api.calls[0].query == {"fields": "id"}


@pytest.mark.parametrize("token", ["", "EAAB\n", "şifre", "two\x00"])
async def test_a_token_that_is_none_is_never_sent(api: GraphApi, http: httpx.AsyncClient, token: str) -> None:
    graph = Graph(an_endpoint(a_page(), api.url, token=token), http, Gauges())

    with pytest.raises(TokenRejectedError):
        await graph.run(READ)

    assert api.calls == []


class Stored:
    """A token that a person may have replaced meanwhile; remembers which was rejected."""

    def __init__(self, replaced_by: str | None) -> None:
        self.replaced_by = replaced_by
        self.rejected: list[str] = []

    async def token(self) -> str:
        return TOKEN

    async def renewed(self, rejected: str) -> str:
        self.rejected.append(rejected)
        if self.replaced_by is None:
            raise TokenRejectedError("test", "renew", "not_renewable")
        return self.replaced_by


async def test_a_rejected_token_is_handed_back_with_metas_own_reason(api: GraphApi, http: httpx.AsyncClient) -> None:
    api.fail(f"GET /{COMMENT}", 190, 463)
    tokens = Stored(replaced_by=None)

    with pytest.raises(TokenRejectedError) as raised:
        await Graph(replace(an_endpoint(a_page(), api.url), tokens=tokens), http, Gauges()).run(READ)

    assert (raised.value.code, tokens.rejected, len(api.calls)) == ("190/463", [TOKEN], 1)


async def test_a_token_that_was_stored_meanwhile_serves_at_once(api: GraphApi, http: httpx.AsyncClient) -> None:
    api.fail(f"GET /{COMMENT}", 190, 460)
    api.answer(f"GET /{COMMENT}", {"id": COMMENT})
    tokens = Stored(replaced_by="EAABnew")

    await Graph(replace(an_endpoint(a_page(), api.url), tokens=tokens), http, Gauges()).run(READ)

    assert [call.headers["authorization"] for call in api.calls] == [f"Bearer {TOKEN}", "Bearer EAABnew"]


def test_a_printed_endpoint_shows_no_secret() -> None:
    endpoint = an_endpoint(a_page(), "http://127.0.0.1", app_secret="gizli")

    assert TOKEN not in repr(endpoint)
    assert "gizli" not in repr(endpoint)


async def test_an_error_counts_whatever_the_http_status_says(api: GraphApi, graph: Graph) -> None:
    api.fail(f"GET /{COMMENT}", 190, 463, status=200)

    with pytest.raises(TokenRejectedError) as raised:
        await graph.run(READ)

    assert raised.value.code == "190/463"


async def test_an_error_of_the_server_with_a_refusal_in_it_is_a_refusal(api: GraphApi, graph: Graph) -> None:
    api.fail(f"POST /{COMMENT}/comments", 200, status=500)

    with pytest.raises(PlatformRefusedError):
        await graph.run(SPEAK)


@pytest.mark.parametrize(("status", "body"), [(500, ""), (502, "<html>"), (200, "<html>"), (503, "{}"), (200, "[]")])
async def test_an_answer_of_some_machine_in_between_leaves_speech_unknown(
    api: GraphApi, graph: Graph, status: int, body: str
) -> None:
    api.answer(f"GET /{COMMENT}", body, status)
    api.answer(f"POST /{COMMENT}/comments", body, status)

    with pytest.raises(PlatformUnavailableError):
        await graph.run(READ)
    with pytest.raises(OutcomeUnknownError):
        await graph.run(SPEAK)


async def test_a_call_without_an_answer_ends_in_time(api: GraphApi, graph: Graph) -> None:
    api.hang(f"GET /{COMMENT}")
    api.hang(f"POST /{COMMENT}/comments")

    async with asyncio.timeout(2):
        with pytest.raises(PlatformUnavailableError):
            await graph.run(READ)
        with pytest.raises(OutcomeUnknownError):
            await graph.run(SPEAK)


@pytest.fixture
async def trickling() -> AsyncIterator[str]:
    """A server that sends a byte now and then, so that no single wait is ever too long."""

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        try:
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.02)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


async def test_an_answer_that_trickles_in_ends_in_time(trickling: str, http: httpx.AsyncClient) -> None:
    graph = Graph(an_endpoint(a_page(), trickling), http, Gauges(), timeout=SOON)

    async with asyncio.timeout(2):
        with pytest.raises(OutcomeUnknownError):
            await graph.run(SPEAK)


async def test_nothing_was_said_where_nobody_listens(unused_tcp_port: int, http: httpx.AsyncClient) -> None:
    graph = Graph(an_endpoint(a_page(), f"http://127.0.0.1:{unused_tcp_port}"), http, Gauges())

    with pytest.raises(PlatformUnavailableError):
        await graph.run(SPEAK)


@pytest.mark.parametrize(
    ("failure", "meaning"),
    [
        (httpx.ConnectError, PlatformUnavailableError),
        (httpx.ConnectTimeout, PlatformUnavailableError),
        (httpx.PoolTimeout, PlatformUnavailableError),
        (httpx.ReadError, OutcomeUnknownError),
        (httpx.WriteError, OutcomeUnknownError),
        (httpx.WriteTimeout, OutcomeUnknownError),
        (httpx.ReadTimeout, OutcomeUnknownError),
        (httpx.RemoteProtocolError, OutcomeUnknownError),
        (httpx.DecodingError, OutcomeUnknownError),
    ],
)
async def test_a_connection_that_breaks_leaves_speech_unknown_once_it_may_have_left(
    failure: type[httpx.RequestError], meaning: type[ConnectorError]
) -> None:
    def break_off(request: httpx.Request) -> httpx.Response:
        raise failure("broken", request=request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(break_off)) as http:
        graph = Graph(an_endpoint(a_page(), "http://127.0.0.1"), http, Gauges())

        with pytest.raises(ConnectorError) as spoken:
            await graph.run(SPEAK)
        with pytest.raises(PlatformUnavailableError):
            await graph.run(READ)

    assert type(spoken.value) is meaning


async def test_a_bare_true_is_a_success(api: GraphApi, graph: Graph) -> None:
    api.answer(f"POST /{COMMENT}", "true")

    answer = await graph.run(Call(name="hide", method="POST", path=COMMENT, form={"is_hidden": "true"}))

    assert answer == {"success": True}


@pytest.mark.parametrize("answer", [{"success": True}, {"success": "true"}])
def test_a_success_may_be_spelled_as_a_string(graph: Graph, answer: dict[str, object]) -> None:
    graph.require_success("hide", answer)


def test_a_false_in_a_string_is_a_refusal_and_silence_is_unknown(graph: Graph) -> None:
    with pytest.raises(PlatformRefusedError):
        graph.require_success("hide", {"success": "false"})
    with pytest.raises(OutcomeUnknownError):
        graph.require_success("hide", {"id": "1"})


async def test_a_limit_tells_how_long_to_wait_and_closes_the_account_for_that_time(api: GraphApi, graph: Graph) -> None:
    usage = json.dumps({"104": [{"type": "pages", "call_count": 120, "estimated_time_to_regain_access": 12}]})
    api.answer(
        f"GET /{COMMENT}",
        {"error": {"code": 80001, "message": "too many"}},
        400,
        x_business_use_case_usage=usage,
    )

    for _ in range(2):
        with pytest.raises(PlatformUnavailableError) as raised:
            await graph.run(READ)
        assert raised.value.retry_after is not None
        assert raised.value.retry_after.total_seconds() == pytest.approx(12 * 60, abs=5)

    assert len(api.calls) == 1


async def test_near_its_limit_an_account_is_slowed(api: GraphApi, graph: Graph, slept: list[float]) -> None:
    api.answer(f"GET /{COMMENT}", {"id": COMMENT}, x_app_usage='{"call_count":87.5}')

    await graph.run(READ)
    await graph.run(READ)

    assert slept == [1.0]


async def test_pages_follow_the_cursor_and_no_address(api: GraphApi, graph: Graph) -> None:
    next_page = {"cursors": {"after": "A1"}, "next": "http://elsewhere.invalid/?access_token=x"}
    api.answer(f"GET /{COMMENT}/comments", {"data": [1], "paging": next_page})
    api.answer(f"GET /{COMMENT}/comments", {"data": [2], "paging": {"cursors": {"after": "A2"}}})

    pages = [page async for page in graph.pages("find", f"{COMMENT}/comments", {"limit": "1"}, at_most=5)]

    assert pages == [[1], [2]]
    assert [call.query for call in api.calls] == [{"limit": "1"}, {"limit": "1", "after": "A1"}]


async def test_a_list_without_end_is_given_up_and_said(api: GraphApi, graph: Graph) -> None:
    api.answer(f"GET /{COMMENT}/comments", {"data": [1], "paging": {"cursors": {"after": "A"}, "next": "x"}})

    with pytest.raises(PlatformRefusedError):
        _ = [page async for page in graph.pages("find", f"{COMMENT}/comments", {}, at_most=3)]

    assert len(api.calls) == 3


def test_an_id_cannot_lead_elsewhere() -> None:
    assert node("12_3/../../me?x=#", "comments") == "12_3%2F..%2F..%2Fme%3Fx%3D%23/comments"


async def test_logs_name_code_and_trace_and_neither_text_nor_token(api: GraphApi, graph: Graph) -> None:
    api.fail(f"POST /{COMMENT}/comments", 10, 2018278)

    with capture_logs() as logs, pytest.raises(PlatformRefusedError):
        await graph.run(SPEAK)

    (line,) = logs
    assert (line["event"], line["code"], line["fbtrace_id"]) == ("platform_call_failed", "10/2018278", "A1b2")
    assert "Merhabalar" not in str(logs)
    assert "olmaz" not in str(logs)
    assert TOKEN not in str(logs)
