"""Jobs: enqueued in the transaction of the data they are about, so that neither is ever without the other."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import DeliveryId, MessageId
from app.records.database import job_queries


class Job(StrEnum):
    """The kinds of jobs; the payload of each is one id."""

    DELIVERY = "delivery"
    MESSAGE = "message"
    NOTIFICATION = "notification"
    CAPTURE = "capture"
    NOTIFICATION_STEP = "notification_step"
    DIGEST = "digest"
    BACKTEST = "backtest"


# Higher is sooner: what acts on a known message before what is still to be read, and all of it before looking back.
PRIORITY = {
    Job.NOTIFICATION_STEP: 30,
    Job.NOTIFICATION: 20,
    Job.CAPTURE: 15,
    Job.MESSAGE: 10,
    Job.DIGEST: 5,
    Job.DELIVERY: 0,
    Job.BACKTEST: -10,
}


async def enqueue(session: AsyncSession, job: Job, subject: int, *, after: timedelta = timedelta(0)) -> None:
    """Queue a job for `subject`, to be run no sooner than `after` from now. Commits with the session."""
    await enqueue_many(session, job, [subject], after=after)


async def enqueue_many(
    session: AsyncSession, job: Job, subjects: Sequence[int], *, after: timedelta = timedelta(0)
) -> None:
    """Queue one job for each of `subjects`."""
    if not subjects:
        return
    queries = await job_queries(session)
    count = len(subjects)
    await queries.enqueue(
        [str(job)] * count,
        [str(subject).encode() for subject in subjects],
        [PRIORITY[job]] * count,
        [max(after, timedelta(0))] * count,
    )


async def with_a_job(session: AsyncSession, job: Job) -> set[int]:
    """What has a job of this kind that will run, or runs; one that failed waits for a person and does not count."""
    payloads = await session.scalars(
        text("select payload from pgqueuer where entrypoint = :job and status in ('queued', 'picked')"),
        {"job": str(job)},
    )
    return {int(payload) for payload in payloads}


async def queue_lag_seconds(session: AsyncSession) -> float:
    """How long the oldest due job has been waiting; a backtest waits on purpose."""
    lag = await session.scalar(
        text(
            "select coalesce(extract(epoch from now() - min(execute_after)), 0) from pgqueuer "
            "where status = 'queued' and execute_after <= now() and entrypoint <> 'backtest'"
        )
    )
    return float(lag or 0.0)


async def delivery_job(session: AsyncSession, delivery_id: DeliveryId) -> None:
    """Queue the reading of a delivery (once more)."""
    await enqueue(session, Job.DELIVERY, delivery_id)


async def message_job(session: AsyncSession, message_id: MessageId, *, after: timedelta = timedelta(0)) -> None:
    """Queue whatever is due for a message: judging, and its actions."""
    await enqueue(session, Job.MESSAGE, message_id, after=after)


async def prune_log(session: AsyncSession, *, older_than: timedelta) -> None:
    """Forget what the job engine remembers of finished jobs; what counts is in our own tables.

    Why a job failed stays for as long as the job waits for a person.
    """
    await session.execute(
        text(
            "delete from pgqueuer_log l where created < now() - cast(:age as interval) "
            "and not exists (select from pgqueuer q where q.id = l.job_id and q.status = 'failed')"
        ),
        {"age": older_than},
    )
