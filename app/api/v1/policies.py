"""Policy versions: which there are, which one holds, and what it would make of a text."""

import asyncio
import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import Field, StringConstraints

from app.api.access import Permission
from app.api.fields import Flag, Storable, Wording
from app.api.identity import May, Person
from app.api.looking import there
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running
from app.api.views.common import View
from app.decisions.model import PolicyVersion
from app.evaluate import Case, Context, evaluate_case
from app.messages import AccountKind, Channel
from app.records import calendars, policies
from app.records.reading import governance

router: APIRouter = staff_router("policies")

MayRead = Annotated[Person, Depends(May(Permission.POLICIES_READ))]
MayEvaluate = Annotated[Person, Depends(May(Permission.POLICIES_EVALUATE))]
Version = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    Storable,
    Path(description="Sürüm; yürürlükteki için `active`", examples=["active"]),
]
Name = Annotated[str, StringConstraints(min_length=1, max_length=50), Storable]


class PolicyView(View):
    """Bir politika sürümü."""

    version: Annotated[str, Field(description="Sürüm", examples=["shipped-1a2b3c4d5e6f"])]
    is_active: Annotated[bool, Field(description="Yürürlükte mi", examples=[True])]
    created_at: Annotated[datetime.datetime, Field(description="Kaydedildiği zaman", examples=["2026-11-01T09:00:00Z"])]
    created_by: Annotated[str | None, Field(description="Kaydeden; boşsa kurulumla geldi", examples=[None])]
    activated_at: Annotated[
        datetime.datetime | None, Field(description="Son yürürlüğe girişi", examples=["2026-11-01T09:00:00Z"])
    ]
    base_version: Annotated[
        str | None, Field(description="Hangi sürümün değiştirilmesiyle önerildiği", examples=["shipped-1a2b3c4d5e6f"])
    ]
    reason: Annotated[str | None, Field(description="Önerilme gerekçesi", examples=["Eşikler yeniden ölçüldü"])]
    is_waiting: Annotated[bool, Field(description="İkinci kişinin onayını mı bekliyor", examples=[False])]
    cases_failed: Annotated[
        int | None, Field(description="Son denemede yanlış sonuçlanan örnekler; hiç denenmediyse boş", examples=[0])
    ]
    backtest_id: Annotated[int | None, Field(description="Geçmişte son denemesinin numarası", examples=[4])]


class PolicyList(View):
    """Politika sürümleri."""

    items: Annotated[list[PolicyView], Field(description="Sürümler, yeniden eskiye")]
    next: Annotated[None, Field(description="Hep boş: liste tek sayfadır", examples=[None])] = None


class PolicyDocument(View):
    """Bir politika sürümünün belgesi."""

    version: Annotated[str, Field(description="Sürüm", examples=["shipped-1a2b3c4d5e6f"])]
    document: Annotated[
        dict[str, Any],
        Field(
            description="Etiketler, eşikler, adımlar, metinler, yollar", examples=[{"name": "shipped", "labels": {}}]
        ),
    ]


class EvaluateBody(Body):
    """Denenecek metin; hiçbir yere kaydedilmez."""

    model_config = starting_with({"text": "Kampüs çok güzel", "channel": "comment"})

    text: Annotated[Wording, Field(description="Metin", examples=["Kampüs çok güzel"])]
    channel: Annotated[Channel, Field(description="Nereden gelmiş sayılsın", examples=["comment"])] = Channel.COMMENT
    platform: Annotated[Name, Field(description="Platform", examples=["instagram"])] = "facebook"
    in_dialogue: Annotated[Flag, Field(description="Kullanıcılar arası bir diyalogda mı", examples=[False])] = False
    parent_text: Annotated[Wording | None, Field(description="Yanıt verdiği yorum", examples=[None])] = None
    account_kind: Annotated[AccountKind, Field(description="Hesabın türü", examples=["official"])] = (
        AccountKind.OFFICIAL
    )
    date: Annotated[
        datetime.date | None, Field(description="Hangi gün sayılsın (tercih dönemi için)", examples=["2026-11-23"])
    ] = None
    version: Annotated[str, Field(max_length=200, description="Hangi politika sürümüyle", examples=["active"])] = (
        "active"
    )


class EvaluationView(View):
    """Politikanın metin için vereceği karar."""

    labels: Annotated[list[str], Field(description="Etiketler, en ağırı önce", examples=[["praise"]])]
    disposition: Annotated[str, Field(description="`keep`, `review`, `contain` ya da `remove`", examples=["keep"])]
    language: Annotated[str | None, Field(description="Metnin dili", examples=["tr"])]
    actions: Annotated[
        list[dict[str, str]], Field(description="Kendiliğinden yapılacaklar, sırasıyla", examples=[[{"kind": "reply"}]])
    ]
    findings: Annotated[
        list[dict[str, Any]],
        Field(
            description="Kuralların gördükleri: etiket, madde, kural, güven, yerler",
            examples=[[{"label": "praise", "article": "6.4.3", "spans": [[0, 6]]}]],
        ),
    ]
    policy_version: Annotated[str, Field(description="Politika sürümü", examples=["shipped-1a2b3c4d5e6f"])]


@router.get("/policies", summary="Politika sürümlerini listele", response_model=PolicyList)
async def list_policies(service: Running, person: MayRead) -> object:
    """Kayıtlı sürümler ve hangisinin yürürlükte olduğu."""
    active = (await service.policies.current()).policy.version
    async with service.sessions() as session:
        rows = await governance.policy_versions(session)
    return PolicyList(items=[PolicyView(**row, is_active=row["version"] == active) for row in rows])


@router.get("/policies/{version}", summary="Bir sürümün belgesi", response_model=PolicyDocument, responses=MISSING)
async def show_policy(version: Version, service: Running, person: MayRead) -> object:
    """Sürümün bütün belgesi; yürürlükteki için `active` yazın."""
    if version == "active":
        version = (await service.policies.current()).policy.version
    async with service.sessions() as session:
        found = there(await governance.policy_document(session, version))
    return PolicyDocument(version=found["version"], document=found["document"])


@router.post(
    "/policies/evaluate", summary="Bir metni dene", response_model=EvaluationView, responses=MISSING | CONFLICT
)
async def evaluate(body: EvaluateBody, service: Running, person: MayEvaluate) -> object:
    """Yürürlükteki (ya da `version` ile verilen) politikanın bir metin için ne karar vereceğini gösterir.

    Hiçbir şey kaydedilmez, yapılmaz.
    """
    policy = (await service.policies.current()).policy
    if body.version not in ("active", policy.version):
        async with service.sessions() as session:
            there(await governance.policy_document(session, body.version))
            policy = await calendars.over(session, await policies.load(session, PolicyVersion(body.version)))
    case = Case(
        id="-",
        channel=body.channel,
        platform=body.platform,
        text=body.text,
        context=Context(
            in_dialogue=body.in_dialogue,
            parent_text=body.parent_text,
            date=body.date,
            account_kind=body.account_kind,
        ),
    )
    # Rules and language detection are pure computation: not on the loop that answers everybody.
    return await asyncio.to_thread(
        evaluate_case, case, policy, service.gatherer.detect_language, service.gatherer.classify
    )
