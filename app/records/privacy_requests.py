"""The requests of persons about their data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import PersonId
from app.records.persons import Person
from app.records.pseudonyms import Pseudonyms
from app.records.reading.pages import Page, newest_first
from app.records.tables import privacy_requests as table


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyRequest:
    """A stored request. Once all is erased, pseudonyms stand in `person`."""

    id: int
    person: Person
    note: str
    opened_at: datetime
    opened_by: PersonId
    previewed_at: datetime | None
    exported_at: datetime | None
    erased_at: datetime | None
    outcome: Mapping[str, Any] | None


async def open_request(
    session: AsyncSession, person: Person, *, note: str, by: PersonId, at: datetime
) -> PrivacyRequest:
    """Store a request."""
    row = await session.execute(
        insert(table)
        .values(
            note=note,
            authors=_authors(person.authors),
            identifiers=list(person.identifiers),
            opened_at=at,
            opened_by=by,
        )
        .returning(table)
    )
    return _as_request(row.one())


async def find(session: AsyncSession, id: int, *, locked: bool = False) -> PrivacyRequest | None:
    """One request; `locked` keeps others away until the transaction ends."""
    statement = select(table).where(table.c.id == id)
    row = (await session.execute(statement.with_for_update() if locked else statement)).one_or_none()
    return _as_request(row) if row is not None else None


async def page(session: AsyncSession, *, limit: int, after: tuple[int, ...] | None) -> Page:
    """The requests, newest first, without whom they are about."""
    shown = (table.c.id, table.c.opened_at, table.c.previewed_at, table.c.exported_at, table.c.erased_at)
    return await newest_first(session, select(*shown), table.c.id, limit=limit, after=after)


async def previewed(session: AsyncSession, id: int, *, at: datetime) -> None:
    """Somebody looked at what there is."""
    await session.execute(update(table).where(table.c.id == id).values(previewed_at=at))


async def exported(session: AsyncSession, id: int, *, at: datetime) -> None:
    """It was handed over."""
    await session.execute(update(table).where(table.c.id == id).values(exported_at=at))


async def erased(
    session: AsyncSession,
    request: PrivacyRequest,
    *,
    by: PersonId,
    reason: str,
    outcome: Mapping[str, Any],
    is_whole: bool,
    pseudonyms: Pseudonyms,
    at: datetime,
) -> None:
    """It was erased. Where nothing of theirs is left (`is_whole`), the request forgets whom it was about."""
    values: dict[str, Any] = {"erased_at": at, "erased_by": by, "reason": reason, "outcome": dict(outcome)}
    if is_whole:
        named = [(platform, pseudonyms.of(platform, author)) for platform, author in request.person.authors]
        values |= {"authors": _authors(named), "identifiers": [], "note": ""}
    await session.execute(update(table).where(table.c.id == request.id).values(**values))


def _authors(authors: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"platform": platform, "id": author} for platform, author in authors]


def _as_request(row: Row[Any]) -> PrivacyRequest:
    return PrivacyRequest(
        id=row.id,
        person=Person(
            authors=tuple((author["platform"], author["id"]) for author in row.authors),
            identifiers=tuple(row.identifiers),
        ),
        note=row.note,
        opened_at=row.opened_at,
        opened_by=PersonId(row.opened_by),
        previewed_at=row.previewed_at,
        exported_at=row.exported_at,
        erased_at=row.erased_at,
        outcome=row.outcome,
    )
