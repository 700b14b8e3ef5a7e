"""Notifications: what a unit was told, and that somebody has seen it."""

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.by_hand import NotPossibleError
from app.api.access import SIGHT, Permission, Sight
from app.api.fields import Flag, Id, Moment, Reason
from app.api.identity import May, Person
from app.api.looking import there
from app.api.paging import Listing, Paging, listing
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running
from app.api.views.notifications import NotificationDetail, NotificationView, notification_detail, notification_view
from app.decisions.model import UnitKey, Urgency
from app.records import audit
from app.records.notifications import acknowledge as record_acknowledgement
from app.records.notifications import report as record_report
from app.records.notifications import snooze as record_snooze
from app.records.reading import notifications
from app.records.reading.notifications import Told

router: APIRouter = staff_router("notifications")

LONGEST_SNOOZE = timedelta(days=30)
MayRead = Annotated[Person, Depends(May(Permission.NOTIFICATIONS_READ))]
MayAcknowledge = Annotated[Person, Depends(May(Permission.NOTIFICATIONS_ACKNOWLEDGE))]


async def _to_acknowledge(id: Id, service: Running, person: MayAcknowledge) -> int:
    """A notification that is the caller's to acknowledge."""
    async with service.sessions() as session:
        return int(there(await notifications.find(session, told(person), id))["id"])


ToAcknowledge = Annotated[int, Depends(_to_acknowledge)]


class SnoozeBody(Body):
    """Bir bildirimin ertelenmesi."""

    model_config = starting_with({"until": "<zaman>"})

    until: Annotated[
        Moment, Field(description="Ne zamana kadar; en çok 30 gün", examples=["2026-11-25T09:00:00+03:00"])
    ]


class ReportBody(Body):
    """Birimin bildirime dönüşü."""

    model_config = starting_with({"text": "", "is_done": True})

    text: Annotated[
        Reason, Field(description="Ne yapıldığı; kayda geçer", examples=["Yemekhanede ısıtıcılar yenilendi."])
    ]
    is_done: Annotated[Flag, Field(description="Konu sonuçlandı mı", examples=[True])] = True


@router.get("/notifications", summary="Bildirimleri listele", response_model=Listing[NotificationView])
async def list_notifications(
    service: Running,
    person: MayRead,
    paging: Annotated[Paging, Depends()],
    acknowledged: Annotated[
        bool | None, Query(description="`false`: henüz kimsenin görmedikleri", examples=[False])
    ] = None,
    is_open: Annotated[
        bool, Query(alias="open", description="Yalnızca henüz sonuçlandırılmamış olanlar", examples=[True])
    ] = False,
    snoozed: Annotated[
        bool | None, Query(description="`false`: şu anda ertelenmiş olmayanlar", examples=[False])
    ] = None,
    urgency: Annotated[Literal["urgent", "normal"] | None, Query(description="Aciliyet", examples=["urgent"])] = None,
) -> object:
    """Biriminize ya da size giden bildirimler, yeniden eskiye; Direktörlük ve denetçi hepsini görür.

    Metin ve ad içermez. Görülmüş olan bir bildirim, sonuçlandığı bildirilene dek açık sayılır (`open=true`).
    """
    async with service.sessions() as session:
        page = await notifications.page(
            session,
            told(person),
            acknowledged=acknowledged,
            is_open=is_open,
            snoozed_at=None if snoozed is None else (service.clock(), snoozed),
            urgency=urgency,
            limit=paging.limit,
            after=paging.after("notifications"),
        )
    return listing(page, "notifications", notification_view)


@router.get("/notifications/{id}", summary="Bir bildirimi göster", response_model=NotificationDetail, responses=MISSING)
async def show_notification(id: Id, service: Running, person: MayRead) -> object:
    """Bildirimin konusu, yeri, kime ne zaman gittiği ve birimin dönüşleri; mesajın kendisi

    `/v1/messages/{message_id}` adresindedir.
    """
    async with service.sessions.begin() as session:
        shown = await _shown(session, person, id)
        await audit.note(session, by=person.id, act="notification.view", subject=f"notification/{id}")
        return shown


@router.post(
    "/notifications/{id}/acknowledge",
    summary="Gördüm",
    response_model=NotificationDetail,
    responses=MISSING | CONFLICT,
)
async def acknowledge(id: ToAcknowledge, service: Running, person: MayAcknowledge) -> object:
    """Bildirimi gördüğünüzü kaydeder; acil bir bildirim artık sıradakilere gitmez.

    İlk gören sayılır; yinelemek bir şey değiştirmez. Konu, sonuçlandığı bildirilene dek açık kalır.
    """
    async with service.sessions.begin() as session:
        if await record_acknowledgement(session, id, by=person.id, at=service.clock()):
            await audit.note(session, by=person.id, act="notification.acknowledge", subject=f"notification/{id}")
        return await _shown(session, person, id)


@router.post(
    "/notifications/{id}/snooze",
    summary="Ertele",
    response_model=NotificationDetail,
    responses=MISSING | CONFLICT,
)
async def snooze(id: ToAcknowledge, body: SnoozeBody, service: Running, person: MayAcknowledge) -> object:
    """Olağan bir bildirimi en çok 30 gün erteler; süresi dolunca ilk günlük özette yeniden gelir.

    Acil bildirim ertelenemez: gördüğünüzü bildirmeniz gerekir. Yalnızca size gelen (görüş istenen) de ertelenemez.
    """
    now = service.clock()
    if not now < body.until <= now + LONGEST_SNOOZE:
        raise NotPossibleError(
            "Erteleme şu andan sonra, en çok 30 gün sonrasına olabilir.",
            "It can be snoozed until later than now, by 30 days at most.",
        )
    async with service.sessions.begin() as session:
        before = there(await notifications.find(session, told(person), id))
        if before["urgency"] == Urgency.URGENT:
            raise NotPossibleError(
                "Acil bir bildirim ertelenemez; okuyup gördüğünüzü bildirin.",
                "An urgent notice cannot be snoozed; read it and acknowledge it.",
            )
        if before["person_id"] is not None:
            raise NotPossibleError(
                "Size sorulan görüş ertelenemez; görüşünüzü yazın ya da gördüğünüzü bildirin.",
                "What you were asked cannot be snoozed; write your advice, or acknowledge it.",
            )
        if not await record_snooze(session, id, by=person.id, until=body.until):
            raise NotPossibleError(
                "Bu konu sonuçlandırılmış; ertelenecek bir şey yok.", "This was handled; there is nothing to snooze."
            )
        await audit.note(
            session,
            by=person.id,
            act="notification.snooze",
            subject=f"notification/{id}",
            detail={"until": body.until.isoformat()},
        )
        return await _shown(session, person, id)


@router.post(
    "/notifications/{id}/report",
    summary="Ne yapıldığını bildir",
    response_model=NotificationDetail,
    status_code=201,
    responses=MISSING | CONFLICT,
)
async def report(id: ToAcknowledge, body: ReportBody, service: Running, person: MayAcknowledge) -> object:
    """Birimin dönüşü: ne yapıldığı, konunun sonuçlanıp sonuçlanmadığı. Direktör `/v1/complaints` listesinde görür.

    Mesajın metnini ya da yazanın bilgilerini dönüşünüze yazmayın. Sonuçlanmayan konularda yine dönülebilir.
    """
    async with service.sessions.begin() as session:
        before = there(await notifications.find(session, told(person), id))
        if before["handled_at"] is not None:
            raise NotPossibleError("Bu konu zaten sonuçlandırılmış.", "This was handled already.")
        await record_report(session, id, by=person.id, text=body.text, is_done=body.is_done, at=service.clock())
        await audit.note(
            session,
            by=person.id,
            act="notification.report",
            subject=f"notification/{id}",
            detail={"is_done": body.is_done},
        )
        return await _shown(session, person, id)


async def _shown(session: AsyncSession, person: Person, id: int) -> NotificationDetail:
    return notification_detail(
        there(await notifications.find(session, told(person), id)),
        await notifications.steps_of(session, id),
        await notifications.reports_of(session, [id]),
    )


def told(person: Person) -> Told:
    """Whose notifications the caller sees: their unit's and their own; None of a unit: all.

    What a unit is told is not for those who run its account: they cannot open what is behind it.
    """
    match SIGHT[person.role]:
        case Sight.ALL:
            unit = None
        case Sight.OWN_ACCOUNTS:
            unit = UnitKey("")
        case Sight.OWN_NOTIFICATIONS | Sight.NONE:
            unit = person.unit or UnitKey("")
    return Told(unit=unit, person_id=person.id)
