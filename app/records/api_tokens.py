"""Tokens with which programs call the API: long, random, kept as hashes."""

import hashlib
import secrets
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import PersonId
from app.records.tables import api_tokens

PREFIX = "nobet_"
_BYTES = 32


class Scope(StrEnum):
    """What a token may be used for: `READ` for looking alone, `WRITE` for all that its person may do."""

    READ = "read"
    WRITE = "write"


def digest_of(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


async def make(
    session: AsyncSession,
    person_id: PersonId,
    *,
    label: str,
    scope: Scope,
    expires_at: datetime | None,
    made_by_token: int | None = None,
) -> tuple[int, str]:
    """A new token and its id; the token itself is shown this once. `made_by_token`: it ends with that one."""
    token = f"{PREFIX}{secrets.token_urlsafe(_BYTES)}"
    token_id: int = (
        await session.execute(
            insert(api_tokens)
            .values(
                person_id=person_id,
                digest=digest_of(token),
                label=label,
                scope=scope,
                expires_at=expires_at,
                made_by_token=made_by_token,
            )
            .returning(api_tokens.c.id)
        )
    ).scalar_one()
    return token_id, token


async def stays(session: AsyncSession, token_id: int) -> bool:
    """Whether a token was not revoked meanwhile, and cannot be until this transaction ends."""
    still = select(api_tokens.c.id).where(api_tokens.c.id == token_id, api_tokens.c.revoked_at.is_(None))
    return await session.scalar(still.with_for_update(read=True)) is not None


async def used(session: AsyncSession, token_id: int, *, on: date) -> None:
    """The token was used on this day."""
    await session.execute(update(api_tokens).where(api_tokens.c.id == token_id).values(last_used_on=on))


async def revoke(session: AsyncSession, token_id: int, *, at: datetime) -> list[int]:
    """End a token and all that were made with it; returns the ids of those that were good until now."""
    made = select(api_tokens.c.id).where(api_tokens.c.id == token_id).cte("made", recursive=True)
    made = made.union(select(api_tokens.c.id).where(api_tokens.c.made_by_token == made.c.id))
    ended = await session.scalars(
        update(api_tokens)
        .where(
            api_tokens.c.id.in_(select(made.c.id)),
            api_tokens.c.revoked_at.is_(None),
            or_(api_tokens.c.expires_at.is_(None), api_tokens.c.expires_at > at),
        )
        .values(revoked_at=at)
        .returning(api_tokens.c.id)
    )
    return sorted(ended)


async def revoke_all(session: AsyncSession, person_id: PersonId, *, at: datetime) -> int:
    """End every token of a person; returns how many there were."""
    ended = await session.scalars(
        update(api_tokens)
        .where(api_tokens.c.person_id == person_id, api_tokens.c.revoked_at.is_(None))
        .values(revoked_at=at)
        .returning(api_tokens.c.id)
    )
    return len(ended.all())
