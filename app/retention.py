"""Where a platform limits how long its content may be stored, the content goes on time (policy section 8).

Decision, link, ids, digests and seals stay, and so does what is held: see `app.records.retention`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import Clock
from app.evidence.canonical import JsonValue
from app.evidence.keep import add_to_chain
from app.evidence.objects import ObjectStore
from app.evidence.seal import AddendumKind, timestamp
from app.messages import EvidenceId, PlatformName
from app.records import audit, chain, retention
from app.records.database import Sessions

log = structlog.get_logger(__name__)

AT_ONCE = 200
# After a person has reviewed held content, so long is left to open a case on it.
AFTER_REVIEW = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Ends the storing of content. `limits` says for how long each platform lets us store it; the others do not."""

    sessions: Sessions
    objects: ObjectStore
    limits: Mapping[PlatformName, timedelta]
    clock: Clock

    async def expire_due(self) -> None:
        """Erase all that is due, some messages in each transaction. What fails is due again next time."""
        for platform, limit in self.limits.items():
            while await self._expire_messages(platform, limit) == AT_ONCE:
                continue
            while await self._expire_deliveries(platform, limit) == AT_ONCE:
                continue

    async def _expire_messages(self, platform: PlatformName, limit: timedelta) -> int:
        now = self.clock()
        async with self.sessions.begin() as session:
            ids = await retention.due(
                session, platform, before=now - limit, reviewed_before=now - AFTER_REVIEW, limit=AT_ONCE
            )
            if not ids:
                return 0
            # Objects go first: should this be cut short, the records still say what has to go.
            for key in await retention.objects_of(session, ids, before=now - limit):
                await self.objects.delete(key)
            destroyed = await retention.expire(session, ids, before=now - limit, at=now)
            await certify_destruction(session, destroyed, rule=_rule(platform, limit), now=now)
            await audit.note(
                session,
                by=None,
                act="content.expire",
                subject=f"platform/{platform}",
                detail={"messages": ids, "stored_for_hours": limit / timedelta(hours=1)},
            )
        log.info("content_expired", platform=platform, messages=len(ids))
        return len(ids)

    async def _expire_deliveries(self, platform: PlatformName, limit: timedelta) -> int:
        now = self.clock()
        async with self.sessions.begin() as session:
            return await retention.expire_deliveries(session, platform, before=now - limit, at=now, limit=AT_ONCE)


def _rule(platform: PlatformName, limit: timedelta) -> str:
    return f"{platform} lets its content be stored for {limit / timedelta(hours=1):g} hours"


async def certify_destruction(
    session: AsyncSession,
    ids: Sequence[EvidenceId],
    *,
    rule: str,
    objects: Mapping[EvidenceId, Sequence[str]] | None = None,
    now: datetime,
) -> None:
    """Seal for each record that its content was destroyed, by which rule, and which images went with it.

    `objects` are the keys of the objects that were destroyed with each: not those that another record still has.
    """
    images = await chain.images_of(session, ids)
    for evidence_id in ids:
        content: dict[str, JsonValue] = {
            "rule": rule,
            "destroyed_at": timestamp(now),
            "images": images.get(evidence_id, []),
        }
        if objects is not None:
            content["objects"] = list(objects.get(evidence_id, ()))
        await add_to_chain(session, evidence_id, AddendumKind.DESTRUCTION, content, now=now)
