"""Connecting a page: whoever signs in must administer it, for their token then acts for it."""

from dataclasses import dataclass

from app.connectors.base import GivenToken, Grant
from app.connectors.linkedin.api import LinkedInApi
from app.connectors.linkedin.notification import LINKEDIN
from app.connectors.linkedin.oauth import LinkedInOAuth
from app.connectors.linkedin.pacing import Gates
from app.connectors.linkedin.subscription import administrator_of
from app.errors import WrongAccountError
from app.messages import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedInSignIn:
    """OAuth 2 without PKCE, which LinkedIn does not know for applications with a secret."""

    oauth: LinkedInOAuth
    base_url: str
    version: str

    def authorization_url(self, *, state: str, verifier: str) -> str:
        """Where to send the person."""
        return self.oauth.authorization_url(state=state)

    async def connect(self, account: Account, code: str, *, verifier: str) -> Grant:
        """Take the code and ask which pages the member administers."""
        grant = await self.oauth.exchange(code)
        api = LinkedInApi(
            account,
            tokens=GivenToken(platform=LINKEDIN, value=grant.access_token),
            http=self.oauth.http,
            gates=Gates(self.oauth.clock),
            clock=self.oauth.clock,
            base_url=self.base_url,
            version=self.version,
        )
        if await administrator_of(api) is None:
            raise WrongAccountError(LINKEDIN, "connect", "no_administrator")
        return grant
