"""Opening what is shown blurred, and what an author wrote before."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from app.actions.earlier import COVERS, Answered
from app.api.access import Permission
from app.api.fields import Id
from app.api.identity import May, Person
from app.api.looking import open_to_caller, there
from app.api.routing import CONFLICT, MISSING, staff_router
from app.api.service import Running
from app.api.v1.messages import ToDecide
from app.api.views.common import View
from app.api.views.messages import MessageView, is_grave, message_view
from app.messages import MessageId
from app.records import audit, openings
from app.records.openings import Opened
from app.records.reading import messages

router: APIRouter = staff_router("messages")

MayOpen = Annotated[Person, Depends(May(Permission.MESSAGES_OPEN))]
MayDecide = Annotated[Person, Depends(May(Permission.MESSAGES_DECIDE))]


async def _to_open(id: Id, service: Running, person: MayOpen) -> MessageId:
    async with service.sessions() as session:
        return MessageId(open_to_caller(there(await messages.find(session, person.viewer, id)))["id"])


class EarlierWordsView(View):
    """Yazarın, platformun gösterdiği ama bize ulaşmamış bir sözü; saklanmaz."""

    external_id: Annotated[str, Field(description="Platformdaki numarası", examples=["1802"])]
    text: Annotated[str, Field(description="Metin", examples=["Yine mi kapalı?"])]
    written_at: Annotated[datetime | None, Field(description="Yazıldığı zaman", examples=["2026-11-20T09:00:00Z"])]
    link: Annotated[str | None, Field(description="Platformdaki bağlantısı", examples=["https://x.com/i/status/1802"])]


class SourceView(View):
    """Önceki mesajların sorulduğu bir yer."""

    name: Annotated[str, Field(description="`store` (bizdeki kayıtlar) ya da platformun adı", examples=["store"])]
    answered: Annotated[
        str,
        Field(
            description=(
                "`told` (soruldu, yanıt verdi), `not_offered` (platform bunu sunmuyor, sorulmadı), `failed` (soruldu, "
                "yanıt alınamadı)"
            ),
            examples=["told"],
        ),
    ]
    covers: Annotated[
        str | None,
        Field(
            description="Buranın en çok neyi gösterebildiği; boşsa bilinmiyor",
            examples=["Bu hesaba gelip bizde saklanan, süresi dolmamış son 20 mesajı."],
        ),
    ]


class EarlierView(View):
    """Yazarın önceki mesajları (6.3.2)."""

    stored: Annotated[list[MessageView], Field(description="Bize ulaşanlar, yeniden eskiye, en çok 20")]
    on_platform: Annotated[list[EarlierWordsView], Field(description="Yalnızca platformda görülenler")]
    sources: Annotated[list[SourceView], Field(description="Nerelere soruldu")]


@router.post(
    "/messages/{id}/open", summary="Bulanık içeriği aç", response_model=MessageView, responses=MISSING | CONFLICT
)
async def open_content(
    message_id: Annotated[MessageId, Depends(_to_open)], service: Running, person: MayOpen
) -> object:
    """Metni ve görüntüleri döndürür; o hâli artık size bulanık gösterilmez. Açtığınız kayda geçer.

    Ağır içerikler, kimseye çok yüklenilmesin diye kişi ve gün başına sayılır.
    """
    queue = (await service.policies.current()).policy.queue
    async with service.sessions.begin() as session:
        row = there(await messages.find(session, person.viewer, message_id))
        suspected = await openings.suspected_labels(session, message_id)
        await openings.note(
            session,
            message_id,
            Opened.CONTENT,
            revision=row["revision"],
            by=person.id,
            is_grave=is_grave(row, queue, suspected),
            at=service.clock(),
        )
        await audit.note(session, by=person.id, act="message.open", subject=f"message/{message_id}")
        return message_view(there(await messages.find(session, person.viewer, message_id)), queue, suspected)


@router.post(
    "/messages/{id}/earlier",
    summary="Yazarın önceki mesajlarını aç",
    response_model=EarlierView,
    responses=MISSING | CONFLICT,
)
async def open_earlier(message_id: ToDecide, service: Running, person: MayDecide) -> object:
    """Yazarın bu hesaba önceden yazdıkları: bizdekiler ve, izin veriyorsa, platformdakiler. Açtığınız kayda geçer.

    Her yerin neyi ne kadar gösterebildiği `sources` listesindedir. Platformdan gelenler saklanmaz.

    Eleştiri, bunlar açılmadan yanıtlanamaz (6.3.2).
    """
    queue = (await service.policies.current()).policy.queue
    told = await service.earlier_words.ask(message_id)
    async with service.sessions.begin() as session:
        row = there(await messages.find(session, person.viewer, message_id))
        stored = await messages.earlier_of_author(session, person.viewer, row)
        await openings.note(
            session,
            message_id,
            Opened.EARLIER,
            revision=row["revision"],
            by=person.id,
            is_grave=False,
            at=service.clock(),
        )
        detail = {"messages": [entry["id"] for entry in stored], "platform": told.answered, "told": len(told.words)}
        await audit.note(session, by=person.id, act="message.earlier", subject=f"message/{message_id}", detail=detail)
    return EarlierView(
        stored=[message_view(entry, queue) for entry in stored],
        on_platform=[
            EarlierWordsView(external_id=one.external_id, text=one.text, written_at=one.written_at, link=one.link)
            for one in told.words
        ],
        sources=[
            SourceView(name="store", answered=Answered.TOLD, covers=COVERS["store"]),
            SourceView(name=row["platform"], answered=told.answered, covers=COVERS.get(row["platform"])),
        ],
    )
