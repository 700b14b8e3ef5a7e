"""Manual tasks: open until a person confirms them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from app.api.access import Permission
from app.api.fields import BIGINT, Id, Reason
from app.api.identity import May, Person
from app.api.looking import note_shown, open_to_caller, there
from app.api.paging import Listing, Paging, listing
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running
from app.api.views.tasks import TaskView, task_view
from app.records.reading import tasks

router: APIRouter = staff_router("tasks")

# Where a page ends: rank, due time in microseconds (up to the year 9999), id.
PLACE = (3, 253_402_300_799_999_999, BIGINT)

MayRead = Annotated[Person, Depends(May(Permission.TASKS_READ))]
MayConfirm = Annotated[Person, Depends(May(Permission.TASKS_CONFIRM))]


async def _to_confirm(id: Id, service: Running, person: MayConfirm) -> int:
    """A task that the caller may confirm: theirs to see, and open to them."""
    async with service.sessions() as session:
        found = open_to_caller(there(await tasks.find(session, person.viewer, id)))
    return int(found["id"])


ToConfirm = Annotated[int, Depends(_to_confirm)]


class ConfirmBody(Body):
    """Görevin elle yapıldığının onayı."""

    model_config = starting_with({"note": ""})

    note: Annotated[Reason, Field(description="Ne yapıldığı; kayda geçer", examples=["Yorum platformda elle silindi"])]


@router.get("/tasks", summary="Elle yapılacakları listele", response_model=Listing[TaskView])
async def list_tasks(
    service: Running,
    person: MayRead,
    paging: Annotated[Paging, Depends()],
    state: Annotated[
        Literal["open", "done"] | None,
        Query(description="`open`: bekleyenler · `done`: onaylananlar · boş: hepsi", examples=["open"]),
    ] = None,
) -> object:
    """Platformun API'sinin yapamadığı işler: bağlantısı, söylenecek metin, adımları ve son zamanıyla.

    Bekleyenler önce, aralarında aciller önce, sonra son zamanı en yakın olan.
    """
    async with service.sessions.begin() as session:
        page = await tasks.page(
            session, person.viewer, state=state, limit=paging.limit, after=paging.after("tasks", PLACE)
        )
        await note_shown(session, person, "tasks.list", "tasks", page.rows)
    return listing(page, "tasks", task_view)


@router.post("/tasks/{id}/confirm", summary="Görevi yapıldı say", response_model=TaskView, responses=MISSING | CONFLICT)
async def confirm(task_id: ToConfirm, body: ConfirmBody, service: Running, person: MayConfirm) -> object:
    """Bir görevin elle yapıldığını onaylar; yerine geçtiği işlem de yapılmış sayılır."""
    await service.by_hand.confirm_task(task_id, by=person.id, note=body.note)
    async with service.sessions() as session:
        return task_view(there(await tasks.find(session, person.viewer, task_id)))
