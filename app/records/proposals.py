"""Proposed policy versions, and the two people whose wish and approval activate one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.model import PolicyVersion
from app.messages import PersonId
from app.records.reading.pages import one_row
from app.records.tables import people, policies, policy_activations, policy_proposals, policy_wishes

# Any number will do, as long as nothing else locks the same one.
ACTIVATING = 0x6E6F_6265_7470_6F6C


async def one_at_a_time(session: AsyncSession) -> None:
    """Wait until nobody else is activating a version; holds until the transaction ends."""
    await session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": ACTIVATING})


async def is_stored(session: AsyncSession, version: str) -> bool:
    """Whether there is such a version."""
    return await session.scalar(select(policies.c.version).where(policies.c.version == version)) is not None


async def was_active(session: AsyncSession, version: PolicyVersion) -> bool:
    """Whether the version was ever active: then it may be rolled back to."""
    found = await session.scalar(
        select(policy_activations.c.id).where(policy_activations.c.version == version).limit(1)
    )
    return found is not None


async def store(
    session: AsyncSession, version: PolicyVersion, *, base: PolicyVersion | None, reason: str, by: PersonId
) -> None:
    """Record whose proposal a stored version is, and why."""
    await session.execute(
        insert(policy_proposals).values(version=version, base_version=base, reason=reason, proposed_by=by)
    )


async def open_wish(session: AsyncSession, version: str) -> Mapping[str, Any] | None:
    """The wish for this version that waits for a second person, if there is one."""
    columns = policy_wishes.c
    return await one_row(
        session,
        select(policy_wishes, people.c.name.label("wished_by_name"), people.c.is_active.label("is_wisher_active"))
        .join(people, people.c.id == columns.wished_by)
        .where(columns.version == version, columns.approved_at.is_(None), columns.withdrawn_at.is_(None)),
    )


async def wish(
    session: AsyncSession,
    version: PolicyVersion,
    *,
    from_version: PolicyVersion,
    is_roll_back: bool,
    reason: str,
    by: PersonId,
    at: datetime,
) -> None:
    """Record the first person's wish."""
    await session.execute(
        insert(policy_wishes).values(
            version=version,
            from_version=from_version,
            is_roll_back=is_roll_back,
            reason=reason,
            wished_by=by,
            wished_at=at,
        )
    )


async def approve(session: AsyncSession, wish_id: int, *, by: PersonId, at: datetime) -> None:
    """Record the second person's approval. The database refuses the first person's own."""
    await session.execute(
        update(policy_wishes).where(policy_wishes.c.id == wish_id).values(approved_by=by, approved_at=at)
    )


async def withdraw(session: AsyncSession, wish_id: int, *, at: datetime) -> None:
    """Take a wish back."""
    await session.execute(update(policy_wishes).where(policy_wishes.c.id == wish_id).values(withdrawn_at=at))
