"""Working at the queue: claiming an item, waiting for advice."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field, model_validator

from app.actions.desk import Advice
from app.actions.not_possible import NotPossibleError
from app.api.access import ROLE_NAMES, Permission
from app.api.fields import FieldError, Flag, Moment, Reason, RecordId, Word
from app.api.identity import May, Person, as_person
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running, Service
from app.api.v1.advisers import can_advise
from app.api.v1.reviews import ToWorkOn, shown
from app.api.views.reviews import ReviewView
from app.decisions.model import UnitKey
from app.messages import PersonId
from app.records.reading import holders
from app.records.reading.pages import Row

router: APIRouter = staff_router("reviews")

MayDecide = Annotated[Person, Depends(May(Permission.MESSAGES_DECIDE))]


class WaitBody(Body):
    """Bir kaydın görüş için bekletilmesi."""

    model_config = starting_with(
        {"reason": "", "until": "2026-11-24T12:00:00+03:00", "person": None, "unit": "ogrenci_isleri"}
    )

    reason: Annotated[Reason, Field(description="Neden, kimden ne soruluyor", examples=["Kayıt tarihi doğru mu?"])]
    until: Annotated[
        Moment,
        Field(description="Kayıt en geç ne zaman kuyruğa döner", examples=["2026-11-24T12:00:00+03:00"]),
    ]
    person: Annotated[RecordId | None, Field(description="Görüşü istenen kişinin numarası", examples=[None])] = None
    unit: Annotated[Word | None, Field(description="Görüşü istenen birim", examples=["ogrenci_isleri"])] = None
    although_urgent: Annotated[
        Flag, Field(description="Hemen bakılması gereken kayıt da beklesin; yalnızca direktör", examples=[False])
    ] = False

    @model_validator(mode="after")
    def _asks_somebody(self) -> "WaitBody":
        if self.person is None and self.unit is None:
            raise FieldError("Görüşü istenen kişi ya da birim belirtilmelidir.", "name the person or unit to ask")
        return self


@router.post("/reviews/{id}/claim", summary="Kaydı üzerine al", response_model=ReviewView, responses=MISSING | CONFLICT)
async def claim(item: ToWorkOn, service: Running, person: MayDecide) -> object:
    """Kısa bir süre için (acillerde 5, ötekilerde 20 dakika) kaydı yalnızca siz karara bağlayabilirsiniz.

    Süre dolunca kendiliğinden bırakılır; yeniden almak süreyi uzatır. Başkasının üzerindeki kayıt alınamaz.
    """
    await service.desk.claim(item["review_id"], by=person.id)
    return await shown(service, person, item["review_id"])


@router.delete(
    "/reviews/{id}/claim", summary="Üzerine alınan kaydı bırak", status_code=204, responses=MISSING | CONFLICT
)
async def release(item: ToWorkOn, service: Running, person: MayDecide) -> None:
    """Kendi üzerinizdekini bırakır; uzman ve direktör başkasının üzerindekini de bırakabilir."""
    of_another = person.may(Permission.REVIEWS_RELEASE_OTHERS)
    await service.desk.release(item["review_id"], by=person.id, of_another=of_another)


@router.post("/reviews/{id}/wait", summary="Görüş için beklet", response_model=ReviewView, responses=MISSING | CONFLICT)
async def wait(item: ToWorkOn, body: WaitBody, service: Running, person: MayDecide) -> object:
    """Kayıt; görüş yazılana, süresi dolana ya da hakkında yeni bir şey olana dek kuyruktan çekilir; süresi uzamaz.

    Kime sorulabileceği: `GET /v1/reviews/{id}/advisers`. Görüşü istenen bildirim alır, bildirimden mesajı ve sorunuzu
    açar, görüşünü mesajın notlarına yazar (`POST /v1/messages/{id}/notes`). Hemen bakılması gereken kaydı yalnızca
    direktör, `although_urgent` ile bekletebilir.
    """
    if body.person is not None:
        await _may_be_asked(service, PersonId(body.person), item)
    advice = Advice(
        because=body.reason,
        until=body.until,
        person=PersonId(body.person) if body.person is not None else None,
        unit=UnitKey(body.unit) if body.unit is not None else None,
    )
    although_urgent = body.although_urgent and person.may(Permission.REVIEWS_LET_URGENT_WAIT)
    await service.desk.park(item["review_id"], advice, by=person.id, although_urgent=although_urgent)
    return await shown(service, person, item["review_id"])


async def _may_be_asked(service: Service, asked: PersonId, item: Row) -> None:
    """Whether it makes sense to ask this person. Raises NotPossibleError."""
    async with service.sessions() as session:
        holder = await holders.find(session, asked)
        if holder is None:
            raise NotPossibleError("Görüşü istenen kişi yok.", "There is no such person to ask.")
        person = as_person(holder)
        if await can_advise(session, person, item, now=service.clock()):
            return
    raise NotPossibleError(
        f"{person.name} ({ROLE_NAMES[person.role]}) bu mesajı açamaz ya da not yazamaz; başkasından görüş isteyin.",
        f"{person.name} ({person.role}) may not open this message or write notes; ask somebody else.",
    )


@router.delete(
    "/reviews/{id}/wait", summary="Bekletileni kuyruğa döndür", status_code=204, responses=MISSING | CONFLICT
)
async def bring_back(item: ToWorkOn, service: Running, person: MayDecide) -> None:
    """Görüş geldi ya da artık gerekmiyor: kayıt yeniden karar bekler."""
    await service.desk.bring_back(item["review_id"], by=person.id)
