"""Asking for a grant, renewing it, and telling when a person is needed."""

from datetime import timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest

from app.connectors.base import Grant
from app.connectors.linkedin.oauth import SCOPES, LinkedInOAuth
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

    assert (grant.refresh_token, grant.refresh_expires_at) == (None, None)
    assert grant.expires_at == WRITTEN_AT + 60 * DAY


async def test_a_renewal_gives_a_fresh_token(server: RestApi, oauth: LinkedInOAuth, clock: MovableClock) -> None:
    server.answer(TOKEN_LINE, {"access_token": "AT-2", "expires_in": 5184000, "refresh_token_expires_in": 31536000})
    clock.move(50 * DAY)

    grant = await oauth.refresh("RT-1")

    assert (grant.access_token, grant.refresh_token) == ("AT-2", None)
    assert grant.expires_at == WRITTEN_AT + 110 * DAY
    form = dict(parse_qsl(server.calls[0].body.decode()))
    assert (form["grant_type"], form["refresh_token"]) == ("refresh_token", "RT-1")
    assert (form["client_id"], form["client_secret"]) == ("77abc", "çok-gizli")


@pytest.mark.parametrize("error", ["invalid_grant", "invalid_request", "invalid_client", "access_denied"])
async def test_a_grant_that_linkedin_refuses_needs_a_person(server: RestApi, oauth: LinkedInOAuth, error: str) -> None:
    server.answer(TOKEN_LINE, {"error": error, "error_description": "AT-gizli"}, 400)

    with pytest.raises(TokenRejectedError) as raised:
        await oauth.refresh("RT-1")

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
        await oauth.refresh("RT-1")
    with pytest.raises(PlatformUnavailableError):
        await oauth.exchange("kod")


async def test_silence_ends_in_time(server: RestApi, oauth: LinkedInOAuth) -> None:
    server.hang(TOKEN_LINE)

    with pytest.raises(PlatformUnavailableError):
        await oauth.refresh("RT-1")


def test_nothing_printed_shows_a_secret(oauth: LinkedInOAuth) -> None:
    grant = Grant(access_token="AT-0", refresh_token="RT-1")

    assert not any(secret in repr((oauth, grant)) for secret in ("çok-gizli", "AT-0", "RT-1"))
