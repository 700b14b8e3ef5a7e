"""The texts that go out, and the directorate's approval of them."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field, StringConstraints

from app.api.access import Permission
from app.api.fields import Storable
from app.api.identity import May, Person
from app.api.problems import ProblemError
from app.api.routing import CONFLICT, MISSING, staff_router
from app.api.service import Running
from app.api.views.common import View
from app.decisions.model import TemplateKey
from app.decisions.policy import Policy, Template
from app.records import audit, policies
from app.records.policies import texts_digest
from app.records.reading import governance
from app.records.reading.pages import Row

router: APIRouter = staff_router("templates")

MayRead = Annotated[Person, Depends(May(Permission.TEMPLATES_READ))]
MayApprove = Annotated[Person, Depends(May(Permission.TEMPLATES_APPROVE))]
Key = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100),
    Storable,
    Path(description="Metnin anahtarı", examples=["T4"]),
]


class TemplateView(View):
    """Yürürlükteki politikanın bir metni."""

    key: Annotated[str, Field(description="Metnin anahtarı", examples=["T4"])]
    article: Annotated[str, Field(description="Dayandığı Prosedür maddesi", examples=["6.4.2"])]
    texts: Annotated[dict[str, str], Field(description="Dillerine göre metinler", examples=[{"tr": "Merhaba, …"}])]
    is_approved: Annotated[
        bool,
        Field(description="Kendiliğinden gönderilebilir mi; değilse kuyrukta öneri olarak bekler", examples=[False]),
    ]
    approved_by: Annotated[
        str | None, Field(description="Onaylayan; Prosedür'ün kendi metinlerinde boştur", examples=["Deniz Direktör"])
    ] = None
    approved_at: Annotated[datetime | None, Field(description="Onay zamanı", examples=[None])] = None


class TemplateList(View):
    """Metinler."""

    items: Annotated[list[TemplateView], Field(description="Metinler, anahtar sırasıyla")]
    next: Annotated[None, Field(description="Hep boş: liste tek sayfadır", examples=[None])] = None


@router.get("/templates", summary="Hazır metinleri listele", response_model=TemplateList)
async def list_templates(service: Running, person: MayRead) -> object:
    """Yürürlükteki politikanın metinleri ve onay durumları. Onaysız taslaklar kendiliğinden gönderilmez."""
    policy = (await service.policies.current()).policy
    async with service.sessions() as session:
        given = await governance.approvals(session)
    return TemplateList(items=[_view(key, template, given) for key, template in sorted(policy.templates.items())])


@router.post(
    "/templates/{key}/approve", summary="Taslağı onayla", response_model=TemplateView, responses=MISSING | CONFLICT
)
async def approve(key: Key, service: Running, person: MayApprove) -> object:
    """Metnin bugünkü sözlerini onaylar; bundan sonra kendiliğinden gidebilir. Sözler değişirse yeni onay gerekir."""
    template = _template((await service.policies.current()).policy, key)
    async with service.sessions.begin() as session:
        await policies.approve(session, TemplateKey(key), template, by=person.id)
        await audit.note(
            session,
            by=person.id,
            act="template.approve",
            subject=f"template/{key}",
            detail={"texts_digest": texts_digest(template)},
        )
        given = await governance.approvals(session)
    return _view(TemplateKey(key), template, given)


def _template(policy: Policy, key: str) -> Template:
    found = policy.templates.get(TemplateKey(key))
    if found is None:
        raise ProblemError("not_found")
    return found


def _view(key: TemplateKey, template: Template, given: list[dict[str, object]]) -> TemplateView:
    digest = texts_digest(template)
    approval: Row = next((row for row in given if (row["template"], row["texts_digest"]) == (key, digest)), {})
    return TemplateView(
        key=key,
        article=template.article,
        texts=dict(template.texts),
        is_approved=template.approved or bool(approval),
        approved_by=approval.get("approved_by"),
        approved_at=approval.get("approved_at"),
    )
