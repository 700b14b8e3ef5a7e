"""The way of one delivery, top to bottom: read → judge → carry out. Each stage commits by itself and may run twice."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from app.actions.carry_out import Actions
from app.clock import Clock
from app.connectors.base import Outbound
from app.decisions.decide import decide
from app.decisions.model import ActionKind, Decision, Disposition, PlanningContext
from app.decisions.plan import plan
from app.decisions.policy import Policy
from app.decisions.texts import explanation, text_of
from app.errors import ConnectorError
from app.ingest.read import Reader
from app.messages import Account, Channel, DecisionId, DeliveryId, MessageId
from app.metrics import messages_decided_total
from app.records import actions, decisions, messages, reviews
from app.records.actions import NewAction
from app.records.database import Sessions
from app.records.messages import Loaded
from app.rules.engine import evaluate
from app.rules.model import Label, Signals
from app.signals.gather import Gatherer
from app.signals.policies import Active, PolicyStore

log = structlog.get_logger(__name__)

# What a newer decision makes void: nothing of it may still happen for what was said before.
SUPERSEDED = (ActionKind.HIDE, ActionKind.DELETE, ActionKind.BLOCK, ActionKind.REPLY, ActionKind.PRIVATE_MESSAGE)
SUPPORT = ("support", "support_other")
ASK_LIMIT = timedelta(seconds=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """What happens to a comment."""

    sessions: Sessions
    reader: Reader
    gatherer: Gatherer
    policies: PolicyStore
    actions: Actions
    outbound_for: Callable[[Account], Outbound | None]
    clock: Clock

    async def handle_delivery(self, delivery_id: DeliveryId) -> None:
        """Read a delivery, then handle the message in it."""
        for message_id in await self.reader.read(delivery_id):
            await self.handle_message(message_id)

    async def handle_message(self, message_id: MessageId) -> None:
        """Judge the message's present revision, unless that is done, and carry out what is due."""
        await self.judge(message_id)
        await self.actions.carry_out(message_id)

    async def judge(self, message_id: MessageId) -> None:
        """Decide on the present revision and record the decision with everything that follows from it."""
        active = await self.policies.current()
        while True:
            async with self.sessions() as session:
                loaded = await messages.load(session, message_id)
                if await decisions.of_revision(session, message_id, loaded.message.revision) is not None:
                    return
            missing: frozenset[str] = frozenset()
            if not loaded.message.text and not loaded.message.media:
                loaded, missing = await self._ask(loaded)
            signals = await self.gatherer.gather(loaded.message, active.policy, now=self.clock(), missing=missing)
            evaluation = evaluate(loaded.message, signals)
            decision = decide(loaded.message, signals, evaluation, active.policy, kept_by_person=loaded.kept_by_person)
            if await self._record(loaded, signals, decision, active):
                return

    async def _ask(self, loaded: Loaded) -> tuple[Loaded, frozenset[str]]:
        """Some events come without the words (Instagram mentions): ask the platform, once, and judge what it says.

        Where it does not answer, the missing text is named, so that a person looks.
        """
        message = loaded.message
        outbound = self.outbound_for(message.account)
        try:
            async with asyncio.timeout(ASK_LIMIT.total_seconds()):
                found = await outbound.look_up(message) if outbound is not None else None
        except (ConnectorError, TimeoutError) as error:
            log.warning("text_not_given", message_id=message.id, error=type(error).__name__)
            found = None
        if found is None or not (found.text or found.media):
            return loaded, frozenset({"text"})
        async with self.sessions.begin() as session:
            await messages.complete(session, message.id, found)
            return await messages.load(session, message.id), frozenset()

    async def _record(self, loaded: Loaded, signals: Signals, decision: Decision, active: Active) -> bool:
        """Commit the decision, its actions and its place in the queue; False where the message changed meanwhile."""
        message, policy = loaded.message, active.policy
        async with self.sessions.begin() as session:
            now_loaded = await messages.load(session, message.id, lock=True)
            if now_loaded.message.revision != message.revision:
                return False
            decision_id = await decisions.store_machine_decision(
                session,
                message.id,
                message.revision,
                decision,
                context=_context(signals),
                explanation=explanation(decision, policy, message.platform),
            )
            if decision_id is None:
                return True
            if message.revision > 1:
                await actions.cancel_open(
                    session,
                    message.id,
                    SUPERSEDED,
                    at=self.clock(),
                    because=f"superseded_by_revision:{message.revision}",
                    spare_templates=SUPPORT,
                )
            await actions.record(
                session,
                _new_actions(now_loaded, signals, decision, active),
                message_id=message.id,
                revision=message.revision,
                decision_id=decision_id,
                now=self.clock(),
            )
            reason = _why_a_person(now_loaded, decision)
            if reason is not None:
                await reviews.open_review(
                    session,
                    message.id,
                    revision=message.revision,
                    reason=reason,
                    labels=decision.labels or _suspected(decision),
                    priority=decision.review_priority,
                )
        _tell(message.id, decision_id, decision, policy)
        messages_decided_total.labels(message.platform, decision.disposition).inc()
        return True


def _context(signals: Signals) -> dict[str, object]:
    """What the rules saw beside the text, kept so that the decision can be shown again (I7)."""
    return {
        "in_dialogue": signals.in_dialogue,
        "has_parent_text": signals.parent_text is not None,
        "language": signals.language,
        "date": signals.today.isoformat() if signals.today else None,
        "admission_period": signals.admission_period,
        "account_kind": signals.account_kind,
        "missing": sorted(signals.missing),
    }


def _new_actions(loaded: Loaded, signals: Signals, decision: Decision, active: Active) -> list[NewAction]:
    message, policy = loaded.message, active.policy
    planned = plan(
        decision,
        PlanningContext(
            text=message.text,
            is_dm=message.channel is Channel.DM,
            in_dialogue=signals.in_dialogue,
            admission_period=signals.admission_period,
            approved=active.approved,
        ),
        policy,
    )
    new = []
    for action in planned:
        if loaded.state == "removed_by_author" and action.kind in (
            ActionKind.HIDE,
            ActionKind.DELETE,
            ActionKind.REPLY,
        ):
            continue
        text, held = text_of(action, decision, policy, message.platform)
        new.append(NewAction(planned=action, text=text, held_because=held))
    return new


def _suspected(decision: Decision) -> tuple[Label, ...]:
    """What a message without a sure label might be, for the reviewer."""
    return tuple(dict.fromkeys(finding.label for finding in decision.findings))


def _why_a_person(loaded: Loaded, decision: Decision) -> str | None:
    """Why the message goes to the queue: the decision's own reason, or that what was hidden now reads harmless."""
    if decision.review_reason is not None:
        return decision.review_reason
    if loaded.state == "hidden" and decision.disposition is Disposition.KEEP:
        return "edited_after_takedown"
    return None


def _tell(message_id: MessageId, decision_id: DecisionId, decision: Decision, policy: Policy) -> None:
    level = log.warning if decision.incomplete or Label.SELF_HARM in decision.labels else log.info
    level(
        "message_decided",
        message_id=message_id,
        decision_id=decision_id,
        disposition=decision.disposition,
        labels=[str(label) for label in decision.labels],
        articles=[str(article) for article in decision.articles],
        incomplete=list(decision.incomplete),
        policy_version=policy.version,
    )
