"""Events become messages and their revisions, in whatever order they come."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import Account, Channel, DeliveryId, Event, LookUp, Media, MessageId
from app.records.tables import echoes, messages, revisions


def _media(media: Sequence[Media]) -> list[dict[str, str | None]]:
    return [{"kind": item.kind, "url": item.url} for item in media]


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


async def record_echo(session: AsyncSession, account: Account, event: Event) -> None:
    """Remember what we said ourselves: an answer to it is no dialogue between users."""
    if event.external_id is not None:
        await session.execute(
            insert(echoes).values(account_id=account.id, external_id=event.external_id).on_conflict_do_nothing()
        )


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
