"""The hub that tells of videos (WebSub): who asks for a subscription is asked back before it counts.

https://www.w3.org/TR/websub/, https://pubsubhubbub.appspot.com/subscribe
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import httpx
import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.sandbox.ground import Ground
from app.sandbox.seed import Platform
from app.sandbox.world.clock import opaque
from app.sandbox.world.records import FeedSubscription
from app.sandbox.world.state import World
from app.sandbox.youtube.feed import topics_of

log = structlog.get_logger(__name__)

DEFAULT_LEASE, LONGEST_LEASE = timedelta(seconds=432_000), timedelta(seconds=828_000)
MODES: Final = frozenset({"subscribe", "unsubscribe"})
LONGEST_SECRET: Final = 200


class Hub:
    """``/youtube/hub``."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._asking: set[asyncio.Task[bool]] = set()

    async def handle(self, request: Request) -> Response:
        """Take a request: 202, and the question follows; with ``hub.verify=sync`` the question comes before 204."""
        form = _form(request.headers.get("content-type", ""), await request.body())
        complaint = _complaint(form)
        if complaint is not None:
            return PlainTextResponse(complaint, 400)
        if form.get("hub.verify") == "sync":
            return Response(status_code=204) if await self._ask(form) else PlainTextResponse("Not verified.", 409)
        asking = asyncio.create_task(self._ask(form))
        self._asking.add(asking)
        asking.add_done_callback(self._asking.discard)
        return Response(status_code=202)

    async def _ask(self, form: Mapping[str, str]) -> bool:
        """Ask the callback whether it meant it; only an exact echo of the challenge says so."""
        mode, topic, callback = form["hub.mode"], form["hub.topic"], form["hub.callback"]
        lease = lease_of(form)
        challenge = opaque("", topic, callback, str(self._ground.world.ids.number()))
        try:
            answer = await self._ground.http.get(callback, params=question(mode, topic, challenge, lease))
        except httpx.HTTPError as error:
            log.warning("sandbox_hub_unanswered", error=type(error).__name__)
            return False
        if not echoes(answer, challenge):
            return False
        now = self._ground.world.clock.now()
        own = f"{self._ground.settings.webhook_url}/webhooks/{Platform.YOUTUBE}"
        self._ground.world.put(
            FeedSubscription(
                topic=topic,
                callback="" if callback == own else callback,
                secret=form.get("hub.secret", ""),
                ends_at=now + lease if mode == "subscribe" else now,
            )
        )
        return True


def begin(world: World) -> None:
    """The service is subscribed to our channels' feeds from the start, without an end."""
    for account in world.accounts_on(Platform.YOUTUBE):
        topic = topics_of(account.external_id)[0]
        if (topic, "") not in world.feeds:
            world.put(FeedSubscription(topic=topic, callback="", secret=account.app_secret))


def question(mode: str, topic: str, challenge: str, lease: timedelta) -> dict[str, str]:
    """What the hub asks; the lease is named to who subscribes."""
    asked = {"hub.mode": mode, "hub.topic": topic, "hub.challenge": challenge}
    return asked | ({"hub.lease_seconds": str(int(lease.total_seconds()))} if mode == "subscribe" else {})


def echoes(answer: httpx.Response, challenge: str) -> bool:
    """Whether the callback agreed."""
    return answer.is_success and answer.text == challenge


def lease_of(form: Mapping[str, str]) -> timedelta:
    """What is granted: what was asked for, within the hub's bounds."""
    asked = form.get("hub.lease_seconds", "")
    return min(timedelta(seconds=int(asked)), LONGEST_LEASE) if asked else DEFAULT_LEASE


def _form(content_type: str, body: bytes) -> dict[str, str]:
    if not content_type.startswith("application/x-www-form-urlencoded"):
        return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _complaint(form: Mapping[str, str]) -> str | None:
    """What is wrong with a request, in the hub's manner."""
    if form.get("hub.mode") not in MODES:
        return f"Invalid value for hub.mode: {form.get('hub.mode', '')}"
    for name in ("hub.topic", "hub.callback"):
        address = urlsplit(form.get(name, ""))
        if address.scheme not in {"http", "https"} or not address.hostname or address.fragment:
            return f"Invalid value for {name}: {form.get(name, '')}"
    if form.get("hub.verify", "async") not in {"async", "sync"}:
        return f"Invalid value for hub.verify: {form['hub.verify']}"
    lease = form.get("hub.lease_seconds", "")
    if lease and not (lease.isascii() and lease.isdecimal() and 0 < len(lease) <= 9 and int(lease) > 0):
        return f"Invalid value for hub.lease_seconds: {lease}"
    if len(form.get("hub.secret", "").encode()) >= LONGEST_SECRET:
        return "Invalid value for hub.secret: too long"
    return None
