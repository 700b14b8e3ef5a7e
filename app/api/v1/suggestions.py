"""What the service suggests after a rise: a crisis (6.3) or silence (6.4.7). A person accepts or dismisses it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from app.actions.by_hand import NotPossibleError
from app.api.access import Permission
from app.api.fields import Flag, Id, Moment, Reason
from app.api.identity import May, Person
from app.api.looking import there
from app.api.paging import Listing, Paging, listing
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running
from app.api.v1 import silence
from app.api.v1.crises import begin
from app.api.views.common import AccountRef, PersonRef, View, account_of, person_of
from app.records import audit, suggestions
from app.records.crises import Choice
from app.records.reading import crises as reading
from app.records.reading.pages import Row
from app.records.suggestions import CRISIS

router: APIRouter = staff_router("suggestions")

MayRead = Annotated[Person, Depends(May(Permission.SUGGESTIONS_READ))]
MayDecide = Annotated[Person, Depends(May(Permission.SUGGESTIONS_DECIDE))]


class SuggestionView(View):
    """Sistemin bir önerisi."""

    id: Annotated[int, Field(description="Önerinin numarası", examples=[5])]
    kind: Annotated[
        str,
        Field(
            description=(
                "`crisis` (kriz dosyası açılması) ya da `silence` (sessizlik modu; karar verilene dek otomatik "
                "yanıtlar durur)"
            ),
            examples=["crisis"],
        ),
    ]
    account: Annotated[AccountRef | None, Field(description="Hangi hesapta; boşsa bütün hesaplarda")]
    counted: Annotated[int, Field(description="Son bir saatte yazan farklı kişi sayısı", examples=[40])]
    usual: Annotated[float, Field(description="Haftanın o saatinde alışılmış kişi sayısı", examples=[3.0])]
    allowed: Annotated[int, Field(description="Aşılınca artış sayılan kişi sayısı", examples=[15])]
    since_at: Annotated[datetime, Field(description="Sayılan sürenin başı", examples=["2026-11-23T08:00:00Z"])]
    made_at: Annotated[datetime, Field(description="Önerildiği zaman", examples=["2026-11-23T09:00:00Z"])]
    is_open: Annotated[bool, Field(description="Karar bekliyor mu", examples=[True])]
    is_accepted: Annotated[bool | None, Field(description="Kabul edildi mi; boşsa karar verilmedi", examples=[None])]
    decided_at: Annotated[datetime | None, Field(description="Karar zamanı", examples=[None])]
    decided_by: Annotated[PersonRef | None, Field(description="Karar veren")]
    reason: Annotated[str | None, Field(description="Gerekçe", examples=[None])]
    crisis_id: Annotated[int | None, Field(description="Açılan kriz dosyası", examples=[None])]
    silence_id: Annotated[int | None, Field(description="Açılan sessizlik modu", examples=[None])]


class AcceptBody(Body):
    """Önerinin kabulü."""

    model_config = starting_with({"reason": "", "until": None, "includes_support": False})

    reason: Annotated[Reason, Field(description="Gerekçe; kayda geçer", examples=["Deprem"])]
    until: Annotated[
        Moment | None,
        Field(description="Sessizlik modu için: kendiliğinden kapanacağı zaman; boşsa elle kapatılır", examples=[None]),
    ] = None
    includes_support: Annotated[
        Flag,
        Field(description="Sessizlik modu için: 6.4.15 destek mesajı da susturulsun mu (önerilmez)", examples=[False]),
    ] = False


class DismissBody(Body):
    """Önerinin reddi."""

    model_config = starting_with({"reason": ""})

    reason: Annotated[Reason, Field(description="Gerekçe; kayda geçer", examples=["Tatbikat duyurusu"])]


@router.get("/suggestions", summary="Önerileri listele", response_model=Listing[SuggestionView])
async def list_suggestions(
    service: Running,
    person: MayRead,
    paging: Annotated[Paging, Depends()],
    is_open: Annotated[bool | None, Query(alias="open", description="Karar bekleyenler", examples=[True])] = None,
) -> object:
    """Olumsuz ya da afet içerikli mesajların alışılmışın üzerine çıktığı zamanlardaki öneriler, yeniden eskiye."""
    async with service.sessions() as session:
        page = await reading.suggestions_page(
            session, is_open=is_open, limit=paging.limit, after=paging.after("suggestions")
        )
    return listing(page, "suggestions", _view)


@router.post(
    "/suggestions/{id}/accept", summary="Öneriyi kabul et", response_model=SuggestionView, responses=MISSING | CONFLICT
)
async def accept(id: Id, body: AcceptBody, service: Running, person: MayDecide) -> object:
    """Kriz önerisinde hesabın o süredeki olumsuz mesajlarıyla bir dosya, sessizlik önerisinde sessizlik modu açılır."""
    policy = (await service.policies.current()).policy
    now = service.clock()
    async with service.sessions.begin() as session:
        found = there(await reading.find_suggestion(session, id))
        crisis_id = silence_id = None
        if found["decided_at"] is not None:
            raise NotPossibleError("Bu öneriye zaten karar verilmiş.", "This suggestion was decided already.")
        if found["kind"] == CRISIS:
            choice = Choice(
                accounts=(found["account_id"],), labels=policy.rises.negative.labels, since=found["since_at"]
            )
            title = f"{found['account_handle']}: olumsuz mesaj artışı"
            crisis_id = await begin(session, choice, title=title, reason=body.reason, by=person, now=now)
        else:
            silence_id = await silence.switch_on(
                session,
                reason=body.reason,
                includes_support=body.includes_support,
                begins=None,
                until=body.until,
                by=person,
                now=now,
            )
        decided = await suggestions.decide(
            session,
            id,
            by=person.id,
            is_accepted=True,
            reason=body.reason,
            at=now,
            crisis_id=crisis_id,
            silence_id=silence_id,
        )
        if not decided:
            raise NotPossibleError("Bu öneriye zaten karar verilmiş.", "This suggestion was decided already.")
        await audit.note(session, by=person.id, act="suggestion.accept", subject=f"suggestion/{id}")
        return _view(there(await reading.find_suggestion(session, id)))


@router.post(
    "/suggestions/{id}/dismiss",
    summary="Öneriyi reddet",
    response_model=SuggestionView,
    responses=MISSING | CONFLICT,
)
async def dismiss(id: Id, body: DismissBody, service: Running, person: MayDecide) -> object:
    """Öneriyi gerekçesiyle reddeder; duran otomatik yanıtlar sürer.

    O ana dek bekletilenler kendiliğinden gitmez: her birine bir kişi karar verir.
    """
    async with service.sessions.begin() as session:
        there(await reading.find_suggestion(session, id))
        if not await suggestions.decide(
            session, id, by=person.id, is_accepted=False, reason=body.reason, at=service.clock()
        ):
            raise NotPossibleError("Bu öneriye zaten karar verilmiş.", "This suggestion was decided already.")
        await audit.note(
            session, by=person.id, act="suggestion.dismiss", subject=f"suggestion/{id}", detail={"reason": body.reason}
        )
        return _view(there(await reading.find_suggestion(session, id)))


def _view(row: Row) -> SuggestionView:
    joined = ("account", "is_open", "decided_by")
    return SuggestionView(
        **{name: row[name] for name in SuggestionView.model_fields if name not in joined},
        account=account_of(row),
        is_open=row["decided_at"] is None,
        decided_by=person_of(row, "decided_by", "decided_by_name"),
    )
