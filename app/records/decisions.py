"""Decisions: one of the machine per revision, any number of people; written once."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert as plain_insert
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.model import Decision, Disposition, PolicyVersion
from app.messages import DecisionId, MessageId, PersonId
from app.records.tables import decisions


def findings_as_json(decision: Decision) -> list[dict[str, Any]]:
    """The findings as they are shown and kept: label, article, rule, tier, score, stage, spans."""
    return [
        {
            "label": finding.label,
            "article": finding.article,
            "rule": finding.rule,
            "tier": finding.tier,
            "score": round(finding.score, 4),
            "stage": finding.stage,
            "spans": [[match.start, match.end] for match in finding.matches],
            "kinds": [match.kind for match in finding.matches],
            "reasons": [match.reason for match in finding.matches],
        }
        for finding in decision.findings
    ]


async def store_machine_decision(
    session: AsyncSession,
    message_id: MessageId,
    revision: int,
    decision: Decision,
    *,
    context: Mapping[str, Any],
    explanation: Mapping[str, str] | None,
) -> DecisionId | None:
    """Store what the machine decided; None where this revision was decided already."""
    stored = await session.scalar(
        insert(decisions)
        .values(
            message_id=message_id,
            revision=revision,
            made_by="machine",
            disposition=decision.disposition,
            labels=list(decision.labels),
            articles=list(decision.articles),
            language=decision.language,
            findings=findings_as_json(decision),
            context=dict(context),
            incomplete=list(decision.incomplete),
            review_reason=decision.review_reason,
            explanation=dict(explanation) if explanation else None,
            policy_version=decision.policy_version,
        )
        .on_conflict_do_nothing()
        .returning(decisions.c.id)
    )
    return DecisionId(stored) if stored is not None else None


async def store_human_decision(
    session: AsyncSession,
    message_id: MessageId,
    revision: int,
    *,
    person_id: PersonId,
    disposition: Disposition,
    reason: str,
    policy_version: PolicyVersion,
) -> DecisionId:
    """Store what a person decided, with their reason; it beats any of the machine's (I7)."""
    stored = await session.scalar(
        plain_insert(decisions)
        .values(
            message_id=message_id,
            revision=revision,
            made_by="person",
            person_id=person_id,
            disposition=disposition,
            reason=reason,
            policy_version=policy_version,
        )
        .returning(decisions.c.id)
    )
    return DecisionId(stored)


async def of_revision(session: AsyncSession, message_id: MessageId, revision: int) -> DecisionId | None:
    """The machine's decision on a revision, if it was made."""
    found = await session.scalar(
        select(decisions.c.id).where(
            decisions.c.message_id == message_id,
            decisions.c.revision == revision,
            decisions.c.made_by == "machine",
        )
    )
    return DecisionId(found) if found is not None else None
