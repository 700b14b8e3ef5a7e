"""Staff's signed-in state at each platform, for pages that ask to sign in: kept encrypted, its end told in time."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from app.actions.alarms import raise_alarm
from app.actions.not_possible import NotPossibleError
from app.clock import Clock
from app.decisions.model import Urgency
from app.messages import PageHabits, PersonId, PlatformName
from app.notices.model import SystemNotice
from app.records import browser_states
from app.records.browser_states import StoredState
from app.records.database import Sessions
from app.vault import Vault, VaultError

log = structlog.get_logger(__name__)

# Before a person must sign in again, they are told so often, as with access tokens.
WARN_BEFORE = (timedelta(days=14), timedelta(days=7), timedelta(days=3), timedelta(days=1))
# A browser gives a cookie without an end this time.
NO_END = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """All of them."""

    sessions: Sessions
    vault: Vault
    habits: Mapping[PlatformName, PageHabits]
    clock: Clock

    async def keep(self, platform: PlatformName, state: Mapping[str, Any], *, by: PersonId) -> StoredState:
        """Store a state as Playwright's `storage_state` gives it.

        Raises VaultError without a key, and NotPossibleError where it has ended by now.
        """
        stored = StoredState(
            platform=platform,
            state=self.vault.seal(json.dumps(state)),
            expires_at=end_of(state["cookies"], self.habits[platform].session_cookies),
            stored_at=self.clock(),
            stored_by=by,
        )
        if stored.expires_at is not None and stored.expires_at <= stored.stored_at:
            raise NotPossibleError(
                "Bu oturum sona ermiş; platforma yeniden giriş yapıp yeni oturumu kaydedin.",
                "This signed-in state has ended; sign in at the platform again and store the new one.",
            )
        async with self.sessions.begin() as session:
            await browser_states.store(session, stored)
        return stored

    async def of(self, platform: PlatformName) -> tuple[Mapping[str, Any], datetime] | None:
        """A platform's state, and when it was stored; None where there is none that still holds."""
        async with self.sessions() as session:
            stored = await browser_states.load(session, platform)
        if stored is None or stored.rejected_at is not None:
            return None
        if stored.expires_at is not None and stored.expires_at <= self.clock():
            return None
        try:
            opened: Mapping[str, Any] = json.loads(self.vault.open(stored.state))
        except VaultError:
            # The page is captured without it; that the key is missing, its login wall will show.
            log.error("browser_state_sealed", platform=platform)
            return None
        return opened, stored.stored_at

    async def reject(self, platform: PlatformName, *, stored_at: datetime) -> None:
        """The platform asked to sign in all the same: a person must do so again, and is told once."""
        now = self.clock()
        async with self.sessions.begin() as session:
            if await browser_states.reject(session, platform, stored_at=stored_at, at=now):
                await raise_alarm(session, SystemNotice.BROWSER_STATE_ENDED, f"{platform}:{stored_at.isoformat()}")
                log.warning("browser_state_rejected", platform=platform)

    async def warn_of_ends(self) -> None:
        """Tell the directorate in time of every state that ends; once for each mark."""
        now = self.clock()
        async with self.sessions.begin() as session:
            for platform, stored in (await browser_states.load_all(session)).items():
                end = stored.expires_at
                passed = [mark for mark in WARN_BEFORE if end is not None and end - now <= mark]
                if end is None or not passed or stored.rejected_at is not None:
                    continue
                mark = min(passed)
                await raise_alarm(
                    session,
                    SystemNotice.BROWSER_STATE_ENDS,
                    f"{platform}:{end.isoformat()}:{mark.days}",
                    urgency=Urgency.URGENT if mark <= timedelta(days=1) else Urgency.NORMAL,
                )


def end_of(cookies: Sequence[Mapping[str, Any]], session_cookies: Sequence[str]) -> datetime | None:
    """When the first of the cookies that keep a person signed in ends; None where the browser is not told.

    Where none of them is there, the last of all: after it nothing is left to be signed in by.
    """
    ends = {str(cookie["name"]): float(cookie.get("expires", NO_END)) for cookie in cookies}
    named = [end for name, end in ends.items() if name in session_cookies and end > 0]
    known = [end for end in ends.values() if end > 0]
    if not known:
        return None
    return datetime.fromtimestamp(min(named) if named else max(known), UTC)
