"""Requests of persons about their data (KVKK article 11): preview, export, erasure."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import Field, StringConstraints, model_validator

from app.actions.by_hand import NotPossibleError
from app.api.access import Permission
from app.api.fields import FieldError, Id, Reason, Storable, Word
from app.api.identity import May, Person
from app.api.paging import Listing, Paging, listing
from app.api.problems import ProblemError
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running
from app.api.views.common import View
from app.privacy import Kept, as_json
from app.records import audit, persons, privacy_requests
from app.records.privacy_requests import PrivacyRequest

router: APIRouter = staff_router("privacy")

MayRead = Annotated[Person, Depends(May(Permission.PRIVACY_READ))]
MayChange = Annotated[Person, Depends(May(Permission.PRIVACY_CHANGE))]
ZIP: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "JSON dosyaları",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
}
Platform = Annotated[str, StringConstraints(pattern="^[a-z]{1,40}$")]
AuthorId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), Storable]
Identifier = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300), Storable]


class AuthorBody(Body):
    """Bir platformdaki yazar."""

    model_config = starting_with({"platform": "facebook", "id": ""})

    platform: Annotated[Platform, Field(description="Platform", examples=["instagram"])]
    id: Annotated[AuthorId, Field(description="Yazarın platformdaki numarası", examples=["17841400000000501"])]


class RequestBody(Body):
    """Bir kişinin verileri hakkındaki başvurusu."""

    model_config = starting_with({"note": "", "authors": [], "identifiers": []})

    note: Annotated[Word, Field(description="Başvurunun kaydı; ad yazmayın", examples=["KVKK başvurusu 2026/12"])]
    authors: Annotated[
        tuple[AuthorBody, ...],
        Field(max_length=50, description="Başvuranın platformlardaki hesapları", examples=[[]]),
    ] = ()
    identifiers: Annotated[
        tuple[Identifier, ...],
        Field(
            max_length=20,
            description=(
                "Serbest tanımlayıcılar: yazarın görünen adı ya da numarası (tam olarak) onun mesajlarını buldurur; "
                "başka yerlerde geçtiği de aranır. Aynı adı taşıyan başkalarına dikkat edin"
            ),
            examples=[["Deneme Kişi"]],
        ),
    ] = ()

    @model_validator(mode="after")
    def _names_somebody(self) -> "RequestBody":
        if not self.authors and not self.identifiers:
            raise FieldError("Bir yazar ya da tanımlayıcı gerekir.", "an author or an identifier is needed")
        return self


class EraseBody(Body):
    """Silmenin gerekçesi."""

    model_config = starting_with({"reason": ""})

    reason: Annotated[Reason, Field(description="Gerekçe; kayda geçer, ad yazmayın", examples=["KVKK m. 11 başvurusu"])]


class KeptView(View):
    """Silinmeyen ve nedeni."""

    what: Annotated[str, Field(description="Ne, nerede", examples=["evidence"])]
    reason: Annotated[str, Field(description="Neden saklandığı", examples=["Direktör bu içeriği tutuyor."])]
    ids: Annotated[list[int], Field(description="Kayıtların numaraları", examples=[[17]])]
    rows: Annotated[int | None, Field(description="Kaç satırda", examples=[None])]
    until: Annotated[datetime | None, Field(description="Ne zamana kadar; boşsa belli değil", examples=[None])]


class RequestView(View):
    """Bir başvuru."""

    id: Annotated[int, Field(description="Başvurunun numarası", examples=[3])]
    opened_at: Annotated[datetime, Field(description="Kaydedildiği zaman", examples=["2026-11-23T09:00:00Z"])]
    previewed_at: Annotated[datetime | None, Field(description="Son önizleme", examples=[None])]
    exported_at: Annotated[datetime | None, Field(description="Son dışa aktarma", examples=[None])]
    erased_at: Annotated[datetime | None, Field(description="Silindiği zaman", examples=[None])]


class RequestDetail(RequestView):
    """Bir başvuru ve önizlemesi: ne bulundu, ne saklanmak zorunda."""

    note: Annotated[str, Field(description="Başvurunun kaydı; silindikten sonra boş", examples=["KVKK 2026/12"])]
    authors: Annotated[list[AuthorBody], Field(description="Hesaplar; silindikten sonra takma adlar")]
    identifiers: Annotated[list[str], Field(description="Tanımlayıcılar; silindikten sonra boş", examples=[[]])]
    found: Annotated[dict[str, int], Field(description="Neyden kaç kayıt var", examples=[{"messages": 2}])]
    messages: Annotated[list[int], Field(description="Mesajlarının numaraları", examples=[[17]])]
    kept: Annotated[list[KeptView], Field(description="Silinmesi istense de saklanacak olanlar")]
    elsewhere: Annotated[
        list[KeptView], Field(description="Adının, numarasının ya da sözlerinin geçtiği bütün sütunlar")
    ]
    outcome: Annotated[dict[str, Any] | None, Field(description="Silmenin sonucu", examples=[None])]


class ErasureView(View):
    """Silmenin sonucu."""

    id: Annotated[int, Field(description="Başvurunun numarası", examples=[3])]
    erased: Annotated[dict[str, int], Field(description="Neyden kaç kayıt silindi", examples=[{"messages": 2}])]
    kept: Annotated[list[KeptView], Field(description="Silinmeyenler ve nedenleri")]


async def _request(id: Id, service: Running) -> PrivacyRequest:
    async with service.sessions() as session:
        found = await privacy_requests.find(session, id)
    if found is None:
        raise ProblemError("not_found")
    return found


async def _to_read(id: Id, service: Running, person: MayRead) -> PrivacyRequest:
    return await _request(id, service)


async def _to_change(id: Id, service: Running, person: MayChange) -> PrivacyRequest:
    return await _request(id, service)


ToRead = Annotated[PrivacyRequest, Depends(_to_read)]
ToChange = Annotated[PrivacyRequest, Depends(_to_change)]


@router.get("/privacy/requests", summary="Kişi başvurularını listele", response_model=Listing[RequestView])
async def list_requests(service: Running, person: MayRead, paging: Annotated[Paging, Depends()]) -> object:
    """Başvurular, yeniden eskiye; kimin olduğu listede görünmez."""
    async with service.sessions() as session:
        page = await privacy_requests.page(session, limit=paging.limit, after=paging.after("privacy_requests"))
    return listing(page, "privacy_requests", lambda row: RequestView(**row))


@router.post(
    "/privacy/requests",
    summary="Kişi başvurusu kaydet",
    response_model=RequestView,
    status_code=201,
    responses=CONFLICT,
)
async def open_request(body: RequestBody, service: Running, person: MayChange) -> object:
    """Bir kişinin kendi verileri hakkındaki başvurusunu kaydeder (KVKK m. 11). Kimliğini doğrulamak size düşer."""
    about = persons.Person(
        authors=tuple((author.platform, author.id) for author in body.authors), identifiers=body.identifiers
    )
    async with service.sessions.begin() as session:
        made = await privacy_requests.open_request(session, about, note=body.note, by=person.id, at=service.clock())
        await audit.note(session, by=person.id, act="privacy.open", subject=f"privacy_request/{made.id}")
    return _shown(made)


@router.get("/privacy/requests/{id}", summary="Başvurunun önizlemesi", response_model=RequestDetail, responses=MISSING)
async def show_request(request: ToRead, service: Running, person: MayRead) -> object:
    """Neyin nerede bulunduğu, silinirse neyin neden saklanacağı. Her bakış denetim kaydına geçer."""
    survey = await service.privacy.survey(request, by=person.id)
    return RequestDetail(
        **_shown(request).model_dump() | {"previewed_at": service.clock()},
        note=request.note,
        authors=[AuthorBody(platform=platform, id=author) for platform, author in request.person.authors],
        identifiers=list(request.person.identifiers),
        found=survey.found,
        messages=list(survey.messages),
        kept=_kept(survey.kept),
        elsewhere=_kept(survey.elsewhere),
        outcome=dict(request.outcome) if request.outcome is not None else None,
    )


@router.post(
    "/privacy/requests/{id}/export",
    summary="Kişinin verilerini dışa aktar",
    response_class=Response,
    responses=MISSING | CONFLICT | ZIP,
)
async def export(request: ToChange, service: Running, person: MayChange) -> Response:
    """Kişinin bütün verileri, türüne göre JSON dosyaları olarak bir ZIP içinde. Denetim kaydına geçer."""
    content = await service.privacy.export(request, by=person.id)
    name = f"basvuru-{request.id}.zip"
    return Response(
        content, media_type="application/zip", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@router.post(
    "/privacy/requests/{id}/erase",
    summary="Kişinin verilerini sil",
    response_model=ErasureView,
    responses=MISSING | CONFLICT,
)
async def erase(request: ToChange, body: EraseBody, service: Running, person: MayChange) -> object:
    """Önizlemeden sonra: adı, sözleri ve numaraları her yerden siler; geri alınamaz. Saklananlar nedeniyle söylenir.

    Bir şey saklandıysa, nedeni ortadan kalkınca yeniden istenebilir.
    """
    if request.previewed_at is None:
        raise NotPossibleError(
            "Önce önizlemeye bakın: neyin silineceğini ve neyin saklanacağını gösterir.",
            "Look at the preview first: it shows what would be erased and what has to stay.",
        )
    outcome = await service.privacy.erase(request, by=person.id, reason=body.reason)
    return ErasureView(id=request.id, erased=outcome.erased, kept=_kept(outcome.kept))


def _shown(request: PrivacyRequest) -> RequestView:
    return RequestView(
        id=request.id,
        opened_at=request.opened_at,
        previewed_at=request.previewed_at,
        exported_at=request.exported_at,
        erased_at=request.erased_at,
    )


def _kept(kept: tuple[Kept, ...]) -> list[KeptView]:
    return [KeptView(**as_json(one)) for one in kept]
