"""Records with good defaults, stored as the service itself stores them."""

from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import insert, select

from app.decisions.model import ActionKind as Kind
from app.decisions.model import (
    Decision,
    Disposition,
    JudgedFinding,
    PlannedAction,
    PolicyVersion,
    Tier,
    UnitKey,
    Urgency,
)
from app.evidence.keep import record_fields, seal_record
from app.messages import Account, Channel, DecisionId, DeliveryId, Event, EventKind, ExternalId, MessageId
from app.records import actions, decisions, deliveries, messages, notifications, policies, reviews
from app.records.actions import NewAction
from app.records.database import Sessions
from app.records.evidence import SealedEvidence
from app.records.tables import actions as action_rows
from app.records.tables import messages as message_rows
from app.records.tables import notifications as notification_rows
from app.rules.model import Article, Label, Match, RuleName

_numbers = count(1)
LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)


async def a_delivery(sessions: Sessions, body: bytes | None = None, platform: str = "facebook") -> DeliveryId:
    """A stored delivery."""
    async with sessions.begin() as session:
        stored = await deliveries.store(
            session,
            platform=platform,  # type: ignore[arg-type]  # a platform's name
            body=body if body is not None else b'{"n": %d}' % next(_numbers),
            digest=b"%032d" % next(_numbers),
            headers={"content-type": "application/json"},
            received_at=LONG_AGO,
            correlation_id="c0ffee",
        )
    assert stored is not None
    return stored


async def a_stored_message(
    sessions: Sessions,
    account: Account,
    text: str = "Kampüs çok güzel",
    *,
    author: str = "501",
    channel: Channel = Channel.COMMENT,
    labels: tuple[Label, ...] = (),
    disposition: Disposition = Disposition.KEEP,
    judged: bool = True,
) -> MessageId:
    """A message, judged unless said otherwise."""
    delivery_id = await a_delivery(sessions)
    event = Event(
        event=EventKind.CREATED,
        key=f"k{next(_numbers)}",
        platform=account.platform,
        channel=channel,
        account_id=account.external_id,
        external_id=ExternalId(f"900_{next(_numbers)}"),
        author_id=ExternalId(author),
        author_name="Deneme Kişi",
        text=text,
        link="https://platform.test/900",
    )
    async with sessions.begin() as session:
        message_id = await messages.record_created(
            session, account, event, delivery_id=delivery_id, correlation_id="c0ffee"
        )
    assert message_id is not None
    if judged:
        await a_decision(sessions, message_id, labels=labels, disposition=disposition, text=text)
    return message_id


async def a_decision(
    sessions: Sessions,
    message_id: MessageId,
    *,
    labels: tuple[Label, ...] = (),
    disposition: Disposition = Disposition.KEEP,
    text: str = "metin",
    revision: int = 1,
) -> DecisionId:
    """The machine's decision on a message, with a finding for each label over the whole text."""
    async with sessions.begin() as session:
        version = await policies.active_version(session)
        stored = await decisions.store_machine_decision(
            session,
            message_id,
            revision,
            Decision(
                labels=labels,
                disposition=disposition,
                language="tr",
                findings=tuple(
                    JudgedFinding(
                        label=label,
                        article=Article("6.4.8"),
                        rule=RuleName(f"{label}.test"),
                        tier=Tier.LIKELY,
                        score=0.8,
                        matches=(Match(start=0, end=len(text), reason=f"saw {text}"),),
                    )
                    for label in labels
                ),
                policy_version=version or PolicyVersion(""),
            ),
            context={},
            explanation=None,
        )
    assert stored is not None
    return stored


async def decision_of(sessions: Sessions, message_id: MessageId) -> DecisionId:
    """The machine's decision on the first revision."""
    async with sessions() as session:
        found = await decisions.of_revision(session, message_id, 1)
    assert found is not None
    return found


async def an_action(
    sessions: Sessions,
    message_id: MessageId,
    *,
    kind: Kind = Kind.REPLY,
    text: str | None = "Merhabalar",
    held_because: str | None = "draft",
    state: str | None = None,
) -> int:
    """An action of the machine's decision on a message; held unless said otherwise."""
    decision_id = await decision_of(sessions, message_id)
    purpose = f"{kind}{next(_numbers)}"
    async with sessions.begin() as session:
        await actions.record(
            session,
            [NewAction(planned=PlannedAction(kind=kind, purpose=purpose), text=text, held_because=held_because)],
            message_id=message_id,
            revision=1,
            decision_id=decision_id,
            now=datetime.now(UTC) + timedelta(hours=1),
        )
        action_id: int = (
            await session.execute(select(action_rows.c.id).where(action_rows.c.purpose == purpose))
        ).scalar_one()
        if state is not None:
            await session.execute(action_rows.update().where(action_rows.c.id == action_id).values(state=state))
    return action_id


async def a_review(sessions: Sessions, message_id: MessageId, *, priority: int = 50) -> None:
    """A place in the queue."""
    async with sessions.begin() as session:
        await reviews.open_review(session, message_id, revision=1, reason="weak", labels=["insult"], priority=priority)


async def a_notification(
    sessions: Sessions, unit: str, message_id: MessageId | None = None, *, kind: str = "complaint"
) -> int:
    """A queued notification to a unit."""
    key = f"n{next(_numbers)}"
    async with sessions.begin() as session:
        await notifications.queue(
            session, key=key, kind=kind, unit=UnitKey(unit), urgency=Urgency.URGENT, message_id=message_id
        )
        found: int = (
            await session.execute(select(notification_rows.c.id).where(notification_rows.c.key == key))
        ).scalar_one()
    return found


async def a_seal(sessions: Sessions, message_id: MessageId) -> SealedEvidence:
    """Sealed evidence of a message's first revision."""
    async with sessions() as session:
        loaded = await messages.load(session, message_id)
    fields = record_fields(
        loaded.message,
        None,
        received_at=loaded.received_at,
        delivery={"id": 1, "sha256": "00", "body": "the whole batch"},
        decision={},
    )
    return await seal_record(sessions, loaded.message, fields, now=datetime.now(UTC))


async def an_edit(sessions: Sessions, account: Account, message_id: MessageId, text: str) -> None:
    """The author edited the message; nobody has judged the new text yet."""
    async with sessions() as session:
        external_id = (await messages.load(session, message_id)).message.external_id
    delivery_id = await a_delivery(sessions)
    event = Event(
        event=EventKind.EDITED,
        key=f"k{next(_numbers)}",
        platform=account.platform,
        channel=Channel.COMMENT,
        external_id=external_id,
        text=text,
    )
    async with sessions.begin() as session:
        await messages.record_edited(session, account, event, delivery_id=delivery_id, correlation_id="c0ffee")


async def many_messages(sessions: Sessions, account: Account, number: int) -> list[int]:
    """Many plain messages at once; returns their ids."""
    async with sessions.begin() as session:
        made = await session.scalars(
            insert(message_rows).returning(message_rows.c.id),
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
        return sorted(made)
