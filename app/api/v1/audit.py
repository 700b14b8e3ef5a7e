"""The audit: who did and saw what."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field, StringConstraints

from app.api.access import Permission
from app.api.fields import BIGINT, Moment, Storable
from app.api.identity import May, Person
from app.api.paging import Listing, Paging, listing
from app.api.routing import staff_router
from app.api.service import Running
from app.api.views.common import PersonRef, View, person_of
from app.records.reading import governance
from app.records.reading.pages import Row

router: APIRouter = staff_router("audit")

MayRead = Annotated[Person, Depends(May(Permission.AUDIT_READ))]
# What is about a message, and the words that people wrote then: they may quote it.
ABOUT_MESSAGES = frozenset(
    {"message", "messages", "approval", "review", "action", "task", "appeal", "evidence", "case", "job"}
)
WORDS = frozenset({"reason", "note", "because", "source"})
Act = Annotated[str, StringConstraints(pattern=r"^[a-z_.]{1,60}$")]
Subject = Annotated[str, StringConstraints(min_length=1, max_length=200), Storable]


class AuditView(View):
    """Bir kişinin yaptığı ya da baktığı."""

    id: Annotated[int, Field(description="Kaydın numarası", examples=[500])]
    at: Annotated[datetime, Field(description="Zamanı", examples=["2026-11-23T09:00:00Z"])]
    person: Annotated[PersonRef | None, Field(description="Kişi; boşsa sistem")]
    act: Annotated[str, Field(description="Ne yapıldı", examples=["message.view"])]
    subject: Annotated[str, Field(description="Neyle", examples=["message/17"])]
    detail: Annotated[dict[str, Any], Field(description="Ayrıntı", examples=[{"reason": "…"}])]


@router.get("/audit", summary="Denetim kaydı", response_model=Listing[AuditView])
async def list_audit(
    service: Running,
    person: MayRead,
    paging: Annotated[Paging, Depends()],
    subject: Annotated[Subject | None, Query(description="Bir kaydın geçmişi", examples=["message/17"])] = None,
    by: Annotated[int | None, Query(ge=1, le=BIGINT, description="Kişinin numarası", examples=[3])] = None,
    act: Annotated[
        Act | None,
        Query(description="Ne yapıldığı; nokta ile biterse öyle başlayanların hepsi", examples=["message.view"]),
    ] = None,
    since: Annotated[Moment | None, Query(description="Bu zamandan beri", examples=["2026-11-01T00:00:00Z"])] = None,
    until: Annotated[Moment | None, Query(description="Bu zamandan önce", examples=["2026-12-01T00:00:00Z"])] = None,
) -> object:
    """Kimin neyi ne zaman yaptığı ve kişisel veriye baktığı, yeniden eskiye. Kayıt değiştirilemez, silinemez."""
    async with service.sessions() as session:
        page = await governance.audit_page(
            session,
            subject=subject,
            person_id=by,
            act=act,
            since=since,
            until=until,
            limit=paging.limit,
            after=paging.after("audit"),
        )
    return listing(page, "audit", lambda row: _view(row, person))


def _view(row: Row, person: Person) -> AuditView:
    detail = dict(row["detail"])
    if not person.viewer.opens_self_harm and row["subject"].partition("/")[0] in ABOUT_MESSAGES:
        # It may be closed to them; of an open message the words stand beside decision and task.
        detail = {name: value for name, value in detail.items() if name not in WORDS}
    return AuditView(
        id=row["id"],
        at=row["at"],
        person=person_of(row, "person_id", "person_name"),
        act=row["act"],
        subject=row["subject"],
        detail=detail,
    )
