"""Calls as our application itself, which X wants for webhooks: a bearer token that lives until it is taken back.

https://docs.x.com/fundamentals/authentication/oauth-2-0/application-only
"""

from dataclasses import dataclass, field

import httpx

from app.connectors.base import CALL_TIMEOUT
from app.connectors.document import load
from app.connectors.transport import UnansweredError, answered_within, timeouts
from app.connectors.values import as_object, as_text
from app.connectors.x.parse import X
from app.errors import PlatformRefusedError, PlatformUnavailableError, UnreadableDeliveryError

CALL = "app_token"


@dataclass(slots=True, kw_only=True)
class AppOnly:
    """A source of the application's token; one for the life of the process."""

    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    http: httpx.AsyncClient = field(repr=False)
    base_url: str
    _token: str | None = field(default=None, repr=False)

    async def token(self) -> str:
        """The token, asked for once. Raises PlatformRefusedError where X does not know our keys."""
        if self._token is None:
            self._token = await self._ask()
        return self._token

    async def renewed(self, rejected: str) -> str:
        """Another one in place of one that was taken back."""
        if self._token == rejected:
            self._token = None
        return await self.token()

    async def _ask(self) -> str:
        try:
            async with answered_within(CALL_TIMEOUT):
                response = await self.http.post(
                    f"{self.base_url}/oauth2/token",
                    data={"grant_type": "client_credentials"},
                    auth=httpx.BasicAuth(self.consumer_key, self.consumer_secret),
                    timeout=timeouts(CALL_TIMEOUT),
                    follow_redirects=False,
                )
        except UnansweredError as error:
            raise PlatformUnavailableError(X, CALL, error.code) from None
        if response.status_code in {400, 401, 403}:
            # Not the account's access but the application's: nobody who signs in anew could help.
            raise PlatformRefusedError(
                X, CALL, str(response.status_code), "X does not take our consumer key and secret"
            )
        try:
            token = as_text(as_object(load(X, response.content)).get("access_token"))
        except UnreadableDeliveryError:
            token = None
        if not response.is_success or token is None:
            raise PlatformUnavailableError(X, CALL, str(response.status_code))
        return token
