"""How jobs end, as the engine records it: what did not end is taken up again; nothing is lost or held for it."""

from datetime import timedelta

import asyncpg
import structlog
from pgqueuer import models
from pgqueuer.queries import Queries
from pgqueuer.types import JOB_STATUS

log = structlog.get_logger(__name__)

AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
_GIVE_BACK = (
    "update pgqueuer set status = 'queued', execute_after = now(), updated = now(), queue_manager_id = null "
    "where id = any($1::bigint[]) and status = 'picked' and queue_manager_id = any($2::uuid[])"
)

JobEnd = tuple[models.Job, JOB_STATUS, models.TracebackRecord | None]


class JobEnds(Queries):
    """The engine's queries for a worker.

    The engine itself deletes a job that is interrupted (by a stop, or with the database gone), and holds one that it
    cannot queue again. Either would leave a delivery unread with nobody to come for it.
    """

    async def log_jobs(self, job_status: list[JobEnd]) -> None:
        """Record how jobs ended; those that were interrupted are given back instead, at once."""
        ended = [end for end in job_status if end[1] != "canceled"]
        interrupted = [job for job, status, _ in job_status if status == "canceled"]
        if ended:
            await super().log_jobs(ended)
        if interrupted:
            await self.driver.execute(
                _GIVE_BACK, [job.id for job in interrupted], [job.queue_manager_id for job in interrupted]
            )
            log.info("jobs_given_back", jobs=len(interrupted))

    async def retry_job(
        self, job: models.Job, delay: timedelta, traceback_record: models.TracebackRecord | None
    ) -> None:
        """Queue a job again. Where the database is away it stays as it is: silent, and so taken up by others."""
        try:
            await super().retry_job(job, delay, traceback_record)
        except AWAY as error:
            log.warning("job_left_behind", job_id=job.id, error=type(error).__name__)
