"""LinkedIn's sign-in: a member's consent, codes, access tokens of 60 days, refresh tokens that do not live longer.

https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from app.sandbox.linkedin.seed import ACCESS_TOKEN, ADMINISTRATORS, CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from app.sandbox.pages.consent import consent_page
from app.sandbox.seed import Platform
from app.sandbox.world.clock import opaque
from app.sandbox.world.records import Grant
from app.sandbox.world.state import World

Kind = Literal["code", "access", "refresh"]

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


# A member signs in, not a page: what was granted opens all that they administer.
MEMBER: Final = ADMINISTRATORS[0]


def begin(world: World) -> None:
    """The member signed in before the world began; that access token does not end, the refresh token does."""
    scopes = tuple(sorted(SCOPES))
    access = _grant(ACCESS_TOKEN, "access", scopes, None)
    refresh = _grant(REFRESH_TOKEN, "refresh", scopes, world.clock.now() + REFRESH_LIVES)
    for grant in (access, refresh):
        if grant.token not in world.grants:
            world.put(grant)


def state_of(world: World, token: str) -> Literal["good", "expired", "unknown"]:
    """Whether an access token opens anything."""
    grant = world.grants.get(token)
    if grant is None or (grant.platform, grant.kind) != (Platform.LINKEDIN, "access"):
        return "unknown"
    return "good" if _is_live(world, grant) else "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """The page of consent, and the address that gives tokens."""

    world: World

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
        code = self._issued("AQT", "code", tuple(sorted(wanted)), self.world.clock.now() + CODE_LIVES)
        self.world.put(replace(code, redirect_uri=target))
        return _back(target, code=code.token, state=state)

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
        code = self._live("code", form.get("code", ""))
        if code is not None:
            # It works once, for whoever comes first.
            self.world.put(replace(code, is_spent=True))
        if code is None or form.get("redirect_uri") != code.redirect_uri:
            return _refused(
                "invalid_grant",
                "Unable to retrieve access token: appid/redirect uri/code verifier "
                "does not match authorization code. Or authorization code expired.",
            )
        return self._granted(self._issued("AQW", "refresh", code.scopes, self.world.clock.now() + REFRESH_LIVES))

    def _by_refresh(self, token: str) -> Response:
        refresh = self._live("refresh", token)
        if refresh is None:
            return _refused(
                "invalid_request", "The provided authorization grant or refresh token is invalid, expired or revoked"
            )
        return self._granted(refresh)

    def _granted(self, refresh: Grant) -> Response:
        now = self.world.clock.now()
        access = self._issued("AQX", "access", refresh.scopes, now + TOKEN_LIVES)
        assert refresh.ends_at is not None  # noqa: S101 - every refresh token here has an end
        return JSONResponse(
            {
                "access_token": access.token,
                "expires_in": int(TOKEN_LIVES.total_seconds()),
                "refresh_token": refresh.token,
                # The year counts from the first grant: renewing does not lengthen it.
                "refresh_token_expires_in": int((refresh.ends_at - now).total_seconds()),
                "scope": ",".join(refresh.scopes),
            }
        )

    def _live(self, kind: str, token: str) -> Grant | None:
        grant = self.world.grants.get(token)
        if grant is None or (grant.platform, grant.kind) != (Platform.LINKEDIN, kind):
            return None
        return grant if _is_live(self.world, grant) else None

    def _issued(self, prefix: str, kind: Kind, scopes: tuple[str, ...], ends_at: datetime) -> Grant:
        token = opaque(prefix, MEMBER, kind, str(self.world.ids.number()))
        issued = _grant(token, kind, scopes, ends_at)
        self.world.put(issued)
        return issued


def _grant(token: str, kind: Kind, scopes: tuple[str, ...], ends_at: datetime | None) -> Grant:
    return Grant(
        token=token,
        kind=kind,
        platform=Platform.LINKEDIN,
        account_id=MEMBER,
        client_id=CLIENT_ID,
        scopes=scopes,
        ends_at=ends_at,
    )


def _is_live(world: World, grant: Grant) -> bool:
    return not grant.is_spent and (grant.ends_at is None or world.clock.now() < grant.ends_at)


def _back(target: str, **answer: str) -> Response:
    joined = "&" if "?" in target else "?"
    return RedirectResponse(target + joined + urlencode(answer), 302)


def _refused(error: str, description: str, status: int = 400) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status)
