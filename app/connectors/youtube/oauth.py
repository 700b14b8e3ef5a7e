# mypy: disable-error-code="import-untyped"
# authlib comes without types.
"""Access to a channel by its owner's consent (Google OAuth 2.0), and its renewal. Service accounts do not work.

Calls go out through our own HTTP client, so that time limits and failures are as everywhere.
https://developers.google.com/identity/protocols/oauth2/web-server
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from app.connectors.base import CALL_TIMEOUT, Grant
from app.connectors.document import load
from app.connectors.values import as_count, as_list, as_object, as_text
from app.connectors.youtube.names import YOUTUBE
from app.errors import PlatformUnavailableError, TokenRejectedError, UnreadableDeliveryError

AUTHORIZE = "https://accounts.google.com/o/oauth2/v2/auth"
TOKEN = "https://oauth2.googleapis.com/token"  # noqa: S105 # an address

FORCE_SSL = "https://www.googleapis.com/auth/youtube.force-ssl"
SCOPES = (FORCE_SSL,)

# What the platform grants where its answer does not say.
USUAL_LIFE = timedelta(seconds=3600)
# Errors of the token's address that pass; all others ask for a person.
PASSING = frozenset({"temporarily_unavailable", "server_error", "internal_failure", "slow_down", "rate_limit_exceeded"})


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
        url = prepare_grant_uri(
            self.authorize_url,
            client_id=self.client_id,
            response_type="code",
            redirect_uri=self.redirect_uri,
            scope=" ".join(SCOPES),
            state=state,
            code_challenge=create_s256_code_challenge(code_verifier),
            code_challenge_method="S256",
            access_type="offline",
            prompt="consent",
            **more,
        )
        return str(url)

    async def exchange(self, http: httpx.AsyncClient, code: str, *, code_verifier: str, now: datetime) -> Grant:
        """Turn the code of a consent into a grant.

        A code works once. Raises TokenRejectedError where it does not, PlatformUnavailableError where nobody
        answered; if the code was used up by then, the owner signs in again.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": code_verifier,
        }
        return _grant("exchange", await self._ask(http, "exchange", form), now=now, refresh_token=None)

    async def refresh(self, http: httpx.AsyncClient, refresh_token: str, *, now: datetime) -> Grant:
        """Return a fresh access token; the refresh token stays the same unless the platform gives another.

        May be repeated. Raises PlatformUnavailableError, or TokenRejectedError where a person has to sign in again:
        consent revoked, token unused for six months, or seven days old while the application is in testing.
        """
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return _grant("refresh", await self._ask(http, "refresh", form), now=now, refresh_token=refresh_token)

    async def _ask(self, http: httpx.AsyncClient, call: str, form: Mapping[str, str]) -> Mapping[str, object]:
        ours = {"client_id": self.client_id, "client_secret": self.client_secret}
        try:
            response = await http.post(self.token_url, data={**form, **ours}, timeout=CALL_TIMEOUT.total_seconds())
        except httpx.RequestError as error:
            raise PlatformUnavailableError(YOUTUBE, call, type(error).__name__) from error
        try:
            answer = as_object(load(YOUTUBE, response.content))
        except UnreadableDeliveryError:
            answer = {}
        problem = answer.get("error")
        is_final = response.is_client_error and response.status_code != httpx.codes.TOO_MANY_REQUESTS
        if is_final and isinstance(problem, str) and problem not in PASSING:
            raise TokenRejectedError(YOUTUBE, call, problem[:100], "the channel's owner has to sign in again")
        if problem or not response.is_success:
            raise PlatformUnavailableError(YOUTUBE, call, f"http {response.status_code}")
        return answer


def _grant(call: str, answer: Mapping[str, object], *, now: datetime, refresh_token: str | None) -> Grant:
    access_token, scope = as_text(answer.get("access_token")), answer.get("scope")
    if access_token is None:
        raise PlatformUnavailableError(YOUTUBE, call, "no token", "the answer holds no access token")
    seconds = as_count(answer.get("expires_in"))
    # Some libraries' servers give a list instead of one string with spaces.
    scopes = (word for part in as_list(scope) for word in (as_text(part) or "").split())
    return Grant(
        access_token=access_token,
        refresh_token=as_text(answer.get("refresh_token")) or refresh_token,
        expires_at=now + (timedelta(seconds=seconds) if seconds else USUAL_LIFE),
        scopes=frozenset(scopes),
    )
