"""Signing in, renewing, and signing calls."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.connectors.x.api import Call
from app.connectors.x.oauth import (
    AUTHORIZE_URL,
    BLOCKING,
    SCOPES,
    TOKEN_URL,
    App,
    authorization_url,
    exchange,
    new_verifier,
    refresh,
)
from app.connectors.x.oauth1 import UserSignature
from app.errors import PlatformUnavailableError, TokenRejectedError
from tests.connectors.x.builders import NOW, an_api
from tests.connectors.x.x_api import LoopbackX

LINE = "POST /2/oauth2/token"
GRANT = {"token_type": "bearer", "expires_in": 7200, "access_token": "at", "refresh_token": "rt2", "scope": "a b"}


def an_app(x: LoopbackX | None = None, **fields: Any) -> App:
    url = f"{x.url}/2/oauth2/token" if x else TOKEN_URL
    defaults = {"client_id": "cid", "client_secret": "cs", "redirect_uri": "https://n.example/geri", "token_url": url}
    return App(**(defaults | fields))


# The documentation's own example, whose keys are public.
EXAMPLE = UserSignature(
    consumer_key="xvz1evFS4wEEPTGEFPHBog",
    consumer_secret="kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
    token="370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
    token_secret="LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
    nonce=lambda: "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
    clock=lambda: datetime.fromtimestamp(1318622958, UTC),
)


def test_the_documented_example_is_signed_alike() -> None:
    header = EXAMPLE.header(
        "POST",
        "https://api.x.com/1.1/statuses/update.json?include_entities=true",
        form="status=Hello%20Ladies%20%2B%20Gentlemen%2C%20a%20signed%20OAuth%20request%21",
    )

    assert header.startswith("OAuth ")
    assert 'oauth_signature="Ls93hJiZbQ3akF3HF3x1Bz8%2FzU4%3D"' in header
    assert 'oauth_timestamp="1318622958"' in header
    assert 'oauth_signature_method="HMAC-SHA1"' in header


def test_the_query_is_part_of_what_is_signed() -> None:
    one = EXAMPLE.header("GET", "https://api.x.com/2/tweets?ids=1")
    other = EXAMPLE.header("GET", "https://api.x.com/2/tweets?ids=2")

    assert one != other


async def test_a_json_body_is_not_signed(x: LoopbackX, http: httpx.AsyncClient) -> None:
    x.answer("PUT /2/tweets/1/hidden", {"data": {"hidden": True}})
    await an_api(x.url, http, credentials=EXAMPLE).run(
        Call(name="hide", method="PUT", path="2/tweets/1/hidden", json={"hidden": True})
    )

    assert x.calls[0].json == {"hidden": True}
    assert x.calls[0].headers["authorization"] == EXAMPLE.header("PUT", f"{x.url}/2/tweets/1/hidden")
    assert "body_hash" not in x.calls[0].headers["authorization"]


def test_each_signature_has_a_nonce_of_its_own() -> None:
    keys = UserSignature(consumer_key="a", consumer_secret="b", token="c", token_secret="d")

    assert keys.header("GET", "https://api.x.com/2/users/me") != keys.header("GET", "https://api.x.com/2/users/me")


def test_secrets_are_not_printed() -> None:
    shown = repr(EXAMPLE) + repr(an_app())

    assert "kAcSOqF" not in shown
    assert "Lsww" not in shown
    assert "'cs'" not in shown


def test_a_person_is_sent_to_x_with_a_challenge() -> None:
    verifier = new_verifier()

    url = urlsplit(authorization_url(an_app(), state="st", verifier=verifier))
    query = {name: values[0] for name, values in parse_qs(url.query).items()}

    assert url._replace(query="").geturl() == AUTHORIZE_URL
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    assert query == {
        "response_type": "code",
        "client_id": "cid",
        "redirect_uri": "https://n.example/geri",
        "scope": " ".join(SCOPES),
        "state": "st",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    assert 43 <= len(verifier) <= 128
    assert verifier != new_verifier()


def test_more_scopes_can_be_asked_for() -> None:
    url = authorization_url(an_app(), state="st", verifier="v" * 43, scopes=(*SCOPES, *BLOCKING))

    assert "block.write" in url


async def test_a_code_becomes_tokens(x: LoopbackX, http: httpx.AsyncClient) -> None:
    x.answer(LINE, GRANT)

    tokens = await exchange(an_app(x), http, code="c0de", verifier="ver", now=NOW)

    assert (tokens.access_token, tokens.refresh_token) == ("at", "rt2")
    assert tokens.expires_at == NOW + timedelta(hours=2)
    assert tokens.scopes == {"a", "b"}
    assert x.calls[0].form == {
        "grant_type": "authorization_code",
        "code": "c0de",
        "redirect_uri": "https://n.example/geri",
        "code_verifier": "ver",
    }
    assert x.calls[0].headers["authorization"] == "Basic " + base64.b64encode(b"cid:cs").decode()


async def test_a_public_client_names_itself_in_the_form(x: LoopbackX, http: httpx.AsyncClient) -> None:
    x.answer(LINE, GRANT)

    await refresh(an_app(x, client_secret=None), http, refresh_token="rt1", now=NOW)

    assert x.calls[0].form == {"grant_type": "refresh_token", "refresh_token": "rt1", "client_id": "cid"}
    assert "authorization" not in x.calls[0].headers


async def test_the_refresh_token_that_comes_back_replaces_the_old(x: LoopbackX, http: httpx.AsyncClient) -> None:
    x.answer(LINE, GRANT)
    x.answer(LINE, {"access_token": "at3"})

    first = await refresh(an_app(x), http, refresh_token="rt1", now=NOW)
    second = await refresh(an_app(x), http, refresh_token="rt2", now=NOW)

    assert first.refresh_token == "rt2"
    # Where none comes back, the one that was sent may still be good.
    assert second.refresh_token == "rt2"
    assert second.expires_at == NOW + timedelta(hours=2)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"error": "invalid_request", "error_description": "Value passed for the token was invalid."}),
        (400, {"error": "invalid_grant"}),
        (401, {"error": "unauthorized_client", "error_description": "Missing valid authorization header"}),
        (403, {"errors": [{"code": 99}]}),
        (200, {"token_type": "bearer"}),
    ],
)
async def test_a_token_that_is_not_given_needs_a_person(
    x: LoopbackX, http: httpx.AsyncClient, status: int, body: Any
) -> None:
    x.answer(LINE, body, status)

    with pytest.raises(TokenRejectedError):
        await refresh(an_app(x), http, refresh_token="rt1", now=NOW)


@pytest.mark.parametrize(("status", "body"), [(429, {}), (500, {}), (503, "<html>"), (200, "<html>"), (302, "")])
async def test_a_passing_trouble_is_no_rejection(x: LoopbackX, http: httpx.AsyncClient, status: int, body: Any) -> None:
    x.answer(LINE, body, status)

    with pytest.raises(PlatformUnavailableError):
        await refresh(an_app(x), http, refresh_token="rt1", now=NOW)


async def test_without_a_connection_nothing_is_rejected(http: httpx.AsyncClient) -> None:
    with pytest.raises(PlatformUnavailableError):
        await refresh(an_app(token_url="http://127.0.0.1:1/"), http, refresh_token="rt1", now=NOW)
