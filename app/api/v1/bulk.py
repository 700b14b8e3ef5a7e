"""One decision for many items of the queue, each by itself."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy.exc import IntegrityError

from app.actions.by_hand import Override, Seen
from app.actions.not_possible import MeanwhileError, NotPossibleError
from app.api.access import Permission
from app.api.fields import Reason, RecordId
from app.api.identity import May, Person
from app.api.problem_kinds import KINDS
from app.api.routing import CONFLICT, Body, staff_router, starting_with
from app.api.service import Running, Service
from app.api.v1.reviews import Version, split
from app.api.views.common import PLACEHOLDERS, View
from app.messages import MessageId
from app.records.reading import reviews

router: APIRouter = staff_router("reviews")

MayDecide = Annotated[Person, Depends(May(Permission.MESSAGES_DECIDE))]
MOST = 100


class BulkItem(Body):
    """Karar verilecek kayıtlardan biri."""

    id: Annotated[RecordId, Field(description="Kuyruk kaydının numarası", examples=[8])]
    version: Annotated[Version, Field(description="Kaydın gördüğünüz hâli (`version`)", examples=["1.1"])]


class BulkBody(Body):
    """Birçok kayıt için aynı karar, aynı gerekçe."""

    model_config = starting_with({"items": [{"id": 8, "version": "1.1"}], "action": "keep", "reason": ""})

    items: Annotated[
        list[BulkItem],
        Field(
            min_length=1, max_length=MOST, description="Kayıtlar, en çok 100", examples=[[{"id": 8, "version": "1.1"}]]
        ),
    ]
    # Nothing is said to many at once in the same words, and nobody is blocked in passing.
    action: Annotated[
        Literal["keep", "hide", "restore", "delete"],
        Field(
            description="`keep`, `hide`, `restore` ya da `delete`; yanıt ve engelleme tek tek yapılır",
            examples=["keep"],
        ),
    ]
    reason: Annotated[Reason, Field(description="Gerekçe; her kayda geçer", examples=["Aynı kampanyanın yorumları"])]


class BulkResult(View):
    """Kayıtlardan birinin sonucu."""

    id: Annotated[int, Field(description="Kuyruk kaydının numarası", examples=[8])]
    outcome: Annotated[
        str,
        Field(
            description=(
                "`decided` (karar verildi), `awaiting_approval` (ikinci kişinin onayını bekliyor), `changed_meanwhile` "
                "(bu arada değişti ya da başkası karar verdi), `not_possible` (yapılamaz), `not_found` (yok ya da size "
                "açık değil), `closed` (içeriği size kapalı)"
            ),
            examples=["decided"],
        ),
    ]
    why: Annotated[str | None, Field(description="Karar verilmediyse nedeni", examples=[None])] = None
    why_en: Annotated[str | None, Field(description="Nedeni, İngilizce", examples=[None])] = None
    decision_id: Annotated[int | None, Field(description="Kararın numarası", examples=[41])] = None
    approval_id: Annotated[int | None, Field(description="Onay bekleyen isteğin numarası", examples=[None])] = None


class BulkView(View):
    """Kayıt kayıt sonuçlar, istenen sırayla."""

    items: Annotated[list[BulkResult], Field(description="Sonuçlar")]


@router.post("/reviews/decisions", summary="Birçok kayıt için karar ver", response_model=BulkView, responses=CONFLICT)
async def decide_many(body: BulkBody, service: Running, person: MayDecide) -> object:
    """Her kayıt kendi başına karara bağlanır: biri olmazsa ötekiler yine olur. Bu arada değişen, başkasının karar

    verdiği ya da üzerine aldığı kayıtlar atlanır ve nedeni söylenir.
    """
    return BulkView(items=[await _decide(service, person, item, body) for item in body.items])


async def _decide(service: Service, person: Person, item: BulkItem, body: BulkBody) -> BulkResult:
    async with service.sessions() as session:
        row = await reviews.find(session, person.viewer, item.id, now=service.clock())
    if row is None:
        kind = KINDS["not_found"]
        return BulkResult(id=item.id, outcome="not_found", why=kind.detail, why_en=kind.detail_en)
    if row["closed"] is not None:
        return BulkResult(
            id=item.id,
            outcome="closed",
            why=PLACEHOLDERS[row["closed"]] + ".",
            why_en=KINDS["content_closed"].detail_en,
        )
    revision, version = split(item.version)
    try:
        recorded = await service.by_hand.override(
            MessageId(row["id"]),
            Override(body.action),
            by=person.id,
            reason=body.reason,
            revision=revision,
            seen=Seen(review_id=item.id, version=version),
        )
    except MeanwhileError as error:
        return BulkResult(id=item.id, outcome="changed_meanwhile", why=error.why, why_en=error.why_en)
    except NotPossibleError as error:
        return BulkResult(id=item.id, outcome="not_possible", why=error.why, why_en=error.why_en)
    except IntegrityError:
        kind = KINDS["not_possible"]
        return BulkResult(id=item.id, outcome="not_possible", why=kind.detail, why_en=kind.detail_en)
    return BulkResult(
        id=item.id,
        outcome="decided" if recorded.decision_id is not None else "awaiting_approval",
        decision_id=recorded.decision_id,
        approval_id=recorded.approval_id,
    )
