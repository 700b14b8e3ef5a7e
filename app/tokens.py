"""Access to the accounts: stored and encrypted, renewed in time, its end told before it comes.

A token set in the settings serves an account for which none is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from app.actions.alarms import raise_alarm
from app.clock import Clock
from app.connectors.base import Grant
from app.connectors.connector import Renew
from app.decisions.model import Urgency
from app.errors import TokenRejectedError
from app.messages import Account, AccountId, PlatformName
from app.notices.model import SystemNotice
from app.records import tokens
from app.records.database import Sessions
from app.records.tokens import StoredToken
from app.vault import Vault, VaultError

log = structlog.get_logger(__name__)

# Renewed so long before its end that no call meets an expired one.
EARLY = timedelta(minutes=3)
# A token that another process stored or renewed is seen after so long; until then its rejection leads to it.
REMEMBERED_FOR = timedelta(seconds=30)
# Before a person must sign in again, they are told so often.
WARN_BEFORE = (timedelta(days=14), timedelta(days=7), timedelta(days=3), timedelta(days=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What is known of an account's access; `ends_at` is when a person must sign in again."""

    is_there: bool
    is_rejected: bool = False
    ends_at: datetime | None = None


class AccountTokens:
    """All accounts' tokens.

    `fixed` are those of the settings, by platform and external id; `renewers` exchange a refresh token for a fresh
    access token, for each platform that has such.
    """

    def __init__(
        self,
        *,
        sessions: Sessions,
        vault: Vault,
        fixed: Mapping[tuple[PlatformName, str], str],
        renewers: Mapping[PlatformName, Renew],
        clock: Clock,
    ) -> None:
        self._sessions = sessions
        self._vault = vault
        self._fixed = fixed
        self._renewers = renewers
        self._clock = clock

    def of(self, account: Account) -> "AccountToken":
        """The account's token, for its connector."""
        return AccountToken(account=account, book=self)

    def now(self) -> datetime:
        """The time by the clock that all of them go by."""
        return self._clock()

    async def keep(self, account_id: AccountId, grant: Grant, *, at: datetime) -> None:
        """Store what a person's sign-in gave at that time. Raises VaultError without a key."""
        async with self._sessions.begin() as session:
            await tokens.store(session, self._sealed(account_id, grant, at=at))

    async def access_of(self, accounts: list[Account]) -> dict[AccountId, Access]:
        """What is known of each account's access."""
        async with self._sessions() as session:
            stored = await tokens.load_all(session)
        return {account.id: self._access(account, stored.get(account.id)) for account in accounts}

    async def warn_of_ends(self) -> None:
        """Tell the directorate in time of every token that a person must renew; once for each mark."""
        now = self._clock()
        async with self._sessions.begin() as session:
            for account_id, token in (await tokens.load_all(session)).items():
                ends_at = min(tokens.ends_at(token), default=None)
                passed = [mark for mark in WARN_BEFORE if ends_at is not None and ends_at - now <= mark]
                if ends_at is None or not passed or token.rejected_at is not None:
                    continue
                mark = min(passed)
                await raise_alarm(
                    session,
                    SystemNotice.TOKEN_ENDS,
                    f"{account_id}:{ends_at.isoformat()}:{mark.days}",
                    urgency=Urgency.URGENT if mark <= timedelta(days=3) else Urgency.NORMAL,
                    account_id=account_id,
                )

    async def present(self, account: Account) -> tuple[str, datetime]:
        """The access token to call with, renewed where its end is near; and until when it may be used unasked."""
        fixed = self._fixed.get((account.platform, account.external_id))
        async with self._sessions() as session:
            stored = await tokens.load(session, account.id)
        if stored is None:
            if fixed is None:
                raise TokenRejectedError(account.platform, "token", "no_token", "no access token is set")
            return fixed, self._clock() + REMEMBERED_FOR
        access = self._open(account, stored.access)
        is_ending = stored.expires_at is not None and stored.expires_at - EARLY <= self._clock()
        if is_ending and stored.refresh is not None and account.platform in self._renewers:
            access = await self.renew(account, access)
        return access, self._clock() + REMEMBERED_FOR

    async def renew(self, account: Account, rejected: str) -> str:
        """A fresh token in place of `rejected`. Raises TokenRejectedError where a person has to sign in again.

        One process renews at a time: some platforms take a refresh token only once.
        """
        async with self._sessions.begin() as session:
            stored = await tokens.load(session, account.id, lock=True)
            if stored is None:
                raise TokenRejectedError(account.platform, "renew", "fixed", "the token of the settings was rejected")
            present = self._open(account, stored.access)
            if present != rejected:
                return present  # another process was faster
            renewer = self._renewers.get(account.platform)
            if stored.refresh is None or renewer is None:
                await tokens.reject(session, account.id, at=self._clock())
                problem = TokenRejectedError(account.platform, "renew", "not_renewable", "a person must sign in again")
            else:
                try:
                    grant = await renewer(self._open(account, stored.refresh))
                except TokenRejectedError as error:
                    await tokens.reject(session, account.id, at=self._clock())
                    problem = error
                else:
                    await tokens.store(session, self._sealed(account.id, grant, at=self._clock(), before=stored))
                    log.info("token_renewed", platform=account.platform, account=account.external_id)
                    return grant.access_token
        # Outside of the transaction, so that the rejection is on record.
        log.error("token_dead", platform=account.platform, account=account.external_id, code=problem.code)
        raise problem

    def _open(self, account: Account, sealed: bytes) -> str:
        """What no key opens is no access: the account is connected anew, or the key put back."""
        try:
            return self._vault.open(sealed)
        except VaultError as error:
            raise TokenRejectedError(account.platform, "token", "sealed", str(error)) from error

    def _sealed(
        self, account_id: AccountId, grant: Grant, *, at: datetime, before: StoredToken | None = None
    ) -> StoredToken:
        """The grant as it is stored; what a renewal does not give anew stays."""
        refresh = self._vault.seal(grant.refresh_token) if grant.refresh_token is not None else None
        # Where a renewal says so again, the first end stands: it does not lengthen what a person's sign-in gave.
        known = before.refresh_expires_at if before is not None else None
        ends = [end for end in (known, grant.refresh_expires_at) if end is not None]
        return StoredToken(
            account_id=account_id,
            access=self._vault.seal(grant.access_token),
            refresh=refresh or (before.refresh if before is not None else None),
            expires_at=grant.expires_at,
            refresh_expires_at=min(ends, default=None),
            stored_at=at,
        )

    def _access(self, account: Account, stored: StoredToken | None) -> Access:
        if stored is None:
            return Access(is_there=(account.platform, account.external_id) in self._fixed)
        return Access(
            is_there=True,
            is_rejected=stored.rejected_at is not None,
            ends_at=min(tokens.ends_at(stored), default=None),
        )


@dataclass(slots=True, kw_only=True)
class AccountToken:
    """One account's token as a connector asks for it; remembered for moments, so that not every call asks."""

    account: Account
    book: AccountTokens
    # The token, and until when it may be used unasked.
    _known: tuple[str, datetime] | None = field(default=None, repr=False)

    async def token(self) -> str:
        """The access token to call with. Raises TokenRejectedError where there is none."""
        if self._known is None or self._known[1] <= self.book.now():
            self._known = await self.book.present(self.account)
        return self._known[0]

    async def renewed(self, rejected: str) -> str:
        """A fresh one in place of one that was just rejected."""
        self._known = None
        return await self.book.renew(self.account, rejected)
