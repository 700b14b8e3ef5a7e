"""Backtests: how far each has come, and what it found, message by message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_or_not
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.model import PolicyVersion
from app.messages import AccountId, MessageId, PersonId
from app.records.judgements import Judgement
from app.records.reading.pages import one_row
from app.records.tables import backtest_results, backtests, decisions, people

# Shown of each kind, as examples.
SAMPLE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """A backtest that is under way: messages below `position` and from `first_id` on are still to be looked at."""

    id: int
    version: PolicyVersion
    first_id: int
    position: int
    is_finished: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was decided on a message, what the version would decide, and what people said of it."""

    message_id: MessageId
    account_id: AccountId
    was: str
    was_labels: Sequence[str]
    would: str
    would_labels: Sequence[str]
    person: Judgement | None


async def start(
    session: AsyncSession,
    version: PolicyVersion,
    *,
    against: PolicyVersion,
    days: int,
    since: datetime,
    at_most: int,
    by: PersonId,
    at: datetime,
) -> int:
    """Begin a backtest over what came since then, the newest `at_most` messages of it; returns its number."""
    span = (
        await session.execute(
            text(
                "with newest as (select id from messages where received_at >= :since and revision > 0 "
                "and expired_at is null order by received_at desc limit :at_most) "
                "select count(*) as total, coalesce(min(id), 0) as first, coalesce(max(id), 0) as last from newest"
            ),
            {"since": since, "at_most": at_most},
        )
    ).one()
    found: int = (
        await session.execute(
            insert(backtests)
            .values(
                version=version,
                against=against,
                days=days,
                first_id=span.first,
                position=span.last + 1,
                total=span.total,
                started_by=by,
                started_at=at,
                finished_at=at if span.total == 0 else None,
            )
            .returning(backtests.c.id)
        )
    ).scalar_one()
    return found


async def load(session: AsyncSession, backtest_id: int, *, lock: bool = False) -> Backtest | None:
    """A backtest as it stands; None where there is none of this number."""
    statement = select(backtests).where(backtests.c.id == backtest_id)
    row = (await session.execute(statement.with_for_update() if lock else statement)).one_or_none()
    if row is None:
        return None
    return Backtest(
        id=row.id,
        version=PolicyVersion(row.version),
        first_id=row.first_id,
        position=row.position,
        is_finished=row.finished_at is not None,
    )


async def next_ids(session: AsyncSession, backtest: Backtest, *, limit: int) -> list[MessageId]:
    """The next messages to be looked at, the newest first; none when all were."""
    rows = await session.scalars(
        text(
            "select id from messages where id < :position and id >= :first and revision > 0 and expired_at is null "
            "order by id desc limit :limit"
        ),
        {"position": backtest.position, "first": backtest.first_id, "limit": limit},
    )
    return [MessageId(found) for found in rows]


async def decided_of(session: AsyncSession, ids: Sequence[MessageId]) -> dict[tuple[MessageId, int], Any]:
    """The machine's decisions on these messages, each by message and revision."""
    columns = decisions.c
    rows = await session.execute(
        select(
            columns.message_id,
            columns.revision,
            columns.disposition,
            columns.labels,
            columns.language,
            columns.context,
            columns.decided_at,
        ).where(columns.message_id.in_(ids), columns.made_by == "machine")
    )
    return {(MessageId(row.message_id), row.revision): row for row in rows}


async def record(
    session: AsyncSession, backtest: Backtest, results: Sequence[Result], *, position: int, at: datetime, is_last: bool
) -> None:
    """Record some results and how far the backtest has come with them."""
    if results:
        await session.execute(
            insert_or_not(backtest_results).on_conflict_do_nothing(),
            [
                {
                    "backtest_id": backtest.id,
                    "message_id": one.message_id,
                    "account_id": one.account_id,
                    "was": one.was,
                    "was_labels": list(one.was_labels),
                    "would": one.would,
                    "would_labels": list(one.would_labels),
                    "person": one.person,
                }
                for one in results
            ],
        )
    await session.execute(
        update(backtests)
        .where(backtests.c.id == backtest.id)
        .values(position=position, done=backtests.c.done + len(results), finished_at=at if is_last else None)
    )


async def find(session: AsyncSession, version: str, backtest_id: int | None = None) -> dict[str, Any] | None:
    """A backtest of this version as people see it: the one of this number, else the last that is finished."""
    columns = backtests.c
    statement = (
        select(backtests, people.c.name.label("started_by_name"))
        .join(people, people.c.id == columns.started_by)
        .where(columns.version == version)
    )
    if backtest_id is not None:
        return await one_row(session, statement.where(columns.id == backtest_id))
    return await one_row(
        session, statement.where(columns.finished_at.is_not(None)).order_by(columns.id.desc()).limit(1)
    )


# Opinions are never a reason to take anything down (6.4.3, 6.4.5). Those on record as such, that a version would take
# down more strictly than was done then, and that no person wants gone.
_STRENGTH = "array_position(array['keep', 'review', 'contain', 'remove'], {})"
_KINDS: Mapping[str, str] = {
    "removed": "would = 'remove'",
    "contained": "would = 'contain'",
    "newly_taken_down": "would in ('remove', 'contain') and was in ('keep', 'review')",
    "newly_left": "would in ('keep', 'review') and was in ('remove', 'contain')",
    "kept_by_people_taken_down": "person = 'kept' and would in ('remove', 'contain')",
    "taken_down_by_people_left": "person = 'taken_down' and would in ('keep', 'review')",
    "opinions_taken_down": (
        "would in ('remove', 'contain') and person is distinct from 'taken_down' "
        f"and {_STRENGTH.format('would')} > {_STRENGTH.format('was')} "
        "and (was_labels && array['criticism', 'praise', 'complaint', 'misinformation'] "
        "or (person = 'kept' and would_labels && array['criticism', 'praise', 'complaint', 'misinformation'])) "
        "and (person = 'kept' or was in ('keep', 'review'))"
    ),
    "danger_missed": (
        "was_labels && array['self_harm', 'threat'] "
        "and not (would_labels @> (select array_agg(l) from unnest(was_labels) l where l in ('self_harm', 'threat')))"
    ),
}
_COUNTS = ", ".join(
    [
        *(f"count(*) filter (where would = '{one}') as would_{one}" for one in ("remove", "contain", "review", "keep")),
        *(f"count(*) filter (where was = '{one}') as was_{one}" for one in ("remove", "contain", "review", "keep")),
        *(
            f"count(*) filter (where {condition}) as {kind}"
            for kind, condition in _KINDS.items()
            if kind not in ("removed", "contained")
        ),
        "count(person) as decided_by_people",
        "count(*) filter (where was_labels && array['self_harm', 'threat']) as danger_seen",
    ]
)


async def figures(session: AsyncSession, backtest_id: int) -> list[dict[str, Any]]:
    """What a backtest found, by account."""
    rows = await session.execute(
        text(
            f"select r.account_id, a.platform, a.handle as account_handle, a.kind as account_kind, "  # noqa: S608  (constants alone)
            f"a.unit as account_unit, count(*) as messages, {_COUNTS} from backtest_results r "
            "join accounts a on a.id = r.account_id where r.backtest_id = :id group by r.account_id, a.id order by a.id"
        ),
        {"id": backtest_id},
    )
    return [dict(row) for row in rows.mappings()]


async def samples(session: AsyncSession, backtest_id: int) -> dict[str, list[int]]:
    """A few messages of each kind, the newest, by their ids."""
    found: dict[str, list[int]] = {}
    for kind, condition in _KINDS.items():
        ids = await session.scalars(
            text(
                f"select message_id from backtest_results where backtest_id = :id and {condition} "  # noqa: S608  (constants alone)
                "order by message_id desc limit :limit"
            ),
            {"id": backtest_id, "limit": SAMPLE},
        )
        found[kind] = list(ids)
    return found
