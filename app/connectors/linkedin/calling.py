"""LinkedIn pages, called."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx

from app.clock import Clock
from app.connectors.base import Outbound, Poll, Subscription, TokenSource
from app.connectors.linkedin.api import LinkedInApi
from app.connectors.linkedin.client import LinkedInOutbound, Tier
from app.connectors.linkedin.pacing import Gates
from app.connectors.linkedin.poll import LinkedInPoll
from app.connectors.linkedin.subscription import LinkedInSubscription
from app.messages import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedInCalling:
    """All pages; `gates` remember until when LinkedIn takes no calls.

    `application_id` names our application in subscriptions, None where it is not set; `webhook` is where LinkedIn
    delivers to.
    """

    http: httpx.AsyncClient
    clock: Clock
    tokens: Callable[[Account], TokenSource]
    base_url: str
    version: str
    tier: Tier
    gates: Gates
    application_id: str | None
    webhook: str

    def outbound(self, account: Account) -> Outbound:
        """The calling half for a page."""
        return LinkedInOutbound(self._api(account), tier=self.tier)

    def poll(self, account: Account) -> Poll:
        """What asks a page for what is new."""
        return LinkedInPoll(self._api(account), clock=self.clock)

    def subscription(self, account: Account) -> Subscription | None:
        """What looks after the page's subscription; the development tier has none."""
        if self.application_id is None or self.tier is Tier.DEVELOPMENT:
            return None
        return LinkedInSubscription(
            self._api(account), application_id=self.application_id, webhook=self.webhook, clock=self.clock
        )

    def _api(self, account: Account) -> LinkedInApi:
        return LinkedInApi(
            account,
            tokens=self.tokens(account),
            http=self.http,
            gates=self.gates,
            clock=self.clock,
            base_url=self.base_url,
            version=self.version,
        )
