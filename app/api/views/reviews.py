"""Items of the review queue as they are answered."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from app.api.views.common import PersonRef, View, person_of
from app.api.views.messages import MessageView, message_view
from app.api.views.waits import WaitView, wait_view
from app.decisions.queue import QueuePolicy
from app.records.reading.pages import Row


class ClaimView(View):
    """Kaydı üzerine alan kişi."""

    by: Annotated[PersonRef | None, Field(description="Kim üzerine aldı")]
    until: Annotated[datetime, Field(description="Ne zamana kadar", examples=["2026-11-23T09:20:00Z"])]


class ReviewView(View):
    """Bir kişinin karar vermesini bekleyen mesaj."""

    id: Annotated[int, Field(description="Kuyruk kaydının numarası", examples=[8])]
    version: Annotated[
        str,
        Field(
            description="Gördüğünüz hâl; karar verirken geri gönderin, bu arada değiştiyse karar kabul edilmez",
            examples=["1.1"],
        ),
    ]
    reason: Annotated[
        str,
        Field(
            description=(
                "Neden kuyrukta: bir etiket, `contained` (gizlendi, karar bekliyor), `weak` (emin değil), `ask` (kural "
                "onay istiyor), `maybe_self_harm` (kendine zarar verme olabilir, makine kaldırmadı), `incomplete` "
                "(tam değerlendirilemedi), `cannot_hide` (kaldırılmalıydı, platform gizlemeye izin vermiyor; hâlâ "
                "görünüyor), `edited_after_takedown` (gizliyken düzenlendi), "
                "`edited_after_decision` (kaldırma kararından sonra, uygulanmadan düzenlendi), `over_quota` (makinenin "
                "saatlik sınırı doldu), `unusual_rate` (kural alışılmadık sıklıkta çalışıyor), `undone` (karar geri "
                "alındı), `self_harm_beneath` (silinirse altındaki 6.4.15 mesajı da gider; makine silmedi), "
                "`asks_why` (yazarı, kaldırılan mesajının nedenini soruyor: `/v1/appeals`)"
            ),
            examples=["contained"],
        ),
    ]
    labels: Annotated[list[str], Field(description="Etiketler", examples=[["insult"]])]
    priority: Annotated[int, Field(description="Öncelik, 0–100; büyük olan önce", examples=[70])]
    revision: Annotated[int, Field(description="Mesajın hangi hâli için", examples=[1])]
    state: Annotated[
        str,
        Field(
            description=(
                "`open` (bekliyor), `parked` (görüş bekliyor), `awaiting_approval` (ikinci kişinin onayını bekliyor) "
                "ya da `decided` (karara bağlandı)"
            ),
            examples=["open"],
        ),
    ]
    opened_at: Annotated[datetime, Field(description="Kuyruğa girdiği zaman", examples=["2026-11-23T09:00:01Z"])]
    due_at: Annotated[
        datetime,
        Field(
            description="Ne zamana kadar karar verilmeli; mesai saatleriyle, tatiller sayılmadan. Acil olanda hemen",
            examples=["2026-11-23T11:00:01Z"],
        ),
    ]
    is_overdue: Annotated[bool, Field(description="Karar bekliyor ve süresi geçti mi", examples=[False])]
    is_at_once: Annotated[bool, Field(description="Mesaiye bakılmadan hemen mi bakılmalı", examples=[False])]
    claim: Annotated[ClaimView | None, Field(description="Şu anda biri üzerine aldıysa kim; yoksa boş")]
    wait: Annotated[WaitView | None, Field(description="Görüş bekliyorsa neyi; yoksa boş")]
    decided_at: Annotated[datetime | None, Field(description="Karar zamanı", examples=[None])]
    decided_by: Annotated[PersonRef | None, Field(description="Karar veren kişi")]
    decided_as: Annotated[str | None, Field(description="Verilen karar: `keep`, `hide`, `restore` …", examples=[None])]
    decision_id: Annotated[int | None, Field(description="Verilen kararın numarası", examples=[None])]
    proposes: Annotated[
        str | None,
        Field(
            description="`ask` aşamasındaki bir kural onayınıza ne öneriyor: `remove`, `contain`; yoksa boş",
            examples=[None],
        ),
    ]
    appeal_id: Annotated[
        int | None,
        Field(description="Yazarı kaldırılan mesajının nedenini soruyorsa itirazı: `/v1/appeals`", examples=[None]),
    ]
    message: Annotated[MessageView, Field(description="Mesaj")]


def version_of(row: Row) -> str:
    """The state of message and item in one: what a person who decides has seen."""
    return f"{row['revision']}.{row['review_version']}"


def review_view(row: Row, queue: QueuePolicy, *, zone: ZoneInfo, now: datetime) -> ReviewView:
    """An item, due as policy data says now."""
    due_at = queue.due_at(row["opened_at"], row["priority"], zone=zone)
    is_claimed = row["claimed_until"] is not None and row["claimed_until"] > now
    return ReviewView(
        id=row["review_id"],
        version=version_of(row),
        reason=row["reason"],
        labels=row["review_labels"],
        priority=row["priority"],
        revision=row["review_revision"],
        state=row["review_state"],
        opened_at=row["opened_at"],
        due_at=due_at,
        is_overdue=row["review_state"] != "decided" and due_at < now,
        is_at_once=queue.is_at_once(row["priority"]),
        claim=(
            ClaimView(by=person_of(row, "claimed_by", "claimed_by_name"), until=row["claimed_until"])
            if is_claimed
            else None
        ),
        wait=wait_view(row, row["closed"]) if row["review_state"] == "parked" else None,
        decided_at=row["review_decided_at"],
        decided_by=person_of(row, "decided_by_id", "decided_by_name"),
        decided_as=row["decided_as"],
        decision_id=row["decision_id"],
        proposes=row["proposes"],
        appeal_id=row["appeal_id"],
        message=message_view(row, queue, row["review_labels"]),
    )
