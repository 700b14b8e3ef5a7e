"""Notices about the service itself: a dead token, evidence that fails, a support message that did not arrive."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.model import UnitKey, Urgency
from app.messages import AccountId, MessageId
from app.notices.model import SystemNotice
from app.records import notifications

DIRECTORATE = UnitKey("kurumsal_iletisim")


async def raise_alarm(
    session: AsyncSession,
    kind: SystemNotice,
    about: str,
    *,
    unit: UnitKey = DIRECTORATE,
    urgency: Urgency = Urgency.NORMAL,
    message_id: MessageId | None = None,
    account_id: AccountId | None = None,
) -> None:
    """Queue a notice of this kind once for what it is about; its place is the message's account, or `account_id`."""
    await notifications.queue(
        session,
        key=f"alarm:{kind}:{about}:{unit}",
        kind=str(kind),
        unit=unit,
        urgency=urgency,
        message_id=message_id,
        account_id=account_id,
    )
