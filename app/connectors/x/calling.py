"""X accounts, called."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx

from app.clock import Clock
from app.connectors.base import Outbound, Poll, Subscription, TokenSource
from app.connectors.x.allowance import Allowances
from app.connectors.x.api import Api
from app.connectors.x.app_only import AppOnly
from app.connectors.x.client import Tier, XOutbound
from app.connectors.x.fields import Naming
from app.connectors.x.poll import XPoll
from app.connectors.x.subscription import XSubscription
from app.messages import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class XCalling:
    """All accounts; `allowances` remember how many calls X still takes of each kind.

    `app_only` is None where our application's own keys are not set; `webhook` is where X delivers to.
    """

    http: httpx.AsyncClient
    tokens: Callable[[Account], TokenSource]
    base_url: str
    pages_url: str
    tier: Tier
    naming: Naming
    allowances: Allowances
    clock: Clock
    app_only: AppOnly | None
    webhook: str

    def outbound(self, account: Account) -> Outbound:
        """The calling half for an account."""
        return XOutbound(self._api(account), tier=self.tier, naming=self.naming, pages_url=self.pages_url)

    def poll(self, account: Account) -> Poll:
        """What asks an account for what is new."""
        return XPoll(self._api(account), naming=self.naming)

    def subscription(self, account: Account) -> Subscription | None:
        """What looks after the account's subscription."""
        if self.app_only is None:
            return None
        return XSubscription(
            self._api(account, self.app_only),
            self._api(account),
            address=self.webhook,
            tier=self.tier,
            clock=self.clock,
        )

    def _api(self, account: Account, tokens: TokenSource | None = None) -> Api:
        return Api(
            account=account,
            credentials=tokens or self.tokens(account),
            http=self.http,
            allowances=self.allowances,
            base_url=self.base_url,
        )
