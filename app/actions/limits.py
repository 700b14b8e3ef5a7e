"""The machine limits itself at the moment of acting (I11), so that this also holds for what was planned before.

What a person asked for is never limited, nor anything about a message that speaks of self-harm or a threat (policy
section 3).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.alarms import raise_alarm
from app.decisions.by_platform import REMOVAL_NOTICE
from app.decisions.limits import Cause, unusual_from, usual
from app.decisions.model import ActionKind, Urgency
from app.decisions.policy import LIMITED, Policy
from app.decisions.safeguards import ALWAYS_ACT
from app.messages import Message
from app.metrics import limits_reached_total
from app.notices.model import SystemNotice
from app.records import actions, decisions, limits, reviews
from app.records.actions import Action
from app.records.limits import HELD, Subject, hour_of
from app.rules.model import Label

log = structlog.get_logger(__name__)

NOTICE_OF = {Cause.QUOTA: SystemNotice.QUOTA_REACHED, Cause.UNUSUAL: SystemNotice.UNUSUAL_RATE}
REVIEW_OF = {Cause.QUOTA: "over_quota", Cause.UNUSUAL: "unusual_rate"}
# What makes no sense, or would say something untrue, while the message is still there for all to see.
NOT_WITHOUT_HIDING = (ActionKind.DELETE, ActionKind.BLOCK, ActionKind.PRIVATE_MESSAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The limit that an act came to, `counted` against `allowed`, and until when it stands.

    `limit_id`: it stood already, so that nobody needs to hear of it again.
    """

    subject: Subject
    cause: Cause
    hour: datetime
    counted: int
    allowed: int
    ends_at: datetime
    limit_id: int | None = None


async def limit_reached(
    session: AsyncSession, action: Action, message: Message, policy: Policy, *, now: datetime
) -> Reached | None:
    """The limit that leaves this act to a person; None where the machine may do it, which counts it as begun.

    Only the first attempt is asked about: what may be begun may also be finished.
    """
    if action.kind not in LIMITED or action.requested_by is not None or action.attempts or action.label is None:
        return None
    if ALWAYS_ACT & set(await decisions.labels_of(session, action.decision_id)):
        return None
    subject = Subject(account_id=message.account.id, label=action.label, kind=action.kind)
    quota = policy.limits.quota(Label(action.label), action.kind)
    this_hour, fired_in = hour_of(now), hour_of(action.created_at)
    authors = await limits.count_author(session, subject, hour=fired_in, author=_author(message))
    standing = await limits.standing(session, subject, now=now)
    if standing.is_lifted or await limits.was_let_go(session, action.kind, action.held_because):
        await limits.take(session, subject, hour=this_hour, at_most=None)
        return None
    allowed = quota.authors
    if authors > allowed:
        past = await limits.same_time_before(session, subject, hour=fired_in, weeks=policy.limits.weeks)
        allowed = unusual_from(policy.limits, quota, usual(past))
    if standing.limit_id is not None or authors > allowed:
        return Reached(
            subject=subject,
            cause=Cause.UNUSUAL,
            hour=fired_in,
            counted=authors,
            allowed=allowed,
            ends_at=now + timedelta(hours=policy.limits.unusual_for_hours),
            limit_id=standing.limit_id,
        )
    if await limits.take(session, subject, hour=this_hour, at_most=quota.per_hour):
        return None
    return Reached(
        subject=subject,
        cause=Cause.QUOTA,
        hour=this_hour,
        counted=quota.per_hour,
        allowed=quota.per_hour,
        ends_at=this_hour + timedelta(hours=1),
    )


async def leave_to_a_person(
    session: AsyncSession, action: Action, message: Message, policy: Policy, reached: Reached, *, now: datetime
) -> None:
    """Hold the act, put the message into the queue, and tell the directorate once for the account and hour."""
    limit_id, is_first = reached.limit_id, False
    if limit_id is None:
        limit_id, is_first = await limits.reach(
            session,
            reached.subject,
            reached.cause,
            hour=reached.hour,
            counted=reached.counted,
            allowed=reached.allowed,
            at=now,
            ends_at=reached.ends_at,
        )
    because = f"{HELD}{limit_id}"
    await actions.settle(session, action.id, "held", at=now, held_because=because, problem=None)
    if action.kind is ActionKind.HIDE:
        await actions.hold_planned(session, action.decision_id, NOT_WITHOUT_HIDING, because=because, at=now)
    if action.template != REMOVAL_NOTICE:
        labels = await decisions.labels_of(session, action.decision_id)
        await reviews.open_review(
            session,
            action.message_id,
            revision=action.revision,
            reason=REVIEW_OF[reached.cause],
            labels=labels,
            priority=max((policy.labels[Label(label)].priority for label in labels), default=10),
        )
    if is_first:
        await _tell(session, action, message, reached, now=now)
    log.info(
        "action_left_to_a_person",
        action_id=action.id,
        message_id=action.message_id,
        kind=str(action.kind),
        cause=str(reached.cause),
    )


async def _tell(session: AsyncSession, action: Action, message: Message, reached: Reached, *, now: datetime) -> None:
    subject = reached.subject
    await raise_alarm(
        session,
        NOTICE_OF[reached.cause],
        f"{subject.account_id}:{hour_of(now).isoformat()}",
        # What is not hidden any more stands there for all to see until somebody decides.
        urgency=Urgency.URGENT if action.kind is ActionKind.HIDE else Urgency.NORMAL,
        message_id=action.message_id,
    )
    limits_reached_total.labels(message.platform, subject.label, subject.kind, reached.cause).inc()
    log.warning(
        "quota_reached" if reached.cause is Cause.QUOTA else "unusual_rate_seen",
        platform=message.platform,
        account=message.account.external_id,
        label=subject.label,
        kind=subject.kind,
        counted=reached.counted,
        allowed=reached.allowed,
    )


def _author(message: Message) -> str:
    """Who is counted. Where the platform names no author, each message counts as one of its own: in doubt, ask."""
    return message.author_id or f"message:{message.id}"
