"""Who calls: by an API key for what is public, or by an access token that a channel's owner consented to."""

from dataclasses import dataclass
from typing import Final

from app.sandbox.endpoint import Call
from app.sandbox.seed import Platform
from app.sandbox.world.state import World
from app.sandbox.youtube import errors
from app.sandbox.youtube.seed import API_KEY

FORCE_SSL: Final = "https://www.googleapis.com/auth/youtube.force-ssl"
MANAGE: Final = "https://www.googleapis.com/auth/youtube"
READ_ONLY: Final = "https://www.googleapis.com/auth/youtube.readonly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The channel whose token it is and what it covers; no channel where a key was given."""

    channel_id: str | None = None
    scopes: frozenset[str] = frozenset()


def caller_of(world: World, call: Call) -> Caller:
    """Who calls. Raises ApiError for neither key nor token, and for those that are none."""
    key = call.parameter("key")
    if key is not None and key != API_KEY:
        raise errors.invalid_key()
    token = _token(call)
    if token is None:
        if key is None:
            raise errors.unregistered()
        return Caller()
    for account in world.accounts_on(Platform.YOUTUBE):
        if token == account.access_token:
            return Caller(channel_id=account.external_id, scopes=frozenset({FORCE_SSL}))
    grant = world.grants.get(token)
    is_live = grant is not None and grant.kind == "access" and not grant.is_spent
    if grant is None or not is_live or grant.platform is not Platform.YOUTUBE:
        raise errors.invalid_credentials()
    if grant.ends_at is not None and world.clock.now() >= grant.ends_at:
        raise errors.invalid_credentials()
    return Caller(channel_id=grant.account_id, scopes=frozenset(grant.scopes))


def _token(call: Call) -> str | None:
    header = call.headers.get("authorization")
    if header is not None:
        scheme, _, token = header.partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""
    return call.parameter("access_token") or call.parameter("oauth_token")
