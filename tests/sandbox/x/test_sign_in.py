"""The page that asks, codes, tokens, and the application's own token."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.sandbox.x.seed import (
    APP_BEARER,
    CLIENT_ID,
    CLIENT_SECRET,
    CONSUMER_KEY,
    CONSUMER_SECRET,
    FACULTY,
    PUBLIC_CLIENT_ID,
    REFRESH_TOKENS,
    UNIVERSITY,
)
from tests.sandbox.conftest import Client, connected, some_settings
from tests.sandbox.x.api import TOKEN, XApi

VERIFIER = "a-verifier-of-at-least-forty-three-characters-x"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
REDIRECT = "http://127.0.0.1:8000/oauth/x"
ASKED = {
    "response_type": "code",
    "client_id": CLIENT_ID,
    "redirect_uri": REDIRECT,
    "scope": "tweet.read users.read offline.access",
    "state": "a state & more",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
PAGE, TOKENS = "/x/i/oauth2/authorize", "/x/2/oauth2/token"


async def allowed(client: Client, **changed: str) -> str:
    """A fresh code."""
    answer = {**ASKED, "answer": "allow", "account": FACULTY, **changed}
    response = await client.http.get(PAGE, params=answer)
    assert response.status_code == 302, response.text
    return parse_qs(urlsplit(response.headers["location"]).query)["code"][0]


async def token(
    client: Client, *, auth: tuple[str, str] | None = (CLIENT_ID, CLIENT_SECRET), **form: str
) -> httpx.Response:
    given = httpx.BasicAuth(*auth) if auth else httpx.Auth()
    return await client.http.post(TOKENS, data=form, auth=given)


async def by_code(client: Client, code: str, **changed: Any) -> httpx.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
    return await token(client, **(form | changed))


def refused(response: httpx.Response, error: str = "invalid_request", status: int = 400) -> str:
    assert response.status_code == status, response.text
    assert response.json()["error"] == error
    return str(response.json()["error_description"])


async def test_the_page_asks_for_which_account_and_what(client: Client) -> None:
    page = await client.http.get(PAGE, params=ASKED)

    assert page.status_code == 200
    for shown in ("İzin ver", "Vazgeç", "@izmirekonomiuni", "@ieumuhendislik", "offline.access", "a state &amp; more"):
        assert shown in page.text


async def test_who_allows_is_led_back_with_a_code_and_the_state(client: Client) -> None:
    response = await client.http.get(PAGE, params={**ASKED, "answer": "allow", "account": UNIVERSITY})

    address = response.headers["location"]
    assert address.startswith(f"{REDIRECT}?")
    assert parse_qs(urlsplit(address).query)["state"] == ["a state & more"]


async def test_who_denies_is_led_back_without_one(client: Client) -> None:
    response = await client.http.get(PAGE, params={**ASKED, "answer": "deny", "account": UNIVERSITY})

    query = parse_qs(urlsplit(response.headers["location"]).query)
    assert query == {"error": ["access_denied"], "state": ["a state & more"]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("response_type", "token"),
        ("client_id", "another"),
        ("redirect_uri", "https://elsewhere.example/oauth/x"),
        ("redirect_uri", ""),
        ("scope", ""),
        ("scope", "tweet.read everything"),
        ("state", ""),
        ("code_challenge", "short"),
        ("code_challenge_method", "plain"),
        ("account", "1"),
    ],
)
async def test_a_wrong_question_leads_nowhere(client: Client, name: str, value: str) -> None:
    response = await client.http.get(PAGE, params={**ASKED, "answer": "allow", "account": FACULTY, name: value})

    assert response.status_code == 400
    assert name in response.text
    assert "location" not in response.headers


async def test_registered_addresses_are_the_only_ones(client: Client) -> None:
    registered = "https://nobet.example/oauth/x"
    async with connected(some_settings(x_redirect_uris=(registered,)), client.clock) as strict:
        assert (await strict.http.get(PAGE, params=ASKED)).status_code == 400
        assert (await strict.http.get(PAGE, params={**ASKED, "redirect_uri": registered})).status_code == 200


async def test_a_code_gives_two_tokens_for_two_hours(client: Client) -> None:
    answer = (await by_code(client, await allowed(client))).json()

    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 7200)
    assert answer["scope"] == ASKED["scope"]
    assert answer["refresh_token"]
    x = XApi(client)
    assert (await x.get("/2/users/me", token=answer["access_token"]))["data"]["id"] == FACULTY
    client.clock.forward(hours=2)
    assert (await x.call("GET", "/2/users/me", token=answer["access_token"])).status_code == 401


async def test_without_offline_access_there_is_no_refresh_token(client: Client) -> None:
    answer = (await by_code(client, await allowed(client, scope="tweet.read users.read"))).json()

    assert "refresh_token" not in answer


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"code": "another"}, "authorization code"),
        ({"redirect_uri": f"{REDIRECT}/"}, "redirect uri"),
        ({"code_verifier": VERIFIER[::-1]}, "code verifier"),
    ],
)
async def test_a_code_must_meet_what_it_was_given_for(client: Client, changed: dict[str, str], told: str) -> None:
    code = await allowed(client)

    assert told in refused(await by_code(client, **({"code": code} | changed)))
    assert (await by_code(client, code)).status_code == 200


async def test_a_code_is_good_once_and_for_half_a_minute(client: Client) -> None:
    code, late = await allowed(client), await allowed(client)
    assert (await by_code(client, code)).status_code == 200

    refused(await by_code(client, code))
    client.clock.forward(seconds=30)
    refused(await by_code(client, late))


async def test_a_refresh_token_is_good_once(client: Client) -> None:
    first = (await token(client, grant_type="refresh_token", refresh_token=REFRESH_TOKENS[UNIVERSITY])).json()

    assert first["refresh_token"] != REFRESH_TOKENS[UNIVERSITY]
    refused(await token(client, grant_type="refresh_token", refresh_token=REFRESH_TOKENS[UNIVERSITY]))
    assert (await XApi(client).call("GET", "/2/users/me", token=TOKEN)).status_code == 401
    second = await token(client, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert second.status_code == 200


@pytest.mark.parametrize(
    ("auth", "form"),
    [
        (None, {}),
        (None, {"client_id": CLIENT_ID}),
        ((CLIENT_ID, "wrong"), {}),
        ((CONSUMER_KEY, CONSUMER_SECRET), {}),
    ],
)
async def test_a_confidential_client_proves_itself(client: Client, auth: Any, form: dict[str, str]) -> None:
    asked = {"grant_type": "refresh_token", "refresh_token": REFRESH_TOKENS[UNIVERSITY], **form}

    refused(await token(client, auth=auth, **asked), "unauthorized_client", 401)


async def test_one_client_cannot_use_what_another_was_given(client: Client) -> None:
    asked = {"grant_type": "refresh_token", "refresh_token": REFRESH_TOKENS[UNIVERSITY]}

    refused(await token(client, auth=None, client_id=PUBLIC_CLIENT_ID, **asked))


async def test_what_is_no_grant(client: Client) -> None:
    refused(await token(client))
    refused(await token(client, grant_type="password"), "unsupported_grant_type")
    refused(await client.http.post(TOKENS, json={"grant_type": "refresh_token"}))


async def test_a_revoked_token_opens_nothing(client: Client) -> None:
    auth = httpx.BasicAuth(CLIENT_ID, CLIENT_SECRET)

    response = await client.http.post("/x/2/oauth2/revoke", data={"token": TOKEN}, auth=auth)

    assert response.json() == {"revoked": True}
    assert (await XApi(client).call("GET", "/2/users/me")).status_code == 401


async def test_the_application_has_a_token_of_its_own(client: Client) -> None:
    auth = httpx.BasicAuth(CONSUMER_KEY, CONSUMER_SECRET)

    response = await client.http.post("/x/oauth2/token", data={"grant_type": "client_credentials"}, auth=auth)

    assert response.json() == {"token_type": "bearer", "access_token": APP_BEARER}
    wrong = httpx.BasicAuth(CONSUMER_KEY, "wrong")
    response = await client.http.post("/x/oauth2/token", data={"grant_type": "client_credentials"}, auth=wrong)
    assert response.status_code == 403
    assert response.json()["errors"][0]["code"] == 99


async def test_an_expired_token_does_not_keep_one_from_renewing(client: Client) -> None:
    await client.control("faults", platform="x", kind="expired_token")

    assert (
        await token(client, grant_type="refresh_token", refresh_token=REFRESH_TOKENS[UNIVERSITY])
    ).status_code == 200
    await client.control("faults", platform="x", kind="http_500")
    assert (await token(client, grant_type="refresh_token", refresh_token="any")).status_code == 500


async def test_tokens_outlive_a_restart_and_not_a_reset(client: Client, tmp_path: Any) -> None:
    settings = some_settings(data_dir=tmp_path)
    async with connected(settings, client.clock) as before:
        fresh = (await by_code(before, await allowed(before))).json()["access_token"]
    async with connected(settings, client.clock) as after:
        x = XApi(after)
        assert (await x.call("GET", "/2/users/me", token=fresh)).status_code == 200

        await after.control("reset")

        assert (await x.call("GET", "/2/users/me", token=fresh)).status_code == 401
        assert (await x.call("GET", "/2/users/me", token=TOKEN)).status_code == 200
