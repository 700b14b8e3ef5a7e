"""The review queue."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from app.api.access import Permission
from app.api.fields import BIGINT, INTEGER
from app.api.identity import May, Person
from app.api.looking import note_page
from app.api.paging import Listing, Paging, listing
from app.api.routing import staff_router
from app.api.service import Running
from app.api.views.common import PersonRef, View
from app.api.views.messages import MessageView, message_view
from app.records.reading import reviews
from app.records.reading.pages import Row

router: APIRouter = staff_router("reviews")

MayRead = Annotated[Person, Depends(May(Permission.REVIEWS_READ))]
# Where a page ends: priority, then id.
PLACE = (INTEGER, BIGINT)


class ReviewView(View):
    """Bir kişinin karar vermesini bekleyen mesaj."""

    id: Annotated[int, Field(description="Kuyruk kaydının numarası", examples=[8])]
    reason: Annotated[
        str,
        Field(
            description=(
                "Neden kuyrukta: bir etiket, `contained` (gizlendi, karar bekliyor), `weak` (emin değil), `ask` (kural "
                "onay istiyor), `maybe_self_harm` (kendine zarar verme olabilir, makine kaldırmadı), `incomplete` "
                "(tam değerlendirilemedi), `cannot_hide` (kaldırılmalıydı, platform gizlemeye izin vermiyor; hâlâ "
                "görünüyor), `edited_after_takedown` (gizliyken düzenlendi), "
                "`edited_after_decision` (kaldırma kararından sonra, uygulanmadan düzenlendi), `over_quota` (makinenin "
                "saatlik sınırı doldu), `unusual_rate` (kural alışılmadık sıklıkta çalışıyor)"
            ),
            examples=["contained"],
        ),
    ]
    labels: Annotated[list[str], Field(description="Etiketler", examples=[["insult"]])]
    priority: Annotated[int, Field(description="Öncelik, 0–100; büyük olan önce", examples=[70])]
    revision: Annotated[int, Field(description="Mesajın hangi hâli için", examples=[1])]
    state: Annotated[str, Field(description="`open` (bekliyor) ya da `decided` (karara bağlandı)", examples=["open"])]
    opened_at: Annotated[datetime, Field(description="Kuyruğa girdiği zaman", examples=["2026-11-23T09:00:01Z"])]
    decided_at: Annotated[datetime | None, Field(description="Karar zamanı", examples=[None])]
    decided_by: Annotated[PersonRef | None, Field(description="Karar veren kişi")]
    decision_id: Annotated[int | None, Field(description="Verilen kararın numarası", examples=[None])]
    message: Annotated[MessageView, Field(description="Mesaj")]


@router.get("/reviews", summary="İnceleme kuyruğu", response_model=Listing[ReviewView])
async def list_reviews(
    service: Running,
    person: MayRead,
    paging: Annotated[Paging, Depends()],
    state: Annotated[
        Literal["open", "decided"],
        Query(description="`open`: karar bekleyenler · `decided`: karara bağlananlar", examples=["open"]),
    ] = "open",
) -> object:
    """Karar bekleyen mesajlar: önceliği yüksek olan önce, eşitlerde eski olan önce.

    Karar vermek için mesajın numarasıyla `POST /v1/messages/{id}/override` kullanın.
    """
    async with service.sessions.begin() as session:
        page = await reviews.queue(
            session, person.viewer, state=state, limit=paging.limit, after=paging.after("reviews", PLACE)
        )
        await note_page(session, person, "reviews.list", page)
    return listing(page, "reviews", _view)


def _view(row: Row) -> ReviewView:
    decided_by = row["decided_by_id"]
    return ReviewView(
        id=row["review_id"],
        reason=row["reason"],
        labels=row["review_labels"],
        priority=row["priority"],
        revision=row["review_revision"],
        state=row["review_state"],
        opened_at=row["opened_at"],
        decided_at=row["review_decided_at"],
        decided_by=PersonRef(id=decided_by, name=row["decided_by_name"]) if decided_by is not None else None,
        decision_id=row["decision_id"],
        message=message_view(row),
    )
