"""Screenshots beside the seal: uploaded by staff, asked for again, or done without."""

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, UploadFile
from pydantic import Field

from app.api.access import Permission
from app.api.fields import Id, Reason
from app.api.identity import May, Person
from app.api.looking import open_to_caller, there
from app.api.problems import ProblemError
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running
from app.api.views.evidence import EvidenceDetail, evidence_detail
from app.errors import EvidenceError, UploadRefusedError
from app.evidence.uploads import LARGEST
from app.messages import EvidenceId, MessageId
from app.records.reading import evidence, messages

router: APIRouter = staff_router("evidence")

MayUpload = Annotated[Person, Depends(May(Permission.EVIDENCE_UPLOAD))]
MayWaive = Annotated[Person, Depends(May(Permission.EVIDENCE_WAIVE))]


async def _to_upload(id: Id, service: Running, person: MayUpload) -> MessageId:
    """A message to whose evidence the caller may add: theirs to see, and open to them."""
    async with service.sessions() as session:
        return MessageId(open_to_caller(there(await messages.find(session, person.viewer, MessageId(id))))["id"])


async def _to_waive(id: Id, service: Running, person: MayWaive) -> MessageId:
    async with service.sessions() as session:
        return MessageId(open_to_caller(there(await messages.find(session, person.viewer, MessageId(id))))["id"])


ToUpload = Annotated[MessageId, Depends(_to_upload)]
ToWaive = Annotated[MessageId, Depends(_to_waive)]


class WaiverBody(Body):
    """Ekran görüntüsünden vazgeçmenin gerekçesi."""

    model_config = starting_with({"reason": ""})

    reason: Annotated[
        Reason, Field(description="Gerekçe; kayda geçer", examples=["Sayfa platform tarafından kaldırılmış"])
    ]


@router.post(
    "/messages/{id}/evidence/upload",
    summary="Kanıta ekran görüntüsü yükle",
    response_model=EvidenceDetail,
    responses=MISSING | CONFLICT,
)
async def upload(
    message_id: ToUpload,
    service: Running,
    person: MayUpload,
    file: Annotated[UploadFile, File(description="PNG, JPEG, WebP ya da PDF; en çok 20 MB", examples=["ekran.png"])],
    note: Annotated[Reason | None, Form(description="Not; kayda geçer", examples=["Sayfadan alındı"])] = None,
) -> object:
    """Mesajın en yeni kanıt kaydına bir ekran görüntüsü ekler.

    Dosyanın ne olduğuna adından değil içeriğinden bakılır. Aslı mühürlenir; bakmak için yeniden çizilmiş bir kopyası
    saklanır. Betik ya da dosya taşıyan PDF'lerin kopyası çıkarılmaz. Görüntü bekleyen silme bununla sürer.
    """
    try:
        evidence_id = await service.uploads.upload(message_id, await file.read(LARGEST + 1), by=person.id, note=note)
    except UploadRefusedError as error:
        raise ProblemError("upload_refused", detail=error.why, detail_en=error.why_en) from None
    except EvidenceError as error:
        raise ProblemError("evidence_unstored") from error
    return await _shown(service, person, evidence_id)


@router.post(
    "/messages/{id}/evidence/capture",
    summary="Sayfanın görüntüsünü yeniden iste",
    status_code=202,
    response_model=EvidenceDetail,
    responses=MISSING | CONFLICT,
)
async def capture(message_id: ToUpload, service: Running, person: MayUpload) -> object:
    """Alınamamış sayfa görüntüsünü yeniden sıraya koyar: oturum duvarı kalktıktan, sayfa düzeldikten sonra.

    Alınan görüntü kayda eklenir ve mühürlenir; görüntü bekleyen silme bununla sürer. Yine alınamazsa görev açık kalır
    ve nedeni söyler.
    """
    return await _shown(service, person, await service.uploads.capture_again(message_id, by=person.id))


@router.post(
    "/messages/{id}/evidence/waive",
    summary="Ekran görüntüsünden vazgeç",
    response_model=EvidenceDetail,
    responses=MISSING | CONFLICT,
)
async def waive(message_id: ToWaive, body: WaiverBody, service: Running, person: MayWaive) -> object:
    """Maddenin istediği (6.4.12, 6.4.13) ama alınamayan görüntüden gerekçesiyle vazgeçer; bekleyen silme sürer."""
    evidence_id = await service.uploads.waive(message_id, by=person.id, reason=body.reason)
    return await _shown(service, person, evidence_id)


async def _shown(service: Running, person: Person, evidence_id: EvidenceId) -> EvidenceDetail:
    async with service.sessions() as session:
        found = there(await evidence.find(session, person.viewer, evidence_id))
        images = await evidence.images_of(session, evidence_id)
        page = await evidence.page_of(session, evidence_id)
    return evidence_detail(found, images, page, with_delivery=person.may(Permission.DELIVERIES_OPEN))
