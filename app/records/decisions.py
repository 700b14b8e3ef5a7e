"""Decisions: one of the machine per revision, any number of people; written once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.model import Decision, Disposition
from app.messages import DecisionId, MessageId, PersonId
from app.records import policies
from app.records.months import id_beside, in_month_of, with_months
from app.records.tables import decisions


def findings_as_json(decision: Decision) -> list[dict[str, Any]]:
    """The findings as they are shown and kept: label, article, rule, tier, score, stage, what it would do, spans."""
    return [
        {
            "label": finding.label,
            "article": finding.article,
            "rule": finding.rule,
            "tier": finding.tier,
            "score": round(finding.score, 4),
            "stage": finding.stage,
            "would": finding.would,
            "spans": [[match.start, match.end] for match in finding.matches],
            "kinds": [match.kind for match in finding.matches],
            "reasons": [match.reason for match in finding.matches],
        }
        for finding in decision.findings
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A decision of the machine about to be stored. `context`: what the rules saw beside the text."""

    message_id: MessageId
    revision: int
    decision: Decision
    context: Mapping[str, Any]
    explanation: Mapping[str, str] | None


_STORE = text(
    """
    insert into decisions (id, message_id, revision, made_by, disposition, labels, articles, language, findings,
        context, incomplete, review_reason, explanation, policy_version)
    select nobet_id_beside('decisions_numbers', message_id), message_id, revision, 'machine', disposition, labels,
        articles, language, findings, context, incomplete, review_reason, explanation, policy_version
    from jsonb_to_recordset(cast(:rows as jsonb)) as given (
        message_id bigint, revision integer, disposition text, labels text[], articles text[], language text,
        findings jsonb, context jsonb, incomplete text[], review_reason text, explanation jsonb, policy_version text)
    on conflict do nothing
    returning message_id, id
    """
)


async def store_machine_decisions(session: AsyncSession, judged: Sequence[Judged]) -> dict[MessageId, DecisionId]:
    """Store what the machine decided; returns the new ones by message, without revisions decided already."""
    rows = [
        {
            "message_id": one.message_id,
            "revision": one.revision,
            "disposition": one.decision.disposition,
            "labels": one.decision.labels,
            "articles": one.decision.articles,
            "language": one.decision.language,
            "findings": findings_as_json(one.decision),
            "context": one.context,
            "incomplete": one.decision.incomplete,
            "review_reason": one.decision.review_reason,
            "explanation": one.explanation,
            "policy_version": one.decision.policy_version,
        }
        for one in judged
    ]
    stored = await session.execute(_STORE, {"rows": json.dumps(rows)})
    return {MessageId(row.message_id): DecisionId(row.id) for row in stored}


async def decided_by_people(session: AsyncSession, ids: Sequence[MessageId]) -> frozenset[tuple[MessageId, int]]:
    """The revisions of these messages that a person decided on, each with its message."""
    rows = await session.execute(
        text(
            "select d.message_id, d.revision from unnest(cast(:ids as bigint[])) as m(id) join decisions d "
            "on d.message_id = m.id and d.id between :first and :last where d.made_by = 'person'"
        ),
        with_months(ids),
    )
    return frozenset((MessageId(row.message_id), row.revision) for row in rows)


async def labels_of(session: AsyncSession, decision_id: DecisionId) -> Sequence[str]:
    """The labels that a decision found; none for one that is not there."""
    return await session.scalar(select(decisions.c.labels).where(decisions.c.id == decision_id)) or ()


def _of_message(message_id: MessageId) -> ColumnElement[bool]:
    return (decisions.c.message_id == message_id) & in_month_of(decisions.c.id, message_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ByPerson:
    """A person's decision."""

    id: DecisionId
    revision: int
    person_id: PersonId


async def last_of_people(session: AsyncSession, message_id: MessageId) -> ByPerson | None:
    """The newest decision of a person on a message; None where nobody has decided."""
    columns = decisions.c
    row = (
        await session.execute(
            select(columns.id, columns.revision, columns.person_id)
            .where(_of_message(message_id), columns.made_by == "person")
            .order_by(columns.id.desc())
            .limit(1)
        )
    ).one_or_none()
    return ByPerson(**row._mapping) if row is not None else None


async def present_labels(session: AsyncSession, message_id: MessageId) -> Sequence[str]:
    """What the machine sees in what a message says now; nothing where it has not judged it."""
    found: Sequence[str] | None = await session.scalar(
        select(decisions.c.labels)
        .where(_of_message(message_id), decisions.c.made_by == "machine")
        .order_by(decisions.c.id.desc())
        .limit(1)
    )
    return found or ()


async def is_judged(session: AsyncSession, message_id: MessageId, revision: int) -> bool:
    """Whether the machine has decided on this revision of a message."""
    found = await session.scalar(
        select(decisions.c.id)
        .where(_of_message(message_id), decisions.c.made_by == "machine", decisions.c.revision == revision)
        .limit(1)
    )
    return found is not None


async def labels_ever(session: AsyncSession, message_id: MessageId) -> frozenset[str]:
    """What the machine has seen in any revision of a message."""
    found = await session.scalars(
        select(func.unnest(decisions.c.labels))
        .where(_of_message(message_id), decisions.c.made_by == "machine")
        .distinct()
    )
    return frozenset(found)


async def store_human_decision(
    session: AsyncSession,
    message_id: MessageId,
    revision: int,
    *,
    person_id: PersonId,
    disposition: Disposition,
    reason: str,
) -> DecisionId:
    """Store what a person decided and why, under the active policy; it beats any decision of the machine's (I7)."""
    stored = await session.scalar(
        plain_insert(decisions)
        .values(
            id=id_beside(decisions, message_id),
            message_id=message_id,
            revision=revision,
            made_by="person",
            person_id=person_id,
            disposition=disposition,
            reason=reason,
            policy_version=await policies.active_version(session) or "",
        )
        .returning(decisions.c.id)
    )
    return DecisionId(stored)
