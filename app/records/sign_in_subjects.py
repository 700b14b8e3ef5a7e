"""Whom an identity provider means: by its own name for them once they signed in, before that by their address."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import PersonId
from app.records.tables import passwords, people, sign_in_subjects


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A person of ours. `subject` is by what this provider knows them, None before the first sign-in."""

    id: PersonId
    is_active: bool
    subject: str | None = None


async def of_subject(session: AsyncSession, issuer: str, subject: str) -> Known | None:
    """Who signed in under this name before."""
    row = (
        await session.execute(
            select(people.c.id, people.c.is_active)
            .join(sign_in_subjects, sign_in_subjects.c.person_id == people.c.id)
            .where(sign_in_subjects.c.issuer == issuer, sign_in_subjects.c.subject == subject)
        )
    ).one_or_none()
    return Known(id=PersonId(row.id), is_active=row.is_active, subject=subject) if row is not None else None


async def with_email(session: AsyncSession, email: str, *, issuer: str) -> list[Known]:
    """The people with this address; capital letters make no difference, in ASCII alone."""
    rows = await session.execute(
        select(people.c.id, people.c.is_active, sign_in_subjects.c.subject)
        .outerjoin(
            sign_in_subjects, (sign_in_subjects.c.person_id == people.c.id) & (sign_in_subjects.c.issuer == issuer)
        )
        .where(func.lower(people.c.email.collate("C")) == func.lower(literal(email).collate("C")))
    )
    return [Known(id=PersonId(row.id), is_active=row.is_active, subject=row.subject) for row in rows]


async def remember(session: AsyncSession, person_id: PersonId, *, issuer: str, subject: str, at: datetime) -> None:
    """From now on the person is known by this name; the same twice is one."""
    await session.execute(
        insert(sign_in_subjects)
        .values(issuer=issuer, subject=subject, person_id=person_id, created_at=at)
        .on_conflict_do_nothing()
    )


async def forget(session: AsyncSession, person_id: PersonId) -> int:
    """The person is found by their address again at the next sign-in; returns how many names were forgotten."""
    gone = await session.scalars(
        delete(sign_in_subjects).where(sign_in_subjects.c.person_id == person_id).returning(sign_in_subjects.c.subject)
    )
    return len(gone.all())


async def with_password(session: AsyncSession, email: str) -> tuple[PersonId, str] | None:
    """The active person with this address, and what is stored of their password."""
    row = (
        await session.execute(
            select(people.c.id, passwords.c.hash)
            .join(passwords, passwords.c.person_id == people.c.id)
            .where(people.c.email == email, people.c.is_active)
        )
    ).one_or_none()
    return (PersonId(row.id), row.hash) if row is not None else None
