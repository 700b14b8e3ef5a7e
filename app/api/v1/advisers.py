"""Whose advice can be asked for an item of the queue: whoever would see its message and may write beside it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.access import SIGHT, Permission, Role, Sight
from app.api.fields import Id
from app.api.identity import May, Person, as_person
from app.api.looking import there
from app.api.routing import MISSING, staff_router
from app.api.service import Running
from app.api.views.common import View
from app.records.reading import holders, register, reviews
from app.records.reading.pages import Row

router: APIRouter = staff_router("reviews")

MayRead = Annotated[Person, Depends(May(Permission.REVIEWS_READ))]


class AdviserView(View):
    """Görüş istenebilecek bir kişi."""

    id: Annotated[int, Field(description="Kişinin numarası: `person` alanına yazılır", examples=[7])]
    name: Annotated[str, Field(description="Adı", examples=["Ayşe Deneme"])]
    role: Annotated[Role, Field(description="Rolü", examples=["service_unit"])]
    unit: Annotated[str | None, Field(description="Birimi", examples=["ogrenci_isleri"])]


class AdvisingUnit(View):
    """Görüş istenebilecek bir birim."""

    key: Annotated[str, Field(description="Birimin anahtarı: `unit` alanına yazılır", examples=["ogrenci_isleri"])]
    name_tr: Annotated[str, Field(description="Türkçe adı", examples=["Öğrenci İşleri"])]
    name_en: Annotated[str, Field(description="İngilizce adı", examples=["Student Affairs"])]


class AdvisersView(View):
    """Bir kayıt için kimden görüş istenebileceği."""

    people: Annotated[list[AdviserView], Field(description="Kişiler, ada göre; siz hariç")]
    units: Annotated[list[AdvisingUnit], Field(description="Birimler, anahtar sırasıyla")]


async def can_advise(session: AsyncSession, person: Person, item: Row, *, now: datetime) -> bool:
    """Whether the person sees the item's message, once told of it, and may write beside it."""
    if not person.may(Permission.MESSAGES_NOTE):
        return False
    # Those who see what they are told of see this too, once they are told.
    return (
        SIGHT[person.role] is Sight.OWN_NOTIFICATIONS
        or await reviews.find(session, person.viewer, item["review_id"], now=now) is not None
    )


@router.get(
    "/reviews/{id}/advisers", summary="Kimden görüş istenebilir", response_model=AdvisersView, responses=MISSING
)
async def list_advisers(id: Id, service: Running, person: MayRead) -> object:
    """Bu kayıt için görüş istenebilecek kişiler ve birimler: `POST /v1/reviews/{id}/wait` ile sorulur.

    Kişiler, mesajı açabilecek ve not yazabilecek olanlardır; birimler bildirimi kendi yollarından alır.
    """
    now = service.clock()
    async with service.sessions() as session:
        item = there(await reviews.find(session, person.viewer, id, now=now))
        others = [as_person(one) for one in await holders.active(session) if one.id != person.id]
        able = [one for one in others if await can_advise(session, one, item, now=now)]
        units = await register.all_units(session)
    return AdvisersView(
        people=[AdviserView(id=one.id, name=one.name, role=one.role, unit=one.unit) for one in able],
        units=[AdvisingUnit(key=row["key"], name_tr=row["name_tr"], name_en=row["name_en"]) for row in units],
    )
