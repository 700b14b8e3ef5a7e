"""Facebook and Instagram accounts, called through the Graph API."""

from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from app.clock import Clock
from app.connectors.base import Endpoint, GivenToken, Outbound, Poll, Subscription, TokenSource
from app.connectors.meta.app_subscription import AppSubscription
from app.connectors.meta.graph import Graph
from app.connectors.meta.subscription import MetaSubscription, Turns
from app.connectors.meta.usage import Gauges
from app.messages import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaCalling:
    """One of the two; `gauges` (how much of each account's allowance is used) and `turns` (of repairs) serve both."""

    http: httpx.AsyncClient
    clock: Clock
    tokens: Callable[[Account], TokenSource]
    base_url: str
    app_secret: str | None = field(repr=False)
    app_id: str | None
    verify_token: str | None = field(repr=False)
    callback: str
    page_fields: frozenset[str]
    app_fields: frozenset[str]
    gauges: Gauges
    turns: Turns
    to_outbound: Callable[[Graph], Outbound]
    to_poll: Callable[[Graph, Clock], Poll]

    def outbound(self, account: Account) -> Outbound:
        """The calling half for an account."""
        return self.to_outbound(self._graph(account))

    def poll(self, account: Account) -> Poll:
        """What asks an account for what is new."""
        return self.to_poll(self._graph(account), self.clock)

    def subscription(self, account: Account) -> Subscription:
        """What looks after the account's subscription."""
        return MetaSubscription(
            self._graph(account),
            needed=self.page_fields,
            app_id=self.app_id,
            of_app=self._of_app(account),
            turns=self.turns,
        )

    def _of_app(self, account: Account) -> AppSubscription | None:
        if self.app_id is None or self.app_secret is None:
            return None
        token = GivenToken(platform=account.platform, value=f"{self.app_id}|{self.app_secret}")
        # An application's token needs no proof by the secret: it holds it. Its allowance is its own too.
        endpoint = Endpoint(account=account, base_url=self.base_url, tokens=token)
        return AppSubscription(
            graph=Graph(endpoint, self.http, Gauges()),
            app_id=self.app_id,
            needed=self.app_fields,
            callback=self.callback,
            verify_token=self.verify_token,
        )

    def _graph(self, account: Account) -> Graph:
        endpoint = Endpoint(
            account=account, base_url=self.base_url, tokens=self.tokens(account), app_secret=self.app_secret
        )
        return Graph(endpoint, self.http, self.gauges)
