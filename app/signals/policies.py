"""The active policy, picked up by a running worker without restart."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from app.decisions.calendar import under
from app.decisions.model import TemplateKey
from app.decisions.policy import Policy
from app.decisions.wording import SavedText
from app.errors import PolicyError
from app.records import calendars, policies, texts
from app.records.database import Sessions

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Active:
    """A policy with what the directorate has approved beside it: drafts of its own, and texts saved since.

    Where the directorate has set a calendar, the policy's dates and hours are those of the calendar.
    """

    policy: Policy
    approved: frozenset[TemplateKey]
    texts: tuple[SavedText, ...] = ()
    calendar_id: int | None = None


@dataclass(slots=True)
class PolicyStore:
    """Hands out the active policy; looks for a newer one at most every `every`."""

    sessions: Sessions
    every: timedelta = timedelta(seconds=1)
    monotonic: Callable[[], float] = time.monotonic
    _active: Active | None = field(default=None, init=False)
    _looked_at: float = field(default=-1e9, init=False)
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def current(self) -> Active:
        """The active policy. Raises PolicyError where the database has none (it was never migrated)."""
        if (fresh := self._fresh()) is not None:
            return fresh
        async with self._looking:
            return self._fresh() or await self._look()

    async def at_hand(self) -> Active:
        """What `current` said last, for whoever is within a transaction and must not wait for another connection."""
        return self._active or await self.current()

    def _fresh(self) -> Active | None:
        is_fresh = self.monotonic() - self._looked_at < self.every.total_seconds()
        return self._active if is_fresh else None

    async def _look(self) -> Active:
        async with self.sessions() as session:
            version = await policies.active_version(session)
            if version is None:
                raise PolicyError("no policy is active: run `nobet migrate`")
            calendar = await calendars.standing(session)
            calendar_id = calendar.id if calendar is not None else None
            known = self._active
            if known is None or known.policy.version != version or known.calendar_id != calendar_id:
                policy = await policies.load(session, version)
                if calendar is not None:
                    policy = under(policy, calendar.calendar)
                log.info("policy_loaded", policy_version=version, calendar_id=calendar_id)
            else:
                policy = known.policy
            approved = await policies.approved_templates(session, policy)
            saved = await texts.in_use(session)
        self._active = Active(policy=policy, approved=approved, texts=saved, calendar_id=calendar_id)
        self._looked_at = self.monotonic()
        return self._active

    async def reload(self) -> Active:
        """Look now, however lately it was done; a look that is under way may have begun too early."""
        async with self._looking:
            return await self._look()

    @property
    def version(self) -> str | None:
        """The version this process runs now."""
        return self._active.policy.version if self._active else None
