"""Who the authors of messages are to the University, each time with who says so and from where."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import ExternalId, PersonId, PlatformName
from app.records.tables import author_attributes


class AuthorKind(StrEnum):
    """What an author is to the University."""

    OUTSIDER = "outsider"
    STUDENT = "student"
    STAFF = "staff"
    CANDIDATE = "candidate"
    ALUMNUS = "alumnus"


async def note(
    session: AsyncSession,
    platform: PlatformName,
    author_id: ExternalId,
    kind: AuthorKind,
    *,
    source: str,
    by: PersonId,
    at: datetime,
) -> None:
    """Somebody says what an author is; the newest such word counts, earlier ones stay."""
    await session.execute(
        insert(author_attributes).values(
            platform=platform, author_external_id=author_id, kind=kind, source=source, noted_by=by, noted_at=at
        )
    )
