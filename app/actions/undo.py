"""Undoing what a person decided: what can be taken back is, the rest is said plainly, and a person is asked anew."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.not_possible import NotPossibleError
from app.clock import Clock
from app.decisions.model import SPEECH, ActionKind, Disposition, PlannedAction
from app.messages import ActionId, MessageId, PersonId
from app.records import actions, audit, decisions, messages, reviews, tasks
from app.records.actions import NewAction
from app.records.database import Sessions
from app.records.decisions import ByPerson
from app.records.jobs import message_job
from app.records.messages import Loaded

UNDONE = "undone"
UNBLOCK = "unblock"
NOT_YET = ("planned", "held", "withheld", "task")
# Where nothing else is known of it: someone took back a decision, which is worth a look the same day.
ASKED_AGAIN = 50


class Way(StrEnum):
    """What undoing does with one act; keys of `undo.toml`. Those of `TAKES_BACK` take it back."""

    CANCEL = "cancel"
    UNHIDE = "unhide"
    HIDE = "hide"
    BY_HAND = "by_hand"
    RUNNING = "running"
    DELETED = "deleted"
    SAID = "said"
    REMOVED_BY_AUTHOR = "removed_by_author"
    NOTHING = "nothing"
    STANDS = "stands"
    OTHER_STATE = "other_state"


TAKES_BACK = frozenset({Way.CANCEL, Way.UNHIDE, Way.HIDE, Way.BY_HAND})


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

    decision: ByPerson | None
    acts: tuple[Undone, ...] = ()
    why_not: NotPossibleError | None = None


def way_of(kind: ActionKind, state: str, message_state: str) -> Way:
    """What undoing does with an act in this state, on a message that stands like this on its platform. Pure."""
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
        return Way.BY_HAND
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
    """Undoes the newest decision of a person on a message."""

    sessions: Sessions
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
            if Way.BY_HAND in ways:
                await self._ask_to_unblock(session, loaded)
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
            detail = {"reason": reason, "decision": undoing.decision.id}
            await audit.note(session, by=by, act="decision.undo", subject=f"message/{message_id}", detail=detail)
            await message_job(session, message_id)
        return undoing

    async def _look(self, session: AsyncSession, loaded: Loaded) -> Undoing:
        message = loaded.message
        decision = await decisions.last_of_people(session, message.id)
        if decision is None:
            return Undoing(decision=None, why_not=_nothing_decided())
        acts = tuple(
            Undone(action_id=action.id, kind=action.kind, way=way_of(action.kind, action.state, loaded.state))
            for action in await actions.following(session, decision.id)
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
        return Undoing(decision=decision, acts=acts, why_not=why_not)

    async def _cancel(self, session: AsyncSession, undoing: Undoing, *, by: PersonId) -> None:
        for undone in undoing.acts:
            if undone.way is Way.CANCEL:
                await actions.settle(session, undone.action_id, "cancelled", at=self.clock(), problem=UNDONE)
                await tasks.close_of_action(session, undone.action_id, by=by, at=self.clock(), note=UNDONE)

    async def _ask_to_unblock(self, session: AsyncSession, loaded: Loaded) -> None:
        message = loaded.message
        await tasks.open_task(
            session,
            kind=UNBLOCK,
            reason=UNDONE,
            message_id=message.id,
            at=self.clock(),
            detail={"link": message.link, "platform": message.platform, "account": message.account.handle},
        )

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
    if Way.UNHIDE in ways:
        return Disposition.KEEP
    if Way.HIDE in ways or loaded.state == "hidden":
        return Disposition.CONTAIN
    return Disposition.KEEP


def _planned(ways: set[Way]) -> list[PlannedAction]:
    """The acts that take back others; the evidence always before what takes the message away."""
    planned = []
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
