"""X's tokens: a code for two, a refresh token for two new ones, and the application's own.

A code lives half a minute and an access token two hours; a refresh token is good for one use.
https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token
"""

import secrets
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qsl

from app.sandbox.endpoint import Answer, Call
from app.sandbox.faults import FaultKind
from app.sandbox.ground import Ground
from app.sandbox.seed import Platform
from app.sandbox.world.records import Grant
from app.sandbox.world.state import World
from app.sandbox.x.access import FORM
from app.sandbox.x.faults import struck
from app.sandbox.x.seed import (
    ACCESS_TOKENS,
    APP_BEARER,
    CLIENT_ID,
    CLIENT_SECRET,
    CONSUMER_KEY,
    PUBLIC_CLIENT_ID,
    REFRESH_TOKENS,
)

CODE_LIVES, TOKEN_LIVES = timedelta(seconds=30), timedelta(hours=2)
SCOPES: Final = (
    "block.read",
    "block.write",
    "dm.read",
    "dm.write",
    "like.read",
    "like.write",
    "mute.read",
    "mute.write",
    "offline.access",
    "tweet.moderate.write",
    "tweet.read",
    "tweet.write",
    "users.read",
)


class TokenError(Exception):
    """A refusal in OAuth's form."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.answer = Answer(
            status=status, content={"error": error, "error_description": description}, error=f"{status}/{error}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenDialect:
    """The addresses that give and take tokens."""

    ground: Ground
    platform: Platform = Platform.X

    def carry_out(self, call: Call) -> Answer:
        """Give tokens, or say why not."""
        if call.headers.get("content-type", "").partition(";")[0].strip() != FORM:
            return TokenError("invalid_request", "The body has to be a form.").answer
        form = dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))
        try:
            match call.path:
                case "/oauth2/token":
                    return self._app_only(call, form)
                case "/2/oauth2/revoke":
                    return self._revoked(call, form)
                case _:
                    return self._granted(call, form)
        except TokenError as error:
            return error.answer

    def struck(self, kind: FaultKind, fault_seconds: int) -> Answer:
        """As at the API itself."""
        return struck(kind, fault_seconds, self.ground.world.clock.now())

    def _app_only(self, call: Call, form: dict[str, str]) -> Answer:
        secret = self.ground.world.accounts_on(Platform.X)[0].app_secret
        if _basic(call) != (CONSUMER_KEY, secret):
            error = {"code": 99, "label": "authenticity_token_error", "message": "Unable to verify your credentials"}
            return Answer(status=403, content={"errors": [error]}, error="403/99")
        if form.get("grant_type") != "client_credentials":
            raise TokenError("invalid_request", "Missing required parameter [grant_type].")
        return Answer(content={"token_type": "bearer", "access_token": APP_BEARER})

    def _granted(self, call: Call, form: dict[str, str]) -> Answer:
        client_id = _client(call, form)
        match form.get("grant_type"):
            case "authorization_code":
                spent = self._code(client_id, form)
            case "refresh_token":
                spent = self._present("refresh", form.get("refresh_token", ""), client_id, "token")
            case None:
                raise TokenError("invalid_request", "Missing required parameter [grant_type].")
            case _:
                raise TokenError("unsupported_grant_type", "Value passed for the grant type was invalid.")
        origin = spent.origin or spent.token
        _spend(self.ground.world, (spent, *self._of_origin(origin)))
        return self._new(spent, origin)

    def _code(self, client_id: str, form: dict[str, str]) -> Grant:
        code = self._present("code", form.get("code", ""), client_id, "authorization code")
        if form.get("redirect_uri") != code.redirect_uri:
            raise TokenError(
                "invalid_request",
                "Value passed for the redirect uri did not match the uri of the authorization code.",
            )
        digest = sha256(form.get("code_verifier", "").encode()).digest()
        if urlsafe_b64encode(digest).decode().rstrip("=") != code.challenge:
            raise TokenError("invalid_request", "Value passed for the code verifier did not match the code challenge.")
        return code

    def _present(self, kind: str, token: str, client_id: str, name: str) -> Grant:
        grant = self.ground.world.grants.get(token)
        is_there = grant is not None and grant.platform is Platform.X and grant.kind == kind and not grant.is_spent
        if grant is None or not is_there or grant.client_id != client_id:
            raise TokenError("invalid_request", f"Value passed for the {name} was invalid.")
        if grant.ends_at is not None and grant.ends_at <= self.ground.world.clock.now():
            raise TokenError("invalid_request", f"Value passed for the {name} was invalid.")
        return grant

    def _of_origin(self, origin: str) -> list[Grant]:
        """What was given for one sign-in before; X lets only the newest stand."""
        return [grant for grant in self.ground.world.grants.values() if grant.origin == origin]

    def _new(self, spent: Grant, origin: str) -> Answer:
        world = self.ground.world
        access = replace(
            spent,
            token=secrets.token_urlsafe(48),
            kind="access",
            origin=origin,
            ends_at=world.clock.now() + TOKEN_LIVES,
            is_spent=False,
        )
        world.put(access)
        content: dict[str, object] = {
            "token_type": "bearer",
            "expires_in": int(TOKEN_LIVES.total_seconds()),
            "access_token": access.token,
            "scope": " ".join(access.scopes),
        }
        if "offline.access" in access.scopes:
            refresh = replace(access, token=secrets.token_urlsafe(48), kind="refresh", ends_at=None)
            world.put(refresh)
            content["refresh_token"] = refresh.token
        return Answer(content=content)

    def _revoked(self, call: Call, form: dict[str, str]) -> Answer:
        client_id, token = _client(call, form), form.get("token")
        if not token:
            raise TokenError("invalid_request", "Missing required parameter [token].")
        grant = self.ground.world.grants.get(token)
        if grant is not None and grant.client_id == client_id and grant.platform is Platform.X:
            _spend(self.ground.world, (grant,))
        return Answer(content={"revoked": True})


def seed_grants(world: World) -> None:
    """The tokens that a world begins with, which do not end by themselves."""
    for account in world.accounts_on(Platform.X):
        whole = Grant(
            token=ACCESS_TOKENS[account.external_id],
            kind="access",
            platform=Platform.X,
            account_id=account.external_id,
            client_id=CLIENT_ID,
            scopes=SCOPES,
            origin=f"seed:{account.external_id}",
        )
        refresh = replace(whole, token=REFRESH_TOKENS[account.external_id], kind="refresh")
        for grant in (whole, refresh):
            if grant.token not in world.grants:
                world.put(grant)


def _spend(world: World, grants: Iterable[Grant]) -> None:
    for grant in grants:
        if not grant.is_spent:
            world.put(replace(grant, is_spent=True))


def _client(call: Call, form: dict[str, str]) -> str:
    """Who asks: a confidential client by header, a public one by its name in the form."""
    basic = _basic(call)
    if basic is None and form.get("client_id") == PUBLIC_CLIENT_ID:
        return PUBLIC_CLIENT_ID
    if basic != (CLIENT_ID, CLIENT_SECRET):
        raise TokenError("unauthorized_client", "Missing valid authorization header", 401)
    return CLIENT_ID


def _basic(call: Call) -> tuple[str, str] | None:
    scheme, _, given = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, secret = b64decode(given, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return (name, secret) if colon else ("", "")
