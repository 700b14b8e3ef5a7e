"""Notifications: what a unit was told, and that somebody has seen it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from app.api.access import SIGHT, Permission, Sight
from app.api.fields import Id
from app.api.identity import May, Person
from app.api.looking import there
from app.api.paging import Listing, Paging, listing
from app.api.routing import CONFLICT, MISSING, staff_router
from app.api.service import Running
from app.api.views.notifications import NotificationView, notification_view
from app.decisions.model import UnitKey
from app.records import audit
from app.records.notifications import acknowledge as record_acknowledgement
from app.records.reading import notifications

router: APIRouter = staff_router("notifications")

MayRead = Annotated[Person, Depends(May(Permission.NOTIFICATIONS_READ))]
MayAcknowledge = Annotated[Person, Depends(May(Permission.NOTIFICATIONS_ACKNOWLEDGE))]


async def _to_acknowledge(id: Id, service: Running, person: MayAcknowledge) -> int:
    """A notification that is the caller's to acknowledge."""
    async with service.sessions() as session:
        return int(there(await notifications.find(session, _unit(person), id))["id"])


ToAcknowledge = Annotated[int, Depends(_to_acknowledge)]


@router.get("/notifications", summary="Bildirimleri listele", response_model=Listing[NotificationView])
async def list_notifications(
    service: Running,
    person: MayRead,
    paging: Annotated[Paging, Depends()],
    acknowledged: Annotated[
        bool | None, Query(description="`false`: henüz kimsenin görmedikleri", examples=[False])
    ] = None,
    urgency: Annotated[Literal["urgent", "normal"] | None, Query(description="Aciliyet", examples=["urgent"])] = None,
) -> object:
    """Biriminize giden bildirimler, yeniden eskiye; Direktörlük ve denetçi hepsini görür. Metin ve ad içermez."""
    async with service.sessions() as session:
        page = await notifications.page(
            session,
            _unit(person),
            acknowledged=acknowledged,
            urgency=urgency,
            limit=paging.limit,
            after=paging.after("notifications"),
        )
    return listing(page, "notifications", notification_view)


@router.get("/notifications/{id}", summary="Bir bildirimi göster", response_model=NotificationView, responses=MISSING)
async def show_notification(id: Id, service: Running, person: MayRead) -> object:
    """Bildirimin konusu, yeri ve durumu; mesajın kendisi `/v1/messages/{message_id}` adresindedir."""
    async with service.sessions() as session:
        return notification_view(there(await notifications.find(session, _unit(person), id)))


@router.post(
    "/notifications/{id}/acknowledge",
    summary="Gördüm",
    response_model=NotificationView,
    responses=MISSING | CONFLICT,
)
async def acknowledge(id: ToAcknowledge, service: Running, person: MayAcknowledge) -> object:
    """Bildirimi gördüğünüzü kaydeder. İlk gören sayılır; yinelemek bir şey değiştirmez."""
    async with service.sessions.begin() as session:
        if await record_acknowledgement(session, id, by=person.id, at=service.clock()):
            await audit.note(session, by=person.id, act="notification.acknowledge", subject=f"notification/{id}")
        return notification_view(there(await notifications.find(session, _unit(person), id)))


def _unit(person: Person) -> UnitKey | None:
    """The unit whose notifications are the caller's; None for whoever sees all."""
    return None if SIGHT[person.role] is Sight.ALL else person.unit or UnitKey("")
