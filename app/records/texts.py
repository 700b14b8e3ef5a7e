"""Texts that people save for templates: each a draft first, then approved, then retired; none is ever altered."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.model import TemplateKey
from app.decisions.wording import Hours, SavedText, Season
from app.messages import PersonId
from app.records.reading.pages import all_rows, one_row
from app.records.tables import people, template_texts

_SAVER, _APPROVER, _RETIRER = people.alias("saver"), people.alias("approver"), people.alias("retirer")


async def in_use(session: AsyncSession) -> tuple[SavedText, ...]:
    """All texts that are approved and not retired."""
    rows = await session.execute(
        select(template_texts).where(template_texts.c.state == "approved").order_by(template_texts.c.id)
    )
    return tuple(
        SavedText(
            template=TemplateKey(row.template),
            language=row.language,
            season=Season(row.season),
            hours=Hours(row.hours),
            text=row.text,
        )
        for row in rows
    )


async def save(session: AsyncSession, text: SavedText, *, reason: str, by: PersonId, at: datetime) -> int:
    """Save a draft; returns its number."""
    found: int = (
        await session.execute(
            insert(template_texts)
            .values(
                template=text.template,
                language=text.language,
                season=text.season,
                hours=text.hours,
                text=text.text,
                state="draft",
                reason=reason,
                saved_by=by,
                saved_at=at,
            )
            .returning(template_texts.c.id)
        )
    ).scalar_one()
    return found


async def approve(session: AsyncSession, text_id: int, *, by: PersonId, at: datetime) -> bool:
    """Let a draft go out from now on; what held for the same case is retired by it. False where it is no draft."""
    columns = template_texts.c
    draft = (
        await session.execute(
            select(template_texts).where(columns.id == text_id, columns.state == "draft").with_for_update()
        )
    ).one_or_none()
    if draft is None:
        return False
    await session.execute(
        update(template_texts)
        .where(
            columns.template == draft.template,
            columns.language == draft.language,
            columns.season == draft.season,
            columns.hours == draft.hours,
            columns.state == "approved",
        )
        .values(state="retired", retired_by=by, retired_at=at, retired_because=f"replaced by {text_id}")
    )
    await session.execute(
        update(template_texts).where(columns.id == text_id).values(state="approved", approved_by=by, approved_at=at)
    )
    return True


async def retire(session: AsyncSession, text_id: int, *, because: str, by: PersonId, at: datetime) -> bool:
    """Take a text out of use. False where it is retired already."""
    retired = await session.scalar(
        update(template_texts)
        .where(template_texts.c.id == text_id, template_texts.c.state != "retired")
        .values(state="retired", retired_by=by, retired_at=at, retired_because=because)
        .returning(template_texts.c.id)
    )
    return retired is not None


def _shown() -> Any:
    return (
        select(
            template_texts,
            _SAVER.c.name.label("saved_by_name"),
            _APPROVER.c.name.label("approved_by_name"),
            _RETIRER.c.name.label("retired_by_name"),
        )
        .join(_SAVER, _SAVER.c.id == template_texts.c.saved_by)
        .outerjoin(_APPROVER, _APPROVER.c.id == template_texts.c.approved_by)
        .outerjoin(_RETIRER, _RETIRER.c.id == template_texts.c.retired_by)
    )


async def history(session: AsyncSession, key: TemplateKey) -> list[dict[str, Any]]:
    """Everything ever saved for a template, newest first."""
    statement = _shown().where(template_texts.c.template == key).order_by(template_texts.c.id.desc()).limit(500)
    return await all_rows(session, statement)


async def find(session: AsyncSession, key: TemplateKey, text_id: int) -> dict[str, Any] | None:
    """One text of a template."""
    return await one_row(session, _shown().where(template_texts.c.template == key, template_texts.c.id == text_id))
