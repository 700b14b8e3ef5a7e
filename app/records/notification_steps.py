"""The steps of notices: who was told after whom, by which channel, when, and how it came out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.model import UnitKey, Urgency
from app.decisions.routes import ROLES, UNIT_OF_ROLE
from app.messages import PersonId
from app.records.jobs import Job, enqueue_many
from app.records.tables import accounts, messages, notification_steps, notifications, people, units


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalating:
    """An urgent notice whose next step is due: `step` is the last that was begun."""

    notification_id: int
    kind: str
    unit: UnitKey
    account_unit: str | None
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One recipient's turn, with where they are reached now. `is_over`: somebody has acknowledged the notice since."""

    id: int
    notification_id: int
    number: int
    recipient: str
    state: str
    attempts: int
    started_at: datetime | None
    person_id: PersonId | None
    email: str | None
    hook_url: str | None
    is_over: bool


async def begin_chain(session: AsyncSession, notification_id: int, *, next_at: datetime) -> None:
    """The first step of an urgent notice is under way; the next comes at `next_at`, unless somebody acknowledges."""
    await session.execute(
        update(notifications)
        .where(
            notifications.c.id == notification_id,
            notifications.c.urgency == Urgency.URGENT,
            notifications.c.step == 0,
            notifications.c.acknowledged_at.is_(None),
        )
        .values(step=1, escalate_at=next_at)
    )


async def next_due(session: AsyncSession, *, now: datetime) -> Escalating | None:
    """An urgent notice whose turn it is, locked until the transaction ends; those locked by others are passed over."""
    row = (
        await session.execute(
            select(
                notifications.c.id,
                notifications.c.kind,
                notifications.c.unit,
                accounts.c.unit.label("account_unit"),
                notifications.c.step,
            )
            .outerjoin(messages, messages.c.id == notifications.c.message_id)
            .outerjoin(accounts, accounts.c.id == func.coalesce(notifications.c.account_id, messages.c.account_id))
            .where(
                notifications.c.urgency == Urgency.URGENT,
                notifications.c.acknowledged_at.is_(None),
                # Step 0: whatever sends it has not come to it.
                or_(notifications.c.escalate_at <= now, notifications.c.step == 0),
            )
            .order_by(notifications.c.escalate_at.nulls_first(), notifications.c.id)
            .limit(1)
            .with_for_update(skip_locked=True, of=notifications)
        )
    ).one_or_none()
    if row is None:
        return None
    return Escalating(
        notification_id=row.id,
        kind=row.kind,
        unit=UnitKey(row.unit),
        account_unit=row.account_unit,
        step=row.step,
    )


async def move_on(session: AsyncSession, notification_id: int, *, step: int, next_at: datetime) -> None:
    """Step `step` has begun; the one after it comes at `next_at`."""
    await session.execute(
        update(notifications).where(notifications.c.id == notification_id).values(step=step, escalate_at=next_at)
    )


async def hurry(session: AsyncSession, notification_id: int, *, step: int, at: datetime) -> None:
    """Let the next step come now, since this one may have reached nobody; not where that one was begun already."""
    still_open = notifications.c.acknowledged_at.is_(None) & (notifications.c.step == step)
    reached = select(notification_steps.c.id).where(
        notification_steps.c.notification_id == notification_id,
        notification_steps.c.number == step,
        notification_steps.c.state.in_(("planned", "running", "sent")),
    )
    await session.execute(
        update(notifications)
        .where(notifications.c.id == notification_id, still_open, ~reached.exists())
        .values(escalate_at=func.least(notifications.c.escalate_at, at))
    )


async def stand_for(
    session: AsyncSession, recipients: Sequence[str], *, unit: str
) -> list[tuple[str, str | None, int | None]]:
    """Who recipients of the policy are now: each ``unit:KEY`` or ``person:ID`` once, with the unit's key or the id."""
    found: dict[str, tuple[str, str | None, int | None]] = {}
    for recipient in recipients:
        kind, _, name = recipient.partition(":")
        match kind:
            case "unit":
                key = name or unit
                if await session.scalar(select(units.c.key).where(units.c.key == key)) is not None:
                    found.setdefault(f"unit:{key}", (f"unit:{key}", key, None))
            case "members" | "role" | "person":
                people_now = select(people.c.id).where(people.c.is_active).order_by(people.c.id)
                match kind, name:
                    case "members", _:
                        # Whoever cannot open what is behind a notice must not be the one who is waited for.
                        people_now = people_now.where(_is_of_unit(unit), people.c.role.in_(ROLES))
                    case "role", "service_unit":
                        people_now = people_now.where(people.c.role == name, people.c.unit == unit)
                    case "role", _:
                        people_now = people_now.where(people.c.role == name)
                    case _:
                        people_now = people_now.where(people.c.id == int(name))
                for person in await session.scalars(people_now):
                    found.setdefault(f"person:{person}", (f"person:{person}", None, person))
    return list(found.values())


def _is_of_unit(unit: str) -> ColumnElement[bool]:
    of_role = [role for role, own in UNIT_OF_ROLE.items() if own == unit]
    return or_(people.c.unit == unit, people.c.role.in_(of_role))


async def plan(
    session: AsyncSession,
    notification_id: int,
    number: int,
    recipients: Sequence[tuple[str, str | None, int | None]],
    *,
    at: datetime,
) -> int:
    """Record a step's recipients, each once, and queue the telling; returns how many are new.

    Where there is nobody, that is on record too.
    """
    rows: list[dict[str, object]] = [
        {"recipient": name, "unit": unit, "person_id": person, "state": "planned", "finished_at": None}
        for name, unit, person in recipients
    ] or [{"recipient": "nobody", "unit": None, "person_id": None, "state": "nobody", "finished_at": at}]
    new = await session.execute(
        insert(notification_steps)
        .values([row | {"notification_id": notification_id, "number": number, "planned_at": at} for row in rows])
        .on_conflict_do_nothing()
        .returning(notification_steps.c.id, notification_steps.c.state)
    )
    planned = [row.id for row in new if row.state == "planned"]
    await enqueue_many(session, Job.NOTIFICATION_STEP, planned)
    return len(planned)


async def lock(session: AsyncSession, step_id: int) -> Step:
    """A step, locked until the transaction ends. Raises NoResultFound."""
    row = (
        await session.execute(
            select(
                notification_steps,
                func.coalesce(units.c.email, people.c.email).label("email"),
                units.c.hook_url,
                notifications.c.acknowledged_at,
            )
            .join(notifications, notifications.c.id == notification_steps.c.notification_id)
            .outerjoin(units, units.c.key == notification_steps.c.unit)
            .outerjoin(people, people.c.id == notification_steps.c.person_id)
            .where(notification_steps.c.id == step_id)
            .with_for_update(of=notification_steps)
        )
    ).one()
    return Step(
        id=row.id,
        notification_id=row.notification_id,
        number=row.number,
        recipient=row.recipient,
        state=row.state,
        attempts=row.attempts,
        started_at=row.started_at,
        person_id=row.person_id,
        email=row.email,
        hook_url=row.hook_url,
        is_over=row.acknowledged_at is not None,
    )


async def start(session: AsyncSession, step_id: int, *, at: datetime) -> None:
    """Record the intent to tell, before the call."""
    await session.execute(
        update(notification_steps)
        .where(notification_steps.c.id == step_id)
        .values(state="running", started_at=at, attempts=notification_steps.c.attempts + 1)
    )


async def finish(
    session: AsyncSession,
    step_id: int,
    state: str,
    *,
    at: datetime,
    channel: str | None = None,
    problem: str | None = None,
) -> None:
    """Record how it came out."""
    await session.execute(
        update(notification_steps)
        .where(notification_steps.c.id == step_id)
        .values(state=state, finished_at=at, channel=channel, problem=problem)
    )


async def note_first(
    session: AsyncSession,
    notification_id: int,
    told: UnitKey | PersonId,
    state: str,
    *,
    at: datetime,
    channel: str | None = None,
    problem: str | None = None,
) -> None:
    """Record how the first telling of the unit (or person) itself came out, over again after each attempt."""
    is_unit = isinstance(told, str)
    values = {"state": state, "finished_at": at, "channel": channel, "problem": problem}
    await session.execute(
        insert(notification_steps)
        .values(
            notification_id=notification_id,
            number=1,
            recipient=f"unit:{told}" if is_unit else f"person:{told}",
            unit=told if is_unit else None,
            person_id=None if is_unit else told,
            planned_at=at,
            started_at=at,
            attempts=1,
            **values,
        )
        .on_conflict_do_update(
            index_elements=["notification_id", "number", "recipient"],
            set_=values | {"attempts": notification_steps.c.attempts + 1},
        )
    )
