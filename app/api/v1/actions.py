"""Actions: what was done, what waits for a person, what was given up."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from app.api.access import Permission
from app.api.fields import Id, Reason, Wording
from app.api.identity import May, Person
from app.api.looking import note_shown, open_to_caller, there
from app.api.paging import Listing, Paging, listing
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running, Service
from app.api.views.actions import ActionDetail, ActionView, action_view
from app.decisions.model import ActionKind
from app.messages import ActionId
from app.records import audit
from app.records.reading import actions

router: APIRouter = staff_router("actions")

MayRead = Annotated[Person, Depends(May(Permission.ACTIONS_READ))]
MayDecide = Annotated[Person, Depends(May(Permission.ACTIONS_DECIDE))]
State = Literal["planned", "running", "done", "refused", "task", "held", "withheld", "cancelled"]


async def _to_decide(id: Id, service: Running, person: MayDecide) -> ActionId:
    """An action on which the caller may decide."""
    async with service.sessions() as session:
        found = open_to_caller(there(await actions.find(session, person.viewer, id)))
    return ActionId(found["id"])


ToDecide = Annotated[ActionId, Depends(_to_decide)]


class ReleaseBody(Body):
    """Bekleyen bir sözün gönderilmesi."""

    model_config = starting_with({"text": None})

    text: Annotated[
        Wording | None,
        Field(description="Önerilen metnin yerine gönderilecek metin; boşsa önerilen gider", examples=["Merhaba, …"]),
    ] = None


class DiscardBody(Body):
    """Bekleyen bir işlemden vazgeçilmesi."""

    model_config = starting_with({"reason": ""})

    reason: Annotated[Reason, Field(description="Gerekçe; kayda geçer", examples=["Telefonla yanıt verildi"])]


@router.get("/actions", summary="İşlemleri listele", response_model=Listing[ActionView])
async def list_actions(
    service: Running,
    person: MayRead,
    paging: Annotated[Paging, Depends()],
    state: Annotated[
        list[State] | None,
        Query(max_length=8, description="Durum; birden çok verilebilir", examples=[["held", "withheld"]]),
    ] = None,
    kind: Annotated[ActionKind | None, Query(description="Tür", examples=["reply"])] = None,
) -> object:
    """Yeniden eskiye işlemler. Onay bekleyenler için `state=held`, sessizlik modunun beklettikleri için

    `state=withheld`, bırakılmış olanlar için `state=refused` ya da `state=task` süzgecini kullanın.
    """
    async with service.sessions.begin() as session:
        page = await actions.page(
            session,
            person.viewer,
            states=tuple(state or ()),
            kind=kind,
            limit=paging.limit,
            after=paging.after("actions"),
        )
        await note_shown(session, person, "actions.list", "actions", page.rows)
    return listing(page, "actions", action_view)


@router.get("/actions/{id}", summary="Bir işlemi denemeleriyle göster", response_model=ActionDetail, responses=MISSING)
async def show_action(id: Id, service: Running, person: MayRead) -> object:
    """İşlem ve bütün denemeleri: zamanı, sonucu, platformun yanıtı."""
    return await _shown(service, person, id)


@router.post(
    "/actions/{id}/release",
    summary="Bekleyen sözü gönder",
    response_model=ActionDetail,
    responses=MISSING | CONFLICT,
)
async def release(action_id: ToDecide, body: ReleaseBody, service: Running, person: MayDecide) -> object:
    """Onay bekleyen (`held`) ya da bekletilen (`withheld`) bir işlemi yola çıkarır; artık sizin işleminizdir.

    Sessizlik modu açıkken hiçbir söz gönderilemez; açık bir kriz dosyasındaki mesajlara yanıtı direktör onaylar.
    """
    await service.by_hand.release(
        action_id, by=person.id, text=body.text, may_approve=person.may(Permission.CRISES_CHANGE)
    )
    return await _shown(service, person, action_id)


@router.post(
    "/actions/{id}/discard",
    summary="Bekleyen işlemden vazgeç",
    response_model=ActionDetail,
    responses=MISSING | CONFLICT,
)
async def discard(action_id: ToDecide, body: DiscardBody, service: Running, person: MayDecide) -> object:
    """Bekleyen ya da sırada olan bir işlemden gerekçesiyle vazgeçer."""
    await service.by_hand.discard(action_id, by=person.id, reason=body.reason)
    return await _shown(service, person, action_id)


@router.post(
    "/actions/{id}/retry",
    summary="Bırakılmış işlemi yeniden dene",
    response_model=ActionDetail,
    responses=MISSING | CONFLICT,
)
async def retry(action_id: ToDecide, service: Running, person: MayDecide) -> object:
    """Bırakılmış (`refused`) ya da elle yapılacak (`task`) bir işlemi yeniden dener.

    Sonucu bilinmeyen bir söz yeniden gönderilmeden önce platformda aranır; iki kez söylenmez. Platformun ancak bir
    kişinin tıklamasıyla izin verdiği işlem (`by_person`) sizin işleminiz olarak yapılır.
    """
    await service.by_hand.retry(action_id, by=person.id)
    return await _shown(service, person, action_id)


async def _shown(service: Service, person: Person, action_id: int) -> ActionDetail:
    async with service.sessions.begin() as session:
        found = there(await actions.find(session, person.viewer, action_id))
        attempts = await actions.attempts_at(session, ActionId(action_id))
        await audit.note(session, by=person.id, act="action.view", subject=f"action/{action_id}")
    return action_view(found, attempts)
