"""Carrying out what was planned for a message: one action after the other, each attempt on record before its call."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.alarms import DIRECTORATE, raise_alarm
from app.actions.gates import REMOVAL_NOTICE, SUPPORT, closed_gate
from app.actions.order import next_ready, next_wake
from app.actions.perform import Done, is_speech, perform
from app.actions.preserve import Preserver
from app.clock import Clock
from app.connectors.base import CALL_TIMEOUT, ForPersons, Outbound
from app.decisions.model import ActionKind, UnitKey, Urgency
from app.errors import (
    ConnectorError,
    EvidenceError,
    OutcomeUnknownError,
    PlatformRefusedError,
    PlatformUnavailableError,
    TokenRejectedError,
)
from app.messages import Account, MessageId
from app.metrics import actions_total, takedown_seconds
from app.notices.model import SystemNotice
from app.records import actions, messages, notifications, reviews, tasks
from app.records.actions import Action, backoff
from app.records.database import Sessions
from app.records.jobs import message_job
from app.records.messages import Loaded

log = structlog.get_logger(__name__)

# Longer than a call may take: a holder that is silent for so long is dead, and its call has ended.
CLAIM = CALL_TIMEOUT * 2 + timedelta(seconds=4)
ATTEMPTS = 8
TOKEN_PAUSE = timedelta(minutes=2)
TIED_TO_ITS_WORDS = (ActionKind.HIDE, ActionKind.DELETE)
# Above what the machine merely wonders about, below threats: a person wanted this one gone.
ASKED_AGAIN = 80
STATE_AFTER = {ActionKind.HIDE: "hidden", ActionKind.UNHIDE: "visible", ActionKind.DELETE: "deleted"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """Carries out actions. `outbound_for` gives the calling half of an account's connector."""

    sessions: Sessions
    outbound_for: Callable[[Account], Outbound]
    preserver: Preserver
    clock: Clock
    jitter: Callable[[], float]

    async def carry_out(self, message_id: MessageId) -> None:
        """Do everything that is due for a message; one worker at a time, in order (I9).

        What must wait gets a job for its time. Where another worker is busy with the message, one for later.
        """
        holder = uuid4().hex
        async with self.sessions.begin() as session:
            if not await actions.open_actions(session, message_id):
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
        begun = await self._begin(message_id, holder)
        if begun is None:
            return False
        action, loaded, number = begun
        if number is None:
            return True
        with structlog.contextvars.bound_contextvars(
            correlation_id=loaded.correlation_id, message_id=message_id, action_id=action.id, kind=str(action.kind)
        ):
            await self._attempt(action, loaded, number)
        return True

    async def _begin(self, message_id: MessageId, holder: str) -> tuple[Action, Loaded, int | None] | None:
        """Choose the next ready action and commit that its attempt begins, before any call.

        What may be said is decided in this same transaction, so that it holds at the moment of sending (I6). Without
        a number the action was settled without a call; None where nothing is ready.
        """
        now = self.clock()
        async with self.sessions.begin() as session:
            if not await messages.claim(session, message_id, holder=holder, for_=CLAIM):
                return None
            open_now = await actions.open_actions(session, message_id)
            unsent = await _unsent_decisions(session, open_now)
            action = next_ready(open_now, now=now, unsent_decisions=unsent)
            if action is None:
                return None
            loaded = await messages.load(session, message_id)
            if action.kind in TIED_TO_ITS_WORDS and action.revision != loaded.message.revision:
                await self._outdated(session, action, loaded)
                return action, loaded, None
            if is_speech(action) and (gate := await closed_gate(session, action, loaded.message, now=now)):
                await self._shut(session, action, loaded, gate.state, gate.because)
                return action, loaded, None
            try:
                async with session.begin_nested():
                    return action, loaded, await actions.start(session, action, at=now)
            except IntegrityError as error:
                await self._refused_by_database(session, action, loaded, error)
                return action, loaded, None

    async def _attempt(self, action: Action, loaded: Loaded, number: int) -> None:
        """Make the call and commit how it ended."""
        try:
            done = await self._do(action, loaded)
        except (ConnectorError, EvidenceError) as error:
            await self._failed(action, loaded, number, error)
            return
        async with self.sessions.begin() as session:
            now = self.clock()
            await messages.lock_many(session, [action.message_id])
            await actions.end_attempt(session, action, number, at=now, outcome="done")
            await actions.settle(session, action.id, "done", at=now, external_id=done.external_id)
            if (state := STATE_AFTER.get(action.kind)) is not None:
                await messages.set_state(session, action.message_id, state)
        if action.kind is ActionKind.HIDE:
            takedown_seconds.labels(loaded.message.platform).observe((now - loaded.received_at).total_seconds())
        self._count(loaded, action, "done")
        log.info("action_done", attempt=number)

    async def _do(self, action: Action, loaded: Loaded) -> Done:
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
                outbound = self.outbound_for(loaded.message.account)
                if action.requested_by is not None and isinstance(outbound, ForPersons):
                    outbound = outbound.by_person()
                return await perform(action, loaded.message, outbound, now=self.clock())

    async def _notify(self, action: Action) -> None:
        """Hand a notice to the queue of notices; sending it, and trying again, is that queue's business."""
        async with self.sessions.begin() as session:
            await notifications.queue(
                session,
                key=f"{action.message_id}:{action.revision}:{action.label}:{action.recipient}",
                kind=action.label or "message",
                unit=UnitKey(action.recipient or "kurumsal_iletisim"),
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
            match error:
                case PlatformRefusedError():
                    outcome = "refused"
                    await actions.end_attempt(
                        session, action, number, at=now, outcome=outcome, code=code, detail=detail
                    )
                    await self._hand_over(session, action, loaded, problem, code or "refused")
                case TokenRejectedError():
                    outcome = "token"
                    await actions.end_attempt(
                        session, action, number, at=now, outcome=outcome, code=code, detail=detail
                    )
                    await self._again(session, action, loaded, now + TOKEN_PAUSE, problem, counts=False)
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
                    await actions.end_attempt(
                        session, action, number, at=now, outcome=outcome, code=code, detail=detail
                    )
                    wait = backoff(number, jitter=self.jitter())
                    if isinstance(error, PlatformUnavailableError) and error.retry_after is not None:
                        wait = max(wait, error.retry_after) if code != "settling" else error.retry_after
                    await self._again(session, action, loaded, now + wait, problem, counts=code != "settling")
        self._count(loaded, action, outcome)
        log.warning("action_failed", attempt=number, outcome=outcome, code=code)

    async def _again(
        self, session: AsyncSession, action: Action, loaded: Loaded, until: datetime, problem: str, *, counts: bool
    ) -> None:
        """Try again at `until`, or hand over where it has been tried often enough."""
        if await actions.is_cancelled(session, action.id):
            return
        if counts and action.attempts + 1 >= ATTEMPTS:
            await self._hand_over(session, action, loaded, problem, "gave_up")
            return
        if action.expires_at is not None:
            until = min(until, action.expires_at + timedelta(seconds=1))
        await actions.postpone(session, action.id, until=until, problem=problem)
        await message_job(session, action.message_id, after=until - self.clock())

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
            detail={
                "link": loaded.message.link,
                "platform": loaded.message.platform,
                "account": loaded.message.account.handle,
                "text": action.text,
                "problem": problem,
            },
        )
        await self._alarm(session, action, reason)

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

    async def _refused_by_database(
        self, session: AsyncSession, action: Action, loaded: Loaded, error: IntegrityError
    ) -> None:
        """The schema itself refused to let the call start (I3, I5): a person looks."""
        constraint = getattr(getattr(error.orig, "__cause__", None), "constraint_name", None) or "constraint"
        await self._hand_over(session, action, loaded, f"refused by the database: {constraint}", constraint)
        log.error("action_refused_by_database", action_id=action.id, constraint=constraint)

    async def _leave(self, message_id: MessageId, holder: str, looked_at: datetime) -> None:
        """Give the message back, and see that somebody comes for what was not due yet when we last looked.

        It may have fallen due since: a job that came a moment early is the only one there was.
        """
        async with self.sessions.begin() as session:
            await messages.release(session, message_id, holder=holder)
            wake = next_wake(await actions.open_actions(session, message_id), after=looked_at)
            if wake is not None:
                await message_job(session, message_id, after=wake - self.clock())

    def _count(self, loaded: Loaded, action: Action, outcome: str) -> None:
        actions_total.labels(loaded.message.platform, action.kind, outcome).inc()


async def _unsent_decisions(session: AsyncSession, open_now: list[Action]) -> frozenset[int]:
    """Decisions whose complaint has not yet been handed to its unit's channel: their reply waits (T1)."""
    waiting = {action.decision_id for action in open_now if action.kind is ActionKind.REPLY}
    return frozenset(
        [decision for decision in waiting if not await notifications.all_sent(session, decision, "complaint")]
    )
