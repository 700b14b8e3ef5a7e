"""Messages as people see them: the list with its filters, one message with everything that happened to it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Select, Text, cast, false, func, select, text, true
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import MessageId
from app.records.actions import of_message
from app.records.messages import known_as
from app.records.months import in_month_of
from app.records.reading.pages import Page, Row, all_rows, newest_first, one_row
from app.records.reading.sight import Viewer, closed, is_opened, marks_that_show, open_to, seen_by, visible
from app.records.tables import (
    accounts,
    actions,
    attempts,
    author_attributes,
    content_holds,
    crisis_messages,
    decisions,
    message_marks,
    messages,
    people,
    reviews,
    revisions,
)

EARLIER = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list of messages is narrowed to; None: not at all."""

    account_id: int | None = None
    platform: str | None = None
    state: str | None = None
    disposition: str | None = None
    label: str | None = None
    channel: str | None = None
    author: str | None = None
    crisis_id: int | None = None


_latest = (
    select(decisions.c.disposition, decisions.c.made_by, decisions.c.decided_at)
    .where(decisions.c.message_id == messages.c.id, in_month_of(decisions.c.id, messages.c.id))
    .order_by(decisions.c.id.desc())
    .limit(1)
    .lateral("latest")
)
_machine = (
    select(decisions.c.labels, decisions.c.articles, decisions.c.language, decisions.c.incomplete)
    .where(
        decisions.c.message_id == messages.c.id,
        in_month_of(decisions.c.id, messages.c.id),
        decisions.c.made_by == "machine",
    )
    .order_by(decisions.c.id.desc())
    .limit(1)
    .lateral("machine")
)
_attribute = (
    select(author_attributes.c.kind, author_attributes.c.source)
    .where(
        author_attributes.c.platform == messages.c.platform,
        author_attributes.c.author_external_id == messages.c.author_external_id,
    )
    .order_by(author_attributes.c.id.desc())
    .limit(1)
    .lateral("attribute")
)
ACCOUNT = [
    accounts.c.id.label("account_id"),
    accounts.c.platform.label("platform"),
    accounts.c.handle.label("account_handle"),
    accounts.c.kind.label("account_kind"),
    accounts.c.unit.label("account_unit"),
]


def summaries(viewer: Viewer, seen: ColumnElement[bool] | None = None) -> Select[Any]:
    """Messages with their newest decision, as far as this viewer may know of them; `seen`: only this part of those.

    Labels are the machine's, the disposition is whoever's came last. Revision 0 is only a place kept for a message
    whose removal overtook it.
    """
    return (
        select(
            messages.c.id,
            *ACCOUNT,
            messages.c.channel,
            messages.c.external_id,
            messages.c.parent_external_id.label("parent_id"),
            messages.c.post_external_id.label("post_id"),
            messages.c.author_external_id.label("author_id"),
            messages.c.author_name,
            messages.c.text,
            messages.c.media,
            messages.c.link,
            messages.c.sent_at,
            messages.c.received_at,
            messages.c.revision,
            messages.c.state,
            messages.c.kept_by_person,
            messages.c.expired_at,
            _latest.c.disposition,
            _latest.c.made_by.label("decided_by"),
            _latest.c.decided_at,
            func.coalesce(_machine.c.labels, cast(array([]), ARRAY(Text))).label("labels"),
            func.coalesce(_machine.c.articles, cast(array([]), ARRAY(Text))).label("articles"),
            _machine.c.language,
            func.coalesce(_machine.c.incomplete, cast(array([]), ARRAY(Text))).label("incomplete"),
            _attribute.c.kind.label("author_kind"),
            _attribute.c.source.label("author_kind_source"),
            closed(viewer),
            is_opened(viewer),
        )
        .select_from(messages)
        .join(accounts, accounts.c.id == messages.c.account_id)
        .outerjoin(_latest, true())
        .outerjoin(_machine, true())
        .outerjoin(_attribute, true())
        .where(messages.c.revision > 0, visible(viewer) if seen is None else seen)
    )


async def page(
    session: AsyncSession, viewer: Viewer, filters: Filters, *, limit: int, after: tuple[int, ...] | None
) -> Page:
    """Messages, newest first."""
    if viewer.unit is None:
        return await _page(session, viewer, visible(viewer), filters, limit=limit, after=after)
    # Each mark has an order of its own, and few of both are read: no order is left where one asks for either.
    found: dict[int, Row] = {}
    for mark in marks_that_show(viewer):
        some = await _page(session, viewer, seen_by(mark), filters, limit=limit + 1, after=after)
        found |= {row["id"]: row for row in some.rows}
    rows = [found[id_] for id_ in sorted(found, reverse=True)]
    return Page(rows=rows[:limit], next=(rows[limit - 1]["id"],) if len(rows) > limit else None)


async def _page(
    session: AsyncSession,
    viewer: Viewer,
    seen: ColumnElement[bool],
    filters: Filters,
    *,
    limit: int,
    after: tuple[int, ...] | None,
) -> Page:
    statement, by = summaries(viewer, seen), messages.c.id
    for condition in _conditions(viewer, filters):
        statement = statement.where(condition)
    for mark in _marks(filters):
        marked = message_marks.alias()
        statement = statement.join(marked, (marked.c.message_id == messages.c.id) & (marked.c.mark == mark))
        by = marked.c.message_id
        if after is not None:
            # What holds for the mark holds for the message; the planner does not see it by itself.
            statement = statement.where(messages.c.id < after[0])
    return await newest_first(session, statement, by, limit=limit, after=after)


def _marks(filters: Filters) -> list[str]:
    """What leads to the messages in their order, where few have it. What was decided since is asked for beside it."""
    found = []
    if filters.disposition is not None and filters.disposition != "keep":
        found.append(f"disposition:{filters.disposition}")
    if filters.label is not None:
        found.append(f"label:{filters.label}")
    return found


def _conditions(viewer: Viewer, filters: Filters) -> list[ColumnElement[bool]]:
    """Each filter, and beside it what lets an index find the rows where they are rare."""
    found: list[ColumnElement[bool]] = []
    if filters.crisis_id is not None:
        of_crisis = select(crisis_messages.c.message_id).where(crisis_messages.c.crisis_id == filters.crisis_id)
        found.append(messages.c.id.in_(of_crisis))
    if filters.account_id is not None:
        found.append(messages.c.account_id == filters.account_id)
    if filters.platform is not None:
        found.append(messages.c.platform == filters.platform)
    if filters.channel is not None:
        found.append(messages.c.channel == filters.channel)
        if filters.channel != "comment":
            found.append(text("messages.channel <> 'comment'"))  # type: ignore[arg-type]  # a condition in plain SQL
    if filters.state is not None:
        found.append(messages.c.state == filters.state)
        if filters.state != "visible":
            found.append(text("messages.state <> 'visible'"))  # type: ignore[arg-type]  # a condition in plain SQL
    if filters.disposition is not None:
        found.append(_latest.c.disposition == filters.disposition)
    if filters.label is not None:
        wanted = cast(array([filters.label]), ARRAY(Text))
        found.append(_machine.c.labels.bool_op("@>")(wanted))
    if filters.author is not None:
        # Who wrote a closed message is closed too, so it is not found by its author.
        found += [messages.c.author_external_id == filters.author, open_to(viewer)]
    return found


async def find(session: AsyncSession, viewer: Viewer, message_id: int) -> dict[str, Any] | None:
    """One message; None where there is none that this viewer may know of."""
    return await one_row(session, summaries(viewer).where(messages.c.id == message_id))


async def earlier_of_author(session: AsyncSession, viewer: Viewer, message: Row) -> list[dict[str, Any]]:
    """The newest earlier messages of the same author to the same account that this viewer may read (6.3.2)."""
    if message["closed"] is not None or message["author_id"] is None:
        return []
    return await all_rows(
        session,
        summaries(viewer)
        .where(
            messages.c.account_id == message["account_id"],
            messages.c.author_external_id == message["author_id"],
            messages.c.id < message["id"],
            open_to(viewer),
        )
        .order_by(messages.c.id.desc())
        .limit(EARLIER),
    )


async def parent_text(session: AsyncSession, viewer: Viewer, message: Row) -> str | None:
    """What the message answers, where it came to us and may be read."""
    if message["closed"] is not None or message["parent_id"] is None:
        return None
    found: str | None = await session.scalar(
        select(messages.c.text).where(
            messages.c.id == known_as(message["account_id"], message["parent_id"]),
            messages.c.revision > 0,
            messages.c.expired_at.is_(None),
            visible(viewer),
            open_to(viewer),
        )
    )
    return found


async def revisions_of(session: AsyncSession, viewer: Viewer, message_id: MessageId) -> list[dict[str, Any]]:
    """Every text the message ever had, in the order in which they came to us.

    `is_closed`: words that nobody judged, since newer ones were there already, may be of self-harm.
    """
    columns = revisions.c
    judged = (
        select(decisions.c.id)
        .where(
            decisions.c.message_id == columns.message_id,
            in_month_of(decisions.c.id, message_id),
            decisions.c.revision == columns.revision,
            decisions.c.made_by == "machine",
        )
        .exists()
    )
    return await all_rows(
        session,
        select(
            columns.revision,
            columns.text,
            columns.media,
            columns.received_at,
            columns.changed_at,
            columns.expired_at,
            (false() if viewer.opens_self_harm else ~judged).label("is_closed"),
        )
        .where(columns.message_id == message_id)
        .order_by(columns.revision),
    )


async def decisions_of(session: AsyncSession, message_id: MessageId) -> list[dict[str, Any]]:
    """Every decision on the message, the oldest first."""
    return await all_rows(
        session,
        select(decisions, people.c.name.label("person_name"))
        .outerjoin(people, people.c.id == decisions.c.person_id)
        .where(decisions.c.message_id == message_id, in_month_of(decisions.c.id, message_id))
        .order_by(decisions.c.id),
    )


async def reviews_of(session: AsyncSession, message_id: MessageId) -> list[dict[str, Any]]:
    """Every time the message was in the queue."""
    return await all_rows(
        session,
        select(reviews, people.c.name.label("decided_by_name"))
        .outerjoin(people, people.c.id == reviews.c.decided_by)
        .where(reviews.c.message_id == message_id)
        .order_by(reviews.c.id),
    )


async def attempts_of(session: AsyncSession, message_id: MessageId) -> list[dict[str, Any]]:
    """Every attempt at every action on the message, in order."""
    return await all_rows(
        session,
        select(attempts)
        .join(actions, actions.c.id == attempts.c.action_id)
        .where(of_message(message_id))
        .order_by(attempts.c.action_id, attempts.c.number),
    )


async def hold_of(session: AsyncSession, message_id: MessageId) -> dict[str, Any] | None:
    """What keeps the message's content beyond its time, if anything does."""
    columns = content_holds.c
    return await one_row(
        session, select(content_holds).where(columns.message_id == message_id, columns.released_at.is_(None))
    )
