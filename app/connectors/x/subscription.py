"""Whether X tells us of an account: our webhook is there and valid, and each kind of event is subscribed to.

X takes a webhook out of service that fails its check (CRC); a PUT lets it be checked again. What was missed meanwhile
can be had once more for 24 hours by those who bought it; for all others it is the poll that finds it.
https://docs.x.com/x-api/webhooks/introduction
https://docs.x.com/x-api/activity/introduction
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog

from app.clock import Clock
from app.connectors.base import Kept, Standing
from app.connectors.values import as_flag, as_id, as_list, as_object, as_text
from app.connectors.x.api import Answer, Api, Call, next_token, path
from app.connectors.x.client import Tier
from app.connectors.x.parse import X
from app.errors import PlatformRefusedError, TokenRejectedError
from app.messages import ExternalId

# Public events are subscribed to as the application, private ones as the account.
PUBLIC_EVENTS = ("post.create", "post.delete")
PRIVATE_EVENTS = ("post.reply.create", "post.mention.create", "post.quote.create", "dm.received", "dm.sent")
EVENTS = (*PUBLIC_EVENTS, *PRIVATE_EVENTS)
PAGE_SIZE, MOST_PAGES = "100", 20

# X replays the last 24 hours, what is older than 31 minutes at its beginning and ten at its end; with a margin.
REPLAYED = timedelta(hours=24) - timedelta(minutes=5)
YOUNGEST_FROM, YOUNGEST_TO = timedelta(minutes=33), timedelta(minutes=12)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A webhook of our application."""

    id: ExternalId
    is_valid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """A kind of event that X tells of; without a webhook it goes to a stream that nobody here reads."""

    id: ExternalId
    webhook_id: ExternalId | None


class XSubscription:
    """One account's. `app` calls as our application, `account` as the account; `address` is where X delivers to."""

    def __init__(self, app: Api, account: Api, *, address: str, tier: Tier, clock: Clock) -> None:
        self._app = app
        self._account = account
        self._account_id = account.account.external_id
        self._address = address
        self._tier = tier
        self._clock = clock

    async def check(self, kept: Kept) -> Standing:
        """Ask for the webhook, then for the account's subscriptions to it."""
        webhook = await self._webhook()
        if webhook is None:
            return Standing(problem="no webhook")
        if not webhook.is_valid:
            return Standing(problem="webhook not valid")
        missing = _not_sent_to(webhook.id, await self._present())
        return Standing(problem=f"missing {', '.join(missing)}" if missing else None)

    async def repair(self, kept: Kept) -> bool:
        """Make the webhook or have it checked again, then subscribe to what is missing.

        X may check a while after it was asked to.
        """
        webhook = await self._webhook()
        if webhook is None:
            await self._as_app(
                Call(name="make_webhook", method="POST", path=path("webhooks"), json={"url": self._address})
            )
            webhook = await self._webhook()
            if webhook is None:
                raise self._app.refused("make_webhook", "not there", "X does not list the webhook that it made")
        elif not webhook.is_valid:
            await self._as_app(Call(name="check_webhook", method="PUT", path=path("webhooks", webhook.id)))
        present = await self._present()
        for event in _not_sent_to(webhook.id, present):
            await self._subscribe(event, present.get(event), webhook.id)
        return True

    async def replay(self, kept: Kept) -> None:
        """Have X deliver once more what it could not, where that was bought."""
        if self._tier is not Tier.ENTERPRISE or kept.stood_at is None:
            return
        webhook, now = await self._webhook(), self._clock()
        if webhook is None:
            return
        begin, end = max(kept.stood_at, now - REPLAYED), now - YOUNGEST_TO
        if begin > now - YOUNGEST_FROM:
            return
        body = {"webhook_id": webhook.id, "from_date": f"{begin:%Y%m%d%H%M}", "to_date": f"{end:%Y%m%d%H%M}"}
        await self._as_app(Call(name="replay", method="POST", path=path("webhooks", "replay"), json=body))
        log.info("replay_asked", platform=X, account=self._account_id)

    async def _webhook(self) -> Webhook | None:
        found = await self._as_app(Call(name="find_webhook", method="GET", path=path("webhooks")))
        for item in map(as_object, as_list(found.document.get("data"))):
            webhook_id = as_id(item.get("id"))
            if webhook_id is not None and as_text(item.get("url")) == self._address:
                return Webhook(id=webhook_id, is_valid=as_flag(item.get("valid")) is True)
        return None

    async def _present(self) -> dict[str, Subscribed]:
        """The account's subscriptions, by their event."""
        found: dict[str, Subscribed] = {}
        params = {"max_results": PAGE_SIZE}
        for _ in range(MOST_PAGES):
            call = Call(name="find_subscriptions", method="GET", path=path("activity", "subscriptions"), params=params)
            page = await self._as_app(call)
            for item in map(as_object, as_list(page.document.get("data"))):
                event, subscription_id = as_text(item.get("event_type")), as_id(item.get("subscription_id"))
                is_of_account = as_id(as_object(item.get("filter")).get("user_id")) == self._account_id
                if event is not None and subscription_id is not None and is_of_account:
                    found[event] = Subscribed(id=subscription_id, webhook_id=as_id(item.get("webhook_id")))
            token = next_token(page)
            if token is None:
                break
            params = {"max_results": PAGE_SIZE, "pagination_token": token}
        return found

    async def _subscribe(self, event: str, present: Subscribed | None, webhook_id: ExternalId) -> None:
        """Subscribe to a kind of event, or send what is subscribed to already our way."""
        if present is None:
            body: Mapping[str, object] = {
                "event_type": event,
                "filter": {"user_id": self._account_id},
                "webhook_id": webhook_id,
            }
            call = Call(name="subscribe", method="POST", path=path("activity", "subscriptions"), json=body)
        else:
            where = path("activity", "subscriptions", present.id)
            call = Call(name="subscribe", method="PUT", path=where, json={"webhook_id": webhook_id})
        if event in PUBLIC_EVENTS:
            await self._as_app(call)
        else:
            await self._account.run(call)

    async def _as_app(self, call: Call) -> Answer:
        """A call as our application, whose keys are no account's: that they are refused does not end its access."""
        try:
            return await self._app.run(call)
        except TokenRejectedError as error:
            raise PlatformRefusedError(X, call.name, error.code, error.detail) from error


def _not_sent_to(webhook_id: ExternalId, present: Mapping[str, Subscribed]) -> tuple[str, ...]:
    """The kinds of events that a webhook is not told of, in the order in which they are asked for."""
    return tuple(event for event in EVENTS if event not in present or present[event].webhook_id != webhook_id)
