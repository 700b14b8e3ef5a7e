"""Authors who ask why a message of theirs was removed (6.4.4): upheld, or restored."""

import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from app.api.access import Permission
from app.api.fields import Id, Reason
from app.api.identity import May, Person
from app.api.looking import note_shown, open_to_caller, there
from app.api.paging import Listing, Paging, listing
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running
from app.api.views.common import (
    CLOSED_FIELD,
    PLACEHOLDERS,
    AccountRef,
    Closed,
    PersonRef,
    View,
    account_of,
    person_of,
)
from app.messages import MessageId
from app.records import appeals
from app.records.reading.pages import Row

router: APIRouter = staff_router("appeals")

MayRead = Annotated[Person, Depends(May(Permission.APPEALS_READ))]
MayDecide = Annotated[Person, Depends(May(Permission.APPEALS_DECIDE))]


async def _found(id: Id, service: Running, person: MayDecide) -> dict[str, Any]:
    """The appeal, where it is the caller's to decide, and both messages are open to them."""
    async with service.sessions() as session:
        return open_to_caller(there(await appeals.find(session, person.viewer, id)))


ToDecide = Annotated[dict[str, Any], Depends(_found)]


class AppealView(View):
    """Bir yazarın, kaldırılan mesajı için sorusu."""

    id: Annotated[int, Field(description="İtirazın numarası", examples=[2])]
    account: Annotated[AccountRef | None, Field(description="Hangi hesapta")]
    message_id: Annotated[int, Field(description="Soran mesaj", examples=[31])]
    removed_message_id: Annotated[int, Field(description="Sorulan, kaldırılmış mesaj", examples=[17])]
    decision_id: Annotated[int, Field(description="Onu kaldıran karar", examples=[40])]
    action_id: Annotated[
        int | None,
        Field(description="Onay bekleyen açıklama: `POST /v1/actions/{id}/release` ile gönderilir", examples=[121]),
    ]
    state: Annotated[
        str,
        Field(description="`open` (açık), `upheld` (karar sürdü) ya da `restored` (geri getirildi)", examples=["open"]),
    ]
    opened_at: Annotated[datetime.datetime, Field(description="Açıldığı zaman", examples=["2026-11-23T09:00:00Z"])]
    decided_by: Annotated[PersonRef | None, Field(description="Sonuçlandıran")]
    decided_at: Annotated[datetime.datetime | None, Field(description="Sonuçlandığı zaman", examples=[None])]
    reason: Annotated[str | None, Field(description="Gerekçe", examples=[None])]
    closed: Annotated[Closed | None, CLOSED_FIELD]


class AppealBody(Body):
    """Bir itirazın sonuçlandırılması."""

    model_config = starting_with({"reason": ""})

    reason: Annotated[Reason, Field(description="Gerekçe; kayda geçer", examples=["Alıntı yapıyor, hakaret etmiyor"])]


@router.get("/appeals", summary="İtirazları listele", response_model=Listing[AppealView])
async def list_appeals(
    service: Running,
    person: MayRead,
    paging: Annotated[Paging, Depends()],
    state: Annotated[
        Literal["open", "upheld", "restored"] | None, Query(description="Yalnızca bu durumdakiler", examples=["open"])
    ] = None,
) -> object:
    """Kaldırılan mesajının nedenini soran yazarlar, yeniden eskiye.

    Soran mesaj `asks_why` nedeniyle inceleme kuyruğundadır; önerilen açıklama bir kişinin onayıyla gider.
    """
    async with service.sessions.begin() as session:
        page = await appeals.page(
            session, person.viewer, state=state, limit=paging.limit, after=paging.after("appeals")
        )
        await note_shown(session, person, "appeals.list", "appeals", page.rows)
    return listing(page, "appeals", _view)


@router.post("/appeals/{id}/uphold", summary="Kararı sürdür", response_model=AppealView, responses=MISSING | CONFLICT)
async def uphold(found: ToDecide, body: AppealBody, service: Running, person: MayDecide) -> object:
    """Mesaj kaldırılmış kalır; bu, gerekçesiyle bir kişinin kararı olarak kaydedilir. Soranın kuyruk kaydı kapanır."""
    await service.appeals.uphold(found["id"], MessageId(found["removed_message_id"]), by=person.id, reason=body.reason)
    return await _again(found["id"], service, person)


@router.post(
    "/appeals/{id}/restore", summary="Mesajı geri getir", response_model=AppealView, responses=MISSING | CONFLICT
)
async def restore(found: ToDecide, body: AppealBody, service: Running, person: MayDecide) -> object:
    """Kararı bozar, gizlenmiş mesajı geri getirir; platformdan silinmiş olan geri getirilemez."""
    await service.appeals.restore(found["id"], MessageId(found["removed_message_id"]), by=person.id, reason=body.reason)
    return await _again(found["id"], service, person)


async def _again(appeal_id: int, service: Running, person: Person) -> AppealView:
    async with service.sessions() as session:
        return _view(there(await appeals.find(session, person.viewer, appeal_id)))


def _view(row: Row) -> AppealView:
    copied = {name: row[name] for name in AppealView.model_fields if name not in ("account", "decided_by")}
    if row["closed"] is not None and row["reason"] is not None:
        # What a person wrote may quote what was said.
        copied["reason"] = PLACEHOLDERS[row["closed"]]
    return AppealView(**copied, account=account_of(row), decided_by=person_of(row, "decided_by", "decided_by_name"))
