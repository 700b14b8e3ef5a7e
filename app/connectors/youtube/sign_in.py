"""Connecting a channel: its owner signs in, or a brand account's manager who chooses the channel there."""

from dataclasses import dataclass, field

import httpx

from app.clock import Clock
from app.connectors.base import GivenToken, Grant
from app.connectors.values import as_id, as_list, as_object
from app.connectors.youtube.api import Api, Call
from app.connectors.youtube.budget import Budget
from app.connectors.youtube.names import YOUTUBE
from app.connectors.youtube.oauth import FORCE_SSL, Google
from app.errors import PlatformRefusedError, WrongAccountError
from app.messages import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class YouTubeSignIn:
    """Google's consent, and the channels that it is for."""

    google: Google
    http: httpx.AsyncClient = field(repr=False)
    clock: Clock
    base_url: str
    budget: Budget

    def authorization_url(self, *, state: str, verifier: str) -> str:
        """Where to send the person."""
        return self.google.authorization_url(state=state, code_verifier=verifier)

    async def connect(self, account: Account, code: str, *, verifier: str) -> Grant:
        """Take the code and ask for the person's own channels.

        On Google's page each permission can be left out; without this one no comment can be acted on.
        """
        grant = await self.google.exchange(self.http, code, code_verifier=verifier, now=self.clock())
        if grant.scopes and FORCE_SSL not in grant.scopes:
            raise PlatformRefusedError(YOUTUBE, "connect", "scope", "the permission to manage comments was left out")
        api = Api(
            account,
            self.http,
            GivenToken(platform=YOUTUBE, value=grant.access_token),
            self.budget,
            base_url=self.base_url,
            clock=self.clock,
        )
        answer = await api.run(Call(name="own_channels", path="channels", params={"part": "id", "mine": "true"}))
        own = {as_id(as_object(item).get("id")) for item in as_list(answer.document.get("items"))}
        if account.external_id not in own:
            raise WrongAccountError(YOUTUBE, "connect", "other_channel")
        return grant
