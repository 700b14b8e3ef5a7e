"""Records with good defaults, written straight into the tables: what is tested is how they are shown."""

import io
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from PIL import Image
from sqlalchemy import Table, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.evidence.keep import record_fields, seal_record
from app.messages import Account, Channel, DeliveryId, MessageId
from app.records import messages as message_records
from app.records import policies
from app.records.database import Sessions
from app.records.evidence import SealedEvidence
from app.records.months import id_beside
from app.records.tables import (
    actions,
    appeals,
    approvals,
    decisions,
    deliveries,
    messages,
    notifications,
    people,
    reviews,
    revisions,
)
from app.rules.model import Label

_numbers = count(1)
LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)


async def _made(session: AsyncSession, table: Table, **values: Any) -> int:
    if table in (decisions, actions):
        values["id"] = id_beside(table, values["message_id"])
    found: int = (await session.execute(insert(table).values(**values).returning(table.c.id))).scalar_one()
    return found


async def a_delivery(sessions: Sessions, body: bytes | None = None, **changes: Any) -> DeliveryId:
    """A stored delivery."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "platform": "facebook",
        "body": body if body is not None else b'{"n": %d}' % number,
        "digest": b"%032d" % number,
        "headers": {"content-type": "application/json"},
        "received_at": LONG_AGO,
        "correlation_id": "c0ffee",
        "state": "parsed",
    }
    async with sessions.begin() as session:
        return DeliveryId(await _made(session, deliveries, **(values | changes)))


async def a_stored_message(
    sessions: Sessions,
    account: Account,
    text: str = "Kampüs çok güzel",
    *,
    author: str = "501",
    channel: Channel = Channel.COMMENT,
    labels: tuple[Label, ...] = (),
    disposition: str = "keep",
    judged: bool = True,
) -> MessageId:
    """A message, judged unless said otherwise."""
    async with sessions.begin() as session:
        message_id = MessageId(
            await _made(
                session,
                messages,
                account_id=account.id,
                platform=account.platform,
                channel=channel,
                external_id=f"900_{next(_numbers)}",
                author_external_id=author,
                author_name="Deneme Kişi",
                text=text,
                media=[],
                link="https://platform.test/900",
                revision=1,
                state="visible",
                correlation_id="c0ffee",
                kept_by_person=False,
            )
        )
        await session.execute(insert(revisions).values(message_id=message_id, revision=1, text=text, media=[]))
    if judged:
        await a_decision(sessions, message_id, labels=labels, disposition=disposition, text=text)
    return message_id


async def a_decision(
    sessions: Sessions,
    message_id: MessageId,
    *,
    labels: tuple[Label, ...] = (),
    disposition: str = "keep",
    text: str = "metin",
    revision: int = 1,
) -> int:
    """The machine's decision on a message, with a finding for each label over the whole text."""
    async with sessions.begin() as session:
        return await _made(
            session,
            decisions,
            message_id=message_id,
            revision=revision,
            made_by="machine",
            disposition=disposition,
            labels=list(labels),
            articles=["6.4.8"] if labels else [],
            language="tr",
            findings=[
                {
                    "label": label,
                    "article": "6.4.8",
                    "rule": f"{label}.test",
                    "tier": "likely",
                    "score": 0.8,
                    "stage": "act",
                    "spans": [[0, len(text)]],
                    "kinds": [""],
                    "reasons": [f"saw {text}"],
                }
                for label in labels
            ],
            policy_version=await policies.active_version(session),
        )


async def an_action(
    sessions: Sessions,
    message_id: MessageId,
    *,
    kind: str = "reply",
    text: str | None = "Merhabalar",
    state: str = "held",
) -> int:
    """An action of the machine's decision on a message; waiting for a person unless said otherwise."""
    async with sessions.begin() as session:
        decision_id = await session.scalar(select(decisions.c.id).where(decisions.c.message_id == message_id).limit(1))
        return await _made(
            session,
            actions,
            message_id=message_id,
            revision=1,
            decision_id=decision_id,
            position=0,
            kind=kind,
            purpose=f"{kind}{next(_numbers)}",
            text=text,
            state=state,
            held_because="draft" if state == "held" else None,
            due_at=datetime.now(UTC) + timedelta(hours=1),
        )


async def a_review(sessions: Sessions, message_id: MessageId, *, priority: int = 50) -> int:
    """A place in the queue."""
    async with sessions.begin() as session:
        return await _made(
            session, reviews, message_id=message_id, revision=1, reason="weak", labels=["insult"], priority=priority
        )


async def an_appeal(sessions: Sessions, message_id: MessageId) -> int:
    """The message's author asks in it why it was removed; it is the message that was, too, for brevity."""
    async with sessions.begin() as session:
        decision_id = await session.scalar(select(decisions.c.id).where(decisions.c.message_id == message_id).limit(1))
        return await _made(
            session,
            appeals,
            message_id=message_id,
            removed_message_id=message_id,
            decision_id=decision_id,
            state="open",
        )


async def a_wish(sessions: Sessions, message_id: MessageId, *, state: str = "pending") -> int:
    """What somebody wants and a second person has to approve: a deletion."""
    async with sessions.begin() as session:
        return await _made(
            session,
            approvals,
            message_id=message_id,
            revision=1,
            wanted="delete",
            reason="Tehdit",
            wanted_by=await session.scalar(select(func.min(people.c.id))),
            wanted_at=LONG_AGO,
            state=state,
            answered_at=None if state == "pending" else LONG_AGO,
        )


async def a_notification(
    sessions: Sessions,
    unit: str,
    message_id: MessageId | None = None,
    *,
    kind: str = "complaint",
    person_id: int | None = None,
) -> int:
    """A queued notification to a unit, or to one person of it."""
    async with sessions.begin() as session:
        return await _made(
            session,
            notifications,
            key=f"n{next(_numbers)}",
            kind=kind,
            unit=unit,
            urgency="urgent",
            message_id=message_id,
            person_id=person_id,
        )


async def a_seal(sessions: Sessions, message_id: MessageId) -> SealedEvidence:
    """Sealed evidence of a message's first revision."""
    async with sessions() as session:
        loaded = await message_records.load(session, message_id)
    fields = record_fields(
        loaded.message,
        None,
        received_at=loaded.received_at,
        delivery={"id": 1, "sha256": "00", "body": "the whole batch"},
        decision={},
    )
    return await seal_record(sessions, loaded.message, fields, now=datetime.now(UTC))


async def an_edit(sessions: Sessions, message_id: MessageId, text: str) -> None:
    """The author edited the message; nobody has judged the new text yet."""
    async with sessions.begin() as session:
        await session.execute(update(messages).where(messages.c.id == message_id).values(text=text, revision=2))
        await session.execute(insert(revisions).values(message_id=message_id, revision=2, text=text, media=[]))


async def many_messages(sessions: Sessions, account: Account, number: int) -> list[MessageId]:
    """Many plain messages at once; returns their ids."""
    async with sessions.begin() as session:
        made = await session.scalars(
            insert(messages).returning(messages.c.id),
            [
                {
                    "account_id": account.id,
                    "platform": account.platform,
                    "channel": "comment",
                    "external_id": f"many_{index}",
                    "text": f"mesaj {index}",
                    "media": [],
                    "revision": 1,
                    "state": "visible",
                    "kept_by_person": False,
                    "correlation_id": "c0ffee",
                }
                for index in range(number)
            ],
        )
        return sorted(MessageId(one) for one in made)


def a_picture() -> bytes:
    """A small PNG."""
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(drawn, "PNG")
    return drawn.getvalue()
