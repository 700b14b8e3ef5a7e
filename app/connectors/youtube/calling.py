"""YouTube channels, called within the project's quota."""

from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from app.clock import Clock
from app.connectors.base import Outbound, Poll, Quota, Subscription, TokenSource
from app.connectors.youtube.api import Api
from app.connectors.youtube.budget import Budget
from app.connectors.youtube.client import YouTubeOutbound
from app.connectors.youtube.poll import QUIET_ROUND, YouTubePoll
from app.connectors.youtube.subscription import YouTubeSubscription
from app.messages import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class YouTubeCalling:
    """All channels; they share one `budget`. `secret` proves what the hub delivers to `callback`, None: not set."""

    http: httpx.AsyncClient
    clock: Clock
    tokens: Callable[[Account], TokenSource]
    base_url: str
    pages_url: str
    budget: Budget
    hub_url: str
    callback: str
    secret: str | None = field(repr=False)

    def outbound(self, account: Account) -> Outbound:
        """The calling half for a channel."""
        return YouTubeOutbound(self._api(account), pages_url=self.pages_url)

    def poll(self, account: Account) -> Poll:
        """What asks a channel for what is new."""
        return YouTubePoll(self._api(account))

    def subscription(self, account: Account) -> Subscription | None:
        """What looks after the channel's lease at the hub."""
        if self.secret is None:
            return None
        return YouTubeSubscription(
            channel=account.external_id,
            http=self.http,
            clock=self.clock,
            hub_url=self.hub_url,
            callback=self.callback,
            secret=self.secret,
        )

    async def quota(self, accounts: int) -> Quota:
        """How the day's units stand, which all channels share: a round asks each of them once."""
        return await self.budget.quota(QUIET_ROUND * max(1, accounts))

    def _api(self, account: Account) -> Api:
        return Api(account, self.http, self.tokens(account), self.budget, base_url=self.base_url, clock=self.clock)
