"""Notifications as they are answered: kind, urgency, place; never a text, a name or a contact."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from app.api.views.common import AccountRef, PersonRef, View, account_of, person_of
from app.records.reading.pages import Row


class NotificationView(View):
    """Bir birime ya da kişiye giden bildirim."""

    id: Annotated[int, Field(description="Bildirimin numarası", examples=[21])]
    kind: Annotated[str, Field(description="Ne hakkında: bir etiket ya da bir sistem olayı", examples=["threat"])]
    unit: Annotated[str, Field(description="Bildirilen birim; kişiye gidende onun birimi", examples=["guvenlik"])]
    person: Annotated[PersonRef | None, Field(description="Yalnızca bir kişiye gittiyse kim; yoksa boş")]
    urgency: Annotated[str, Field(description="`urgent` (acil) ya da `normal`", examples=["urgent"])]
    message_id: Annotated[int | None, Field(description="Mesajın numarası (/v1/messages/{id})", examples=[17])]
    account: Annotated[AccountRef | None, Field(description="Mesajın geldiği ya da bildirimin konusu olan hesabımız")]
    state: Annotated[
        str,
        Field(
            description="`queued` (sırada ya da özeti bekliyor), `sent` (kanala verildi), `failed` (gönderilemedi)",
            examples=["sent"],
        ),
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
    step: Annotated[
        int, Field(description="Acil bildirimin kaçıncı adımında olunduğu; biri onaylayana dek ilerler", examples=[1])
    ]
    escalate_at: Annotated[
        datetime | None,
        Field(description="Kimse onaylamazsa sıradakine gideceği zaman", examples=["2026-11-23T09:05:00Z"]),
    ]
    handled_at: Annotated[
        datetime | None, Field(description="Sonuçlandığının bildirildiği zaman; boşsa açıktır", examples=[None])
    ]
    handled_by: Annotated[PersonRef | None, Field(description="Sonuçlandıran kişi")]
    snoozed_until: Annotated[
        datetime | None, Field(description="Ertelendiyse yeniden hatırlatılacağı zaman", examples=[None])
    ]


class StepView(View):
    """Bir bildirimin bir alıcıya gidişi."""

    number: Annotated[int, Field(description="Kaçıncı adım", examples=[2])]
    unit: Annotated[str | None, Field(description="Alıcı bir birimse anahtarı", examples=["sks"])]
    person: Annotated[PersonRef | None, Field(description="Alıcı bir kişiyse kim")]
    channel: Annotated[str | None, Field(description="Gittiği kanal: `smtp`, `hook`", examples=["smtp"])]
    state: Annotated[
        str,
        Field(
            description=(
                "`planned` (sırada), `running` (gönderiliyor), `sent` (kanala verildi), `failed` (gönderilemedi), "
                "`unknown` (gidip gitmediği bilinmiyor), `nobody` (adımda kimse yok), `cancelled` (bu arada onaylandı)"
            ),
            examples=["sent"],
        ),
    ]
    attempts: Annotated[int, Field(description="Kaç kez denendi", examples=[1])]
    planned_at: Annotated[datetime, Field(description="Sırası geldiği zaman", examples=["2026-11-23T09:05:00Z"])]
    finished_at: Annotated[datetime | None, Field(description="Sonuçlandığı zaman", examples=["2026-11-23T09:05:01Z"])]
    problem: Annotated[str | None, Field(description="Gönderilemediyse nedeni", examples=[None])]


class ReportView(View):
    """Bir birimin bildirime dönüşü."""

    person: Annotated[PersonRef, Field(description="Dönen kişi")]
    text: Annotated[str, Field(description="Ne yapıldığı", examples=["Yemekhanede ısıtıcılar yenilendi."])]
    is_done: Annotated[bool, Field(description="Konu sonuçlandı mı", examples=[True])]
    at: Annotated[datetime, Field(description="Zamanı", examples=["2026-11-24T08:00:00Z"])]


class NotificationDetail(NotificationView):
    """Bir bildirim, adımları ve birimin dönüşleriyle."""

    steps: Annotated[list[StepView], Field(description="Kime, hangi kanaldan, ne zaman gittiği; sırasıyla")]
    reports: Annotated[list[ReportView], Field(description="Birimin dönüşleri")]


_JOINED = ("account", "person", "acknowledged_by", "handled_by")


def notification_view(row: Row) -> NotificationView:
    """A notification."""
    return NotificationView(**notification_fields(row))


def notification_fields(row: Row) -> dict[str, Any]:
    """What every view of a notification shows."""
    values = {name: row[name] for name in NotificationView.model_fields if name not in _JOINED}
    return values | {
        "account": account_of(row),
        "person": person_of(row, "person_id", "person_name"),
        "acknowledged_by": person_of(row, "acknowledged_by", "acknowledged_by_name"),
        "handled_by": person_of(row, "handled_by", "handled_by_name"),
    }


def notification_detail(row: Row, steps: Sequence[Row], reports: Sequence[Row]) -> NotificationDetail:
    """A notification with all that became of it."""
    return NotificationDetail(
        **notification_fields(row),
        steps=[
            StepView(
                **{name: step[name] for name in StepView.model_fields if name != "person"},
                person=person_of(step, "person_id", "person_name"),
            )
            for step in steps
        ],
        reports=[report_view(report) for report in reports],
    )


def report_view(row: Row) -> ReportView:
    """A report."""
    return ReportView(
        person=PersonRef(id=row["person_id"], name=row["person_name"]),
        text=row["text"],
        is_done=row["is_done"],
        at=row["at"],
    )
