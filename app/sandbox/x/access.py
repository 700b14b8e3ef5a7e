"""Who calls: a user by OAuth 2 or by signature, or the application alone; and what they may."""

import hmac
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qsl

from app.sandbox.endpoint import Call
from app.sandbox.ground import Ground
from app.sandbox.seed import Platform, SeedAccount
from app.sandbox.x import oauth1
from app.sandbox.x.problems import forbidden, unauthorized, unsupported
from app.sandbox.x.seed import APP_BEARER, CONSUMER_KEY, USER_KEYS

FORM: Final = "application/x-www-form-urlencoded"
OAUTH1_PARAMETERS: Final = frozenset(
    {"oauth_consumer_key", "oauth_nonce", "oauth_signature", "oauth_signature_method", "oauth_timestamp", "oauth_token"}
)


class Kind(StrEnum):
    """How a caller proves themselves, in X's words."""

    USER = "OAuth 2.0 User Context"
    SIGNED = "OAuth 1.0a User Context"
    APP = "OAuth 2.0 Application-Only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Someone who proved themselves; the application alone has no account. A signature has all rights."""

    kind: Kind
    account: SeedAccount | None = None
    scopes: frozenset[str] | None = None

    @property
    def subject(self) -> str:
        """Whom limits are counted for."""
        return self.account.external_id if self.account is not None else "app"

    def require(self, kinds: frozenset[Kind], scopes: frozenset[str]) -> None:
        """Refuse a token of the wrong kind, and one that lacks a right."""
        if self.kind not in kinds:
            raise unsupported(self.kind, ", ".join(sorted(kinds)))
        if self.scopes is not None and not scopes <= self.scopes:
            raise forbidden()

    def has(self, scope: str) -> bool:
        """Whether this right was given."""
        return self.scopes is None or scope in self.scopes


def authenticate(ground: Ground, call: Call, base: str) -> Caller:
    """Who calls. Raises ProblemError where nobody proved themselves."""
    scheme, _, given = call.headers.get("authorization", "").partition(" ")
    match scheme.lower():
        case "bearer":
            return _bearer(ground, given.strip())
        case "oauth":
            return _signed(ground, call, base, oauth1.read_header(given))
        case _:
            raise unauthorized()


def _bearer(ground: Ground, token: str) -> Caller:
    if token == APP_BEARER:
        return Caller(kind=Kind.APP)
    grant = ground.world.grants.get(token)
    if grant is None or grant.platform is not Platform.X or grant.kind != "access" or grant.is_spent:
        raise unauthorized()
    if grant.ends_at is not None and grant.ends_at <= ground.world.clock.now():
        raise unauthorized()
    return Caller(kind=Kind.USER, account=ground.world.accounts[grant.account_id], scopes=frozenset(grant.scopes))


def _signed(ground: Ground, call: Call, base: str, given: dict[str, str]) -> Caller:
    owners = {token: (account_id, secret) for account_id, (token, secret) in USER_KEYS.items()}
    account_id, token_secret = owners.get(given.get("oauth_token", ""), ("", ""))
    is_whole = given.keys() >= OAUTH1_PARAMETERS and given.get("oauth_version", "1.0") == "1.0"
    is_ours = given.get("oauth_consumer_key") == CONSUMER_KEY and account_id in ground.world.accounts
    if not is_whole or not is_ours or given["oauth_signature_method"] != "HMAC-SHA1":
        raise unauthorized()
    account = ground.world.accounts[account_id]
    form = parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True) if _is_form(call) else []
    header = [(name, value) for name, value in given.items() if name not in {"oauth_signature", "realm"}]
    # The caller signs the address it knows, which may be the public one.
    for origin in (ground.settings.base_url, f"http://{call.headers.get('host', '')}"):
        wanted = oauth1.signature(
            call.method,
            f"{origin}{base}{call.path}",
            (*call.query, *form, *header),
            secret=account.app_secret,
            token_secret=token_secret,
        )
        if hmac.compare_digest(wanted.encode(), given["oauth_signature"].encode()):
            return Caller(kind=Kind.SIGNED, account=account)
    raise unauthorized()


def _is_form(call: Call) -> bool:
    return call.headers.get("content-type", "").partition(";")[0].strip() == FORM
