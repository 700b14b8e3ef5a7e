"""Notifications as they are answered: kind, urgency, place; never a text, a name or a contact."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.api.views.common import AccountRef, PersonRef, View, account_of, person_of
from app.records.reading.pages import Row


class NotificationView(View):
    """Bir birime giden bildirim."""

    id: Annotated[int, Field(description="Bildirimin numarası", examples=[21])]
    kind: Annotated[str, Field(description="Ne hakkında: bir etiket ya da bir sistem olayı", examples=["threat"])]
    unit: Annotated[str, Field(description="Bildirilen birim", examples=["guvenlik"])]
    urgency: Annotated[str, Field(description="`urgent` (acil) ya da `normal`", examples=["urgent"])]
    message_id: Annotated[int | None, Field(description="Mesajın numarası (/v1/messages/{id})", examples=[17])]
    account: Annotated[AccountRef | None, Field(description="Mesajın geldiği ya da bildirimin konusu olan hesabımız")]
    state: Annotated[
        str,
        Field(description="`queued` (sırada), `sent` (kanala verildi), `failed` (gönderilemedi)", examples=["sent"]),
    ]
    channel: Annotated[str | None, Field(description="Gittiği kanal: `smtp`, `hook`", examples=["smtp"])]
    attempts: Annotated[int, Field(description="Kaç kez denendi", examples=[1])]
    problem: Annotated[str | None, Field(description="Gönderilemediyse nedeni", examples=[None])]
    created_at: Annotated[datetime, Field(description="Oluştuğu zaman", examples=["2026-11-23T09:00:01Z"])]
    sent_at: Annotated[datetime | None, Field(description="Kanala verildiği zaman", examples=["2026-11-23T09:00:02Z"])]
    acknowledged_at: Annotated[
        datetime | None, Field(description="Bir kişinin gördüğünü bildirdiği zaman", examples=["2026-11-23T09:03:00Z"])
    ]
    acknowledged_by: Annotated[PersonRef | None, Field(description="Gördüğünü bildiren kişi")]


def notification_view(row: Row) -> NotificationView:
    """A notification."""
    values = {name: row[name] for name in NotificationView.model_fields if name not in ("account", "acknowledged_by")}
    return NotificationView(
        **values,
        account=account_of(row),
        acknowledged_by=person_of(row, "acknowledged_by", "acknowledged_by_name"),
    )
