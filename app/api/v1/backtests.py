"""What a version would have made of what came, by account, beside what was decided and what people said."""

import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.access import Permission
from app.api.fields import Id, Whole
from app.api.identity import May, Person
from app.api.looking import there
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running
from app.api.v1.policies import MayRead, Version
from app.api.views.common import AccountRef, PersonRef, View, account_of, person_of
from app.decisions.model import PolicyVersion
from app.records import audit, backtests
from app.records.reading import governance
from app.records.reading.pages import Row

router: APIRouter = staff_router("policies")

MayTest = Annotated[Person, Depends(May(Permission.POLICIES_BACKTEST))]


class BacktestBody(Body):
    """Geçmişin ne kadarında denensin."""

    model_config = starting_with({"days": 30})

    days: Annotated[Whole, Field(ge=7, le=365, description="Son kaç gün (7–365)", examples=[30])] = 30


class DispositionFigures(View):
    """Kararlara göre mesaj sayıları."""

    remove: Annotated[int, Field(description="Kaldırılan", examples=[3])]
    contain: Annotated[int, Field(description="Gizlenip karar bekleyen", examples=[12])]
    review: Annotated[int, Field(description="Yerinde kalıp bir kişiye sorulan", examples=[40])]
    keep: Annotated[int, Field(description="Bırakılan", examples=[945])]


class AccountFigures(View):
    """Bir hesaptaki sonuç."""

    account: Annotated[AccountRef | None, Field(description="Hesap")]
    messages: Annotated[int, Field(description="Bakılan mesaj", examples=[1000])]
    would: Annotated[DispositionFigures, Field(description="Bu sürüm ne yapardı")]
    was: Annotated[DispositionFigures, Field(description="O gün ne yapıldı")]
    newly_taken_down: Annotated[int, Field(description="Kalmıştı, kalkardı", examples=[2])]
    newly_left: Annotated[int, Field(description="Kalkmıştı, kalırdı", examples=[1])]
    decided_by_people: Annotated[int, Field(description="Kişilerin karar verdiği mesaj", examples=[55])]
    kept_by_people_taken_down: Annotated[
        int, Field(description="Kişiler bıraktı, bu sürüm kaldırır ya da gizlerdi", examples=[1])
    ]
    taken_down_by_people_left: Annotated[
        int, Field(description="Kişiler kaldırdı ya da gizledi, bu sürüm bırakırdı", examples=[4])
    ]
    opinions_taken_down: Annotated[
        int,
        Field(
            description="Kalmış eleştiri, övgü, şikâyet ya da iddia; bu sürüm kaldırır ya da gizlerdi. Sıfır olmalıdır",
            examples=[0],
        ),
    ]
    danger_seen: Annotated[int, Field(description="O gün kendine zarar verme ya da tehdit görülen mesaj", examples=[2])]
    danger_missed: Annotated[int, Field(description="Bunlardan bu sürümün görmeyeceği", examples=[0])]


class SamplesView(View):
    """Her türden birkaç mesaj, numarasıyla; metinleri `/v1/messages/{id}` adresindedir."""

    removed: Annotated[list[int], Field(description="Kaldırırdı", examples=[[17]])]
    contained: Annotated[list[int], Field(description="Gizlerdi", examples=[[18]])]
    newly_taken_down: Annotated[list[int], Field(description="Kalmıştı, kalkardı", examples=[[19]])]
    newly_left: Annotated[list[int], Field(description="Kalkmıştı, kalırdı", examples=[[]])]
    kept_by_people_taken_down: Annotated[list[int], Field(description="Kişiler bıraktı, kalkardı", examples=[[]])]
    taken_down_by_people_left: Annotated[list[int], Field(description="Kişiler kaldırdı, kalırdı", examples=[[]])]
    opinions_taken_down: Annotated[list[int], Field(description="Kaldırılacak görüşler", examples=[[]])]
    danger_missed: Annotated[list[int], Field(description="Görülmeyecek tehlikeler", examples=[[]])]


class BacktestView(View):
    """Bir sürümün geçmiş mesajlarda denenmesi; hiçbir mesaja dokunulmaz."""

    id: Annotated[int, Field(description="Denemenin numarası", examples=[4])]
    version: Annotated[str, Field(description="Denenen sürüm", examples=["shipped-2b3c4d5e6f70"])]
    against: Annotated[str, Field(description="Başlarken yürürlükteki sürüm", examples=["shipped-1a2b3c4d5e6f"])]
    days: Annotated[int, Field(description="Son kaç gün", examples=[30])]
    state: Annotated[str, Field(description="`running` (sürüyor) ya da `finished` (bitti)", examples=["finished"])]
    total: Annotated[int, Field(description="Bakılacak mesaj; en yeni 50.000", examples=[1000])]
    done: Annotated[int, Field(description="Bakılan mesaj", examples=[1000])]
    started_by: Annotated[PersonRef | None, Field(description="Başlatan")]
    started_at: Annotated[datetime.datetime, Field(description="Başlangıcı", examples=["2026-11-23T09:00:00Z"])]
    finished_at: Annotated[datetime.datetime | None, Field(description="Bitişi", examples=["2026-11-23T09:02:00Z"])]
    accounts: Annotated[list[AccountFigures], Field(description="Hesaplara göre sonuç; sürerken şimdiye dek olan")]
    samples: Annotated[SamplesView, Field(description="Her türden birkaç mesaj")]


@router.post(
    "/policies/{version}/backtest",
    summary="Geçmişte dene",
    response_model=BacktestView,
    status_code=202,
    responses=MISSING | CONFLICT,
)
async def start(version: Version, body: BacktestBody, service: Running, person: MayTest) -> object:
    """Bu sürüm son günlerdeki mesajlara ne yapardı? İşçiler, asıl işlerinden arta kalan zamanda dener.

    İlerleyişi ve sonucu `GET /v1/policies/{version}/backtests/{id}` adresindedir.
    """
    active = (await service.policies.current()).policy.version
    tested = active if version == "active" else PolicyVersion(version)
    async with service.sessions() as session:
        there(await governance.policy_document(session, tested))
    backtest_id = await service.backtests.start(tested, against=active, days=body.days, by=person.id)
    async with service.sessions.begin() as session:
        await audit.note(
            session,
            by=person.id,
            act="policy.backtest",
            subject=f"policy/{tested}",
            detail={"backtest_id": backtest_id, "days": body.days},
        )
        return await _shown(session, tested, backtest_id)


@router.get(
    "/policies/{version}/backtests/{id}", summary="Denemenin sonucu", response_model=BacktestView, responses=MISSING
)
async def show(version: Version, id: Id, service: Running, person: MayRead) -> object:
    """İlerleyiş, hesaplara göre sayılar, kişilerin kararlarıyla farklar ve her türden örnekler."""
    async with service.sessions() as session:
        tested = (await service.policies.current()).policy.version if version == "active" else PolicyVersion(version)
        return await _shown(session, tested, id)


async def _shown(session: AsyncSession, version: str, backtest_id: int) -> BacktestView:
    found = there(await backtests.find(session, version, backtest_id))
    return BacktestView(
        **{
            name: found[name]
            for name in ("id", "version", "against", "days", "total", "done", "started_at", "finished_at")
        },
        state="running" if found["finished_at"] is None else "finished",
        started_by=person_of(found, "started_by", "started_by_name"),
        accounts=[_figures(row) for row in await backtests.figures(session, backtest_id)],
        samples=SamplesView(**await backtests.samples(session, backtest_id)),
    )


def _figures(row: Row) -> AccountFigures:
    plain = {name: row[name] for name in AccountFigures.model_fields if name not in ("account", "would", "was")}
    return AccountFigures(account=account_of(row), would=_of("would", row), was=_of("was", row), **plain)


def _of(whose: str, row: Row) -> DispositionFigures:
    return DispositionFigures(**{name: row[f"{whose}_{name}"] for name in DispositionFigures.model_fields})
