"""Evidence as it is answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from app.api.views.common import CLOSED_FIELD, AccountRef, Closed, View, account_of
from app.records.reading.pages import Row


class EvidenceRef(View):
    """Mühürlü bir kanıt kaydı, içeriği olmadan."""

    id: Annotated[int, Field(description="Kaydın numarası", examples=[9])]
    message_id: Annotated[int, Field(description="Mesajın numarası", examples=[17])]
    account: Annotated[AccountRef | None, Field(description="Mesajın geldiği hesabımız")]
    revision: Annotated[int, Field(description="Mesajın hangi hâli için", examples=[1])]
    sequence: Annotated[int, Field(description="Kanıt zincirindeki sırası", examples=[9])]
    hash: Annotated[str, Field(description="Mühür: kaydın SHA-256 özeti", examples=["9f2c…"])]
    previous_hash: Annotated[str, Field(description="Zincirde kendinden önceki kaydın özeti", examples=["41ab…"])]
    version: Annotated[int, Field(description="Mühür biçiminin sürümü", examples=[1])]
    sealed_at: Annotated[datetime, Field(description="Mühürlendiği zaman", examples=["2026-11-23T09:00:01Z"])]
    erased_at: Annotated[
        datetime | None, Field(description="İçeriğin saklama süresi dolup silindiği zaman", examples=[None])
    ]
    image_count: Annotated[int, Field(description="Görüntü sayısı", examples=[1])]
    closed: Annotated[Closed | None, CLOSED_FIELD]


class ImageRef(View):
    """Kayda bağlı bir görüntü."""

    id: Annotated[int, Field(description="Görüntünün numarası", examples=[3])]
    kind: Annotated[
        str,
        Field(
            description=(
                "`card` (platformun gönderdiğinin kartı), `page_viewport` (sayfanın ekrana sığan kısmı, mesaj "
                "çerçeveli), `page_full` (sayfanın tamamı), `upload` (yüklenen dosyanın aslı), `upload_copy` "
                "(yüklenenin bakmak için yeniden çizilmişi), `media` (mesaja eklenmiş dosya), `thumbnail` (onun küçüğü)"
            ),
            examples=["card"],
        ),
    ]
    sha256: Annotated[str, Field(description="Görüntünün SHA-256 özeti", examples=["7d1e…"])]
    media_type: Annotated[str, Field(description="Dosya türü", examples=["image/png"])]
    size: Annotated[int, Field(description="Bayt cinsinden boyu", examples=[48211])]
    taken_at: Annotated[datetime, Field(description="Alındığı zaman", examples=["2026-11-23T09:00:02Z"])]


class PageView(View):
    """Mesajın sayfasının görüntüsü: alındı mı, alınamadıysa neden."""

    state: Annotated[
        str,
        Field(
            description="`wanted` (sırada), `running` (alınıyor), `taken` (alındı) ya da `failed` (alınamadı)",
            examples=["taken"],
        ),
    ]
    need: Annotated[
        str,
        Field(
            description=(
                "Maddelerin istediği: `wanted` (alınabiliyorsa), `asked` (alınamazsa bir kişiden istenir, 6.4.15), "
                "`demanded` (görüntü ya da gerekçeli vazgeçme olmadan silinmez, 6.4.12 ve 6.4.13)"
            ),
            examples=["demanded"],
        ),
    ]
    problem: Annotated[
        str | None,
        Field(description="Neden alınamadı, ör. `login_wall`, `too_slow`, `no_browser`", examples=["login_wall"]),
    ]
    address: Annotated[
        str | None, Field(description="Görüntünün alındığı adres", examples=["https://www.facebook.com/900_1"])
    ]
    is_whole: Annotated[
        bool | None, Field(description="Metnin tamamı sayfada görünüyor mu, yoksa yalnızca başı mı", examples=[True])
    ]
    waived_at: Annotated[datetime | None, Field(description="Görüntüden vazgeçildiği zaman", examples=[None])]
    waived_because: Annotated[str | None, Field(description="Vazgeçmenin gerekçesi", examples=[None])]


class EvidenceDetail(EvidenceRef):
    """Bir kanıt kaydı: mühür, mühürlenen alanlar, görüntüler."""

    fields: Annotated[
        dict[str, Any] | None,
        Field(
            description="Mühürlenen alanlar: metin, kimlikler, bağlantılar …; silinmişse ya da size kapalıysa boş",
            examples=[{"platform": "facebook", "text": "…"}],
        ),
    ]
    salts: Annotated[
        dict[str, str] | None,
        Field(
            description="Her alanın tuzu (on altılık); özetleri yeniden hesaplamak için", examples=[{"text": "00ff…"}]
        ),
    ]
    digests: Annotated[
        dict[str, str], Field(description="Her alanın tuzlu SHA-256 özeti", examples=[{"text": "c0ffee…"}])
    ]
    page: Annotated[PageView | None, Field(description="Sayfa görüntüsü; eski kayıtlarda ve içerik kapalıysa boş")]
    images: Annotated[list[ImageRef], Field(description="Görüntüler; ilki /v1/evidence/{id}/image adresindedir")]


def evidence_ref(row: Row) -> EvidenceRef:
    """A record without its content."""
    return EvidenceRef(**_plain(row), account=account_of(row))


def evidence_detail(row: Row, images: Sequence[Row], page: Row | None, *, with_delivery: bool) -> EvidenceDetail:
    """A record with its content, unless that is erased or closed to the caller.

    The delivery in it is raw and may hold other people's messages: only for whoever may open deliveries.
    """
    shown = row["closed"] is None and row["erased_at"] is None
    fields = dict(row["fields"])
    if not with_delivery and isinstance(fields.get("delivery"), dict):
        fields["delivery"] = fields["delivery"] | {"body": None}
    return EvidenceDetail(
        **_plain(row),
        account=account_of(row),
        fields=fields if shown else None,
        salts=row["salts"] if shown else None,
        digests=row["digests"],
        page=PageView(**{name: page[name] for name in PageView.model_fields}) if shown and page is not None else None,
        images=[ImageRef(**{name: image[name] for name in ImageRef.model_fields}) for image in images],
    )


def _plain(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in EvidenceRef.model_fields if name != "account"}
