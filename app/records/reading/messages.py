"""Messages as people see them: the list with its filters, one message with everything that happened to it."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Select, Text, cast, false, func, select, text, true
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.selectable import LateralFromClause

from app.messages import MessageId
from app.records.actions import of_message
from app.records.messages import known_as
from app.records.months import Span, in_month_of, span_of
from app.records.reading.pages import Page, Row, all_rows, one_row
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
# How many times a page of those with a mark is looked at first: few lose later what it stands for.
LIKELY = 4
_parker, _asked = people.alias("parker"), people.alias("asked")


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

    def ask_for(self, number: int) -> bool:
        """Whether it is narrowed in exactly so many ways."""
        return sum(value is not None for value in astuple(self)) == number


def _latest(span: Span | None = None) -> LateralFromClause:
    """The newest decision on a message, whoever made it; `span`: where all the messages lie."""
    columns = decisions.c
    found = select(columns.disposition, columns.made_by, columns.decided_at).where(*_of_the_message(span))
    return found.order_by(columns.id.desc()).limit(1).lateral("latest")


def _machine(span: Span | None = None) -> LateralFromClause:
    """The machine's newest decision on a message; `span`: where all the messages lie."""
    columns = decisions.c
    found = select(columns.labels, columns.articles, columns.language, columns.incomplete).where(
        *_of_the_message(span), columns.made_by == "machine"
    )
    return found.order_by(columns.id.desc()).limit(1).lateral("machine")


def _of_the_message(span: Span | None) -> list[ColumnElement[bool]]:
    found = [decisions.c.message_id == messages.c.id, in_month_of(decisions.c.id, messages.c.id)]
    return found if span is None else [*found, span.has(decisions.c.id)]


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


def summaries(viewer: Viewer, span: Span | None = None) -> Select[Any]:
    """Messages with their newest decision, as far as this viewer may know of them; `span`: only of these months.

    Labels are the machine's, the disposition is whoever's came last. Revision 0 is only a place kept for a message
    whose removal overtook it.
    """
    latest, machine = _latest(span), _machine(span)
    statement = (
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
            latest.c.disposition,
            latest.c.made_by.label("decided_by"),
            latest.c.decided_at,
            func.coalesce(machine.c.labels, cast(array([]), ARRAY(Text))).label("labels"),
            func.coalesce(machine.c.articles, cast(array([]), ARRAY(Text))).label("articles"),
            machine.c.language,
            func.coalesce(machine.c.incomplete, cast(array([]), ARRAY(Text))).label("incomplete"),
            _attribute.c.kind.label("author_kind"),
            _attribute.c.source.label("author_kind_source"),
            closed(viewer, span),
            is_opened(viewer),
        )
        .select_from(messages)
        .join(accounts, accounts.c.id == messages.c.account_id)
        .outerjoin(latest, true())
        .outerjoin(machine, true())
        .outerjoin(_attribute, true())
        .where(messages.c.revision > 0, visible(viewer))
    )
    return statement if span is None else statement.where(span.has(messages.c.id))


async def page(
    session: AsyncSession, viewer: Viewer, filters: Filters, *, limit: int, after: tuple[int, ...] | None
) -> Page:
    """Messages, newest first: first which ones, then what there is to show of those."""
    if viewer.unit is None:
        found = await _ids(session, viewer, visible(viewer), filters, limit=limit, after=after)
    else:
        # Each mark has an order of its own, and few of both are read: no order is left where one asks for either.
        some = [
            await _ids(session, viewer, seen_by(mark), filters, limit=limit, after=after)
            for mark in marks_that_show(viewer)
        ]
        found = sorted({id_ for ids in some for id_ in ids}, reverse=True)
    ids = found[:limit]
    shown = summaries(viewer, span_of(ids)).where(messages.c.id.in_(ids)).order_by(messages.c.id.desc())
    rows = await all_rows(session, shown) if ids else []
    return Page(rows=rows, next=(ids[-1],) if len(found) > limit else None)


async def _ids(
    session: AsyncSession,
    viewer: Viewer,
    seen: ColumnElement[bool],
    filters: Filters,
    *,
    limit: int,
    after: tuple[int, ...] | None,
) -> list[int]:
    """The ids of a page and of one message more, newest first; `seen`: the part of the messages to look at."""
    marks = _marks(filters)
    if not (marks and viewer.sees_all and filters.ask_for(len(marks))):
        return await _searched(session, viewer, seen, filters, limit=limit, after=after)
    # Where marks are all that is asked for, the newest that have them nearly always fill the page: these are looked at
    # in their own months, before anything is searched for in all.
    enough = LIKELY * (limit + 1)
    likely = await _newest_with(session, marks, limit=enough, after=after)
    found = await _searched(session, viewer, seen, filters, limit=limit, after=after, among=likely)
    if len(found) > limit or len(likely) < enough:
        return found
    return found + await _searched(session, viewer, seen, filters, limit=limit - len(found), after=(likely[-1],))


async def _newest_with(
    session: AsyncSession, marks: Sequence[str], *, limit: int, after: tuple[int, ...] | None
) -> list[int]:
    """The newest messages with all these marks."""
    first, *others = marks
    by = message_marks.c.message_id
    statement = select(by).where(message_marks.c.mark == first)
    for mark in others:
        marked = message_marks.alias()
        statement = statement.join(marked, (marked.c.message_id == by) & (marked.c.mark == mark))
    if after is not None:
        statement = statement.where(by < after[0])
    return list(await session.scalars(statement.order_by(by.desc()).limit(limit)))


async def _searched(
    session: AsyncSession,
    viewer: Viewer,
    seen: ColumnElement[bool],
    filters: Filters,
    *,
    limit: int,
    after: tuple[int, ...] | None,
    among: Sequence[int] | None = None,
) -> list[int]:
    """The newest for which everything holds, one more than the limit; `among`: these alone are looked at."""
    statement, by = select(messages.c.id).where(messages.c.revision > 0, seen), messages.c.id
    span = None
    if among is not None:
        span = span_of(among)
        statement = statement.where(messages.c.id.in_(among), span.has(messages.c.id))
    else:
        for mark in _marks(filters):
            marked = message_marks.alias()
            statement = statement.join(marked, (marked.c.message_id == messages.c.id) & (marked.c.mark == mark))
            by = marked.c.message_id
            if after is not None:
                # What holds for the mark holds for the message; the planner does not see it by itself.
                statement = statement.where(messages.c.id < after[0])
    statement = _narrowed(statement, viewer, filters, span)
    if after is not None:
        statement = statement.where(by < after[0])
    return list(await session.scalars(statement.order_by(by.desc()).limit(limit + 1)))


def _marks(filters: Filters) -> list[str]:
    """What leads to the messages in their order, where few have it. What was decided since is asked for beside it."""
    found = []
    if filters.disposition is not None and filters.disposition != "keep":
        found.append(f"disposition:{filters.disposition}")
    if filters.label is not None:
        found.append(f"label:{filters.label}")
    return found


def _narrowed(statement: Select[Any], viewer: Viewer, filters: Filters, span: Span | None) -> Select[Any]:
    """Add each filter, and beside it what lets an index find the rows where they are rare.

    `span`: where all the messages lie.
    """
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
        # Where marks lead the way, their order is the list's, and a second condition would only mislead the planner.
        if filters.state != "visible" and not _marks(filters):
            found.append(text("messages.state <> 'visible'"))  # type: ignore[arg-type]  # a condition in plain SQL
    if filters.disposition is not None:
        latest = _latest(span)
        statement = statement.join(latest, latest.c.disposition == filters.disposition)
    if filters.label is not None:
        machine, wanted = _machine(span), cast(array([filters.label]), ARRAY(Text))
        statement = statement.join(machine, machine.c.labels.bool_op("@>")(wanted))
    if filters.author is not None:
        # Who wrote a closed message is closed too, so it is not found by its author.
        found += [messages.c.author_external_id == filters.author, open_to(viewer)]
    return statement.where(*found)


async def find(session: AsyncSession, viewer: Viewer, message_id: int) -> dict[str, Any] | None:
    """One message; None where there is none that this viewer may know of."""
    return await one_row(session, summaries(viewer, span_of([message_id])).where(messages.c.id == message_id))


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
        select(
            reviews,
            people.c.name.label("decided_by_name"),
            _parker.c.name.label("parked_by_name"),
            _asked.c.name.label("asked_person_name"),
        )
        .outerjoin(people, people.c.id == reviews.c.decided_by)
        .outerjoin(_parker, _parker.c.id == reviews.c.parked_by)
        .outerjoin(_asked, _asked.c.id == reviews.c.asked_person)
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
