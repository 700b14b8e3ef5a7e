"""The worker: takes jobs from PostgreSQL and sends them on their way. Any number of workers may run."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import timedelta

import asyncpg
import structlog
from pgqueuer import PgQueuer
from pgqueuer.db import AsyncpgPoolDriver
from pgqueuer.errors import FailingListenerError, RetryRequested
from pgqueuer.models import Job as QueuedJob
from pgqueuer.models import Schedule
from sqlalchemy.exc import SQLAlchemyError

from app.errors import ModerationError
from app.heartbeat import Heartbeat
from app.main import Service
from app.messages import DeliveryId, EvidenceId, MessageId
from app.metrics import queue_lag_seconds
from app.records import actions, idempotency, limits, messages, months
from app.records.actions import backoff
from app.records.database import is_database_away
from app.records.job_ends import AWAY, JobEnds
from app.records.jobs import Job, enqueue_many, prune_log, with_a_job
from app.records.jobs import queue_lag_seconds as lag
from app.records.migrate import is_behind

log = structlog.get_logger(__name__)

# A worker that is silent for so long is taken for dead and its jobs are picked up by others.
HEARTBEAT_TIMEOUT = timedelta(seconds=12)
ATTEMPTS = 6
NET = timedelta(minutes=1)
JOB_LOG_KEPT = timedelta(days=2)
RECONNECT = timedelta(seconds=2)
# Of the time that a stopping worker has, this much is kept for giving back what it could not finish and for closing,
# and half of it where it is short: on a machine full of work that took five seconds.
GIVING_BACK = timedelta(seconds=4)


class NotMigratedError(ModerationError):
    """The database does not have this version's schema yet: whoever migrates it comes later than we did."""

    def __init__(self) -> None:
        super().__init__("the database is behind this version: run `nobet migrate`")


class Worker:
    """Runs jobs until it is told to stop; what is in hand is then finished, or given back for others to take up."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._queue: PgQueuer | None = None
        self._stopping = asyncio.Event()
        self._heartbeat = Heartbeat(sessions=service.sessions, policies=service.policies)

    async def run(self) -> None:
        """Work until `stop` is called. A lost database is waited for; nobody needs to start the worker again."""
        while not self._stopping.is_set():
            try:
                await self._work()
            except (FailingListenerError, NotMigratedError, SQLAlchemyError, *AWAY) as error:
                log.error("worker_waits_for_database", error=type(error).__name__)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), RECONNECT.total_seconds())
        log.info("worker_stopped")

    async def _work(self) -> None:
        settings = self._service.settings
        if await is_behind(self._service.engine):
            raise NotMigratedError
        await months.make_months(self._service.engine, now=self._service.clock())
        async with asyncpg.create_pool(
            dsn=_plain(settings.require_database_url()),
            min_size=2,
            max_size=4,
            server_settings={"application_name": "nobet-worker"},
            reset=_nothing_to_reset,
        ) as pool:
            driver = AsyncpgPoolDriver(pool)
            queue = PgQueuer(driver, queries=JobEnds(driver))
            self._queue = queue
            if self._stopping.is_set():
                return
            self._register(queue)
            # Its health probe may run before it listens and then fails ten seconds later; so we listen first.
            await driver.add_listener(queue.channel, _unheard)
            log.info("worker_started", concurrency=settings.worker_concurrency)
            try:
                await self._until_stopped(
                    queue.run(
                        dequeue_timeout=timedelta(seconds=5),
                        batch_size=max(1, settings.worker_concurrency // 2),
                        max_concurrent_tasks=settings.worker_concurrency,
                        heartbeat_timeout=HEARTBEAT_TIMEOUT,
                        shutdown_on_listener_failure=True,
                        log_aggregation_interval=timedelta(0),
                    )
                )
            except BaseException:
                # What the engine did not give back, closing would wait for without end.
                pool.terminate()
                raise

    async def _until_stopped(self, work: Coroutine[None, None, None]) -> None:
        """Let the engine run. Once told to stop, it has some time for what is in hand; the rest is given back."""
        running, stopping = asyncio.create_task(work), asyncio.create_task(self._stopping.wait())
        beating = asyncio.create_task(self._heartbeat.run())
        warming = asyncio.create_task(self._service.captures.warm_up())
        try:
            await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not running.done():
                grace = self._service.settings.shutdown_grace
                await asyncio.wait({running}, timeout=(grace - min(GIVING_BACK, grace / 2)).total_seconds())
        finally:
            stopping.cancel()
            running.cancel()
            beating.cancel()
            warming.cancel()
            await asyncio.wait({running, beating, warming})
            await self._heartbeat.leave()
        if not running.cancelled():
            running.result()

    def stop(self) -> None:
        """Take no more jobs; `run` returns when those in hand are done, or given back when its time is over."""
        self._stopping.set()
        if self._queue is not None:
            self._queue.shutdown.set()

    def stop_on_signals(self) -> None:
        """Stop at SIGTERM and SIGINT."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self.stop)

    def _register(self, queue: PgQueuer) -> None:
        service = self._service

        @queue.entrypoint(Job.DELIVERY, on_failure="hold", accepts_context=False)
        async def delivery(job: QueuedJob) -> None:
            await self._run(job, lambda subject: service.pipeline.handle_delivery(DeliveryId(subject)))

        @queue.entrypoint(Job.MESSAGE, on_failure="hold", accepts_context=False)
        async def message(job: QueuedJob) -> None:
            await self._run(job, lambda subject: service.pipeline.handle_message(MessageId(subject)))

        @queue.entrypoint(Job.NOTIFICATION, on_failure="hold", accepts_context=False)
        async def notification(job: QueuedJob) -> None:
            await self._run(job, service.notices.send)

        @queue.entrypoint(Job.NOTIFICATION_STEP, on_failure="hold", accepts_context=False)
        async def notification_step(job: QueuedJob) -> None:
            await self._run(job, service.escalation.tell)

        @queue.entrypoint(Job.DIGEST, on_failure="hold", accepts_context=False)
        async def digest(job: QueuedJob) -> None:
            await self._run(job, service.digests.send)

        @queue.entrypoint(Job.BACKTEST, on_failure="hold", accepts_context=False, concurrency_limit=1)
        async def backtest(job: QueuedJob) -> None:
            await self._run(job, service.backtests.carry_on)

        @queue.entrypoint(Job.CAPTURE, on_failure="hold", accepts_context=False)
        async def capture(job: QueuedJob) -> None:
            await self._run(job, self._take_pictures)

        @queue.schedule("net", "* * * * *", accepts_context=False)
        async def net(schedule: Schedule) -> None:
            await self.catch_what_fell()

        @queue.schedule("escalation", "* * * * * */15", accepts_context=False)
        async def escalation(schedule: Schedule) -> None:
            await service.escalation.escalate_due()

        @queue.schedule("digests", "* * * * *", accepts_context=False)
        async def digests(schedule: Schedule) -> None:
            await service.digests.make_due()

        @queue.schedule("rises", "* * * * *", accepts_context=False)
        async def rises(schedule: Schedule) -> None:
            await service.watch.look()

        @queue.schedule("crises", "* * * * *", accepts_context=False)
        async def crises(schedule: Schedule) -> None:
            await service.watch.gather()
            await service.watch.tell_of_ended_silence()

        @queue.schedule("months", "5 * * * *", accepts_context=False)
        async def months_ahead(schedule: Schedule) -> None:
            await months.make_months(service.engine, now=service.clock())

        @queue.schedule("old_months", "11 3 * * *", accepts_context=False)
        async def old_months(schedule: Schedule) -> None:
            await service.old_months.end_due()

        # Every five seconds it is looked whose turn it is; how often anyone is asked is a setting.
        @queue.schedule("polls", "* * * * * */5", accepts_context=False)
        async def polls(schedule: Schedule) -> None:
            await service.poller.poll_due()

        @queue.schedule("subscriptions", "* * * * *", accepts_context=False)
        async def subscriptions(schedule: Schedule) -> None:
            await service.subscriptions.look_after_due()

        @queue.schedule("silence", "13 * * * *", accepts_context=False)
        async def silence(schedule: Schedule) -> None:
            await service.poller.tell_of_silence()

        @queue.schedule("retention", "27 * * * *", accepts_context=False)
        async def retention(schedule: Schedule) -> None:
            await service.retention.expire_due()

        @queue.schedule("expiry", "41 0 * * *", accepts_context=False)
        async def expiry(schedule: Schedule) -> None:
            await service.expiry.carry_out_due()

        @queue.schedule("closing", "7 * * * *", accepts_context=False)
        async def closing(schedule: Schedule) -> None:
            await service.closing.close_and_stamp()

        @queue.schedule("token_ends", "43 7 * * *", accepts_context=False)
        async def token_ends(schedule: Schedule) -> None:
            await service.tokens.warn_of_ends()
            await service.signed_in.warn_of_ends()

    async def _run(self, job: QueuedJob, handle: Callable[[int], Awaitable[None]]) -> None:
        """Run one job; what it raises is tried again, and held for a person when that does not help."""
        subject = int((job.payload or b"0").decode())
        with structlog.contextvars.bound_contextvars(job_id=job.id, job=job.entrypoint, subject=subject):
            try:
                await handle(subject)
            except Exception as error:  # the worker's loop: it logs and plans the next attempt
                is_away = is_database_away(error)
                known = isinstance(error, ModerationError) or is_away
                # However often the database goes, no job is held for that.
                if job.attempts + 1 >= ATTEMPTS and not is_away:
                    log.error("job_held", attempts=job.attempts + 1, error=type(error).__name__, exc_info=not known)
                    raise
                log.warning(
                    "job_retry_planned", attempts=job.attempts + 1, error=type(error).__name__, exc_info=not known
                )
                wait = backoff(min(job.attempts + 1, ATTEMPTS), jitter=self._service.jitter())
                raise RetryRequested(delay=wait, reason=type(error).__name__) from error
            finally:
                structlog.contextvars.unbind_contextvars("correlation_id", "platform")

    async def _take_pictures(self, subject: int) -> None:
        """Keep what came with a message, and capture pages. Whose page comes next, the records say, and not the job."""
        service = self._service
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(service.media.keep(EvidenceId(subject)))
            tasks.create_task(service.captures.take_due())

    async def catch_what_fell(self) -> None:
        """Once a minute: queue again what is overdue and has no job any more; nothing waits for ever unseen."""
        service = self._service
        async with service.sessions.begin() as session:
            before = service.clock() - NET
            fallen = set(await actions.overdue_messages(session, before=before))
            fallen |= set(await messages.undecided(session, before=before))
            fallen -= await with_a_job(session, Job.MESSAGE)
            await enqueue_many(session, Job.MESSAGE, sorted(fallen))
            await prune_log(session, older_than=JOB_LOG_KEPT)
            await idempotency.prune(session, now=service.clock())
            await limits.prune(session, now=service.clock())
            queue_lag_seconds.set(await lag(session))
        await service.captures.give_up_lost()
        if fallen:
            log.info("fallen_caught", messages=len(fallen))


def _unheard(payload: str | bytes | bytearray) -> None:
    """What it is told is the job engine's business."""


async def _nothing_to_reset(connection: asyncpg.Connection) -> None:
    """The engine changes nothing about its connections that asyncpg would have to undo after each statement."""


def _plain(url: str) -> str:
    """The URL as asyncpg itself takes it."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)
