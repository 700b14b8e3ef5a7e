"""One call: authorised, within its allowance, its failure named."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import structlog
from structlog.testing import capture_logs

from app.connectors.x.allowance import MARGIN, WINDOW, Allowances
from app.connectors.x.api import Answer, Api, Call, path
from app.connectors.x.failures import REST_AT_THE_CAP, DuplicateError, GoneError
from app.errors import (
    ConnectorError,
    NotPermittedError,
    OutcomeUnknownError,
    PlatformRefusedError,
    PlatformUnavailableError,
    TokenRejectedError,
)
from tests.connectors.x.builders import NOW, REPLY, SIGNATURE, TOKEN, RenewableToken, an_api
from tests.connectors.x.x_api import LoopbackX

HIDE = Call(name="hide", method="PUT", path=path("tweets", REPLY, "hidden"), json={"hidden": True})
SAY = Call(name="reply", method="POST", path=path("tweets"), json={"text": "Merhabalar"}, is_speech=True)
P, OLD = "https://api.x.com/2/problems", "https://api.twitter.com/2/problems"
HIDE_LINE, SAY_LINE = f"PUT /2/tweets/{REPLY}/hidden", "POST /2/tweets"


@pytest.fixture
def api(x: LoopbackX, http: httpx.AsyncClient) -> Api:
    return an_api(x.url, http)


async def failed(api: Api, call: Call) -> ConnectorError:
    with pytest.raises(ConnectorError) as raised:
        await api.run(call)
    return raised.value


async def test_a_call_carries_the_token_in_a_header(x: LoopbackX, api: Api) -> None:
    x.answer(HIDE_LINE, {"data": {"hidden": True}})

    answer = await api.run(HIDE)

    assert isinstance(answer, Answer)
    assert answer.data == {"hidden": True}
    assert x.calls[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert x.calls[0].json == {"hidden": True}
    assert TOKEN not in x.calls[0].url


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (
            400,
            {"title": "Invalid Request", "type": f"{P}/invalid-request"},
            PlatformRefusedError,
            "400/invalid-request",
        ),
        (
            400,
            {
                "errors": [{"message": "x", "parameters": {}}],
                "title": "Invalid Request",
                "type": f"{OLD}/invalid-request",
            },
            PlatformRefusedError,
            "400/invalid-request",
        ),
        (401, {"title": "Unauthorized", "type": "about:blank", "status": 401}, TokenRejectedError, "401"),
        (401, "Unauthorized", TokenRejectedError, "401"),
        (401, {"errors": [{"code": 89, "message": "Invalid or expired token"}]}, TokenRejectedError, "401/89"),
        (
            400,
            {"errors": [{"code": 99, "label": "authenticity_token_error", "message": "x"}]},
            TokenRejectedError,
            "400/99",
        ),
        (402, {"title": "Payment Required"}, PlatformUnavailableError, "402"),
        (
            403,
            {"title": "Forbidden", "type": "about:blank", "detail": "You are not permitted to perform this action."},
            PlatformRefusedError,
            "403",
        ),
        (403, "<html>", PlatformRefusedError, "403"),
        (
            403,
            {"reason": "client-not-enrolled", "type": f"{P}/client-forbidden"},
            NotPermittedError,
            "403/client-forbidden",
        ),
        (403, {"type": f"{P}/unsupported-authentication"}, TokenRejectedError, "403/unsupported-authentication"),
        (403, {"errors": [{"code": 93, "message": "x"}]}, TokenRejectedError, "403/93"),
        (403, {"errors": [{"code": 349, "message": "x"}]}, PlatformRefusedError, "403/349"),
        (403, {"errors": [{"code": 326, "message": "x"}]}, TokenRejectedError, "403/326"),
        (403, {"errors": [{"code": 187, "message": "Status is a duplicate."}]}, DuplicateError, "403/187"),
        (
            403,
            {"detail": "You are not allowed to create a Tweet with duplicate content.", "type": "about:blank"},
            DuplicateError,
            "403",
        ),
        (404, {"type": f"{P}/resource-not-found"}, GoneError, "404/resource-not-found"),
        (409, {"title": "Conflict"}, PlatformRefusedError, "409"),
        (418, {"title": "unknown", "type": f"{P}/brand-new"}, PlatformRefusedError, "418/brand-new"),
        (429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, PlatformUnavailableError, "429/88"),
        (429, "Too Many Requests", PlatformUnavailableError, "429"),
        (429, {"type": f"{P}/usage-capped"}, PlatformUnavailableError, "429/usage-capped"),
        (
            500,
            {"title": "Internal Server Error", "type": f"{P}/internal-error"},
            PlatformUnavailableError,
            "500/internal-error",
        ),
        (502, "<html>", PlatformUnavailableError, "502"),
        (503, {"errors": [{"code": 130, "message": "Over capacity"}]}, PlatformUnavailableError, "503/130"),
        (504, "", PlatformUnavailableError, "504"),
        (200, {"errors": [{"type": f"{OLD}/resource-not-found"}]}, GoneError, "200/resource-not-found"),
        (
            200,
            {"errors": [{"type": f"{P}/not-authorized-for-resource"}]},
            PlatformRefusedError,
            "200/not-authorized-for-resource",
        ),
        (200, "<html>", PlatformUnavailableError, "http 200"),
        (200, "[]", PlatformUnavailableError, "http 200"),
        (404, "<html>", PlatformUnavailableError, "http 404"),
        (302, {"data": {}}, PlatformUnavailableError, "http 302"),
    ],
)
async def test_each_failure_is_named(
    x: LoopbackX, http: httpx.AsyncClient, status: int, body: Any, kind: type[ConnectorError], code: str
) -> None:
    x.answer(HIDE_LINE, body, status)

    error = await failed(an_api(x.url, http, credentials=SIGNATURE), HIDE)

    assert type(error) is kind
    assert error.code == code
    assert len(x.calls) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, {"title": "x"}),
        (502, "<html>"),
        (503, ""),
        (504, ""),
        (200, "<html>"),
        (201, ""),
        (404, "<html>"),
        (302, ""),
    ],
)
async def test_speech_that_may_have_been_heard_is_unknown(x: LoopbackX, api: Api, status: int, body: Any) -> None:
    x.answer(SAY_LINE, body, status)

    assert type(await failed(api, SAY)) is OutcomeUnknownError
    assert len(x.calls) == 1


@pytest.mark.parametrize("status", [400, 402, 403, 404, 409, 429])
async def test_speech_that_was_surely_not_heard_is_known(x: LoopbackX, api: Api, status: int) -> None:
    x.answer(SAY_LINE, {"title": "x", "type": "about:blank"}, status)

    assert not isinstance(await failed(api, SAY), OutcomeUnknownError)


async def test_a_lost_answer_is_unknown_for_speech_alone(x: LoopbackX, http: httpx.AsyncClient) -> None:
    x.hang(SAY_LINE)
    x.hang(HIDE_LINE)
    api = an_api(x.url, http, timeout=timedelta(milliseconds=200))

    assert type(await failed(api, SAY)) is OutcomeUnknownError
    assert type(await failed(api, HIDE)) is PlatformUnavailableError


async def test_without_a_connection_nothing_was_said(http: httpx.AsyncClient) -> None:
    assert type(await failed(an_api("http://127.0.0.1:1", http), SAY)) is PlatformUnavailableError


async def test_data_beside_errors_counts(x: LoopbackX, api: Api) -> None:
    x.answer(
        HIDE_LINE, {"data": {"hidden": True}, "errors": [{"type": "https://api.x.com/2/problems/field-unauthorized"}]}
    )

    assert (await api.run(HIDE)).data == {"hidden": True}


async def test_a_rejected_token_is_renewed_once_and_the_call_made_again(x: LoopbackX, http: httpx.AsyncClient) -> None:
    x.problem(SAY_LINE, 401)
    x.answer(SAY_LINE, {"data": {"id": "1"}}, 201)
    tokens = RenewableToken("old", "new")

    await an_api(x.url, http, credentials=tokens).run(SAY)

    assert tokens.rejected == ["old"]
    assert [call.headers["authorization"] for call in x.calls] == ["Bearer old", "Bearer new"]


async def test_a_renewed_token_that_is_rejected_too_is_not_renewed_again(x: LoopbackX, http: httpx.AsyncClient) -> None:
    x.problem(SAY_LINE, 401)
    tokens = RenewableToken("old", "new", "newest")

    assert type(await failed(an_api(x.url, http, credentials=tokens), SAY)) is TokenRejectedError
    assert len(x.calls) == 2


async def test_a_missing_permission_is_not_renewed_away(x: LoopbackX, http: httpx.AsyncClient) -> None:
    x.answer(SAY_LINE, {"errors": [{"code": 93, "message": "x"}]}, 403)
    tokens = RenewableToken("old", "new")

    assert type(await failed(an_api(x.url, http, credentials=tokens), SAY)) is TokenRejectedError
    assert tokens.rejected == []


@pytest.mark.parametrize("token", ["", "a\nb", "ş"])
async def test_what_is_no_token_is_not_sent(x: LoopbackX, http: httpx.AsyncClient, token: str) -> None:
    assert type(await failed(an_api(x.url, http, credentials=RenewableToken(token)), HIDE)) is TokenRejectedError
    assert x.calls == []


def reset_at(after: timedelta) -> str:
    return str(int((NOW + after).timestamp()))


async def test_a_limited_call_waits_for_the_reset(x: LoopbackX, api: Api) -> None:
    reset = reset_at(timedelta(minutes=7))
    x.problem(HIDE_LINE, 429, x_rate_limit_remaining="0", x_rate_limit_reset=reset)

    first, second = await failed(api, HIDE), await failed(api, HIDE)

    for error in (first, second):
        assert isinstance(error, PlatformUnavailableError)
        assert error.retry_after == timedelta(minutes=7) + MARGIN
    assert len(x.calls) == 1


async def test_the_last_allowed_call_closes_its_kind_alone(x: LoopbackX, api: Api) -> None:
    reset = reset_at(timedelta(minutes=7))
    x.answer(HIDE_LINE, {"data": {"hidden": True}}, x_rate_limit_remaining="0", x_rate_limit_reset=reset)
    x.answer(SAY_LINE, {"data": {"id": "1"}}, 201)
    other = Call(name="hide", method="PUT", path=path("tweets", "77", "hidden"), json={"hidden": True})

    await api.run(HIDE)
    error = await failed(api, other)
    await api.run(SAY)

    assert isinstance(error, PlatformUnavailableError)
    assert x.lines == [HIDE_LINE, SAY_LINE]


async def test_after_the_reset_calls_are_made_again(x: LoopbackX, http: httpx.AsyncClient) -> None:
    now = [NOW]
    x.answer(HIDE_LINE, {"data": {}}, x_rate_limit_remaining="0", x_rate_limit_reset=reset_at(timedelta(minutes=7)))
    x.answer(HIDE_LINE, {"data": {}}, x_rate_limit_remaining="49", x_rate_limit_reset=reset_at(timedelta(minutes=22)))
    api = an_api(x.url, http, clock=lambda: now[0])

    await api.run(HIDE)
    now[0] += timedelta(minutes=8)
    await api.run(HIDE)
    await api.run(HIDE)

    assert len(x.calls) == 3


async def test_a_limit_of_24_hours_is_waited_for(x: LoopbackX, api: Api) -> None:
    x.problem(
        SAY_LINE,
        429,
        x_rate_limit_remaining="90",
        x_rate_limit_reset=reset_at(timedelta(minutes=7)),
        x_user_limit_24hour_remaining="0",
        x_user_limit_24hour_reset=reset_at(timedelta(hours=9)),
    )

    error = await failed(api, SAY)

    assert isinstance(error, PlatformUnavailableError)
    assert error.retry_after == timedelta(hours=9) + MARGIN


@pytest.mark.parametrize("reset", ["", "x", "0", "99999999999999999999", "-1"])
async def test_without_a_usable_reset_the_wait_grows_to_the_window(
    x: LoopbackX, http: httpx.AsyncClient, reset: str
) -> None:
    now = [NOW]
    x.problem(HIDE_LINE, 429, x_rate_limit_reset=reset)
    api = an_api(x.url, http, clock=lambda: now[0])
    waits = []

    for _ in range(6):
        error = await failed(api, HIDE)
        assert isinstance(error, PlatformUnavailableError)
        assert error.retry_after is not None
        waits.append(error.retry_after)
        now[0] += error.retry_after

    assert waits == [*(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)), WINDOW, WINDOW]


async def test_a_spending_cap_rests_for_hours(x: LoopbackX, api: Api) -> None:
    x.problem(HIDE_LINE, 429, "usage-capped")

    error = await failed(api, HIDE)

    assert isinstance(error, PlatformUnavailableError)
    assert error.retry_after == REST_AT_THE_CAP


def test_accounts_have_allowances_of_their_own() -> None:
    allowances = Allowances(clock=lambda: datetime.now(tz=NOW.tzinfo))

    assert allowances.of(REPLY, "a") is allowances.of(REPLY, "a")  # type: ignore[arg-type]
    assert allowances.of(REPLY, "a") is not allowances.of(TOKEN, "a")  # type: ignore[arg-type]


async def test_no_log_holds_a_text_or_a_token(x: LoopbackX, api: Api) -> None:
    x.problem(SAY_LINE, 403, detail="Merhabalar is not allowed")

    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        await failed(api, SAY)

    assert [entry["event"] for entry in logs] == ["platform_call_failed"]
    assert "Merhabalar" not in str(logs)
    assert TOKEN not in str(logs)


def test_an_id_leads_nowhere_else() -> None:
    assert path("tweets", "../users/1?x=#") == "2/tweets/..%2Fusers%2F1%3Fx%3D%23"
