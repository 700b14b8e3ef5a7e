"""Making the routers of the staff's API alike: tags, permissions, problem documents."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api.staff_route import StaffRoute


class FieldProblem(BaseModel):
    """Bir alandaki sorun."""

    field: Annotated[str, Field(description="Alan", examples=["body.reason"])]
    problem: Annotated[str, Field(description="Sorun, Türkçe", examples=["Bu alan zorunludur."])]
    problem_en: Annotated[str, Field(description="Sorun, İngilizce", examples=["Field required"])]


class ProblemDocument(BaseModel):
    """Bir isteğin neden yerine getirilmediği (RFC 9457)."""

    model_config = ConfigDict(title="Problem")

    type: Annotated[str, Field(description="Sorunun türü", examples=["urn:nobet:problem:forbidden"])]
    title: Annotated[str, Field(description="Kısa adı", examples=["Bu işlem için yetkiniz yok"])]
    title_en: Annotated[str, Field(description="Kısa adı, İngilizce", examples=["You may not do this"])]
    status: Annotated[int, Field(description="HTTP durum kodu", examples=[403])]
    detail: Annotated[str, Field(description="Açıklama", examples=["Rolünüz bu işleme izin vermiyor."])]
    detail_en: Annotated[str, Field(description="Açıklama, İngilizce", examples=["Your role does not allow this."])]
    errors: Annotated[list[FieldProblem], Field(description="Alanlara göre sorunlar (yalnızca 422)")] = []
    request_id: Annotated[str | None, Field(description="Bildirirken verilecek istek numarası", examples=["5f0c…"])] = (
        None
    )


_ALWAYS: dict[int | str, dict[str, Any]] = {
    400: {"model": ProblemDocument, "description": "İstek ya da gövdesi okunamıyor"},
    401: {"model": ProblemDocument, "description": "Erişim anahtarı yok, geçersiz ya da süresi dolmuş"},
    403: {"model": ProblemDocument, "description": "Rolünüz buna izin vermiyor ya da içerik size kapalı"},
    408: {"model": ProblemDocument, "description": "Gövde süresi içinde gelmedi"},
    413: {"model": ProblemDocument, "description": "Gövde izin verilenden büyük"},
    422: {"model": ProblemDocument, "description": "Alanlar eksik ya da geçersiz"},
    429: {"model": ProblemDocument, "description": "Bu adresten çok sayıda geçersiz erişim anahtarı denendi"},
}
MISSING: dict[int | str, dict[str, Any]] = {
    404: {"model": ProblemDocument, "description": "Kayıt yok ya da size açık değil"}
}
CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"model": ProblemDocument, "description": "Şu anki durumda yapılamaz ya da aynı istek sürüyor"}
}


def staff_router(tag: str) -> APIRouter:
    """A router under ``/v1``, its routes with permissions."""
    return APIRouter(
        prefix="/v1",
        tags=[tag],
        route_class=StaffRoute,
        responses=_ALWAYS,
    )


class Body(BaseModel):
    """Base of what is sent to us: a misspelt field is told, not ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def starting_with(example: dict[str, Any]) -> ConfigDict:
    """What the documentation's form begins with: a reason is left for the person to write, since it goes on record."""
    return ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [example]})
