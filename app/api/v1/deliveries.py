"""Deliveries as the platforms sent them, and the jobs that failed for good."""

import base64
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field, StringConstraints

from app.actions.by_hand import NotPossibleError
from app.api.access import Permission
from app.api.fields import Id, Storable
from app.api.identity import May, Person
from app.api.looking import there
from app.api.paging import Listing, Paging, listing
from app.api.problems import ProblemError
from app.api.routing import CONFLICT, MISSING, staff_router
from app.api.service import Running
from app.api.views.common import View
from app.messages import DeliveryId
from app.records import audit
from app.records.deliveries import mark_received
from app.records.jobs import delivery_job
from app.records.reading import deliveries

router: APIRouter = staff_router("deliveries")

MayRead = Annotated[Person, Depends(May(Permission.DELIVERIES_READ))]
MayReplay = Annotated[Person, Depends(May(Permission.DELIVERIES_REPLAY))]
Platform = Annotated[str, StringConstraints(min_length=1, max_length=50), Storable]


class DeliveryView(View):
    """Bir platformun gönderdiği bir teslimat."""

    id: Annotated[int, Field(description="Teslimatın numarası", examples=[300])]
    platform: Annotated[str, Field(description="Platform", examples=["facebook"])]
    received_at: Annotated[datetime, Field(description="Geldiği zaman", examples=["2026-11-23T09:00:00Z"])]
    correlation_id: Annotated[str, Field(description="Günlük satırlarında izlenecek numara", examples=["7f3a…"])]
    state: Annotated[
        str,
        Field(
            description="`received` (alındı), `parsed` (okundu), `quarantined` (okunamadı, karantinada)",
            examples=["parsed"],
        ),
    ]
    problem: Annotated[str | None, Field(description="Okunamadıysa nedeni", examples=["not JSON"])]
    summary: Annotated[dict[str, Any] | None, Field(description="İçindekilerin sayımı", examples=[{"created": 2}])]
    parsed_at: Annotated[datetime | None, Field(description="Okunduğu zaman", examples=["2026-11-23T09:00:01Z"])]
    expired_at: Annotated[
        datetime | None,
        Field(description="Platformun saklama süresi dolduğu için gövdenin silindiği zaman", examples=[None]),
    ]
    sha256: Annotated[str, Field(description="Gövdenin SHA-256 özeti", examples=["ab12…"])]
    size: Annotated[int, Field(description="Gövdenin bayt cinsinden boyu", examples=[812])]


class DeliveryDetail(DeliveryView):
    """Bir teslimat, başlıklarıyla."""

    headers: Annotated[
        dict[str, str], Field(description="Saklanan başlıklar", examples=[{"content-type": "application/json"}])
    ]
    body: Annotated[
        str | None, Field(description="İstendiyse (`body=true`) gövde, metin olarak", examples=['{"object": "page"}'])
    ] = None
    body_base64: Annotated[str | None, Field(description="Gövde metin değilse Base64 olarak", examples=[None])] = None


@router.get("/deliveries", summary="Teslimatları listele", response_model=Listing[DeliveryView])
async def list_deliveries(
    service: Running,
    person: MayRead,
    paging: Annotated[Paging, Depends()],
    state: Annotated[
        Literal["received", "parsed", "quarantined"] | None, Query(description="Durum", examples=["quarantined"])
    ] = None,
    platform: Annotated[Platform | None, Query(description="Platform", examples=["facebook"])] = None,
) -> object:
    """Yeniden eskiye teslimatlar, gövdeleri olmadan. Okunamayanlar için `state=quarantined` süzgecini kullanın."""
    async with service.sessions() as session:
        page = await deliveries.page(
            session, state=state, platform=platform, limit=paging.limit, after=paging.after("deliveries")
        )
    return listing(page, "deliveries", lambda row: DeliveryView(**row))


@router.get("/deliveries/{id}", summary="Bir teslimatı göster", response_model=DeliveryDetail, responses=MISSING)
async def show_delivery(
    id: Id,
    service: Running,
    person: MayRead,
    body: Annotated[
        bool,
        Query(
            description="Gövde de gelsin mi; kişisel veri içerir, yalnızca Direktörlük görür ve denetim kaydına geçer",
            examples=[False],
        ),
    ] = False,
) -> object:
    """Bir teslimatın durumu ve başlıkları; gövde yalnızca istenirse."""
    if body and not person.may(Permission.DELIVERIES_OPEN):
        raise ProblemError(
            "forbidden",
            detail="Ham gövdeyi yalnızca Kurumsal İletişim Direktörlüğü açabilir.",
            detail_en="Only the directorate may open the raw body.",
        )
    async with service.sessions.begin() as session:
        found = there(await deliveries.find(session, id))
        if not body:
            return DeliveryDetail(**found)
        raw = await deliveries.body_of(session, id) or b""
        await audit.note(session, by=person.id, act="delivery.open", subject=f"delivery/{id}")
    try:
        return DeliveryDetail(**found, body=raw.decode())
    except UnicodeDecodeError:
        return DeliveryDetail(**found, body_base64=base64.b64encode(raw).decode())


@router.post(
    "/deliveries/{id}/replay",
    summary="Teslimatı yeniden işle",
    response_model=DeliveryDetail,
    responses=MISSING | CONFLICT,
    status_code=202,
)
async def replay(id: Id, service: Running, person: MayReplay) -> object:
    """Karantinadaki (ya da okunmayı bekleyen) bir teslimatı baştan okutur; daha önce alınmış olaylar yinelenmez."""
    async with service.sessions.begin() as session:
        found = there(await deliveries.find(session, id))
        if found["state"] == "parsed":
            raise NotPossibleError("Bu teslimat zaten okundu.", "This delivery was read already.")
        await mark_received(session, DeliveryId(id))
        await delivery_job(session, DeliveryId(id))
        await audit.note(session, by=person.id, act="delivery.replay", subject=f"delivery/{id}")
        return DeliveryDetail(**there(await deliveries.find(session, id)))
