"""A member's grant: how it is asked for, and how it is kept alive.

There is no token of a page: the token of a member who administers it acts for it. It lives 60 days. Only approved
partners get a refresh token besides, which lives a year counted from the first grant, however often it is used; all
others sign in again every 60 days.
https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow
https://learn.microsoft.com/en-us/linkedin/shared/authentication/programmatic-refresh-tokens
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
from authlib.oauth2.rfc6749.parameters import (  # type: ignore[import-untyped] # authlib comes without types
    prepare_grant_uri,
    prepare_token_request,
)

from app.clock import Clock
from app.connectors.base import CALL_TIMEOUT
from app.connectors.linkedin.notification import LINKEDIN
from app.connectors.meta.values import as_count, as_object, as_text
from app.errors import PlatformUnavailableError, TokenRejectedError

AUTHORIZE_URL = "https://www.linkedin.com/oauth/v2/authorization"
TOKEN_URL = "https://www.linkedin.com/oauth/v2/accessToken"  # noqa: S105 # an address

# Asking for another set makes all earlier tokens of the member invalid: change it only where everyone signs in anew.
SCOPES = ("r_organization_social_feed", "w_organization_social_feed", "rw_organization_admin")

# What RFC 6749 lets a server say where nothing is wrong with the grant.
PASSING = frozenset({"server_error", "temporarily_unavailable"})

# Renewed while it still works, so that a trouble of LinkedIn's for some days is none of ours.
RENEW_AHEAD = timedelta(days=7)
# From when on a person is to be told that they have to sign in again.
WARN_AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a member granted. Without a refresh token it ends at `expires_at`, else at `refresh_expires_at`."""

    access_token: str = field(repr=False)
    expires_at: datetime
    refresh_token: str | None = field(default=None, repr=False)
    refresh_expires_at: datetime | None = None
    scopes: frozenset[str] = frozenset()

    def ends_at(self) -> datetime:
        """When a person has to sign in again at the latest."""
        if self.refresh_token is None:
            return self.expires_at
        return max(self.expires_at, self.refresh_expires_at or self.expires_at)

    def needs_person(self, now: datetime) -> bool:
        """Whether it is time to tell a person to sign in again."""
        return self.ends_at() - now <= WARN_AHEAD

    def is_renewable(self, now: datetime) -> bool:
        """Whether it can be renewed without a person."""
        is_alive = self.refresh_expires_at is None or self.refresh_expires_at > now
        return self.refresh_token is not None and is_alive


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
        return self._grant(token, earlier=None)

    async def refresh(self, grant: Grant) -> Grant:
        """Renew a grant. Raises TokenRejectedError where a person has to sign in again."""
        if not grant.is_renewable(self.clock()):
            raise TokenRejectedError(LINKEDIN, "refresh", "no refresh token", "a person has to sign in again")
        token = await self._ask("refresh", "refresh_token", refresh_token=grant.refresh_token)
        return self._grant(token, earlier=grant)

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

    def _grant(self, token: Mapping[str, object], *, earlier: Grant | None) -> Grant:
        now = self.clock()
        access_token, lifetime = as_text(token.get("access_token")), as_count(token.get("expires_in"))
        if access_token is None or lifetime is None:
            raise PlatformUnavailableError(LINKEDIN, "token", "no token", "the answer holds no token")
        refresh_token = as_text(token.get("refresh_token"))
        refresh_lifetime = as_count(token.get("refresh_token_expires_in"))
        told = now + timedelta(seconds=refresh_lifetime) if refresh_lifetime is not None else None
        known = earlier.refresh_expires_at if earlier is not None else None
        ends = [at for at in (told, known) if at is not None]
        scopes = (as_text(token.get("scope")) or "").replace(",", " ").split()
        return Grant(
            access_token=access_token,
            expires_at=now + timedelta(seconds=lifetime),
            refresh_token=refresh_token or (earlier.refresh_token if earlier is not None else None),
            # Renewing does not lengthen the year: the earlier end stands, whatever an answer says.
            refresh_expires_at=min(ends, default=None),
            scopes=frozenset(scopes) or (earlier.scopes if earlier is not None else frozenset()),
        )


def _document(response: httpx.Response) -> dict[str, object]:
    try:
        return as_object(response.json())
    except (ValueError, RecursionError):
        return {}


class GrantedTokens:
    """A `TokenSource` for one member's grant. `keep` stores a renewed grant, before it is used."""

    def __init__(self, oauth: LinkedInOAuth, grant: Grant, *, keep: Callable[[Grant], Awaitable[None]]) -> None:
        self._oauth = oauth
        self._grant = grant
        self._keep = keep
        self._renewing = asyncio.Lock()

    async def token(self) -> str:
        """Return the access token; one that ends soon is renewed before, where that can be done."""
        now = self._oauth.clock()
        if self._grant.expires_at - now <= RENEW_AHEAD and self._grant.is_renewable(now):
            try:
                return await self._renew(self._grant.access_token)
            except (PlatformUnavailableError, TokenRejectedError):
                # What still lives is used: `needs_person` and the next attempts tell of the rest.
                if self._grant.expires_at <= now:
                    raise
        if self._grant.expires_at <= now:
            raise TokenRejectedError(
                LINKEDIN, "token", "expired", "the token has expired: a person has to sign in again"
            )
        return self._grant.access_token

    async def renewed(self, rejected: str) -> str:
        """Return a fresh token in place of a rejected one."""
        return await self._renew(rejected)

    async def _renew(self, old: str) -> str:
        async with self._renewing:
            # Someone else may have renewed it while we waited.
            if self._grant.access_token == old:
                grant = await self._oauth.refresh(self._grant)
                await self._keep(grant)
                self._grant = grant
            return self._grant.access_token
