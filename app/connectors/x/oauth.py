"""Signing an account in by OAuth 2 with PKCE, and renewing its token.

A code lives 30 seconds, an access token two hours. A refresh token is good for one use: whatever comes back replaces
it, to be stored in the same breath, and renewals of one account must not run side by side.
https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
from authlib.common.security import generate_token  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]

from app.connectors.base import CALL_TIMEOUT, Grant
from app.connectors.document import load
from app.connectors.values import as_count, as_object, as_text
from app.connectors.x.parse import X
from app.errors import PlatformUnavailableError, TokenRejectedError, UnreadableDeliveryError

AUTHORIZE_URL = "https://x.com/i/oauth2/authorize"
TOKEN_URL = "https://api.x.com/2/oauth2/token"  # noqa: S105  (an address, no secret)
# Without `offline.access` there is no refresh token.
SCOPES = (
    "tweet.read",
    "tweet.write",
    "tweet.moderate.write",
    "users.read",
    "dm.read",
    "dm.write",
    "offline.access",
)
BLOCKING = ("block.read", "block.write")
USUAL_LIFE = timedelta(hours=2)
# RFC 7636 allows 43 to 128 characters.
VERIFIER_LENGTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Our app as X knows it. Without a secret it is a public client, which names itself in the form."""

    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    redirect_uri: str
    authorize_url: str = AUTHORIZE_URL
    token_url: str = TOKEN_URL


def new_verifier() -> str:
    """Return a secret that proves, when the code comes, that it was asked for here."""
    return str(generate_token(VERIFIER_LENGTH))


def authorization_url(app: App, *, state: str, verifier: str, scopes: tuple[str, ...] = SCOPES) -> str:
    """Return where a person signs the account in; `state` comes back with the code and must be compared."""
    return str(
        prepare_grant_uri(
            app.authorize_url,
            client_id=app.client_id,
            response_type="code",
            redirect_uri=app.redirect_uri,
            scope=" ".join(scopes),
            state=state,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
    )


async def exchange(app: App, http: httpx.AsyncClient, *, code: str, verifier: str, now: datetime) -> Grant:
    """Turn the code into tokens. Raises TokenRejectedError where it is wrong, used, or older than 30 seconds."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": app.redirect_uri,
        "code_verifier": verifier,
    }
    return await _ask(app, http, "exchange", form, now)


async def refresh(app: App, http: httpx.AsyncClient, *, refresh_token: str, now: datetime) -> Grant:
    """Renew the access token.

    Raises TokenRejectedError where a person has to sign in again, PlatformUnavailableError where later may do.
    A lost answer may have used the refresh token up: the next try then tells that a person is needed.
    """
    tokens = await _ask(app, http, "refresh", {"grant_type": "refresh_token", "refresh_token": refresh_token}, now)
    if tokens.refresh_token is not None:
        return tokens
    return Grant(
        access_token=tokens.access_token,
        refresh_token=refresh_token,
        expires_at=tokens.expires_at,
        scopes=tokens.scopes,
    )


async def _ask(app: App, http: httpx.AsyncClient, call: str, form: Mapping[str, str], now: datetime) -> Grant:
    basic = httpx.BasicAuth(app.client_id, app.client_secret) if app.client_secret else httpx.Auth()
    try:
        async with asyncio.timeout(CALL_TIMEOUT.total_seconds()):
            response = await http.post(
                app.token_url,
                data=dict(form) if app.client_secret else {**form, "client_id": app.client_id},
                auth=basic,
            )
    except (TimeoutError, httpx.RequestError) as error:
        raise PlatformUnavailableError(X, call, type(error).__name__) from error
    answer = _document(response)
    if response.status_code == 429 or response.status_code >= 500 or answer is None:
        raise PlatformUnavailableError(X, call, str(response.status_code))
    token = as_text(answer.get("access_token"))
    if not response.is_success or token is None:
        code = as_text(answer.get("error")) or str(response.status_code)
        raise TokenRejectedError(X, call, code[:60], "X did not give a token: sign the account in again")
    return Grant(
        access_token=token,
        refresh_token=as_text(answer.get("refresh_token")),
        expires_at=now + timedelta(seconds=as_count(answer.get("expires_in")) or USUAL_LIFE.total_seconds()),
        scopes=frozenset((as_text(answer.get("scope")) or "").split()),
    )


def _document(response: httpx.Response) -> Mapping[str, object] | None:
    try:
        return as_object(load(X, response.content))
    except UnreadableDeliveryError:
        return None
