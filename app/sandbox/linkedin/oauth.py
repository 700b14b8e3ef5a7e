"""LinkedIn's sign-in: a member's consent, codes, access tokens of 60 days, refresh tokens that do not live longer.

https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from app.sandbox.linkedin.seed import ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from app.sandbox.pages.consent import consent_page
from app.sandbox.world.clock import Clock

CODE_LIVES: Final = timedelta(minutes=30)
TOKEN_LIVES: Final = timedelta(days=60)
REFRESH_LIVES: Final = timedelta(days=365)
SCOPES: Final = frozenset(
    {
        "r_organization_social_feed",
        "w_organization_social_feed",
        "r_organization_social",
        "w_organization_social",
        "rw_organization_admin",
    }
)


@dataclass(slots=True)
class Grants:
    """What was granted. The seeded tokens never expire; those granted here do, by the platforms' clock."""

    clock: Clock
    codes: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    access: dict[str, datetime] = field(default_factory=dict)
    refresh: dict[str, datetime] = field(default_factory=dict)

    def state_of(self, token: str) -> Literal["good", "expired", "unknown"]:
        """Whether an access token opens anything."""
        if token == ACCESS_TOKEN:
            return "good"
        until = self.access.get(token)
        if until is None:
            return "unknown"
        return "good" if until > self.clock.now() else "expired"

    async def authorize(self, request: Request) -> Response:
        """Ask the member; their answer leads back to the application."""
        query = dict(request.query_params)
        target, state = query.get("redirect_uri", ""), query.get("state", "")
        wanted = set(query.get("scope", "").replace(",", " ").split())
        if query.get("client_id") != CLIENT_ID or query.get("response_type") != "code" or not target:
            return HTMLResponse("The client_id, response_type or redirect_uri does not match.", 400)
        if not wanted or not wanted <= SCOPES:
            return _back(target, error="unauthorized_scope_error", state=state)
        answer = query.pop("answer", None)
        if answer is None:
            return consent_page("LinkedIn", sorted(wanted), query)
        if answer != "allow":
            return _back(target, error="user_cancelled_authorize", state=state)
        code = "AQT" + secrets.token_urlsafe(24)
        self.codes[code] = (target, self.clock.now() + CODE_LIVES)
        return _back(target, code=code, state=state)

    async def token(self, request: Request) -> Response:
        """Exchange a code or a refresh token. The application proves itself in the form."""
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return _refused("invalid_client", "Client authentication failed", 401)
        match form.get("grant_type"):
            case "authorization_code":
                return self._by_code(form)
            case "refresh_token":
                return self._by_refresh(form.get("refresh_token", ""))
            case _:
                return _refused("invalid_request", "Unsupported grant_type")

    def _by_code(self, form: dict[str, str]) -> Response:
        target, until = self.codes.pop(form.get("code", ""), ("", self.clock.now()))
        if until <= self.clock.now() or form.get("redirect_uri") != target:
            return _refused(
                "invalid_grant",
                "Unable to retrieve access token: appid/redirect uri/code verifier "
                "does not match authorization code. Or authorization code expired.",
            )
        fresh = "AQW" + secrets.token_urlsafe(32)
        self.refresh[fresh] = self.clock.now() + REFRESH_LIVES
        return self._granted(fresh)

    def _by_refresh(self, token: str) -> Response:
        if token == REFRESH_TOKEN:
            self.refresh.setdefault(token, self.clock.now() + REFRESH_LIVES)
        if self.refresh.get(token, self.clock.now()) <= self.clock.now():
            return _refused(
                "invalid_request", "The provided authorization grant or refresh token is invalid, expired or revoked"
            )
        return self._granted(token)

    def _granted(self, refresh: str) -> Response:
        access = "AQX" + secrets.token_urlsafe(32)
        now = self.clock.now()
        self.access[access] = now + TOKEN_LIVES
        # The year counts from the first grant: renewing does not lengthen it.
        left = int((self.refresh[refresh] - now).total_seconds())
        return JSONResponse(
            {
                "access_token": access,
                "expires_in": int(TOKEN_LIVES.total_seconds()),
                "refresh_token": refresh,
                "refresh_token_expires_in": left,
                "scope": ",".join(sorted(SCOPES)),
            }
        )


def _back(target: str, **answer: str) -> Response:
    joined = "&" if "?" in target else "?"
    return RedirectResponse(target + joined + urlencode(answer), 302)


def _refused(error: str, description: str, status: int = 400) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status)
