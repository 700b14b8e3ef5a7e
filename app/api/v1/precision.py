"""How often each rule was right, by what people decided."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from app.api.routing import staff_router
from app.api.service import Running
from app.api.v1.policies import MayRead
from app.api.views.common import View
from app.measuring.interval import wilson_lower
from app.records import judgements
from app.records.reading.pages import Row

router: APIRouter = staff_router("policies")


class PrecisionFigures(View):
    """Bir kuralın ya da etiketin, kişilerin kararlarıyla ölçülen isabeti."""

    label: Annotated[str, Field(description="Etiket", examples=["insult"])]
    rule: Annotated[str | None, Field(description="Kural; etiketin bütünü için boş", examples=["insult.curse"])]
    fired: Annotated[int, Field(description="Güçlü gördüğü mesaj (`likely` ve `certain`)", examples=[120])]
    decided: Annotated[int, Field(description="Bunlardan bir kişinin kalıp kalmayacağına karar verdiği", examples=[40])]
    confirmed: Annotated[int, Field(description="Kişinin gizlediği ya da kaldırdığı", examples=[38])]
    overturned: Annotated[int, Field(description="Kişinin bıraktığı ya da geri getirdiği", examples=[2])]
    precision: Annotated[float | None, Field(description="confirmed / decided; hiç karar yoksa boş", examples=[0.95])]
    lower: Annotated[float | None, Field(description="%95 güven aralığının alt ucu (Wilson)", examples=[0.835])]


class PrecisionView(View):
    """Kuralların ve etiketlerin isabeti."""

    days: Annotated[int, Field(description="Son kaç gün", examples=[90])]
    labels: Annotated[list[PrecisionFigures], Field(description="Etiketlere göre")]
    rules: Annotated[list[PrecisionFigures], Field(description="Kurallara göre; gölgedekiler de")]


@router.get("/policies/precision", summary="Kuralların isabeti", response_model=PrecisionView)
async def precision(
    service: Running,
    person: MayRead,
    days: Annotated[int, Query(ge=1, le=365, description="Son kaç gün", examples=[90])] = 90,
) -> object:
    """Her kural ve etiket için: kaç mesajda gördü, kişiler kaçına karar verdi, kaçında onayladı.

    Kaldıran etiketlerde isabeti gösterir. Görüş etiketlerinde (eleştiri, şikâyet …) kişilerin bırakması doğrudur; orada
    `confirmed` başka bir etiketle kaldırılanlardır.
    """
    since = service.clock() - timedelta(days=days)
    async with service.sessions() as session:
        labels = await judgements.precision_of_labels(session, since=since)
        rules = await judgements.precision_of_rules(session, since=since)
    return PrecisionView(days=days, labels=[_figures(row) for row in labels], rules=[_figures(row) for row in rules])


def _figures(row: Row) -> PrecisionFigures:
    decided, confirmed = row["decided"], row["confirmed"]
    return PrecisionFigures(
        label=row["label"],
        rule=row.get("rule"),
        fired=row["fired"],
        decided=decided,
        confirmed=confirmed,
        overturned=decided - confirmed,
        precision=round(confirmed / decided, 4) if decided else None,
        lower=round(wilson_lower(confirmed, decided), 4) if decided else None,
    )
