"""One call: its token, its price, and the name of its failure."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from app.connectors.youtube.api import Api, Call
from app.connectors.youtube.budget import Budget
from app.connectors.youtube.failures import REASONS, GoneError, Meaning, meaning_of
from app.connectors.youtube.quota import MemoryLedger, Purpose, day_of
from app.errors import (
    ConnectorError,
    OutcomeUnknownError,
    PlatformRefusedError,
    PlatformUnavailableError,
    TokenRejectedError,
)
from tests.connectors.builders import FixedToken
from tests.connectors.youtube.builders import NOW, Tokens, a_channel, a_page
from tests.connectors.youtube.data_api import DataApi

LINE, ACT = "GET /comments", "POST /comments/setModerationStatus"
look = Call(name="look_up", path="comments", params={"part": "snippet", "id": "a"})
hide = Call(
    name="hide",
    method="POST",
    path="comments/setModerationStatus",
    params={"id": "a", "moderationStatus": "heldForReview"},
    units=50,
    has_answer=False,
)
say = Call(name="reply", method="POST", path="comments", params={"part": "snippet"}, json={}, is_speech=True)

UNAVAILABLE, REFUSED, TOKEN = PlatformUnavailableError, PlatformRefusedError, TokenRejectedError
TABLE: list[tuple[str, int, type[ConnectorError]]] = [
    ("quotaExceeded", 403, UNAVAILABLE),
    ("dailyLimitExceeded", 403, UNAVAILABLE),
    ("rateLimitExceeded", 403, UNAVAILABLE),
    ("rateLimitExceeded", 429, UNAVAILABLE),
    ("userRateLimitExceeded", 403, UNAVAILABLE),
    ("authError", 401, TOKEN),
    ("forbidden", 403, REFUSED),
    ("insufficientPermissions", 403, TOKEN),
    ("ineligibleAccount", 403, TOKEN),
    ("commentsDisabled", 403, REFUSED),
    ("commentNotFound", 404, GoneError),
    ("commentThreadNotFound", 404, GoneError),
    ("parentCommentNotFound", 404, GoneError),
    ("videoNotFound", 404, GoneError),
    ("channelNotFound", 404, GoneError),
    ("processingFailure", 400, REFUSED),
    ("operationNotSupported", 400, REFUSED),
    ("commentTextRequired", 400, REFUSED),
    ("commentTextTooLong", 400, REFUSED),
    ("invalidCommentMetadata", 400, REFUSED),
    ("invalidCustomEmoji", 400, REFUSED),
    ("parentIdMissing", 400, REFUSED),
    ("parentCommentIsPrivate", 400, REFUSED),
    ("banWithoutReject", 400, REFUSED),
    ("backendError", 500, UNAVAILABLE),
    ("SERVICE_UNAVAILABLE", 503, UNAVAILABLE),
    ("neverHeardOf", 400, REFUSED),
    ("neverHeardOf", 403, REFUSED),
    ("neverHeardOf", 404, REFUSED),
    ("neverHeardOf", 401, TOKEN),
    ("neverHeardOf", 429, UNAVAILABLE),
    ("neverHeardOf", 503, UNAVAILABLE),
]


@pytest.mark.parametrize(("reason", "status", "kind"), TABLE)
async def test_each_reason_has_its_meaning(
    api: DataApi, calls: Api, reason: str, status: int, kind: type[ConnectorError]
) -> None:
    api.fail(LINE, reason, status)

    with pytest.raises(ConnectorError) as caught:
        await calls.run(look)

    assert type(caught.value) is kind or reason == "authError" or status == 401
    assert isinstance(caught.value, kind)
    if not isinstance(caught.value, TokenRejectedError):
        assert (caught.value.code, caught.value.detail) == (reason, "<code>olmaz</code>")


def test_the_table_of_the_tests_is_the_table_of_the_code() -> None:
    assert {reason for reason, _, _ in TABLE} - {"neverHeardOf"} <= REASONS.keys()


@pytest.mark.parametrize(
    ("error", "status", "meaning"),
    [
        ({"status": "UNAUTHENTICATED"}, 401, Meaning.STALE_TOKEN),
        ({"status": "PERMISSION_DENIED", "errors": [{"reason": "quotaExceeded"}]}, 403, Meaning.EXHAUSTED),
        ({"errors": [{"reason": "somethingNew"}], "status": "RESOURCE_EXHAUSTED"}, 403, Meaning.LIMITED),
        ({"errors": [None, {"reason": "quotaExceeded"}]}, 400, Meaning.REFUSED),
        ({"errors": {"reason": "commentNotFound"}}, 404, Meaning.GONE),
        ({}, 500, Meaning.PASSING),
        ({}, 200, Meaning.REFUSED),
    ],
)
def test_the_reason_comes_before_the_status(error: dict[str, Any], status: int, meaning: Meaning) -> None:
    assert meaning_of(status, error) is meaning


async def test_a_sentence_for_an_error_is_an_error(api: DataApi, calls: Api) -> None:
    api.answer(LINE, {"error": "error message"}, 400)

    with pytest.raises(PlatformRefusedError) as caught:
        await calls.run(look)

    assert (caught.value.code, caught.value.detail) == ("http 400", "error message")


async def test_an_error_in_a_success_is_an_error(api: DataApi, calls: Api) -> None:
    api.fail(ACT, "quotaExceeded", 200)

    with pytest.raises(PlatformUnavailableError):
        await calls.run(hide)


async def test_a_stale_token_is_renewed_once(api: DataApi, calls: Api, tokens: Tokens) -> None:
    tokens.fresh = ["ya29.second"]
    api.fail(LINE, "authError", 401)
    api.answer(LINE, a_page())

    await calls.run(look)

    assert tokens.rejected == ["ya29.first"]
    assert [call.headers["authorization"] for call in api.calls] == ["Bearer ya29.first", "Bearer ya29.second"]


async def test_a_renewed_token_that_is_rejected_too_is_the_end(api: DataApi, calls: Api, tokens: Tokens) -> None:
    tokens.fresh = ["ya29.second", "ya29.third"]
    api.fail(LINE, "authError", 401)

    with pytest.raises(TokenRejectedError):
        await calls.run(look)

    assert (len(api.calls), tokens.fresh) == (2, ["ya29.third"])


async def test_speech_is_said_again_after_a_stale_token_for_it_was_not_heard(
    api: DataApi, calls: Api, tokens: Tokens
) -> None:
    tokens.fresh = ["ya29.second"]
    api.fail("POST /comments", "authError", 401)
    api.answer("POST /comments", {"id": "x"})

    assert (await calls.run(say)).document == {"id": "x"}


@pytest.mark.parametrize("reason", ["insufficientPermissions", "ineligibleAccount"])
async def test_a_grant_that_lacks_something_is_not_renewed(
    api: DataApi, calls: Api, tokens: Tokens, reason: str
) -> None:
    tokens.fresh = ["ya29.second"]
    api.fail(LINE, reason, 403)

    with pytest.raises(TokenRejectedError):
        await calls.run(look)

    assert (len(api.calls), tokens.rejected) == (1, [])


@pytest.mark.parametrize("token", ["", "ya29\n", "ya29ş"])
async def test_what_cannot_be_a_token_is_not_sent(api: DataApi, http: httpx.AsyncClient, token: str) -> None:
    budget = Budget(MemoryLedger(), clock=lambda: NOW)
    calls = Api(a_channel(), http, FixedToken(token), budget, base_url=api.url)

    with pytest.raises(TokenRejectedError):
        await calls.run(look)

    assert api.calls == []


@pytest.mark.parametrize("reason", ["processingFailure", "operationNotSupported"])
async def test_a_doubtful_failure_is_tried_once_more(api: DataApi, calls: Api, reason: str) -> None:
    api.fail(ACT, reason, 400)
    api.answer(ACT, "", 204)

    await calls.run(hide)

    assert len(api.calls) == 2


async def test_a_doubtful_failure_that_stays_is_refused_and_speech_is_not_repeated(api: DataApi, calls: Api) -> None:
    api.fail(ACT, "processingFailure", 400)
    api.fail("POST /comments", "processingFailure", 400)

    with pytest.raises(PlatformRefusedError):
        await calls.run(hide)
    with pytest.raises(PlatformRefusedError):
        await calls.run(say)

    assert api.lines == [ACT, ACT, "POST /comments"]


@pytest.mark.parametrize(
    ("given", "wait"),
    [
        ("30", timedelta(seconds=30)),
        ("Mon, 21 Sep 2026 17:15:00 GMT", timedelta(minutes=1)),
        ("Mon, 21 Sep 2026 10:00:00 GMT", timedelta()),
        ("99999999999999999999", timedelta(days=1)),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
async def test_the_platforms_wish_to_wait_is_kept(api: DataApi, calls: Api, given: str, wait: timedelta | None) -> None:
    api.fail(LINE, "rateLimitExceeded", 429, retry_after=given)

    with pytest.raises(PlatformUnavailableError) as caught:
        await calls.run(look)

    assert caught.value.retry_after == wait


async def test_a_used_up_day_stops_every_call_until_midnight_in_california(
    api: DataApi, calls: Api, ledger: MemoryLedger
) -> None:
    api.fail(LINE, "quotaExceeded", 403)
    until_midnight = timedelta(hours=13, minutes=46)

    for call in (look, hide):
        with pytest.raises(PlatformUnavailableError) as caught:
            await calls.run(call)
        assert caught.value.retry_after == until_midnight

    assert len(api.calls) == 1
    assert (await ledger.usage(day_of(NOW))).is_closed


async def test_what_is_kept_for_acts_is_not_polled_away(api: DataApi, calls: Api, ledger: MemoryLedger) -> None:
    await ledger.spend(day_of(NOW), Purpose.POLLING, 6000)
    api.answer(ACT, "", 204)
    polling = Call(name="poll", path="comments", params={"part": "id", "id": "a"}, purpose=Purpose.POLLING)

    with pytest.raises(PlatformUnavailableError) as caught:
        await calls.run(polling)
    await calls.run(hide)

    assert (caught.value.code, api.lines) == ("budget", [ACT])


@pytest.mark.parametrize("call", [look, hide])
async def test_no_answer_to_what_may_be_repeated_is_unavailable(api: DataApi, calls: Api, call: Call) -> None:
    api.hang(LINE)
    api.hang(ACT)

    with pytest.raises(PlatformUnavailableError):
        await calls.run(call)


async def test_a_connection_that_was_never_made_carries_nothing(http: httpx.AsyncClient, tokens: Tokens) -> None:
    budget = Budget(MemoryLedger(), clock=lambda: NOW)
    calls = Api(a_channel(), http, tokens, budget, base_url="http://127.0.0.1:1/youtube/v3")

    with pytest.raises(PlatformUnavailableError):
        await calls.run(say)


async def test_a_connection_that_breaks_may_have_carried_speech(
    api: DataApi, http: httpx.AsyncClient, tokens: Tokens
) -> None:
    api.answer("POST /comments", {"id": "x"}, headers={"content-length": "900"})
    budget = Budget(MemoryLedger(), clock=lambda: NOW)
    calls = Api(a_channel(), http, tokens, budget, base_url=api.url, timeout=timedelta(seconds=1))

    with pytest.raises(OutcomeUnknownError):
        await calls.run(say)


async def test_no_log_holds_a_text_a_token_or_the_platforms_sentence(api: DataApi, calls: Api) -> None:
    api.fail("POST /comments", "commentTextTooLong", 400)
    told = Call(
        name="reply",
        method="POST",
        path="comments",
        params={"part": "snippet"},
        json={"snippet": {"textOriginal": "gizli metin"}},
        is_speech=True,
    )

    with capture_logs() as logs, pytest.raises(PlatformRefusedError):
        await calls.run(told)

    assert [entry["event"] for entry in logs] == ["platform_call_failed"]
    assert not any(word in str(logs) for word in ("gizli", "ya29", "olmaz"))
