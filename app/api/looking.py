"""Finding what a request names: not there and not yours look the same; closed content is not decided blindly."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.api.identity import Person
from app.api.problems import ProblemError
from app.api.views.common import PLACEHOLDERS
from app.records import audit
from app.records.reading.pages import Page


def there(found: dict[str, Any] | None) -> dict[str, Any]:
    """What was found. Raises ProblemError 404 where it was not."""
    if found is None:
        raise ProblemError("not_found")
    return found


def open_to_caller(found: dict[str, Any]) -> dict[str, Any]:
    """What was found, where its content is open. Raises ProblemError 403 where it is closed to the caller."""
    if found["closed"] is not None:
        raise ProblemError("content_closed", detail=PLACEHOLDERS[found["closed"]] + ".")
    return found


async def note_shown(
    session: AsyncSession, person: Person, act: str, kind: str, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Put on record which entries of a list were shown: one note a page, none for an empty one."""
    seen = [row["id"] for row in rows if row.get("closed") is None]
    if seen:
        await audit.note(session, by=person.id, act=act, subject=kind, detail={kind: seen})


async def note_page(session: AsyncSession, person: Person, act: str, page: Page) -> None:
    """Put on record whose texts the caller was shown: one note a page."""
    seen = [row["id"] for row in page.rows if row["closed"] is None]
    if seen:
        await audit.note(session, by=person.id, act=act, subject="messages", detail={"messages": seen})
