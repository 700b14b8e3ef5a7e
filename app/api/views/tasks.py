"""Manual tasks as they are answered."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from app.api.views.common import CLOSED_FIELD, PLACEHOLDERS, AccountRef, Closed, PersonRef, View, account_of, person_of
from app.records.reading.pages import Row


class TaskView(View):
    """Platformun API'sinin yapamadığı, bir kişinin elle yapacağı iş."""

    id: Annotated[int, Field(description="Görevin numarası", examples=[5])]
    message_id: Annotated[int | None, Field(description="Mesajın numarası", examples=[17])]
    action_id: Annotated[int | None, Field(description="Yerine geçtiği işlemin numarası", examples=[120])]
    account: Annotated[AccountRef | None, Field(description="Mesajın geldiği hesabımız")]
    kind: Annotated[
        str, Field(description="Ne yapılacağı; işlem türleriyle aynı sözcükler", examples=["private_message"])
    ]
    urgency: Annotated[str, Field(description="`urgent` (acil) ya da `normal`", examples=["urgent"])]
    reason: Annotated[str, Field(description="Neden elle", examples=["expired"])]
    detail: Annotated[
        dict[str, Any],
        Field(
            description="Elle yapmak için gerekenler: bağlantı, hesap, söylenecek metin, platformun sorunu",
            examples=[{"link": "https://www.facebook.com/900_1", "account": "ieu", "text": None}],
        ),
    ]
    state: Annotated[str, Field(description="`open` (bekliyor) ya da `done` (yapıldı)", examples=["open"])]
    created_at: Annotated[datetime, Field(description="Açıldığı zaman", examples=["2026-11-23T09:00:01Z"])]
    confirmed_at: Annotated[datetime | None, Field(description="Yapıldığının onaylandığı zaman", examples=[None])]
    confirmed_by: Annotated[PersonRef | None, Field(description="Onaylayan kişi")]
    note: Annotated[str | None, Field(description="Onaylayanın notu", examples=["Telefonla ulaşıldı"])]
    closed: Annotated[Closed | None, CLOSED_FIELD]


def task_view(row: Row) -> TaskView:
    """A task; of one about a closed message neither link, text nor note."""
    closed: Closed | None = row["closed"]
    values = {
        name: row[name]
        for name in TaskView.model_fields
        if name not in ("account", "confirmed_by", "detail", "note", "closed")
    }
    if closed is not None:
        shown = {
            "detail": {"closed": PLACEHOLDERS[closed]},
            "note": PLACEHOLDERS[closed] if row["note"] is not None else None,
        }
    else:
        shown = {"detail": row["detail"], "note": row["note"]}
    return TaskView(
        **values,
        **shown,
        account=account_of(row),
        confirmed_by=person_of(row, "confirmed_by", "confirmed_by_name"),
        closed=closed,
    )
