"""What one person wants and a second one has to approve."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from app.api.access import Permission
from app.api.fields import Id, Reason
from app.api.identity import May, Person
from app.api.looking import note_shown, open_to_caller, there
from app.api.paging import Listing, Paging, listing
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running, Service
from app.api.views.common import (
    CLOSED_FIELD,
    PLACEHOLDERS,
    AccountRef,
    Closed,
    PersonRef,
    View,
    account_of,
    person_of,
)
from app.records import audit
from app.records.reading import approvals
from app.records.reading.pages import Row

router: APIRouter = staff_router("reviews")

MayRead = Annotated[Person, Depends(May(Permission.REVIEWS_READ))]
MayDecide = Annotated[Person, Depends(May(Permission.MESSAGES_DECIDE))]


async def _to_answer(id: Id, service: Running, person: MayDecide) -> int:
    """A wish that the caller may answer: about a message that is theirs to see, and open to them."""
    async with service.sessions() as session:
        found: int = open_to_caller(there(await approvals.find(session, person.viewer, id)))["id"]
    return found


ToAnswer = Annotated[int, Depends(_to_answer)]


class ApprovalView(View):
    """Bir kişinin istediği, ikinci bir kişinin onaylaması gereken işlem."""

    id: Annotated[int, Field(description="İsteğin numarası", examples=[5])]
    message_id: Annotated[int, Field(description="Mesajın numarası", examples=[17])]
    account: Annotated[AccountRef | None, Field(description="Mesajın geldiği hesabımız")]
    revision: Annotated[int, Field(description="Mesajın hangi hâli için", examples=[1])]
    action: Annotated[str, Field(description="İstenen: `delete` …", examples=["delete"])]
    text: Annotated[str | None, Field(description="İstenen bir sözse metni", examples=[None])]
    reason: Annotated[str, Field(description="İsteyenin gerekçesi", examples=["Güvenlik kaydı aldı"])]
    wanted_by: Annotated[PersonRef | None, Field(description="Kim istedi")]
    wanted_at: Annotated[datetime, Field(description="Ne zaman", examples=["2026-11-23T09:00:00Z"])]
    state: Annotated[
        str,
        Field(
            description=(
                "`pending` (onay bekliyor), `approved` (onaylandı), `refused` (reddedildi), `withdrawn` (isteyen "
                "vazgeçti), `lapsed` (bu arada başka karar verildi ya da mesaj düzenlendi)"
            ),
            examples=["pending"],
        ),
    ]
    is_outdated: Annotated[
        bool, Field(description="Mesaj istekten sonra düzenlendi mi; o zaman onaylanamaz", examples=[False])
    ]
    answered_by: Annotated[PersonRef | None, Field(description="Kim yanıtladı")]
    answered_at: Annotated[datetime | None, Field(description="Ne zaman", examples=[None])]
    answer_reason: Annotated[str | None, Field(description="Yanıtlayanın gerekçesi", examples=[None])]
    decision_id: Annotated[int | None, Field(description="Onaylandıysa verilen kararın numarası", examples=[None])]
    closed: Annotated[Closed | None, CLOSED_FIELD]


class ApproveBody(Body):
    """İsteğin onaylanması."""

    model_config = starting_with({"reason": ""})

    reason: Annotated[Reason, Field(description="Gerekçe; kayda geçer", examples=["Güvenlikle konuştum"])]


class RefuseBody(Body):
    """İsteğin reddedilmesi ya da geri çekilmesi."""

    model_config = starting_with({"reason": ""})

    reason: Annotated[Reason, Field(description="Gerekçe; kayda geçer", examples=["Savcılık aslını istedi"])]


@router.get("/approvals", summary="İkinci kişinin onayını bekleyenler", response_model=Listing[ApprovalView])
async def list_approvals(
    service: Running,
    person: MayRead,
    paging: Annotated[Paging, Depends()],
    state: Annotated[
        Literal["pending", "approved", "refused", "withdrawn", "lapsed"] | None,
        Query(description="Yalnızca bu durumdakiler; boşsa hepsi", examples=["pending"]),
    ] = None,
) -> object:
    """İki kişinin onayı gereken işlemler (ör. tehdit olarak gizlenenin silinmesi), yeniden eskiye."""
    async with service.sessions.begin() as session:
        page = await approvals.page(
            session, person.viewer, state=state, limit=paging.limit, after=paging.after("approvals")
        )
        await note_shown(session, person, "approvals.list", "approvals", page.rows)
    return listing(page, "approvals", _view)


@router.get("/approvals/{id}", summary="Onay bekleyen bir istek", response_model=ApprovalView, responses=MISSING)
async def show_approval(id: Id, service: Running, person: MayRead) -> object:
    """İsteği kimin, neden istediği; yanıtlandıysa yanıtı."""
    return await _shown(service, person, id)


@router.post(
    "/approvals/{id}/approve", summary="İsteği onayla", response_model=ApprovalView, responses=MISSING | CONFLICT
)
async def approve(approval_id: ToAnswer, body: ApproveBody, service: Running, person: MayDecide) -> object:
    """İstenen karar verilmiş olur ve yürütülür. İsteyen kendisi onaylayamaz; mesaj düzenlendiyse onaylanamaz."""
    await service.by_hand.approve(approval_id, by=person.id, reason=body.reason)
    return await _shown(service, person, approval_id)


@router.post(
    "/approvals/{id}/refuse", summary="İsteği reddet", response_model=ApprovalView, responses=MISSING | CONFLICT
)
async def refuse(approval_id: ToAnswer, body: RefuseBody, service: Running, person: MayDecide) -> object:
    """Hiçbir şey yapılmaz, mesaj yeniden karar bekler. İsteyenin kendisi yaparsa isteğini geri çekmiş olur."""
    await service.by_hand.refuse(approval_id, by=person.id, reason=body.reason)
    return await _shown(service, person, approval_id)


async def _shown(service: Service, person: Person, approval_id: int) -> ApprovalView:
    async with service.sessions.begin() as session:
        row = there(await approvals.find(session, person.viewer, approval_id))
        if row["closed"] is None:
            await audit.note(session, by=person.id, act="approval.view", subject=f"message/{row['message_id']}")
        return _view(row)


def _view(row: Row) -> ApprovalView:
    """A wish; what people wrote about a closed message may quote it."""
    closed: Closed | None = row["closed"]
    words = {name: row[name] for name in ("text", "reason", "answer_reason")}
    if closed is not None:
        words = {name: PLACEHOLDERS[closed] if value is not None else None for name, value in words.items()}
    plain = ("id", "message_id", "revision", "wanted_at", "state", "answered_at", "decision_id")
    return ApprovalView(
        **{name: row[name] for name in plain},
        **words,
        account=account_of(row),
        action=row["wanted"],
        wanted_by=person_of(row, "wanted_by", "wanted_by_name"),
        is_outdated=row["state"] == "pending" and row["revision"] != row["present_revision"],
        answered_by=person_of(row, "answered_by", "answered_by_name"),
        closed=closed,
    )
