"""Where the machine stopped itself (I11), and letting it go on."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from app.actions.by_hand import NotPossibleError
from app.api.access import Permission
from app.api.fields import Flag, Id, Reason, Whole
from app.api.identity import May, Person
from app.api.looking import there
from app.api.paging import Listing, Paging, listing
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running
from app.api.views.common import AccountRef, PersonRef, View, account_of, person_of
from app.records import audit, limits
from app.records.jobs import Job, enqueue_many
from app.records.reading import limits as reading
from app.records.reading.pages import Row

router: APIRouter = staff_router("limits")

MayRead = Annotated[Person, Depends(May(Permission.LIMITS_READ))]
MayLift = Annotated[Person, Depends(May(Permission.LIMITS_LIFT))]


class LimitView(View):
    """Makinenin bir hesapta ulaştığı bir sınır."""

    id: Annotated[int, Field(description="Sınır kaydının numarası", examples=[4])]
    account: Annotated[AccountRef | None, Field(description="Hangi hesapta")]
    label: Annotated[str, Field(description="Hangi etiketin kuralları", examples=["insult"])]
    kind: Annotated[
        str,
        Field(
            description=(
                "Hangi işlem: `hide` (gizleme), `delete` (silme), `block` (engelleme), `reply` (yanıt), "
                "`private_message` (özel mesaj)"
            ),
            examples=["delete"],
        ),
    ]
    cause: Annotated[
        str,
        Field(
            description=(
                "`quota` (saatlik sınır doldu) ya da `unusual` (alışılmışın çok üzerinde farklı kişiye uygulandı)"
            ),
            examples=["quota"],
        ),
    ]
    counted: Annotated[int, Field(description="Sayılan: `quota` için işlem, `unusual` için farklı kişi", examples=[60])]
    allowed: Annotated[int, Field(description="O saat için izin verilen sayı", examples=[60])]
    hour: Annotated[datetime, Field(description="Hangi saat sayıldı", examples=["2026-11-23T09:00:00Z"])]
    reached_at: Annotated[datetime, Field(description="Ulaşıldığı zaman", examples=["2026-11-23T09:41:00Z"])]
    ends_at: Annotated[
        datetime, Field(description="Kimse kaldırmazsa biteceği zaman", examples=["2026-11-23T10:00:00Z"])
    ]
    is_in_force: Annotated[bool, Field(description="Şu an geçerli mi", examples=[True])]
    waiting: Annotated[int, Field(description="Bu sınır yüzünden işlemleri bekleyen mesajların sayısı", examples=[12])]
    lifted_at: Annotated[datetime | None, Field(description="Kaldırıldığı zaman", examples=[None])]
    lifted_by: Annotated[PersonRef | None, Field(description="Kaldıran kişi")]
    lifted_until: Annotated[datetime | None, Field(description="Makinenin sınırsız sürdüğü son zaman", examples=[None])]
    reason: Annotated[str | None, Field(description="Kaldırma gerekçesi", examples=[None])]


class LiftBody(Body):
    """Bir sınırın kaldırılması."""

    model_config = starting_with({"reason": "", "hours": 1, "carry_out_waiting": True})

    reason: Annotated[Reason, Field(description="Gerekçe; kayda geçer", examples=["Gerçek bir olay; kural doğru"])]
    hours: Annotated[
        Whole,
        Field(ge=1, le=24, description="Aynı hesap, etiket ve işlem için kaç saat sınır aranmayacağı", examples=[1]),
    ] = 1
    carry_out_waiting: Annotated[
        Flag,
        Field(
            description="Bu sınırın beklettiği işlemler de yapılsın mı; değilse her biri ayrıca karar bekler",
            examples=[True],
        ),
    ] = True


class LiftOutcome(LimitView):
    """Kaldırılan sınır."""

    let_go: Annotated[int, Field(description="Yeniden sıraya alınan mesaj sayısı", examples=[12])]


@router.get("/limits", summary="Ulaşılan sınırları listele", response_model=Listing[LimitView])
async def list_limits(
    service: Running,
    person: MayRead,
    paging: Annotated[Paging, Depends()],
    in_force: Annotated[bool, Query(description="Yalnızca şu an geçerli olanlar", examples=[True])] = False,
) -> object:
    """Makinenin kendini durdurduğu yerler, yeniden eskiye.

    Kendine zarar verme ve tehdit içeren mesajlar ile kişilerin kararları hiçbir zaman sınırlanmaz. Bekleyen işlemlerin
    mesajları inceleme kuyruğundadır.
    """
    now = service.clock()
    async with service.sessions() as session:
        page = await reading.page(
            session, in_force_at=now if in_force else None, limit=paging.limit, after=paging.after("limits")
        )
    return listing(page, "limits", lambda row: LimitView(**_shown(row, now)))


@router.post("/limits/{id}/lift", summary="Sınırı kaldır", response_model=LiftOutcome, responses=MISSING | CONFLICT)
async def lift(id: Id, body: LiftBody, service: Running, person: MayLift) -> object:
    """Makinenin aynı hesap, etiket ve işlem için sürmesine izin verir; istenirse bekleyenler de yapılır.

    Bu arada bir kişinin karar verdiği mesajlara dokunulmaz.
    """
    now = service.clock()
    async with service.sessions.begin() as session:
        there(await reading.find(session, id))
        until = now + timedelta(hours=body.hours)
        if not await limits.lift(session, id, by=person.id, reason=body.reason, at=now, until=until):
            raise NotPossibleError("Bu sınır zaten kaldırılmış.", "This limit was lifted already.")
        let_go = await limits.let_go(session, id, at=now) if body.carry_out_waiting else []
        await enqueue_many(session, Job.MESSAGE, let_go)
        await audit.note(
            session,
            by=person.id,
            act="limit.lift",
            subject=f"limit/{id}",
            detail={"reason": body.reason, "hours": body.hours, "let_go": len(let_go)},
        )
        return LiftOutcome(**_shown(there(await reading.find(session, id)), now), let_go=len(let_go))


def _shown(row: Row, now: datetime) -> dict[str, object]:
    copied = {name: row[name] for name in LimitView.model_fields if name not in ("account", "is_in_force", "lifted_by")}
    return copied | {
        "account": account_of(row),
        "is_in_force": row["ends_at"] > now and row["lifted_at"] is None,
        "lifted_by": person_of(row, "lifted_by", "lifted_by_name"),
    }
