"""What the machine did in each hour, counted so that several workers count as one; and where it was stopped.

Every count is changed in the transaction that begins the act, so that nothing is counted that was not begun.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.limits import Cause
from app.messages import AccountId, MessageId, PersonId
from app.records.tables import actions, limits, quota_hours, rule_hour_authors, rule_hours

# Who it was matters while an hour is counted; how many it were, for as long as it makes a habit.
AUTHORS_KEPT = timedelta(days=2)
HABIT_KEPT = timedelta(weeks=13)
HELD = "limit:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is limited by itself: one kind of act, for one label, on one account."""

    account_id: AccountId
    label: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands for a subject now: the limit that holds it, or that a person lets it go on."""

    limit_id: int | None = None
    cause: Cause | None = None
    is_lifted: bool = False


def hour_of(at: datetime) -> datetime:
    """The hour in which a time lies."""
    return at.replace(minute=0, second=0, microsecond=0)


async def count_author(session: AsyncSession, of: Subject, *, hour: datetime, author: str) -> int:
    """Count a person among those that a label's rules acted on in an hour; returns how many they are."""
    key = {"account_id": of.account_id, "label": of.label, "hour": hour}
    is_new = await session.scalar(
        insert(rule_hour_authors)
        .values(**key, author=author)
        .on_conflict_do_nothing()
        .returning(rule_hour_authors.c.author)
    )
    if is_new is not None:
        return int(
            (
                await session.execute(
                    insert(rule_hours)
                    .values(**key, authors=1)
                    .on_conflict_do_update(
                        index_elements=[rule_hours.c.account_id, rule_hours.c.label, rule_hours.c.hour],
                        set_={"authors": rule_hours.c.authors + 1},
                    )
                    .returning(rule_hours.c.authors)
                )
            ).scalar_one()
        )
    counted = await session.scalar(select(rule_hours.c.authors).filter_by(**key))
    return int(counted or 0)


async def same_time_before(session: AsyncSession, of: Subject, *, hour: datetime, weeks: int) -> Sequence[int]:
    """How many people it were at that time of the week, and an hour before and after, over the past weeks."""
    hours = [
        hour - timedelta(weeks=week) + timedelta(hours=near) for week in range(1, weeks + 1) for near in (-1, 0, 1)
    ]
    rows = await session.execute(
        select(rule_hours.c.hour, rule_hours.c.authors).where(
            rule_hours.c.account_id == of.account_id, rule_hours.c.label == of.label, rule_hours.c.hour.in_(hours)
        )
    )
    known = {row.hour: row.authors for row in rows}
    return [known.get(past, 0) for past in hours]


async def take(session: AsyncSession, of: Subject, *, hour: datetime, at_most: int | None) -> bool:
    """Count one more act in an hour; False, and nothing counted, where that would be more than `at_most`."""
    statement = insert(quota_hours).values(account_id=of.account_id, label=of.label, kind=of.kind, hour=hour, begun=1)
    taken = await session.scalar(
        statement.on_conflict_do_update(
            index_elements=[quota_hours.c.account_id, quota_hours.c.label, quota_hours.c.kind, quota_hours.c.hour],
            set_={"begun": quota_hours.c.begun + 1},
            where=quota_hours.c.begun < at_most if at_most is not None else None,
        ).returning(quota_hours.c.begun)
    )
    return taken is not None


async def standing(session: AsyncSession, of: Subject, *, now: datetime) -> Standing:
    """The newest word on a subject: a person's, where one lifted a limit; else the unusual rate that still holds it.

    A quota is not asked here: it is counted anew for every act.
    """
    rows = await session.execute(
        select(limits.c.id, limits.c.cause, limits.c.lifted_at)
        .where(
            limits.c.account_id == of.account_id,
            limits.c.label == of.label,
            limits.c.kind == of.kind,
            (limits.c.lifted_until > now)
            | ((limits.c.ends_at > now) & limits.c.lifted_at.is_(None) & (limits.c.cause == Cause.UNUSUAL)),
        )
        .order_by(limits.c.lifted_at.is_(None), limits.c.id.desc())
        .limit(1)
    )
    row = rows.one_or_none()
    if row is None:
        return Standing()
    return Standing(limit_id=row.id, cause=Cause(row.cause), is_lifted=row.lifted_at is not None)


async def reach(
    session: AsyncSession,
    of: Subject,
    cause: Cause,
    *,
    hour: datetime,
    counted: int,
    allowed: int,
    at: datetime,
    ends_at: datetime,
) -> tuple[int, bool]:
    """Record that a limit was reached. Returns its id, and whether this is the first that is heard of it.

    One that was lifted in the same hour, and whose time is over again, is another one.
    """
    key = {"account_id": of.account_id, "label": of.label, "kind": of.kind, "cause": cause, "hour": hour}
    new = await session.scalar(
        insert(limits)
        .values(**key, counted=counted, allowed=allowed, reached_at=at, ends_at=ends_at)
        .on_conflict_do_nothing()
        .returning(limits.c.id)
    )
    if new is not None:
        return int(new), True
    standing_one = select(limits.c.id).filter_by(**key).where(limits.c.lifted_at.is_(None))
    return int((await session.execute(standing_one)).scalar_one()), False


async def was_let_go(session: AsyncSession, kind: str, held_because: str | None) -> bool:
    """Whether a person lifted the very limit that held an act of this kind.

    What was held only because the message could not be hidden has its own limits still before it.
    """
    if not (held_because or "").startswith(HELD):
        return False
    lifted = await session.scalar(
        select(limits.c.id).where(
            limits.c.id == int(str(held_because).removeprefix(HELD)),
            limits.c.kind == kind,
            limits.c.lifted_at.is_not(None),
        )
    )
    return lifted is not None


async def lift(
    session: AsyncSession, limit_id: int, *, by: PersonId, reason: str, at: datetime, until: datetime
) -> bool:
    """Let the machine go on until then; False where the limit is unknown or was lifted before."""
    lifted = await session.scalar(
        update(limits)
        .where(limits.c.id == limit_id, limits.c.lifted_at.is_(None))
        .values(lifted_at=at, lifted_by=by, lifted_until=until, reason=reason)
        .returning(limits.c.id)
    )
    return lifted is not None


async def let_go(session: AsyncSession, limit_id: int, *, at: datetime) -> list[MessageId]:
    """Plan again what a limit held, each act after as long as was left of its delay; returns the messages.

    Why it was held stays on record, and tells that it is not to be held for that again.
    """
    rows = await session.scalars(
        update(actions)
        .where(actions.c.state == "held", actions.c.held_because == f"{HELD}{limit_id}")
        .values(
            state="planned",
            due_at=actions.c.due_at + (at - func.coalesce(actions.c.finished_at, actions.c.due_at)),
            finished_at=None,
            problem=None,
        )
        .returning(actions.c.message_id)
    )
    return sorted({MessageId(row) for row in rows})


async def prune(session: AsyncSession, *, now: datetime) -> None:
    """Forget who it was, and the counts of hours that are long over."""
    await session.execute(delete(rule_hour_authors).where(rule_hour_authors.c.hour < now - AUTHORS_KEPT))
    await session.execute(delete(quota_hours).where(quota_hours.c.hour < now - AUTHORS_KEPT))
    await session.execute(delete(rule_hours).where(rule_hours.c.hour < now - HABIT_KEPT))
