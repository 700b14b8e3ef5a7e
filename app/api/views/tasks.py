"""Manual tasks as they are answered."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from app.actions.steps import Steps, steps_of
from app.api.views.common import CLOSED_FIELD, PLACEHOLDERS, AccountRef, Closed, PersonRef, View, account_of, person_of
from app.decisions.capabilities import Lack
from app.records.reading.pages import Row


class StepsView(View):
    """Elle yapmanın adımları, sırasıyla."""

    tr: Annotated[list[str], Field(description="Türkçe", examples=[["Bağlantıyı hesabımızla açın."]])]
    en: Annotated[list[str], Field(description="İngilizce", examples=[["Open the link with our account."]])]


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
    reason: Annotated[
        str,
        Field(
            description=(
                "Neden elle: hesabın eksiği (`/v1/accounts` içindeki `because` sözcükleriyle), `expired` (süresi "
                "geçti), `gave_up` (denemeler sonuç vermedi) ya da platformun kodu"
            ),
            examples=["not_offered"],
        ),
    ]
    detail: Annotated[
        dict[str, Any],
        Field(
            description="Elle yapmak için gerekenler: bağlantı, hesap, söylenecek metin, platformun sorunu",
            examples=[{"link": "https://www.facebook.com/900_1", "account": "ieu", "text": None}],
        ),
    ]
    steps: Annotated[StepsView, Field(description="Elle nasıl yapılacağı")]
    one_click: Annotated[
        bool,
        Field(
            description="Bir kişinin tıklamasıyla yapılabilir mi: `POST /v1/actions/{action_id}/retry`",
            examples=[False],
        ),
    ]
    state: Annotated[str, Field(description="`open` (bekliyor) ya da `done` (yapıldı)", examples=["open"])]
    created_at: Annotated[datetime, Field(description="Açıldığı zaman", examples=["2026-11-23T09:00:01Z"])]
    due_at: Annotated[
        datetime,
        Field(
            description="En geç ne zaman yapılmalı: acilse ya da hemen bakılması gereken bir içerikse 15 dakika, "
            "değilse konusunun kuyruktaki süresi kadar mesai saati içinde",
            examples=["2026-11-24T09:00:01Z"],
        ),
    ]
    confirmed_at: Annotated[datetime | None, Field(description="Yapıldığının onaylandığı zaman", examples=[None])]
    confirmed_by: Annotated[PersonRef | None, Field(description="Onaylayan kişi")]
    note: Annotated[str | None, Field(description="Onaylayanın notu", examples=["Telefonla ulaşıldı"])]
    closed: Annotated[Closed | None, CLOSED_FIELD]


def task_view(row: Row) -> TaskView:
    """A task; of one about a closed message neither link, text, steps nor note."""
    closed: Closed | None = row["closed"]
    values = {
        name: row[name]
        for name in TaskView.model_fields
        if name not in ("account", "confirmed_by", "detail", "note", "steps", "one_click", "closed")
    }
    if closed is not None:
        shown = {
            "detail": {"closed": PLACEHOLDERS[closed]},
            "note": PLACEHOLDERS[closed] if row["note"] is not None else None,
        }
        steps = Steps()
    else:
        shown = {"detail": row["detail"] | _links(row), "note": row["note"]}
        steps = steps_of(row["kind"], row["platform"])
    return TaskView(
        **values,
        **shown,
        steps=StepsView(tr=list(steps.tr), en=list(steps.en)),
        one_click=row["state"] == "open" and row["reason"] == Lack.BY_PERSON,
        account=account_of(row),
        confirmed_by=person_of(row, "confirmed_by", "confirmed_by_name"),
        closed=closed,
    )


def _links(row: Row) -> dict[str, Any]:
    """The links that the evidence knows, where the task itself was opened without."""
    found = {name: value for name, value in (row["links"] or {}).items() if value is not None}
    link = row["detail"].get("link") or found.get("link")
    return found | ({"link": link} if link else {})
