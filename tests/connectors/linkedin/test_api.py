"""One call: how it is authorised, addressed, paced and limited, and what its failures mean."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from app.connectors.linkedin.api import Call, LinkedInApi, listed, path
from app.connectors.linkedin.failures import DuplicateError, GoneError, until_reset, wait_asked
from app.connectors.linkedin.pacing import Gates
from app.errors import (
    ConnectorError,
    NotPermittedError,
    OutcomeUnknownError,
    PlatformRefusedError,
    PlatformUnavailableError,
    TokenRejectedError,
)
from tests.connectors.builders import FixedToken
from tests.connectors.linkedin.builders import (
    ORG,
    TOKEN,
    TOP,
    WRITTEN_AT,
    MovableClock,
    Tokens,
    an_account,
    on_wire,
)
from tests.connectors.linkedin.rest_api import RestApi

PLACE = f"/rest/socialActions/{on_wire(TOP)}/comments"
READ = Call(name="look_up", method="GET", path=path("socialActions", TOP, "comments"))
SPEAK = Call(
    name="reply",
    method="POST",
    path=path("socialActions", TOP, "comments"),
    json={"message": {"text": "Merhabalar"}},
    is_speech=True,
)
CHANGE = Call(name="delete", method="DELETE", path=path("socialActions", TOP, "comments"))
SOON = timedelta(seconds=0.2)
# From 14:13:20 to midnight, and a little more.
TO_MIDNIGHT = timedelta(hours=9, minutes=46, seconds=40) + timedelta(seconds=30)


def an_api(
    url: str, http: httpx.AsyncClient, *, timeout: timedelta = SOON, token: str = TOKEN, account_id: str = ORG
) -> LinkedInApi:
    return LinkedInApi(
        an_account(account_id),
        tokens=FixedToken(token),
        http=http,
        gates=Gates(MovableClock()),
        clock=MovableClock(),
        base_url=f"{url}/rest",
        timeout=timeout,
    )


async def test_a_call_bears_token_version_and_protocol(server: RestApi, api: LinkedInApi) -> None:
    server.answer(f"GET {PLACE}", {"elements": []})

    answer = await api.run(READ)

    (call,) = server.calls
    assert answer.raw == b'{"elements": []}'
    assert call.headers["authorization"] == f"Bearer {TOKEN}"
    assert call.headers["linkedin-version"] == "202607"
    assert call.headers["x-restli-protocol-version"] == "2.0.0"
    assert TOKEN not in call.path + call.query


async def test_names_are_encoded_in_full_and_lists_stay_raw(server: RestApi, api: LinkedInApi) -> None:
    server.answer("GET /rest/organizationalEntityNotifications", {"elements": []})
    query = (
        f"q=criteria&actions={listed('COMMENT', 'a,b')}&timeRange=(start:1,end:2)&organizationalEntity={on_wire(ORG)}"
    )

    await api.get("poll", path("organizationalEntityNotifications"), query, method_header="FINDER")

    (call,) = server.calls
    assert call.query == (
        "q=criteria&actions=List(COMMENT,a%2Cb)&timeRange=(start:1,end:2)"
        "&organizationalEntity=urn%3Ali%3Aorganization%3A90417755"
    )
    assert call.headers["x-restli-method"] == "FINDER"


@pytest.mark.parametrize("account_id", [ORG, "90417755", "urn:li:company:90417755", " 90417755 "])
def test_an_account_has_one_name_however_it_was_set(http: httpx.AsyncClient, account_id: str) -> None:
    assert an_api("http://127.0.0.1", http, account_id=account_id).organization == ORG


def test_a_name_cannot_lead_elsewhere() -> None:
    assert path("socialActions", "x/../../me?y=#", "comments") == "socialActions/x%2F..%2F..%2Fme%3Fy%3D%23/comments"


@pytest.mark.parametrize("token", ["", "AQX\n", "şifre", "two\x00"])
async def test_a_token_that_is_none_is_never_sent(server: RestApi, http: httpx.AsyncClient, token: str) -> None:
    with pytest.raises(TokenRejectedError):
        await an_api(server.url, http, token=token).run(READ)

    assert server.calls == []


@pytest.mark.parametrize(("status", "code"), [(401, 65601), (401, 65602), (401, None), (403, 65602)])
async def test_a_rejected_token_is_renewed_once_and_the_call_made_again(
    server: RestApi, api: LinkedInApi, tokens: Tokens, status: int, code: int | None
) -> None:
    tokens.left = 1
    server.fail(f"POST {PLACE}", status, code)
    server.answer(f"POST {PLACE}", {"id": "1"}, 201)

    await api.run(SPEAK)

    assert tokens.asked == [TOKEN]
    assert [call.headers["authorization"] for call in server.calls] == [f"Bearer {TOKEN}", f"Bearer {TOKEN}-0"]


async def test_a_token_rejected_twice_is_given_up(server: RestApi, api: LinkedInApi, tokens: Tokens) -> None:
    tokens.left = 5
    server.fail(f"GET {PLACE}", 401, 65601, code="REVOKED_ACCESS_TOKEN")

    with pytest.raises(TokenRejectedError) as raised:
        await api.run(READ)

    assert len(server.calls) == 2
    assert raised.value.code == "401/65601/REVOKED_ACCESS_TOKEN"


async def test_a_token_that_nobody_can_renew_is_given_up(server: RestApi, api: LinkedInApi) -> None:
    server.fail(f"GET {PLACE}", 401, 65602)

    with pytest.raises(TokenRejectedError):
        await api.run(READ)

    assert len(server.calls) == 1


@pytest.mark.parametrize(
    ("status", "fields", "meaning"),
    [
        (400, {"code": "ILLEGAL_ARGUMENT"}, PlatformRefusedError),
        (403, {"code": "ACCESS_DENIED", "serviceErrorCode": 100}, NotPermittedError),
        (403, {"message": "Unpermitted fields present in REQUEST_BODY: [/content]"}, PlatformRefusedError),
        (404, {}, GoneError),
        (410, {}, GoneError),
        (405, {}, PlatformRefusedError),
        (409, {"code": "CONFLICT"}, PlatformRefusedError),
        (422, {"message": "Content is a duplicate of urn:li:share:1"}, DuplicateError),
        (426, {"code": "NONEXISTENT_VERSION"}, PlatformRefusedError),
        (400, {"code": "VERSION_MISSING"}, PlatformRefusedError),
    ],
)
async def test_a_refusal_is_one_for_every_call(
    server: RestApi, api: LinkedInApi, status: int, fields: dict[str, Any], meaning: type[ConnectorError]
) -> None:
    for line in (f"GET {PLACE}", f"POST {PLACE}", f"DELETE {PLACE}"):
        server.fail(line, status, **fields)

    for call in (READ, SPEAK, CHANGE):
        with pytest.raises(meaning) as raised:
            await api.run(call)
        assert type(raised.value) is meaning


@pytest.mark.parametrize(
    ("status", "body"), [(500, ""), (502, "<html>"), (503, "{}"), (504, "x"), (408, "{}"), (302, ""), (200, "<html>")]
)
async def test_a_trouble_of_the_servers_leaves_speech_unknown(
    server: RestApi, api: LinkedInApi, status: int, body: str
) -> None:
    for method in ("GET", "POST", "DELETE"):
        server.answer(f"{method} {PLACE}", body, status, location="http://elsewhere.invalid/")

    for call in (READ, CHANGE):
        with pytest.raises(PlatformUnavailableError):
            await api.run(call)
    with pytest.raises(OutcomeUnknownError):
        await api.run(SPEAK)


async def test_a_success_without_a_body_is_one(server: RestApi, api: LinkedInApi) -> None:
    server.answer(f"DELETE {PLACE}", None, 204)
    server.answer(f"POST {PLACE}", None, 201, x_restli_id="7")

    assert (await api.run(CHANGE)).document == {}
    assert (await api.run(SPEAK)).created_id == "7"


async def test_a_made_comment_is_one_even_where_its_description_is_cut_off(server: RestApi, api: LinkedInApi) -> None:
    server.answer(f"POST {PLACE}", '{"id": "7', 201, x_restli_id="7")

    assert (await api.run(SPEAK)).created_id == "7"


async def test_the_short_limit_closes_creating_for_a_minute_and_nothing_else(
    server: RestApi, api: LinkedInApi, clock: MovableClock
) -> None:
    server.fail(f"POST {PLACE}", 429, message="Comment create throttled: creation rate limit exceeded for member")
    server.answer(f"POST {PLACE}", {"id": "1"}, 201)
    server.answer(f"GET {PLACE}", {"elements": []})

    for _ in range(2):
        with pytest.raises(PlatformUnavailableError) as raised:
            await api.run(SPEAK)
        assert raised.value.retry_after == timedelta(seconds=60)
    await api.run(READ)
    assert server.lines == [f"POST {PLACE}", f"GET {PLACE}"]

    clock.move(timedelta(seconds=60))
    await api.run(SPEAK)


async def test_a_daily_limit_ends_at_midnight_utc(server: RestApi, api: LinkedInApi, clock: MovableClock) -> None:
    server.fail(f"GET {PLACE}", 429, 100, "Too many requests")
    server.answer(f"GET {PLACE}", {"elements": []})

    for _ in range(2):
        with pytest.raises(PlatformUnavailableError) as raised:
            await api.run(READ)
        assert raised.value.retry_after == TO_MIDNIGHT
    assert len(server.calls) == 1

    clock.move(TO_MIDNIGHT)
    await api.run(READ)


async def test_a_limit_is_not_unknown_for_speech(server: RestApi, api: LinkedInApi) -> None:
    server.fail(f"POST {PLACE}", 429, 100, "Too many requests")

    with pytest.raises(PlatformUnavailableError):
        await api.run(SPEAK)


@pytest.mark.parametrize(
    ("header", "message", "wait"),
    [
        ("120", "Too many requests", timedelta(seconds=120)),
        ("5", "Comment create throttled", timedelta(seconds=60)),
        ("90", "Comment create throttled", timedelta(seconds=90)),
        ("Mon, 21 Sep 2026 14:18:20 GMT", "Too many requests", timedelta(minutes=5)),
        ("soon", "Too many requests", TO_MIDNIGHT),
    ],
)
async def test_a_wait_that_is_asked_for_is_kept(
    server: RestApi, api: LinkedInApi, header: str, message: str, wait: timedelta
) -> None:
    server.fail(f"GET {PLACE}", 429, message=message, headers={"retry-after": header})

    with pytest.raises(PlatformUnavailableError) as raised:
        await api.run(READ)

    assert raised.value.retry_after == wait


@pytest.mark.parametrize("header", ["-1", "99999999999999999999", "1e9", "", "Thu, 99 Foo", "٣"])
def test_a_nonsensical_wait_is_none(header: str) -> None:
    assert wait_asked(header, WRITTEN_AT) is None


def test_no_wait_is_longer_than_a_day() -> None:
    assert wait_asked("999999999", WRITTEN_AT) == timedelta(days=1)
    assert wait_asked("Mon, 21 Sep 2099 14:18:20 GMT", WRITTEN_AT) == timedelta(days=1)


def test_a_moment_after_midnight_the_wait_is_nearly_a_day() -> None:
    assert until_reset(datetime(2026, 9, 21, tzinfo=UTC)) == timedelta(days=1, seconds=30)


async def test_a_call_without_an_answer_ends_in_time(server: RestApi, http: httpx.AsyncClient) -> None:
    server.hang(f"GET {PLACE}")
    server.hang(f"POST {PLACE}")
    api = an_api(server.url, http)

    async with asyncio.timeout(2):
        with pytest.raises(PlatformUnavailableError):
            await api.run(READ)
        with pytest.raises(OutcomeUnknownError):
            await api.run(SPEAK)


@pytest.fixture
async def breaking() -> AsyncIterator[str]:
    """A server that takes a request and hangs up in the middle of its answer."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(64)
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n{")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


async def test_an_answer_that_breaks_off_leaves_speech_unknown(breaking: str, http: httpx.AsyncClient) -> None:
    api = an_api(breaking, http, timeout=timedelta(seconds=2))

    with pytest.raises(OutcomeUnknownError):
        await api.run(SPEAK)
    with pytest.raises(PlatformUnavailableError):
        await api.run(READ)


async def test_nothing_was_said_where_nobody_listens(unused_tcp_port: int, http: httpx.AsyncClient) -> None:
    with pytest.raises(PlatformUnavailableError):
        await an_api(f"http://127.0.0.1:{unused_tcp_port}", http).run(SPEAK)


async def test_logs_name_call_and_code_and_neither_text_nor_token(server: RestApi, api: LinkedInApi) -> None:
    server.fail(f"POST {PLACE}", 403, 100, "olmaz", code="ACCESS_DENIED")

    with capture_logs() as logs, pytest.raises(PlatformRefusedError):
        await api.run(SPEAK)

    (line,) = logs
    assert (line["event"], line["call"], line["code"]) == ("platform_call_failed", "reply", "403/100/ACCESS_DENIED")
    assert not any(word in str(logs) for word in ("Merhabalar", "olmaz", TOKEN))
