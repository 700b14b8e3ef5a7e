"""Evidence as people see it: seals, contents, images."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import EvidenceId, MessageId
from app.records.reading.messages import ACCOUNT
from app.records.reading.pages import Page, all_rows, newest_first, one_row
from app.records.reading.sight import Viewer, closed, visible
from app.records.tables import accounts, evidence, evidence_contents, evidence_images, messages, page_captures


def _shown(viewer: Viewer, *extra: Any) -> Select[Any]:
    images = (
        select(func.count())
        .select_from(evidence_images)
        .where(evidence_images.c.evidence_id == evidence.c.id)
        .scalar_subquery()
    )
    return (
        select(
            evidence,
            *ACCOUNT,
            closed(viewer),
            images.label("image_count"),
            evidence_contents.c.erased_at,
            *extra,
        )
        .join(evidence_contents, evidence_contents.c.evidence_id == evidence.c.id)
        .join(messages, messages.c.id == evidence.c.message_id)
        .join(accounts, accounts.c.id == messages.c.account_id)
        .where(visible(viewer))
    )


async def page(
    session: AsyncSession, viewer: Viewer, *, message_id: int | None, limit: int, after: tuple[int, ...] | None
) -> Page:
    """Sealed records without their contents, newest first."""
    statement = _shown(viewer)
    if message_id is not None:
        statement = statement.where(evidence.c.message_id == message_id)
    return await newest_first(session, statement, evidence.c.id, limit=limit, after=after)


async def find(session: AsyncSession, viewer: Viewer, evidence_id: int) -> dict[str, Any] | None:
    """One record with what was sealed; None where there is none that this viewer may know of."""
    contents = (evidence_contents.c.fields, evidence_contents.c.salts)
    return await one_row(session, _shown(viewer, *contents).where(evidence.c.id == evidence_id))


async def of_message(session: AsyncSession, viewer: Viewer, message_id: MessageId) -> list[dict[str, Any]]:
    """The records of a message, without contents."""
    return await all_rows(session, _shown(viewer).where(evidence.c.message_id == message_id).order_by(evidence.c.id))


async def images_of(session: AsyncSession, evidence_id: EvidenceId) -> list[dict[str, Any]]:
    """A record's images, the oldest first."""
    return await all_rows(
        session,
        select(evidence_images).where(evidence_images.c.evidence_id == evidence_id).order_by(evidence_images.c.id),
    )


async def page_of(session: AsyncSession, evidence_id: EvidenceId) -> dict[str, Any] | None:
    """What became of the picture of a record's page; None where nothing was noted."""
    return await one_row(session, select(page_captures).where(page_captures.c.evidence_id == evidence_id))
