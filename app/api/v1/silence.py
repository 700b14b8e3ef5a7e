"""Silence mode (6.4.7)."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.by_hand import NotPossibleError
from app.api.access import Permission
from app.api.fields import Moment, Reason
from app.api.identity import May, Person
from app.api.routing import CONFLICT, Body, staff_router, starting_with
from app.api.service import Running, Service
from app.api.views.common import AccountRef, View, account_of
from app.records import audit
from app.records.modes import current_silence, end_silence, start_silence
from app.records.reading import actions, modes
from app.records.reading.sight import Viewer

router: APIRouter = staff_router("modes")

MayRead = Annotated[Person, Depends(May(Permission.SILENCE_READ))]
MaySwitch = Annotated[Person, Depends(May(Permission.SILENCE_SWITCH))]
SHOWN = 100


class WithheldView(View):
    """Sessizlik modunun beklettiği bir söz; metni `/v1/actions/{id}` adresindedir."""

    id: Annotated[int, Field(description="İşlemin numarası", examples=[121])]
    kind: Annotated[str, Field(description="`reply` (yanıt) ya da `private_message` (özel mesaj)", examples=["reply"])]
    template: Annotated[str | None, Field(description="Hazır metin", examples=["T1"])]
    account: Annotated[AccountRef | None, Field(description="Hangi hesaptan gidecekti")]
    created_at: Annotated[datetime, Field(description="Kaydedildiği zaman", examples=["2026-11-23T09:00:01Z"])]


class SilenceView(View):
    """Sessizlik modunun durumu."""

    is_on: Annotated[bool, Field(description="Açık mı", examples=[True])]
    reason: Annotated[str | None, Field(description="Gerekçesi", examples=["Deprem"])] = None
    includes_support: Annotated[
        bool | None, Field(description="6.4.15 destek mesajı da susturuluyor mu", examples=[False])
    ] = None
    started_at: Annotated[datetime | None, Field(description="Açıldığı zaman", examples=["2026-11-23T09:00:00Z"])] = (
        None
    )
    started_by: Annotated[int | None, Field(description="Açan kişinin numarası", examples=[3])] = None
    until_at: Annotated[datetime | None, Field(description="Kendiliğinden kapanacağı zaman", examples=[None])] = None
    withheld: Annotated[
        list[WithheldView],
        Field(description="Bekletilenlerin en yeni 100'ü; tamamı: /v1/actions?state=withheld"),
    ] = Field(default_factory=list)


class SilenceBody(Body):
    """Sessizlik modunun açılması."""

    model_config = starting_with({"reason": "", "includes_support": False})

    reason: Annotated[Reason, Field(description="Gerekçe; kayda geçer", examples=["Deprem"])]
    includes_support: Annotated[
        bool,
        Field(
            description="Kendine zarar söylemlerine giden destek mesajı da susturulsun mu (önerilmez)", examples=[False]
        ),
    ] = False
    until: Annotated[
        Moment | None,
        Field(
            description="Kendiliğinden kapanacağı zaman; boşsa elle kapatılır", examples=["2026-11-25T09:00:00+03:00"]
        ),
    ] = None


@router.get("/modes/silence", summary="Sessizlik modu açık mı", response_model=SilenceView)
async def show(service: Running, person: MayRead) -> object:
    """Sessizlik modunun durumu ve beklettiği sözler; mod kapanınca her biri gönderilir ya da vazgeçilir."""
    async with service.sessions() as session:
        return await _state(session, service, person)


@router.post(
    "/modes/silence", summary="Sessizlik modunu aç", response_model=SilenceView, status_code=201, responses=CONFLICT
)
async def start(body: SilenceBody, service: Running, person: MaySwitch) -> object:
    """Açıkken hesaplarımızdan hiçbir yanıt, özel mesaj ya da planlı gönderi çıkmaz; hiçbiri kaybolmaz.

    Gizleme, kaldırma, kanıt ve bildirimler sürer (6.4.7).
    """
    async with service.sessions.begin() as session:
        await modes.one_at_a_time(session)
        now = service.clock()
        if body.until is not None and body.until <= now:
            raise NotPossibleError("Bitiş zamanı geçmişte.")
        if await current_silence(session, now=now) is not None:
            raise NotPossibleError("Sessizlik modu zaten açık.")
        silence_id = await start_silence(
            session,
            reason=body.reason,
            includes_support=body.includes_support,
            until=body.until,
            by=person.id,
            at=now,
        )
        await audit.note(
            session,
            by=person.id,
            act="silence.start",
            subject=f"silence/{silence_id}",
            detail={"reason": body.reason, "includes_support": body.includes_support},
        )
        return await _state(session, service, person)


@router.delete("/modes/silence", summary="Sessizlik modunu kapat", response_model=SilenceView, responses=CONFLICT)
async def end(service: Running, person: MaySwitch) -> object:
    """Modu kapatır. Bekletilenler kendiliğinden gitmez: her biri bir kişinin kararını bekler."""
    async with service.sessions.begin() as session:
        await modes.one_at_a_time(session)
        before = await current_silence(session, now=service.clock())
        if before is None or not await end_silence(session, by=person.id, at=service.clock()):
            raise NotPossibleError("Sessizlik modu açık değil.")
        await audit.note(session, by=person.id, act="silence.end", subject=f"silence/{before.id}")
        return await _state(session, service, person)


async def _state(session: AsyncSession, service: Service, person: Person) -> SilenceView:
    silence = await current_silence(session, now=service.clock())
    # Whoever switches the mode sees all that it withholds; nothing in the list is personal.
    viewer = Viewer(accounts=None) if person.may(Permission.SILENCE_SWITCH) else person.viewer
    waiting = await actions.withheld(session, viewer, limit=SHOWN)
    withheld = [
        WithheldView(
            id=row["id"],
            kind=row["kind"],
            template=row["template"],
            account=account_of(row),
            created_at=row["created_at"],
        )
        for row in waiting
    ]
    if silence is None:
        return SilenceView(is_on=False, withheld=withheld)
    return SilenceView(
        is_on=True,
        reason=silence.reason,
        includes_support=silence.includes_support,
        started_at=silence.started_at,
        started_by=silence.started_by,
        until_at=silence.until_at,
        withheld=withheld,
    )
