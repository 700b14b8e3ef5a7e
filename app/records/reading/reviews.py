"""The review queue as people see it."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    ScalarSelect,
    Select,
    Text,
    case,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, array
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import MessageId, PersonId
from app.records.months import Span, in_month_of, span_of
from app.records.reading.messages import summaries
from app.records.reading.pages import Page, all_rows, newest_first, one_row
from app.records.reading.sight import Viewer, visible
from app.records.tables import approvals, decisions, messages, people, review_notes, reviews


async def queue(
    session: AsyncSession,
    viewer: Viewer,
    *,
    state: str,
    asked: PersonId | None,
    now: datetime,
    limit: int,
    after: tuple[int, ...] | None,
) -> Page:
    """Items with their messages: the most urgent first, the oldest first among equals.

    `asked`: only those on which this person's advice is wanted. `after` is (priority, id).
    """
    columns = reviews.c
    statement = (
        select(columns.id, columns.priority, columns.message_id)
        .join(messages, messages.c.id == columns.message_id)
        .where(messages.c.revision > 0, visible(viewer))
        .where(columns.state == "decided" if state == "decided" else (columns.state == "open") & (_state(now) == state))
        .order_by(columns.priority.desc(), columns.id)
        .limit(limit + 1)
    )
    if asked is not None:
        statement = statement.where(columns.asked_person == asked)
    if after is not None:
        priority, review_id = after
        statement = statement.where(
            columns.priority <= priority, or_(columns.priority < priority, columns.id > review_id)
        )
    found = await all_rows(session, statement)
    last = found[limit - 1] if len(found) > limit else None
    # Which ones first, then what there is to show of those: their months alone are looked into.
    places = {row["id"]: place for place, row in enumerate(found[:limit])}
    span = span_of(row["message_id"] for row in found[:limit])
    rows = await all_rows(session, _items(viewer, now=now, span=span).where(columns.id.in_(places))) if places else []
    return Page(
        rows=sorted(rows, key=lambda row: places[row["review_id"]]),
        next=(last["priority"], last["id"]) if last else None,
    )


async def find(session: AsyncSession, viewer: Viewer, review_id: int, *, now: datetime) -> dict[str, Any] | None:
    """One item; None where there is none that this viewer may know of."""
    return await one_row(session, _items(viewer, now=now).where(reviews.c.id == review_id))


async def notes_of(session: AsyncSession, message_id: MessageId, *, limit: int, after: tuple[int, ...] | None) -> Page:
    """What people wrote beside a message, newest first."""
    statement = (
        select(review_notes, people.c.name.label("person_name"))
        .join(people, people.c.id == review_notes.c.person_id)
        .where(review_notes.c.message_id == message_id)
    )
    return await newest_first(session, statement, review_notes.c.id, limit=limit, after=after)


STRONGEST_FIRST = ("remove", "contain", "review", "keep")


def _proposed(span: Span | None) -> ScalarSelect[str]:
    """The strongest act that a rule which asks first would have done by itself; `span`: where all the messages lie."""
    judged = decisions.alias("judged")
    findings = func.jsonb_array_elements(judged.c.findings).table_valued(
        column("value", JSONB), name="findings", joins_implicitly=True
    )
    finding = findings.c.value
    would = finding["would"].astext
    found = (
        select(would)
        .select_from(judged, findings)
        .where(
            judged.c.message_id == messages.c.id,
            in_month_of(judged.c.id, messages.c.id),
            judged.c.revision == reviews.c.revision,
            judged.c.made_by == "machine",
            finding["stage"].astext == "ask",
        )
        .order_by(func.array_position(cast(array(STRONGEST_FIRST), ARRAY(Text)), would))
        .limit(1)
    )
    found = found if span is None else found.where(span.has(judged.c.id))
    return found.correlate(messages, reviews).scalar_subquery()


_APPEAL: ColumnElement[int | None] = literal_column(
    "(select a.id from appeals a where a.message_id = messages.id)", BigInteger
)


def _items(viewer: Viewer, *, now: datetime, span: Span | None = None) -> Select[Any]:
    columns = reviews.c
    return (
        summaries(viewer, span)
        .add_columns(
            columns.id.label("review_id"),
            columns.revision.label("review_revision"),
            columns.version.label("review_version"),
            columns.reason,
            columns.labels.label("review_labels"),
            columns.priority,
            _state(now).label("review_state"),
            columns.opened_at,
            columns.decided_at.label("review_decided_at"),
            columns.decided_by.label("decided_by_id"),
            columns.decided_as,
            columns.decision_id,
            columns.claimed_by,
            columns.claimed_until,
            columns.parked_by,
            columns.parked_until,
            columns.parked_because,
            columns.asked_person,
            columns.asked_unit,
            _name_of(columns.decided_by).label("decided_by_name"),
            _name_of(columns.claimed_by).label("claimed_by_name"),
            _name_of(columns.parked_by).label("parked_by_name"),
            _name_of(columns.asked_person).label("asked_person_name"),
            _proposed(span).label("proposes"),
            _APPEAL.label("appeal_id"),
        )
        .join(reviews, columns.message_id == messages.c.id)
    )


def _name_of(person: ColumnElement[int]) -> ScalarSelect[str]:
    """A person's name, looked up for each row: four more tables to join are more to plan than to read."""
    return select(people.c.name).where(people.c.id == person).correlate(reviews).scalar_subquery()


def _state(now: datetime) -> ColumnElement[str]:
    """How an item stands at this moment: what was parked comes back by itself."""
    columns = reviews.c
    return case(
        (columns.state == "decided", "decided"),
        (_is_wished(), "awaiting_approval"),
        (columns.parked_until > now, "parked"),
        else_="open",
    )


def _is_wished() -> ColumnElement[bool]:
    """Whether somebody wants something that a second person has to approve, on the words that stand there now."""
    return (
        select(approvals.c.id)
        .where(
            approvals.c.message_id == messages.c.id,
            approvals.c.revision == messages.c.revision,
            text("approvals.state = 'pending'"),
        )
        .correlate(messages)
        .exists()
    )
