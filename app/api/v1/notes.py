"""The thread of notes that people write beside a message."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from app.api.access import Permission
from app.api.fields import Id, Wording
from app.api.identity import May, Person
from app.api.looking import open_to_caller, there
from app.api.paging import Listing, Paging, listing
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running
from app.api.views.common import PersonRef, View, person_of
from app.messages import MessageId
from app.records import audit
from app.records.reading import messages, reviews
from app.records.reading.pages import Row

router: APIRouter = staff_router("messages")

MayRead = Annotated[Person, Depends(May(Permission.MESSAGES_READ))]
MayWrite = Annotated[Person, Depends(May(Permission.MESSAGES_NOTE))]


async def _readable(id: Id, service: Running, person: MayRead) -> MessageId:
    """A message whose content is open to the caller: notes may quote it."""
    async with service.sessions() as session:
        return MessageId(open_to_caller(there(await messages.find(session, person.viewer, id)))["id"])


async def _writable(id: Id, service: Running, person: MayWrite) -> MessageId:
    return await _readable(id, service, person)


class NoteView(View):
    """Bir not."""

    id: Annotated[int, Field(description="Notun numarası", examples=[3])]
    by: Annotated[PersonRef | None, Field(description="Kim yazdı")]
    written_at: Annotated[datetime, Field(description="Ne zaman", examples=["2026-11-23T09:10:00Z"])]
    text: Annotated[str, Field(description="Not", examples=["Öğrenci İşleri: tarih doğru, duyuruda yanlış yazılmış."])]


class NoteBody(Body):
    """Yazılacak not; sonradan değiştirilemez, silinemez."""

    model_config = starting_with({"text": ""})

    text: Annotated[Wording, Field(description="Not", examples=["Tarih doğru, duyuruda yanlış yazılmış."])]


class WrittenView(View):
    """Yazılan not."""

    id: Annotated[int, Field(description="Notun numarası", examples=[3])]


@router.get("/messages/{id}/notes", summary="Mesajın notları", response_model=Listing[NoteView], responses=MISSING)
async def list_notes(
    message_id: Annotated[MessageId, Depends(_readable)],
    service: Running,
    person: MayRead,
    paging: Annotated[Paging, Depends()],
) -> object:
    """Çalışanların bu mesaj için birbirine yazdıkları, yeniden eskiye. İçeriği size kapalı mesajınki de kapalıdır."""
    async with service.sessions.begin() as session:
        page = await reviews.notes_of(session, message_id, limit=paging.limit, after=paging.after("notes"))
        await audit.note(session, by=person.id, act="message.notes", subject=f"message/{message_id}")
    return listing(page, "notes", _view)


@router.post(
    "/messages/{id}/notes",
    summary="Not yaz",
    response_model=WrittenView,
    status_code=201,
    responses=MISSING | CONFLICT,
)
async def write_note(
    message_id: Annotated[MessageId, Depends(_writable)], body: NoteBody, service: Running, person: MayWrite
) -> object:
    """Mesajın notlarına ekler; yazarı (platformdaki kişi) görmez.

    Görüşü istenen kişi ya da birim de görüşünü buraya yazar; yazınca bekletilen kayıt kuyruğa döner.
    """
    return WrittenView(id=await service.desk.write_note(message_id, body.text, by=person.id, unit=person.unit))


def _view(row: Row) -> NoteView:
    return NoteView(
        id=row["id"], by=person_of(row, "person_id", "person_name"), written_at=row["written_at"], text=row["text"]
    )
