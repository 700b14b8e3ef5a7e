"""What people decide: overrides, releases, confirmations. A person's decision beats the machine's (I7).

Whatever is changed here is locked in one order: the message, its actions, its wish, its item of the queue, its tasks.
Two people at once then wait for each other in turn.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.captures import ASKED_BECAUSE
from app.actions.not_possible import NotPossibleError as NotPossibleError
from app.actions.not_possible import already_wished, changed_meanwhile, decided_meanwhile, in_anothers_hand
from app.actions.perform import STATE_AFTER
from app.clock import Clock
from app.connectors.base import Outbound
from app.decisions.by_platform import REMOVAL_NOTICE
from app.decisions.capabilities import Lack
from app.decisions.model import REMOVING, SPEECH, SUPPORT, ActionKind, Disposition, PlannedAction, UnitKey, Urgency
from app.decisions.queue import QueuePolicy
from app.decisions.screenshots import Need
from app.messages import Account, ActionId, Channel, DecisionId, MessageId, PersonId
from app.notices.model import SystemNotice
from app.records import (
    actions,
    approvals,
    audit,
    crises,
    decisions,
    messages,
    modes,
    notifications,
    openings,
    removals,
    reviews,
    tasks,
)
from app.records.actions import Action, NewAction
from app.records.captures import HELD_FOR_SCREENSHOT
from app.records.database import Sessions
from app.records.jobs import message_job
from app.records.messages import Loaded
from app.records.openings import Opened
from app.rules.model import Label
from app.signals.policies import PolicyStore

# What the machine may not try by itself, a person may with a click: it is then their own act.
TRIED_BY_PERSONS = (Lack.BY_PERSON, Lack.REFUSED_LATELY)
# Nobody can hide it there, by hand either: a person deals with it in another way.
HIDDEN_BY_NOBODY = (Lack.NOT_OFFERED, Lack.NOT_OURS)
# What is on record, and who must know of it, is nobody's to leave out; undoing lets it stand too.
NOT_DISCARDED = (ActionKind.EVIDENCE, ActionKind.NOTIFY)

DIRECTORATE = UnitKey("kurumsal_iletisim")


class Override(StrEnum):
    """What a person may do with a message."""

    KEEP = "keep"
    HIDE = "hide"
    RESTORE = "restore"
    DELETE = "delete"
    REPLY = "reply"
    PRIVATE_MESSAGE = "private_message"
    BLOCK = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The item of the queue on which a person decides, as they saw it."""

    review_id: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of what a person wants: a decision, or a wish that a second person has to approve."""

    decision_id: DecisionId | None = None
    approval_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """Carries people's decisions into the records; the worker does the rest."""

    sessions: Sessions
    policies: PolicyStore
    outbound_for: Callable[[Account], Outbound]
    clock: Clock
    zone: ZoneInfo

    async def override(
        self,
        message_id: MessageId,
        what: Override,
        *,
        by: PersonId,
        reason: str,
        text: str | None = None,
        revision: int | None = None,
        seen: Seen | None = None,
    ) -> Recorded:
        """Record a person's decision on a message, with the actions that follow.

        Where policy data asks for a second person, nothing is decided or done yet: the wish is recorded, see `approve`.
        `revision`: what the person looked at; refused where the message was edited meanwhile. `seen`: the item of the
        queue on which they decide; refused where another decided it, has it in hand, or it changed. Raises
        NoResultFound for an unknown message, NotPossibleError where it cannot be done.
        """
        async with self.sessions.begin() as session:
            return await self.override_within(
                session, message_id, what, by=by, reason=reason, text=text, revision=revision, seen=seen
            )

    async def override_within(
        self,
        session: AsyncSession,
        message_id: MessageId,
        what: Override,
        *,
        by: PersonId,
        reason: str,
        text: str | None = None,
        revision: int | None = None,
        seen: Seen | None = None,
    ) -> Recorded:
        """`override` as part of something larger: it holds if the caller's transaction does."""
        queue = (await self.policies.current()).policy.queue
        loaded = await messages.load(session, message_id, lock=True)
        if seen is not None:
            await self._check_unchanged(session, seen, by=by)
        if revision is not None and revision != loaded.message.revision:
            raise NotPossibleError(
                "Mesaj bu arada düzenlendi; yeni hâlini görüp yeniden karar verin.",
                "The message was edited meanwhile; read what it says now and decide again.",
            )
        _check(what, loaded, text)
        if what in (Override.REPLY, Override.PRIVATE_MESSAGE):
            await self._check_author_was_read(session, message_id, queue, by=by)
        labels = await self._labels(session, loaded)
        if any(queue.needs_a_second_person(act, labels) for act in self._acts(what, loaded)):
            return Recorded(approval_id=await self._wish(session, loaded, what, by=by, reason=reason, text=text))
        return Recorded(decision_id=await self._decide(session, loaded, what, by=by, reason=reason, text=text))

    async def _labels(self, session: AsyncSession, loaded: Loaded) -> Collection[str]:
        """What the machine ever saw in a message; where it has not judged what stands there now, it may be anything."""
        message = loaded.message
        if not await decisions.is_judged(session, message.id, message.revision):
            return tuple(Label)
        return await decisions.labels_ever(session, message.id)

    def _acts(self, what: Override, loaded: Loaded) -> tuple[Override, ...]:
        """What it comes to: on some platforms whoever is blocked loses what they wrote."""
        if what is Override.BLOCK and self.outbound_for(loaded.message.account).block_removes:
            return Override.BLOCK, Override.DELETE
        return (what,)

    async def _wish(
        self, session: AsyncSession, loaded: Loaded, what: Override, *, by: PersonId, reason: str, text: str | None
    ) -> int:
        """Record what a person wants, and tell the directorate that a second one is needed."""
        message = loaded.message
        waiting = await approvals.pending(session, message.id)
        if waiting is not None and waiting.revision == message.revision:
            raise already_wished(waiting, self.zone)
        await approvals.lapse(session, message.id, at=self.clock())
        approval_id = await approvals.wish(
            session,
            message.id,
            revision=message.revision,
            wanted=what,
            words=text,
            reason=reason,
            by=by,
            at=self.clock(),
        )
        await notifications.queue(
            session,
            key=f"second_person:{approval_id}",
            kind=SystemNotice.SECOND_PERSON,
            unit=DIRECTORATE,
            urgency=Urgency.NORMAL,
            message_id=message.id,
        )
        detail = {"wanted": what, "reason": reason}
        await audit.note(session, by=by, act="approval.wish", subject=f"approval/{approval_id}", detail=detail)
        return approval_id

    async def approve(self, approval_id: int, *, by: PersonId, reason: str | None) -> DecisionId:
        """A second person agrees: what the first one wanted is decided, in the first one's name, and carried out.

        Raises NotPossibleError where it waits no more, the message was edited since, or the same person asks.
        """
        async with self.sessions.begin() as session:
            loaded = await messages.load(session, await approvals.message_of(session, approval_id), lock=True)
            wish = await self._pending(session, approval_id)
            if wish.wanted_by == by:
                raise NotPossibleError(
                    "Kendi isteğinizi onaylayamazsınız; ikinci bir kişi gerekir.",
                    "You cannot approve what you wanted yourself; a second person has to.",
                )
            if not wish.is_wisher_active:
                raise NotPossibleError(
                    "İsteyen kişi artık görevde değil; kendi adınıza karar verin, ikinci bir kişi onaylasın.",
                    "Who wanted it is no longer active; decide in your own name, and have a second person approve.",
                )
            if wish.revision != loaded.message.revision:
                raise changed_meanwhile()
            what = Override(wish.wanted)
            _check(what, loaded, wish.text)
            decision_id = await self._decide(
                session,
                loaded,
                what,
                by=wish.wanted_by,
                reason=wish.reason,
                text=wish.text,
                approving=(wish, by, reason),
            )
            await audit.note(
                session, by=by, act="approval.approve", subject=f"approval/{approval_id}", detail={"reason": reason}
            )
        return decision_id

    async def refuse(self, approval_id: int, *, by: PersonId, reason: str) -> None:
        """A second person disagrees, or the first one takes it back; the message waits for a decision again."""
        async with self.sessions.begin() as session:
            await messages.lock_many(session, [await approvals.message_of(session, approval_id)])
            wish = await self._pending(session, approval_id)
            state = "withdrawn" if wish.wanted_by == by else "refused"
            await approvals.answer(session, wish, state, by=by, at=self.clock(), reason=reason)
            await audit.note(
                session, by=by, act=f"approval.{state}", subject=f"approval/{approval_id}", detail={"reason": reason}
            )

    async def _pending(self, session: AsyncSession, approval_id: int) -> approvals.Wish:
        wish = await approvals.load(session, approval_id)
        if wish.state != "pending":
            raise NotPossibleError("Bu istek artık onay beklemiyor.", "This wish does not wait for approval any more.")
        return wish

    async def _decide(
        self,
        session: AsyncSession,
        loaded: Loaded,
        what: Override,
        *,
        by: PersonId,
        reason: str,
        text: str | None,
        approving: tuple[approvals.Wish, PersonId, str | None] | None = None,
    ) -> DecisionId:
        """Record the decision and all that follows; `approving`: the wish, who agreed to it, and why."""
        message_id = loaded.message.id
        decision_id = await decisions.store_human_decision(
            session,
            message_id,
            loaded.message.revision,
            person_id=by,
            disposition=_disposition(what, loaded),
            reason=reason,
        )
        if approving is not None:
            wish, approver, why = approving
            await approvals.answer(
                session, wish, "approved", by=approver, at=self.clock(), reason=why, decision_id=decision_id
            )
        # What anybody else wanted is void: somebody has decided.
        await approvals.lapse(session, message_id, at=self.clock())
        may_be_hidden = loaded.state == "visible" and await actions.may_be_hidden(session, message_id)
        await self._void_what_it_beats(session, message_id, what, by=by)
        is_blocked = await actions.machines_block(session, message_id) is not None
        if what in (Override.KEEP, Override.RESTORE):
            await messages.set_kept(session, message_id, True)
        if what in (Override.HIDE, Override.DELETE):
            await messages.set_kept(session, message_id, False)
        await actions.record(
            session,
            [
                NewAction(planned=action, text=text if action.kind in SPEECH else None)
                for action in _plan(what, loaded, decision_id, may_be_hidden=may_be_hidden, is_blocked=is_blocked)
            ],
            message_id=message_id,
            revision=loaded.message.revision,
            decision_id=decision_id,
            now=self.clock(),
            requested_by=by,
        )
        await reviews.close_review(
            session, message_id, by=by, decision_id=decision_id, decided_as=what, at=self.clock()
        )
        await audit.note(
            session, by=by, act=f"override.{what}", subject=f"message/{message_id}", detail={"reason": reason}
        )
        await message_job(session, message_id)
        return decision_id

    async def _check_author_was_read(
        self, session: AsyncSession, message_id: MessageId, queue: QueuePolicy, *, by: PersonId
    ) -> None:
        """6.3.2: criticism is answered by who knows what its author wrote before."""
        if not queue.is_author_read_first(await decisions.present_labels(session, message_id)):
            return
        if not await openings.has_opened(session, message_id, Opened.EARLIER, by=by):
            raise NotPossibleError(
                "6.3.2: Eleştiri, yazarının önceki mesajları incelenmeden yanıtlanamaz; önce onları açın "
                "(POST /v1/messages/{id}/earlier).",
                "6.3.2: Criticism is not answered before its author's earlier messages were looked at; open them first "
                "(POST /v1/messages/{id}/earlier).",
            )

    async def _check_unchanged(self, session: AsyncSession, seen: Seen, *, by: PersonId) -> None:
        item = await reviews.load(session, seen.review_id)
        if item.state == "decided":
            raise decided_meanwhile(item, self.zone)
        if item.is_claimed_by_another(by, at=self.clock()):
            raise in_anothers_hand(item, self.zone)
        if item.version != seen.version:
            raise changed_meanwhile()

    async def _void_what_it_beats(
        self, session: AsyncSession, message_id: MessageId, what: Override, *, by: PersonId
    ) -> None:
        """Cancel the acts that the person decided otherwise about, those on their way too."""
        void: tuple[ActionKind, ...]
        match what:
            case Override.KEEP | Override.RESTORE:
                void = (ActionKind.HIDE, ActionKind.DELETE, ActionKind.BLOCK)
                # Nor is its author told that it was removed.
                await actions.cancel_open(
                    session,
                    message_id,
                    (ActionKind.PRIVATE_MESSAGE,),
                    at=self.clock(),
                    because=f"overridden:{what}",
                    only_template=REMOVAL_NOTICE,
                )
            case Override.DELETE | Override.HIDE:
                void = (ActionKind.HIDE, ActionKind.UNHIDE, ActionKind.DELETE, ActionKind.REPLY)
            case Override.REPLY:
                void = (ActionKind.REPLY,)
            case Override.BLOCK:
                void = (ActionKind.UNBLOCK,)
            case Override.PRIVATE_MESSAGE:
                return
        cancelled = await actions.cancel_open(
            session,
            message_id,
            void,
            at=self.clock(),
            because=f"overridden:{what}",
            automatic_only=False,
            # Nobody is asked to do by hand what another has decided on since.
            given_up_too=what is not Override.REPLY,
        )
        for action_id in cancelled:
            await tasks.close_of_action(session, action_id, by=by, at=self.clock(), note=f"overridden:{what}")

    async def release(
        self, action_id: ActionId, *, by: PersonId, text: str | None = None, may_approve: bool = False
    ) -> None:
        """Let go out what a mode withheld, or what waited for a person; `text` replaces the suggested one.

        `may_approve`: the person may approve what is said while a crisis is open. Raises NotPossibleError where it does
        not wait, has no text, or a mode still holds.
        """
        queue = (await self.policies.current()).policy.queue
        async with self.sessions.begin() as session:
            action = await actions.load(session, action_id, lock=True)
            if action is None or action.state not in actions.WAITING_FOR_A_PERSON:
                raise NotPossibleError("Bu işlem onay beklemiyor.", "This action does not wait for anybody.")
            if action.held_because == HELD_FOR_SCREENSHOT:
                raise NotPossibleError(
                    "Bu silme ekran görüntüsü bekliyor: görüntüyü yükleyin ya da gerekçesiyle vazgeçildiğini kaydedin.",
                    "This deletion waits for a screenshot: upload it, or do without and say why.",
                )
            if not (text or action.text) and action.kind in SPEECH:
                raise NotPossibleError(
                    "Gönderilecek metin yok; metni yazarak onaylayın.",
                    "There are no words to send; write them with your approval.",
                )
            if action.kind in SPEECH and await modes.current_silence(session, now=self.clock()) is not None:
                raise NotPossibleError(
                    "Sessizlik modu açık; kapatılmadan hiçbir şey gönderilmez.",
                    "Silence mode is on; nothing is sent until it is switched off.",
                )
            if action.kind in SPEECH and action.template not in SUPPORT:
                await self._check_author_was_read(session, action.message_id, queue, by=by)
                await self._approve(session, action, by=by, may_approve=may_approve)
            await actions.release(session, action_id, by=by, text=text, at=self.clock())
            await audit.note(session, by=by, act="action.release", subject=f"action/{action_id}")
            await message_job(session, action.message_id)

    async def _approve(self, session: AsyncSession, action: Action, *, by: PersonId, may_approve: bool) -> None:
        """Approve a word to a message of an open crisis (6.3)."""
        crisis_id = await crises.holding(session, action.id, action.message_id)
        if crisis_id is None:
            return
        if not may_approve:
            raise NotPossibleError(
                "Mesaj açık bir kriz dosyasında; yanıtı ancak direktör onaylayabilir.",
                "The message is in an open crisis; only a director may approve an answer.",
            )
        await crises.approve(session, action.id, crisis_id, by=by, at=self.clock())

    async def discard(self, action_id: ActionId, *, by: PersonId, reason: str) -> None:
        """Decide that it is not said or done after all. Raises NotPossibleError where it does not wait."""
        async with self.sessions.begin() as session:
            action = await actions.load(session, action_id, lock=True)
            if action is None or action.state not in (*actions.WAITING_FOR_A_PERSON, "planned"):
                raise NotPossibleError(
                    "Bu işlem artık vazgeçilebilir durumda değil.", "This action can no longer be discarded."
                )
            if action.kind in NOT_DISCARDED:
                raise NotPossibleError(
                    "Kanıttan ve bildirimden vazgeçilmez.", "Neither evidence nor a notice is left out."
                )
            await actions.settle(session, action_id, "cancelled", at=self.clock(), problem=f"discarded: {reason}")
            await audit.note(
                session, by=by, act="action.discard", subject=f"action/{action_id}", detail={"reason": reason}
            )

    async def retry(self, action_id: ActionId, *, by: PersonId) -> None:
        """Try once more what was given up (I8). Speech whose outcome is unknown is looked for first, as always.

        What is for a person's click alone becomes the person's own act.
        """
        async with self.sessions.begin() as session:
            action = await actions.load(session, action_id, lock=True)
            if action is None or action.state not in ("task", "refused"):
                raise NotPossibleError(
                    "Yalnızca bırakılmış işlemler yeniden denenebilir.", "Only what was given up can be tried again."
                )
            if action.kind in REMOVING and await self._was_kept_since(session, action):
                raise NotPossibleError(
                    "Bir kişi bu mesajın kalmasına karar verdi; kaldırılacaksa yeni bir karar verin.",
                    "A person decided since that the message stays; decide anew if it is to go.",
                )
            if await tasks.reason_of_open(session, action_id) in TRIED_BY_PERSONS:
                await actions.release(session, action_id, by=by, text=None, at=self.clock())
            else:
                await actions.retry(session, action_id, at=self.clock())
            await tasks.close_of_action(session, action_id, by=by, at=self.clock(), note="retried")
            await audit.note(session, by=by, act="action.retry", subject=f"action/{action_id}")
            await message_job(session, action.message_id)

    async def _was_kept_since(self, session: AsyncSession, action: Action) -> bool:
        """Whether a person let the message stay after this was decided."""
        loaded = await messages.load(session, action.message_id)
        decision = await decisions.last_of_people(session, action.message_id)
        return loaded.kept_by_person and decision is not None and decision.id > action.decision_id

    async def confirm_task(self, task_id: int, *, by: PersonId, note: str) -> None:
        """A person has done by hand what the platform's API could not. Raises NotPossibleError where none is open."""
        async with self.sessions.begin() as session:
            await tasks.lock_what_it_is_about(session, task_id)
            done = await tasks.confirm(session, task_id, by=by, at=self.clock(), note=note)
            if done is None:
                raise NotPossibleError("Böyle açık bir görev yok.", "There is no such open task.")
            if done.reason == ASKED_BECAUSE[Need.DEMANDED]:
                raise NotPossibleError(
                    "Bu görev, görüntü yüklenince ya da gerekçesiyle vazgeçildiği kaydedilince kendiliğinden kapanır.",
                    "This task closes by itself once the screenshot is uploaded, or done without with a reason.",
                )
            if done.action_id is not None and done.kind == ActionKind.HIDE and done.reason in HIDDEN_BY_NOBODY:
                # Dealt with, and not hidden: nothing may look as if it were.
                await actions.settle(session, done.action_id, "refused", at=self.clock(), problem=done.reason)
            elif done.action_id is not None:
                try:
                    await actions.settle(session, done.action_id, "done", at=self.clock(), problem="done by hand")
                except IntegrityError as error:
                    raise NotPossibleError(
                        "Kanıt kaydı olmadan kaldırma tamamlanmış sayılamaz.",
                        "A removal does not count as done without its evidence.",
                    ) from error
                await _show_done(session, await actions.load(session, done.action_id))
            await audit.note(session, by=by, act="task.confirm", subject=f"task/{task_id}", detail={"note": note})


async def _show_done(session: AsyncSession, action: Action | None) -> None:
    """The message stands as its action, done by hand, leaves it.

    The platform tells of a deletion by hand too, and not whose it was; the person who confirms it says so.
    """
    if action is None:
        return
    if action.kind is ActionKind.DELETE:
        await removals.mark_deleted(session, action.message_id)
    elif (state := STATE_AFTER.get(action.kind)) is not None:
        await messages.set_state(session, action.message_id, state)


def _check(what: Override, loaded: Loaded, text: str | None) -> None:
    """Raise NotPossibleError with a sentence for the person where it cannot be done."""
    message = loaded.message
    if what in (Override.REPLY, Override.PRIVATE_MESSAGE) and not (text or "").strip():
        raise NotPossibleError(
            "Yanıt ya da özel mesaj için metin gerekir.", "An answer or a private message needs words."
        )
    if what in (Override.HIDE, Override.RESTORE, Override.DELETE) and message.channel is Channel.DM:
        raise NotPossibleError(
            "Doğrudan mesaj gizlenemez, geri getirilemez ya da silinemez.",
            "A direct message can be neither hidden, restored nor deleted.",
        )
    if loaded.state == "deleted" and what in (Override.KEEP, Override.RESTORE, Override.HIDE, Override.REPLY):
        raise NotPossibleError(
            "Mesaj platformdan silinmiş; geri getirilemez.",
            "The message was deleted from the platform; it cannot be brought back.",
        )
    if loaded.state == "removed_by_author" and what not in (Override.KEEP, Override.PRIVATE_MESSAGE, Override.BLOCK):
        raise NotPossibleError("Mesajı yazarı kaldırmış.", "Its author has removed the message.")


def _disposition(what: Override, loaded: Loaded) -> Disposition:
    match what:
        case Override.DELETE:
            return Disposition.REMOVE
        case Override.HIDE:
            return Disposition.CONTAIN
        case Override.KEEP | Override.RESTORE:
            return Disposition.KEEP
        case Override.REPLY | Override.PRIVATE_MESSAGE | Override.BLOCK:
            return Disposition.CONTAIN if loaded.state == "hidden" else Disposition.KEEP


def _plan(
    what: Override, loaded: Loaded, decision_id: DecisionId, *, may_be_hidden: bool, is_blocked: bool
) -> list[PlannedAction]:
    """The acts of an override, in order; the evidence always before what takes the message away.

    `may_be_hidden`: the message counts as visible, but a hiding call may have reached the platform, or still will.
    `is_blocked`: the machine barred the author for it, for which there is no reason where the message stays.
    """
    record = PlannedAction(kind=ActionKind.EVIDENCE, purpose="record")
    image = PlannedAction(kind=ActionKind.EVIDENCE, purpose="image", needs_image=True)
    by_hand = f"by_hand:{decision_id}"
    match what:
        case Override.KEEP | Override.RESTORE:
            hidden = loaded.state == "hidden" or may_be_hidden
            kinds = ((ActionKind.UNHIDE, hidden), (ActionKind.UNBLOCK, is_blocked))
            return [PlannedAction(kind=kind, purpose="restore") for kind, is_due in kinds if is_due]
        case Override.HIDE:
            return [record, PlannedAction(kind=ActionKind.HIDE, purpose="hide"), image]
        case Override.DELETE:
            hide = [PlannedAction(kind=ActionKind.HIDE, purpose="hide")] if loaded.state == "visible" else []
            return [record, *hide, image, PlannedAction(kind=ActionKind.DELETE, purpose="removal", needs_image=True)]
        case Override.REPLY:
            return [PlannedAction(kind=ActionKind.REPLY, purpose=by_hand)]
        case Override.PRIVATE_MESSAGE:
            return [PlannedAction(kind=ActionKind.PRIVATE_MESSAGE, purpose=by_hand)]
        case Override.BLOCK:
            # With an image: on some platforms a ban takes the message away with it.
            return [record, image, PlannedAction(kind=ActionKind.BLOCK, purpose="block")]
