"""Hostile deliveries of all platforms: nothing forged gets in, nothing that got in is lost, and the worker lives on."""

import asyncio
import base64
import hashlib
import hmac
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from random import Random

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import insert

from app.connectors.linkedin.settings import LinkedInSettings
from app.connectors.x.settings import XSettings
from app.connectors.youtube.settings import YouTubeSettings
from app.records.tables import accounts
from app.sandbox.meta.seed import ACCOUNTS
from app.signals.classifier.classify import Classifier
from tests.connectors import builders as meta
from tests.connectors.linkedin import builders as linkedin
from tests.connectors.x import builders as x
from tests.connectors.youtube import builders as youtube
from tests.flow import COMPLAINT, Flow, running_flow
from tests.fuzz.hostile import CONTENT_TYPES, PLATFORMS, bodies
from tests.fuzz.seeds import SEED

SECRETS = dict.fromkeys(("facebook", "instagram"), ACCOUNTS[0].app_secret) | {
    "x": "x-consumer-secret",
    "linkedin": "linkedin-client-secret",
    "youtube": "websub-secret",
}
OURS = {
    "facebook": meta.PAGE,
    "instagram": meta.IG,
    "x": x.US,
    "linkedin": linkedin.ORG,
    "youtube": youtube.CHANNEL,
}
MUTATIONS = 150
AT_ONCE = 8
WORKED_OFF_WITHIN = timedelta(minutes=4)
# Nothing answers there: what is decided on these messages is tried and fails, as with a platform that is down.
NOWHERE = "http://127.0.0.1:9"


def signature(platform: str, body: bytes, secret: str) -> dict[str, str]:
    """The header by which each platform's contract proves a body."""
    key = secret.encode()
    match platform:
        case "x":
            digest = base64.b64encode(hmac.new(key, body, hashlib.sha256).digest()).decode()
            return {"X-Twitter-Webhooks-Signature": f"sha256={digest}"}
        case "linkedin":
            return {"X-LI-Signature": hmac.new(key, b"hmacsha256=" + body, hashlib.sha256).hexdigest()}
        case "youtube":
            return {"X-Hub-Signature": f"sha1={hmac.new(key, body, hashlib.sha1).hexdigest()}"}
        case _:
            return {"X-Hub-Signature-256": f"sha256={hmac.new(key, body, hashlib.sha256).hexdigest()}"}


def could_be_a_challenge(platform: str, body: bytes) -> bool:
    """Whether anybody could have had it signed by asking for X's check, so that its signature proves nothing."""
    return platform == "x" and b"{" not in body


def forgeries(platform: str, body: bytes, chance: Random) -> list[Mapping[str, str]]:
    """Headers that prove nothing, or another body."""
    (name, true), *_ = signature(platform, body, SECRETS[platform]).items()
    shown = true.rpartition("=")[2] if platform != "x" else true.removeprefix("sha256=")
    at = chance.randrange(len(shown))
    return [
        {},
        {name: ""},
        {name: true[:-1]},
        {name: true.replace(shown, shown[:at] + ("a" if shown[at] != "a" else "b") + shown[at + 1 :])},
        {name: true + "0"},
        {name: "sha256=" * 100 + shown},
        {name: "9" * 10_000},
        signature(platform, body, ""),
        signature(platform, body, SECRETS[platform] + " "),
        signature(platform, body + b"\n", SECRETS[platform]),
        signature(platform, hashlib.sha256(body).digest(), SECRETS[platform]),
        {"Authorization": f"Bearer {SECRETS[platform]}"},
    ]


@pytest.fixture
async def flow(database_url: str, tmp_path: Path) -> AsyncIterator[Flow]:
    """The service with all five platforms and an account on each, and its worker."""
    changed = {
        "x": XSettings(consumer_secret=SecretStr(SECRETS["x"]), base_url=NOWHERE),
        "linkedin": LinkedInSettings(client_secret=SecretStr(SECRETS["linkedin"]), base_url=NOWHERE),
        "youtube": YouTubeSettings(websub_secret=SecretStr(SECRETS["youtube"]), base_url=NOWHERE, hub_url=NOWHERE),
    }
    async with running_flow(database_url, tmp_path, classify=Classifier().score, settings_changed=changed) as running:
        async with running.service.sessions.begin() as session:
            for platform, external_id in OURS.items():
                values = {"platform": platform, "external_id": external_id, "page_id": external_id}
                await session.execute(
                    insert(accounts).values(**values, handle="korfezuni", kind="official", is_active=True)
                )
        yield running


async def _send(flow: Flow, platform: str, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    return await flow.api.post(f"/webhooks/{platform}", content=body, headers=raw)


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_no_forgery_is_taken_and_none_is_an_error(flow: Flow, platform: str) -> None:
    chance = Random(f"{SEED} forged {platform}")
    refused = 202 if platform == "youtube" else 401
    statuses: Counter[int] = Counter()

    for body in bodies(platform, mutations=10, chance=chance):
        for headers in chance.sample(forgeries(platform, body, chance), 3):
            answer = await _send(flow, platform, body, {**headers, **chance.choice(CONTENT_TYPES)})
            statuses[answer.status_code] += 1

    assert set(statuses) == {refused}, statuses
    assert await flow.rows("select count(*) as number from deliveries") == [{"number": 0}]


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_whatever_is_proven_is_kept_and_worked_off(flow: Flow, platform: str) -> None:
    chance = Random(f"{SEED} {platform}")
    tried = list(dict.fromkeys(bodies(platform, mutations=MUTATIONS, chance=chance)))
    sent = [body for body in tried if not could_be_a_challenge(platform, body)]
    gate = asyncio.Semaphore(AT_ONCE)

    async def send(body: bytes) -> int:
        headers = signature(platform, body, SECRETS[platform]) | dict(chance.choice(CONTENT_TYPES))
        async with gate:
            return (await _send(flow, platform, body, headers)).status_code

    statuses = Counter(await asyncio.gather(*map(send, sent)))
    refused = Counter(
        await asyncio.gather(*map(send, [body for body in tried if could_be_a_challenge(platform, body)]))
    )

    assert set(statuses) == {200}, statuses
    assert set(refused) <= {401}, refused

    async def worked_off() -> bool:
        waiting = await flow.rows(
            "select (select count(*) from deliveries where state = 'received') + "
            "(select count(*) from pgqueuer where entrypoint in ('delivery', 'message') "
            "and execute_after <= now()) as number"
        )
        return int(waiting[0]["number"]) == 0

    await flow.until(worked_off, within=WORKED_OFF_WITHIN)
    states = {row["state"]: row["number"] for row in await flow.rows(BY_STATE)}
    assert states.keys() <= {"parsed", "quarantined"}
    assert sum(states.values()) == len(sent)
    assert await flow.rows(UNTOLD) == []
    assert await flow.rows(UNDECIDED) == []
    assert await flow.rows("select id from pgqueuer where attempts > 0 and entrypoint = 'delivery'") == []

    # The worker lives, and an ordinary complaint is still heard.
    heard = await flow.decided(await flow.comment(COMPLAINT))
    assert (await flow.rows("select labels from decisions where message_id = :id", id=heard))[0]["labels"] == [
        "complaint"
    ]


BY_STATE = "select state, count(*) as number from deliveries where account_id is null group by state"
UNTOLD = "select id from deliveries where state = 'quarantined' and coalesce(problem, '') = ''"
UNDECIDED = (
    "select m.id, m.platform from messages m where m.state <> 'removed_by_author' "
    "and not exists (select from decisions d where d.message_id = m.id)"
)
