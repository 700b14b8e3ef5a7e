"""Undoing a person's decision: what would be taken back, and doing it."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from app.actions.undo import Undoing, Undone, sentence_of
from app.api.access import Permission
from app.api.fields import Reason
from app.api.identity import May, Person
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running
from app.api.v1.messages import ToDecide
from app.api.views.common import View

router: APIRouter = staff_router("messages")

MayDecide = Annotated[Person, Depends(May(Permission.MESSAGES_DECIDE))]


class UndoneView(View):
    """Kararın bir işleminin geri alınması."""

    action_id: Annotated[int, Field(description="İşlemin numarası (/v1/actions/{id})", examples=[121])]
    kind: Annotated[str, Field(description="Türü", examples=["hide"])]
    is_undoable: Annotated[bool, Field(description="Geri alınabilir mi", examples=[True])]
    way: Annotated[
        str,
        Field(
            description=(
                "Nasıl: `cancel` (vazgeçilir), `unhide` (yeniden gösterilir), `hide` (yeniden gizlenir), `unblock` "
                "(engel kaldırılır), `by_hand` (elle, görev açılır); ya da neden olmadığı: `running`, `deleted`, "
                "`said`, `removed_by_author`, `nothing`, `stands`, `blocked_for_another`, `lifted`, `other_state`"
            ),
            examples=["unhide"],
        ),
    ]
    says: Annotated[
        dict[str, str],
        Field(
            description="Türkçe ve İngilizce birer cümleyle",
            examples=[{"tr": "Gizlenmişti; yeniden gösterilir.", "en": "It was hidden; it is shown again."}],
        ),
    ]


class UndoView(View):
    """Son kararın geri alınması."""

    decision_id: Annotated[
        int | None, Field(description="Hangi karar; geri alınacak bir karar yoksa boş", examples=[41])
    ]
    is_undoable: Annotated[bool, Field(description="Karar şimdi geri alınabilir mi", examples=[True])]
    why_not: Annotated[str | None, Field(description="Alınamazsa nedeni", examples=["Gönderilen söz geri alınamaz."])]
    actions: Annotated[list[UndoneView], Field(description="Karardan doğan işlemler, sırasıyla")]


class UndoBody(Body):
    """Kararın geri alınması."""

    model_config = starting_with({"reason": ""})

    reason: Annotated[Reason, Field(description="Gerekçe; kayda geçer", examples=["Yanlış mesajı gizledim"])]


@router.get("/messages/{id}/undo", summary="Karar geri alınabilir mi", response_model=UndoView, responses=MISSING)
async def preview(message_id: ToDecide, service: Running, person: MayDecide) -> object:
    """Bir kişinin bu mesaj hakkındaki son kararı geri alınsa her işlemine ne olacağı; hiçbir şeyi değiştirmez.

    Kimse karar vermediyse: hizmetin kendiliğinden koyduğu engelin kalkıp kalkmayacağı.
    """
    return _view(await service.undo.preview(message_id))


@router.post("/messages/{id}/undo", summary="Kararı geri al", response_model=UndoView, responses=MISSING | CONFLICT)
async def undo(message_id: ToDecide, body: UndoBody, service: Running, person: MayDecide) -> object:
    """Bir kişinin son kararını geri alır: yapılmamış işlemlerden vazgeçilir, gizlenen gösterilir, geri getirilen

    gizlenir; mesaj kuyruğa döner. Silinen geri getirilemez, gönderilen söz geri alınamaz; engel kaldırılır,

    platform buna izin vermiyorsa elle kaldırılması için görev açılır. Kimse karar vermediyse, hizmetin yazara
    kendiliğinden koyduğu engel kalkar.
    """
    return _view(await service.undo.undo(message_id, by=person.id, reason=body.reason))


def _view(undoing: Undoing) -> UndoView:
    return UndoView(
        decision_id=undoing.decision,
        is_undoable=undoing.why_not is None,
        why_not=undoing.why_not.why if undoing.why_not is not None else None,
        actions=[_undone(each) for each in undoing.acts],
    )


def _undone(undone: Undone) -> UndoneView:
    return UndoneView(
        action_id=undone.action_id,
        kind=undone.kind,
        is_undoable=undone.is_taken_back,
        way=undone.way,
        says=dict(sentence_of(undone.way)),
    )
