"""Undoing what a person decided: what can be taken back is, the rest is said plainly, and a person is asked anew."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.not_possible import NotPossibleError
from app.actions.reach import out_of_reach
from app.clock import Clock
from app.connectors.base import Outbound
from app.decisions.model import SPEECH, ActionKind, Disposition, PlannedAction
from app.messages import Account, ActionId, DecisionId, MessageId, PersonId
from app.records import actions, audit, decisions, messages, reviews, tasks
from app.records.actions import Action, NewAction
from app.records.database import Sessions
from app.records.jobs import message_job
from app.records.messages import Loaded

UNDONE = "undone"
NOT_YET = ("planned", "held", "withheld", "task")
# Where nothing else is known of it: someone took back a decision, which is worth a look the same day.
ASKED_AGAIN = 50


class Way(StrEnum):
    """What undoing does with one act; keys of `undo.toml`. Those of `TAKES_BACK` take it back."""

    CANCEL = "cancel"
    UNHIDE = "unhide"
    HIDE = "hide"
    UNBLOCK = "unblock"
    BY_HAND = "by_hand"
    RUNNING = "running"
    DELETED = "deleted"
    SAID = "said"
    REMOVED_BY_AUTHOR = "removed_by_author"
    NOTHING = "nothing"
    STANDS = "stands"
    BLOCKED_FOR_ANOTHER = "blocked_for_another"
    LIFTED = "lifted"
    OTHER_STATE = "other_state"


TAKES_BACK = frozenset({Way.CANCEL, Way.UNHIDE, Way.HIDE, Way.UNBLOCK, Way.BY_HAND})


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What becomes of one act."""

    action_id: ActionId
    kind: ActionKind
    way: Way

    @property
    def is_taken_back(self) -> bool:
        """Whether undoing changes anything about it."""
        return self.way in TAKES_BACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """What undoing a decision means, act by act; `why_not` is set where the decision as a whole cannot be undone."""

    decision: DecisionId | None
    acts: tuple[Undone, ...] = ()
    why_not: NotPossibleError | None = None


def way_of(kind: ActionKind, state: str, message_state: str, *, of_block: Way = Way.UNBLOCK) -> Way:
    """What undoing does with an act in this state, on a message that stands like this on its platform. Pure.

    `of_block`: what becomes of a block that was made; the platform and the author's other messages say.
    """
    if kind in (ActionKind.EVIDENCE, ActionKind.NOTIFY, ActionKind.REPORT_TO_PLATFORM):
        return Way.STANDS
    if state == "running":
        return Way.RUNNING
    if state in NOT_YET:
        return Way.CANCEL
    if state != "done":
        return Way.NOTHING
    if kind in SPEECH:
        return Way.SAID
    if kind is ActionKind.BLOCK:
        return of_block
    if kind is ActionKind.UNBLOCK:
        return Way.LIFTED
    if message_state == "deleted":
        return Way.DELETED
    if message_state == "removed_by_author":
        return Way.REMOVED_BY_AUTHOR
    if kind is ActionKind.HIDE and message_state == "hidden":
        return Way.UNHIDE
    if kind is ActionKind.UNHIDE and message_state == "visible":
        return Way.HIDE
    return Way.OTHER_STATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """Undoes the newest decision of a person on a message; where nobody decided, the machine's block of its author."""

    sessions: Sessions
    outbound_for: Callable[[Account], Outbound]
    clock: Clock

    async def preview(self, message_id: MessageId) -> Undoing:
        """What undoing would do now; changes nothing."""
        async with self.sessions() as session:
            return await self._look(session, await messages.load(session, message_id))

    async def undo(self, message_id: MessageId, *, by: PersonId, reason: str) -> Undoing:
        """Take back what can be, and put the message into the queue again; returns what became of each act.

        Raises NotPossibleError where no decision can be undone, or nothing of it can be taken back.
        """
        async with self.sessions.begin() as session:
            loaded = await messages.load(session, message_id, lock=True)
            undoing = await self._look(session, loaded)
            if undoing.why_not is not None or undoing.decision is None:
                raise undoing.why_not or _nothing_decided()
            ways = {undone.way for undone in undoing.acts}
            await self._cancel(session, undoing, by=by)
            decision_id = await decisions.store_human_decision(
                session,
                message_id,
                loaded.message.revision,
                person_id=by,
                disposition=_stands_as(loaded, ways),
                reason=reason,
            )
            await messages.set_kept(session, message_id, False)
            await actions.record(
                session,
                [NewAction(planned=planned) for planned in _planned(ways)],
                message_id=message_id,
                revision=loaded.message.revision,
                decision_id=decision_id,
                now=self.clock(),
                requested_by=by,
            )
            await self._ask_anew(session, loaded)
            detail = {"reason": reason, "decision": undoing.decision}
            await audit.note(session, by=by, act="decision.undo", subject=f"message/{message_id}", detail=detail)
            await message_job(session, message_id)
        return undoing

    async def _look(self, session: AsyncSession, loaded: Loaded) -> Undoing:
        message = loaded.message
        decision = await decisions.last_of_people(session, message.id)
        if decision is None:
            return await self._look_at_machines_block(session, loaded)
        following = await actions.following(session, decision.id)
        of_block = await self._of_block(session, loaded, following)
        acts = tuple(
            Undone(
                action_id=action.id,
                kind=action.kind,
                way=way_of(action.kind, action.state, loaded.state, of_block=of_block),
            )
            for action in following
        )
        why_not = None
        if decision.revision != message.revision:
            why_not = NotPossibleError(
                "Mesaj bu karardan sonra düzenlendi; geri almak yerine yeni hâli için karar verin.",
                "The message was edited after this decision; decide on what it says now instead.",
            )
        elif await reviews.waits(session, message.id):
            why_not = NotPossibleError(
                "Mesaj zaten karar bekliyor; geri almak yerine kuyrukta karar verin.",
                "The message waits for a decision already; decide in the queue instead.",
            )
        else:
            why_not = _all_stands(acts)
        return Undoing(decision=decision.id, acts=acts, why_not=why_not)

    async def _look_at_machines_block(self, session: AsyncSession, loaded: Loaded) -> Undoing:
        """Its other acts are a reviewer's to decide on; nothing but this lifts its block of an author."""
        block = await actions.machines_block(session, loaded.message.id)
        if block is None:
            return Undoing(decision=None, why_not=_nothing_decided())
        way = await self._of_block(session, loaded, [block])
        undone = Undone(action_id=block.id, kind=block.kind, way=way)
        return Undoing(decision=block.decision_id, acts=(undone,), why_not=_all_stands([undone]))

    async def _of_block(self, session: AsyncSession, loaded: Loaded, acts: Sequence[Action]) -> Way:
        """How a block among these acts is lifted."""
        message = loaded.message
        if not any(action.kind is ActionKind.BLOCK and action.state == "done" for action in acts):
            return Way.UNBLOCK
        if await actions.is_blocked_for_another(session, message.id):
            return Way.BLOCKED_FOR_ANOTHER
        outbound = self.outbound_for(message.account)
        lack = await out_of_reach(session, ActionKind.UNBLOCK, message, outbound, by_person=True, now=self.clock())
        return Way.UNBLOCK if lack is None else Way.BY_HAND

    async def _cancel(self, session: AsyncSession, undoing: Undoing, *, by: PersonId) -> None:
        for undone in undoing.acts:
            if undone.way is Way.CANCEL:
                await actions.settle(session, undone.action_id, "cancelled", at=self.clock(), problem=UNDONE)
                await tasks.close_of_action(session, undone.action_id, by=by, at=self.clock(), note=UNDONE)

    async def _ask_anew(self, session: AsyncSession, loaded: Loaded) -> None:
        message_id = loaded.message.id
        place = await reviews.last_place(session, message_id)
        labels: Sequence[str]
        labels, priority = place or (sorted(await decisions.labels_ever(session, message_id)), ASKED_AGAIN)
        await reviews.open_review(
            session,
            message_id,
            revision=loaded.message.revision,
            reason=UNDONE,
            labels=labels,
            priority=priority,
        )


def _all_stands(acts: Sequence[Undone]) -> NotPossibleError | None:
    """Why nothing can be taken back; a decision from which no act followed is only asked about anew."""
    ways = [undone.way for undone in acts if undone.way is not Way.STANDS]
    if not ways or any(way in TAKES_BACK for way in ways):
        return None
    said = [sentence_of(way) for way in dict.fromkeys(ways)]
    return NotPossibleError(" ".join(each["tr"] for each in said), " ".join(each["en"] for each in said))


def _nothing_decided() -> NotPossibleError:
    return NotPossibleError(
        "Bu mesaj hakkında bir kişi karar vermemiş; otomatik gizleme `restore` kararıyla geri alınır.",
        "No person has decided on this message; what the machine hid is brought back by the decision `restore`.",
    )


def _stands_as(loaded: Loaded, ways: set[Way]) -> Disposition:
    """How the message stands once all is taken back."""
    if loaded.state == "deleted":
        return Disposition.REMOVE
    if Way.UNHIDE in ways:
        return Disposition.KEEP
    if Way.HIDE in ways or loaded.state == "hidden":
        return Disposition.CONTAIN
    return Disposition.KEEP


def _planned(ways: set[Way]) -> list[PlannedAction]:
    """The acts that take back others; the evidence always before what takes the message away.

    A block that no call lifts is planned like any other: it becomes a task where its turn comes.
    """
    planned = []
    if ways & {Way.UNBLOCK, Way.BY_HAND}:
        planned.append(PlannedAction(kind=ActionKind.UNBLOCK, purpose=UNDONE))
    if Way.UNHIDE in ways:
        planned.append(PlannedAction(kind=ActionKind.UNHIDE, purpose=UNDONE))
    if Way.HIDE in ways:
        planned.append(PlannedAction(kind=ActionKind.EVIDENCE, purpose="record"))
        planned.append(PlannedAction(kind=ActionKind.HIDE, purpose=UNDONE))
    return planned


def sentence_of(way: Way) -> Mapping[str, str]:
    """What undoing does with an act, in Turkish and English."""
    return _texts()[way]


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files("app.actions").joinpath("undo.toml").read_text("utf-8"))
