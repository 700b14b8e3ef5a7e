"""Pictures of pages beside the way of a message: what is to be hidden waits for its picture, and no longer than it may.

The picture is wanted once the record is sealed, taken by whichever worker has a free page, and noted beside the seal.
What takes the message away is put off until then, or until its label's time is over, whichever comes first.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.alarms import raise_alarm
from app.actions.rush import Rush
from app.actions.signed_in import SignedIn
from app.clock import Clock
from app.decisions.policy import Policy
from app.decisions.screenshots import Need, need_of, rank
from app.errors import CaptureProblem, EvidenceError, PageCaptureError
from app.evidence.keep import add_image
from app.evidence.objects import ObjectStore
from app.evidence.pages.camera import LIMIT_SECONDS, Camera, MessageOnPage, PagePictures
from app.messages import EvidenceId, ExternalId, MessageId, PageHabits, PersonId, PlatformName
from app.metrics import capture_seconds, captures_total
from app.notices.model import SystemNotice
from app.records import captures, evidence, messages, tasks, workers
from app.records.captures import Capture
from app.records.database import Sessions
from app.records.jobs import Job, enqueue, message_job
from app.records.messages import Loaded
from app.rules.model import Label
from app.signals.policies import PolicyStore

log = structlog.get_logger(__name__)

# What a page takes on two busy cores, so that a line is waited in only where its end comes in time.
TAKES = timedelta(seconds=1)
# A worker that has not ended a capture by then is dead.
DEAD_AFTER = timedelta(seconds=LIMIT_SECONDS * 3)
# Wanted for so long, it will not come any more: a page shows nothing of what was hidden minutes ago.
LOST_AFTER = timedelta(minutes=3)
# Why a task asks for a screenshot.
ASKED_BECAUSE = {Need.ASKED: "screenshot_asked", Need.DEMANDED: "screenshot_demanded"}


class Captures:
    """Wants, takes and notes them. Without a `camera` none are taken, and each record says so."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        objects: ObjectStore,
        policies: PolicyStore,
        signed_in: SignedIn,
        habits: Mapping[PlatformName, PageHabits],
        camera: Camera | None,
        rush: Rush,
        at_once: int,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._sessions = sessions
        self._objects = objects
        self._policies = policies
        self._signed_in = signed_in
        self._habits = habits
        self._camera = camera
        self._rush = rush
        self._at_once = at_once
        self._clock = clock
        self._zone = zone
        self._runners = 0
        self._more_came = False

    async def want(self, loaded: Loaded, evidence_id: EvidenceId) -> None:
        """Note that the record's page is to be captured, and let wait for it what takes the message away.

        Where there can be no picture, the reason is noted, and a person asked where the article asks for one. In a raid
        nothing waits for a picture.
        """
        message, now = loaded.message, self._clock()
        is_rush = await self._rush.is_on()
        policy = (await self._policies.current()).policy
        async with self._sessions.begin() as session:
            need = need_of(await captures.labels_of(session, message.id, message.revision), policy.screenshots)
            if (earlier := await captures.of_record(session, evidence_id)) is not None:
                await self._ask_for_more(session, loaded, earlier, need)
                return
            problem = self._hindrance(loaded, await evidence.fields_of(session, evidence_id) or {})
            hide_by = None
            if problem is None and not is_rush:
                hide_by = await self._hide_by(session, message.id, message.revision, policy, now=now)
            is_new = await captures.want(session, evidence_id, need=need, at=now, hide_by=hide_by, problem=problem)
            if not is_new:
                return
            # What came with the message is fetched by the same job.
            if problem is None or message.media:
                await enqueue(session, Job.CAPTURE, evidence_id)
            if problem is not None:
                await self._ask(session, loaded, need, problem)
            elif hide_by is not None:
                await captures.let_wait(session, message.id, message.revision, until=hide_by)

    async def take_due(self) -> None:
        """Take pictures until none is wanted. Where this process has its hands full, those at work go on until then."""
        if self._camera is None:
            return
        self._more_came = True
        if self._runners >= self._at_once:
            return
        self._runners += 1
        try:
            while self._more_came:
                self._more_came = False
                while await self._take_next(self._camera):
                    continue
        finally:
            self._runners -= 1

    async def give_up_lost(self) -> None:
        """Once a minute: end what came to no end, so that nothing waits for it for ever."""
        async with self._sessions() as session:
            lost = await captures.lost(session, before=self._clock() - LOST_AFTER)
        for evidence_id in lost:
            async with self._sessions() as session:
                capture = await captures.of_record(session, evidence_id)
            if capture is not None:
                await self._ended(capture, problem=CaptureProblem.LOST)

    async def warm_up(self) -> None:
        """Start the browser before the first message needs it."""
        if self._camera is not None:
            await self._camera.pool.warm_up()

    async def close(self) -> None:
        """End the browser."""
        if self._camera is not None:
            await self._camera.pool.close()

    def _hindrance(self, loaded: Loaded, fields: Mapping[str, Any]) -> CaptureProblem | None:
        """Why there can be no picture, known without a browser."""
        if not loaded.message.is_public:
            return CaptureProblem.PRIVATE
        if address_of(fields) is None:
            return CaptureProblem.NO_LINK
        if self._camera is None:
            return CaptureProblem.NO_BROWSER
        # What an edit replaced stands on no page any more.
        if loaded.state != "visible" or loaded.superseded:
            return CaptureProblem.NO_LONGER_SHOWN
        return None

    async def _hide_by(
        self, session: AsyncSession, message_id: MessageId, revision: int, policy: Policy, *, now: datetime
    ) -> datetime | None:
        """Until when what takes the message away may wait, counted from the decision; None where it may not.

        In a raid the line grows longer than the time there is: what would wait in vain is hidden at once, and the
        browser takes no share of the processor from that.
        """
        times = [
            decided_at + policy.labels[Label(label)].capture_within
            for label, decided_at in await captures.first_removal(session, message_id, revision)
            if label is not None
        ]
        first = min(times, default=None)
        if first is None or first <= now:
            return None
        hands = self._at_once * max(1, len(await workers.alive(session)))
        turns = await captures.in_line(session, at=now) // hands + 1
        return first if now + turns * TAKES <= first else None

    async def _take_next(self, camera: Camera) -> bool:
        """Take the next picture that is wanted, once hiding has the processor no more; False where there is none."""
        await self._rush.is_over()
        now = self._clock()
        async with self._sessions.begin() as session:
            capture = await captures.begin_next(session, at=now, dead_before=now - DEAD_AFTER)
            if capture is None:
                return False
            loaded = await messages.load_revision(session, capture.message_id, capture.revision)
            fields = await evidence.fields_of(session, capture.evidence_id) or {}
        with structlog.contextvars.bound_contextvars(
            correlation_id=loaded.correlation_id, message_id=capture.message_id, evidence_id=capture.evidence_id
        ):
            begun = asyncio.get_running_loop().time()
            try:
                taken = await self._take(camera, capture, loaded, fields)
                await self._keep(capture, taken)
            except PageCaptureError as error:
                await self._ended(capture, problem=error.problem, detail=error.detail)
            except EvidenceError as error:
                await self._ended(capture, problem=CaptureProblem.NOT_STORED, detail=str(error))
            capture_seconds.observe(asyncio.get_running_loop().time() - begun)
        return True

    async def _take(self, camera: Camera, capture: Capture, loaded: Loaded, fields: Mapping[str, Any]) -> PagePictures:
        message = loaded.message
        habits = self._habits[message.platform]
        address = page_of(fields, habits, message.external_id)
        if address is None or loaded.superseded:
            raise PageCaptureError(CaptureProblem.NO_LONGER_SHOWN)
        state = await self._signed_in.of(message.platform)
        if loaded.state != "visible" and state is None and capture.wanted_by is None:
            # Its time was over before its turn came. Whoever asks for it again may know more: some pages show it still.
            raise PageCaptureError(CaptureProblem.NO_LONGER_SHOWN, f"it is {loaded.state}")
        wanted = MessageOnPage(
            url=address,
            text=message.text,
            author_name=fields.get("author_name"),
            external_id=message.external_id,
            habits=habits,
            state=state[0] if state is not None else None,
        )
        try:
            return await camera.take(wanted)
        except PageCaptureError as error:
            if error.problem is CaptureProblem.LOGIN_WALL and state is not None:
                await self._signed_in.reject(message.platform, stored_at=state[1])
            raise

    async def _keep(self, capture: Capture, taken: PagePictures) -> None:
        """Store the pictures and record them beside the seal. Raises EvidenceError."""
        now = self._clock()
        viewport = await self._objects.put(taken.viewport, "image/png")
        full = await self._objects.put(taken.full, "image/png") if taken.full is not None else None
        async with self._sessions.begin() as session:
            await add_image(session, capture.evidence_id, viewport, kind="page_viewport", taken_at=now)
            if full is not None:
                await add_image(session, capture.evidence_id, full, kind="page_full", taken_at=now)
        detail = captures.CUT if taken.is_cut else None
        await self._ended(capture, address=taken.address, is_whole=taken.is_whole, detail=detail)

    async def _ended(
        self,
        capture: Capture,
        *,
        problem: CaptureProblem | None = None,
        detail: str | None = None,
        address: str | None = None,
        is_whole: bool | None = None,
    ) -> None:
        """Note how it ended; what waited for it goes on, and a person is asked where one is needed."""
        now = self._clock()
        async with self._sessions.begin() as session:
            noted = await captures.end(
                session,
                capture.evidence_id,
                at=now,
                problem=problem,
                detail=detail,
                address=address,
                is_whole=is_whole,
            )
            if not noted:
                return
            await captures.let_go(session, capture, now=now)
            if problem is None:
                await screenshot_came(session, capture.message_id, now=now, by=None, note="page captured")
            else:
                loaded = await messages.load(session, capture.message_id)
                await self._ask(session, loaded, capture.need, problem)
            await message_job(session, capture.message_id)
        captures_total.labels(problem or "taken").inc()
        if problem is None:
            log.info("page_captured", is_whole=is_whole)
        else:
            log.info("page_not_captured", problem=str(problem), need=str(capture.need))

    async def _ask_for_more(self, session: AsyncSession, loaded: Loaded, earlier: Capture, need: Need) -> None:
        """Another decision on the same words may hang more on their picture; never less."""
        if rank(need) <= rank(earlier.need):
            return
        await captures.raise_need(session, earlier.evidence_id, need)
        if earlier.problem is not None and not earlier.has_screenshot:
            await self._ask(session, loaded, need, CaptureProblem(earlier.problem))

    async def _ask(self, session: AsyncSession, loaded: Loaded, need: Need, problem: CaptureProblem) -> None:
        """Ask people for what could not be had, where the article asks for it."""
        if need is Need.WANTED:
            return
        message = loaded.message
        ways = f"/v1/messages/{message.id}/evidence"
        detail = {
            "link": message.link,
            "platform": message.platform,
            "account": message.account.handle,
            "problem": str(problem),
            "upload": f"{ways}/upload",
        }
        if message.is_public:
            detail["capture"] = f"{ways}/capture"
        if need is Need.DEMANDED:
            detail["waive"] = f"{ways}/waive"
        reason = ASKED_BECAUSE[need]
        if await tasks.tell_anew(session, message.id, reason=reason, detail=detail):
            return
        queue = (await self._policies.at_hand()).policy.queue
        due_at = queue.task_due_at(self._clock(), 0, is_urgent=False, zone=self._zone)
        await tasks.open_task(
            session, kind="evidence", reason=reason, message_id=message.id, due_at=due_at, detail=detail
        )
        # Of self-harm everybody who must know was told, urgently; a second notice would only be in the way.
        if need is Need.DEMANDED:
            await raise_alarm(
                session, SystemNotice.SCREENSHOT_WANTED, f"{message.id}:{message.revision}", message_id=message.id
            )


async def screenshot_came(
    session: AsyncSession, message_id: MessageId, *, now: datetime, by: PersonId | None, note: str
) -> None:
    """A picture of the page is there, or done without: nothing waits for it any more."""
    await captures.release_held(session, message_id, now=now)
    await tasks.close_of_message(session, message_id, reasons=tuple(ASKED_BECAUSE.values()), by=by, at=now, note=note)


def page_of(fields: Mapping[str, Any], habits: PageHabits, external_id: ExternalId) -> str | None:
    """The page to be captured: where the message is to be seen, first of all if the platform's pages can do that."""
    address = address_of(fields)
    if address is None or fields.get("link") or habits.message_parameter is None:
        return address
    parts = urlsplit(address)
    named = urlencode([*parse_qsl(parts.query), (habits.message_parameter, external_id)])
    return parts._replace(query=named).geturl()


def address_of(fields: Mapping[str, Any]) -> str | None:
    """Where the message is to be seen: its own link, or that of the post beneath which it stands."""
    found: str | None = fields.get("link") or fields.get("post_link")
    return found
