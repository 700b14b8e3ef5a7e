"""Proposing policy versions, comparing them, and activating one by two people."""

import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from app.activation import NotReadyError
from app.api.access import Permission
from app.api.fields import FreeJson, Reason, Storable, at_field, field_problem
from app.api.identity import May, Person
from app.api.looking import there
from app.api.problems import ProblemError, wrong_field
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running, Service
from app.api.v1.policies import MayRead, Version
from app.api.views.common import PersonRef, View
from app.cases import CaseRun
from app.decisions import recipients
from app.decisions.differences import differences, patched
from app.decisions.model import PolicyVersion
from app.decisions.policy import Policy
from app.decisions.recipients import Reach
from app.decisions.safeguards import SafeguardError
from app.records import audit, policies, proposals
from app.records.reading import governance
from app.records.recipients import reach
from app.rules.ruleset import RULES

router: APIRouter = staff_router("policies")

MayPropose = Annotated[Person, Depends(May(Permission.POLICIES_PROPOSE))]
MayActivate = Annotated[Person, Depends(May(Permission.POLICIES_ACTIVATE))]
MayApprove = Annotated[Person, Depends(May(Permission.POLICIES_APPROVE))]


class ProposalBody(Body):
    """Önerilen sürüm: bütün bir belge ya da bir sürümde yapılacak değişiklik."""

    model_config = starting_with(
        {"reason": "", "base": "active", "changes": {"variables": {"phone": "0232 279 25 25"}}}
    )

    reason: Annotated[Reason, Field(description="Gerekçe; kayda geçer", examples=["Eşikler yeniden ölçüldü"])]
    document: Annotated[
        FreeJson | None, Field(description="Bütün belge; verilirse `changes` verilmez", examples=[None])
    ] = None
    base: Annotated[
        str, Storable, Field(max_length=200, description="Hangi sürüm değiştirilecek", examples=["active"])
    ] = "active"
    changes: Annotated[
        FreeJson | None,
        Field(
            description=(
                "`base` sürümünde değişecek yerler (JSON Merge Patch, RFC 7396): yalnızca değişen alanlar yazılır, "
                "`null` alanı çıkarır"
            ),
            examples=[{"stages": {"insult": {"club": "ask"}}}],
        ),
    ] = None


class DifferenceView(View):
    """İki sürümün ayrıldığı bir yer."""

    place: Annotated[str, Field(description="Belgedeki yeri", examples=["labels.insult.likely"])]
    before: Annotated[Any, Field(description="Önceki değer; yoksa boş", examples=["contain"])]
    after: Annotated[Any, Field(description="Yeni değer; yoksa boş", examples=["review"])]
    turkish: Annotated[str, Field(description="Türkçe", examples=["etiketin sonucu · insult.likely: contain → review"])]
    english: Annotated[
        str, Field(description="İngilizce", examples=["what a label leads to · insult.likely: contain → review"])
    ]


class ComparisonView(View):
    """İki sürümün farkları."""

    version: Annotated[str, Field(description="Bakılan sürüm", examples=["shipped-2b3c4d5e6f70"])]
    compared_with: Annotated[str, Field(description="Karşılaştırılan sürüm", examples=["shipped-1a2b3c4d5e6f"])]
    differences: Annotated[list[DifferenceView], Field(description="Farklar: karşılaştırılandan bakılana")]


class WarningView(View):
    """Engel olmayan, ama bilinmesi gereken bir şey."""

    place: Annotated[str, Field(description="Belgedeki yeri", examples=["topics.3.unit"])]
    turkish: Annotated[
        str,
        Field(
            description="Türkçe",
            examples=["“ulasim” biriminin posta adresi, hook'u ve bildirimi onaylayabilecek bir kişisi yok."],
        ),
    ]
    english: Annotated[
        str,
        Field(
            description="İngilizce",
            examples=["the unit ulasim has no mail address, no hook and nobody who may acknowledge"],
        ),
    ]


class CaseFailureView(View):
    """Yanlış sonuçlanan bir deneme örneği."""

    case_id: Annotated[int, Field(description="Örneğin numarası", examples=[3])]
    expects: Annotated[str, Field(description="`left` (kalmalı) ya da `taken_down` (kalkmalı)", examples=["left"])]
    disposition: Annotated[str, Field(description="Bu sürümün kararı", examples=["remove"])]
    labels: Annotated[list[str], Field(description="Bu sürümün etiketleri", examples=[["insult"]])]
    missed: Annotated[list[str], Field(description="Bulması gerekip bulamadığı etiketler", examples=[[]])]


class CaseRunView(View):
    """Bir sürümün deneme örneklerindeki sonucu."""

    total: Annotated[int, Field(description="Örnek sayısı", examples=[12])]
    failed: Annotated[list[CaseFailureView], Field(description="Yanlış sonuçlananlar")]


class ProposalView(View):
    """Kaydedilen öneri; yürürlükteki sürüm değişmedi."""

    version: Annotated[str, Field(description="Yeni sürüm", examples=["shipped-2b3c4d5e6f70"])]
    base: Annotated[str, Field(description="Karşılaştırıldığı sürüm", examples=["shipped-1a2b3c4d5e6f"])]
    differences: Annotated[list[DifferenceView], Field(description="Farklar")]
    cases: Annotated[CaseRunView, Field(description="Deneme örneklerindeki sonucu")]
    warnings: Annotated[list[WarningView], Field(description="Bildirimlerin kimseye ulaşmayacağı birimler ve roller")]


class WishBody(Body):
    """Bir sürümün yürürlüğe girmesi isteği."""

    model_config = starting_with({"reason": ""})

    reason: Annotated[Reason, Field(description="Gerekçe; kayda geçer", examples=["Yeni eşikler daha isabetli"])]


class WishView(View):
    """Bir sürümün yürürlüğe girişi: bir kişi ister, başka bir kişi onaylar."""

    version: Annotated[str, Field(description="Sürüm", examples=["shipped-2b3c4d5e6f70"])]
    state: Annotated[
        str, Field(description="`waiting` (onay bekliyor), `active` ya da `withdrawn`", examples=["waiting"])
    ]
    active_version: Annotated[str, Field(description="Şu anda yürürlükteki sürüm", examples=["shipped-1a2b3c4d5e6f"])]
    is_roll_back: Annotated[bool, Field(description="Daha önce yürürlükte olmuş bir sürüme dönüş mü", examples=[False])]
    wished_by: Annotated[PersonRef | None, Field(description="İsteyen kişi")]
    reason: Annotated[str | None, Field(description="Gerekçesi", examples=["Yeni eşikler daha isabetli"])]
    wished_at: Annotated[
        datetime.datetime | None, Field(description="İsteme zamanı", examples=["2026-11-23T09:00:00Z"])
    ]
    warnings: Annotated[list[WarningView], Field(description="Bildirimlerin kimseye ulaşmayacağı birimler ve roller")]


@router.post(
    "/policies", summary="Bir sürüm öner", response_model=ProposalView, status_code=201, responses=MISSING | CONFLICT
)
async def propose(body: ProposalBody, service: Running, person: MayPropose) -> object:
    """Belgeyi denetler, kaydeder ve bütün deneme örneklerinde çalıştırır; yürürlükteki sürümü değiştirmez.

    Olmayan bir birime ya da kişiye bildirim gönderen belge kabul edilmez; kimsenin duymayacağı birimler `warnings`
    listesindedir.

    Sonraki adımlar: `/backtest`, `/activate`, başka bir kişinin `/approve` onayı.
    """
    base = await _policy(service, body.base)
    policy = _validated(_document(body, base))
    async with service.sessions.begin() as session:
        there_are = await reach(session)
        _refuse_nobody(policy, there_are)
        if await proposals.is_stored(session, policy.version):
            raise ProblemError(
                "not_possible",
                detail=f"Bu belge zaten kayıtlı: {policy.version}.",
                detail_en=f"This document is stored already: {policy.version}.",
            )
        await policies.store(session, policy, by=person.id)
        await proposals.store(session, policy.version, base=base.version, reason=body.reason, by=person.id)
        await audit.note(
            session,
            by=person.id,
            act="policy.propose",
            subject=f"policy/{policy.version}",
            detail={"base": base.version, "reason": body.reason},
        )
    run = await service.activation.cases.run(policy)
    return ProposalView(
        version=policy.version,
        base=base.version,
        differences=_differences(base, policy),
        cases=_run_view(run),
        warnings=_warnings(policy, there_are),
    )


@router.get(
    "/policies/{version}/compare", summary="İki sürümü karşılaştır", response_model=ComparisonView, responses=MISSING
)
async def compare(
    version: Version,
    service: Running,
    person: MayRead,
    with_: Annotated[
        str, Storable, Query(alias="with", max_length=200, description="Neyle karşılaştırılsın", examples=["active"])
    ] = "active",
) -> object:
    """İki belgenin ayrıldığı yerler, sözle: karşılaştırılandan bakılana doğru."""
    one, other = await _policy(service, version), await _policy(service, with_)
    return ComparisonView(version=one.version, compared_with=other.version, differences=_differences(other, one))


@router.post(
    "/policies/{version}/activate",
    summary="Yürürlüğe girmesini iste",
    response_model=WishView,
    status_code=202,
    responses=MISSING | CONFLICT,
)
async def activate(version: Version, body: WishBody, service: Running, person: MayActivate) -> object:
    """Sürümü ikinci bir kişinin onayına sunar (`/approve`); daha önce yürürlükte olmuş bir sürümse geri dönüştür.

    Deneme örneklerinden biri yanlışsa, sürümün bitmiş bir backtest'i yoksa ya da backtest eleştirileri kaldıracağını
    gösteriyorsa reddedilir; nedenleri `errors` listesindedir. Geri dönüş için yeni backtest gerekmez.
    """
    found = await _policy(service, version)
    try:
        await service.activation.wish(found.version, by=person.id, reason=body.reason)
    except NotReadyError as error:
        raise _refused(error) from error
    async with service.sessions() as session:
        return await _wish_view(session, found, "waiting")


@router.post(
    "/policies/{version}/approve",
    summary="Yürürlüğe girmesini onayla",
    response_model=WishView,
    responses=MISSING | CONFLICT,
)
async def approve(version: Version, service: Running, person: MayApprove) -> object:
    """İkinci kişinin onayı: sürüm yürürlüğe girer, çalışan bütün işçiler saniyeler içinde ona geçer.

    İsteyen kişi onaylayamaz. Koşullar burada yeniden denetlenir.
    """
    found = await _policy(service, version)
    async with service.sessions() as session:
        waiting = await _wish_view(session, found, "active")
    try:
        await service.activation.approve(found.version, by=person.id)
    except NotReadyError as error:
        raise _refused(error) from error
    active = await service.policies.reload()
    return waiting.model_copy(update={"active_version": active.policy.version})


@router.post(
    "/policies/{version}/withdraw",
    summary="Yürürlük isteğini geri al",
    response_model=WishView,
    responses=MISSING | CONFLICT,
)
async def withdraw(version: Version, service: Running, person: MayActivate) -> object:
    """Onay bekleyen isteği geri alır; sürüm kayıtta kalır."""
    found = await _policy(service, version)
    async with service.sessions() as session:
        waiting = await _wish_view(session, found, "withdrawn")
    try:
        await service.activation.withdraw(found.version, by=person.id)
    except NotReadyError as error:
        raise _refused(error) from error
    return waiting


async def _policy(service: Service, version: str) -> Policy:
    """A stored version; ``active`` is the active one. Raises ProblemError 404."""
    if version == "active":
        return (await service.policies.current()).policy
    async with service.sessions() as session:
        there(await governance.policy_document(session, version))
        return await policies.load(session, PolicyVersion(version))


def _document(body: ProposalBody, base: Policy) -> dict[str, Any]:
    if (body.document is None) == (body.changes is None):
        raise wrong_field(
            "body",
            "`document` ya da `changes` alanlarından biri verilmelidir.",
            "one of document and changes must be given",
        )
    if body.document is not None:
        return body.document
    return patched(base.model_dump(mode="json"), body.changes or {})


def _validated(document: dict[str, Any]) -> Policy:
    """The document as a policy. Raises ProblemError 422 naming every place where it is wrong."""
    try:
        policy = Policy.model_validate(document)
    except ValidationError as error:
        # What pydantic tells of a union's or a step's inside is more than enough by the twentieth.
        raise ProblemError("invalid", errors=[_at_its_place(dict(one)) for one in error.errors()[:20]]) from error
    known = {rule.name for rule in RULES}
    for part, names in (("stages", policy.stages), ("caps", policy.caps)):
        if unknown := next((name for name in names if "." in name and name not in known), None):
            raise wrong_field(f"document.{part}.{unknown}", "Böyle bir kural yok.", "there is no such rule")
    return policy


def _at_its_place(entry: dict[str, Any]) -> dict[str, str]:
    cause = entry.get("ctx", {}).get("error")
    if isinstance(cause, SafeguardError):
        return at_field(f"document.{cause.place}", cause.turkish, str(cause))
    return field_problem({**entry, "loc": ("document", *entry["loc"])})


def _refused(error: NotReadyError) -> ProblemError:
    return ProblemError(
        "not_possible",
        detail=" ".join(obstacle.turkish for obstacle in error.obstacles),
        detail_en="; ".join(obstacle.english for obstacle in error.obstacles),
        errors=[
            at_field(
                obstacle.about,
                obstacle.turkish + _named(obstacle.messages),
                obstacle.english + _named(obstacle.messages),
            )
            for obstacle in error.obstacles
        ],
    )


def _named(messages: tuple[int, ...]) -> str:
    return f" ({', '.join(str(message) for message in messages)})" if messages else ""


def _differences(before: Policy, after: Policy) -> list[DifferenceView]:
    found = differences(before.model_dump(mode="json"), after.model_dump(mode="json"))
    return [
        DifferenceView(place=one.place, before=one.before, after=one.after, turkish=one.turkish, english=one.english)
        for one in found
    ]


def _run_view(run: CaseRun) -> CaseRunView:
    return CaseRunView(
        total=run.total,
        failed=[
            CaseFailureView(
                case_id=failure.case_id,
                expects=failure.expects,
                disposition=failure.disposition,
                labels=list(failure.labels),
                missed=list(failure.missed),
            )
            for failure in run.failures
        ],
    )


def _refuse_nobody(policy: Policy, there_are: Reach) -> None:
    """Raise ProblemError 422 where the document has units or people told that do not exist."""
    if remarks := recipients.unknown(policy, there_are):
        raise ProblemError(
            "invalid",
            errors=[at_field(f"document.{one.place}", one.turkish, one.english) for one in remarks],
        )


def _warnings(policy: Policy, there_are: Reach) -> list[WarningView]:
    return [
        WarningView(place=one.place, turkish=one.turkish, english=one.english)
        for one in (*recipients.unheard(policy, there_are), *recipients.unreached(policy, there_are))
    ]


async def _wish_view(session: AsyncSession, policy: Policy, state: str) -> WishView:
    """The open wish as it will stand; without one the version alone, which its caller then refuses."""
    version = policy.version
    warnings = _warnings(policy, await reach(session))
    waiting = await proposals.open_wish(session, version)
    active = await policies.active_version(session)
    if waiting is None:
        return WishView(
            version=version,
            state=state,
            active_version=active or "",
            is_roll_back=False,
            wished_by=None,
            reason=None,
            wished_at=None,
            warnings=warnings,
        )
    return WishView(
        version=version,
        state=state,
        active_version=active or "",
        is_roll_back=waiting["is_roll_back"],
        wished_by=PersonRef(id=waiting["wished_by"], name=waiting["wished_by_name"]),
        reason=waiting["reason"],
        wished_at=waiting["wished_at"],
        warnings=warnings,
    )
