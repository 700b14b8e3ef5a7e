"""Crises (6.3): opened by the directorate, with their messages, authors, notes and timeline."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.by_hand import NotPossibleError
from app.api.access import Permission
from app.api.fields import Id, Moment, Reason, RecordId, Storable, Word, Wording
from app.api.identity import May, Person
from app.api.looking import note_shown, there
from app.api.paging import Listing, Paging, listing
from app.api.problems import wrong_field
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running
from app.api.views.common import PersonRef, View, person_of
from app.records import audit, crises
from app.records.crises import Choice
from app.records.reading import crises as reading
from app.records.reading import register
from app.records.reading.pages import Row
from app.rules.model import Label

router: APIRouter = staff_router("crises")

MayRead = Annotated[Person, Depends(May(Permission.CRISES_READ))]
MayNote = Annotated[Person, Depends(May(Permission.CRISES_NOTE))]
MayChange = Annotated[Person, Depends(May(Permission.CRISES_CHANGE))]
Keyword = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100), Storable]


class CrisisBody(Body):
    """Bir kriz dosyasının açılması, ve hangi mesajların girdiği."""

    model_config = starting_with(
        {"title": "", "reason": "", "accounts": [], "labels": [], "keywords": [], "since": None, "until": None}
    )

    title: Annotated[Word, Field(description="Kısa adı", examples=["Yemekhane zehirlenme iddiası"])]
    reason: Annotated[Reason, Field(description="Neden açıldığı; kayda geçer", examples=["Şikâyetler hızla artıyor"])]
    accounts: Annotated[
        tuple[RecordId, ...],
        Field(max_length=100, description="Hesapların numaraları; boşsa bütün hesaplar", examples=[[1]]),
    ] = ()
    labels: Annotated[
        tuple[Label, ...],
        Field(max_length=len(Label), description="Bu etiketlerden birini taşıyanlar", examples=[["complaint"]]),
    ] = ()
    keywords: Annotated[
        tuple[Keyword, ...],
        Field(
            max_length=20,
            description=(
                "Metninde bu sözcüklerden biri geçenler (büyük-küçük harf ve Türkçe harf ayrımı yapılmaz); "
                "etiket de sözcük de verilmezse o süredeki bütün mesajlar"
            ),
            examples=[["yemekhane"]],
        ),
    ] = ()
    since: Annotated[
        Moment | None, Field(description="Ne zamandan beri; boşsa şu an", examples=["2026-11-23T09:00:00+03:00"])
    ] = None
    until: Annotated[Moment | None, Field(description="Ne zamana kadar; boşsa dosya kapanana dek", examples=[None])] = (
        None
    )


class AddBody(Body):
    """Dosyaya elle mesaj eklenmesi."""

    model_config = starting_with({"messages": []})

    messages: Annotated[
        tuple[RecordId, ...], Field(min_length=1, max_length=100, description="Mesajların numaraları", examples=[[17]])
    ]


class NoteBody(Body):
    """Dosyaya not."""

    model_config = starting_with({"text": ""})

    text: Annotated[Wording, Field(description="Not; kayda geçer", examples=["Rektörlük bilgilendirildi."])]


class CloseBody(Body):
    """Dosyanın kapatılması."""

    model_config = starting_with({"summary": ""})

    summary: Annotated[
        Wording, Field(description="Ne oldu, ne yapıldı, ne öğrenildi", examples=["İddia incelendi, açıklama yapıldı."])
    ]


class CrisisView(View):
    """Bir kriz dosyası."""

    id: Annotated[int, Field(description="Dosyanın numarası", examples=[2])]
    title: Annotated[str, Field(description="Kısa adı", examples=["Yemekhane zehirlenme iddiası"])]
    reason: Annotated[str, Field(description="Neden açıldığı", examples=["Şikâyetler hızla artıyor"])]
    is_open: Annotated[
        bool, Field(description="Açık mı; açıkken mesajlarına yanıtları direktör onaylar", examples=[True])
    ]
    accounts: Annotated[list[int], Field(description="Hesaplar; boşsa hepsi", examples=[[1]])]
    labels: Annotated[list[str], Field(description="Etiketler", examples=[["complaint"]])]
    keywords: Annotated[list[str], Field(description="Sözcükler", examples=[["yemekhane"]])]
    since_at: Annotated[datetime, Field(description="Ne zamandan beri", examples=["2026-11-23T09:00:00Z"])]
    until_at: Annotated[datetime | None, Field(description="Ne zamana kadar", examples=[None])]
    messages: Annotated[int, Field(description="Mesaj sayısı; kendileri: /v1/messages?crisis={id}", examples=[42])]
    authors: Annotated[int, Field(description="Farklı yazar sayısı", examples=[30])]
    opened_at: Annotated[datetime, Field(description="Açıldığı zaman", examples=["2026-11-23T10:00:00Z"])]
    opened_by: Annotated[PersonRef | None, Field(description="Açan kişi")]
    closed_at: Annotated[datetime | None, Field(description="Kapandığı zaman", examples=[None])]
    closed_by: Annotated[PersonRef | None, Field(description="Kapatan kişi")]
    summary: Annotated[str | None, Field(description="Kapanış özeti", examples=[None])]


class EventView(View):
    """Dosyanın zaman çizelgesinde bir olay."""

    at: Annotated[datetime, Field(description="Zamanı", examples=["2026-11-23T10:05:00Z"])]
    what: Annotated[
        str,
        Field(
            description=(
                "`opened` (açıldı), `note` (not), `message_added` (elle eklendi), `decision` (bir kişi karar verdi), "
                "`approved` (yanıt onaylandı), `said` (yanıt gitti), `silence` (sessizlik modu), `closed` (kapandı)"
            ),
            examples=["note"],
        ),
    ]
    person: Annotated[PersonRef | None, Field(description="Kim; boşsa sistem")]
    message_id: Annotated[int | None, Field(description="Hangi mesaj", examples=[17])]
    action_id: Annotated[int | None, Field(description="Hangi işlem", examples=[None])]
    detail: Annotated[
        str | None, Field(description="Not, gerekçe ya da karar", examples=["Rektörlük bilgilendirildi."])
    ]


class CrisisDetail(CrisisView):
    """Bir kriz dosyası, zaman çizelgesiyle."""

    timeline: Annotated[list[EventView], Field(description="Olanlar, yeniden eskiye; en yeni 200'ü")]


class CrisisAuthor(View):
    """Kriz dosyasındaki bir yazar ve önceki mesajları (6.3.2)."""

    account_id: Annotated[int, Field(description="Hangi hesaba yazdığı", examples=[1])]
    author_id: Annotated[str, Field(description="Platformdaki numarası", examples=["501"])]
    author_name: Annotated[str | None, Field(description="Adı, saklanıyorsa", examples=["Deneme Kişi"])]
    messages: Annotated[int, Field(description="Dosyadaki mesaj sayısı", examples=[3])]
    taken_down: Annotated[int, Field(description="Bunlardan gizlenen ya da silinen", examples=[0])]
    first_at: Annotated[datetime, Field(description="İlkinin geldiği zaman", examples=["2026-11-23T09:10:00Z"])]
    last_at: Annotated[datetime, Field(description="Sonuncunun geldiği zaman", examples=["2026-11-23T11:10:00Z"])]
    earlier: Annotated[int, Field(description="Aynı hesaba daha önce yazdıkları", examples=[12])]
    earlier_taken_down: Annotated[int, Field(description="Bunlardan gizlenen ya da silinen", examples=[1])]


class AuthorList(View):
    """Yazarlar."""

    items: Annotated[list[CrisisAuthor], Field(description="En çok yazandan aza, en çok 100 yazar")]
    next: Annotated[None, Field(description="Hep boş: liste tek sayfadır", examples=[None])] = None


class AddedView(View):
    """Eklenenler."""

    added: Annotated[list[int], Field(description="Yeni eklenen mesajların numaraları", examples=[[17]])]


@router.get("/crises", summary="Kriz dosyalarını listele", response_model=Listing[CrisisView])
async def list_crises(
    service: Running,
    person: MayRead,
    paging: Annotated[Paging, Depends()],
    is_open: Annotated[bool | None, Query(alias="open", description="Açık mı", examples=[True])] = None,
) -> object:
    """Kriz dosyaları, yeniden eskiye. Mesajları: `/v1/messages?crisis={id}`."""
    async with service.sessions.begin() as session:
        page = await reading.page(session, is_open=is_open, limit=paging.limit, after=paging.after("crises"))
        await note_shown(session, person, "crises.list", "crises", page.rows)
    return listing(page, "crises", lambda row: CrisisView(**_shown(row)))


@router.post("/crises", summary="Kriz dosyası aç", response_model=CrisisDetail, status_code=201, responses=CONFLICT)
async def open_crisis(body: CrisisBody, service: Running, person: MayChange) -> object:
    """Dosya, seçilen hesap, süre, etiket ve sözcüklere uyan mesajları toplar; yeni gelenler de girer.

    Açıkken bu mesajlara hiçbir yanıt direktör onaylamadan gitmez (6.3); 6.4.15 destek mesajı bunun dışındadır.
    """
    async with service.sessions.begin() as session:
        now = service.clock()
        choice = Choice(
            accounts=body.accounts,
            labels=body.labels,
            keywords=body.keywords,
            since=body.since or now,
            until=body.until,
        )
        crisis_id = await begin(session, choice, title=body.title, reason=body.reason, by=person, now=now)
        return await _detail(session, crisis_id)


@router.get("/crises/{id}", summary="Bir kriz dosyasını göster", response_model=CrisisDetail, responses=MISSING)
async def show_crisis(id: Id, service: Running, person: MayRead) -> object:
    """Dosya ve zaman çizelgesi: notlar, kararlar, onaylar, gidenler."""
    async with service.sessions.begin() as session:
        shown = await _detail(session, id)
        await audit.note(session, by=person.id, act="crisis.view", subject=f"crisis/{id}")
        return shown


@router.get("/crises/{id}/authors", summary="Dosyadaki yazarlar", response_model=AuthorList, responses=MISSING)
async def list_authors(id: Id, service: Running, person: MayNote) -> object:
    """Kim kaç kez yazdı, daha önce ne sıklıkta yazmıştı. Bakmak denetim kaydına geçer."""
    async with service.sessions.begin() as session:
        rows = await reading.authors(session, there(await reading.find(session, id)))
        await audit.note(session, by=person.id, act="crisis.authors", subject=f"crisis/{id}")
    return AuthorList(items=[CrisisAuthor(**row) for row in rows])


@router.post(
    "/crises/{id}/messages",
    summary="Dosyaya mesaj ekle",
    response_model=AddedView,
    status_code=201,
    responses=MISSING | CONFLICT,
)
async def add_messages(id: Id, body: AddBody, service: Running, person: MayNote) -> object:
    """Seçime uymayan mesajları elle ekler."""
    async with service.sessions.begin() as session:
        _open(there(await reading.find(session, id)))
        added = await crises.add(session, id, body.messages, by=person.id, at=service.clock())
        await audit.note(session, by=person.id, act="crisis.add", subject=f"crisis/{id}", detail={"messages": added})
    return AddedView(added=added)


@router.post(
    "/crises/{id}/notes",
    summary="Dosyaya not yaz",
    response_model=CrisisDetail,
    status_code=201,
    responses=MISSING | CONFLICT,
)
async def write_note(id: Id, body: NoteBody, service: Running, person: MayNote) -> object:
    """Not, zaman çizelgesine yazılır ve silinmez."""
    async with service.sessions.begin() as session:
        _open(there(await reading.find(session, id)))
        await crises.note(session, id, by=person.id, text=body.text, at=service.clock())
        await audit.note(session, by=person.id, act="crisis.note", subject=f"crisis/{id}")
        return await _detail(session, id)


@router.post(
    "/crises/{id}/close", summary="Kriz dosyasını kapat", response_model=CrisisDetail, responses=MISSING | CONFLICT
)
async def close_crisis(id: Id, body: CloseBody, service: Running, person: MayChange) -> object:
    """Dosyayı özetiyle kapatır. Bekletilmiş yanıtlar kendiliğinden gitmez: her biri bir kişinin kararını bekler."""
    async with service.sessions.begin() as session:
        _open(there(await reading.find(session, id)))
        if not await crises.close(session, id, by=person.id, summary=body.summary, at=service.clock()):
            raise NotPossibleError("Kriz dosyası zaten kapalı.", "The crisis is closed already.")
        await audit.note(session, by=person.id, act="crisis.close", subject=f"crisis/{id}")
        return await _detail(session, id)


async def begin(session: AsyncSession, choice: Choice, *, title: str, reason: str, by: Person, now: datetime) -> int:
    """Open a crisis. Raises ProblemError for an unknown account, NotPossibleError for times that do not fit."""
    if choice.until is not None and choice.until <= choice.since:
        raise NotPossibleError("Bitiş zamanı başlangıçtan önce.", "It would end before it begins.")
    for account_id in choice.accounts:
        if await register.find_account(session, account_id) is None:
            raise wrong_field("body.accounts", f"{account_id} numaralı hesap yok.", f"there is no account {account_id}")
    crisis_id = await crises.open_crisis(session, choice, title=title, reason=reason, by=by.id, at=now)
    await audit.note(
        session, by=by.id, act="crisis.open", subject=f"crisis/{crisis_id}", detail={"title": title, "reason": reason}
    )
    return crisis_id


def _open(crisis: Row) -> None:
    if crisis["closed_at"] is not None:
        raise NotPossibleError("Kriz dosyası kapalı.", "The crisis is closed.")


async def _detail(session: AsyncSession, crisis_id: int) -> CrisisDetail:
    row = there(await reading.find(session, crisis_id))
    events = await reading.timeline(session, crisis_id)
    return CrisisDetail(
        **_shown(row),
        timeline=[
            EventView(
                at=event["at"],
                what=event["what"],
                person=person_of(event, "person_id", "name"),
                message_id=event["message_id"],
                action_id=event["action_id"],
                detail=event["detail"],
            )
            for event in events
        ],
    )


def _shown(row: Row) -> dict[str, object]:
    joined = ("is_open", "opened_by", "closed_by")
    return {name: row[name] for name in CrisisView.model_fields if name not in joined} | {
        "is_open": row["closed_at"] is None,
        "opened_by": person_of(row, "opened_by", "opened_by_name"),
        "closed_by": person_of(row, "closed_by", "closed_by_name"),
    }
