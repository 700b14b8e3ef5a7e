"""Connecting an account by signing in at its platform: what the way back brings serves that account alone, once."""

import asyncio
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import text, update
from structlog.testing import capture_logs

from app.api.app import create_app
from app.api.oauth import page_words
from app.connecting import LIVES, Outcome
from app.connectors.linkedin.settings import LinkedInSettings
from app.connectors.meta.settings import MetaSettings
from app.connectors.x.settings import XSettings
from app.connectors.youtube.settings import YouTubeSettings
from app.main import running_service
from app.records.database import Sessions
from app.records.tables import people
from app.settings import Settings
from app.vault import Vault
from tests.api.calling import Api, open_app
from tests.connectors.x.x_api import LoopbackX, serving
from tests.connectors.youtube.spec import ROOT, check_call
from tests.world import INSTAGRAM_ID, PAGE_ID, World, no_scores

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
PLATFORMS = ["facebook", "instagram", "x", "linkedin", "youtube"]
OURS = {
    "facebook": PAGE_ID,
    "instagram": INSTAGRAM_ID,
    "x": "2244994945",
    "linkedin": "90417755",
    "youtube": "UCbizim000000000000000001",
}
CODE = "gizli-kod"
ACCESS = "zumrut-erisim"
FORCE_SSL = "https://www.googleapis.com/auth/youtube.force-ssl"


@dataclass
class HandClock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def platforms() -> AsyncIterator[LoopbackX]:
    """All five platforms behind one address."""
    async with serving() as server:
        yield server
    for call in server.calls:
        if call.path.startswith(f"/{ROOT}/"):
            check_call(call.method, call.path.removeprefix(f"/{ROOT}/"), call.query)


@pytest.fixture
def settings(settings: Settings, platforms: LoopbackX) -> Settings:
    url = platforms.url
    meta = MetaSettings(
        app_id="731",
        app_secret=SecretStr("uygulama-sirri"),
        base_url=f"{url}/v25.0",
        dialog_url=f"{url}/dialog",
    )
    return settings.model_copy(
        update={
            "public_url": "https://nobet.ornek.edu.tr",
            "facebook": meta,
            "instagram": meta,
            "x": XSettings(client_id="x-istemci", base_url=url, authorize_url=f"{url}/authorize"),
            "linkedin": LinkedInSettings(
                client_id="li-istemci",
                client_secret=SecretStr("li-sır"),
                base_url=f"{url}/rest",
                oauth_url=f"{url}/oauth/v2",
            ),
            "youtube": YouTubeSettings(
                client_id="yt-istemci",
                client_secret=SecretStr("yt-sır"),
                base_url=f"{url}/youtube/v3",
                authorize_url=f"{url}/o/auth",
                token_url=f"{url}/token",
            ),
        }
    )


@pytest.fixture
def app(settings: Settings, clock: HandClock) -> FastAPI:
    return create_app(
        lambda: running_service(settings, clock=clock, detect_language=lambda text: "tr", classify=no_scores)
    )


@pytest.fixture
async def ids(sessions: Sessions, world: World) -> dict[str, int]:
    """Our accounts' numbers, one a platform."""
    async with sessions.begin() as session:
        for platform in ("x", "linkedin", "youtube"):
            await session.execute(
                text("insert into accounts (platform, external_id, handle, kind) values (:p, :e, 'ieu', 'official')"),
                {"p": platform, "e": OURS[platform]},
            )
        rows = await session.execute(text("select platform, id from accounts where handle in ('ieu', 'ieu.ig')"))
    return {row.platform: row.id for row in rows}


def grants(server: LoopbackX, platform: str, *, whose: str | None = None) -> None:
    """Let the platform give a token, of our account or of another."""
    whose = whose or OURS[platform]
    match platform:
        case "x":
            token = {"access_token": ACCESS, "refresh_token": "yenileme", "expires_in": 7200}
            server.answer("POST /2/oauth2/token", token)
            server.answer("GET /2/users/me", {"data": {"id": whose, "username": "ieu"}})
        case "linkedin":
            server.answer("POST /oauth/v2/accessToken", {"access_token": ACCESS, "expires_in": 5184000})
            role = {"organization": f"urn:li:organization:{whose}", "roleAssignee": "urn:li:person:a"}
            server.answer("GET /rest/organizationAcls", {"elements": [role]})
        case "youtube":
            token = {"access_token": ACCESS, "refresh_token": "yenileme", "expires_in": 3599, "scope": FORCE_SSL}
            server.answer("POST /token", token)
            server.answer("GET /youtube/v3/channels", {"kind": "youtube#channelListResponse", "items": [{"id": whose}]})
        case _:
            server.answer("GET /v25.0/oauth/access_token", {"access_token": "kisa", "expires_in": 3600})
            server.answer("GET /v25.0/oauth/access_token", {"access_token": "uzun", "expires_in": 5183944})
            page = {"id": whose if platform == "facebook" else PAGE_ID, "access_token": ACCESS}
            linked = {"instagram_business_account": {"id": whose}} if platform == "instagram" else {}
            other = {"id": "1", "access_token": "baskasinin"}
            server.answer("GET /v25.0/me/accounts", {"data": [other, page | linked]})
            ends = int((START + timedelta(days=90)).timestamp())
            told = {"is_valid": True, "expires_at": 0, "data_access_expires_at": ends}
            server.answer("GET /v25.0/debug_token", {"data": told})


TOKEN_CALL = {
    "facebook": "GET /v25.0/oauth/access_token",
    "instagram": "GET /v25.0/oauth/access_token",
    "x": "POST /2/oauth2/token",
    "linkedin": "POST /oauth/v2/accessToken",
    "youtube": "POST /token",
}


async def begin(api: Api, account_id: int, *, role: str = "specialist") -> dict[str, str]:
    """Begin; returns what stands in the address to sign in at."""
    begun = await api.post(role, f"/v1/accounts/{account_id}/connect")
    assert begun.status_code == 200, begun.text
    return {name: values[0] for name, values in parse_qs(urlsplit(begun.json()["authorization_url"]).query).items()}


async def come_back(api: Api, platform: str, **query: str) -> httpx.Response:
    """As the browser does: without a token of ours."""
    return await api.http.get(f"/oauth/{platform}", params=query)


def says(answer: httpx.Response, outcome: Outcome) -> bool:
    """Whether the page is the one for this outcome, in both languages."""
    words = page_words()[outcome]
    return f"<h1>{words.tr.title}</h1>" in answer.text and f"<h2>{words.en.title}</h2>" in answer.text


async def stored(sessions: Sessions, settings: Settings) -> list[tuple[int, str]]:
    """The stored tokens, opened."""
    vault = Vault(settings.token_key_list)
    async with sessions() as session:
        rows = await session.execute(text("select account_id, access from account_tokens"))
    return [(row.account_id, vault.open(row.access)) for row in rows]


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_an_account_is_connected_by_signing_in(
    api: Api,
    sessions: Sessions,
    settings: Settings,
    world: World,
    platforms: LoopbackX,
    ids: dict[str, int],
    platform: str,
) -> None:
    grants(platforms, platform)
    asked = await begin(api, ids[platform])

    answer = await come_back(api, platform, state=asked["state"], code=CODE)

    assert (answer.status_code, says(answer, Outcome.CONNECTED)) == (200, True), answer.text
    assert asked["redirect_uri"] == f"https://nobet.ornek.edu.tr/oauth/{platform}"
    assert await stored(sessions, settings) == [(ids[platform], ACCESS)]
    async with sessions() as session:
        noted = (await session.execute(text("select person_id, act, subject from audit"))).all()
    assert [tuple(row) for row in noted] == [
        (world.people["specialist"], "account.connect", f"account/{ids[platform]}")
    ]
    assert CODE not in answer.text
    assert ACCESS not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_another_account_that_signed_in_is_not_taken(
    api: Api, sessions: Sessions, settings: Settings, platforms: LoopbackX, ids: dict[str, int], platform: str
) -> None:
    grants(platforms, platform, whose="999")
    asked = await begin(api, ids[platform])

    with capture_logs() as lines:
        answer = await come_back(api, platform, state=asked["state"], code=CODE)

    assert (answer.status_code, says(answer, Outcome.WRONG_ACCOUNT)) == (400, True)
    assert await stored(sessions, settings) == []
    assert ("sign_in_failed", "wrong_account") in {(line["event"], line.get("outcome")) for line in lines}
    async with sessions() as session:
        assert (await session.execute(text("select count(*) from audit"))).scalar() == 0


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize(("status", "outcome", "shown"), [(400, Outcome.REFUSED, 400), (500, Outcome.UNAVAILABLE, 503)])
async def test_a_code_that_is_not_exchanged_connects_nothing(
    api: Api,
    sessions: Sessions,
    settings: Settings,
    platforms: LoopbackX,
    ids: dict[str, int],
    platform: str,
    status: int,
    outcome: Outcome,
    shown: int,
) -> None:
    error: Any = "invalid_grant" if status == 400 else None
    if platform in {"facebook", "instagram"}:
        error = {"code": 100 if status == 400 else 2, "message": "gizli cümle"}
    platforms.answer(TOKEN_CALL[platform], {"error": error} if error else "<html>", status)
    asked = await begin(api, ids[platform])

    answer = await come_back(api, platform, state=asked["state"], code=CODE)

    assert (answer.status_code, says(answer, outcome)) == (shown, True)
    assert "gizli" not in answer.text
    assert await stored(sessions, settings) == []


async def test_the_verifier_is_proven_and_kept_here(
    api: Api, sessions: Sessions, platforms: LoopbackX, ids: dict[str, int]
) -> None:
    grants(platforms, "x")
    asked = await begin(api, ids["x"])
    async with sessions() as session:
        kept = str((await session.execute(text("select * from sign_ins"))).all())

    await come_back(api, "x", state=asked["state"], code=CODE)

    verifier = platforms.calls[0].form["code_verifier"]
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    assert (asked["code_challenge_method"], asked["code_challenge"]) == ("S256", challenge)
    assert verifier not in kept
    assert asked["state"] not in kept


async def test_a_way_back_is_good_for_one_time(
    api: Api, sessions: Sessions, settings: Settings, platforms: LoopbackX, ids: dict[str, int]
) -> None:
    grants(platforms, "x")
    asked = await begin(api, ids["x"])

    answers = await asyncio.gather(*(come_back(api, "x", state=asked["state"], code=CODE) for _ in range(3)))

    assert sorted(answer.status_code for answer in answers) == [200, 400, 400]
    assert sum(says(answer, Outcome.USED) for answer in answers) == 2
    assert platforms.lines.count("POST /2/oauth2/token") == 1


async def test_a_way_back_that_comes_too_late_is_not_taken(
    api: Api, platforms: LoopbackX, ids: dict[str, int], clock: HandClock
) -> None:
    grants(platforms, "x")
    in_time, late = await begin(api, ids["x"]), await begin(api, ids["x"])

    clock.now += LIVES - timedelta(seconds=1)
    taken = await come_back(api, "x", state=in_time["state"], code=CODE)
    clock.now += timedelta(seconds=1)
    refused = await come_back(api, "x", state=late["state"], code=CODE)

    assert says(taken, Outcome.CONNECTED)
    assert (refused.status_code, says(refused, Outcome.EXPIRED)) == (400, True)


async def test_a_state_that_nobody_began_here_is_not_known(api: Api, platforms: LoopbackX, ids: dict[str, int]) -> None:
    asked = await begin(api, ids["x"])

    for platform, query in [
        ("x", {"state": "uydurma", "code": CODE}),
        ("x", {"code": CODE}),
        ("x", {"state": "", "error": "access_denied"}),
        ("youtube", {"state": asked["state"], "code": CODE}),
        ("başka", {"state": asked["state"], "code": CODE}),
        ("x%00", {"state": asked["state"], "code": CODE}),
    ]:
        answer = await come_back(api, platform, **query)

        assert (answer.status_code, says(answer, Outcome.UNKNOWN)) == (400, True)
    assert platforms.calls == []


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        ("access_denied", Outcome.DENIED),
        ("user_cancelled_login", Outcome.DENIED),
        ("server_error", Outcome.REFUSED),
        ("<script>alert(1)</script>", Outcome.REFUSED),
    ],
)
async def test_a_consent_that_was_not_given_changes_nothing(
    api: Api, platforms: LoopbackX, ids: dict[str, int], error: str, outcome: Outcome
) -> None:
    asked = await begin(api, ids["linkedin"])

    with capture_logs() as lines:
        answer = await come_back(api, "linkedin", state=asked["state"], error=error, code=CODE)
    again = await come_back(api, "linkedin", state=asked["state"], code=CODE)

    assert (answer.status_code, says(answer, outcome)) == (400, True)
    assert says(again, Outcome.USED)
    assert platforms.calls == []
    assert "script" not in answer.text + str(lines)


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "auditor"}])
async def test_whoever_began_must_still_be_allowed_to(
    api: Api, sessions: Sessions, platforms: LoopbackX, ids: dict[str, int], change: dict[str, Any]
) -> None:
    grants(platforms, "x")
    asked = await begin(api, ids["x"])
    async with sessions.begin() as session:
        await session.execute(update(people).where(people.c.role == "specialist").values(change))

    answer = await come_back(api, "x", state=asked["state"], code=CODE)

    assert (answer.status_code, says(answer, Outcome.NOT_ALLOWED)) == (403, True)
    assert platforms.calls == []


async def test_a_permission_that_was_left_out_at_google_is_told(
    api: Api, sessions: Sessions, settings: Settings, platforms: LoopbackX, ids: dict[str, int]
) -> None:
    platforms.answer("POST /token", {"access_token": ACCESS, "expires_in": 3599, "scope": "openid"})
    asked = await begin(api, ids["youtube"])

    answer = await come_back(api, "youtube", state=asked["state"], code=CODE)

    assert says(answer, Outcome.REFUSED)
    assert await stored(sessions, settings) == []


async def test_a_page_token_is_known_to_end_with_the_access_to_data(
    api: Api, platforms: LoopbackX, ids: dict[str, int]
) -> None:
    grants(platforms, "facebook")
    asked = await begin(api, ids["facebook"])
    await come_back(api, "facebook", state=asked["state"], code=CODE)

    (shown,) = [
        row for row in (await api.get("director", "/v1/accounts")).json()["items"] if row["id"] == ids["facebook"]
    ]
    assert shown["token_ends_at"] == "2027-01-31T09:00:00Z"


async def test_nothing_secret_is_logged(api: Api, platforms: LoopbackX, ids: dict[str, int]) -> None:
    secret: list[str] = [CODE, ACCESS]
    with capture_logs() as lines:
        for platform in PLATFORMS:
            grants(platforms, platform)
            asked = await begin(api, ids[platform])
            secret.append(asked["state"])
            await come_back(api, platform, state=asked["state"], code=CODE)
            await come_back(api, platform, state=asked["state"], code=CODE)

    assert {"sign_in_begun", "account_connected", "sign_in_failed"} <= {line["event"] for line in lines}
    assert not [word for word in secret if word in str(lines)]


async def test_only_the_directorate_begins(api: Api, ids: dict[str, int]) -> None:
    answer = await api.post("responsible", f"/v1/accounts/{ids['x']}/connect")

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("missing", "problem", "status"),
    [
        ({"x": XSettings()}, "sign_in_missing", 409),
        ({"token_keys": None}, "token_key_missing", 503),
    ],
)
async def test_what_is_not_set_up_is_told(
    settings: Settings, world: World, ids: dict[str, int], missing: dict[str, Any], problem: str, status: int
) -> None:
    without = settings.model_copy(update=missing)
    app = create_app(lambda: running_service(without, detect_language=lambda text: "tr", classify=no_scores))
    async with open_app(app) as client:
        answer = await Api(client, world.tokens).post("director", f"/v1/accounts/{ids['x']}/connect")

    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:nobet:problem:{problem}")


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_its_page(outcome: Outcome) -> None:
    words = page_words()[outcome]

    assert all((words.tr.title, words.tr.text, words.en.title, words.en.text))
