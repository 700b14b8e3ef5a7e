"""Closing a day of evidence: a root over all that was sealed, and a time stamp of it from outside."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import structlog

from app.clock import Clock
from app.errors import EvidenceError
from app.evidence.prove import as_root
from app.evidence.roots import close_day, root_document
from app.evidence.seal import FIRST_SEQUENCE
from app.evidence.stamp import TimestampAuthority
from app.records import chain
from app.records import evidence as records
from app.records.database import Sessions

log = structlog.get_logger(__name__)

# An authority that was away for long is not stormed when it is back.
STAMPS_AT_ONCE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Closes yesterday once it is over, and has every closed day stamped sooner or later."""

    sessions: Sessions
    authority: TimestampAuthority | None
    zone: ZoneInfo
    clock: Clock

    async def close_and_stamp(self) -> None:
        """Every hour: what there is to do, and nothing twice."""
        await self.close_yesterday()
        if self.authority is not None:
            await self._stamp_open(self.authority)

    async def close_yesterday(self) -> None:
        """Make the root of all links that no root covers yet, under the date of yesterday."""
        now = self.clock()
        day = now.astimezone(self.zone).date() - timedelta(days=1)
        async with self.sessions.begin() as session:
            await records.lock_chain(session)
            last = await chain.last_root(session)
            if last is not None and last["day"] >= day:
                return
            before = as_root(last) if last is not None else None
            hashes = await chain.hashes_between(session, before.last_sequence + 1 if before else FIRST_SEQUENCE)
            root = close_day(day, hashes, after=before, closed_at=now)
            await chain.add_root(
                session,
                day=root.day,
                first_sequence=root.first_sequence,
                last_sequence=root.last_sequence,
                previous_hash=root.previous_hash,
                hash=root.hash,
                version=root.version,
                closed_at=root.closed_at,
            )
        log.info("evidence_day_closed", day=day.isoformat(), links=len(hashes), root=root.hash)

    async def _stamp_open(self, authority: TimestampAuthority) -> None:
        """Stamp what has no stamp, the oldest first; the first failure ends it until the next hour."""
        async with self.sessions() as session:
            waiting = [as_root(row) for row in await chain.unstamped(session, limit=STAMPS_AT_ONCE)]
        for root in waiting:
            async with self.sessions() as session:
                hashes = await chain.hashes_between(session, root.first_sequence, root.last_sequence)
            try:
                stamp = await authority.stamp(root_document(root, hashes))
            except EvidenceError as error:
                log.error("evidence_day_not_stamped", day=root.day.isoformat(), problem=str(error))
                async with self.sessions.begin() as session:
                    await chain.note_failed_stamp(session, root.day, problem=str(error), at=self.clock())
                return
            async with self.sessions.begin() as session:
                await chain.add_stamp(
                    session, root.day, authority=authority.url, response=stamp.response, stamped_at=stamp.at
                )
            log.info("evidence_day_stamped", day=root.day.isoformat(), at=stamp.at.isoformat())
