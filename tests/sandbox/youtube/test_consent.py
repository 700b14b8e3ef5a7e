"""The owner's consent, its exchange, renewal and end."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from app.connectors.youtube.oauth import FORCE_SSL, Google
from app.sandbox.youtube.seed import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKENS
from tests.sandbox.youtube.api import CHANNEL, FACULTY, YouTube

REDIRECT = "http://127.0.0.1:8000/oauth/youtube"
# The pair of RFC 7636, appendix B.
VERIFIER, CHALLENGE = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
ASKED = {
    "client_id": CLIENT_ID,
    "redirect_uri": REDIRECT,
    "response_type": "code",
    "scope": FORCE_SSL,
    "state": "st ğ",
    "access_type": "offline",
    "prompt": "consent",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
PAGE = "/youtube/o/oauth2/v2/auth"


async def decided(youtube: YouTube, decision: str = "allow", channel: str = CHANNEL, **changed: Any) -> dict[str, str]:
    """Where a button of the page leads, by its query."""
    asked = {name: value for name, value in (ASKED | changed).items() if value is not None}
    answer = await youtube.http.post(PAGE, data={**asked, "channel": channel, "decision": decision})
    assert answer.status_code == 302, answer.text
    assert answer.headers["location"].startswith(f"{REDIRECT}?")
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


async def token(youtube: YouTube, **form: Any) -> httpx.Response:
    ours = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    fields = {name: value for name, value in (ours | form).items() if value is not None}
    return await youtube.http.post("/youtube/token", data=fields)


async def exchange(youtube: YouTube, code: str, **changed: Any) -> httpx.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
    return await token(youtube, **(form | changed))


async def test_the_whole_way_of_a_sign_in(youtube: YouTube) -> None:
    google = Google(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        redirect_uri=REDIRECT,
        authorize_url=f"{youtube.ground.settings.base_url}{PAGE}",
        token_url=f"{youtube.ground.settings.base_url}/youtube/token",
    )
    page = await youtube.http.get(google.authorization_url(state="st", code_verifier=VERIFIER))
    assert page.status_code == 200
    assert "İEÜ Mühendislik Fakültesi" in page.text
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    form = {name: unescape(value) for name, value in hidden if name != "back"}
    led = await youtube.http.post(PAGE, data={**form, "channel": FACULTY, "decision": "allow"})
    query = dict(parse_qsl(urlsplit(led.headers["location"]).query))
    assert (query["state"], query["scope"]) == ("st", FORCE_SSL)

    grant = await google.exchange(youtube.http, query["code"], code_verifier=VERIFIER, now=youtube.clock())
    assert grant.refresh_token is not None
    youtube.token = grant.access_token
    assert (await youtube.get("channels", part="id", mine="true"))["items"][0]["id"] == FACULTY
    renewed = await google.refresh(youtube.http, grant.refresh_token, now=youtube.clock())
    assert renewed.access_token != grant.access_token
    assert grant.scopes == renewed.scopes == {FORCE_SSL}


async def test_an_owner_may_deny(youtube: YouTube) -> None:
    assert await decided(youtube, "deny") == {"error": "access_denied", "state": "st ğ"}


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"client_id": "other"}, 401, "invalid_client"),
        ({"client_id": ""}, 400, "invalid_request"),
        ({"response_type": "token"}, 400, "unsupported_response_type"),
        ({"scope": "https://www.googleapis.com/auth/drive"}, 400, "invalid_scope"),
        ({"scope": ""}, 400, "invalid_scope"),
        ({"redirect_uri": "http://elsewhere.example/back"}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": "javascript:alert(1)"}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": f"{REDIRECT}#x"}, 400, "redirect_uri_mismatch"),
        ({"access_type": "always"}, 400, "invalid_request"),
        ({"code_challenge_method": "plain"}, 400, "invalid_request"),
        ({"colour": "blue"}, 400, "invalid_request"),
    ],
)
async def test_a_wrong_request_leads_nowhere(
    youtube: YouTube, changed: dict[str, str], status: int, error: str
) -> None:
    shown = await youtube.http.get(PAGE, params=ASKED | changed)
    pressed = await youtube.http.post(PAGE, data=ASKED | changed | {"channel": CHANNEL, "decision": "allow"})

    for answer in (shown, pressed):
        assert (answer.status_code, f"<code>{error}</code>" in answer.text) == (status, True)
        assert "location" not in answer.headers


async def test_a_code_is_exchanged_once(youtube: YouTube) -> None:
    code = (await decided(youtube))["code"]

    first = (await exchange(youtube, code)).json()
    second = await exchange(youtube, code)

    assert set(first) == {"access_token", "expires_in", "refresh_token", "scope", "token_type"}
    assert (first["expires_in"], first["token_type"]) == (3599, "Bearer")
    assert (second.status_code, second.json()["error"]) == (400, "invalid_grant")
    # Somebody else had the code: what came of it ends too.
    youtube.token = first["access_token"]
    assert (await youtube.call("GET", "channels", part="id", mine="true")).status_code == 401


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"code": "4/0Aother"}, 400, "invalid_grant"),
        ({"code_verifier": "x" * 43}, 400, "invalid_grant"),
        ({"code_verifier": None}, 400, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:8000/elsewhere"}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": None}, 400, "invalid_request"),
        ({"code": None}, 400, "invalid_request"),
        ({"client_id": "other"}, 401, "invalid_client"),
        ({"client_secret": "other"}, 401, "invalid_client"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": None}, 400, "invalid_request"),
    ],
)
async def test_what_an_exchange_is_refused_for(
    youtube: YouTube, changed: dict[str, Any], status: int, error: str
) -> None:
    code = (await decided(youtube))["code"]

    response = await exchange(youtube, **{"code": code, **changed})

    assert (response.status_code, response.json()["error"]) == (status, error)


async def test_a_code_lasts_ten_minutes(youtube: YouTube) -> None:
    code = (await decided(youtube))["code"]
    youtube.clock.forward(minutes=10)

    assert (await exchange(youtube, code)).json()["error"] == "invalid_grant"


async def test_without_a_new_consent_there_is_no_second_refresh_token(youtube: YouTube) -> None:
    known = await exchange(youtube, (await decided(youtube, prompt=None))["code"])
    online = await exchange(youtube, (await decided(youtube, access_type=None))["code"])

    assert "refresh_token" not in known.json()
    assert "refresh_token" not in online.json()


async def test_an_access_token_lasts_an_hour_and_the_refresh_token_stays(youtube: YouTube) -> None:
    renewing = {"grant_type": "refresh_token", "refresh_token": REFRESH_TOKENS[CHANNEL]}
    first = (await token(youtube, **renewing)).json()
    youtube.token = first["access_token"]
    youtube.clock.forward(minutes=59)
    assert (await youtube.call("GET", "channels", part="id", mine="true")).status_code == 200

    youtube.clock.forward(minutes=1)

    assert "refresh_token" not in first
    assert (await youtube.call("GET", "channels", part="id", mine="true")).status_code == 401
    assert (await token(youtube, **renewing)).status_code == 200


async def test_a_revoked_consent_ends_all_its_tokens(youtube: YouTube) -> None:
    renewing = {"grant_type": "refresh_token", "refresh_token": REFRESH_TOKENS[CHANNEL]}
    youtube.token = (await token(youtube, **renewing)).json()["access_token"]

    revoked = await youtube.http.post("/youtube/revoke", data={"token": REFRESH_TOKENS[CHANNEL]})

    assert revoked.status_code == 200
    refused = await token(youtube, **renewing)
    assert (refused.status_code, refused.json()) == (
        400,
        {"error": "invalid_grant", "error_description": "Token has been expired or revoked."},
    )
    assert (await youtube.call("GET", "channels", part="id", mine="true")).status_code == 401
    again = await youtube.http.post("/youtube/revoke", data={"token": REFRESH_TOKENS[CHANNEL]})
    assert (again.status_code, again.json()["error"]) == (400, "invalid_token")
    other = await token(youtube, grant_type="refresh_token", refresh_token=REFRESH_TOKENS[FACULTY])
    assert other.status_code == 200


async def test_parameters_come_as_a_form_once_each(youtube: YouTube) -> None:
    as_json = await youtube.http.post("/youtube/token", json={"grant_type": "refresh_token"})
    twice = await youtube.http.post(
        "/youtube/token",
        content="grant_type=refresh_token&grant_type=refresh_token",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )

    assert as_json.json()["error"] == twice.json()["error"] == "invalid_request"


@pytest.mark.parametrize(("kind", "status"), [("http_500", 500), ("http_429", 429)])
async def test_faults_reach_the_token_endpoint(youtube: YouTube, kind: str, status: int) -> None:
    await youtube.client.control("faults", platform="youtube", kind=kind)

    response = await token(youtube, grant_type="refresh_token", refresh_token=REFRESH_TOKENS[CHANNEL])

    assert response.status_code == status
