"""Deliveries as they came, and the keys of the events in them."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import DeliveryId, ExternalId, PlatformName
from app.records.tables import deliveries, event_keys

LONGEST_KEY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One webhook request or polled page, raw."""

    id: DeliveryId
    platform: PlatformName
    body: bytes
    digest: bytes
    received_at: datetime
    correlation_id: str
    state: str


async def store(
    session: AsyncSession,
    *,
    platform: PlatformName,
    body: bytes,
    digest: bytes,
    headers: Mapping[str, str],
    received_at: datetime,
    correlation_id: str,
) -> DeliveryId | None:
    """Store a delivery; None where the very same bytes are stored already."""
    statement = (
        insert(deliveries)
        .values(
            platform=platform,
            body=body,
            digest=digest,
            headers=dict(headers),
            received_at=received_at,
            correlation_id=correlation_id,
            state="received",
        )
        .on_conflict_do_nothing()
        .returning(deliveries.c.id)
    )
    stored: DeliveryId | None = await session.scalar(statement)
    return stored


async def load(session: AsyncSession, delivery_id: DeliveryId) -> Delivery:
    """Load a delivery, locked against a second reading at the same time. Raises NoResultFound."""
    columns = deliveries.c
    row = (
        await session.execute(
            select(
                columns.id,
                columns.platform,
                columns.body,
                columns.digest,
                columns.received_at,
                columns.correlation_id,
                columns.state,
            )
            .where(columns.id == delivery_id)
            .with_for_update()
        )
    ).one()
    return Delivery(**row._mapping)


async def mark_parsed(
    session: AsyncSession, delivery_id: DeliveryId, *, summary: Mapping[str, Any], at: datetime
) -> None:
    """The delivery has been read; `summary` counts what was in it."""
    await session.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id)
        .values(state="parsed", summary=dict(summary), parsed_at=at, problem=None)
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


async def claim_events(
    session: AsyncSession, platform: PlatformName, keys: Iterable[tuple[ExternalId, str]]
) -> set[tuple[str, str]]:
    """Of these (account, event key) pairs, those that were never seen before; they are now."""
    pairs = {(str(account), _short(key)): (str(account), key) for account, key in keys}
    rows = [{"platform": platform, "account_external_id": account, "key": key} for account, key in pairs]
    if not rows:
        return set()
    claimed = await session.execute(
        insert(event_keys)
        .on_conflict_do_nothing()
        .returning(event_keys.c.account_external_id, event_keys.c.key)
        .values(rows)
    )
    return {pairs[row.account_external_id, row.key] for row in claimed}


def _short(key: str) -> str:
    """The key, or its digest where it is longer than an index takes."""
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
