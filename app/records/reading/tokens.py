"""Whose token this is; and tokens as their owners see them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import PersonId
from app.records.reading.holders import HOLDER, Holder, as_holder
from app.records.reading.pages import Page, newest_first, one_row
from app.records.tables import api_tokens, people


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token that is good, with its person."""

    id: int
    holder: Holder
    scope: str
    expires_at: datetime | None
    last_used_on: date | None


async def find(session: AsyncSession, digest: bytes, *, now: datetime) -> Token | None:
    """The token with this SHA-256 digest, of an active person; None where it is unknown, expired or revoked."""
    columns = api_tokens.c
    row = (
        await session.execute(
            select(*HOLDER, columns.id.label("token_id"), columns.scope, columns.expires_at, columns.last_used_on)
            .join(api_tokens, columns.person_id == people.c.id)
            .where(columns.digest == digest, is_good(now), people.c.is_active)
        )
    ).one_or_none()
    if row is None:
        return None
    return Token(
        id=row.token_id,
        holder=as_holder(row),
        scope=row.scope,
        expires_at=row.expires_at,
        last_used_on=row.last_used_on,
    )


def is_good(now: datetime) -> ColumnElement[bool]:
    """The condition on `api_tokens` for those that are neither expired nor revoked."""
    columns = api_tokens.c
    return columns.revoked_at.is_(None) & (columns.expires_at.is_(None) | (columns.expires_at > now))


async def page(session: AsyncSession, of: PersonId | None, *, limit: int, after: tuple[int, ...] | None) -> Page:
    """Tokens of a person (None: of all), newest first, without what opens anything."""
    statement = _shown()
    if of is not None:
        statement = statement.where(api_tokens.c.person_id == of)
    return await newest_first(session, statement, api_tokens.c.id, limit=limit, after=after)


async def find_shown(session: AsyncSession, of: PersonId | None, token_id: int) -> dict[str, Any] | None:
    """One token of a person (None: of anybody)."""
    statement = _shown().where(api_tokens.c.id == token_id)
    return await one_row(session, statement if of is None else statement.where(api_tokens.c.person_id == of))


def _shown() -> Select[Any]:
    shown = [column for column in api_tokens.c if column.name not in ("digest", "made_by_token")]
    return select(*shown, people.c.name.label("person_name")).join(people, people.c.id == api_tokens.c.person_id)
