"""Carrying out what was planned for a message: one action after the other, each attempt on record before its call."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.alarms import DIRECTORATE, raise_alarm
from app.actions.captures import LOST_AFTER
from app.actions.circuit import Breaker, is_limit
from app.actions.gates import closed_gate
from app.actions.lanes import Lanes
from app.actions.limits import leave_to_a_person, limit_reached
from app.actions.order import HIDING_FIRST_AT_MOST, next_ready, next_wake
from app.actions.perform import Done, calls_platform, is_speech, lack_of, perform
from app.actions.preserve import Preserver
from app.actions.reach import as_asked_for, out_of_reach
from app.actions.rush import Rush
from app.clock import Clock
from app.connectors.base import CALL_TIMEOUT, Outbound
from app.decisions.by_platform import REMOVAL_NOTICE, STAYS_VISIBLE, STAYS_VISIBLE_PRIORITY, capability_of
from app.decisions.capabilities import Lack
from app.decisions.model import SUPPORT, ActionKind, UnitKey, Urgency
from app.decisions.policy import Policy
from app.decisions.safeguards import ALWAYS_ACT
from app.errors import (
    ConnectorError,
    EvidenceError,
    NotPermittedError,
    OutcomeUnknownError,
    PlatformRefusedError,
    PlatformUnavailableError,
    TokenRejectedError,
)
from app.messages import Account, MessageId
from app.metrics import actions_total, calls_put_off_total, takedown_seconds
from app.notices.model import SystemNotice
from app.records import actions, captures, evidence, lacks, messages, notifications, reviews, tasks
from app.records.actions import Action, backoff
from app.records.circuits import Circuit
from app.records.database import Sessions
from app.records.jobs import message_job
from app.records.messages import Loaded
from app.rules.model import Label
from app.signals.policies import PolicyStore

log = structlog.get_logger(__name__)

# A holder that is silent for so long is dead, or must do no more.
CLAIM = CALL_TIMEOUT * 2 + timedelta(seconds=4)
# Looking and speaking are several calls, and a process may be held up between them: what begins or lasts beyond this
# could meet whoever claimed the message next, saying the same.
ATTEMPT_LIMIT = CLAIM - timedelta(seconds=4)
ATTEMPTS = 8
# An outage, or what the platform itself puts off, is no fault of the act; yet after so long a person hears of it.
PATIENCE = timedelta(hours=24)
TOKEN_PAUSE = timedelta(minutes=2)
# In a raid cards are drawn when it is over, or so long after the decision as what follows hiding may wait for it.
DRAWN_LATER = timedelta(seconds=3)
TIED_TO_ITS_WORDS = (ActionKind.HIDE, ActionKind.DELETE)
# Above what the machine merely wonders about, below threats: a person wanted this one gone.
ASKED_AGAIN = 80
CRY_BENEATH = "self_harm_beneath"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """Carries out actions. `outbound_for` gives the calling half of an account's connector."""

    sessions: Sessions
    outbound_for: Callable[[Account], Outbound]
    preserver: Preserver
    policies: PolicyStore
    lanes: Lanes
    rush: Rush
    breaker: Breaker
    clock: Clock
    jitter: Callable[[], float]
    zone: ZoneInfo

    async def carry_out(self, message_id: MessageId) -> None:
        """Do everything that is due for a message; one worker at a time, in order (I9).

        What must wait gets a job for its time. Where another worker is busy with the message, one for later.
        """
        holder = uuid4().hex
        async with self.sessions.begin() as session:
            if not await actions.open_actions(session, message_id):
                if (left := await messages.end_dead_claim(session, message_id)) is not None:
                    await message_job(session, message_id, after=left + timedelta(seconds=1))
                return
            if not await messages.claim(session, message_id, holder=holder, for_=CLAIM):
                await message_job(session, message_id, after=timedelta(seconds=1))
                return
        looked_at = self.clock()
        try:
            while await self._one(message_id, holder):
                looked_at = self.clock()
        finally:
            await self._leave(message_id, holder, looked_at)

    async def _one(self, message_id: MessageId, holder: str) -> bool:
        """Carry out the next ready action; False where there is none, or another worker has the message."""
        until = asyncio.get_running_loop().time() + ATTEMPT_LIMIT.total_seconds()
        with ExitStack() as lane:
            begun = await self._begin(message_id, holder, lane)
            if begun is None:
                return False
            action, loaded, number = begun
            if number is None:
                return True
            with structlog.contextvars.bound_contextvars(
                correlation_id=loaded.correlation_id, message_id=message_id, action_id=action.id, kind=str(action.kind)
            ):
                await self._attempt(action, loaded, number, until=until)
        return True

    async def _begin(
        self, message_id: MessageId, holder: str, lane: ExitStack
    ) -> tuple[Action, Loaded, int | None] | None:
        """Choose the next ready action and commit that its attempt begins, before any call.

        What may be said and done is decided in this same transaction, so that it holds at the moment of acting (I6,
        I11). Without a number the action was settled or put off without a call; None where nothing is ready. `lane` is
        closed when the call is over.
        """
        now = self.clock()
        policy = (await self.policies.current()).policy
        is_rush = await self.rush.is_on()
        async with self.sessions.begin() as session:
            if not await messages.claim(session, message_id, holder=holder, for_=CLAIM):
                return None
            open_now = await actions.open_actions(session, message_id)
            unsent = await _unsent_decisions(session, open_now)
            action = next_ready(open_now, now=now, unsent_decisions=unsent)
            if action is None:
                return None
            loaded = await messages.load(session, message_id)
            if await self._is_settled(session, action, loaded, now=now):
                return action, loaded, None
            if is_rush and await self._draws(session, action) and now < action.created_at + HIDING_FIRST_AT_MOST:
                await self._put_off(session, action, loaded, now + DRAWN_LATER, problem="rush")
                return action, loaded, None
            asks = calls_platform(action) or await self._seals(session, action)
            if asks and not self._has_lane(action, loaded, lane):
                await self._put_off(session, action, loaded, self.lanes.of(loaded.message.platform).next_turn())
                return action, loaded, None
            return action, loaded, await self._start(session, action, loaded, policy, now=now)

    async def _is_settled(self, session: AsyncSession, action: Action, loaded: Loaded, *, now: datetime) -> bool:
        """Settle without a call: words that are gone, what may not be said now, what the account cannot do."""
        if action.kind in TIED_TO_ITS_WORDS and action.revision != loaded.message.revision:
            await self._outdated(session, action, loaded)
            return True
        if is_speech(action) and (gate := await closed_gate(session, action, loaded.message, now=now)):
            await self._shut(session, action, loaded, gate.state, gate.because)
            return True
        if self._takes_away(action, loaded) and (
            await self._would_take_a_cry_along(session, action, loaded, now=now)
            or await self._waits_for_screenshot(session, action, now=now)
        ):
            return True
        lack = await self._lack(session, action, loaded)
        return lack is not None and await self._settled_without_call(session, action, loaded, lack)

    def _takes_away(self, action: Action, loaded: Loaded) -> bool:
        """Whether it takes the message away for good."""
        return action.kind is ActionKind.DELETE or (
            action.kind is ActionKind.BLOCK and self._outbound(action, loaded).block_removes
        )

    async def _would_take_a_cry_along(
        self, session: AsyncSession, action: Action, loaded: Loaded, *, now: datetime
    ) -> bool:
        """Leave to a person what would take away a cry for help beneath it: platforms delete answers with their thread.

        The machine removes no such message, by any way (6.4.15).
        """
        if action.requested_by is not None or not await messages.is_cry_beneath(session, loaded.message):
            return False
        await actions.settle(session, action.id, "held", at=now, held_because=CRY_BENEATH, problem=CRY_BENEATH)
        await reviews.open_review(
            session,
            action.message_id,
            revision=action.revision,
            reason=CRY_BENEATH,
            labels=[action.label] if action.label else [],
            priority=ASKED_AGAIN,
        )
        log.warning("action_held", action_id=action.id, message_id=action.message_id, because=CRY_BENEATH)
        return True

    async def _waits_for_screenshot(self, session: AsyncSession, action: Action, *, now: datetime) -> bool:
        """Hold what would take the message away for good where its article demands a screenshot (6.4.12, 6.4.13).

        One that is under way is waited for; else a person uploads one, or does without and says why.
        """
        capture = await captures.of_revision(session, action.message_id, action.revision)
        if capture is None or not capture.is_missing:
            return False
        until = capture.wanted_at + LOST_AFTER
        because = captures.HELD_FOR_SCREENSHOT
        if capture.is_under_way and now < until:
            await actions.put_off(session, action.id, until=until, problem=because)
        else:
            await actions.settle(session, action.id, "held", at=now, held_because=because, problem=because)
            log.info("action_held", action_id=action.id, message_id=action.message_id, because=because)
        return True

    async def _start(
        self, session: AsyncSession, action: Action, loaded: Loaded, policy: Policy, *, now: datetime
    ) -> int | None:
        """Begin the attempt and return its number; None where the circuit, a limit or the database is against it."""
        account = loaded.message.account
        circuit = await self.breaker.look(session, account) if calls_platform(action) else Circuit()
        until = self.breaker.no_call_until(circuit, now=now)
        if until is not None and not _must_try(action):
            # One after the other: all at once, they would keep the other platforms' messages waiting.
            turn = until + (self.lanes.of(loaded.message.platform).next_turn() - now)
            await self._put_off(session, action, loaded, turn, problem="circuit_open")
            return None
        number = None
        try:
            async with session.begin_nested():
                reached = await limit_reached(session, action, loaded.message, policy, now=now)
                if reached is None:
                    number = await actions.start(session, action, at=now)
        except IntegrityError as error:
            await self._refused_by_database(session, action, loaded, error)
            return None
        if reached is not None:
            await leave_to_a_person(session, action, loaded.message, policy, reached, now=now)
        elif number is not None:
            await self.breaker.begin(session, account, circuit, now=now)
        return number

    async def _seals(self, session: AsyncSession, action: Action) -> bool:
        """Whether it asks the platform for its links: the evidence that comes first does, and what is drawn later not.

        Cards would else turn away those who want to hide.
        """
        if action.kind is not ActionKind.EVIDENCE:
            return False
        return await evidence.find(session, action.message_id, action.revision) is None

    async def _draws(self, session: AsyncSession, action: Action) -> bool:
        """Whether it draws a card, and nothing else: in a raid that gives way to what hides."""
        return action.needs_image and action.kind is ActionKind.EVIDENCE and not await self._seals(session, action)

    def _has_lane(self, action: Action, loaded: Loaded, lane: ExitStack) -> bool:
        """Take a place among the calls to the platform; False where there is none."""
        if _must_try(action):
            return True
        of_platform = self.lanes.of(loaded.message.platform)
        if of_platform.is_full:
            return False
        lane.enter_context(of_platform.taken())
        return True

    async def _put_off(
        self, session: AsyncSession, action: Action, loaded: Loaded, until: datetime, *, problem: str | None = None
    ) -> None:
        """Begin later, without a call and without an attempt; what the message waits for beside it goes on."""
        if self._is_out_of_patience(action):
            await self._hand_over(session, action, loaded, problem or "no free call", "gave_up")
            return
        if action.expires_at is not None:
            until = min(until, action.expires_at + timedelta(seconds=1))
        await actions.put_off(session, action.id, until=until, problem=problem)
        calls_put_off_total.labels(loaded.message.platform, problem or "lane_full").inc()

    async def _attempt(self, action: Action, loaded: Loaded, number: int, *, until: float) -> None:
        """Make the call, by this time of the event loop, and commit how it ended."""
        try:
            done = await self._do(action, loaded, until=until)
        except (ConnectorError, EvidenceError) as error:
            await self._failed(action, loaded, number, error)
            return
        async with self.sessions.begin() as session:
            now = self.clock()
            await messages.lock_many(session, [action.message_id])
            await actions.end_attempt(session, action, number, at=now, outcome="done", detail=done.note or "")
            if calls_platform(action):
                await self.breaker.worked(session, loaded.message.account)
            await actions.settle(session, action.id, "done", at=now, external_id=done.external_id, problem=done.note)
            if done.state is not None:
                await messages.set_state(session, action.message_id, done.state)
            wanted = capability_of(action.kind, loaded.message.channel)
            if action.requested_by is not None and wanted is not None:
                # A person tried what was refused lately, and it went: the machine may again.
                await lacks.forget(session, loaded.message.account.id, wanted, only=Lack.REFUSED_LATELY)
        if action.kind is ActionKind.HIDE:
            takedown_seconds.labels(loaded.message.platform).observe((now - loaded.received_at).total_seconds())
        self._count(loaded, action, "done")
        log.info("action_done", attempt=number)

    async def _do(self, action: Action, loaded: Loaded, *, until: float) -> Done:
        match action.kind:
            case ActionKind.EVIDENCE:
                if action.revision != loaded.message.revision:
                    async with self.sessions() as session:
                        loaded = await messages.load_revision(session, action.message_id, action.revision)
                await self.preserver.preserve(
                    loaded, self.outbound_for(loaded.message.account), image=action.needs_image
                )
                return Done()
            case ActionKind.NOTIFY:
                await self._notify(action)
                return Done()
            case _:
                return await self._perform(action, loaded, until=until)

    async def _perform(self, action: Action, loaded: Loaded, *, until: float) -> Done:
        """Make the platform's calls while the message is surely ours."""
        platform, outbound = loaded.message.platform, self._outbound(action, loaded)
        if asyncio.get_running_loop().time() >= until:
            raise PlatformUnavailableError(platform, action.kind, "held_up", "the worker stood still for too long")
        try:
            async with asyncio.timeout_at(until):
                return await perform(action, loaded.message, outbound, now=self.clock(), state=loaded.state)
        except TimeoutError as error:
            kind = OutcomeUnknownError if is_speech(action) else PlatformUnavailableError
            raise kind(platform, action.kind, "held_up", "its calls took longer than one may hold a message") from error

    def _outbound(self, action: Action, loaded: Loaded) -> Outbound:
        return as_asked_for(self.outbound_for(loaded.message.account), by_person=action.requested_by is not None)

    async def _lack(self, session: AsyncSession, action: Action, loaded: Loaded) -> Lack | None:
        outbound, by_person = self.outbound_for(loaded.message.account), action.requested_by is not None
        return await out_of_reach(session, action.kind, loaded.message, outbound, by_person=by_person, now=self.clock())

    async def _settled_without_call(self, session: AsyncSession, action: Action, loaded: Loaded, lack: Lack) -> bool:
        """Settle what the account cannot do: once for each message, also where hiding and deleting both were meant.

        False where there is still something to be done: the hiding that stands for a deletion.
        """
        now = self.clock()
        if lack is Lack.HIDING_INSTEAD:
            if not await actions.became_a_task(session, action.decision_id, ActionKind.HIDE):
                return False
            await actions.settle(session, action.id, "cancelled", at=now, problem=f"{lack}: the hiding is a task")
            return True
        if action.kind is ActionKind.HIDE:
            deletions = await actions.siblings_open(session, action, [ActionKind.DELETE])
            outbound = self._outbound(action, loaded)
            if any(lack_of(other, loaded.message, outbound) is not Lack.HIDING_INSTEAD for other in deletions):
                await actions.settle(session, action.id, "refused", at=now, problem=f"{lack}: it is deleted")
                return True
        await self._hand_over(session, action, loaded, str(lack), str(lack))
        log.info("action_out_of_reach", action_id=action.id, message_id=action.message_id, lack=str(lack))
        return True

    async def _notify(self, action: Action) -> None:
        """Hand a notice to the queue of notices; sending it, and trying again, is that queue's business."""
        unit = UnitKey(action.recipient or DIRECTORATE)
        async with self.sessions.begin() as session:
            if not await notifications.is_unit(session, unit):
                # A slip in the policy keeps no message from being dealt with, and somebody hears.
                log.error("notice_for_unknown_unit", action_id=action.id, unit=unit)
                unit = DIRECTORATE
            await notifications.queue(
                session,
                key=f"{action.message_id}:{action.revision}:{action.label}:{action.recipient}",
                kind=action.label or "message",
                unit=unit,
                urgency=Urgency(action.urgency),
                message_id=action.message_id,
                action_id=action.id,
                decision_id=action.decision_id,
            )

    async def _failed(self, action: Action, loaded: Loaded, number: int, error: ConnectorError | EvidenceError) -> None:
        """Decide what a failure means: try again, look first, hand over to a person."""
        now = self.clock()
        code, detail = (error.code, error.detail) if isinstance(error, ConnectorError) else ("evidence", str(error))
        problem = f"{type(error).__name__} {code} {detail}".strip()
        async with self.sessions.begin() as session:
            await messages.lock_many(session, [action.message_id])
            if not await actions.is_latest(session, action, number):
                # Taken for dead, we were followed by another: what becomes of the action is that one's to say.
                await actions.end_attempt(session, action, number, at=now, outcome="unknown", code=code, detail=detail)
                return
            is_outage = calls_platform(action) and await self.breaker.failed(
                session, loaded.message.account, error, now=now
            )
            match error:
                case PlatformRefusedError():
                    outcome = "refused"
                    if isinstance(error, NotPermittedError):
                        await self._learn(session, action, loaded, error)
                    await actions.end_attempt(
                        session, action, number, at=now, outcome=outcome, code=code, detail=detail
                    )
                    await self._hand_over(session, action, loaded, problem, code or "refused")
                case TokenRejectedError():
                    outcome = "token"
                    await actions.end_attempt(
                        session, action, number, at=now, outcome=outcome, code=code, detail=detail, counts=False
                    )
                    await self._again(session, action, loaded, now + TOKEN_PAUSE, problem)
                    await raise_alarm(
                        session,
                        SystemNotice.TOKEN_DEAD,
                        f"{loaded.message.account.id}:{now.date()}",
                        urgency=Urgency.URGENT,
                        message_id=action.message_id,
                    )
                case _:
                    unknown = isinstance(error, OutcomeUnknownError) or (
                        action.unknown and isinstance(error, PlatformUnavailableError)
                    )
                    outcome = "unknown" if unknown else "unavailable"
                    counts = not (is_outage or is_limit(error))
                    await actions.end_attempt(
                        session, action, number, at=now, outcome=outcome, code=code, detail=detail, counts=counts
                    )
                    tries = number - await actions.uncounted_attempts(session, action.id)
                    has_failed = tries >= ATTEMPTS if counts else self._is_out_of_patience(action)
                    wait = self._wait(error, tries)
                    await self._again(session, action, loaded, now + wait, problem, gives_up=has_failed)
        self._count(loaded, action, outcome)
        log.warning("action_failed", attempt=number, outcome=outcome, code=code)

    async def _learn(self, session: AsyncSession, action: Action, loaded: Loaded, error: NotPermittedError) -> None:
        """Remember for the account what the platform does not let it do, so that it is not tried for each message."""
        wanted = capability_of(action.kind, loaded.message.channel)
        # A call on the way there, such as looking for the newest version, says nothing of the act itself.
        if wanted is None or error.call != wanted:
            return
        account_id = loaded.message.account.id
        await lacks.learn(session, account_id, wanted, code=error.code, now=self.clock())
        log.warning("capability_lost", account_id=account_id, capability=str(wanted), code=error.code)

    def _wait(self, error: ConnectorError | EvidenceError, tries: int) -> timedelta:
        """How long to wait after a failure: longer each time, and never shorter than the platform asks for.

        What the platform asks of many acts at once is stretched by chance too, so that they do not come back as one.
        """
        wait = backoff(max(tries, 1), jitter=self.jitter())
        if not isinstance(error, PlatformUnavailableError) or error.retry_after is None:
            return wait
        if error.code == "settling":
            return error.retry_after
        return max(wait, error.retry_after * (1 + 0.1 * self.jitter()))

    def _is_out_of_patience(self, action: Action) -> bool:
        return self.clock() > action.created_at + PATIENCE

    async def _again(
        self,
        session: AsyncSession,
        action: Action,
        loaded: Loaded,
        until: datetime,
        problem: str,
        *,
        gives_up: bool = False,
    ) -> None:
        """Try again at `until`, or hand over where it has been tried often enough."""
        if await actions.is_cancelled(session, action.id):
            return
        if gives_up:
            await self._hand_over(session, action, loaded, problem, "gave_up")
            return
        if action.expires_at is not None:
            until = min(until, action.expires_at + timedelta(seconds=1))
        await actions.postpone(session, action.id, until=until, problem=problem)

    async def _outdated(self, session: AsyncSession, action: Action, loaded: Loaded) -> None:
        """The words that it was decided on are no longer there; what stands there now is neither judged nor sealed.

        The machine judges the edit anew by itself. A person is asked again.
        """
        because = f"{actions.SUPERSEDED}{loaded.message.revision}"
        await actions.settle(session, action.id, "cancelled", at=self.clock(), problem=because)
        if action.requested_by is not None:
            await reviews.open_review(
                session,
                action.message_id,
                revision=loaded.message.revision,
                reason="edited_after_decision",
                labels=(),
                priority=ASKED_AGAIN,
            )
        log.info("action_outdated", action_id=action.id, message_id=action.message_id, kind=str(action.kind))

    async def _shut(self, session: AsyncSession, action: Action, loaded: Loaded, state: str, because: str) -> None:
        """A gate is closed: the word is withheld, cancelled, or handed over; never lost."""
        if state == "task":
            await self._hand_over(session, action, loaded, because, because)
        else:
            await actions.settle(session, action.id, state, at=self.clock(), held_because=because, problem=because)
        log.info("action_withheld", action_id=action.id, message_id=action.message_id, state=state, because=because)

    async def _hand_over(
        self, session: AsyncSession, action: Action, loaded: Loaded, problem: str, reason: str
    ) -> None:
        """The machine gives up; a person sees it with cause, link, and what to say (I8)."""
        now = self.clock()
        if await actions.is_cancelled(session, action.id):
            return  # somebody decided otherwise while the call was on its way
        if action.template == REMOVAL_NOTICE and action.requested_by is None:
            # Whoever was not informed, and why, is on the record (6.3.6); nobody runs after them.
            await actions.settle(session, action.id, "refused", at=now, problem=problem)
            return
        await actions.settle(session, action.id, "task", at=now, problem=problem)
        await tasks.open_task(
            session,
            kind=str(action.kind),
            reason=reason,
            message_id=action.message_id,
            action_id=action.id,
            urgency=action.urgency,
            due_at=await self._task_due_at(action, now=now),
            detail={
                "link": loaded.message.link,
                "platform": loaded.message.platform,
                "account": loaded.message.account.handle,
                "text": action.text,
                "problem": problem,
            },
        )
        if action.kind is ActionKind.HIDE and action.requested_by is None:
            await self._to_the_head_of_the_queue(session, action, loaded)
        await self._alarm(session, action, reason)

    async def _to_the_head_of_the_queue(self, session: AsyncSession, action: Action, loaded: Loaded) -> None:
        """What should be out of sight and stays visible is a person's to decide on first (policy section 1).

        Save where it is deleted all the same.
        """
        deletions = await actions.siblings_open(session, action, [ActionKind.DELETE])
        outbound = self._outbound(action, loaded)
        if all(lack_of(other, loaded.message, outbound) is not None for other in deletions):
            await reviews.open_review(
                session,
                action.message_id,
                revision=loaded.message.revision,
                reason=STAYS_VISIBLE,
                labels=[action.label] if action.label else [],
                priority=STAYS_VISIBLE_PRIORITY,
            )

    async def _alarm(self, session: AsyncSession, action: Action, reason: str) -> None:
        """Tell those who must know of a give-up; the task itself is in everybody's list."""
        about = f"{action.message_id}:{action.id}"
        if action.template in SUPPORT:
            kind = SystemNotice.SUPPORT_STALE if reason == "expired" else SystemNotice.SELF_HARM_BY_HAND
            for unit in (UnitKey("sks"), DIRECTORATE):
                await raise_alarm(session, kind, about, unit=unit, urgency=Urgency.URGENT, message_id=action.message_id)
        elif action.kind is ActionKind.EVIDENCE:
            await raise_alarm(session, SystemNotice.EVIDENCE_FAILED, about, message_id=action.message_id)
        elif reason == "gave_up":
            await raise_alarm(session, SystemNotice.ACTION_GAVE_UP, about, message_id=action.message_id)

    async def _task_due_at(self, action: Action, *, now: datetime) -> datetime:
        """As soon as what it is about: in office hours, save where it must not wait."""
        policy = (await self.policies.at_hand()).policy
        priority = policy.labels[Label(action.label)].priority if action.label is not None else 0
        if action.kind is ActionKind.HIDE and action.requested_by is None:
            priority = max(priority, STAYS_VISIBLE_PRIORITY)
        is_urgent = action.urgency == Urgency.URGENT
        return policy.queue.task_due_at(now, priority, is_urgent=is_urgent, zone=self.zone)

    async def _refused_by_database(
        self, session: AsyncSession, action: Action, loaded: Loaded, error: IntegrityError
    ) -> None:
        """The schema itself refused to let the call start (I3, I5): a person looks."""
        constraint = getattr(getattr(error.orig, "__cause__", None), "constraint_name", None) or "constraint"
        await self._hand_over(session, action, loaded, f"refused by the database: {constraint}", constraint)
        log.error("action_refused_by_database", action_id=action.id, constraint=constraint)

    async def _leave(self, message_id: MessageId, holder: str, looked_at: datetime) -> None:
        """Give the message back, and see that somebody comes for what was not due yet when we last looked.

        It may have fallen due since: a job that came a moment early is the only one there was. Nobody else queues a job
        for what is put off, so that a message that is put off again and again has one job and not one more each time.
        """
        async with self.sessions.begin() as session:
            await messages.release(session, message_id, holder=holder)
            wake = next_wake(await actions.open_actions(session, message_id), after=looked_at)
            if wake is not None:
                await message_job(session, message_id, after=wake - self.clock())

    def _count(self, loaded: Loaded, action: Action, outcome: str) -> None:
        actions_total.labels(loaded.message.platform, action.kind, outcome).inc()


def _must_try(action: Action) -> bool:
    """Whether it waits for nobody: what answers a cry for help or a threat is tried, however the platform fares."""
    return action.label in ALWAYS_ACT


async def _unsent_decisions(session: AsyncSession, open_now: list[Action]) -> frozenset[int]:
    """Decisions whose complaint has not yet been handed to its unit's channel: their reply waits (T1)."""
    waiting = {action.decision_id for action in open_now if action.kind is ActionKind.REPLY}
    return frozenset(
        [decision for decision in waiting if not await notifications.all_sent(session, decision, "complaint")]
    )
