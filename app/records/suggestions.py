"""What the service suggests, and waits for a person to decide on: a crisis, or silence. And the counts behind it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ARRAY, Select, Text, cast, delete, func, literal, select, update
from sqlalchemy import Integer as SqlInteger
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import AccountId, PersonId
from app.records.limits import hour_of
from app.records.months import first_id
from app.records.tables import decisions, messages, rise_hours, suggestions

HABIT_KEPT = timedelta(weeks=13)
CRISIS, SILENCE = "crisis", "silence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many different people it were: on an account, or on all (None), within some time."""

    account_id: AccountId | None
    authors: int


def _who_said(labels: Collection[str], *, since: datetime, before: datetime) -> Select[tuple[int, datetime, str]]:
    """Account, time and author of the messages of some time that carry one of the labels.

    Where the platform names no author, each message counts as one of its own.
    """
    carries = decisions.c.labels.bool_op("&&")(cast(list(labels), ARRAY(Text)))
    labelled = select(decisions.c.id).where(
        decisions.c.message_id == messages.c.id,
        decisions.c.id >= first_id(since),
        decisions.c.made_by == "machine",
        carries,
    )
    author = func.coalesce(messages.c.author_external_id, func.concat("message:", messages.c.id))
    return select(messages.c.account_id, messages.c.received_at, author.label("author")).where(
        messages.c.id >= first_id(since),
        messages.c.received_at >= since,
        messages.c.received_at < before,
        labelled.exists(),
    )


async def count(
    session: AsyncSession, labels: Collection[str], *, since: datetime, before: datetime, by_account: bool
) -> list[Counted]:
    """How many different people wrote such messages, on each account or on all together."""
    said = _who_said(labels, since=since, before=before).subquery()
    # Whoever writes to two accounts is still one.
    if not by_account:
        found = await session.scalar(select(func.count(said.c.author.distinct())))
        return [Counted(account_id=None, authors=int(found or 0))]
    rows = await session.execute(
        select(said.c.account_id, func.count(said.c.author.distinct()).label("authors")).group_by(said.c.account_id)
    )
    return [Counted(account_id=AccountId(row.account_id), authors=row.authors) for row in rows]


async def remember_hours(
    session: AsyncSession, name: str, labels: Collection[str], *, now: datetime, by_account: bool
) -> None:
    """Keep how many it were in this hour and the one before, for the habit of later weeks."""
    said = _who_said(labels, since=hour_of(now) - timedelta(hours=1), before=now).subquery()
    hour = func.date_trunc("hour", said.c.received_at)
    subject = func.concat(name, ":", said.c.account_id) if by_account else literal(name, Text)
    counted = select(subject, hour, cast(func.count(said.c.author.distinct()), SqlInteger)).group_by(subject, hour)
    adding = insert(rise_hours).from_select(["subject", "hour", "authors"], counted)
    await session.execute(
        adding.on_conflict_do_update(
            index_elements=[rise_hours.c.subject, rise_hours.c.hour], set_={"authors": adding.excluded.authors}
        )
    )
    await session.execute(delete(rise_hours).where(rise_hours.c.hour < now - HABIT_KEPT))


async def past_hours(session: AsyncSession, subject: str, hours: Sequence[datetime]) -> list[int]:
    """How many people it were in each of these hours; 0 where nothing is known."""
    rows = await session.execute(
        select(rise_hours.c.hour, rise_hours.c.authors).where(
            rise_hours.c.subject == subject, rise_hours.c.hour.in_(hours)
        )
    )
    known = {row.hour: row.authors for row in rows}
    return [known.get(hour, 0) for hour in hours]


async def suggest(
    session: AsyncSession,
    kind: str,
    account_id: AccountId | None,
    *,
    counted: int,
    usual: float,
    allowed: int,
    since: datetime,
    at: datetime,
    quiet: timedelta,
) -> int | None:
    """Make a suggestion; None where one is open, or was decided on lately."""
    of_same = (suggestions.c.kind == kind) & suggestions.c.account_id.is_not_distinct_from(account_id)
    lately = await session.scalar(
        select(suggestions.c.id).where(of_same, suggestions.c.decided_at > at - quiet).limit(1)
    )
    if lately is not None:
        return None
    made = await session.scalar(
        insert(suggestions)
        .values(
            kind=kind,
            account_id=account_id,
            counted=counted,
            usual=usual,
            allowed=allowed,
            since_at=since,
            made_at=at,
        )
        .on_conflict_do_nothing()
        .returning(suggestions.c.id)
    )
    return int(made) if made is not None else None


async def pausing(session: AsyncSession) -> int | None:
    """The open suggestion of silence, which pauses automatic replies until somebody decides; None where none is."""
    found = await session.scalar(
        select(suggestions.c.id).where(suggestions.c.kind == SILENCE, suggestions.c.decided_at.is_(None)).limit(1)
    )
    return int(found) if found is not None else None


async def decide(
    session: AsyncSession,
    suggestion_id: int,
    *,
    by: PersonId,
    is_accepted: bool,
    reason: str,
    at: datetime,
    silence_id: int | None = None,
    crisis_id: int | None = None,
) -> bool:
    """Record what a person decided; False where it was decided before."""
    decided = await session.scalar(
        update(suggestions)
        .where(suggestions.c.id == suggestion_id, suggestions.c.decided_at.is_(None))
        .values(
            decided_at=at,
            decided_by=by,
            is_accepted=is_accepted,
            reason=reason,
            silence_id=silence_id,
            crisis_id=crisis_id,
        )
        .returning(suggestions.c.id)
    )
    return decided is not None
