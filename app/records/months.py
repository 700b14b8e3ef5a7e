"""Months: deliveries, messages and what hangs on messages lie in a partition each (docs/decisions/0021-months.md).

An id carries the month in which its delivery or message came: months since January 2020 (UTC) times 2^40, and beneath
them a number that only rises. Decisions and actions carry their message's month, so that whatever belongs to
a message lies beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, DateTime, Table, bindparam, func, literal_column, or_, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

MONTH = 1 << 40
# The present month and those that are made before they begin; health speaks up while there is a month to mend it.
AHEAD = 3
# More months than that are named from the first to the last: each way of naming them is a statement of its own.
NAMED_SINGLY = 6
PARTITIONED = ("deliveries", "messages", "revisions", "decisions", "actions")
ONE_AT_A_TIME = 0x6E6F6265745F6D6E


def month_of(at: datetime) -> int:
    """The month in which a time lies, in UTC, counted from January 2020."""
    then = at.astimezone(UTC)
    return (then.year - 2020) * 12 + then.month - 1


def name_of(month: int) -> str:
    """A month as people write it: ``2026-11``."""
    return f"{2020 + month // 12}-{month % 12 + 1:02}"


def first_id(at: datetime) -> int:
    """No id of that month is smaller."""
    return month_of(at) * MONTH


def in_month_of(id_: ColumnElement[Any], other: Any) -> ColumnElement[bool]:
    """That an id lies in another's month, said beside what ties the two, so that no other month is searched."""
    if isinstance(other, int):
        return span_of([other]).has(id_)
    return id_.between(func.nobet_first_id(other), func.nobet_last_id(other))


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Months, each from the first id in it to the last, in their order.

    Where a statement says in which months to look, the others are not even planned for, and planning for years of
    months takes longer than reading a page.
    """

    months: tuple[tuple[int, int], ...]

    @property
    def first(self) -> int:
        """The first id in all of them."""
        return self.months[0][0]

    @property
    def last(self) -> int:
        """The last."""
        return self.months[-1][1]

    def has(self, id_: ColumnElement[Any]) -> ColumnElement[bool]:
        """That an id lies in these months."""
        return or_(*(id_.between(first, last) for first, last in self.months))


def span_of(ids: Iterable[int]) -> Span:
    """The months in which these ids lie; of many, all from the first to the last."""
    months = sorted({id_ & -MONTH for id_ in ids}) or [0]
    if len(months) > NAMED_SINGLY:
        return Span(months=((months[0], months[-1] | (MONTH - 1)),))
    return Span(months=tuple((first, first | (MONTH - 1)) for first in months))


def with_months(ids: Sequence[int]) -> dict[str, object]:
    """These ids for a statement, as ``ids``, and as ``first`` and ``last`` the bounds of their months."""
    span = span_of(ids)
    return {"ids": list(ids), "first": span.first, "last": span.last}


def new_id(table: Table, received_at: datetime) -> ColumnElement[int]:
    """An id for what came then."""
    numbers: ColumnElement[str] = literal_column(f"'{table.name}_numbers'")
    return func.nobet_new_id(numbers, bindparam(None, received_at, DateTime(timezone=True)), type_=BigInteger)


def id_beside(table: Table, message_id: int) -> ColumnElement[int]:
    """An id for what hangs on a message."""
    numbers: ColumnElement[str] = literal_column(f"'{table.name}_numbers'")
    return func.nobet_id_beside(numbers, bindparam(None, message_id, BigInteger), type_=BigInteger)


async def make_months(engine: AsyncEngine, *, now: datetime) -> None:
    """Make what is missing of this month and those ahead, each in a transaction of its own."""
    async with AsyncSession(engine) as session:
        wanted = await missing(session, now=now)
    async with engine.connect() as connection:
        for month in wanted:
            async with connection.begin():
                await connection.execute(text("set local lock_timeout = '5s'"))
                await connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
                # Whoever has waited remembers that the tables are not there. Opening a table makes PostgreSQL hear of
                # what others made meanwhile; an advisory lock does not.
                await connection.execute(text("select from pg_class limit 0"))
                await connection.execute(text("call nobet_make_month(:month)"), {"month": month})


_MISSING = text(
    """
    select month from generate_series(cast(:first as bigint), cast(:last as bigint)) as month
    where exists (
        select from unnest(cast(:tables as text[])) as parent where to_regclass(
            parent || to_char(make_date(2020, 1, 1) + make_interval(months => month::int), '"_"YYYY"_"MM')) is null)
    order by month
    """
)


async def missing(session: AsyncSession, *, now: datetime) -> Sequence[int]:
    """The months, of this one and those ahead, in which something could not be stored yet."""
    present = month_of(now)
    given = {"first": present, "last": present + AHEAD, "tables": list(PARTITIONED)}
    return list(await session.scalars(_MISSING, given))
