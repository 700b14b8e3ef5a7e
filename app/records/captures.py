"""Pictures of pages: what is wanted of each record, what became of it, and what waits for it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.screenshots import Need
from app.messages import EvidenceId, MessageId, PersonId
from app.records.evidence import SCREENSHOTS
from app.records.tables import actions, evidence, evidence_images, page_captures

# Acts after which the page may no longer show the message.
TAKING_AWAY = ("hide", "delete", "block")
HELD_FOR_SCREENSHOT = "screenshot"
# The detail of a picture that shows less than the whole page.
CUT = "cut"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """The picture of one record's page.

    `has_screenshot`: a picture of the page is there, taken or uploaded. `hide_by` is until when hiding waits for it.
    `wanted_by` is the person who asked for it again, after it could not be had.
    """

    evidence_id: EvidenceId
    message_id: MessageId
    revision: int
    state: str
    need: Need
    problem: str | None
    wanted_at: datetime
    wanted_by: PersonId | None
    hide_by: datetime | None
    waived_at: datetime | None
    has_screenshot: bool

    @property
    def is_under_way(self) -> bool:
        """Whether it may still be taken."""
        return self.state in ("wanted", "running")

    @property
    def is_missing(self) -> bool:
        """Whether a person is needed before anything is deleted."""
        return self.need is Need.DEMANDED and not self.has_screenshot and self.waived_at is None


_HAS_SCREENSHOT = (
    select(evidence_images.c.id)
    .where(evidence_images.c.evidence_id == evidence.c.id, evidence_images.c.kind.in_(SCREENSHOTS))
    .exists()
)
_COLUMNS = (
    *(
        page_captures.c[name]
        for name in ("evidence_id", "state", "need", "problem", "wanted_at", "wanted_by", "hide_by", "waived_at")
    ),
    evidence.c.message_id,
    evidence.c.revision,
    _HAS_SCREENSHOT.label("has_screenshot"),
)
_FROM = select(*_COLUMNS).join(evidence, evidence.c.id == page_captures.c.evidence_id)


async def want(
    session: AsyncSession,
    evidence_id: EvidenceId,
    *,
    need: Need,
    at: datetime,
    hide_by: datetime | None,
    problem: str | None,
) -> bool:
    """Note that a picture is wanted, or, with `problem`, why there can be none; False where that is noted already."""
    noted = await session.scalar(
        insert(page_captures)
        .values(
            evidence_id=evidence_id,
            state="wanted" if problem is None else "failed",
            need=need,
            problem=problem,
            wanted_at=at,
            hide_by=hide_by,
            ended_at=at if problem is not None else None,
        )
        .on_conflict_do_nothing()
        .returning(page_captures.c.evidence_id)
    )
    return noted is not None


async def raise_need(session: AsyncSession, evidence_id: EvidenceId, need: Need) -> None:
    """More hangs on the picture than was known when it was wanted."""
    await session.execute(update(page_captures).where(page_captures.c.evidence_id == evidence_id).values(need=need))


async def want_again(session: AsyncSession, evidence_id: EvidenceId, *, by: PersonId, at: datetime) -> None:
    """A person asks anew for one that could not be had; nothing waits for its time."""
    await session.execute(
        update(page_captures)
        .where(page_captures.c.evidence_id == evidence_id)
        .values(
            state="wanted",
            problem=None,
            detail=None,
            wanted_at=at,
            wanted_by=by,
            hide_by=None,
            started_at=None,
            ended_at=None,
        )
    )


async def of_revision(session: AsyncSession, message_id: MessageId, revision: int) -> Capture | None:
    """The capture for a revision's record; None where nothing was noted."""
    return await _one(session, (evidence.c.message_id == message_id) & (evidence.c.revision == revision))


async def of_record(session: AsyncSession, evidence_id: EvidenceId, *, lock: bool = False) -> Capture | None:
    """The capture of a record; None where nothing was noted. `lock`: nobody changes it until the transaction ends."""
    if lock:
        await session.execute(
            select(page_captures.c.evidence_id).where(page_captures.c.evidence_id == evidence_id).with_for_update()
        )
    return await _one(session, page_captures.c.evidence_id == evidence_id)


async def in_line(session: AsyncSession, *, at: datetime) -> int:
    """How many pages are to be captured by now for which hiding waits."""
    return int(
        await session.scalar(
            select(func.count()).where(page_captures.c.state.in_(("wanted", "running")), page_captures.c.hide_by > at)
        )
        or 0
    )


async def begin_next(session: AsyncSession, *, at: datetime, dead_before: datetime) -> Capture | None:
    """Take up the next one: what hiding waits for first; or one whose worker died. None where there is none."""
    taken = await session.scalar(
        update(page_captures)
        .where(
            page_captures.c.evidence_id
            == select(page_captures.c.evidence_id)
            .where(
                or_(
                    page_captures.c.state == "wanted",
                    (page_captures.c.state == "running") & (page_captures.c.started_at < dead_before),
                )
            )
            .order_by(func.coalesce(page_captures.c.hide_by, page_captures.c.wanted_at) < at, page_captures.c.wanted_at)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        .values(state="running", started_at=at)
        .returning(page_captures.c.evidence_id)
    )
    return await of_record(session, EvidenceId(taken)) if taken is not None else None


async def end(
    session: AsyncSession,
    evidence_id: EvidenceId,
    *,
    at: datetime,
    problem: str | None = None,
    detail: str | None = None,
    address: str | None = None,
    is_whole: bool | None = None,
) -> bool:
    """Note how it ended, with a picture or with a problem; False where that was noted before."""
    ended = await session.scalar(
        update(page_captures)
        .where(page_captures.c.evidence_id == evidence_id, page_captures.c.state.in_(("wanted", "running")))
        .values(
            state="taken" if problem is None else "failed",
            problem=problem,
            detail=detail,
            address=address,
            is_whole=is_whole,
            ended_at=at,
        )
        .returning(page_captures.c.evidence_id)
    )
    return ended is not None


async def waive(session: AsyncSession, evidence_id: EvidenceId, *, by: PersonId, because: str, at: datetime) -> None:
    """Record that a person does without the screenshot."""
    await session.execute(
        update(page_captures)
        .where(page_captures.c.evidence_id == evidence_id)
        .values(waived_at=at, waived_by=by, waived_because=because)
    )


async def lost(session: AsyncSession, *, before: datetime, limit: int = 100) -> list[EvidenceId]:
    """Those wanted before then that came to no end: a net for lost jobs."""
    rows = await session.scalars(
        select(page_captures.c.evidence_id)
        .where(page_captures.c.state.in_(("wanted", "running")), page_captures.c.wanted_at < before)
        .limit(limit)
    )
    return [EvidenceId(row) for row in rows]


async def first_removal(
    session: AsyncSession, message_id: MessageId, revision: int
) -> list[tuple[str | None, datetime]]:
    """Labels and times of what the machine planned for a revision and did not begin, that takes the message away."""
    rows = await session.execute(
        select(actions.c.label, actions.c.created_at).where(
            actions.c.message_id == message_id,
            actions.c.revision == revision,
            actions.c.kind.in_(TAKING_AWAY),
            actions.c.state == "planned",
            actions.c.requested_by.is_(None),
        )
    )
    return [(row.label, row.created_at) for row in rows]


async def let_wait(session: AsyncSession, message_id: MessageId, revision: int, *, until: datetime) -> None:
    """What takes the message away begins no sooner; a person's own act is not kept waiting."""
    await session.execute(
        update(actions)
        .where(
            actions.c.message_id == message_id,
            actions.c.revision == revision,
            actions.c.kind.in_(TAKING_AWAY),
            actions.c.state == "planned",
            actions.c.requested_by.is_(None),
            actions.c.due_at < until,
        )
        .values(due_at=until)
    )


async def let_go(session: AsyncSession, capture: Capture, *, now: datetime) -> None:
    """What waited for the picture waits no longer."""
    waited_until = [time for time in (capture.hide_by,) if time is not None]
    await session.execute(
        update(actions)
        .where(
            actions.c.message_id == capture.message_id,
            actions.c.revision == capture.revision,
            actions.c.kind.in_(TAKING_AWAY),
            actions.c.state == "planned",
            actions.c.due_at > now,
            or_(actions.c.due_at.in_(waited_until), actions.c.problem == HELD_FOR_SCREENSHOT),
        )
        .values(due_at=now, problem=None)
    )


async def release_held(session: AsyncSession, message_id: MessageId, *, now: datetime) -> None:
    """Deletions that were held for want of a screenshot are planned again."""
    await session.execute(
        update(actions)
        .where(
            actions.c.message_id == message_id,
            actions.c.state == "held",
            actions.c.held_because == HELD_FOR_SCREENSHOT,
        )
        .values(state="planned", due_at=now, held_because=None, finished_at=None, problem=None)
    )


async def labels_of(session: AsyncSession, message_id: MessageId, revision: int) -> list[str]:
    """All labels that decisions found in a revision."""
    rows = await session.execute(
        text(
            "select distinct unnest(labels) from decisions where message_id = :message and revision = :revision "
            "and id between nobet_first_id(:message) and nobet_last_id(:message)"
        ),
        {"message": message_id, "revision": revision},
    )
    return [str(row[0]) for row in rows]


async def has_media(session: AsyncSession, evidence_id: EvidenceId) -> bool:
    """Whether files that came with the message are kept beside its record."""
    found = await session.scalar(
        select(evidence_images.c.id)
        .where(evidence_images.c.evidence_id == evidence_id, evidence_images.c.kind == "media")
        .limit(1)
    )
    return found is not None


async def latest_record(session: AsyncSession, message_id: MessageId) -> EvidenceId | None:
    """The record of a message's newest sealed revision; None where none is sealed."""
    statement = (
        select(evidence.c.id).where(evidence.c.message_id == message_id).order_by(evidence.c.revision.desc()).limit(1)
    )
    found = await session.scalar(statement)
    return EvidenceId(found) if found is not None else None


async def _one(session: AsyncSession, condition: object) -> Capture | None:
    row = (await session.execute(_FROM.where(condition))).one_or_none()  # type: ignore[arg-type]
    if row is None:
        return None
    return Capture(**dict(row._mapping) | {"need": Need(row.need)})
