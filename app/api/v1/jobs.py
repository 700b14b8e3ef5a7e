"""Jobs that failed for good: seen, tried again, or let go by a person."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from app.api.access import Permission
from app.api.fields import Id, Reason
from app.api.identity import May, Person
from app.api.paging import Listing, Paging, listing
from app.api.problems import ProblemError
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running
from app.api.views.common import View
from app.records import audit, held_jobs

router: APIRouter = staff_router("jobs")

MayRead = Annotated[Person, Depends(May(Permission.DELIVERIES_READ))]
MayDecide = Annotated[Person, Depends(May(Permission.DELIVERIES_REPLAY))]


class JobView(View):
    """Denemeleri tükenmiş bir arka plan işi."""

    id: Annotated[int, Field(description="İşin numarası", examples=[77])]
    kind: Annotated[
        str,
        Field(
            description="`delivery` (teslimat), `message` (mesaj), `notification` (bildirim), `backtest` (deneme)",
            examples=["message"],
        ),
    ]
    subject: Annotated[str, Field(description="Konusu olan kaydın numarası", examples=["17"])]
    attempts: Annotated[int, Field(description="Kaç kez denendi", examples=[6])]
    problem: Annotated[
        str | None,
        Field(description="Son hatanın türü ve koddaki yeri", examples=["KeyError (app/ingest/read.py:112)"]),
    ]
    created_at: Annotated[datetime, Field(description="Oluştuğu zaman", examples=["2026-11-23T09:00:01Z"])]
    failed_at: Annotated[datetime, Field(description="Bırakıldığı zaman", examples=["2026-11-23T09:05:01Z"])]


class JobDiscardBody(Body):
    """Bir işten vazgeçilmesi."""

    model_config = starting_with({"reason": ""})

    reason: Annotated[Reason, Field(description="Gerekçe; kayda geçer", examples=["Mesaj elle işlendi"])]


class JobOutcome(View):
    """Ne yapıldığı."""

    id: Annotated[int, Field(description="İşin numarası", examples=[77])]
    outcome: Annotated[
        str, Field(description="`queued` (yeniden sırada) ya da `discarded` (vazgeçildi)", examples=["queued"])
    ]


@router.get("/jobs", summary="Bırakılmış işleri listele", response_model=Listing[JobView])
async def list_jobs(service: Running, person: MayRead, paging: Annotated[Paging, Depends()]) -> object:
    """Arka planda bütün denemeleri başarısız olmuş işler, yeniden eskiye."""
    async with service.sessions() as session:
        page = await held_jobs.page(session, limit=paging.limit, after=paging.after("jobs"))
    return listing(page, "jobs", lambda row: JobView(**row))


@router.post("/jobs/{id}/retry", summary="İşi yeniden dene", response_model=JobOutcome, responses=MISSING | CONFLICT)
async def retry(id: Id, service: Running, person: MayDecide) -> object:
    """İşi yeniden sıraya koyar."""
    async with service.sessions.begin() as session:
        if not await held_jobs.retry(session, id):
            raise ProblemError("not_found")
        await audit.note(session, by=person.id, act="job.retry", subject=f"job/{id}")
    return JobOutcome(id=id, outcome="queued")


@router.post("/jobs/{id}/discard", summary="İşten vazgeç", response_model=JobOutcome, responses=MISSING | CONFLICT)
async def discard(id: Id, body: JobDiscardBody, service: Running, person: MayDecide) -> object:
    """İşi gerekçesiyle kaldırır; konusu olan kayıt yerinde kalır."""
    async with service.sessions.begin() as session:
        if not await held_jobs.discard(session, id):
            raise ProblemError("not_found")
        await audit.note(session, by=person.id, act="job.discard", subject=f"job/{id}", detail={"reason": body.reason})
    return JobOutcome(id=id, outcome="discarded")
