"""Messages and their revisions; the one place that knows how events in any order become one message."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, BigInteger, and_, any_, bindparam, exists, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import (
    Account,
    Channel,
    DeliveryId,
    Event,
    ExternalId,
    LookUp,
    Media,
    Message,
    MessageId,
    PlatformName,
)
from app.records.accounts import as_account
from app.records.tables import accounts, echoes, messages, revisions


def _media(media: Sequence[Media]) -> list[dict[str, str | None]]:
    return [{"kind": item.kind, "url": item.url} for item in media]


def as_message(row: Any, account: Account) -> Message:
    """A Message of a row of `messages`."""
    return Message(
        id=MessageId(row.id),
        platform=PlatformName(row.platform),
        account=account,
        channel=Channel(row.channel),
        external_id=ExternalId(row.external_id),
        text=row.text,
        revision=row.revision,
        parent_id=row.parent_external_id,
        post_id=row.post_external_id,
        author_id=row.author_external_id,
        author_name=row.author_name,
        link=row.link,
        sent_at=row.sent_at,
        media=tuple(Media(**item) for item in row.media),
    )


_RECORD_NEW = text(
    """
    with new as (
        insert into messages (
            account_id, platform, channel, external_id, parent_external_id, post_external_id, author_external_id,
            author_name, text, media, link, sent_at, delivery_id, correlation_id)
        select
            account_id, platform, channel, external_id, parent_external_id, post_external_id, author_external_id,
            author_name, text, media, link, sent_at, delivery_id, correlation_id
        from jsonb_to_recordset(cast(:rows as jsonb)) as given (
            account_id bigint, platform text, channel text, external_id text, parent_external_id text,
            post_external_id text, author_external_id text, author_name text, text text, media jsonb, link text,
            sent_at timestamptz, delivery_id bigint, correlation_id text)
        on conflict do nothing
        returning id, account_id, external_id, text, media, delivery_id
    ), first as (
        insert into revisions (message_id, revision, text, media, delivery_id)
        select id, 1, text, media, delivery_id from new
    )
    select id, account_id, external_id from new
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An event with the account of ours it is about and the delivery it came in."""

    account: Account
    event: Event
    delivery_id: DeliveryId
    correlation_id: str


async def record_new(session: AsyncSession, arrivals: Sequence[Arrival]) -> dict[tuple[int, str], MessageId]:
    """Many messages appeared. Returns the ids of those that are new, by (account id, external id)."""
    rows = [
        _content(arrival.event)
        | {
            "account_id": arrival.account.id,
            "platform": arrival.account.platform,
            "channel": arrival.event.channel or Channel.COMMENT,
            "external_id": arrival.event.external_id,
            "sent_at": arrival.event.sent_at.isoformat() if arrival.event.sent_at else None,
            "delivery_id": arrival.delivery_id,
            "correlation_id": arrival.correlation_id,
        }
        for arrival in arrivals
        if arrival.event.external_id is not None
    ]
    if not rows:
        return {}
    new = await session.execute(_RECORD_NEW, {"rows": json.dumps(rows)})
    return {(row.account_id, row.external_id): MessageId(row.id) for row in new}


async def record_created(session: AsyncSession, arrival: Arrival) -> MessageId | None:
    """A message appeared. None where it is known already (its text is then newer than this event's)."""
    account, event = arrival.account, arrival.event
    inserted = (await record_new(session, [arrival])).get((account.id, str(event.external_id)))
    if inserted is not None:
        return inserted
    # Its removal overtook it: fill in what was said, since authors delete (the content is copied at arrival).
    filled = await session.scalar(
        update(messages)
        .where(_is(account, event), messages.c.revision == 0)
        .values(**_content(event), revision=1)
        .returning(messages.c.id)
    )
    if filled is not None:
        await _add_revision(session, filled, 1, arrival)
        return MessageId(filled)
    return None


async def record_edited(session: AsyncSession, arrival: Arrival) -> MessageId | None:
    """A message got another text: a new revision, or the first where the edit overtook the creation."""
    account, event = arrival.account, arrival.event
    inserted = (await record_new(session, [arrival])).get((account.id, str(event.external_id)))
    if inserted is not None:
        return inserted
    if event.text is None and not event.media:
        return None
    row = (
        await session.execute(
            update(messages)
            .where(_is(account, event), messages.c.text != (event.text or ""))
            .values(text=event.text or "", media=_media(event.media), revision=messages.c.revision + 1)
            .returning(messages.c.id, messages.c.revision)
        )
    ).one_or_none()
    if row is None:
        return None
    await _add_revision(session, row.id, row.revision, arrival)
    return MessageId(row.id)


async def record_removed(session: AsyncSession, arrival: Arrival) -> MessageId | None:
    """A message is gone from the platform. Where that overtook its creation, a place is kept for it (revision 0)."""
    account, event = arrival.account, arrival.event
    if event.external_id is None:
        return None
    statement = (
        insert(messages)
        .values(
            account_id=account.id,
            platform=account.platform,
            channel=event.channel or Channel.COMMENT,
            external_id=event.external_id,
            parent_external_id=event.parent_id,
            post_external_id=event.post_id,
            author_external_id=event.author_id,
            text="",
            media=[],
            revision=0,
            state="removed_by_author",
            delivery_id=arrival.delivery_id,
            correlation_id=arrival.correlation_id,
        )
        .on_conflict_do_update(
            index_elements=[messages.c.account_id, messages.c.external_id],
            set_={"state": "removed_by_author"},
            # What we deleted ourselves stays "deleted".
            where=messages.c.state != "deleted",
        )
        .returning(messages.c.id, messages.c.revision)
    )
    row = (await session.execute(statement)).one_or_none()
    return MessageId(row.id) if row is not None and row.revision > 0 else None


def _content(event: Event) -> dict[str, Any]:
    return {
        "parent_external_id": event.parent_id,
        "post_external_id": event.post_id,
        "author_external_id": event.author_id,
        "author_name": event.author_name,
        "text": event.text or "",
        "media": _media(event.media),
        "link": event.link,
        "sent_at": event.sent_at,
    }


def _is(account: Account, event: Event) -> Any:
    return and_(messages.c.account_id == account.id, messages.c.external_id == event.external_id)


async def _add_revision(session: AsyncSession, message_id: int, revision: int, arrival: Arrival) -> None:
    await session.execute(
        insert(revisions)
        .values(
            message_id=message_id,
            revision=revision,
            text=arrival.event.text or "",
            media=_media(arrival.event.media),
            delivery_id=arrival.delivery_id,
        )
        .on_conflict_do_nothing()
    )


class Loaded:
    """A message with what our records know beside it."""

    __slots__ = ("correlation_id", "delivery_id", "kept_by_person", "message", "received_at", "state")

    def __init__(self, row: Any, account: Account) -> None:
        self.message = as_message(row, account)
        self.state: str = row.state
        self.kept_by_person: bool = row.kept_by_person
        self.received_at: datetime = row.received_at
        self.correlation_id: str = row.correlation_id
        self.delivery_id: DeliveryId | None = row.delivery_id


_WITH_ACCOUNT = select(messages, *(column.label(f"of_account_{column.name}") for column in accounts.c)).join(
    accounts, accounts.c.id == messages.c.account_id
)


async def load(session: AsyncSession, message_id: MessageId, *, lock: bool = False) -> Loaded:
    """Load a message, on request locked until the transaction ends. Raises NoResultFound."""
    statement = _WITH_ACCOUNT.where(messages.c.id == message_id)
    if lock:
        statement = statement.with_for_update(of=messages)
    row = (await session.execute(statement)).one()
    return Loaded(row, as_account(_AccountOf(row)))


_UNDECIDED = text(
    "select m.id from unnest(cast(:ids as bigint[])) as m(id) where not exists ("
    "select from decisions d join messages n on n.id = d.message_id "
    "where d.message_id = m.id and d.revision = n.revision and d.made_by = 'machine')"
)


async def load_undecided(session: AsyncSession, ids: Sequence[MessageId]) -> list[Loaded]:
    """Load those of these messages whose present revision the machine has not decided on yet."""
    wanted = list(await session.scalars(_UNDECIDED, {"ids": list(ids)}))
    if not wanted:
        return []
    rows = await session.execute(
        _WITH_ACCOUNT.where(messages.c.id == any_(bindparam("ids", wanted, ARRAY(BigInteger))))
    )
    return [Loaded(row, as_account(_AccountOf(row))) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What may have changed since a message was loaded."""

    revision: int
    state: str


async def lock_many(session: AsyncSession, ids: Sequence[MessageId]) -> dict[MessageId, Standing]:
    """Lock these messages, in one order everywhere, and return how they stand now."""
    rows = await session.execute(
        text("select id, revision, state from messages where id = any(:ids) order by id for update"), {"ids": list(ids)}
    )
    return {MessageId(row.id): Standing(revision=row.revision, state=row.state) for row in rows}


class _AccountOf:
    """The account's columns of a joined row, under their own names."""

    def __init__(self, row: Any) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, f"of_account_{name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """The message that another one answers; its text is None where it was there before we were."""

    text: str | None
    is_ours: bool


async def parent_of(session: AsyncSession, message: Message) -> Parent | None:
    """What a message answers; None where it answers nothing."""
    if message.parent_id is None:
        return None
    same = (messages.c.account_id == message.account.id) & (messages.c.external_id == message.parent_id)
    ours = (echoes.c.account_id == message.account.id) & (echoes.c.external_id == message.parent_id)
    row = (
        await session.execute(
            select(
                select(messages.c.text).where(same).scalar_subquery().label("text"),
                exists(select(echoes.c.external_id).where(ours)).label("is_ours"),
            )
        )
    ).one()
    return Parent(text=row.text, is_ours=row.is_ours)


async def record_echo(session: AsyncSession, account: Account, event: Event) -> None:
    """Remember what we said ourselves: an answer to it is no dialogue between users."""
    if event.external_id is not None:
        await session.execute(
            insert(echoes).values(account_id=account.id, external_id=event.external_id).on_conflict_do_nothing()
        )


async def claim(session: AsyncSession, message_id: MessageId, *, holder: str, for_: timedelta) -> bool:
    """Take the right to act on this message for a while; False where another worker holds it (I9)."""
    taken = await session.scalar(
        update(messages)
        .where(
            messages.c.id == message_id,
            or_(messages.c.busy_until.is_(None), messages.c.busy_until < func.now(), messages.c.busy_with == holder),
        )
        .values(busy_until=func.now() + for_, busy_with=holder)
        .returning(messages.c.id)
    )
    return taken is not None


async def release(session: AsyncSession, message_id: MessageId, *, holder: str) -> None:
    """Give the right back."""
    await session.execute(
        update(messages)
        .where(messages.c.id == message_id, messages.c.busy_with == holder)
        .values(busy_until=None, busy_with=None)
    )


async def set_state(session: AsyncSession, message_id: MessageId, state: str) -> None:
    """Record what the platform shows of the message now; what its author removed stays so."""
    await session.execute(
        update(messages)
        .where(messages.c.id == message_id, messages.c.state.not_in(("removed_by_author",)))
        .values(state=state)
    )


async def set_kept(session: AsyncSession, message_id: MessageId, kept: bool) -> None:
    """Whether a person decided to keep this message (I7)."""
    await session.execute(update(messages).where(messages.c.id == message_id).values(kept_by_person=kept))


async def find(session: AsyncSession, account: Account, external_id: ExternalId) -> MessageId | None:
    """Our id of a message that the platform names."""
    found = await session.scalar(
        select(messages.c.id).where(messages.c.account_id == account.id, messages.c.external_id == external_id)
    )
    return MessageId(found) if found is not None else None


async def open_dms_of(session: AsyncSession, account: Account, author_id: ExternalId) -> list[MessageId]:
    """The DMs of an author to an account, newest first: what a hand-written answer in their thread may settle."""
    rows = await session.scalars(
        select(messages.c.id)
        .where(
            messages.c.account_id == account.id,
            messages.c.author_external_id == author_id,
            messages.c.channel == Channel.DM,
        )
        .order_by(messages.c.id.desc())
        .limit(50)
    )
    return [MessageId(row) for row in rows]


async def complete(session: AsyncSession, message_id: MessageId, found: LookUp) -> None:
    """Fill in what the webhook left out; what is known already stays as it came."""
    await session.execute(
        update(messages)
        .where(messages.c.id == message_id, messages.c.text == "")
        .values(
            text=found.text or "",
            media=_media(found.media),
            link=func.coalesce(messages.c.link, found.link),
            author_external_id=func.coalesce(messages.c.author_external_id, found.author_id),
            author_name=func.coalesce(messages.c.author_name, found.author_name),
            sent_at=func.coalesce(messages.c.sent_at, found.sent_at),
        )
    )
    await session.execute(
        update(revisions)
        .where(revisions.c.message_id == message_id, revisions.c.text == "")
        .values(text=found.text or "", media=_media(found.media))
    )


async def of_deliveries(session: AsyncSession, ids: Sequence[DeliveryId]) -> dict[DeliveryId, list[MessageId]]:
    """The messages that each of these deliveries brought or changed."""
    found: dict[DeliveryId, list[MessageId]] = {delivery: [] for delivery in ids}
    if ids:
        rows = await session.execute(
            select(revisions.c.delivery_id, revisions.c.message_id)
            .where(revisions.c.delivery_id.in_(ids))
            .distinct()
            .order_by(revisions.c.message_id)
        )
        for row in rows:
            found[DeliveryId(row.delivery_id)].append(MessageId(row.message_id))
    return found


async def undecided(session: AsyncSession, *, before: datetime, limit: int = 500) -> list[MessageId]:
    """Messages that arrived before then and whose present revision nobody has judged: a net for lost jobs."""
    rows = await session.scalars(
        text(
            "select m.id from messages m where m.revision > 0 and m.received_at < :before "
            "and m.received_at > :before - interval '2 days' and not exists ("
            "select from decisions d where d.message_id = m.id and d.revision = m.revision) "
            "order by m.id limit :limit"
        ),
        {"before": before, "limit": limit},
    )
    return [MessageId(row) for row in rows]
