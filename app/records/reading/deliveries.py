"""Deliveries as people see them."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.records.reading.pages import Page, newest_first, one_row
from app.records.tables import deliveries


def _shown(*extra: Any) -> Select[Any]:
    columns = deliveries.c
    return select(
        columns.id,
        columns.platform,
        columns.received_at,
        columns.correlation_id,
        columns.state,
        columns.problem,
        columns.summary,
        columns.parsed_at,
        columns.expired_at,
        func.encode(columns.digest, "hex").label("sha256"),
        func.octet_length(columns.body).label("size"),
        *extra,
    )


async def page(
    session: AsyncSession,
    *,
    state: str | None,
    platform: str | None,
    limit: int,
    after: tuple[int, ...] | None,
) -> Page:
    """Deliveries without their bodies, newest first."""
    statement = _shown()
    if state is not None:
        statement = statement.where(deliveries.c.state == state)
    if platform is not None:
        statement = statement.where(deliveries.c.platform == platform)
    return await newest_first(session, statement, deliveries.c.id, limit=limit, after=after)


async def find(session: AsyncSession, delivery_id: int) -> dict[str, Any] | None:
    """One delivery with its headers, without its body."""
    return await one_row(session, _shown(deliveries.c.headers).where(deliveries.c.id == delivery_id))


async def body_of(session: AsyncSession, delivery_id: int) -> bytes | None:
    """The bytes that came."""
    body: bytes | None = await session.scalar(select(deliveries.c.body).where(deliveries.c.id == delivery_id))
    return body
