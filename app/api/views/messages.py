"""Messages as they are answered: what is closed to the caller leaves here as a placeholder, whatever the query."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from app.api.views.actions import ActionDetail, action_view
from app.api.views.common import CLOSED_FIELD, PLACEHOLDERS, AccountRef, Closed, PersonRef, View, account_of, person_of
from app.api.views.evidence import EvidenceRef, evidence_ref
from app.api.views.notifications import NotificationView, notification_view
from app.api.views.tasks import TaskView, task_view
from app.api.views.waits import WaitView, wait_view
from app.decisions.explain import explain
from app.decisions.policy import Policy
from app.decisions.queue import QueuePolicy
from app.records.reading.pages import Row
from app.rules.model import Label


class Author(View):
    """Mesajın yazarı, platformun verdiği kadarıyla."""

    id: Annotated[str | None, Field(description="Yazarın platformdaki numarası", examples=["501"])]
    name: Annotated[str | None, Field(description="Yazarın platformdaki adı", examples=["Deneme Kişi"])]
    kind: Annotated[
        str | None,
        Field(
            description=(
                "Üniversiteyle ilişkisi, bir çalışan girdiyse: `outsider` (dışarıdan), `student` (öğrenci), `staff` "
                "(çalışan), `candidate` (aday), `alumnus` (mezun)"
            ),
            examples=["student"],
        ),
    ] = None
    kind_source: Annotated[
        str | None, Field(description="Bunun nereden bilindiği", examples=["Profilinde yazıyor"])
    ] = None


class MessageView(View):
    """Bir yorum, bahsetme ya da doğrudan mesaj."""

    id: Annotated[int, Field(description="Mesajın numarası", examples=[17])]
    account: Annotated[AccountRef | None, Field(description="Mesajın geldiği hesabımız")]
    channel: Annotated[
        str,
        Field(description="`comment` (yorum), `mention` (bahsetme) ya da `dm` (doğrudan mesaj)", examples=["comment"]),
    ]
    external_id: Annotated[str, Field(description="Platformdaki numarası", examples=["900_1"])]
    author: Annotated[Author | None, Field(description="Yazar; içerik kapalıysa boş")]
    text: Annotated[
        str, Field(description="Metin; içerik kapalıysa bunu söyleyen bir cümle", examples=["Kampüs çok güzel"])
    ]
    media: Annotated[
        list[dict[str, str | None]],
        Field(description="Resim, video ya da dosyalar", examples=[[{"kind": "image", "url": None}]]),
    ]
    link: Annotated[
        str | None, Field(description="Platformdaki bağlantısı", examples=["https://www.facebook.com/900_1"])
    ]
    sent_at: Annotated[datetime | None, Field(description="Yazıldığı zaman", examples=["2026-11-23T09:00:00Z"])]
    received_at: Annotated[datetime, Field(description="Bize ulaştığı zaman", examples=["2026-11-23T09:00:01Z"])]
    revision: Annotated[int, Field(description="Kaçıncı hâli; yazar düzenledikçe artar", examples=[1])]
    state: Annotated[
        str,
        Field(
            description=(
                "Platformdaki durumu: `visible` (görünür), `hidden` (gizli), `deleted` (silindi), "
                "`removed_by_author` (yazarı kaldırdı)"
            ),
            examples=["visible"],
        ),
    ]
    disposition: Annotated[
        str | None,
        Field(
            description="Son karar: `keep` (kalır), `review` (incelenecek), `contain` (gizli), `remove` (kaldırılır)",
            examples=["keep"],
        ),
    ]
    decided_by: Annotated[
        str | None,
        Field(description="Son kararı veren: `machine` (sistem) ya da `person` (kişi)", examples=["machine"]),
    ]
    decided_at: Annotated[datetime | None, Field(description="Son kararın zamanı", examples=["2026-11-23T09:00:01Z"])]
    labels: Annotated[list[str], Field(description="Sistemin verdiği etiketler", examples=[["praise"]])]
    articles: Annotated[list[str], Field(description="Dayanılan Prosedür maddeleri", examples=[["6.4.3"]])]
    language: Annotated[str | None, Field(description="Dili (ISO 639-1)", examples=["tr"])]
    kept_by_person: Annotated[bool, Field(description="Bir kişi kalmasına karar verdi mi", examples=[False])]
    expired_at: Annotated[
        datetime | None,
        Field(
            description="Platformun saklama süresi dolduğu için metnin ve yazar adının silindiği zaman", examples=[None]
        ),
    ]
    blurred: Annotated[
        bool,
        Field(
            description=(
                "Metin ve görüntüler bulanık gösterilmeli mi: ağır etiketli ya da değerlendirilemeyen bir görüntü, siz "
                "açmadan önce (`POST /v1/messages/{id}/open`)"
            ),
            examples=[False],
        ),
    ]
    closed: Annotated[Closed | None, CLOSED_FIELD]


EXPIRED = "Platformun saklama süresi dolduğu için metin silindi; karar, bağlantı ve kayıtlar durur"
# Of words that were replaced before they were judged, nobody knows whether 6.4.15 closes them.
UNJUDGED = "Bu hâli değerlendirilmeden yenisi geldi; yalnızca SKS ve Kurumsal İletişim Direktörlüğü'ne açıktır"


class RevisionView(View):
    """Mesajın bir hâli."""

    revision: Annotated[
        int,
        Field(description="Bize ulaşma sırasıyla kaçıncı hâli; şu anki, mesajın `revision` alanındadır", examples=[1]),
    ]
    text: Annotated[str, Field(description="O zamanki metin", examples=["Kampüs çok güzel"])]
    media: Annotated[list[dict[str, str | None]], Field(description="O zamanki ekler", examples=[[]])]
    received_at: Annotated[datetime, Field(description="Bize ulaştığı zaman", examples=["2026-11-23T09:00:01Z"])]
    changed_at: Annotated[
        datetime | None, Field(description="Düzenlemeyse yapıldığı zaman, platform bildirdiyse", examples=[None])
    ]
    expired_at: Annotated[datetime | None, Field(description="Metnin silindiği zaman", examples=[None])]


class FindingView(View):
    """Bir kuralın metinde gördüğü."""

    label: Annotated[str, Field(description="Etiket", examples=["insult"])]
    article: Annotated[str, Field(description="Prosedür maddesi", examples=["6.4.8"])]
    rule: Annotated[str, Field(description="Kuralın adı", examples=["insult.profanity"])]
    tier: Annotated[
        str,
        Field(
            description=(
                "Ölçülmüş güven: `certain` (kesin), `likely` (büyük olasılıkla), `weak` (kuşkulu, bir kişi bakar), "
                "`faint` (görüldü, sonucu yok)"
            ),
            examples=["certain"],
        ),
    ]
    score: Annotated[float, Field(description="Etiketin olasılığı, görülen her şeyle birlikte, 0–1", examples=[0.985])]
    stage: Annotated[str, Field(description="Kuralın aşaması: `off`, `shadow`, `ask`, `act`", examples=["act"])]
    would: Annotated[
        str | None,
        Field(
            description=(
                "`shadow` ve `ask` aşamasında: kurala bırakılsaydı tek başına ne yapardı (`remove`, `contain` …); "
                "`ask` için kuyruktaki önerisidir"
            ),
            examples=[None],
        ),
    ] = None
    spans: Annotated[
        list[tuple[int, int]],
        Field(description="Metindeki yerleri: [başlangıç, bitiş), karakter sayısıyla", examples=[[[0, 5]]]),
    ]
    kinds: Annotated[list[str], Field(description="Her yerin alt türü", examples=[["profanity"]])]
    reasons: Annotated[list[str], Field(description="Her yer için kuralın gerekçesi", examples=[["swear word"]])]
    explanation: Annotated[
        dict[str, str],
        Field(
            description="Görülenin Türkçe ve İngilizce birer cümleyle anlatımı; içerik kapalıysa boş",
            examples=[{"tr": "6.4.8: “salak” sözü hakaret, küfür ya da öfke ifadesi olarak okundu."}],
        ),
    ]


class DecisionView(View):
    """Bir karar; sistemin ya da bir kişinin."""

    id: Annotated[int, Field(description="Kararın numarası", examples=[40])]
    revision: Annotated[int, Field(description="Mesajın hangi hâli için", examples=[1])]
    made_by: Annotated[str, Field(description="`machine` ya da `person`", examples=["machine"])]
    person: Annotated[PersonRef | None, Field(description="Kararı veren kişi")]
    disposition: Annotated[str, Field(description="`keep`, `review`, `contain` ya da `remove`", examples=["contain"])]
    labels: Annotated[list[str], Field(description="Etiketler, en ağırı önce", examples=[["insult"]])]
    articles: Annotated[list[str], Field(description="Prosedür maddeleri", examples=[["6.4.8"]])]
    language: Annotated[str | None, Field(description="Mesajın dili", examples=["tr"])]
    findings: Annotated[list[FindingView], Field(description="Kuralların gördükleri")]
    context: Annotated[
        dict[str, Any], Field(description="Kuralların metin dışında bildikleri", examples=[{"in_dialogue": False}])
    ]
    incomplete: Annotated[list[str], Field(description="Değerlendirilemeyenler", examples=[["signal:parent"]])]
    review_reason: Annotated[
        str | None, Field(description="Neden bir kişinin bakması gerektiği", examples=["contained"])
    ]
    explanation: Annotated[
        dict[str, str] | None,
        Field(
            description="Soran yazara verilecek hazır açıklama: çiğnenen kural, Türkçe ve İngilizce",
            examples=[{"rule_tr": "6.4.8: Hakaret içeren paylaşımlara izin verilmez."}],
        ),
    ]
    reason: Annotated[str | None, Field(description="Kişinin gerekçesi", examples=["Alıntı yapıyor, hakaret etmiyor"])]
    policy_version: Annotated[
        str, Field(description="Kararın dayandığı politika sürümü", examples=["shipped-1a2b3c4d5e6f"])
    ]
    decided_at: Annotated[datetime, Field(description="Karar zamanı", examples=["2026-11-23T09:00:01Z"])]


class ReviewEntry(View):
    """Mesajın inceleme kuyruğunda bir bulunuşu."""

    id: Annotated[int, Field(description="Kaydın numarası", examples=[8])]
    revision: Annotated[int, Field(description="Mesajın hangi hâli için", examples=[1])]
    reason: Annotated[str, Field(description="Neden kuyrukta", examples=["contained"])]
    priority: Annotated[int, Field(description="Öncelik, 0–100; büyük olan önce", examples=[70])]
    state: Annotated[str, Field(description="`open` (bekliyor) ya da `decided` (karara bağlandı)", examples=["open"])]
    opened_at: Annotated[datetime, Field(description="Kuyruğa girdiği zaman", examples=["2026-11-23T09:00:01Z"])]
    decided_at: Annotated[datetime | None, Field(description="Karar zamanı", examples=[None])]
    decided_by: Annotated[PersonRef | None, Field(description="Karar veren kişi")]
    wait: Annotated[WaitView | None, Field(description="Görüş bekliyorsa kimden, ne soruldu")]


class HoldView(View):
    """Bir mesajın içeriğinin saklama süresinin ötesinde tutulması."""

    reason: Annotated[str, Field(description="Gerekçe", examples=["Savcılık soruşturması"])]
    case_number: Annotated[str | None, Field(description="Dosya numarası", examples=["2026/1234"])]
    opened_at: Annotated[datetime, Field(description="Ne zamandan beri", examples=["2026-11-23T09:00:00Z"])]
    opened_by: Annotated[int, Field(description="Kararı veren kişinin numarası", examples=[3])]


class MessageDetail(MessageView):
    """Bir mesaj ve başından geçen her şey."""

    parent_id: Annotated[str | None, Field(description="Yanıt verdiği yorumun platformdaki numarası", examples=[None])]
    parent_text: Annotated[str | None, Field(description="Yanıt verdiği yorumun metni", examples=[None])]
    post_id: Annotated[str | None, Field(description="Altında durduğu gönderinin numarası", examples=["900"])]
    revisions: Annotated[list[RevisionView], Field(description="Bütün hâlleri, eskiden yeniye")]
    decisions: Annotated[list[DecisionView], Field(description="Bütün kararlar, eskiden yeniye")]
    actions: Annotated[list[ActionDetail], Field(description="Kararlardan doğan işlemler ve denemeleri, sırasıyla")]
    reviews: Annotated[list[ReviewEntry], Field(description="Kuyruk kayıtları")]
    tasks: Annotated[list[TaskView], Field(description="Elle yapılacak görevler")]
    evidence: Annotated[list[EvidenceRef], Field(description="Mühürlü kanıt kayıtları (içerik: /v1/evidence/{id})")]
    notifications: Annotated[list[NotificationView], Field(description="Bu mesaj için giden bildirimler")]
    hold: Annotated[HoldView | None, Field(description="İçeriğin süresi dolsa da saklanmasının nedeni; yoksa boş")]
    earlier: Annotated[
        list[MessageView], Field(description="Aynı yazarın bu hesaba yazdığı önceki mesajlar, yeniden eskiye (6.3.2)")
    ]


def is_grave(row: Row, queue: QueuePolicy, suspected: Collection[str] = ()) -> bool:
    """Whether a message is hard to look at: by its labels, those it is `suspected` of, or since nobody could tell."""
    return "media" in row["incomplete"] or queue.is_grave({*row["labels"], *suspected})


def message_fields(row: Row, queue: QueuePolicy, suspected: Collection[str] = ()) -> dict[str, Any]:
    """The fields of a MessageView; where the content is closed, without anything of it."""
    closed: Closed | None = row["closed"]
    plain = {
        name: row[name]
        for name in MessageView.model_fields
        if name not in ("account", "author", "text", "media", "link", "blurred", "closed")
    }
    shown: dict[str, Any]
    if closed is not None:
        shown = {"author": None, "text": PLACEHOLDERS[closed], "media": [], "link": None}
    else:
        author = Author(
            id=row["author_id"],
            name=row["author_name"],
            kind=row["author_kind"],
            kind_source=row["author_kind_source"],
        )
        words = EXPIRED if row["expired_at"] is not None else row["text"]
        shown = {"author": author, "text": words, "media": row["media"], "link": row["link"]}
    blurred = closed is None and not row["is_opened"] and is_grave(row, queue, suspected)
    return plain | shown | {"account": account_of(row), "blurred": blurred, "closed": closed}


def message_view(row: Row, queue: QueuePolicy, suspected: Collection[str] = ()) -> MessageView:
    """One message of a list."""
    return MessageView(**message_fields(row, queue, suspected))


def message_detail(
    row: Row, parts: dict[str, list[Row]], *, parent_text: str | None, policy: Policy, hold: Row | None
) -> MessageDetail:
    """One message with its parts, keyed as the fields are; findings are told in the words of `policy`."""
    texts = {entry["revision"]: entry["text"] for entry in parts["revisions"] if entry["expired_at"] is None}
    closed: Closed | None = row["closed"]
    attempts: dict[int, list[Row]] = {}
    for attempt in parts["attempts"]:
        attempts.setdefault(attempt["action_id"], []).append(attempt)
    return MessageDetail(
        **message_fields(row, policy.queue),
        parent_id=row["parent_id"],
        parent_text=parent_text,
        post_id=row["post_id"],
        revisions=[_revision(entry, closed) for entry in parts["revisions"]],
        decisions=[_decision(entry, closed, policy, texts.get(entry["revision"])) for entry in parts["decisions"]],
        actions=[action_view(entry, attempts.get(entry["id"], [])) for entry in parts["actions"]],
        reviews=[_review(entry, closed) for entry in parts["reviews"]],
        tasks=[task_view(entry) for entry in parts["tasks"]],
        evidence=[evidence_ref(entry) for entry in parts["evidence"]],
        notifications=[notification_view(entry) for entry in parts["notifications"]],
        earlier=[message_view(entry, policy.queue) for entry in parts["earlier"]],
        hold=_hold(hold, closed) if hold is not None else None,
    )


def hold_view(row: Row) -> HoldView:
    """An open hold."""
    return HoldView(**{name: row[name] for name in HoldView.model_fields})


def _hold(row: Row, closed: Closed | None) -> HoldView:
    """A hold; with what reason a closed message is held may quote it."""
    return hold_view(row if closed is None else dict(row) | {"reason": PLACEHOLDERS[closed]})


def _revision(row: Row, closed: Closed | None) -> RevisionView:
    values = {name: row[name] for name in RevisionView.model_fields}
    if closed is not None:
        values |= {"text": PLACEHOLDERS[closed], "media": []}
    elif row["is_closed"]:
        values |= {"text": UNJUDGED, "media": []}
    elif row["expired_at"] is not None:
        values |= {"text": EXPIRED}
    return RevisionView(**values)


def _decision(row: Row, closed: Closed | None, policy: Policy, text: str | None) -> DecisionView:
    """A decision; of words that have expired (`text` is None) the findings stay, without telling what they said."""
    values = {name: row[name] for name in DecisionView.model_fields if name != "person"}
    if closed is not None:
        values["findings"] = [
            finding | {"spans": [], "kinds": [], "reasons": [], "explanation": {}} for finding in row["findings"]
        ]
        # What a person wrote about it may quote it.
        values["reason"] = PLACEHOLDERS[closed] if row["reason"] is not None else None
    elif text is None:
        values["findings"] = [finding | {"explanation": {}} for finding in row["findings"]]
    else:
        values["findings"] = [finding | {"explanation": _told(finding, policy, text)} for finding in row["findings"]]
    return DecisionView(**values, person=person_of(row, "person_id", "person_name"))


def _told(finding: dict[str, Any], policy: Policy, text: str) -> dict[str, str]:
    return explain(
        policy,
        label=Label(finding["label"]),
        article=finding["article"],
        rule=finding["rule"],
        kinds=finding["kinds"],
        spans=finding["spans"],
        text=text,
    )


def _review(row: Row, closed: Closed | None) -> ReviewEntry:
    values = {name: row[name] for name in ReviewEntry.model_fields if name not in ("decided_by", "wait")}
    return ReviewEntry(
        **values,
        decided_by=person_of(row, "decided_by", "decided_by_name"),
        wait=wait_view(row, closed) if row["parked_until"] is not None else None,
    )
