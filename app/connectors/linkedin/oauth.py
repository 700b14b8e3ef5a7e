"""A member's grant: how it is asked for, and how it is kept alive.

There is no token of a page: the token of a member who administers it acts for it. It lives 60 days. Only approved
partners get a refresh token besides, which lives a year counted from the first grant, however often it is used; all
others sign in again every 60 days.
https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow
https://learn.microsoft.com/en-us/linkedin/shared/authentication/programmatic-refresh-tokens
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
from authlib.oauth2.rfc6749.parameters import (  # type: ignore[import-untyped] # authlib comes without types
    prepare_grant_uri,
    prepare_token_request,
)

from app.clock import Clock
from app.connectors.base import CALL_TIMEOUT, Grant
from app.connectors.linkedin.notification import LINKEDIN
from app.connectors.values import as_count, as_object, as_text
from app.errors import PlatformUnavailableError, TokenRejectedError

AUTHORIZE_URL = "https://www.linkedin.com/oauth/v2/authorization"
TOKEN_URL = "https://www.linkedin.com/oauth/v2/accessToken"  # noqa: S105 # an address

# Asking for another set makes all earlier tokens of the member invalid: change it only where everyone signs in anew.
SCOPES = ("r_organization_social_feed", "w_organization_social_feed", "rw_organization_admin")

# What RFC 6749 lets a server say where nothing is wrong with the grant.
PASSING = frozenset({"server_error", "temporarily_unavailable"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedInOAuth:
    """The application towards LinkedIn."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    http: httpx.AsyncClient = field(repr=False)
    clock: Clock
    scopes: tuple[str, ...] = SCOPES
    authorize_url: str = AUTHORIZE_URL
    token_url: str = TOKEN_URL
    timeout: timedelta = CALL_TIMEOUT

    def authorization_url(self, *, state: str) -> str:
        """Return the address to send a member to. `state` has to come back the same; the caller keeps and compares."""
        scope = " ".join(self.scopes)
        url: str = prepare_grant_uri(
            self.authorize_url, self.client_id, "code", redirect_uri=self.redirect_uri, scope=scope, state=state
        )
        return url

    async def exchange(self, code: str) -> Grant:
        """Turn the code that came back into a grant. A code works once, within 30 minutes.

        Raises TokenRejectedError where LinkedIn does not take it, PlatformUnavailableError where it does not answer.
        """
        token = await self._ask("exchange", "authorization_code", code=code, redirect_uri=self.redirect_uri)
        return self._grant(token)

    async def refresh(self, refresh_token: str) -> Grant:
        """Renew a grant. Its end stays where the first grant set it: the caller heeds the earlier one.

        Raises TokenRejectedError where a person has to sign in again, PlatformUnavailableError where LinkedIn does not
        answer.
        """
        return self._grant(await self._ask("refresh", "refresh_token", refresh_token=refresh_token))

    async def _ask(self, call: str, grant_type: str, **fields: str | None) -> Mapping[str, object]:
        """Ask for a token. LinkedIn takes the application's secret in the form alone.

        What LinkedIn answers is never quoted: it may hold a token.
        """
        form: str = prepare_token_request(
            grant_type, client_id=self.client_id, client_secret=self.client_secret, **fields
        )
        try:
            async with asyncio.timeout(self.timeout.total_seconds()):
                response = await self.http.post(
                    self.token_url,
                    content=form,
                    headers={"Content-Type": "application/x-www-form-urlencoded"},
                    follow_redirects=False,
                )
        except (TimeoutError, httpx.RequestError) as error:
            raise PlatformUnavailableError(LINKEDIN, call, type(error).__name__) from None
        answer = _document(response)
        refusal = as_text(answer.get("error")) or ("" if response.is_success else str(response.status_code))
        if not refusal:
            return answer
        is_final = "error" in answer or response.status_code in {400, 401, 403}
        if is_final and refusal not in PASSING:
            raise TokenRejectedError(LINKEDIN, call, refusal[:60], "LinkedIn refused the grant: sign in again")
        raise PlatformUnavailableError(LINKEDIN, call, refusal[:60])

    def _grant(self, token: Mapping[str, object]) -> Grant:
        now = self.clock()
        access_token, lifetime = as_text(token.get("access_token")), as_count(token.get("expires_in"))
        if access_token is None or lifetime is None:
            raise PlatformUnavailableError(LINKEDIN, "token", "no token", "the answer holds no token")
        refresh_lifetime = as_count(token.get("refresh_token_expires_in"))
        return Grant(
            access_token=access_token,
            expires_at=now + timedelta(seconds=lifetime),
            refresh_token=as_text(token.get("refresh_token")),
            refresh_expires_at=now + timedelta(seconds=refresh_lifetime) if refresh_lifetime is not None else None,
            scopes=frozenset((as_text(token.get("scope")) or "").replace(",", " ").split()),
        )


def _document(response: httpx.Response) -> dict[str, object]:
    try:
        return as_object(response.json())
    except (ValueError, RecursionError):
        return {}
