"""Actions: recorded intents, their attempts and their outcomes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.model import SPEECH, ActionKind, PlannedAction
from app.messages import ActionId, DecisionId, MessageId, PersonId
from app.records.months import first_id, id_beside, in_month_of
from app.records.tables import actions, attempts, messages

SUPERSEDED = "superseded_by_revision:"
OPEN_STATES = ("planned", "running")
WAITING_FOR_A_PERSON = ("held", "withheld")
# Whether an action `a` is still owed, for which its message must stay. An answer that nobody has taken up is an offer,
# no duty: it ends with the words that it was to answer.
IS_OWED = (
    "(a.state in ('planned', 'running', 'held', 'withheld', 'task') "
    "and not (a.state = 'held' and a.kind in ('reply', 'private_message')))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One intent as it stands.

    `unknown_since` is when the first attempt began that may have been carried out; None where all are known to have
    failed. What other attempts came to later does not change that.
    """

    id: ActionId
    message_id: MessageId
    revision: int
    decision_id: DecisionId
    position: int
    kind: ActionKind
    purpose: str
    label: str | None
    template: str | None
    language: str | None
    text: str | None
    recipient: str | None
    urgency: str
    needs_image: bool
    state: str
    requested_by: PersonId | None
    due_at: datetime
    expires_at: datetime | None
    attempts: int
    created_at: datetime
    held_because: str | None = None
    started_at: datetime | None = None
    unknown_since: datetime | None = None

    @property
    def unknown(self) -> bool:
        """Whether an earlier attempt may have been carried out."""
        return self.unknown_since is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAction:
    """An intent about to be recorded: what was planned, and the text it will say."""

    planned: PlannedAction
    text: str | None = None
    held_because: str | None = None


_COLUMNS = [actions.c[name] for name in Action.__dataclass_fields__ if name != "unknown_since"]


def as_action(row: Any) -> Action:
    """An Action of a row."""
    values = dict(row._mapping)
    values["kind"] = ActionKind(values["kind"])
    return Action(**values)


def of_message(message_id: MessageId) -> ColumnElement[bool]:
    """The condition for the actions on a message."""
    return (actions.c.message_id == message_id) & in_month_of(actions.c.id, message_id)


def of_decision(decision_id: DecisionId) -> ColumnElement[bool]:
    """The condition for what follows from a decision."""
    return (actions.c.decision_id == decision_id) & in_month_of(actions.c.id, decision_id)


async def record(
    session: AsyncSession,
    new: Sequence[NewAction],
    *,
    message_id: MessageId,
    revision: int,
    decision_id: DecisionId,
    now: datetime,
    requested_by: PersonId | None = None,
) -> None:
    """Record intents in their order. What was intended before (the same speech, the same act) is left as it is.

    Save speech that never began and only gave way to an edit: its row, the one there may be (I4), takes the new words.
    """
    if not new:
        return
    rows: list[dict[str, Any]] = [
        {
            "message_id": message_id,
            "revision": revision,
            "decision_id": decision_id,
            "position": position,
            "kind": entry.planned.kind,
            "purpose": entry.planned.purpose,
            "label": entry.planned.label,
            "template": entry.planned.template,
            "language": entry.planned.language,
            "text": entry.text,
            "recipient": entry.planned.to,
            "urgency": entry.planned.urgency,
            "needs_image": entry.planned.needs_image,
            "state": "held" if entry.held_because else "planned",
            "held_because": entry.held_because,
            "requested_by": requested_by,
            "due_at": now + entry.planned.delay,
            "expires_at": now + entry.planned.expires_after if entry.planned.expires_after else None,
            "created_at": now,
        }
        for position, entry in enumerate(new)
    ]
    if revision > 1:
        rows = [row for row in rows if row["kind"] not in SPEECH or not await _takes_over(session, row)]
    if rows:
        rows = [row | {"id": id_beside(actions, message_id)} for row in rows]
        await session.execute(insert(actions).values(rows).on_conflict_do_nothing())


async def _takes_over(session: AsyncSession, row: dict[str, Any]) -> bool:
    """Let a new intent to speak take the place of one that an edit cancelled before it began; False where none did.

    What a person discarded, answered by hand or wrote instead stays cancelled.
    """
    taken = await session.scalar(
        update(actions)
        .where(
            of_message(row["message_id"]),
            actions.c.purpose == row["purpose"],
            actions.c.kind.in_(SPEECH),
            actions.c.state == "cancelled",
            actions.c.attempts == 0,
            actions.c.problem.startswith(SUPERSEDED),
        )
        .values(**row, finished_at=None, problem=None)
        .returning(actions.c.id)
    )
    return taken is not None


async def open_actions(session: AsyncSession, message_id: MessageId) -> list[Action]:
    """What is planned or was begun for a message, in order."""
    # Begun and never ended: the worker died, and nobody knows how far the call got.
    unknown_since = (
        select(func.min(attempts.c.started_at))
        .where(attempts.c.action_id == actions.c.id, func.coalesce(attempts.c.outcome, "unknown") == "unknown")
        .scalar_subquery()
    )
    rows = await session.execute(
        select(*_COLUMNS, unknown_since.label("unknown_since"))
        .where(of_message(message_id), actions.c.state.in_(OPEN_STATES))
        .order_by(actions.c.decision_id, actions.c.position, actions.c.id)
    )
    return [as_action(row) for row in rows]


async def following(session: AsyncSession, decision_id: DecisionId) -> list[Action]:
    """What followed from a decision, in order."""
    rows = await session.execute(
        select(*_COLUMNS).where(of_decision(decision_id)).order_by(actions.c.position, actions.c.id)
    )
    return [as_action(row) for row in rows]


async def siblings_open(session: AsyncSession, action: Action, kinds: Iterable[ActionKind]) -> list[Action]:
    """Open actions of the same decision of these kinds."""
    return [
        other
        for other in await open_actions(session, action.message_id)
        if other.decision_id == action.decision_id and other.kind in set(kinds) and other.id != action.id
    ]


async def became_a_task(session: AsyncSession, decision_id: DecisionId, kind: ActionKind) -> bool:
    """Whether an action of this kind and decision came to a person."""
    found = await session.scalar(
        select(actions.c.id).where(of_decision(decision_id), actions.c.kind == kind, actions.c.state == "task").limit(1)
    )
    return found is not None


async def start(session: AsyncSession, action: Action, *, at: datetime) -> int | None:
    """Commit the intent to call, before the call. Returns the attempt's number; None where it is open no more.

    Raises IntegrityError where the database refuses it: no evidence yet (I3), or beyond what was decided (I5).
    """
    number = action.attempts + 1
    begun = await session.scalar(
        update(actions)
        .where(actions.c.id == action.id, actions.c.state.in_(OPEN_STATES))
        .values(state="running", attempts=number, started_at=at)
        .returning(actions.c.id)
    )
    if begun is None:
        return None
    await session.execute(
        insert(attempts).values(action_id=action.id, number=number, started_at=at).on_conflict_do_nothing()
    )
    return number


async def end_attempt(
    session: AsyncSession,
    action: Action,
    number: int,
    *,
    at: datetime,
    outcome: str,
    code: str = "",
    detail: str = "",
    counts: bool = True,
) -> None:
    """Record how an attempt ended: ``done``, ``unavailable``, ``unknown``, ``refused``, ``token``, ``failed``.

    `counts`: towards giving up; not so what the platform's own trouble or its limits brought about.
    """
    await session.execute(
        update(attempts)
        .where(attempts.c.action_id == action.id, attempts.c.number == number)
        .values(ended_at=at, outcome=outcome, code=code or None, detail=detail or None, counts=counts)
    )


async def uncounted_attempts(session: AsyncSession, action_id: ActionId) -> int:
    """How many attempts failed that say nothing of the act itself."""
    found = await session.scalar(
        select(func.count()).where(attempts.c.action_id == action_id, attempts.c.counts.is_(False))
    )
    return int(found or 0)


async def is_latest(session: AsyncSession, action: Action, number: int) -> bool:
    """Whether no later attempt began; it stays so until the transaction ends."""
    last = await session.scalar(select(actions.c.attempts).where(actions.c.id == action.id).with_for_update())
    return bool(last == number)


async def settle(
    session: AsyncSession,
    action_id: ActionId,
    state: str,
    *,
    at: datetime,
    problem: str | None = None,
    external_id: str | None = None,
    held_because: str | None = None,
) -> None:
    """Bring an action to a state in which it rests."""
    await session.execute(
        update(actions)
        .where(actions.c.id == action_id)
        .values(
            state=state,
            finished_at=at,
            problem=problem,
            external_id=func.coalesce(external_id, actions.c.external_id),
            held_because=func.coalesce(held_because, actions.c.held_because),
        )
    )


async def postpone(session: AsyncSession, action_id: ActionId, *, until: datetime, problem: str | None = None) -> None:
    """Try again no sooner than `until`, unless it was settled while it ran."""
    await session.execute(
        update(actions)
        .where(actions.c.id == action_id, actions.c.state == "running")
        .values(state="planned", due_at=until, problem=func.coalesce(problem, actions.c.problem))
    )


async def put_off(session: AsyncSession, action_id: ActionId, *, until: datetime, problem: str | None = None) -> None:
    """Begin no sooner than `until`; nothing was tried, so nothing counts as an attempt."""
    await session.execute(
        update(actions)
        .where(actions.c.id == action_id, actions.c.state.in_(OPEN_STATES))
        .values(state="planned", due_at=until, problem=func.coalesce(problem, actions.c.problem))
    )


async def hold_planned(
    session: AsyncSession, decision_id: DecisionId, kinds: Iterable[ActionKind], *, because: str, at: datetime
) -> None:
    """Hold for a person what the machine planned in a decision and did not begin yet, of these kinds."""
    await session.execute(
        update(actions)
        .where(
            of_decision(decision_id),
            actions.c.kind.in_([str(kind) for kind in kinds]),
            actions.c.state == "planned",
            actions.c.attempts == 0,
            actions.c.requested_by.is_(None),
        )
        .values(state="held", held_because=because, finished_at=at)
    )


async def cancel_open(
    session: AsyncSession,
    message_id: MessageId,
    kinds: Iterable[ActionKind],
    *,
    at: datetime,
    because: str,
    automatic_only: bool = True,
    spare_templates: Iterable[str] = (),
    only_template: str | None = None,
    given_up_too: bool = False,
) -> list[ActionId]:
    """Cancel what is open or waits for a person, on request what became a task too; returns what was cancelled.

    A call that is on its way cannot be called back: should it succeed, its action becomes done all the same. It is not
    made again, whether it fails or its worker dies.
    """
    condition = (
        of_message(message_id)
        & actions.c.kind.in_([str(kind) for kind in kinds])
        & actions.c.state.in_((*OPEN_STATES, *WAITING_FOR_A_PERSON, *(("task",) if given_up_too else ())))
        & (actions.c.template.is_(None) | actions.c.template.not_in(list(spare_templates)))
    )
    if only_template is not None:
        condition &= actions.c.template == only_template
    if automatic_only:
        condition &= actions.c.requested_by.is_(None)
    rows = await session.scalars(
        update(actions)
        .where(condition)
        .values(state="cancelled", problem=because, finished_at=at)
        .returning(actions.c.id)
    )
    return [ActionId(row) for row in rows]


async def machines_block(session: AsyncSession, message_id: MessageId) -> Action | None:
    """The machine's own block of a message's author that holds, or may hold; None where there is none.

    It holds no more once it was lifted; one that was on its way when somebody decided otherwise may have been made.
    Where the author is blocked for another message too, lifting it for this one would undo that: then there is none to
    lift either.
    """
    holds = await session.execute(
        select(*_COLUMNS)
        .where(
            of_message(message_id),
            actions.c.kind.in_((ActionKind.BLOCK, ActionKind.UNBLOCK)),
            (actions.c.state == "done") | (actions.c.state.in_(("running", "cancelled")) & (actions.c.attempts > 0)),
        )
        .order_by(actions.c.id.desc())
        .limit(1)
    )
    last = holds.one_or_none()
    if last is None or last.kind != ActionKind.BLOCK or last.requested_by is not None:
        return None
    return None if await is_blocked_for_another(session, message_id) else as_action(last)


async def is_blocked_for_another(session: AsyncSession, message_id: MessageId) -> bool:
    """Whether a block that holds was made for another message of the same author on the same account."""
    author = (
        await session.execute(
            select(messages.c.account_id, messages.c.author_external_id).where(messages.c.id == message_id)
        )
    ).one()
    if author.author_external_id is None:
        return False
    acts = (
        select(
            actions.c.message_id,
            actions.c.kind,
            func.row_number()
            .over(partition_by=actions.c.message_id, order_by=actions.c.id.desc())
            .label("from_the_last"),
        )
        .join(messages, messages.c.id == actions.c.message_id)
        .where(
            messages.c.account_id == author.account_id,
            messages.c.author_external_id == author.author_external_id,
            messages.c.id != message_id,
            actions.c.kind.in_((ActionKind.BLOCK, ActionKind.UNBLOCK)),
            actions.c.state == "done",
        )
        .subquery()
    )
    found = await session.scalar(
        select(acts.c.message_id).where(acts.c.from_the_last == 1, acts.c.kind == ActionKind.BLOCK).limit(1)
    )
    return found is not None


async def is_cancelled(session: AsyncSession, action_id: ActionId) -> bool:
    """Whether an action was cancelled, also while its call was on its way; it stays so until the transaction ends."""
    state = await session.scalar(select(actions.c.state).where(actions.c.id == action_id).with_for_update())
    return bool(state == "cancelled")


async def may_be_hidden(session: AsyncSession, message_id: MessageId) -> bool:
    """Whether a hiding call was made, and none since that brought the message back.

    Its answer may be lost, or still on its way: the message's state does not tell then.
    """
    shown = select(func.coalesce(func.max(actions.c.id), 0)).where(
        of_message(message_id), actions.c.kind == ActionKind.UNHIDE, actions.c.state == "done"
    )
    found = await session.scalar(
        select(actions.c.id)
        .where(
            of_message(message_id),
            actions.c.kind == ActionKind.HIDE,
            actions.c.attempts > 0,
            actions.c.id > shown.scalar_subquery(),
        )
        .limit(1)
    )
    return found is not None


async def release(session: AsyncSession, action_id: ActionId, *, by: PersonId, text: str | None, at: datetime) -> None:
    """A person lets it go out, as their own act from now on."""
    await session.execute(
        update(actions)
        .where(actions.c.id == action_id)
        .values(
            state="planned",
            due_at=at,
            expires_at=None,
            requested_by=by,
            text=func.coalesce(text, actions.c.text),
        )
    )


async def retry(session: AsyncSession, action_id: ActionId, *, at: datetime) -> None:
    """Plan once more what was given up; how earlier attempts ended stays on record and is heeded."""
    await session.execute(
        update(actions).where(actions.c.id == action_id).values(state="planned", due_at=at, attempts=actions.c.attempts)
    )


async def hold_replies(session: AsyncSession, decision_id: DecisionId, *, because: str) -> None:
    """A decision's waiting replies now wait for a person."""
    await session.execute(
        update(actions)
        .where(of_decision(decision_id), actions.c.kind == "reply", actions.c.state == "planned")
        .values(state="held", held_because=because)
    )


async def lock_conversation(session: AsyncSession, account_id: int, author_id: str, template: str) -> None:
    """Keep others from beginning to say this to this author until the transaction ends."""
    await session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"),
        {"key": f"{account_id}:{author_id}:{template}"},
    )


async def said_lately(
    session: AsyncSession, action: Action, *, account_id: int, author_id: str, since: datetime
) -> bool:
    """Whether this template already reached this author from this account, for another message, since then."""
    found = await session.scalar(
        select(actions.c.id)
        .join(messages, messages.c.id == actions.c.message_id)
        .where(
            in_month_of(actions.c.id, messages.c.id),
            actions.c.template == action.template,
            actions.c.state.in_(("done", "running")),
            actions.c.started_at >= since,
            actions.c.id != action.id,
            actions.c.requested_by.is_(None),
            messages.c.account_id == account_id,
            messages.c.author_external_id == author_id,
        )
        .limit(1)
    )
    return found is not None


async def is_our_saying(session: AsyncSession, message_id: MessageId, *, external_id: str | None, text: str) -> bool:
    """Whether an echo beneath this message is what the service itself said (perhaps before its answer came back)."""
    conditions = actions.c.text == text
    if external_id is not None:
        conditions |= actions.c.external_id == external_id
    found = await session.scalar(
        select(actions.c.id)
        .where(
            of_message(message_id),
            actions.c.kind.in_(SPEECH),
            actions.c.state.in_(("running", "done")) | (actions.c.attempts > 0),
            conditions,
        )
        .limit(1)
    )
    return found is not None


async def overdue_messages(session: AsyncSession, *, before: datetime, limit: int = 500) -> list[MessageId]:
    """Messages whose actions were due before then and still are not settled: a safety net for lost jobs."""
    rows = await session.scalars(
        select(actions.c.message_id)
        .join(messages, messages.c.id == actions.c.message_id)
        .where(
            actions.c.state.in_(OPEN_STATES),
            actions.c.due_at < before,
            messages.c.busy_until.is_(None) | (messages.c.busy_until < func.now()),
        )
        .group_by(actions.c.message_id)
        .limit(limit)
    )
    return [MessageId(row) for row in rows]


async def hides_due(session: AsyncSession, *, now: datetime, since: datetime) -> int:
    """How many messages are to be hidden by now, and were decided on since then, where nobody has begun yet."""
    due = await session.scalar(
        select(func.count()).where(
            actions.c.id >= first_id(since),
            actions.c.kind == ActionKind.HIDE,
            actions.c.state == "planned",
            actions.c.due_at <= now,
            actions.c.created_at > since,
        )
    )
    return due or 0


async def load(session: AsyncSession, action_id: ActionId, *, lock: bool = False) -> Action | None:
    """Load one action; None where there is none."""
    statement = select(*_COLUMNS).where(actions.c.id == action_id)
    if lock:
        statement = statement.with_for_update()
    row = (await session.execute(statement)).one_or_none()
    return as_action(row) if row is not None else None


def backoff(attempt: int, *, jitter: float) -> timedelta:
    """The wait after the n-th failed attempt: 2, 4, 8 … seconds up to five minutes, stretched by `jitter` (0 to 1)."""
    return timedelta(seconds=min(300.0, 2.0**attempt) * (1 + 0.25 * jitter))
