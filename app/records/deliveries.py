"""Deliveries as they came, and the keys of the events in them."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import AccountId, DeliveryId, ExternalId, PlatformName
from app.records.months import with_months
from app.records.tables import deliveries

LONGEST_KEY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One webhook request or polled page, raw. `account_id` is whom a poll was about: a page does not name it."""

    id: DeliveryId
    platform: PlatformName
    body: bytes
    digest: bytes
    received_at: datetime
    correlation_id: str
    state: str
    account_id: AccountId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A delivery about to be stored."""

    platform: PlatformName
    body: bytes
    digest: bytes
    headers: Mapping[str, str]
    received_at: datetime
    correlation_id: str
    account_id: AccountId | None = None


_STORE = text(
    """
    insert into deliveries (id, platform, body, digest, headers, received_at, correlation_id, account_id)
    select nobet_new_id('deliveries_numbers', received_at), given.* from unnest(
        cast(:platforms as text[]), cast(:bodies as bytea[]), cast(:digests as bytea[]), cast(:headers as jsonb[]),
        cast(:received_at as timestamptz[]), cast(:correlation_ids as text[]), cast(:accounts as bigint[])
    ) as given (platform, body, digest, headers, received_at, correlation_id, account_id)
    on conflict do nothing
    returning correlation_id, id
    """
)


async def store(session: AsyncSession, new: Sequence[NewDelivery]) -> dict[str, DeliveryId]:
    """Store deliveries; returns their ids by correlation id, without those whose very bytes are stored already."""
    rows = await session.execute(
        _STORE,
        {
            "platforms": [delivery.platform for delivery in new],
            "bodies": [delivery.body for delivery in new],
            "digests": [delivery.digest for delivery in new],
            "headers": [json.dumps(dict(delivery.headers)) for delivery in new],
            "received_at": [delivery.received_at for delivery in new],
            "correlation_ids": [delivery.correlation_id for delivery in new],
            "accounts": [delivery.account_id for delivery in new],
        },
    )
    return {row.correlation_id: DeliveryId(row.id) for row in rows}


_LOAD = text(
    "select id, platform, body, digest, received_at, correlation_id, state, account_id from deliveries "
    "where id = any(:ids) and id between :first and :last order by id for update"
)


async def load(session: AsyncSession, ids: Sequence[DeliveryId]) -> list[Delivery]:
    """Load deliveries, locked against a second reading at the same time."""
    rows = await session.execute(_LOAD, with_months(ids))
    return [Delivery(**row._mapping) for row in rows]


_MARK_PARSED = text(
    "update deliveries d set state = 'parsed', summary = n.summary, parsed_at = :at, problem = null "
    "from unnest(cast(:ids as bigint[]), cast(:summaries as jsonb[])) as n(id, summary) "
    "where d.id = n.id and d.id between :first and :last"
)


async def mark_parsed(
    session: AsyncSession, summaries: Mapping[DeliveryId, Mapping[str, int]], *, at: datetime
) -> None:
    """These deliveries have been read; a summary counts what was in each."""
    if summaries:
        await session.execute(
            _MARK_PARSED,
            with_months(list(summaries))
            | {
                "summaries": [json.dumps(dict(summary)) for summary in summaries.values()],
                "at": at,
            },
        )


async def mark_quarantined(session: AsyncSession, delivery_id: DeliveryId, *, problem: str) -> None:
    """The delivery cannot be read; it waits, visible, for a fix and a replay."""
    await session.execute(
        update(deliveries).where(deliveries.c.id == delivery_id).values(state="quarantined", problem=problem)
    )


async def mark_received(session: AsyncSession, delivery_id: DeliveryId) -> PlatformName | None:
    """Send a delivery through the way once more; None where there is no such delivery."""
    platform: PlatformName | None = await session.scalar(
        update(deliveries)
        .where(deliveries.c.id == delivery_id)
        .values(state="received", problem=None)
        .returning(deliveries.c.platform)
    )
    return platform


_CLAIM = text(
    """
    insert into event_keys (platform, account_external_id, key)
    select distinct * from unnest(cast(:platforms as text[]), cast(:accounts as text[]), cast(:keys as text[]))
    order by 1, 2, 3
    on conflict do nothing
    returning platform, account_external_id, key
    """
)

EventKey = tuple[PlatformName, ExternalId, str]


async def claim_events(session: AsyncSession, keys: Iterable[EventKey]) -> set[EventKey]:
    """Of these (platform, account, event key), those that were never seen before; they are now."""
    full = {(platform, account, _short(key)): (platform, account, key) for platform, account, key in keys}
    if not full:
        return set()
    # In one order everywhere, so that two readers never wait for each other.
    asked = sorted(full)
    claimed = await session.execute(
        _CLAIM,
        {
            "platforms": [platform for platform, _, _ in asked],
            "accounts": [account for _, account, _ in asked],
            "keys": [key for _, _, key in asked],
        },
    )
    return {full[row.platform, row.account_external_id, row.key] for row in claimed}


def _short(key: str) -> str:
    """The key, or its digest where it is longer than an index takes."""
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
