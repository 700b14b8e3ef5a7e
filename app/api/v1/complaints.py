"""Complaints that were handed to units: what is open, for how long, with whom (6.4.1)."""

import math
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from app.api.access import Permission
from app.api.fields import Word
from app.api.identity import May, Person
from app.api.looking import note_shown
from app.api.paging import Listing, Paging, listing
from app.api.routing import staff_router
from app.api.service import Running
from app.api.v1.notifications import told
from app.api.views.notifications import NotificationView, ReportView, notification_fields, report_view
from app.records.reading import notifications
from app.records.reading.pages import Row

router: APIRouter = staff_router("notifications")

MayRead = Annotated[Person, Depends(May(Permission.COMPLAINTS_READ))]
# The director is told of each complaint too, and is not the one who deals with it.
ONLY_INFORMED = "direktor"


class ComplaintView(NotificationView):
    """Bir birime iletilen şikâyet."""

    is_open: Annotated[bool, Field(description="Henüz sonuçlandırılmadı mı", examples=[True])]
    open_hours: Annotated[int, Field(description="Kaç saattir açık ya da kaç saatte sonuçlandı", examples=[26])]
    reports: Annotated[list[ReportView], Field(description="Birimin dönüşleri")]


@router.get("/complaints", summary="Şikâyetleri listele", response_model=Listing[ComplaintView])
async def list_complaints(
    service: Running,
    person: MayRead,
    paging: Annotated[Paging, Depends()],
    is_open: Annotated[bool, Query(alias="open", description="Yalnızca sonuçlanmamış olanlar", examples=[True])] = True,
    unit: Annotated[Word | None, Query(description="İletildiği birim", examples=["yemek_hizmetleri"])] = None,
) -> object:
    """Birimlere iletilen şikâyetler, yeniden eskiye: hangi birimde, kaç saattir açık, kim gördü, ne yanıt verildi.

    Birimler kendilerine iletilenleri, Direktörlük ve denetçi hepsini görür. Birim dönüşünü
    `POST /v1/notifications/{id}/report` ile yapar.
    """
    now = service.clock()
    async with service.sessions.begin() as session:
        page = await notifications.page(
            session,
            told(person),
            acknowledged=None,
            is_open=is_open,
            kind="complaint",
            of_unit=unit,
            spare_unit=ONLY_INFORMED,
            urgency=None,
            limit=paging.limit,
            after=paging.after("complaints"),
        )
        reports = await notifications.reports_of(session, [row["id"] for row in page.rows])
        await note_shown(session, person, "complaints.list", "notifications", page.rows)
    return listing(page, "complaints", lambda row: _view(row, reports, now))


def _view(row: Row, reports: list[dict[str, object]], now: datetime) -> ComplaintView:
    until = row["handled_at"] or now
    return ComplaintView(
        **notification_fields(row),
        is_open=row["handled_at"] is None,
        open_hours=max(0, math.floor((until - row["created_at"]).total_seconds() / 3600)),
        reports=[report_view(report) for report in reports if report["notification_id"] == row["id"]],
    )
