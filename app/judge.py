"""Judging: signals, rules, decision, and everything that follows from it, recorded in one transaction."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.batching import Batcher
from app.clock import Clock
from app.connectors.base import Outbound
from app.decisions.by_platform import REMOVAL_NOTICE, STAYS_VISIBLE, STAYS_VISIBLE_PRIORITY, stays_visible
from app.decisions.capabilities import Lacks
from app.decisions.decide import decide
from app.decisions.model import SUPPORT, ActionKind, Decision, Disposition, PlannedAction, PlanningContext
from app.decisions.plan import plan
from app.decisions.policy import Policy
from app.decisions.texts import explanation, text_of
from app.decisions.wording import Moment, worded
from app.errors import ConnectorError
from app.explaining import suggest_explanation
from app.messages import Account, AccountId, Channel, DecisionId, MessageId
from app.metrics import messages_decided_total
from app.records import actions, arrivals, decisions, lacks, messages, reviews
from app.records.actions import NewAction
from app.records.database import Sessions
from app.records.decisions import Judged
from app.records.messages import Loaded, Standing
from app.rules.engine import evaluate
from app.rules.model import Label, Signals
from app.signals.gather import Gatherer, beside
from app.signals.policies import Active, PolicyStore

log = structlog.get_logger(__name__)

# What a newer decision makes void: nothing of it may still happen for what was said before.
SUPERSEDED = (ActionKind.HIDE, ActionKind.DELETE, ActionKind.BLOCK, ActionKind.REPLY, ActionKind.PRIVATE_MESSAGE)
ASK_LIMIT = timedelta(seconds=4)
# What matters of words that were edited away: whether somebody is in danger.
GRAVE = frozenset({Label.SELF_HARM, Label.THREAT})


class Outcome(Enum):
    """What judging a message left to be done."""

    NOTHING_TO_DO = "nothing to do"
    MAYBE_ACTIONS = "maybe actions"
    WORDS_UNKNOWN = "words unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A message to be judged; `was_asked`: whether the platform was asked for words that we do not know."""

    message_id: MessageId
    was_asked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What is about to be recorded of one message; `policy` has the words that hold at this moment."""

    loaded: Loaded
    signals: Signals
    decision: Decision
    planned: tuple[PlannedAction, ...]
    policy: Policy
    context: PlanningContext


class Judge:
    """Judges messages; those that wait at the same time in one transaction."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        gatherer: Gatherer,
        policies: PolicyStore,
        outbound_for: Callable[[Account], Outbound],
        clock: Clock,
    ) -> None:
        self._sessions = sessions
        self._gatherer = gatherer
        self._policies = policies
        self._outbound_for = outbound_for
        self._clock = clock
        self._batches = Batcher(self._judge_many, at_most=60, at_once=3)

    async def judge(self, message_id: MessageId) -> Outcome:
        """Decide on every revision of the message that is not decided yet, the present one last."""
        outcome = await self._batches.ask(Question(message_id=message_id))
        if outcome is Outcome.WORDS_UNKNOWN:
            await self._ask_for_words(message_id)
            outcome = await self._batches.ask(Question(message_id=message_id, was_asked=True))
        return outcome

    async def _judge_many(self, questions: Sequence[Question]) -> Sequence[Outcome]:
        active = await self._policies.current()
        outcomes: dict[MessageId, Outcome] = {}
        asked = {question.message_id for question in questions if question.was_asked}
        left = [question.message_id for question in questions]
        while left:
            async with self._sessions() as session:
                undecided = await messages.load_undecided(session, left)
                accounts = {loaded.message.account.id for loaded in undecided}
                found = await lacks.of_accounts(session, accounts, now=self._clock())
            unknown = {one.message.id for one in undecided if one.order_unknown or _is_wordless(one)} - asked
            outcomes |= dict.fromkeys(unknown, Outcome.WORDS_UNKNOWN)
            judged = [loaded for loaded in undecided if loaded.message.id not in unknown]
            if not judged:
                break
            opinions = await asyncio.gather(*(self._opinion(loaded, active, found) for loaded in judged))
            for message_id, outcome in (await self._record(opinions, active)).items():
                if outcomes.get(message_id) is not Outcome.MAYBE_ACTIONS:
                    outcomes[message_id] = outcome
            left = [loaded.message.id for loaded in judged if loaded.superseded]
        return [outcomes.get(question.message_id, Outcome.MAYBE_ACTIONS) for question in questions]

    async def _opinion(self, loaded: Loaded, active: Active, found: Mapping[AccountId, Lacks]) -> Opinion:
        """Decide on a message and plan what follows; `found`: what accounts lack beside what their connectors say."""
        missing = frozenset() if loaded.message.text or loaded.message.media else frozenset({"text"})
        signals = await self._gatherer.gather(loaded.message, active.policy, now=self._clock(), missing=missing)
        evaluation = await beside(loaded.message.text, lambda: evaluate(loaded.message, signals))
        decision = decide(loaded.message, signals, evaluation, active.policy, kept_by_person=loaded.kept_by_person)
        message = loaded.message
        moment = Moment(
            admission_period=signals.admission_period,
            office_hours=active.policy.queue.office_hours(self._gatherer.zone).are_on(self._clock()),
        )
        policy, approved_texts = worded(active.policy, active.texts, moment)
        context = PlanningContext(
            text=message.text,
            account_unit=message.account.unit,
            is_dm=message.channel is Channel.DM,
            in_dialogue=signals.in_dialogue,
            admission_period=signals.admission_period,
            approved=active.approved,
            approved_texts=approved_texts,
            lacks={**found[message.account.id], **self._outbound_for(message.account).lacks(message.channel, message)},
        )
        return Opinion(
            loaded=loaded,
            signals=signals,
            decision=decision,
            planned=plan(decision, context, policy),
            policy=policy,
            context=context,
        )

    async def _ask_for_words(self, message_id: MessageId) -> None:
        """Some events come without the words (Instagram mentions), and of two edits within one second nobody knows the
        last (Facebook): ask the platform, once, and keep what it says.

        Where it does not answer, a missing text stays missing, and a person looks; of two edits the one that came last
        stands.
        """
        async with self._sessions() as session:
            message = (await messages.load(session, message_id)).message
        outbound = self._outbound_for(message.account)
        try:
            async with asyncio.timeout(ASK_LIMIT.total_seconds()):
                found = await outbound.look_up(message)
        except (ConnectorError, TimeoutError) as error:
            log.warning("text_not_given", message_id=message.id, error=type(error).__name__)
            return
        if found.text or found.media:
            async with self._sessions.begin() as session:
                await arrivals.complete(session, message.id, found)
                await arrivals.put_in_order(session, message.id, found)

    async def _record(self, opinions: Sequence[Opinion], active: Active) -> dict[MessageId, Outcome]:
        """Commit decisions with what follows from them."""
        outcomes: dict[MessageId, Outcome] = {}
        by_id = {opinion.loaded.message.id: opinion for opinion in opinions}
        async with self._sessions.begin() as session:
            standing = await messages.lock_many(session, list(by_id))
            by_people = await decisions.decided_by_people(session, list(by_id))
            stored = await decisions.store_machine_decisions(session, [_judged(one, active) for one in opinions])
            for opinion in opinions:
                message_id, revision = opinion.loaded.message.id, opinion.loaded.message.revision
                outcomes[message_id] = Outcome.MAYBE_ACTIONS
                if (decision_id := stored.get(message_id)) is None:
                    continue
                # An edit may have come while the rules were at work.
                if revision != standing[message_id].revision:
                    outcomes[message_id] = await self._follow_superseded(
                        session, opinion, decision_id, standing[message_id]
                    )
                else:
                    has_decided = (message_id, revision) in by_people
                    outcomes[message_id] = await self._follow(
                        session, opinion, decision_id, standing[message_id], has_decided=has_decided
                    )
        for message_id, decision_id in stored.items():
            _tell(by_id[message_id], decision_id)
        return outcomes

    async def _follow(
        self,
        session: AsyncSession,
        opinion: Opinion,
        decision_id: DecisionId,
        standing: Standing,
        *,
        has_decided: bool,
    ) -> Outcome:
        """Record what follows from a new decision: actions, and a place in the queue.

        `has_decided`: a person did so on these same words, which beats it (I7). Others are still told.
        """
        message = opinion.loaded.message
        may_be_hidden = standing.state == "hidden"
        if message.revision > 1:
            may_be_hidden = may_be_hidden or await actions.may_be_hidden(session, message.id)
            await self._void_what_was_for_earlier_words(
                session,
                message.id,
                message.revision,
                takes_down=opinion.decision.disposition.takes_down and not has_decided,
            )
        new = _new_actions(opinion, standing)
        if has_decided:
            new = [entry for entry in new if _only_tells(entry.planned)]
        await actions.record(
            session,
            new,
            message_id=message.id,
            revision=message.revision,
            decision_id=decision_id,
            now=self._clock(),
        )
        is_in_sight = standing.state == "visible" and stays_visible(opinion.planned, opinion.decision)
        reason = _why_a_person(opinion.decision, may_be_hidden=may_be_hidden, is_in_sight=is_in_sight)
        priority = opinion.decision.review_priority
        if reason is not None and not has_decided:
            await reviews.open_review(
                session,
                message.id,
                revision=message.revision,
                reason=reason,
                labels=opinion.decision.labels or _suspected(opinion.decision),
                priority=max(priority, STAYS_VISIBLE_PRIORITY) if is_in_sight else priority,
            )
        if not has_decided:
            await suggest_explanation(
                session,
                message,
                opinion.decision,
                decision_id,
                policy=opinion.policy,
                context=opinion.context,
                now=self._clock(),
            )
        return Outcome.MAYBE_ACTIONS if new or message.revision > 1 else Outcome.NOTHING_TO_DO

    async def _follow_superseded(
        self, session: AsyncSession, opinion: Opinion, decision_id: DecisionId, standing: Standing
    ) -> Outcome:
        """Record what words still ask for that their author has edited away: help, the record, those who must know."""
        message, decision = opinion.loaded.message, opinion.decision
        new = [
            entry
            for entry in _new_actions(opinion, standing)
            if entry.planned.label in GRAVE and _only_tells(entry.planned)
        ]
        await actions.record(
            session,
            new,
            message_id=message.id,
            revision=message.revision,
            decision_id=decision_id,
            now=self._clock(),
        )
        suspected = _suspected(decision)
        if decision.review_reason is not None and (decision.incomplete or GRAVE & {*decision.labels, *suspected}):
            await reviews.open_review(
                session,
                message.id,
                # The queue shows the message as it is now; what it said before stands beside it.
                revision=standing.revision,
                reason=decision.review_reason,
                labels=decision.labels or suspected,
                priority=decision.review_priority,
            )
        return Outcome.MAYBE_ACTIONS if new else Outcome.NOTHING_TO_DO

    async def _void_what_was_for_earlier_words(
        self, session: AsyncSession, message_id: MessageId, revision: int, *, takes_down: bool
    ) -> None:
        because = f"{actions.SUPERSEDED}{revision}"
        await actions.cancel_open(
            session, message_id, SUPERSEDED, at=self._clock(), because=because, spare_templates=SUPPORT
        )
        if takes_down:
            # A person let the earlier words back in, not these (I7).
            await actions.cancel_open(
                session, message_id, (ActionKind.UNHIDE,), at=self._clock(), because=because, automatic_only=False
            )


def _is_wordless(loaded: Loaded) -> bool:
    """Whether the platform may still say what the event left out; it knows the present words alone."""
    return not loaded.superseded and not loaded.message.text and not loaded.message.media


def _judged(opinion: Opinion, active: Active) -> Judged:
    message = opinion.loaded.message
    return Judged(
        message_id=message.id,
        revision=message.revision,
        decision=opinion.decision,
        context=_context(opinion.signals),
        explanation=explanation(opinion.decision, active.policy, message.platform),
    )


def _context(signals: Signals) -> dict[str, object]:
    """What the rules saw beside the text, kept so that the decision can be shown again (I7)."""
    return {
        "in_dialogue": signals.in_dialogue,
        "has_parent_text": signals.parent_text is not None,
        "language": signals.language,
        "date": signals.today.isoformat() if signals.today else None,
        "admission_period": signals.admission_period,
        "account_kind": signals.account_kind,
        "scores": {label: scored.log_odds for label, scored in (signals.scores or {}).items()},
        "missing": sorted(signals.missing),
    }


def _new_actions(opinion: Opinion, standing: Standing) -> list[NewAction]:
    message, decision, policy = opinion.loaded.message, opinion.decision, opinion.policy
    new = []
    for action in opinion.planned:
        if standing.state == "removed_by_author" and action.kind in (
            ActionKind.HIDE,
            ActionKind.DELETE,
            ActionKind.REPLY,
        ):
            continue
        text, held = text_of(action, decision, policy, message.platform)
        if action.template == REMOVAL_NOTICE and action.by_hand is not None:
            held = None  # it cannot go out in any words: that is for the record, not for a person
        new.append(NewAction(planned=action, text=text, held_because=held))
    return new


def _only_tells(action: PlannedAction) -> bool:
    """Whether it leaves the message alone: the record, notices to staff, the support message of 6.4.15."""
    return action.kind in (ActionKind.EVIDENCE, ActionKind.NOTIFY) or action.template in SUPPORT


def _suspected(decision: Decision) -> tuple[Label, ...]:
    """What a message without a sure label might be, for the reviewer."""
    return tuple(dict.fromkeys(finding.label for finding in decision.findings))


def _why_a_person(decision: Decision, *, may_be_hidden: bool, is_in_sight: bool) -> str | None:
    """Why the message goes to the queue: the decision's own reason, or that what was hidden now reads harmless.

    `is_in_sight`: it was to be taken down, and cannot be; it must not look as if it were hidden.
    """
    if is_in_sight and decision.review_reason in (None, "contained"):
        return STAYS_VISIBLE
    if decision.review_reason is not None:
        return decision.review_reason
    if may_be_hidden and decision.disposition is Disposition.KEEP:
        return "edited_after_takedown"
    return None


def _tell(opinion: Opinion, decision_id: DecisionId) -> None:
    message, decision = opinion.loaded.message, opinion.decision
    level = log.warning if decision.incomplete or Label.SELF_HARM in decision.labels else log.info
    level(
        "message_decided",
        correlation_id=opinion.loaded.correlation_id,
        message_id=message.id,
        decision_id=decision_id,
        disposition=decision.disposition,
        labels=[str(label) for label in decision.labels],
        articles=[str(article) for article in decision.articles],
        incomplete=list(decision.incomplete),
        policy_version=decision.policy_version,
    )
    messages_decided_total.labels(message.platform, decision.disposition).inc()
