# mypy: disable-error-code="import-untyped"
# authlib comes without types.
"""Access to a channel by its owner's consent (Google OAuth 2.0), and its renewal. Service accounts do not work.

https://developers.google.com/identity/protocols/oauth2/web-server
"""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client

from app.connectors.base import CALL_TIMEOUT
from app.connectors.meta.values import as_text
from app.connectors.youtube.names import YOUTUBE
from app.errors import PlatformUnavailableError, TokenRejectedError

AUTHORIZE = "https://accounts.google.com/o/oauth2/v2/auth"
TOKEN = "https://oauth2.googleapis.com/token"  # noqa: S105 # an address

FORCE_SSL = "https://www.googleapis.com/auth/youtube.force-ssl"
SCOPES = (FORCE_SSL,)

# What the platform grants where its answer does not say.
USUAL_LIFE = timedelta(seconds=3600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What the owner's consent gives us. `refresh_token` is None where the platform gave none: ask for consent anew."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_at: datetime
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Google:
    """Our application at Google, and the two addresses that are called for it."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    authorize_url: str = AUTHORIZE
    token_url: str = TOKEN

    def authorization_url(self, *, state: str, code_verifier: str, login_hint: str | None = None) -> str:
        """Return where to send the channel's owner. A brand account's manager chooses the channel there.

        `access_type=offline` with `prompt=consent`: only so does each consent give a refresh token. `state` and
        `code_verifier` (43 to 128 signs) are random, kept by the caller, and used once.
        """
        more = {"login_hint": login_hint} if login_hint else {}
        url, _ = self._client().create_authorization_url(
            self.authorize_url,
            state=state,
            code_verifier=code_verifier,
            access_type="offline",
            prompt="consent",
            include_granted_scopes="true",
            **more,
        )
        return str(url)

    async def exchange(self, code: str, *, code_verifier: str, now: datetime) -> Grant:
        """Turn the code of a consent into a grant; a code works once.

        Raises TokenRejectedError where it does not, PlatformUnavailableError where nobody answered: the owner then
        signs in again.
        """
        async with self._client() as client:
            token = await _ask("exchange", client.fetch_token(self.token_url, code=code, code_verifier=code_verifier))
        return _grant("exchange", token, now=now, refresh_token=None)

    async def refresh(self, refresh_token: str, *, now: datetime) -> Grant:
        """Return a fresh access token; the refresh token stays the same unless the platform gives another.

        Raises TokenRejectedError where a person has to sign in again: revoked, unused for six months, or seven days
        old while the application is in testing.
        """
        async with self._client() as client:
            token = await _ask("refresh", client.refresh_token(self.token_url, refresh_token=refresh_token))
        return _grant("refresh", token, now=now, refresh_token=refresh_token)

    def _client(self) -> Any:
        return AsyncOAuth2Client(
            client_id=self.client_id,
            client_secret=self.client_secret,
            redirect_uri=self.redirect_uri,
            scope=" ".join(SCOPES),
            token_endpoint_auth_method="client_secret_post",  # noqa: S106 # the name of a method
            code_challenge_method="S256",
            timeout=CALL_TIMEOUT.total_seconds(),
        )


async def _ask(call: str, asking: Awaitable[Mapping[str, object]]) -> Mapping[str, object]:
    try:
        return await asking
    except OAuthError as error:
        raise TokenRejectedError(YOUTUBE, call, str(error.error)[:100], "the owner has to sign in again") from error
    except httpx.HTTPStatusError as error:
        raise PlatformUnavailableError(YOUTUBE, call, f"http {error.response.status_code}") from error
    except (httpx.RequestError, ValueError) as error:
        # The latter: an answer that is no JSON.
        raise PlatformUnavailableError(YOUTUBE, call, type(error).__name__) from error


def _grant(call: str, token: Mapping[str, object], *, now: datetime, refresh_token: str | None) -> Grant:
    access_token, seconds, scope = as_text(token.get("access_token")), token.get("expires_in"), token.get("scope")
    if access_token is None:
        raise PlatformUnavailableError(YOUTUBE, call, "no token", "the answer holds no access token")
    is_told = isinstance(seconds, int) and 0 < seconds < 10**6
    return Grant(
        access_token=access_token,
        refresh_token=as_text(token.get("refresh_token")) or refresh_token,
        expires_at=now + (timedelta(seconds=int(str(seconds))) if is_told else USUAL_LIFE),
        scopes=frozenset(
            scope.split() if isinstance(scope, str) else map(str, scope if isinstance(scope, list) else ())
        ),
    )
