"""The whole chain as it is stored, for who proves it; and the roots of its days with their time stamps."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert as plain_insert
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import EvidenceId
from app.records.reading.pages import Row, all_rows, one_row
from app.records.tables import evidence_roots, evidence_stamp_tries, evidence_stamps

AT_ONCE = 500
# The largest bigint: behind it there is no link.
LAST_SEQUENCE = 2**63 - 1

_LINKS = text(
    """
    select e.sequence, e.previous_hash, e.hash, e.version, e.sealed_at, e.digests, c.fields, c.salts,
        c.erased_at is not null and exists (
            select from evidence_addenda d where d.evidence_id = e.id and d.kind = 'destruction') as is_destroyed,
        coalesce(c.fields, '{}') <> '{}' and exists (
            select from evidence_addenda d where d.evidence_id = e.id and d.kind = 'destruction') as is_left,
        null as kind, null::jsonb as content, null as named
    from evidence e left join evidence_contents c on c.evidence_id = e.id
    union all
    select a.sequence, a.previous_hash, a.hash, a.version, a.sealed_at, null, null, null, false, false,
        a.kind, a.content, e.hash
    from evidence_addenda a left join evidence e on e.id = a.evidence_id
    order by sequence
    """
)
# A certificate names the images that were destroyed by it: one that came later is not among them. An object may be the
# image of several records; it goes with the last of them.
_CERTIFIED = """exists (select from evidence_addenda d where d.evidence_id = {image}.evidence_id
    and d.kind = 'destruction' and jsonb_exists(d.content -> 'images', {image}.sha256))"""
_IMAGES = text(
    f"""
    select coalesce(a.sequence, e.sequence, 0) as sequence, a.content, i.id, i.kind, i.object_key, i.sha256,
        i.media_type, i.size, i.taken_at, i.taken_by, e.hash as record,
        {_CERTIFIED.format(image="i")} as is_destroyed,
        case when {_CERTIFIED.format(image="i")} then
            exists (select from evidence_images other where other.object_key = i.object_key
                and not {_CERTIFIED.format(image="other")})
        end as is_kept
    from evidence_images i
    full join (select * from evidence_addenda where kind = 'image') a
        on a.evidence_id = i.evidence_id and a.content ->> 'kind' = i.kind and a.content ->> 'sha256' = i.sha256
    left join evidence e on e.id = i.evidence_id
    """  # noqa: S608  (our own words)
)


async def links(session: AsyncSession) -> AsyncIterator[Row]:
    """Every link in the order of its sequence, records (`kind` is None) with what is left of their content.

    `is_left`: there is content, though its destruction is certified.
    """
    stream = await session.stream(_LINKS, execution_options={"yield_per": AT_ONCE})
    async for row in stream.mappings():
        yield dict(row)


async def images(session: AsyncSession) -> AsyncIterator[Row]:
    """Every image: its row (`id` is None where it is gone) and what was sealed of it (`content`, None likewise).

    `is_destroyed`: a certificate says so. `is_kept`: some other record has its object still (None without certificate).
    """
    stream = await session.stream(_IMAGES, execution_options={"yield_per": AT_ONCE})
    async for row in stream.mappings():
        yield dict(row)


async def hashes_between(session: AsyncSession, first: int, last: int | None = None) -> list[str]:
    """The hashes of these links in their order; without `last`, of all from the first on."""
    found = await session.scalars(
        text(
            "select hash from (select sequence, hash from evidence where sequence between :first and :last union all "
            "select sequence, hash from evidence_addenda where sequence between :first and :last) links "
            "order by sequence"
        ),
        {"first": first, "last": LAST_SEQUENCE if last is None else last},
    )
    return list(found)


async def images_of(session: AsyncSession, ids: Sequence[EvidenceId]) -> dict[EvidenceId, list[str]]:
    """The SHA-256 of each record's images, by record."""
    rows = await session.execute(
        text("select evidence_id, sha256 from evidence_images where evidence_id = any(:ids) order by id"),
        {"ids": list(ids)},
    )
    found: dict[EvidenceId, list[str]] = {}
    for row in rows:
        found.setdefault(EvidenceId(row.evidence_id), []).append(row.sha256)
    return found


_STAMP = (evidence_stamps.c.response, evidence_stamps.c.stamped_at, evidence_stamps.c.authority)


async def roots(session: AsyncSession) -> Sequence[Row]:
    """All roots, the oldest first, each with its stamp (`response`, `stamped_at`, `authority`) where it has one."""
    statement = (
        select(evidence_roots, *_STAMP)
        .join(evidence_stamps, evidence_stamps.c.day == evidence_roots.c.day, isouter=True)
        .order_by(evidence_roots.c.day)
    )
    return await all_rows(session, statement)


async def last_root(session: AsyncSession) -> Row | None:
    """The newest root; None where no day was closed yet."""
    return await one_row(session, select(evidence_roots).order_by(evidence_roots.c.day.desc()).limit(1))


async def add_root(session: AsyncSession, **columns: Any) -> None:
    """Store a day's root. The chain must be locked by this transaction."""
    await session.execute(plain_insert(evidence_roots).values(**columns))


async def unstamped(session: AsyncSession, *, limit: int) -> Sequence[Row]:
    """Roots without a stamp, the oldest first."""
    statement = (
        select(evidence_roots)
        .where(~select(evidence_stamps.c.day).where(evidence_stamps.c.day == evidence_roots.c.day).exists())
        .order_by(evidence_roots.c.day)
        .limit(limit)
    )
    return await all_rows(session, statement)


async def add_stamp(session: AsyncSession, day: date, *, authority: str, response: bytes, stamped_at: datetime) -> None:
    """Keep the stamp of a day's root; the first counts."""
    await session.execute(
        insert(evidence_stamps)
        .values(day=day, authority=authority, response=response, stamped_at=stamped_at)
        .on_conflict_do_nothing()
    )


async def note_failed_stamp(session: AsyncSession, day: date, *, problem: str, at: datetime) -> None:
    """Remember why a root has no stamp yet."""
    await session.execute(
        insert(evidence_stamp_tries)
        .values(day=day, tries=1, problem=problem, tried_at=at)
        .on_conflict_do_update(
            index_elements=[evidence_stamp_tries.c.day],
            set_={"tries": evidence_stamp_tries.c.tries + 1, "problem": problem, "tried_at": at},
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingStamps:
    """How many closed days have no stamp, since when, and why the oldest has none."""

    days: int
    since: date | None
    problem: str | None


async def stamps_missing(session: AsyncSession) -> MissingStamps:
    """What a health check wants to know of the stamps."""
    row = (
        await session.execute(
            text(
                "select count(*) as days, min(r.day) as since, (array_agg(t.problem order by r.day))[1] as problem "
                "from evidence_roots r left join evidence_stamps s on s.day = r.day "
                "left join evidence_stamp_tries t on t.day = r.day where s.day is null"
            )
        )
    ).one()
    return MissingStamps(days=row.days, since=row.since, problem=row.problem)
