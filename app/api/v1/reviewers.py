"""How much grave content each person bears."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from app.api.access import Permission
from app.api.fields import Day
from app.api.identity import May, Person
from app.api.problems import ProblemError, wrong_field
from app.api.routing import staff_router
from app.api.service import Running
from app.api.views.common import PersonRef, View, person_of
from app.records.reading import openings

router: APIRouter = staff_router("people")

MaySeeLoad = Annotated[Person, Depends(May(Permission.REVIEWERS_LOAD))]
MOST_DAYS = 92


class LoadView(View):
    """Bir kişinin bir günde açtığı ağır içerikler."""

    day: Annotated[date, Field(description="Gün", examples=["2026-11-23"])]
    person: Annotated[PersonRef | None, Field(description="Kim")]
    opened: Annotated[int, Field(description="Açtığı ağır mesaj sayısı", examples=[12])]
    share: Annotated[float, Field(description="O gün açılanların içindeki payı, 0–1", examples=[0.4])]


class LoadsView(View):
    """Ağır içeriklerin kişilere dağılımı."""

    items: Annotated[list[LoadView], Field(description="Yeniden eskiye, günün içinde çok açandan aza")]


@router.get("/reviewers/load", summary="Ağır içeriklerin kişilere dağılımı", response_model=LoadsView)
async def load(
    service: Running,
    person: MaySeeLoad,
    first: Annotated[Day | None, Query(description="İlk gün; boşsa son yedi gün", examples=["2026-11-17"])] = None,
    last: Annotated[Day | None, Query(description="Son gün; boşsa bugün", examples=["2026-11-23"])] = None,
) -> object:
    """Kim hangi gün kaç ağır içerik açtı ve o günkülerin ne kadarını; çalışanları korumak için, en çok 92 gün."""
    zone = service.by_hand.zone
    until = last or service.clock().astimezone(zone).date()
    since = first or until - timedelta(days=6)
    if not since <= until <= since + timedelta(days=MOST_DAYS):
        raise _odd_days()
    async with service.sessions() as session:
        rows = await openings.grave_by_person_and_day(session, first=since, last=until, zone=zone)
    return LoadsView(
        items=[
            LoadView(
                day=row["day"],
                person=person_of(row, "person_id", "person_name"),
                opened=row["opened"],
                share=round(row["opened"] / float(row["of_all"]), 4),
            )
            for row in rows
        ]
    )


def _odd_days() -> ProblemError:
    return wrong_field(
        "query.last",
        f"İlk günden önce olamaz; en çok {MOST_DAYS} gün sorulabilir.",
        f"must not be before the first; at most {MOST_DAYS} days can be asked for",
    )
