"""Events become messages and their revisions, in whatever order they come."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import Account, Channel, DeliveryId, Event, EventKind, ExternalId, LookUp, Media, MessageId
from app.records.messages import known_as
from app.records.months import new_id
from app.records.tables import echoes, messages, revisions


def _media(media: Sequence[Media]) -> list[dict[str, str | None]]:
    return [{"kind": item.kind, "url": item.url} for item in media]


_RECORD_NEW = text(
    """
    with new as (
        insert into messages (
            id, received_at, account_id, platform, channel, external_id, parent_external_id, post_external_id,
            author_external_id, author_name, text, media, link, sent_at, changed_at, edit_number, delivery_id,
            correlation_id)
        select
            nobet_new_id('messages_numbers', received_at), received_at, account_id, platform, channel, external_id,
            parent_external_id, post_external_id, author_external_id, author_name, text, media, link, sent_at,
            changed_at, edit_number, delivery_id, correlation_id
        from jsonb_to_recordset(cast(:rows as jsonb)) as given (
            account_id bigint, platform text, channel text, external_id text, parent_external_id text,
            post_external_id text, author_external_id text, author_name text, text text, media jsonb, link text,
            sent_at timestamptz, changed_at timestamptz, edit_number integer, delivery_id bigint, correlation_id text,
            received_at timestamptz)
        on conflict do nothing
        returning id, account_id, external_id, text, media, changed_at, delivery_id, received_at
    ), first as (
        insert into revisions (message_id, revision, text, media, changed_at, delivery_id, received_at)
        select id, 1, text, media, changed_at, delivery_id, received_at from new
    )
    select id, account_id, external_id from new
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An event with the account of ours it is about, the delivery it came in, and when that was read."""

    account: Account
    event: Event
    delivery_id: DeliveryId
    correlation_id: str
    read_at: datetime


async def record_new(session: AsyncSession, arrivals: Sequence[Arrival]) -> dict[tuple[int, str], MessageId]:
    """Many messages appeared. Returns the ids of those that are new, by (account id, external id)."""
    rows = [
        _told(arrival.event)
        | {
            "account_id": arrival.account.id,
            "platform": arrival.account.platform,
            "channel": arrival.event.channel or Channel.COMMENT,
            "external_id": arrival.event.external_id,
            "text": arrival.event.text or "",
            "media": _media(arrival.event.media),
            "sent_at": arrival.event.sent_at.isoformat() if arrival.event.sent_at else None,
            "changed_at": arrival.event.changed_at.isoformat() if arrival.event.changed_at else None,
            "edit_number": arrival.event.edit_number,
            "delivery_id": arrival.delivery_id,
            "correlation_id": arrival.correlation_id,
            "received_at": arrival.read_at.isoformat(),
        }
        for arrival in arrivals
        if arrival.event.external_id is not None
    ]
    if not rows:
        return {}
    new = await session.execute(_RECORD_NEW, {"rows": json.dumps(rows)})
    return {(row.account_id, row.external_id): MessageId(row.id) for row in new}


async def record_created(session: AsyncSession, arrival: Arrival) -> MessageId | None:
    """A message appeared. Where it is known already, whatever changed it is newer: these words are history.

    Returns the message where there are words to judge.
    """
    account, event = arrival.account, arrival.event
    inserted = (await record_new(session, [arrival])).get((account.id, str(event.external_id)))
    if inserted is not None:
        return inserted
    known = await _locked(session, account, event)
    if known is None:
        return None
    if known.revision == 0:
        # Its removal overtook it: keep what was said, since authors delete (the content is copied at arrival).
        return await _make_present(session, known, arrival)
    return await _keep_as_history(session, known, arrival)


async def record_edited(session: AsyncSession, arrival: Arrival) -> MessageId | None:
    """A message got other words or media: a new revision, or the first where the edit overtook the creation.

    Where a newer edit came before it, it is kept as history. Returns the message where there are words to judge.
    """
    account, event = arrival.account, arrival.event
    inserted = (await record_new(session, [arrival])).get((account.id, str(event.external_id)))
    if inserted is not None:
        return inserted
    known = await _locked(session, account, event)
    if known is None or (event.text is None and not event.media):
        return None
    if known.revision > 0 and _is_older(event, known):
        return await _keep_as_history(session, known, arrival)
    if known.revision > 0 and _words(event, known) == {"text": known.text, "media": known.media}:
        await _update(session, known, _missing(event, known) | _change(event, known))
        return None
    return await _make_present(session, known, arrival)


async def record_removed(session: AsyncSession, arrival: Arrival) -> MessageId | None:
    """A message is gone from the platform. Where that overtook its creation, a place is kept for it (revision 0)."""
    account, event = arrival.account, arrival.event
    if event.external_id is None:
        return None
    place = await session.scalar(
        insert(messages)
        .values(
            id=new_id(messages, arrival.read_at),
            received_at=arrival.read_at,
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
        .on_conflict_do_nothing()
        .returning(messages.c.id)
    )
    if place is not None:
        return None
    row = (
        await session.execute(
            update(messages)
            # What we deleted ourselves stays "deleted".
            .where(messages.c.id == known_as(account.id, event.external_id), messages.c.state != "deleted")
            .values(state="removed_by_author")
            .returning(messages.c.id, messages.c.revision)
        )
    ).one_or_none()
    return MessageId(row.id) if row is not None and row.revision > 0 else None


def _told(event: Event) -> dict[str, Any]:
    """What an event tells of a message beside its words."""
    return {
        "parent_external_id": event.parent_id,
        "post_external_id": event.post_id,
        "author_external_id": event.author_id,
        "author_name": event.author_name,
        "link": event.link,
    }


async def _locked(session: AsyncSession, account: Account, event: Event) -> Any | None:
    """The message as it is known, kept from others until the transaction ends."""
    same = messages.c.id == known_as(account.id, str(event.external_id))
    return (await session.execute(select(messages).where(same).with_for_update())).one_or_none()


def _is_older(event: Event, known: Any) -> bool:
    """Whether the present words are surely newer than this edit. Where nobody can tell, what comes last is newer."""
    if event.edit_number is not None and known.edit_number is not None:
        return bool(event.edit_number < known.edit_number)
    if event.changed_at is not None and known.changed_at is not None:
        return bool(event.changed_at < known.changed_at)
    return False


def _words(event: Event, known: Any) -> dict[str, Any]:
    """What stands there after the event. Of a DM an edit tells the text alone."""
    keeps_media = event.channel is Channel.DM and event.event is EventKind.EDITED
    return {"text": event.text or "", "media": known.media if keeps_media else _media(event.media)}


def _missing(event: Event, known: Any) -> dict[str, Any]:
    """What nobody told before this event; written first is what was written earliest."""
    missing = {name: value for name, value in _told(event).items() if getattr(known, name) is None}
    return missing | {"sent_at": min((at for at in (known.sent_at, event.sent_at) if at is not None), default=None)}


def _change(event: Event, known: Any) -> dict[str, Any]:
    return {
        "changed_at": event.changed_at or known.changed_at,
        "edit_number": event.edit_number if event.edit_number is not None else known.edit_number,
    }


async def _update(session: AsyncSession, known: Any, values: dict[str, Any]) -> None:
    await session.execute(update(messages).where(messages.c.id == known.id).values(**values))


async def _make_present(session: AsyncSession, known: Any, arrival: Arrival) -> MessageId:
    """The event's words are what stands there now."""
    event = arrival.event
    words = _words(event, known)
    revision = await _add_arrived(session, known, words, arrival)
    await _update(
        session,
        known,
        _missing(event, known) | _change(event, known) | words | {"revision": revision, "expired_at": None},
    )
    return MessageId(known.id)


async def _keep_as_history(session: AsyncSession, known: Any, arrival: Arrival) -> MessageId | None:
    """Keep words that were replaced before we heard of them, to be judged all the same: they may be a cry for help.

    What they tell beside may still be missing. None where these words are known.
    """
    event = arrival.event
    await _update(session, known, _missing(event, known))
    if event.text is None and not event.media:
        return None
    words = _words(event, known)
    same = and_(revisions.c.text == words["text"], revisions.c.media == words["media"])
    is_kept = select(revisions.c.revision).where(revisions.c.message_id == known.id, same).limit(1)
    if await session.scalar(is_kept) is not None:
        return None
    await _add_arrived(session, known, words, arrival)
    return MessageId(known.id)


async def put_in_order(session: AsyncSession, message_id: MessageId, found: LookUp) -> None:
    """Of edits made at the same time, as far as the platform tells, the one that it shows is the present one."""
    known = (await session.execute(select(messages).where(messages.c.id == message_id).with_for_update())).one()
    if found.text is None or found.text == known.text or known.changed_at is None:
        return
    its_words = and_(
        revisions.c.message_id == message_id,
        revisions.c.changed_at == known.changed_at,
        revisions.c.text == found.text,
    )
    shown = (await session.execute(select(revisions).where(its_words).limit(1))).one_or_none()
    if shown is None:
        return  # words that we do not know yet: they are on their way
    words = {"text": shown.text, "media": shown.media}
    revision = await _add_revision(
        session,
        known,
        words,
        changed_at=shown.changed_at,
        delivery_id=shown.delivery_id,
        received_at=shown.received_at,
    )
    await _update(session, known, words | {"revision": revision})


async def _add_arrived(session: AsyncSession, known: Any, words: dict[str, Any], arrival: Arrival) -> int:
    return await _add_revision(
        session,
        known,
        words,
        changed_at=arrival.event.changed_at,
        delivery_id=arrival.delivery_id,
        received_at=arrival.read_at,
    )


async def _add_revision(session: AsyncSession, known: Any, words: dict[str, Any], **came: Any) -> int:
    """Keep words, with when and how they `came`, under the next number.

    Numbers rise as words come, whenever they were written.
    """
    last = await session.scalar(select(func.max(revisions.c.revision)).where(revisions.c.message_id == known.id))
    revision = max(known.revision, last or 0) + 1
    await session.execute(insert(revisions).values(message_id=known.id, revision=revision, **words, **came))
    return int(revision)


async def record_echo(session: AsyncSession, account: Account, event: Event) -> None:
    """Remember what we said ourselves: an answer to it is no dialogue between users."""
    if event.external_id is not None:
        await session.execute(
            insert(echoes).values(account_id=account.id, external_id=event.external_id).on_conflict_do_nothing()
        )


async def is_echo(session: AsyncSession, account: Account, external_id: ExternalId) -> bool:
    """Whether this is something that we said ourselves."""
    found = await session.scalar(
        select(echoes.c.external_id).where(echoes.c.account_id == account.id, echoes.c.external_id == external_id)
    )
    return found is not None


async def complete(session: AsyncSession, message_id: MessageId, found: LookUp) -> None:
    """Fill in what the webhook left out; what is known already stays as it came."""
    await session.execute(
        update(messages)
        .where(messages.c.id == message_id, messages.c.text == "", messages.c.expired_at.is_(None))
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
        .where(revisions.c.message_id == message_id, revisions.c.text == "", revisions.c.expired_at.is_(None))
        .values(text=found.text or "", media=_media(found.media))
    )
