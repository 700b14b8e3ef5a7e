"""The people who decide and are told."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from app.api.access import Permission, Role
from app.api.identity import May, Person
from app.api.looking import note_shown
from app.api.paging import Listing, Paging, listing
from app.api.routing import staff_router
from app.api.service import Running
from app.api.views.common import View
from app.records.reading import register
from app.records.reading.pages import Row

router: APIRouter = staff_router("people")

MayRead = Annotated[Person, Depends(May(Permission.PEOPLE_READ))]


class PersonView(View):
    """Hizmeti kullanan bir çalışan."""

    id: Annotated[int, Field(description="Kişinin numarası", examples=[3])]
    name: Annotated[str, Field(description="Adı", examples=["Ayşe Deneme"])]
    email: Annotated[str, Field(description="Kurumsal e-postası", examples=["ayse@ornek.test"])]
    role: Annotated[Role, Field(description="Rolü", examples=["responsible"])]
    unit: Annotated[str | None, Field(description="Birimi", examples=["kutuphane"])]
    is_active: Annotated[bool, Field(description="Etkin mi", examples=[True])]
    accounts: Annotated[list[int], Field(description="Sorumlu olduğu hesapların numaraları", examples=[[2]])]
    created_at: Annotated[datetime, Field(description="Eklendiği zaman", examples=["2026-11-01T09:00:00Z"])]


@router.get("/people", summary="Kişileri listele", response_model=Listing[PersonView])
async def list_people(service: Running, person: MayRead, paging: Annotated[Paging, Depends()]) -> object:
    """Kişiler, rolleri ve sorumlu oldukları hesaplar."""

    def view(row: Row) -> PersonView:
        return PersonView(**dict(row) | {"accounts": sorted(row["accounts"] or [])})

    async with service.sessions.begin() as session:
        page = await register.people_page(session, limit=paging.limit, after=paging.after("people"))
        await note_shown(session, person, "people.list", "people", page.rows)
    return listing(page, "people", view)
