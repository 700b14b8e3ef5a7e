"""What is kept for a time goes when it is over: every night, by the rules of the policy (policy section 9).

What a platform limits goes earlier and every hour: `app.retention`. A hold, and a review that is still due, stop both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import Clock
from app.decisions.policy import Policy
from app.decisions.retention import RecordKind
from app.evidence.objects import ObjectStore
from app.messages import EvidenceId, PlatformName
from app.records import audit, expiry, retention
from app.records.database import Sessions
from app.records.expiry import DueEvidence
from app.retention import certify_destruction
from app.rules.model import Label
from app.signals.policies import PolicyStore

log = structlog.get_logger(__name__)

AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """Ends what is past its time. `platforms` are all that messages come from."""

    sessions: Sessions
    objects: ObjectStore
    policies: PolicyStore
    platforms: Sequence[PlatformName]
    clock: Clock

    async def carry_out_due(self) -> None:
        """End all that is due, some in each transaction. What fails is due again the next night."""
        policy = (await self.policies.current()).policy
        while await self._evidence(policy) == AT_ONCE:
            continue
        for platform in self.platforms:
            while await self._messages(policy, platform) == AT_ONCE:
                continue
            while await self._deliveries(policy, platform) == AT_ONCE:
                continue
        for kind in expiry.IN_ORDER:
            while await self._others(policy, kind) >= AT_ONCE:
                continue

    async def _evidence(self, policy: Policy) -> int:
        now, rules = self.clock(), policy.retention
        async with self.sessions.begin() as session:
            due = await expiry.due_evidence(
                session,
                before=now - rules.evidence_time(None),
                before_by_label={
                    label: now - keeping.time for keeping in rules.evidence.values() for label in keeping.labels
                },
                reviewed_before=now - rules.after_review,
                limit=AT_ONCE,
            )
            if not due:
                return 0
            ids = [record.id for record in due]
            gone = await expiry.objects_of(session, ids)
            # Objects go first: should this be cut short, the records still say what has to go.
            for key in sorted({key for keys in gone.values() for key in keys}):
                await self.objects.delete(key)
            await expiry.erase_evidence(session, ids, at=now)
            for rule, records in _by_rule(policy, due).items():
                keeping = rules.evidence[rule]
                await certify_destruction(
                    session,
                    records,
                    rule=f"retention.evidence.{rule}: {keeping.days} days (policy {policy.version})",
                    objects=gone,
                    now=now,
                )
                await self._note(session, policy, f"evidence.{rule}", len(records), records)
        log.info("evidence_expired", records=len(due))
        return len(due)

    async def _messages(self, policy: Policy, platform: PlatformName) -> int:
        now, rules = self.clock(), policy.retention
        before = now - rules.records[RecordKind.MESSAGES].time
        async with self.sessions.begin() as session:
            ids = await retention.due(
                session, platform, before=before, reviewed_before=now - rules.after_review, limit=AT_ONCE
            )
            if ids:
                await retention.expire_words(session, ids, before=before, at=now)
                await self._note(session, policy, RecordKind.MESSAGES, len(ids), ids)
        return len(ids)

    async def _deliveries(self, policy: Policy, platform: PlatformName) -> int:
        now = self.clock()
        before = now - policy.retention.records[RecordKind.DELIVERIES].time
        async with self.sessions.begin() as session:
            ended = await retention.expire_deliveries(session, platform, before=before, at=now, limit=AT_ONCE)
            await self._note(session, policy, RecordKind.DELIVERIES, ended)
        return ended

    async def _others(self, policy: Policy, kind: RecordKind) -> int:
        before = self.clock() - policy.retention.records[kind].time
        async with self.sessions.begin() as session:
            ended = await expiry.end(session, kind, before=before, limit=AT_ONCE)
            await self._note(session, policy, kind, ended)
        return ended

    async def _note(
        self, session: AsyncSession, policy: Policy, rule: str, ended: int, ids: Sequence[int] = ()
    ) -> None:
        """Put on record what ended by which rule."""
        if not ended:
            return
        detail = {"ended": ended, "policy_version": policy.version} | ({"ids": list(ids)} if ids else {})
        await audit.note(session, by=None, act="retention.end", subject=f"retention/{rule}", detail=detail)


def _by_rule(policy: Policy, due: Sequence[DueEvidence]) -> Mapping[str, Sequence[EvidenceId]]:
    """The records under the rule whose time is the longest for their message, which is the one that counted."""
    found: dict[str, list[EvidenceId]] = {}
    rules = policy.retention

    def time_of(label: Label | None) -> tuple[int, str]:
        key = rules.evidence_rule(label)
        return rules.evidence[key].days, key

    for record in due:
        _, rule = max((time_of(label) for label in record.labels), default=time_of(None))
        found.setdefault(rule, []).append(record.id)
    return found
