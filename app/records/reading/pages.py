"""Pages of lists: one row more than asked for tells whether there is another page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select
from sqlalchemy.ext.asyncio import AsyncSession

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some rows of a list, and the place after which the next ones come (None: these were the last)."""

    rows: Sequence[Row]
    next: tuple[int, ...] | None = None


async def newest_first(
    session: AsyncSession, statement: Select[Any], id_: ColumnElement[Any], *, limit: int, after: tuple[int, ...] | None
) -> Page:
    """A page by falling id. `statement` must select the id as ``id``."""
    if after is not None:
        statement = statement.where(id_ < after[0])
    rows = await all_rows(session, statement.order_by(id_.desc()).limit(limit + 1))
    return Page(rows=rows[:limit], next=(rows[limit - 1]["id"],) if len(rows) > limit else None)


async def all_rows(session: AsyncSession, statement: Select[Any]) -> list[dict[str, Any]]:
    """Every row as a dictionary."""
    return [dict(row) for row in (await session.execute(statement)).mappings()]


async def one_row(session: AsyncSession, statement: Select[Any]) -> dict[str, Any] | None:
    """The row, None where there is none."""
    row = (await session.execute(statement)).mappings().one_or_none()
    return dict(row) if row is not None else None
