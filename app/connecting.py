"""Connecting an account by signing in at its platform: begun here by a person, ended by the way back from there.

A browser comes back without a token of ours. What protects the way back is its state: random, good for one use and for
minutes, bound to the account, its platform and the person who began. What it brings serves only the account it was
begun for, whoever signed in.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from secrets import token_urlsafe

import structlog

from app.clock import Clock
from app.connectors import INBOUND
from app.connectors.base import SignIn
from app.errors import (
    ConnectorError,
    ModerationError,
    PlatformRefusedError,
    TokenRejectedError,
    WrongAccountError,
)
from app.messages import Account, PersonId, PlatformName
from app.records import audit, sign_ins, subscriptions
from app.records.database import Sessions
from app.records.sign_ins import SignInUnderWay
from app.tokens import AccountTokens
from app.vault import Vault, VaultError

log = structlog.get_logger(__name__)

# Long enough to find a password and a second factor.
LIVES = timedelta(minutes=15)
# 64 signs, as PKCE wants 43 to 128.
VERIFIER_BYTES = 48
STATE_BYTES = 32
# What platforms say when the person pressed "cancel"; the latter two are LinkedIn's.
DENIED = frozenset({"access_denied", "user_cancelled_login", "user_cancelled_authorize"})
# The key or the application is not there any more: whoever begins anew is told so.
SETTINGS_CHANGED = "settings_changed"
ERROR_CODE = re.compile(r"[a-z_]{1,60}")


class Outcome(StrEnum):
    """How a way back ended."""

    CONNECTED = "connected"
    DENIED = "denied"
    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"
    NOT_ALLOWED = "not_allowed"
    WRONG_ACCOUNT = "wrong_account"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"


class SignInMissingError(ModerationError):
    """The platform's application is not set up, so nobody can sign in there for us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Where to sign in, and until when one must have come back."""

    authorization_url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBack:
    """What a browser brought from the platform; nothing of it is trusted."""

    state: str = field(repr=False)
    code: str | None = field(default=None, repr=False)
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How it ended; `account` where the state was known."""

    outcome: Outcome
    account: Account | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Connecting:
    """Begins and ends sign-ins. `sign_ins` has the platforms whose application is set up."""

    sessions: Sessions
    vault: Vault
    tokens: AccountTokens
    sign_ins: Mapping[PlatformName, SignIn]
    clock: Clock

    async def begin(self, account: Account, *, by: PersonId) -> Begun:
        """Prepare a sign-in. Raises SignInMissingError, or VaultError where no key is set to keep its secrets."""
        sign_in = self.sign_ins.get(account.platform)
        if sign_in is None:
            raise SignInMissingError(account.platform)
        state, verifier = token_urlsafe(STATE_BYTES), token_urlsafe(VERIFIER_BYTES)
        now = self.clock()
        async with self.sessions.begin() as session:
            await sign_ins.begin(
                session,
                _digest(state),
                account_id=account.id,
                by=by,
                verifier=self.vault.seal(verifier),
                at=now,
                expires_at=now + LIVES,
            )
        log.info("sign_in_begun", platform=account.platform, account=account.external_id, person_id=by)
        return Begun(
            authorization_url=sign_in.authorization_url(state=state, verifier=verifier), expires_at=now + LIVES
        )

    async def end(self, platform: str, back: WayBack, *, roles: frozenset[str]) -> Ended:
        """Take what came back. `roles` are those that may connect accounts: the person must still have one."""
        if platform not in INBOUND:
            # Whatever else stands in an address: it is no name to look for.
            log.warning("sign_in_failed", platform="unknown", outcome=Outcome.UNKNOWN)
            return Ended(outcome=Outcome.UNKNOWN)
        async with self.sessions.begin() as session:
            under_way = await sign_ins.use(session, _digest(back.state), platform=platform, at=self.clock())
        if under_way is None:
            log.warning("sign_in_failed", platform=platform, outcome=Outcome.UNKNOWN)
            return Ended(outcome=Outcome.UNKNOWN)
        outcome, code = self._before_asking(under_way, back, roles)
        if outcome is None:
            outcome, code = await self._connect(under_way, back.code or "")
        account = under_way.account
        if outcome is Outcome.CONNECTED:
            log.info("account_connected", platform=platform, account=account.external_id, person_id=under_way.person_id)
        else:
            log.warning(
                "sign_in_failed",
                platform=platform,
                account=account.external_id,
                person_id=under_way.person_id,
                outcome=outcome,
                code=code,
            )
        return Ended(outcome=outcome, account=account)

    def _before_asking(
        self, under_way: SignInUnderWay, back: WayBack, roles: frozenset[str]
    ) -> tuple[Outcome | None, str]:
        """What ends it before the platform is asked, and the code for the log; None where nothing does."""
        if under_way.was_used:
            return Outcome.USED, ""
        if under_way.expires_at <= self.clock():
            return Outcome.EXPIRED, ""
        if under_way.role not in roles:
            return Outcome.NOT_ALLOWED, ""
        if back.error is not None:
            # What else stands there is nobody's word: anyone may write into an address.
            code = back.error if ERROR_CODE.fullmatch(back.error) else "other"
            return Outcome.DENIED if code in DENIED else Outcome.REFUSED, code
        if not back.code:
            return Outcome.REFUSED, "no_code"
        return None, ""

    async def _connect(self, under_way: SignInUnderWay, code: str) -> tuple[Outcome, str]:
        """Have the code turned into access and keep it."""
        account = under_way.account
        sign_in = self.sign_ins.get(account.platform)
        if sign_in is None:
            return Outcome.REFUSED, SETTINGS_CHANGED
        try:
            verifier = self.vault.open(under_way.verifier)
            grant = await sign_in.connect(account, code, verifier=verifier)
            await self.tokens.keep(account.id, grant, at=self.clock())
        except WrongAccountError as error:
            return Outcome.WRONG_ACCOUNT, error.code
        except (TokenRejectedError, PlatformRefusedError) as error:
            return Outcome.REFUSED, error.code
        except ConnectorError as error:
            return Outcome.UNAVAILABLE, error.code
        except VaultError:
            return Outcome.REFUSED, SETTINGS_CHANGED
        async with self.sessions.begin() as session:
            await audit.note(session, by=under_way.person_id, act="account.connect", subject=f"account/{account.id}")
            await subscriptions.due_at_once(session, account.id, now=self.clock())
        return Outcome.CONNECTED, ""


def _digest(state: str) -> bytes:
    return hashlib.sha256(state.encode("utf-8", "replace")).digest()
