"""The University's accounts."""

from datetime import datetime
from types import SimpleNamespace
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from app.api.access import SIGHT, Permission, Sight
from app.api.identity import May, Person
from app.api.paging import Listing, Paging, listing
from app.api.routing import staff_router
from app.api.service import Running
from app.api.views.common import View
from app.records.accounts import as_account
from app.records.reading import register
from app.records.reading.pages import Row

router: APIRouter = staff_router("accounts")

MayRead = Annotated[Person, Depends(May(Permission.ACCOUNTS_READ))]


class AccountView(View):
    """Üniversitenin bir sosyal medya hesabı."""

    id: Annotated[int, Field(description="Hesabın numarası", examples=[1])]
    platform: Annotated[str, Field(description="Platform", examples=["instagram"])]
    external_id: Annotated[str, Field(description="Platformdaki numarası", examples=["17840000000000001"])]
    handle: Annotated[str, Field(description="Platformdaki adı", examples=["izmirekonomiuni"])]
    kind: Annotated[
        str, Field(description="`official` (resmî), `unit` (birim) ya da `club` (kulüp)", examples=["official"])
    ]
    unit: Annotated[str | None, Field(description="Bağlı olduğu birim", examples=["kutuphane"])]
    is_active: Annotated[bool, Field(description="İzleniyor mu", examples=[True])]
    has_token: Annotated[bool, Field(description="Platforma erişim anahtarı ayarlı mı", examples=[True])]
    responsible: Annotated[list[str], Field(description="Sorumluların adları", examples=[["Ayşe Deneme"]])]
    last_message_at: Annotated[
        datetime | None, Field(description="Son mesajın geldiği zaman", examples=["2026-11-23T09:00:00Z"])
    ]


@router.get("/accounts", summary="Hesapları listele", response_model=Listing[AccountView])
async def list_accounts(service: Running, person: MayRead, paging: Annotated[Paging, Depends()]) -> object:
    """Hesaplar, sorumluları ve bağlantı durumlarıyla. Sorumlular yalnızca kendi hesaplarını görür."""
    # Handles are no personal data: whoever sees no messages (top management) sees the register all the same.
    only = person.viewer.accounts if SIGHT[person.role] is Sight.OWN_ACCOUNTS else None

    def view(row: Row) -> AccountView:
        token = service.outbound_for(as_account(SimpleNamespace(**row))) is not None
        return AccountView(**dict(row) | {"has_token": token, "responsible": row["responsible"] or []})

    async with service.sessions() as session:
        page = await register.accounts_page(session, only, limit=paging.limit, after=paging.after("accounts"))
    return listing(page, "accounts", view)
