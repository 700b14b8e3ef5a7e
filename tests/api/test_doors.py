"""The doors of X, LinkedIn and YouTube: each asks whether this address is ours, and signs, in its own way."""

import base64
import hashlib
import hmac
import json
import socket
from collections.abc import AsyncIterator
from hashlib import sha1, sha256

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import text

from app.api.app import create_app
from app.connectors.linkedin.settings import LinkedInSettings
from app.connectors.x.settings import XSettings
from app.connectors.youtube.settings import YouTubeSettings
from app.main import running_service
from app.records.database import Sessions
from app.settings import Settings
from tests.api.calling import open_app
from tests.world import no_scores

SECRET = "kapı-sırrı"
CHANNEL = "UCkapi0000000000000000001"
TOPIC = f"https://www.youtube.com/xml/feeds/videos.xml?channel_id={CHANNEL}"
FEED = b"""<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"></feed>"""


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    configured = settings.model_copy(
        update={
            "x": XSettings(consumer_secret=SecretStr(SECRET)),
            "linkedin": LinkedInSettings(client_secret=SecretStr(SECRET)),
            "youtube": YouTubeSettings(websub_secret=SecretStr(SECRET)),
        }
    )
    return create_app(lambda: running_service(configured, detect_language=lambda text: "tr", classify=no_scores))


@pytest.fixture
async def http(app: FastAPI, sessions: Sessions) -> AsyncIterator[httpx.AsyncClient]:
    async with sessions.begin() as session:
        await session.execute(
            text(
                "insert into accounts (platform, external_id, handle, kind) "
                "values ('youtube', :channel, 'kanal', 'official')"
            ),
            {"channel": CHANNEL},
        )
    async with open_app(app) as client:
        yield client


def mac(body: bytes, kind: str = "sha256") -> bytes:
    return hmac.new(SECRET.encode(), body, kind).digest()


async def test_x_is_answered_its_check(http: httpx.AsyncClient) -> None:
    answer = await http.get("/webhooks/x", params={"crc_token": "soru"})

    assert answer.json() == {"response_token": "sha256=" + base64.b64encode(mac(b"soru")).decode()}
    assert answer.headers["content-type"].startswith("application/json")


async def test_nobody_gets_a_delivery_signed_by_asking_for_xs_check(
    http: httpx.AsyncClient, sessions: Sessions
) -> None:
    for wanted in ('{"for_user_id":"1","tweet_create_events":[]}', "soru", "[]"):
        answer = await http.get("/webhooks/x", params={"crc_token": wanted})
        signed = answer.json().get("response_token", "")

        forged = await http.post("/webhooks/x", content=wanted, headers={"x-twitter-webhooks-signature": signed})

        assert forged.status_code == 401, wanted
    async with sessions() as session:
        assert (await session.execute(text("select count(*) from deliveries"))).scalar_one() == 0


async def test_x_is_answered_while_the_database_is_away(settings: Settings) -> None:
    """X takes a webhook that does not answer its check out of service."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        away = f"postgresql+asyncpg://nobet@127.0.0.1:{taken.getsockname()[1]}/nobet"
        without = settings.model_copy(
            update={"database_url": SecretStr(away), "x": XSettings(consumer_secret=SecretStr(SECRET))}
        )
        app = create_app(lambda: running_service(without, detect_language=lambda text: "tr", classify=no_scores))
        async with open_app(app) as client:
            answer = await client.get("/webhooks/x", params={"crc_token": "soru"})

    assert answer.status_code == 200


async def test_linkedin_is_answered_its_challenge(http: httpx.AsyncClient) -> None:
    code = "890e4665-4dfe-4ab1-b689-ed553bceeed0"

    answer = await http.get("/webhooks/linkedin", params={"challengeCode": code, "applicationId": "7"})

    assert answer.json() == {"challengeCode": code, "challengeResponse": mac(code.encode()).hex()}


async def test_the_hub_is_answered_for_our_channels_alone(http: httpx.AsyncClient, sessions: Sessions) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "0042", "hub.lease_seconds": "432000"}

    unasked = await http.get("/webhooks/youtube", params={**asked, "hub.topic": TOPIC})
    async with sessions.begin() as session:
        statement = "insert into subscriptions (account_id, due_at, asked_at) select id, now(), now() from accounts"
        await session.execute(text(f"{statement} where platform = 'youtube'"))
    ours = await http.get("/webhooks/youtube", params={**asked, "hub.topic": TOPIC})
    foreign = await http.get("/webhooks/youtube", params={**asked, "hub.topic": TOPIC + "x"})

    assert (ours.status_code, ours.text) == (200, "0042")
    assert ours.headers["content-type"].startswith("text/plain")
    assert (unasked.status_code, foreign.status_code) == (404, 404)


@pytest.mark.parametrize(
    ("platform", "body", "headers", "forged"),
    [
        (
            "x",
            json.dumps({"for_user_id": "1"}).encode(),
            lambda body: {"x-twitter-webhooks-signature": "sha256=" + base64.b64encode(mac(body)).decode()},
            401,
        ),
        (
            "linkedin",
            b'{"type":"ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS","notifications":[]}',
            lambda body: {"X-LI-Signature": hmac.new(SECRET.encode(), b"hmacsha256=" + body, sha256).hexdigest()},
            401,
        ),
        (
            "youtube",
            FEED,
            lambda body: {"X-Hub-Signature": "sha1=" + hmac.new(SECRET.encode(), body, sha1).hexdigest()},
            202,
        ),
    ],
)
async def test_a_signed_delivery_is_stored_and_a_forged_one_is_not(
    http: httpx.AsyncClient, sessions: Sessions, platform: str, body: bytes, headers: object, forged: int
) -> None:
    assert callable(headers)
    taken = await http.post(f"/webhooks/{platform}", content=body, headers=headers(body))
    refused = await http.post(f"/webhooks/{platform}", content=body + b" ", headers=headers(body))

    assert (taken.status_code, refused.status_code) == (200, forged)
    async with sessions() as session:
        stored = (await session.execute(text("select platform, digest from deliveries"))).all()
    assert [(row.platform, row.digest) for row in stored] == [(platform, hashlib.sha256(body).digest())]
