"""Units, and where their notifications go."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field, HttpUrl, StringConstraints

from app.actions.by_hand import NotPossibleError
from app.api.access import Permission
from app.api.fields import Mailbox, Storable, Word
from app.api.identity import May, Person
from app.api.looking import there
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running, Service
from app.api.views.common import View
from app.checks import URGENT_UNITS
from app.records import audit
from app.records.reading import register
from app.records.reading.pages import Row

router: APIRouter = staff_router("units")

MayRead = Annotated[Person, Depends(May(Permission.UNITS_READ))]
MayChange = Annotated[Person, Depends(May(Permission.UNITS_CHANGE))]
Key = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100),
    Storable,
    Path(description="Birimin anahtarı", examples=["sks"]),
]


class UnitView(View):
    """Üniversitenin bir birimi."""

    key: Annotated[str, Field(description="Birimin anahtarı", examples=["sks"])]
    name_tr: Annotated[str, Field(description="Türkçe adı", examples=["Sağlık, Kültür ve Spor Müdürlüğü"])]
    name_en: Annotated[str, Field(description="İngilizce adı", examples=["Health, Culture and Sports Directorate"])]
    email: Annotated[
        str | None, Field(description="Bildirimlerin gideceği kurumsal e-posta", examples=["sks@ornek.test"])
    ]
    has_hook: Annotated[
        bool, Field(description="Kendi HTTP bildirim adresi var mı (adres gösterilmez)", examples=[False])
    ]
    is_reachable: Annotated[bool, Field(description="Bildirimler bu birime ulaşabiliyor mu", examples=[True])]


class UnitList(View):
    """Birimler."""

    items: Annotated[list[UnitView], Field(description="Birimler, anahtar sırasıyla")]
    next: Annotated[None, Field(description="Hep boş: liste tek sayfadır", examples=[None])] = None


class NewUnitBody(Body):
    """Yeni bir birim."""

    model_config = starting_with({"key": "", "name_tr": "", "name_en": "", "email": "<birimin e-postası>"})

    key: Annotated[
        str,
        StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,60}$"),
        Field(description="Anahtarı: küçük harf, rakam ve alt çizgi; sonradan değişmez", examples=["hukuk"]),
    ]
    name_tr: Annotated[Word, Field(description="Türkçe adı", examples=["Hukuk Müşavirliği"])]
    name_en: Annotated[Word, Field(description="İngilizce adı", examples=["Legal Counsel"])]
    email: Annotated[
        Mailbox, Field(description="Bildirimlerin gideceği kurumsal e-posta", examples=["hukuk@ornek.test"])
    ]


class UnitBody(Body):
    """Değişecek alanlar; verilmeyen olduğu gibi kalır, adreslerde `null` boşaltır."""

    model_config = starting_with({"email": "<birimin e-postası>"})

    name_tr: Annotated[Word | None, Field(description="Türkçe adı", examples=["Hukuk Müşavirliği"])] = None
    name_en: Annotated[Word | None, Field(description="İngilizce adı", examples=["Legal Counsel"])] = None
    email: Annotated[
        Mailbox | None, Field(description="Bildirimlerin gideceği kurumsal e-posta", examples=["sks@ornek.test"])
    ] = None
    hook_url: Annotated[
        HttpUrl | None,
        Field(description="Birimin HTTP bildirim adresi", examples=["https://bildirim.ornek.test/sks"]),
    ] = None


@router.get("/units", summary="Birimleri listele", response_model=UnitList)
async def list_units(service: Running, person: MayRead) -> object:
    """Birimler ve bildirim yolları. Acil bildirim alan birimlerin (SKS, güvenlik, Direktörlük) yolu boş kalmamalı."""
    async with service.sessions() as session:
        rows = await register.all_units(session)
    return UnitList(items=[_view(row, service) for row in rows])


@router.post("/units", summary="Birim ekle", response_model=UnitView, status_code=201, responses=CONFLICT)
async def add_unit(body: NewUnitBody, service: Running, person: MayChange) -> object:
    """Bundan sonra birimden görüş istenebilir; politikadaki bildirim yollarında ve kişilerde kullanılabilir."""
    async with service.sessions.begin() as session:
        if not await register.add_unit(session, **body.model_dump()):
            raise NotPossibleError(f"{body.key} anahtarlı bir birim zaten var.", f"There is a unit {body.key} already.")
        await audit.note(session, by=person.id, act="unit.add", subject=f"unit/{body.key}")
        return _view(there(await register.find_unit(session, body.key)), service)


@router.patch(
    "/units/{key}",
    summary="Birimin adını ya da bildirim yolunu değiştir",
    response_model=UnitView,
    responses=MISSING | CONFLICT,
)
async def change_unit(key: Key, body: UnitBody, service: Running, person: MayChange) -> object:
    """Adını, e-postasını ya da HTTP bildirim adresini değiştirir. Acil bildirim alan birimin son yolu kaldırılamaz."""
    async with service.sessions.begin() as session:
        before = there(await register.find_unit(session, key, lock=True))
        email = body.email if "email" in body.model_fields_set else before["email"]
        hook_url = before["hook_url"]
        if "hook_url" in body.model_fields_set:
            hook_url = str(body.hook_url) if body.hook_url is not None else None
        names = {name: getattr(body, name) or before[name] for name in ("name_tr", "name_en")}
        after = before | names | {"email": email, "hook_url": hook_url}
        if key in URGENT_UNITS and _is_reachable(before, service) and not _is_reachable(after, service):
            raise NotPossibleError(
                "Acil bildirim alan bir birimin son bildirim yolu kaldırılamaz.",
                "The last way to a unit that gets urgent notices cannot be taken.",
            )
        await register.change_unit(session, key, email=email, hook_url=hook_url, **names)
        await audit.note(
            session,
            by=person.id,
            act="unit.change",
            subject=f"unit/{key}",
            detail={"fields": sorted(body.model_fields_set)},
        )
    return _view(after, service)


def _is_reachable(row: Row, service: Service) -> bool:
    settings = service.settings
    return settings.hook is not None or (settings.smtp is not None and bool(row["email"]))


def _view(row: Row, service: Service) -> UnitView:
    return UnitView(
        key=row["key"],
        name_tr=row["name_tr"],
        name_en=row["name_en"],
        email=row["email"],
        has_hook=bool(row["hook_url"]),
        is_reachable=_is_reachable(row, service),
    )
