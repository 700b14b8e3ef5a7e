"""Silence mode (6.4.7)."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.by_hand import NotPossibleError
from app.api.access import Permission
from app.api.fields import Flag, Moment, Reason, RecordId
from app.api.identity import May, Person
from app.api.paging import MOST, Listing, Paging, listing
from app.api.routing import CONFLICT, Body, staff_router, starting_with
from app.api.service import Running, Service
from app.api.views.common import PLACEHOLDERS, AccountRef, PersonRef, View, account_of, person_of
from app.messages import ActionId
from app.records import audit
from app.records.modes import end_silence, standing_silence, start_silence
from app.records.reading import actions, modes
from app.records.reading.pages import Row
from app.records.reading.sight import Viewer

router: APIRouter = staff_router("modes")

MayRead = Annotated[Person, Depends(May(Permission.SILENCE_READ))]
MaySwitch = Annotated[Person, Depends(May(Permission.SILENCE_SWITCH))]
MayDecide = Annotated[Person, Depends(May(Permission.ACTIONS_DECIDE))]
SHOWN = 100


class WithheldView(View):
    """Bir modun beklettiği bir söz; metni `/v1/actions/{id}` adresindedir."""

    id: Annotated[int, Field(description="İşlemin numarası", examples=[121])]
    kind: Annotated[str, Field(description="`reply` (yanıt) ya da `private_message` (özel mesaj)", examples=["reply"])]
    template: Annotated[str | None, Field(description="Hazır metin", examples=["T1"])]
    account: Annotated[AccountRef | None, Field(description="Hangi hesaptan gidecekti")]
    created_at: Annotated[datetime, Field(description="Kaydedildiği zaman", examples=["2026-11-23T09:00:01Z"])]
    because: Annotated[
        str | None,
        Field(
            description=(
                "Neden bekliyor: `silence:NUMARA` (sessizlik modu), `pause:NUMARA` (afet önerisi karar bekliyordu), "
                "`crisis:NUMARA` (kriz dosyasında, direktörün onayı gerekir)"
            ),
            examples=["silence:3"],
        ),
    ]


class SilenceView(View):
    """Sessizlik modunun durumu."""

    is_on: Annotated[bool, Field(description="Açık mı; değilse ve aşağıdakiler doluysa planlanmıştır", examples=[True])]
    reason: Annotated[str | None, Field(description="Gerekçesi", examples=["Deprem"])] = None
    includes_support: Annotated[
        bool | None, Field(description="6.4.15 destek mesajı da susturuluyor mu", examples=[False])
    ] = None
    started_at: Annotated[
        datetime | None, Field(description="Açıldığı ya da açılacağı zaman", examples=["2026-11-23T09:00:00Z"])
    ] = None
    started_by: Annotated[PersonRef | None, Field(description="Açan kişi")] = None
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
        Flag,
        Field(
            description="Kendine zarar söylemlerine giden destek mesajı da susturulsun mu (önerilmez)", examples=[False]
        ),
    ] = False
    begins: Annotated[
        Moment | None,
        Field(alias="from", description="Açılacağı zaman; boşsa hemen açılır", examples=["2026-11-24T09:00:00+03:00"]),
    ] = None
    until: Annotated[
        Moment | None,
        Field(
            description="Kendiliğinden kapanacağı zaman; boşsa elle kapatılır", examples=["2026-11-25T09:00:00+03:00"]
        ),
    ] = None


class SilenceRecord(View):
    """Bir sessizlik süresi."""

    id: Annotated[int, Field(description="Kaydın numarası", examples=[3])]
    reason: Annotated[str, Field(description="Gerekçesi", examples=["Deprem"])]
    includes_support: Annotated[bool, Field(description="6.4.15 destek mesajı da susturuldu mu", examples=[False])]
    started_at: Annotated[datetime, Field(description="Ne zamandan", examples=["2026-11-23T09:00:00Z"])]
    started_by: Annotated[PersonRef | None, Field(description="Açan kişi")]
    until_at: Annotated[datetime | None, Field(description="Kendiliğinden kapanma zamanı", examples=[None])]
    ended_at: Annotated[datetime | None, Field(description="Elle kapatıldığı zaman", examples=[None])]
    ended_by: Annotated[PersonRef | None, Field(description="Kapatan kişi")]


Ids = Annotated[
    tuple[RecordId, ...] | None,
    Field(max_length=MOST, description="İşlemlerin numaraları; boşsa bekleyenlerin hepsi (bir seferde en çok 100)"),
]


class ReleaseManyBody(Body):
    """Bekletilenlerin topluca gönderilmesi."""

    model_config = starting_with({"ids": None})

    ids: Annotated[Ids, Field(examples=[[121, 122]])] = None


class DiscardManyBody(Body):
    """Bekletilenlerden topluca vazgeçilmesi."""

    model_config = starting_with({"ids": None, "reason": ""})

    ids: Annotated[Ids, Field(examples=[[121, 122]])] = None
    reason: Annotated[Reason, Field(description="Gerekçe; kayda geçer", examples=["Güncelliğini yitirdi"])]


class RefusedView(View):
    """Karar uygulanamayan bir işlem."""

    id: Annotated[int, Field(description="İşlemin numarası", examples=[122])]
    why: Annotated[str, Field(description="Neden", examples=["Bu işlem onay beklemiyor."])]


class ManyView(View):
    """Toplu kararın sonucu."""

    done: Annotated[list[int], Field(description="Karar uygulananlar", examples=[[121]])]
    refused: Annotated[list[RefusedView], Field(description="Uygulanamayanlar, nedenleriyle")]
    left: Annotated[int, Field(description="Hâlâ bekleyenlerin sayısı (en çok 100 sayılır)", examples=[0])]


@router.get("/modes/silence", summary="Sessizlik modu açık mı", response_model=SilenceView)
async def show(service: Running, person: MayRead) -> object:
    """Sessizlik modunun durumu ve modların beklettiği sözler; her biri gönderilir ya da vazgeçilir."""
    async with service.sessions() as session:
        return await _state(session, service, person)


@router.get("/modes/silence/history", summary="Geçmiş sessizlik süreleri", response_model=Listing[SilenceRecord])
async def history(service: Running, person: MayRead, paging: Annotated[Paging, Depends()]) -> object:
    """Kim, neden, ne zamandan ne zamana; yeniden eskiye, planlanmış olanlarla birlikte."""
    async with service.sessions() as session:
        page = await modes.silences_page(session, limit=paging.limit, after=paging.after("silences"))
    return listing(page, "silences", _record)


@router.post(
    "/modes/silence", summary="Sessizlik modunu aç", response_model=SilenceView, status_code=201, responses=CONFLICT
)
async def start(body: SilenceBody, service: Running, person: MaySwitch) -> object:
    """Açıkken hesaplarımızdan hiçbir yanıt, özel mesaj ya da planlı gönderi çıkmaz; hiçbiri kaybolmaz.

    Gizleme, kaldırma, kanıt ve bildirimler sürer (6.4.7). İleri bir zaman için planlanabilir.
    """
    async with service.sessions.begin() as session:
        await switch_on(
            session,
            reason=body.reason,
            includes_support=body.includes_support,
            begins=body.begins,
            until=body.until,
            by=person,
            now=service.clock(),
        )
        return await _state(session, service, person)


@router.delete("/modes/silence", summary="Sessizlik modunu kapat", response_model=SilenceView, responses=CONFLICT)
async def end(service: Running, person: MaySwitch) -> object:
    """Modu kapatır ya da planlanmışsa iptal eder.

    Bekletilenler kendiliğinden gitmez: her biri bir kişinin kararını bekler.
    """
    async with service.sessions.begin() as session:
        await modes.one_at_a_time(session)
        before = await standing_silence(session, now=service.clock())
        if before is None or not await end_silence(session, by=person.id, at=service.clock()):
            raise NotPossibleError("Sessizlik modu açık değil.", "Silence mode is not on.")
        await audit.note(session, by=person.id, act="silence.end", subject=f"silence/{before.id}")
        return await _state(session, service, person)


@router.post(
    "/modes/silence/withheld/release",
    summary="Bekletilenleri topluca gönder",
    response_model=ManyView,
    responses=CONFLICT,
)
async def release_many(body: ReleaseManyBody, service: Running, person: MayDecide) -> object:
    """Modların beklettiği sözleri yola çıkarır; her biri artık sizin işleminizdir. Sessizlik modu açıkken yapılamaz."""

    async def release(action_id: ActionId) -> None:
        await service.by_hand.release(action_id, by=person.id, may_approve=person.may(Permission.CRISES_CHANGE))

    return await _each(service, person, body.ids, release)


@router.post(
    "/modes/silence/withheld/discard",
    summary="Bekletilenlerden topluca vazgeç",
    response_model=ManyView,
    responses=CONFLICT,
)
async def discard_many(body: DiscardManyBody, service: Running, person: MayDecide) -> object:
    """Modların beklettiği sözlerden gerekçesiyle vazgeçer; mod açıkken de yapılabilir."""

    async def discard(action_id: ActionId) -> None:
        await service.by_hand.discard(action_id, by=person.id, reason=body.reason)

    return await _each(service, person, body.ids, discard)


async def _each(
    service: Service, person: Person, ids: Sequence[int] | None, do: Callable[[ActionId], Awaitable[None]]
) -> ManyView:
    """Decide on each by itself, so that one that cannot be decided on keeps none of the others."""
    async with service.sessions() as session:
        found = await actions.withheld(session, person.viewer, limit=MOST, only=ids)
    done: list[int] = []
    refused: list[RefusedView] = []
    for row in reversed(found):
        if row["closed"] is not None:
            refused.append(RefusedView(id=row["id"], why=PLACEHOLDERS[row["closed"]] + "."))
            continue
        try:
            await do(ActionId(row["id"]))
            done.append(row["id"])
        except NotPossibleError as error:
            refused.append(RefusedView(id=row["id"], why=error.why))
    known = {row["id"] for row in found}
    refused += [RefusedView(id=id_, why="Bekletilen böyle bir işlem yok.") for id_ in ids or () if id_ not in known]
    async with service.sessions() as session:
        left = await actions.withheld(session, person.viewer, limit=MOST)
    return ManyView(done=done, refused=refused, left=len(left))


async def switch_on(
    session: AsyncSession,
    *,
    reason: str,
    includes_support: bool,
    begins: datetime | None,
    until: datetime | None,
    by: Person,
    now: datetime,
) -> int:
    """Switch silence mode on. Raises NotPossibleError where it is on, or the times do not fit."""
    await modes.one_at_a_time(session)
    begins = max(begins or now, now)
    if until is not None and until <= now:
        raise NotPossibleError("Bitiş zamanı geçmişte.", "It would end in the past.")
    if until is not None and until <= begins:
        raise NotPossibleError("Bitiş zamanı başlangıçtan önce.", "It would end before it begins.")
    standing = await standing_silence(session, now=now)
    if standing is not None and standing.started_at <= now:
        raise NotPossibleError("Sessizlik modu zaten açık.", "Silence mode is on already.")
    if standing is not None:
        raise NotPossibleError(
            "Sessizlik modu zaten planlanmış; önce planı iptal edin.",
            "Silence mode is planned already; call that off first.",
        )
    silence_id = await start_silence(
        session, reason=reason, includes_support=includes_support, until=until, by=by.id, at=begins
    )
    await audit.note(
        session,
        by=by.id,
        act="silence.start",
        subject=f"silence/{silence_id}",
        detail={"reason": reason, "includes_support": includes_support, "from": begins.isoformat()},
    )
    return silence_id


async def _state(session: AsyncSession, service: Service, person: Person) -> SilenceView:
    now = service.clock()
    silence = await standing_silence(session, now=now)
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
            because=row["held_because"],
        )
        for row in waiting
    ]
    if silence is None:
        return SilenceView(is_on=False, withheld=withheld)
    begun = await modes.silence(session, silence.id)
    return SilenceView(
        is_on=silence.started_at <= now,
        reason=silence.reason,
        includes_support=silence.includes_support,
        started_at=silence.started_at,
        started_by=person_of(begun, "started_by", "started_by_name"),
        until_at=silence.until_at,
        withheld=withheld,
    )


def _record(row: Row) -> SilenceRecord:
    joined = ("started_by", "ended_by")
    return SilenceRecord(
        **{name: row[name] for name in SilenceRecord.model_fields if name not in joined},
        started_by=person_of(row, "started_by", "started_by_name"),
        ended_by=person_of(row, "ended_by", "ended_by_name"),
    )
