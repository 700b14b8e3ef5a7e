"""Asking for a grant, renewing it, and telling when a person is needed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest

from app.connectors.base import TokenSource
from app.connectors.linkedin.oauth import SCOPES, Grant, GrantedTokens, LinkedInOAuth
from app.errors import PlatformUnavailableError, TokenRejectedError
from tests.connectors.linkedin.builders import WRITTEN_AT, MovableClock
from tests.connectors.linkedin.rest_api import RestApi

TOKEN_LINE = "POST /oauth/v2/accessToken"
DAY = timedelta(days=1)
PARTNERS = {
    "access_token": "AT-1",
    "expires_in": 5184000,
    "refresh_token": "RT-1",
    "refresh_token_expires_in": 31536000,
    "scope": "r_organization_social_feed,w_organization_social_feed",
}


@pytest.fixture
def oauth(server: RestApi, http: httpx.AsyncClient, clock: MovableClock) -> LinkedInOAuth:
    return LinkedInOAuth(
        client_id="77abc",
        client_secret="çok-gizli",
        redirect_uri="https://nobet.example/oauth/linkedin",
        http=http,
        clock=clock,
        token_url=f"{server.url}/oauth/v2/accessToken",
        timeout=timedelta(seconds=0.5),
    )


def a_grant(**fields: object) -> Grant:
    whole = Grant(
        access_token="AT-0",
        expires_at=WRITTEN_AT + 60 * DAY,
        refresh_token="RT-1",
        refresh_expires_at=WRITTEN_AT + 365 * DAY,
        scopes=frozenset({"rw_organization_admin"}),
    )
    return replace(whole, **fields)  # type: ignore[arg-type] # fields are named by the tests


def test_a_member_is_sent_to_linkedin_with_state_and_scopes(oauth: LinkedInOAuth) -> None:
    address = urlsplit(oauth.authorization_url(state="s p/1"))

    assert address._replace(query="").geturl() == "https://www.linkedin.com/oauth/v2/authorization"
    assert parse_qs(address.query) == {
        "response_type": ["code"],
        "client_id": ["77abc"],
        "redirect_uri": ["https://nobet.example/oauth/linkedin"],
        "scope": [" ".join(SCOPES)],
        "state": ["s p/1"],
    }


async def test_a_code_becomes_a_grant(server: RestApi, oauth: LinkedInOAuth) -> None:
    server.answer(TOKEN_LINE, PARTNERS, content_type="application/json")

    grant = await oauth.exchange("kod/1")

    assert grant == Grant(
        access_token="AT-1",
        expires_at=WRITTEN_AT + 60 * DAY,
        refresh_token="RT-1",
        refresh_expires_at=WRITTEN_AT + 365 * DAY,
        scopes=frozenset({"r_organization_social_feed", "w_organization_social_feed"}),
    )
    (call,) = server.calls
    assert dict(parse_qsl(call.body.decode())) == {
        "grant_type": "authorization_code",
        "code": "kod/1",
        "redirect_uri": "https://nobet.example/oauth/linkedin",
        "client_id": "77abc",
        "client_secret": "çok-gizli",
    }
    assert "authorization" not in call.headers


async def test_an_application_that_is_no_partners_gets_no_refresh_token(server: RestApi, oauth: LinkedInOAuth) -> None:
    server.answer(TOKEN_LINE, {"access_token": "AT-1", "expires_in": 5184000})

    grant = await oauth.exchange("kod")

    assert not grant.is_renewable(WRITTEN_AT)
    assert grant.ends_at() == WRITTEN_AT + 60 * DAY
    with pytest.raises(TokenRejectedError):
        await oauth.refresh(grant)
    assert len(server.calls) == 1


async def test_renewing_does_not_lengthen_the_year(server: RestApi, oauth: LinkedInOAuth, clock: MovableClock) -> None:
    server.answer(TOKEN_LINE, {"access_token": "AT-2", "expires_in": 5184000, "refresh_token_expires_in": 31536000})
    clock.move(50 * DAY)

    grant = await oauth.refresh(a_grant())

    assert grant.access_token == "AT-2"
    assert grant.expires_at == WRITTEN_AT + 110 * DAY
    assert grant.refresh_token == "RT-1"
    assert grant.refresh_expires_at == WRITTEN_AT + 365 * DAY
    assert grant.scopes == {"rw_organization_admin"}
    form = dict(parse_qsl(server.calls[0].body.decode()))
    assert (form["grant_type"], form["refresh_token"]) == ("refresh_token", "RT-1")
    assert (form["client_id"], form["client_secret"]) == ("77abc", "çok-gizli")


@pytest.mark.parametrize("error", ["invalid_grant", "invalid_request", "invalid_client", "access_denied"])
async def test_a_grant_that_linkedin_refuses_needs_a_person(server: RestApi, oauth: LinkedInOAuth, error: str) -> None:
    server.answer(TOKEN_LINE, {"error": error, "error_description": "AT-gizli"}, 400)

    with pytest.raises(TokenRejectedError) as raised:
        await oauth.refresh(a_grant())

    assert raised.value.code == error
    assert "gizli" not in str(raised.value)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 500),
        ("<html>", 200),
        ({}, 200),
        ([], 200),
        ({"access_token": "AT-2"}, 200),
        ({"access_token": "AT-2", "expires_in": "x"}, 200),
        ({"message": "Too many requests", "status": 429}, 429),
        ({"error": "temporarily_unavailable"}, 503),
        ({"error": "server_error"}, 400),
        ("", 302),
    ],
)
async def test_an_answer_that_is_none_may_come_later(
    server: RestApi, oauth: LinkedInOAuth, body: object, status: int
) -> None:
    server.answer(TOKEN_LINE, body, status)

    with pytest.raises(PlatformUnavailableError):
        await oauth.refresh(a_grant())
    with pytest.raises(PlatformUnavailableError):
        await oauth.exchange("kod")


async def test_silence_ends_in_time(server: RestApi, oauth: LinkedInOAuth) -> None:
    server.hang(TOKEN_LINE)

    with pytest.raises(PlatformUnavailableError):
        await oauth.refresh(a_grant())


def test_a_person_is_told_two_weeks_ahead() -> None:
    lone = a_grant(refresh_token=None, refresh_expires_at=None)

    assert not lone.needs_person(WRITTEN_AT + 45 * DAY)
    assert lone.needs_person(WRITTEN_AT + 46 * DAY)
    assert not a_grant().needs_person(WRITTEN_AT + 46 * DAY)
    assert a_grant().needs_person(WRITTEN_AT + 351 * DAY)


def test_nothing_printed_shows_a_secret(oauth: LinkedInOAuth) -> None:
    assert not any(secret in repr((oauth, a_grant())) for secret in ("çok-gizli", "AT-0", "RT-1"))


Source = Callable[[Grant], TokenSource]


@pytest.fixture
def kept() -> list[Grant]:
    return []


@pytest.fixture
def source(oauth: LinkedInOAuth, kept: list[Grant]) -> Source:
    async def keep(grant: Grant) -> None:
        kept.append(grant)

    return lambda grant: GrantedTokens(oauth, grant, keep=keep)


async def test_a_token_is_used_while_it_lives(server: RestApi, source: Source) -> None:
    assert await source(a_grant()).token() == "AT-0"
    assert server.calls == []


async def test_a_token_is_renewed_ahead_and_kept(
    server: RestApi, source: Source, kept: list[Grant], clock: MovableClock
) -> None:
    server.answer(TOKEN_LINE, PARTNERS)
    clock.move(55 * DAY)
    tokens = source(a_grant())

    assert await tokens.token() == "AT-1"
    assert await tokens.token() == "AT-1"
    assert [grant.access_token for grant in kept] == ["AT-1"]
    assert len(server.calls) == 1


async def test_a_token_that_still_lives_is_used_where_renewing_is_not_answered(
    server: RestApi, source: Source, clock: MovableClock
) -> None:
    server.answer(TOKEN_LINE, "", 502)
    clock.move(55 * DAY)

    assert await source(a_grant()).token() == "AT-0"

    clock.move(6 * DAY)
    with pytest.raises(PlatformUnavailableError):
        await source(a_grant()).token()


async def test_a_token_that_still_lives_is_used_where_renewing_is_refused(
    server: RestApi, source: Source, clock: MovableClock
) -> None:
    server.answer(TOKEN_LINE, {"error": "invalid_grant"}, 400)
    clock.move(55 * DAY)

    assert await source(a_grant()).token() == "AT-0"

    clock.move(6 * DAY)
    with pytest.raises(TokenRejectedError):
        await source(a_grant()).token()


async def test_a_token_that_nobody_can_renew_ends(source: Source, clock: MovableClock) -> None:
    tokens = source(a_grant(refresh_token=None))
    clock.move(59 * DAY)
    assert await tokens.token() == "AT-0"

    clock.move(DAY)
    with pytest.raises(TokenRejectedError):
        await tokens.token()
    with pytest.raises(TokenRejectedError):
        await tokens.renewed("AT-0")


async def test_a_rejected_token_is_renewed_once_for_all_who_ask(
    server: RestApi, source: Source, kept: list[Grant]
) -> None:
    server.answer(TOKEN_LINE, PARTNERS)
    tokens = source(a_grant())

    assert [await tokens.renewed("AT-0"), await tokens.renewed("AT-0")] == ["AT-1", "AT-1"]
    assert len(kept) == 1
