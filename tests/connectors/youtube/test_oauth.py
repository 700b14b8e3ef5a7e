"""Consent, its exchange, and renewal."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.connectors.youtube.oauth import AUTHORIZE, FORCE_SSL, Google
from app.errors import PlatformUnavailableError, TokenRejectedError
from tests.connectors.youtube.builders import NOW
from tests.connectors.youtube.data_api import DataApi

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
LINE = "POST /token"


def google(api: DataApi | None = None) -> Google:
    token_url = f"{api.origin}/token" if api else "http://127.0.0.1:1/token"
    return Google(
        client_id="id.apps", client_secret="s3cret", redirect_uri="https://nobet.example/back", token_url=token_url
    )


def test_the_owner_is_asked_for_lasting_access_to_comments() -> None:
    url = google().authorization_url(state="st", code_verifier=VERIFIER, login_hint="sm@korfez.example")

    assert url.startswith(AUTHORIZE + "?")
    assert {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()} == {
        "response_type": "code",
        "client_id": "id.apps",
        "redirect_uri": "https://nobet.example/back",
        "scope": FORCE_SSL,
        "state": "st",
        "access_type": "offline",
        "prompt": "consent",
        "login_hint": "sm@korfez.example",
        # The pair of RFC 7636, appendix B.
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }


async def test_a_code_becomes_a_grant(api: DataApi, http: httpx.AsyncClient) -> None:
    answer = {"access_token": "ya29.a", "refresh_token": "1//r", "expires_in": 3599, "scope": f"{FORCE_SSL} openid"}
    api.answer(LINE, answer)

    grant = await google(api).exchange(http, "4/0Aş+&", code_verifier=VERIFIER, now=NOW)

    assert (grant.access_token, grant.refresh_token) == ("ya29.a", "1//r")
    assert grant.expires_at == NOW + timedelta(seconds=3599)
    assert grant.scopes == {FORCE_SSL, "openid"}
    assert api.calls[0].form == {
        "grant_type": "authorization_code",
        "code": "4/0Aş+&",
        "redirect_uri": "https://nobet.example/back",
        "code_verifier": VERIFIER,
        "client_id": "id.apps",
        "client_secret": "s3cret",
    }
    assert not any(secret in repr((grant, google(api))) for secret in ("ya29", "1//r", "s3cret"))


async def test_a_renewal_keeps_the_refresh_token_unless_another_is_given(api: DataApi, http: httpx.AsyncClient) -> None:
    api.answer(LINE, {"access_token": "ya29.b", "expires_in": "60", "scope": [FORCE_SSL]})
    api.answer(LINE, {"access_token": "ya29.c", "refresh_token": "1//new"})

    kept = await google(api).refresh(http, "1//r", now=NOW)
    changed = await google(api).refresh(http, "1//r", now=NOW)

    assert (kept.refresh_token, kept.expires_at, kept.scopes) == (
        "1//r",
        NOW + timedelta(minutes=1),
        frozenset({FORCE_SSL}),
    )
    assert (changed.refresh_token, changed.expires_at) == ("1//new", NOW + timedelta(hours=1))
    assert api.calls[0].form["grant_type"] == "refresh_token"


@pytest.mark.parametrize("error", ["invalid_grant", "invalid_client", "unauthorized_client", "something_new"])
async def test_a_final_error_asks_for_a_person(api: DataApi, http: httpx.AsyncClient, error: str) -> None:
    api.answer(LINE, {"error": error, "error_description": "Token has been expired or revoked."}, 400)

    with pytest.raises(TokenRejectedError) as caught:
        await google(api).refresh(http, "1//r", now=NOW)

    assert caught.value.code == error


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"error": "temporarily_unavailable"}, 400),
        ({"error": "invalid_grant"}, 500),
        ({"error": "rate_limit_exceeded"}, 429),
        ({"error": {"code": 403}}, 403),
        ("<html>", 502),
        ("<html>", 200),
        ("[]", 200),
        ({"token_type": "Bearer"}, 200),
        ("", 302),
    ],
)
async def test_a_passing_trouble_is_no_lost_consent(
    api: DataApi, http: httpx.AsyncClient, body: Any, status: int
) -> None:
    api.answer(LINE, body, status)

    with pytest.raises(PlatformUnavailableError):
        await google(api).refresh(http, "1//r", now=NOW)


async def test_an_address_that_is_away_is_no_lost_consent(http: httpx.AsyncClient) -> None:
    with pytest.raises(PlatformUnavailableError):
        await google().refresh(http, "1//r", now=NOW)
