"""An author asks why a message was removed (6.4.4): linked to the decision, answered after a person's yes."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.by_hand import ByHand, NotPossibleError, Override
from app.clock import Clock
from app.decisions.by_platform import REMOVAL_NOTICE, within_reach
from app.decisions.model import (
    ActionKind,
    Decision,
    Disposition,
    PlannedAction,
    PlanningContext,
    TemplateKey,
)
from app.decisions.policy import Policy
from app.decisions.texts import LANGUAGES, rules_broken
from app.errors import MissingVariableError
from app.messages import DecisionId, Message, MessageId, PersonId
from app.records import actions, appeals, audit, decisions, messages, reviews
from app.records.actions import NewAction
from app.records.appeals import Removal
from app.records.database import Sessions
from app.rules.asking_why import asks_why_removed

log = structlog.get_logger(__name__)

# So long after the removal the question is still about it.
ASKED_WITHIN = timedelta(days=30)
REASON = "asks_why"
# Beside criticism: somebody waits for an answer.
PRIORITY = 45
EXPLANATION = TemplateKey("explanation")


async def suggest_explanation(
    session: AsyncSession,
    message: Message,
    decision: Decision,
    decision_id: DecisionId,
    *,
    policy: Policy,
    context: PlanningContext,
    now: datetime,
) -> None:
    """Where the author asks why a message of theirs was removed: open an appeal, and suggest the explanation."""
    if not asks_why_removed(message.text):
        return
    removal = await appeals.last_removal(session, message, since=now - ASKED_WITHIN)
    if removal is None:
        return
    await appeals.open_appeal(session, message.id, removal, at=now)
    # Whatever else was heard in the question: what answers it is the explanation, and who gives it is a person.
    await actions.hold_planned(session, decision_id, [ActionKind.REPLY], because=REASON, at=now)
    await actions.record(
        session,
        [_suggestion(message, decision, removal, policy, context)],
        message_id=message.id,
        revision=message.revision,
        decision_id=decision_id,
        now=now,
    )
    await reviews.open_review(
        session,
        message.id,
        revision=message.revision,
        reason=REASON,
        labels=decision.labels,
        priority=max(PRIORITY, decision.review_priority if decision.review_reason else 0),
    )
    log.info("appeal_opened", message_id=message.id, removed_message_id=removal.message_id)


def _suggestion(
    message: Message, decision: Decision, removal: Removal, policy: Policy, context: PlanningContext
) -> NewAction:
    """The same words as told at a removal (T5), in private, in the asker's language or else in English."""
    language = decision.language if decision.language in LANGUAGES else "en"
    planned = PlannedAction(
        kind=ActionKind.PRIVATE_MESSAGE,
        purpose=f"private:{EXPLANATION}",
        template=EXPLANATION,
        language=language,
        held_because=REASON,
    )
    (planned,) = within_reach((planned,), decision, context)
    return NewAction(planned=planned, text=_words(removal, policy, message, str(language)), held_because=REASON)


def _words(removal: Removal, policy: Policy, message: Message, language: str) -> str | None:
    """None where a rule or a language is missing: then the reviewer writes it."""
    explained = removal.explanation or rules_broken(removal.labels, policy, message.platform)
    variables = dict(policy.variables) | {
        "rule": explained.get(f"rule_{language}", ""),
        "platform_rule": explained.get(f"platform_rule_{language}", ""),
    }
    template = policy.templates.get(REMOVAL_NOTICE)
    if template is None or language not in template.texts:
        return None
    try:
        return template.fill(REMOVAL_NOTICE, language, variables)
    except MissingVariableError:
        return None


class Appeals:
    """How appeals end: a person upholds the removal, or restores the message."""

    def __init__(self, *, sessions: Sessions, by_hand: ByHand, clock: Clock) -> None:
        self._sessions = sessions
        self._by_hand = by_hand
        self._clock = clock

    async def restore(self, appeal_id: int, removed: MessageId, *, by: PersonId, reason: str) -> None:
        """Let the message back in. Raises NotPossibleError where it cannot be, or the appeal has ended."""
        # Together or not at all: an appeal that has ended brings nothing back.
        async with self._sessions.begin() as session:
            recorded = await self._by_hand.override_within(session, removed, Override.RESTORE, by=by, reason=reason)
            if recorded.decision_id is not None:
                await self._settle(
                    session,
                    appeal_id,
                    "restored",
                    recorded.decision_id,
                    decided_as=Override.RESTORE,
                    by=by,
                    reason=reason,
                )
        if recorded.decision_id is None:
            raise NotPossibleError(
                "Geri getirme ikinci bir kişinin onayını bekliyor (/v1/approvals); onaylanınca yeniden deneyin.",
                "Restoring waits for a second person's approval (/v1/approvals); try again once it is given.",
            )

    async def uphold(self, appeal_id: int, removed: MessageId, *, by: PersonId, reason: str) -> None:
        """Leave it removed, as a person's decision with its reason. Raises NotPossibleError where it has ended."""
        async with self._sessions.begin() as session:
            loaded = await messages.load(session, removed, lock=True)
            if loaded.state not in ("hidden", "deleted"):
                raise NotPossibleError(
                    "Mesaj artık kaldırılmış ya da gizlenmiş değil.",
                    "The message is neither removed nor hidden any more.",
                )
            decision_id = await decisions.store_human_decision(
                session,
                removed,
                loaded.message.revision,
                person_id=by,
                disposition=Disposition.REMOVE if loaded.state == "deleted" else Disposition.CONTAIN,
                reason=reason,
            )
            decided_as = Override.DELETE if loaded.state == "deleted" else Override.HIDE
            await self._settle(session, appeal_id, "upheld", decision_id, decided_as=decided_as, by=by, reason=reason)

    async def _settle(
        self,
        session: AsyncSession,
        appeal_id: int,
        state: str,
        decision_id: DecisionId,
        *,
        decided_as: Override,
        by: PersonId,
        reason: str,
    ) -> None:
        settled = await appeals.settle(
            session, appeal_id, state, by=by, reason=reason, decided_by_decision=decision_id, at=self._clock()
        )
        if settled is None:
            raise NotPossibleError("Bu itiraz zaten sonuçlandırılmış.", "This appeal has ended already.")
        if state == "restored":
            # Nobody is told any more why it had to go.
            await actions.cancel_open(
                session,
                settled,
                [ActionKind.PRIVATE_MESSAGE],
                at=self._clock(),
                because="appeal_restored",
                only_template=EXPLANATION,
            )
        await reviews.close_review(
            session, settled, by=by, decision_id=decision_id, decided_as=decided_as, at=self._clock()
        )
        await audit.note(
            session, by=by, act=f"appeal.{state}", subject=f"appeal/{appeal_id}", detail={"reason": reason}
        )
