"""What a member granted: kept over a restart, ended by the platforms' clock, gone with a reset."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from app.sandbox.linkedin.seed import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from tests.sandbox.clocks import HandClock
from tests.sandbox.conftest import Client, connected, some_settings

REDIRECT = "http://127.0.0.1:9/oauth/linkedin"
ASKED = {
    "client_id": CLIENT_ID,
    "response_type": "code",
    "redirect_uri": REDIRECT,
    "scope": "rw_organization_admin r_organization_social",
    "state": "abc",
}
OURS = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


async def code_of(client: Client) -> str:
    """The code that a consent gives."""
    answer = await client.http.get("/linkedin/oauth/v2/authorization", params={**ASKED, "answer": "allow"})
    return httpx.URL(answer.headers["location"]).params["code"]


async def token(client: Client, **form: str) -> httpx.Response:
    return await client.http.post("/linkedin/oauth/v2/accessToken", data={**OURS, **form})


async def by_code(client: Client, code: str, **form: str) -> httpx.Response:
    return await token(client, **({"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT} | form))


async def by_refresh(client: Client, refresh_token: str) -> httpx.Response:
    return await token(client, grant_type="refresh_token", refresh_token=refresh_token)


async def call(client: Client, access_token: str) -> tuple[int, Any]:
    """What the API says to a token."""
    headers = {"authorization": f"Bearer {access_token}"}
    answer = await client.http.get("/linkedin/rest/organizationAcls", headers=headers)
    return answer.status_code, answer.json().get("code")


async def test_a_grant_outlives_a_restart_and_not_a_reset(tmp_path: Path, hand_clock: HandClock) -> None:
    settings = some_settings(data_dir=tmp_path)
    async with connected(settings, hand_clock) as client:
        granted = (await by_code(client, await code_of(client))).json()
        pending = await code_of(client)

    async with connected(settings, hand_clock) as client:
        known = await call(client, granted["access_token"])
        renewed = await by_refresh(client, granted["refresh_token"])
        late = await by_code(client, pending)
        await client.control("reset")
        unknown = await call(client, granted["access_token"])
        forgotten = await by_refresh(client, granted["refresh_token"])
        seeded = await by_refresh(client, REFRESH_TOKEN)

    assert (known[1], unknown) == ("VERSION_MISSING", (401, "INVALID_ACCESS_TOKEN"))
    assert [answer.status_code for answer in (renewed, late, forgotten, seeded)] == [200, 200, 400, 200]


async def test_what_was_granted_is_what_was_asked_for(client: Client) -> None:
    granted = (await by_code(client, await code_of(client))).json()

    assert set(granted["scope"].split(",")) == {"rw_organization_admin", "r_organization_social"}


async def test_a_code_works_once_and_only_for_its_address(client: Client) -> None:
    spoilt, late, good = [await code_of(client) for _ in range(3)]
    elsewhere = await by_code(client, spoilt, redirect_uri="http://127.0.0.1:9/else")
    answers = [elsewhere, await by_code(client, spoilt), await by_code(client, good), await by_code(client, good)]
    client.clock.forward(minutes=31)
    answers.append(await by_code(client, late))

    assert [answer.status_code for answer in answers] == [400, 400, 200, 400, 400]


async def test_tokens_end_and_renewing_does_not_lengthen_the_year(client: Client) -> None:
    granted = (await by_code(client, await code_of(client))).json()
    client.clock.forward(days=61)
    ended = await call(client, granted["access_token"])
    renewed = (await by_refresh(client, granted["refresh_token"])).json()
    client.clock.forward(days=305)

    assert ended == (401, "EXPIRED_ACCESS_TOKEN")
    assert renewed["refresh_token_expires_in"] == (365 - 61) * 86_400
    assert (await by_refresh(client, granted["refresh_token"])).status_code == 400


@pytest.mark.parametrize("swapped", ["refresh_token", "access_token"])
async def test_one_kind_of_token_is_no_other(client: Client, swapped: str) -> None:
    granted = (await by_code(client, await code_of(client))).json()

    if swapped == "refresh_token":
        assert await call(client, granted["refresh_token"]) == (401, "INVALID_ACCESS_TOKEN")
    else:
        assert (await by_refresh(client, granted["access_token"])).status_code == 400
