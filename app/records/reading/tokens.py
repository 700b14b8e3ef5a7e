"""Whose token this is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import AccountId, PersonId
from app.records.tables import api_tokens, people, responsibilities


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The person behind a token, with the accounts they are responsible for."""

    id: PersonId
    role: str
    unit: str | None
    accounts: frozenset[AccountId]


async def holder_of(session: AsyncSession, digest: bytes, *, now: datetime) -> Holder | None:
    """The active person whose token has this SHA-256 digest; None where it is unknown, expired or revoked."""
    own = (
        select(func.array_agg(responsibilities.c.account_id))
        .where(responsibilities.c.person_id == people.c.id)
        .scalar_subquery()
    )
    row = (
        await session.execute(
            select(people.c.id, people.c.role, people.c.unit, own.label("accounts"))
            .join(api_tokens, api_tokens.c.person_id == people.c.id)
            .where(
                api_tokens.c.digest == digest,
                api_tokens.c.revoked_at.is_(None),
                api_tokens.c.expires_at.is_(None) | (api_tokens.c.expires_at > now),
                people.c.is_active,
            )
        )
    ).one_or_none()
    if row is None:
        return None
    return Holder(id=PersonId(row.id), role=row.role, unit=row.unit, accounts=frozenset(row.accounts or ()))
