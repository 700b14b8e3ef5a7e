"""What a channel's owner consented to: codes, which work once, and the tokens that come of them."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Final, Literal

from app.sandbox.seed import Platform
from app.sandbox.world.clock import opaque
from app.sandbox.world.records import Grant
from app.sandbox.world.state import World
from app.sandbox.youtube.access import FORCE_SSL
from app.sandbox.youtube.seed import CLIENT_ID, REFRESH_TOKENS

CODE_LASTS: Final = timedelta(minutes=10)
ACCESS_LASTS: Final = timedelta(seconds=3600)


class InvalidGrantError(Exception):
    """A code or token that does not work; `description` is Google's."""

    def __init__(self, description: str) -> None:
        super().__init__(description)
        self.description = description


def begin(world: World) -> None:
    """The owners of our channels consented from the start."""
    for account in world.accounts_on(Platform.YOUTUBE):
        token = REFRESH_TOKENS.get(account.external_id)
        if token is not None and token not in world.grants:
            world.put(_grant(token, "refresh", account.external_id, CLIENT_ID, (FORCE_SSL,)))


def consent(
    world: World,
    channel_id: str,
    *,
    client_id: str,
    scopes: Sequence[str],
    redirect_uri: str,
    challenge: str,
    is_offline: bool,
) -> str:
    """An owner consented; returns the code."""
    code = "4/0A" + opaque("", channel_id, "code", str(world.ids.number()))
    grant = _grant(code, "code", channel_id, client_id, tuple(scopes))
    ends_at = world.clock.now() + CODE_LASTS
    world.put(replace(grant, ends_at=ends_at, redirect_uri=redirect_uri, challenge=challenge, is_offline=is_offline))
    return code


def has_consented(world: World, channel_id: str, client_id: str) -> bool:
    """Whether a live refresh token is about: no other comes without a new consent."""
    return any(
        (grant.kind, grant.account_id, grant.client_id, grant.is_spent) == ("refresh", channel_id, client_id, False)
        for grant in world.grants.values()
    )


def exchange(
    world: World, code: str, *, client_id: str, redirect_uri: str, verifier: str
) -> tuple[Grant, Grant | None]:
    """An access token for a code, and a refresh token where it was asked for.

    A code that comes a second time ends what came of it the first time.
    """
    grant = _live(world, code, "code", client_id)
    if grant is None:
        for other in list(world.grants.values()):
            if other.origin == code:
                world.put(replace(other, is_spent=True))
        raise InvalidGrantError("Malformed auth code.")
    if redirect_uri != grant.redirect_uri:
        raise InvalidGrantError("redirect_uri_mismatch")
    if grant.challenge and not verifier:
        raise InvalidGrantError("Missing code verifier.")
    if grant.challenge and challenge_of(verifier) != grant.challenge:
        raise InvalidGrantError("Invalid code verifier.")
    world.put(replace(grant, is_spent=True))
    refresh = _issued(world, grant, "refresh") if grant.is_offline else None
    return _issued(world, grant, "access"), refresh


def refresh(world: World, token: str, *, client_id: str) -> Grant:
    """A fresh access token; the refresh token stays."""
    grant = _live(world, token, "refresh", client_id)
    if grant is None:
        raise InvalidGrantError("Token has been expired or revoked.")
    return _issued(world, grant, "access")


def revoke(world: World, token: str) -> bool:
    """End a token, and with a refresh token the whole consent; whether there was anything to end."""
    grant = world.grants.get(token)
    if grant is None or grant.kind == "code" or grant.is_spent:
        return False
    for other in list(world.grants.values()):
        if (other.account_id, other.client_id) == (grant.account_id, grant.client_id):
            world.put(replace(other, is_spent=True))
    return True


def challenge_of(verifier: str) -> str:
    """The S256 challenge of PKCE."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


def _live(world: World, token: str, kind: str, client_id: str) -> Grant | None:
    grant = world.grants.get(token)
    if grant is None or (grant.kind, grant.client_id, grant.is_spent) != (kind, client_id, False):
        return None
    return grant if grant.ends_at is None or world.clock.now() < grant.ends_at else None


def _issued(world: World, of: Grant, kind: Literal["access", "refresh"]) -> Grant:
    number = str(world.ids.number())
    token = opaque("ya29.a0" if kind == "access" else "1//0", of.account_id, kind, number)
    issued = _grant(token, kind, of.account_id, of.client_id, of.scopes)
    ends_at = world.clock.now() + ACCESS_LASTS if kind == "access" else None
    issued = replace(issued, ends_at=ends_at, origin=of.token)
    world.put(issued)
    return issued


def _grant(
    token: str, kind: Literal["code", "access", "refresh"], channel_id: str, client_id: str, scopes: tuple[str, ...]
) -> Grant:
    return Grant(
        token=token, kind=kind, platform=Platform.YOUTUBE, account_id=channel_id, client_id=client_id, scopes=scopes
    )
