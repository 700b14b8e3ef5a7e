"""Evidence: seals, contents, images. Every look at it is on record."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.access import Permission
from app.api.fields import BIGINT, Id
from app.api.identity import May, Person
from app.api.looking import open_to_caller, there
from app.api.paging import Listing, Paging, listing
from app.api.problems import ProblemError
from app.api.routing import MISSING, ProblemDocument, staff_router
from app.api.service import Running
from app.api.views.evidence import EvidenceDetail, EvidenceRef, evidence_detail, evidence_ref
from app.errors import EvidenceError
from app.evidence.objects import ObjectRef
from app.messages import EvidenceId
from app.records import audit
from app.records.reading import evidence

log = structlog.get_logger(__name__)

router: APIRouter = staff_router("evidence")

MayRead = Annotated[Person, Depends(May(Permission.EVIDENCE_READ))]
# What is drawn or uploaded; anything else is handed over as a file, never shown as a page of ours.
SHOWN = frozenset({"image/png", "image/jpeg", "image/webp"})


@router.get("/evidence", summary="Kanıt kayıtlarını listele", response_model=Listing[EvidenceRef])
async def list_evidence(
    service: Running,
    person: MayRead,
    paging: Annotated[Paging, Depends()],
    message: Annotated[int | None, Query(ge=1, le=BIGINT, description="Mesajın numarası", examples=[17])] = None,
) -> object:
    """Mühürlü kayıtlar, yeniden eskiye; içerikleri olmadan."""
    async with service.sessions() as session:
        page = await evidence.page(
            session, person.viewer, message_id=message, limit=paging.limit, after=paging.after("evidence")
        )
    return listing(page, "evidence", evidence_ref)


@router.get("/evidence/{id:int}", summary="Bir kanıt kaydını göster", response_model=EvidenceDetail, responses=MISSING)
async def show_evidence(id: Id, service: Running, person: MayRead) -> object:
    """Mühür, mühürlenen alanlar, tuzlar ve özetler: kayıt yalnızca SHA-256 ile yeniden doğrulanabilir.

    Her bakış denetim kaydına geçer.
    """
    async with service.sessions.begin() as session:
        found = there(await evidence.find(session, person.viewer, id))
        images = await evidence.images_of(session, EvidenceId(id))
        page = await evidence.page_of(session, EvidenceId(id))
        await _note(session, person, "evidence.view", found["id"])
    return evidence_detail(found, images, page, with_delivery=person.may(Permission.DELIVERIES_OPEN))


@router.get(
    "/evidence/{id}/image",
    summary="Kanıt görüntüsünü indir",
    response_class=Response,
    responses=MISSING
    | {
        200: {"description": "Görüntü", "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}},
        502: {"model": ProblemDocument, "description": "Görüntü depoda yok ya da özetiyle uyuşmuyor"},
    },
)
async def show_image(
    id: Id,
    service: Running,
    person: MayRead,
    image: Annotated[
        int | None, Query(ge=1, le=BIGINT, description="Görüntünün numarası; boşsa ilki", examples=[3])
    ] = None,
) -> Response:
    """Görüntünün kendisi; depodan okunurken mühürdeki özetiyle karşılaştırılır. Her bakış denetim kaydına geçer."""
    async with service.sessions.begin() as session:
        open_to_caller(there(await evidence.find(session, person.viewer, id)))
        images = await evidence.images_of(session, EvidenceId(id))
        wanted = there(next((row for row in images if image is None or row["id"] == image), None))
        await _note(session, person, "evidence.image", id)
    ref = ObjectRef.of(wanted)
    try:
        content = await service.objects.get(ref)
    except EvidenceError as error:
        log.error("evidence_image_unreadable", evidence_id=id, image_id=wanted["id"], problem=str(error))
        raise ProblemError("evidence_unreadable") from error
    shown = ref.media_type in SHOWN
    return Response(
        content,
        media_type=ref.media_type if shown else "application/octet-stream",
        headers={"X-Evidence-SHA256": ref.sha256}
        | ({} if shown else {"Content-Disposition": f'attachment; filename="evidence-{id}"'}),
    )


async def _note(session: AsyncSession, person: Person, act: str, evidence_id: int) -> None:
    await audit.note(session, by=person.id, act=act, subject=f"evidence/{evidence_id}")
