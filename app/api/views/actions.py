"""Actions as they are answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.api.views.common import CLOSED_FIELD, PLACEHOLDERS, AccountRef, Closed, PersonRef, View, account_of, person_of
from app.records.reading.pages import Row


class AttemptView(View):
    """Bir işlemin bir denemesi."""

    number: Annotated[int, Field(description="Kaçıncı deneme", examples=[1])]
    started_at: Annotated[datetime, Field(description="Başladığı zaman", examples=["2026-11-23T09:00:01Z"])]
    ended_at: Annotated[datetime | None, Field(description="Bittiği zaman", examples=["2026-11-23T09:00:02Z"])]
    outcome: Annotated[
        str | None,
        Field(
            description=(
                "`done` (oldu), `unavailable` (platforma ulaşılamadı), `unknown` (sonucu bilinmiyor), "
                "`refused` (platform yapmadı), `token` (erişim anahtarı geçersiz)"
            ),
            examples=["done"],
        ),
    ]
    code: Annotated[str | None, Field(description="Platformun hata kodu", examples=["10/2018278"])]
    detail: Annotated[str | None, Field(description="Platformun açıklaması", examples=["Outside the allowed window"])]


class ActionView(View):
    """Platformda ya da bizde yapılacak (yapılmış) bir iş."""

    id: Annotated[int, Field(description="İşlemin numarası", examples=[120])]
    message_id: Annotated[int, Field(description="Mesajın numarası", examples=[17])]
    account: Annotated[AccountRef | None, Field(description="Mesajın geldiği hesabımız")]
    decision_id: Annotated[int, Field(description="Dayandığı kararın numarası", examples=[40])]
    revision: Annotated[int, Field(description="Mesajın hangi hâli için", examples=[1])]
    kind: Annotated[
        str,
        Field(
            description=(
                "`evidence` (kanıt), `hide` (gizle), `unhide` (geri getir), `delete` (sil), `reply` (yanıt), "
                "`private_message` (özel mesaj), `block` (engelle), `unblock` (engeli kaldır), "
                "`report_to_platform` (platforma bildir), `notify` (birime bildir)"
            ),
            examples=["reply"],
        ),
    ]
    purpose: Annotated[str, Field(description="Amacı; bir söz aynı amaçla iki kez söylenmez", examples=["reply"])]
    label: Annotated[str | None, Field(description="Doğduğu etiket", examples=["complaint"])]
    template: Annotated[str | None, Field(description="Kullanılan hazır metin", examples=["T1"])]
    language: Annotated[str | None, Field(description="Metnin dili", examples=["tr"])]
    text: Annotated[str | None, Field(description="Söylenecek ya da söylenen metin", examples=["Merhabalar, …"])]
    recipient: Annotated[str | None, Field(description="Bildirilecek birim", examples=["ogrenci_isleri"])]
    urgency: Annotated[str, Field(description="`urgent` (acil) ya da `normal`", examples=["normal"])]
    state: Annotated[
        str,
        Field(
            description=(
                "`planned` (sırada), `running` (yürüyor), `done` (oldu), `refused` (yapılamadı), `task` (elle "
                "yapılacak), `held` (bir kişinin onayını bekliyor), `withheld` (sessizlik modu bekletiyor), "
                "`cancelled` (vazgeçildi)"
            ),
            examples=["held"],
        ),
    ]
    held_because: Annotated[
        str | None,
        Field(
            description=(
                "Neden beklediği: `draft` (onaysız taslak), `suggestion` (öneri), `ask` (kural önce soruyor), "
                "`no_text_in_language:…` (bu dilde metin yok), `missing_variable:…` (metinde boş kalan değişken), "
                "`by_person` (platform ancak bir kişinin tıklamasıyla izin veriyor), "
                "`asks_why` (yazar, mesajının neden kaldırıldığını soruyor: /v1/appeals), "
                "`screenshot` (ekran görüntüsü bekleniyor), `self_harm_beneath` (altında 6.4.15 mesajı var, silinirse "
                "o da gider), `silence:…` (sessizlik modu), `pause:…` (afet önerisi karara bağlanana dek: "
                "/v1/suggestions), `crisis:…` (açık kriz dosyası, direktörün onayı), `limit:…` (makinenin sınırı: "
                "/v1/limits)"
            ),
            examples=["draft"],
        ),
    ]
    problem: Annotated[str | None, Field(description="Son sorun", examples=[None])]
    requested_by: Annotated[PersonRef | None, Field(description="İsteyen kişi; boşsa sistem")]
    due_at: Annotated[datetime, Field(description="Sırasının geleceği zaman", examples=["2026-11-23T09:00:01Z"])]
    expires_at: Annotated[
        datetime | None, Field(description="Bundan sonra kendiliğinden gitmez", examples=["2026-11-23T09:15:01Z"])
    ]
    attempts: Annotated[int, Field(description="Kaç kez denendi", examples=[0])]
    created_at: Annotated[datetime, Field(description="Kaydedildiği zaman", examples=["2026-11-23T09:00:01Z"])]
    finished_at: Annotated[datetime | None, Field(description="Sonuçlandığı zaman", examples=[None])]
    external_id: Annotated[str | None, Field(description="Platformda doğan yanıtın numarası", examples=[None])]
    closed: Annotated[Closed | None, CLOSED_FIELD]


class ActionDetail(ActionView):
    """Bir işlem ve denemeleri."""

    tries: Annotated[list[AttemptView], Field(description="Denemeler, sırasıyla")]


def action_view(row: Row, attempts: Sequence[Row] = ()) -> ActionDetail:
    """An action; what was said to whoever wrote a closed message is closed too."""
    closed: Closed | None = row["closed"]
    values = {
        name: row[name]
        for name in ActionView.model_fields
        if name not in ("account", "requested_by", "text", "problem", "closed")
    }
    # A problem may hold the words with which a person discarded it.
    shown = {
        name: PLACEHOLDERS[closed] if closed is not None and row[name] is not None else row[name]
        for name in ("text", "problem")
    }
    return ActionDetail(
        **values,
        account=account_of(row),
        requested_by=person_of(row, "requested_by", "requested_by_name"),
        **shown,
        closed=closed,
        tries=[AttemptView(**{name: entry[name] for name in AttemptView.model_fields}) for entry in attempts],
    )
