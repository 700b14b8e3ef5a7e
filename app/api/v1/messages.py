"""Messages: the list, one with its whole history, and a person's decision on it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field, StringConstraints

from app.actions.by_hand import NotPossibleError, Override, Recorded
from app.api.access import Permission
from app.api.fields import BIGINT, INTEGER, Id, Reason, Storable, Whole, Wording
from app.api.identity import May, Person
from app.api.looking import note_page, open_to_caller, there
from app.api.paging import Listing, Paging, listing
from app.api.problems import ProblemError
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running, Service
from app.api.views.common import View
from app.api.views.messages import HoldView, MessageDetail, MessageView, hold_view, message_detail, message_view
from app.decisions.model import Disposition
from app.messages import Channel, MessageId
from app.records import audit, retention
from app.records.reading import actions, evidence, messages, notifications, tasks
from app.records.reading.notifications import Told
from app.records.reading.pages import Row
from app.rules.model import Label

router: APIRouter = staff_router("messages")

MayRead = Annotated[Person, Depends(May(Permission.MESSAGES_READ))]
MayDecide = Annotated[Person, Depends(May(Permission.MESSAGES_DECIDE))]
MayHold = Annotated[Person, Depends(May(Permission.MESSAGES_HOLD))]
Name = Annotated[str, StringConstraints(min_length=1, max_length=300), Storable]


async def _to_decide(id: Id, service: Running, person: MayDecide) -> MessageId:
    """A message on which the caller may decide: theirs to see, and open to them."""
    async with service.sessions() as session:
        found = open_to_caller(there(await messages.find(session, person.viewer, id)))
    return MessageId(found["id"])


ToDecide = Annotated[MessageId, Depends(_to_decide)]


class Wanted(Body):
    """Bir kişinin bir mesaj için ne istediği ve neden."""

    action: Annotated[
        Override,
        Field(
            description=(
                "`keep`: kalsın · `hide`: gizle · `restore`: gizlenmişse geri getir · `delete`: kanıt alıp sil · "
                "`reply`: herkese açık yanıtla · `private_message`: yazara özel mesaj gönder · `block`: yazarı engelle"
            ),
            examples=["restore"],
        ),
    ]
    reason: Annotated[Reason, Field(description="Gerekçe; kayda geçer", examples=["Alıntı yapıyor, hakaret etmiyor"])]
    text: Annotated[
        Wording | None,
        Field(
            description="`reply` ve `private_message` için gönderilecek metin",
            examples=["Merhaba, size yardımcı olalım."],
        ),
    ] = None


class OverrideBody(Wanted):
    """Bir kişinin mesaj hakkındaki kararı."""

    model_config = starting_with({"action": "restore", "reason": ""})

    revision: Annotated[
        Whole | None,
        Field(
            ge=1,
            le=INTEGER,
            description="Baktığınız hâl; mesaj bu arada düzenlendiyse karar kabul edilmez",
            examples=[1],
        ),
    ] = None


class PlannedView(View):
    """Karardan doğan bir işlem."""

    id: Annotated[int, Field(description="İşlemin numarası (/v1/actions/{id})", examples=[121])]
    kind: Annotated[str, Field(description="Türü", examples=["unhide"])]
    state: Annotated[str, Field(description="Durumu", examples=["planned"])]


class OverrideView(View):
    """Kaydedilen karar."""

    state: Annotated[
        str,
        Field(
            description="`decided` (karar verildi) ya da `awaiting_approval` (ikinci kişinin onayını bekliyor)",
            examples=["decided"],
        ),
    ]
    decision_id: Annotated[int | None, Field(description="Kararın numarası; onay bekliyorsa boş", examples=[41])]
    approval_id: Annotated[
        int | None, Field(description="Onay bekleyen isteğin numarası (/v1/approvals/{id})", examples=[None])
    ]
    message_id: Annotated[int, Field(description="Mesajın numarası", examples=[17])]
    action: Annotated[Override, Field(description="Karar verilen", examples=["restore"])]
    actions: Annotated[list[PlannedView], Field(description="Karardan doğan işlemler; saniyeler içinde yürütülür")]


class HoldBody(Body):
    """İçeriğin, saklama süresi dolsa da tutulması."""

    model_config = starting_with({"reason": "", "case_number": None})

    reason: Annotated[Reason, Field(description="Gerekçe; kayda geçer", examples=["Savcılık soruşturması"])]
    case_number: Annotated[Name | None, Field(description="Dosya numarası", examples=["2026/1234"])] = None


def _filters(
    account: Annotated[int | None, Query(ge=1, le=BIGINT, description="Hesabın numarası", examples=[1])] = None,
    platform: Annotated[Name | None, Query(description="Platform", examples=["instagram"])] = None,
    state: Annotated[
        Literal["visible", "hidden", "deleted", "removed_by_author"] | None,
        Query(description="Platformdaki durumu", examples=["hidden"]),
    ] = None,
    disposition: Annotated[Disposition | None, Query(description="Son karar", examples=["contain"])] = None,
    label: Annotated[Label | None, Query(description="Sistemin verdiği etiket", examples=["insult"])] = None,
    channel: Annotated[
        Channel | None, Query(description="Yorum, bahsetme ya da doğrudan mesaj", examples=["comment"])
    ] = None,
    author: Annotated[Name | None, Query(description="Yazarın platformdaki numarası", examples=["501"])] = None,
    crisis: Annotated[int | None, Query(ge=1, le=BIGINT, description="Kriz dosyasının numarası", examples=[2])] = None,
) -> messages.Filters:
    return messages.Filters(
        account_id=account,
        platform=platform,
        state=state,
        disposition=disposition,
        label=label,
        channel=channel,
        author=author,
        crisis_id=crisis,
    )


@router.get("/messages", summary="Mesajları listele", response_model=Listing[MessageView])
async def list_messages(
    service: Running,
    person: MayRead,
    paging: Annotated[Paging, Depends()],
    filters: Annotated[messages.Filters, Depends(_filters)],
) -> object:
    """Yeniden eskiye mesajlar; süzgeçler birlikte uygulanır. Yalnızca görmeye yetkili olduğunuz hesaplar gelir.

    Etiketler sistemindir; `disposition` en son kararı (sistemin ya da bir kişinin) gösterir.
    """
    if filters.crisis_id is not None and not person.may(Permission.CRISES_READ):
        # Which of one's messages are in a file is told by the file.
        raise ProblemError("forbidden")
    queue = (await service.policies.current()).policy.queue
    async with service.sessions.begin() as session:
        page = await messages.page(session, person.viewer, filters, limit=paging.limit, after=paging.after("messages"))
        await note_page(session, person, "messages.list", page)
    return listing(page, "messages", lambda row: message_view(row, queue))


@router.get("/messages/{id}", summary="Bir mesajı her şeyiyle göster", response_model=MessageDetail, responses=MISSING)
async def show_message(id: Id, service: Running, person: MayRead) -> object:
    """Mesajın başından geçen her şey: hâlleri, kararlar, işlemler, kuyruk kayıtları, görevler, kanıtlar.

    Kararlarda madde, kural, güven, metindeki yerler ve açıklama bulunur; yazarın önceki mesajları da gelir (6.3.2).
    Her bakış denetim kaydına geçer.
    """
    async with service.sessions.begin() as session:
        found = there(await messages.find(session, person.viewer, id))
        message_id = MessageId(id)
        told = Told(unit=person.viewer.unit, person_id=person.id)
        parts: dict[str, list[Row]] = {
            "revisions": [*await messages.revisions_of(session, person.viewer, message_id)],
            "decisions": [*await messages.decisions_of(session, message_id)],
            "actions": [*await actions.of_message(session, person.viewer, message_id)],
            "attempts": [*await messages.attempts_of(session, message_id)],
            "reviews": [*await messages.reviews_of(session, message_id)],
            "tasks": [*await tasks.of_message(session, person.viewer, message_id)],
            "evidence": [*await evidence.of_message(session, person.viewer, message_id)],
            "notifications": [*await notifications.of_message(session, told, message_id)],
            "earlier": [*await messages.earlier_of_author(session, person.viewer, found)],
        }
        answered = await messages.parent_text(session, person.viewer, found)
        hold = await messages.hold_of(session, message_id)
        await audit.note(
            session,
            by=person.id,
            act="message.view",
            subject=f"message/{id}",
            detail={"closed": found["closed"]} if found["closed"] else {},
        )
    policy = (await service.policies.current()).policy
    return message_detail(found, parts, parent_text=answered, policy=policy, hold=hold)


@router.post(
    "/messages/{id}/override",
    summary="Kararı değiştir",
    response_model=OverrideView,
    status_code=201,
    responses=MISSING | CONFLICT,
)
async def override(
    message_id: ToDecide, body: OverrideBody, service: Running, person: MayDecide, response: Response
) -> object:
    """Sistemin kararını bir kişinin kararıyla değiştirir; kişinin kararı üstündür ve gerekçesiyle kaydedilir.

    Silmeden önce kanıt mühürlenir. `reply` ve `private_message` için `text` gerekir; sessizlik modu açıksa
    söz, mod kapanana dek bekletilir. Tehdit (6.4.12) olarak görülenin silinmesi ikinci bir kişinin onayını bekler:
    yanıt 202'dir, bkz. `/v1/approvals`. Aynı isteği yinelemeniz gerekirse aynı `Idempotency-Key` ile gönderin.
    """
    recorded = await service.by_hand.override(
        message_id, body.action, by=person.id, reason=body.reason, text=body.text, revision=body.revision
    )
    return await override_view(service, response, message_id, body.action, recorded)


async def override_view(
    service: Service, response: Response, message_id: MessageId, action: Override, recorded: Recorded
) -> OverrideView:
    """A decision with what follows from it; 202 where it waits for a second person."""
    if recorded.decision_id is None:
        response.status_code = 202
    async with service.sessions() as session:
        planned = await actions.of_decision(session, recorded.decision_id) if recorded.decision_id is not None else []
    return OverrideView(
        state="decided" if recorded.decision_id is not None else "awaiting_approval",
        decision_id=recorded.decision_id,
        approval_id=recorded.approval_id,
        message_id=message_id,
        action=action,
        actions=[PlannedView(**entry) for entry in planned],
    )


@router.post(
    "/messages/{id}/hold",
    summary="İçeriği süresinin ötesinde sakla",
    response_model=HoldView,
    status_code=201,
    responses=MISSING | CONFLICT,
)
async def hold(id: Id, body: HoldBody, service: Running, person: MayHold) -> object:
    """Platformun saklama süresi dolsa da metin, yazar adı ve kanıt içeriği silinmez; mahkemelik durumlar içindir.

    Kaldırılan içerikle 6.4.12 ve 6.4.15 içerikleri, bir kişi inceleyene dek (ve sonraki 24 saat) zaten tutulur.
    """
    message_id = MessageId(id)
    async with service.sessions.begin() as session:
        found = there(await messages.find(session, person.viewer, id))
        if found["expired_at"] is not None:
            raise NotPossibleError(
                "Bu mesajın içeriği süresi dolduğu için silinmiş; tutulacak bir şey yok.",
                "The content of this message was erased when its time was over; there is nothing to hold.",
            )
        opened = await retention.open_hold(
            session,
            message_id,
            reason=body.reason,
            case_number=body.case_number,
            by=person.id,
            at=service.clock(),
        )
        if not opened:
            raise NotPossibleError(
                "Bu mesajın içeriği zaten tutuluyor.", "The content of this message is held already."
            )
        detail = {"reason": body.reason, "case_number": body.case_number}
        await audit.note(session, by=person.id, act="message.hold", subject=f"message/{id}", detail=detail)
        return hold_view(there(await messages.hold_of(session, message_id)))


@router.delete("/messages/{id}/hold", summary="İçeriği tutmayı bırak", status_code=204, responses=MISSING | CONFLICT)
async def release_hold(id: Id, service: Running, person: MayHold) -> None:
    """İçerik, saklama süresi dolduğunda (dolmuşsa bir saat içinde) silinir."""
    async with service.sessions.begin() as session:
        there(await messages.find(session, person.viewer, id))
        if not await retention.release_hold(session, MessageId(id), by=person.id, at=service.clock()):
            raise NotPossibleError("Bu mesajın içeriği tutulmuyor.", "The content of this message is not held.")
        await audit.note(session, by=person.id, act="message.release", subject=f"message/{id}")
