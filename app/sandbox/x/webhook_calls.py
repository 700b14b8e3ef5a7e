"""Registering webhooks, proving them, sending them what they missed.

Every public address leads to the service here: its host is taken for the service's own, its path stays.
https://docs.x.com/x-api/webhooks/introduction
"""

import re
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

import httpx

from app.sandbox.endpoint import Answer
from app.sandbox.ground import Ground
from app.sandbox.seed import Platform
from app.sandbox.settings import SandboxSettings
from app.sandbox.world.records import Hook, ReplayJob
from app.sandbox.x import events
from app.sandbox.x.asked import Asked, told
from app.sandbox.x.ids import snowflake
from app.sandbox.x.parameters import BODY_ID, a_list, body_text, no_body, read_body, read_query
from app.sandbox.x.problems import ProblemError, invalid
from app.sandbox.x.render import iso
from app.sandbox.x.seed import WEBHOOK_ID

MOST_WEBHOOKS: Final = {"self_serve": 1, "enterprise": 5}
ANSWERED_WITHIN: Final = timedelta(seconds=10)
REPLAYED: Final = timedelta(hours=24)
YOUNGEST_FROM, YOUNGEST_TO = timedelta(minutes=31), timedelta(minutes=10)
REPLAY_LASTS: Final = timedelta(minutes=1)
HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,63}", re.IGNORECASE)
FIELDS: Final = frozenset({"created_at", "id", "url", "valid"})


def read_all(asked: Asked) -> Answer:
    """The application's webhooks."""
    query = read_query(asked.call, {"webhook_config.fields": a_list(FIELDS)})
    fields = query.get("webhook_config.fields", FIELDS) | {"id"}
    found = [
        {name: value for name, value in _document(hook, asked.ground.settings).items() if name in fields}
        for hook in _hooks(asked.ground)
    ]
    return told(found, meta={"result_count": len(found)})


async def create(asked: Asked) -> Answer:
    """Register an address, once it has proven itself."""
    read_query(asked.call, {})
    body = read_body(asked.call, {"url": body_text(1, 200)}, frozenset({"url"}))
    url: str = body["url"]
    target = target_of(url, asked.ground.settings)
    if target is None:
        raise _failed("UrlValidationFailed", "the address must be public, https, and without a port", url)
    if any(hook.url == url for hook in _hooks(asked.ground)):
        raise _failed("DuplicateUrlFailed", "this address is registered already", url)
    if len(_hooks(asked.ground)) >= MOST_WEBHOOKS[asked.ground.settings.x_tier]:
        raise _failed("WebhookLimitExceeded", "no more webhooks are allowed", url)
    if not await _proves_itself(asked.ground, target):
        raise _failed("CrcValidationFailed", "the answer to the challenge is wrong", url)
    world = asked.world
    hook = Hook(
        id=snowflake(world.ids.number()), platform=Platform.X, url=url, created_at=world.clock.now(), target=target
    )
    world.put(hook)
    return told(_document(hook, asked.ground.settings))


async def validate(asked: Asked) -> Answer:
    """Ask an address to prove itself anew; nothing is sent to it any more where it does not."""
    no_body(asked.call)
    read_query(asked.call, {})
    hook = hook_of(asked.ground, asked.ids["webhook_id"])
    target = hook.target or target_of(hook.url, asked.ground.settings)
    is_valid = target is not None and await _proves_itself(asked.ground, target)
    asked.world.put(replace(hook, is_valid=is_valid))
    if not is_valid:
        raise _failed("CrcValidationFailed", "the answer to the challenge is wrong", hook.url)
    return told({"valid": True})


def delete(asked: Asked) -> Answer:
    """Forget an address."""
    no_body(asked.call)
    read_query(asked.call, {})
    asked.world.put(replace(hook_of(asked.ground, asked.ids["webhook_id"]), is_removed=True))
    return told({"deleted": True})


def replay(asked: Asked) -> Answer:
    """Send anew what happened between two times of the last day."""
    read_query(asked.call, {})
    moment = body_text(12, 12, r"[0-9]{12}")
    allowed = {"webhook_id": BODY_ID, "from_date": moment, "to_date": moment}
    body = read_body(asked.call, allowed, frozenset(allowed))
    hook, world, now = hook_of(asked.ground, body["webhook_id"]), asked.world, asked.world.clock.now()
    since, until = _minute("from_date", body["from_date"]), _minute("to_date", body["to_date"])
    if not now - REPLAYED <= since <= now - YOUNGEST_FROM:
        raise invalid("`from_date` must lie within 24 hours and at least 31 minutes back", from_date=body["from_date"])
    if not since < until <= now - YOUNGEST_TO:
        raise invalid("`to_date` must lie after `from_date` and at least 10 minutes back", to_date=body["to_date"])
    if any(now - job.at < REPLAY_LASTS for job in world.replays.values()):
        raise ProblemError(409, "ReplayConflictError", "A replay job is running already.")
    job = ReplayJob(id=snowflake(world.ids.number()), webhook_id=hook.id, at=now)
    world.put(job)
    for request in events.replayed(world, hook, since, until):
        asked.ground.deliverer.send(request)
    asked.ground.deliverer.send(events.replay_ended(world, hook, job.id))
    return told({"job_id": job.id, "created_at": iso(now)})


def hook_of(ground: Ground, webhook_id: str) -> Hook:
    """The webhook with this id. Raises ProblemError where there is none."""
    hook = ground.world.hooks.get(webhook_id)
    if hook is None or hook.is_removed:
        raise _failed("WebhookIdInvalid", "there is no such webhook", webhook_id)
    return hook


def target_of(url: str, settings: SandboxSettings) -> str | None:
    """Where an address is found here; None where X would not take it.

    The service's own address, as the settings have it, is taken too.
    """
    service = (settings.webhook_url or "").rstrip("/")
    if service and url.startswith(f"{service}/"):
        return url
    try:
        parts = urlsplit(url)
        has_port = parts.port is not None
    except ValueError:
        return None
    is_public = parts.scheme == "https" and HOST.fullmatch(parts.hostname or "") is not None and not has_port
    if not is_public or parts.username is not None or parts.fragment:
        return None
    return f"{service}{parts.path or '/'}{'?' + parts.query if parts.query else ''}"


async def challenge(http: httpx.AsyncClient, url: str, token: str) -> httpx.Response:
    """Ask an address to prove itself. Raises httpx.HTTPError."""
    return await http.get(
        url, params={"crc_token": token}, follow_redirects=False, timeout=ANSWERED_WITHIN.total_seconds()
    )


def is_proof(response: httpx.Response, secret: str, token: str) -> bool:
    """Whether an answer holds the signature of the challenge."""
    try:
        document = response.json()
    except ValueError:
        return False
    wanted = {"response_token": events.sign(secret, token.encode())}
    return response.status_code == 200 and isinstance(document, dict) and document.items() >= wanted.items()


async def _proves_itself(ground: Ground, target: str) -> bool:
    account = ground.world.accounts_on(Platform.X)[0]
    token = urlsafe_b64encode(sha256(str(ground.world.ids.number()).encode()).digest()).decode()
    try:
        response = await challenge(ground.http, target, token)
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
    return is_proof(response, account.app_secret, token)


def _minute(name: str, text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y%m%d%H%M").replace(tzinfo=UTC)
    except ValueError:
        raise invalid(f"`{name}` is not a time of the form yyyymmddhhmm", **{name: text}) from None


def _hooks(ground: Ground) -> list[Hook]:
    return [hook for hook in ground.world.hooks.values() if hook.platform is Platform.X and not hook.is_removed]


def _document(hook: Hook, settings: SandboxSettings) -> dict[str, object]:
    # The one that is there from the start is the service's own, wherever that is.
    is_service = hook.id == WEBHOOK_ID and not hook.target and settings.webhook_url
    url = f"{str(settings.webhook_url).rstrip('/')}/webhooks/{Platform.X}" if is_service else hook.url
    return {"id": hook.id, "url": url, "valid": hook.is_valid, "created_at": iso(hook.created_at)}


def _failed(reason: str, why: str, value: str) -> ProblemError:
    return invalid(f"{reason}: {why}", value=value)
