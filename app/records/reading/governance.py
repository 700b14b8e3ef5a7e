"""Policy versions, approvals and the audit as people see them."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.records.reading.pages import Page, all_rows, newest_first, one_row
from app.records.tables import (
    audit,
    backtests,
    people,
    policies,
    policy_activations,
    policy_case_runs,
    policy_proposals,
    policy_wishes,
    template_approvals,
)


async def policy_versions(session: AsyncSession) -> list[dict[str, Any]]:
    """The stored versions without their documents, newest first, with when each was last made active."""
    activated = (
        select(func.max(policy_activations.c.activated_at))
        .where(policy_activations.c.version == policies.c.version)
        .scalar_subquery()
    )
    waiting = (
        select(policy_wishes.c.id)
        .where(
            policy_wishes.c.version == policies.c.version,
            policy_wishes.c.approved_at.is_(None),
            policy_wishes.c.withdrawn_at.is_(None),
        )
        .exists()
    )
    failed = (
        select(func.jsonb_array_length(policy_case_runs.c.failed))
        .where(policy_case_runs.c.version == policies.c.version)
        .order_by(policy_case_runs.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    tested = select(func.max(backtests.c.id)).where(backtests.c.version == policies.c.version).scalar_subquery()
    return await all_rows(
        session,
        select(
            policies.c.version,
            policies.c.created_at,
            people.c.name.label("created_by"),
            activated.label("activated_at"),
            policy_proposals.c.base_version,
            policy_proposals.c.reason,
            waiting.label("is_waiting"),
            failed.label("cases_failed"),
            tested.label("backtest_id"),
        )
        .outerjoin(policy_proposals, policy_proposals.c.version == policies.c.version)
        .outerjoin(people, people.c.id == policies.c.created_by)
        .order_by(policies.c.created_at.desc(), policies.c.version)
        .limit(200),
    )


async def policy_document(session: AsyncSession, version: str) -> dict[str, Any] | None:
    """One version with its document."""
    return await one_row(session, select(policies).where(policies.c.version == version))


async def approvals(session: AsyncSession) -> list[dict[str, Any]]:
    """Who approved which text."""
    columns = template_approvals.c
    return await all_rows(
        session,
        select(columns.template, columns.texts_digest, columns.approved_at, people.c.name.label("approved_by")).join(
            people, people.c.id == columns.approved_by
        ),
    )


async def audit_page(
    session: AsyncSession,
    *,
    subject: str | None,
    person_id: int | None,
    act: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    after: tuple[int, ...] | None,
) -> Page:
    """What people did, newest first. `act` may end in a dot: then all acts that begin so; `until` is not included."""
    statement = select(audit, people.c.name.label("person_name")).outerjoin(people, people.c.id == audit.c.person_id)
    if subject is not None:
        statement = statement.where(audit.c.subject == subject)
    if person_id is not None:
        statement = statement.where(audit.c.person_id == person_id)
    if act is not None:
        same = audit.c.act.startswith(act, autoescape=True) if act.endswith(".") else audit.c.act == act
        statement = statement.where(same)
    if since is not None:
        statement = statement.where(audit.c.at >= since)
    if until is not None:
        statement = statement.where(audit.c.at < until)
    return await newest_first(session, statement, audit.c.id, limit=limit, after=after)
