"""Connecting an account of X: whoever signs in must be the account."""

from dataclasses import dataclass, field

import httpx

from app.clock import Clock
from app.connectors.base import GivenToken, Grant
from app.connectors.values import as_id
from app.connectors.x.allowance import Allowances
from app.connectors.x.api import Api, path
from app.connectors.x.oauth import App, authorization_url, exchange
from app.connectors.x.parse import X
from app.errors import WrongAccountError
from app.messages import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class XSignIn:
    """OAuth 2 with PKCE; X has no list of accounts that a person holds, only who signed in."""

    app: App
    http: httpx.AsyncClient = field(repr=False)
    clock: Clock
    base_url: str

    def authorization_url(self, *, state: str, verifier: str) -> str:
        """Where to send the person."""
        return authorization_url(self.app, state=state, verifier=verifier)

    async def connect(self, account: Account, code: str, *, verifier: str) -> Grant:
        """Take the code at once, for it lives 30 seconds, then ask who it is."""
        grant = await exchange(self.app, self.http, code=code, verifier=verifier, now=self.clock())
        api = Api(
            account=account,
            credentials=GivenToken(platform=X, value=grant.access_token),
            http=self.http,
            allowances=Allowances(clock=self.clock),
            base_url=self.base_url,
        )
        who = as_id((await api.get("who_am_i", path("users", "me"), {})).data.get("id"))
        if who != account.external_id:
            raise WrongAccountError(X, "connect", "other_account")
        return grant
