"""X accounts, called."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx

from app.connectors.base import Outbound, Poll, TokenSource
from app.connectors.x.allowance import Allowances
from app.connectors.x.api import Api
from app.connectors.x.client import Tier, XOutbound
from app.connectors.x.fields import Naming
from app.connectors.x.poll import XPoll
from app.messages import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class XCalling:
    """All accounts; `allowances` remember how many calls X still takes of each kind."""

    http: httpx.AsyncClient
    tokens: Callable[[Account], TokenSource]
    base_url: str
    tier: Tier
    naming: Naming
    allowances: Allowances

    def outbound(self, account: Account) -> Outbound:
        """The calling half for an account."""
        return XOutbound(self._api(account), tier=self.tier, naming=self.naming)

    def poll(self, account: Account) -> Poll:
        """What asks an account for what is new."""
        return XPoll(self._api(account), naming=self.naming)

    def _api(self, account: Account) -> Api:
        return Api(
            account=account,
            credentials=self.tokens(account),
            http=self.http,
            allowances=self.allowances,
            base_url=self.base_url,
        )
