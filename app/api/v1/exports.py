"""Evidence as a file for the security office, a prosecutor or a court. Making one is on record, with its purpose."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Response
from pydantic import Field, StringConstraints, model_validator
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.not_possible import NotPossibleError
from app.api.access import Permission
from app.api.fields import Reason, RecordId, Storable
from app.api.identity import May, Person
from app.api.problems import ProblemError
from app.api.routing import CONFLICT, MISSING, Body, ProblemDocument, staff_router, starting_with
from app.api.service import Running
from app.errors import EvidenceError
from app.evidence.dossier.content import ClosedDay, Dossier, Scope
from app.evidence.dossier.pack import dossier_zip
from app.evidence.objects import ObjectRef, ObjectStore
from app.evidence.prove import as_root
from app.evidence.roots import root_document
from app.evidence.settings import TimestampSettings
from app.messages import MessageId
from app.records import audit, chain
from app.records.reading import crises, dossiers
from app.records.reading.dossiers import Chosen, MessageFile
from app.records.tables import people

log = structlog.get_logger(__name__)

router: APIRouter = staff_router("evidence")

MayExport = Annotated[Person, Depends(May(Permission.EVIDENCE_EXPORT))]
MOST_MESSAGES = 100
# All of it is in memory while it is packed.
MOST_BYTES = 256 * 1024 * 1024
_FILE = {"type": "string", "format": "binary"}
CaseNumber = Annotated[str, StringConstraints(min_length=1, max_length=100), Storable]


class ExportBody(Body):
    """Hangi mesajların dosyası, ne için."""

    model_config = starting_with({"messages": [17], "reason": ""})

    messages: Annotated[
        list[RecordId] | None, Field(min_length=1, max_length=MOST_MESSAGES, description="Mesajlar", examples=[[17]])
    ] = None
    author_of: Annotated[
        RecordId | None,
        Field(
            description=f"Bu mesajın yazarının aynı hesaba yazdığı mesajlar (en yeni {MOST_MESSAGES})", examples=[17]
        ),
    ] = None
    crisis: Annotated[
        RecordId | None, Field(description=f"Bu krizin topladığı mesajlar (en yeni {MOST_MESSAGES})", examples=[3])
    ] = None
    reason: Annotated[Reason, Field(description="Ne için; dosyaya ve kayda geçer", examples=["Savcılığın yazısı"])]
    case_number: Annotated[CaseNumber | None, Field(description="Dosya numarası", examples=["2026/1234"])] = None

    @model_validator(mode="after")
    def _one_choice(self) -> "ExportBody":
        if [self.messages, self.author_of, self.crisis].count(None) != 2:
            raise ValueError("`messages`, `author_of` ve `crisis` alanlarından tam olarak biri verilmelidir")
        return self


@router.post(
    "/evidence/exports",
    summary="Kanıt dosyası hazırla (ZIP: PDF, asılları, mühürler, zaman damgaları)",
    response_class=Response,
    responses=MISSING
    | CONFLICT
    | {
        200: {
            "description": "Dosya",
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        },
        502: {"model": ProblemDocument, "description": "Dosya çizilemedi"},
    },
)
async def export_evidence(body: ExportBody, service: Running, person: MayExport) -> Response:
    """Yargıya ya da güvenliğe verilecek dosya; bu program olmadan, SHA-256 ve OpenSSL ile doğrulanır.

    Kimin, hangi mesajlar için, ne amaçla hazırladığı denetim kaydına geçer.
    """
    async with service.sessions.begin() as session:
        scope, found = await _files(session, person, body)
        _check_size(found)
        days = await _days(session, found)
        name = await session.scalar(select(people.c.name).where(people.c.id == person.id))
        units = await dossiers.unit_names(session)
        policy = (await service.policies.current()).policy
        await audit.note(
            session,
            by=person.id,
            act="evidence.export",
            subject="messages",
            detail={
                "messages": [one.message["id"] for one in found],
                "reason": body.reason,
                "case_number": body.case_number,
            },
        )
    dossier = Dossier(
        messages=found,
        scope=scope,
        days=days,
        objects=await _objects(service.objects, found),
        policy=policy,
        units=units,
        certificates=await asyncio.to_thread(_certificates, service.settings.timestamp),
        purpose=body.reason,
        case_number=body.case_number,
        prepared_by=name or "",
        prepared_at=service.clock(),
    )
    try:
        content = await asyncio.to_thread(dossier_zip, dossier)
    except EvidenceError as error:
        log.error("evidence_export_failed", messages=len(found), problem=str(error))
        raise ProblemError("evidence_unreadable") from error
    first = found[0].message["id"]
    return Response(
        content,
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="kanit-{first}-{service.clock():%Y%m%d-%H%M}.zip"'},
    )


async def _files(session: AsyncSession, person: Person, body: ExportBody) -> tuple[Scope, list[MessageFile]]:
    """Everything about the messages asked for; 404 where one is not there for the caller."""
    crisis = None
    if body.author_of is not None:
        kind, chosen = "author", await dossiers.of_author(session, person.viewer, body.author_of, limit=MOST_MESSAGES)
    elif body.crisis is not None:
        kind, chosen = "crisis", await dossiers.of_crisis(session, person.viewer, body.crisis, limit=MOST_MESSAGES)
        crisis = await crises.find(session, body.crisis)
    else:
        ids = [MessageId(number) for number in dict.fromkeys(body.messages or ())]
        kind, chosen = "messages", Chosen(ids=ids, total=len(ids))
    found = [await dossiers.message_file(session, person.viewer, message_id) for message_id in chosen.ids]
    there = [one for one in found if one is not None]
    if not there or len(there) < len(found):
        raise ProblemError("not_found")
    return Scope(kind=kind, total=chosen.total, crisis=crisis), there


def _certificates(settings: TimestampSettings | None) -> bytes | None:
    """The stamping authority's certificates as they are set; None where they cannot be read: the file says so."""
    if settings is None:
        return None
    try:
        return settings.certificates.read_bytes()
    except OSError as error:
        log.warning("evidence_export_without_certificates", error=type(error).__name__)
        return None


def _check_size(found: Sequence[MessageFile]) -> None:
    """Raise NotPossibleError for more pictures than can be packed at once."""
    sizes = {image["sha256"]: image["size"] for one in found for image in one.images}
    if sum(sizes.values()) > MOST_BYTES:
        raise NotPossibleError(
            f"Bu mesajların görüntüleri bir dosya için çok büyük (en çok {MOST_BYTES // 1024**2} MB); daha az mesaj "
            "seçin.",
            f"The pictures of these messages are too large for one file ({MOST_BYTES // 1024**2} MB); choose fewer.",
        )


async def _days(session: AsyncSession, found: Sequence[MessageFile]) -> list[ClosedDay]:
    sequences = [row["sequence"] for one in found for row in (*one.records, *one.addenda)]
    days = []
    for row in await dossiers.roots_over(session, sequences):
        hashes = await chain.hashes_between(session, row["first_sequence"], row["last_sequence"])
        root = as_root(row)
        days.append(
            ClosedDay(
                root=root,
                document=root_document(root, hashes),
                stamp=row["response"],
                stamped_at=row["stamped_at"],
                authority=row["authority"],
            )
        )
    return days


async def _objects(store: ObjectStore, found: Sequence[MessageFile]) -> dict[str, bytes | None]:
    """The images by their SHA-256, proven; None where the store does not give what was sealed."""
    objects: dict[str, bytes | None] = {}
    for image in (image for one in found for image in one.images):
        ref = ObjectRef.of(image)
        try:
            objects[ref.sha256] = await store.get(ref)
        except EvidenceError as error:
            log.warning("evidence_export_without_image", image_id=image["id"], problem=str(error))
            objects[ref.sha256] = None
    return objects
