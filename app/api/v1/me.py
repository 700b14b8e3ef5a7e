"""Who is calling, and what they may."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from app.api.access import ALLOWED, ROLE_NAMES, SIGHT, Permission, Role, Sight
from app.api.browser import csrf_token, session_cookie
from app.api.identity import May, Person
from app.api.routing import staff_router
from app.api.service import Running
from app.api.views.common import View
from app.records.api_tokens import Scope

router: APIRouter = staff_router("me")

Myself = Annotated[Person, Depends(May(Permission.SELF))]


class MeView(View):
    """Çağıran kişi."""

    id: Annotated[int, Field(description="Kişinin numarası", examples=[3])]
    name: Annotated[str, Field(description="Adı", examples=["Ayşe Deneme"])]
    role: Annotated[Role, Field(description="Rolü", examples=["responsible"])]
    role_name: Annotated[str, Field(description="Rolün Türkçe adı", examples=["sosyal medya sorumlusu"])]
    unit: Annotated[str | None, Field(description="Bildirimlerini gördüğü birim", examples=["kutuphane"])]
    sight: Annotated[
        Sight,
        Field(
            description=(
                "Hangi mesajları gördüğü: `all` (hepsi), `own_accounts` (sorumlusu olduğu hesaplarınkiler), "
                "`own_notifications` (birimine bildirilenler), `none` (hiçbiri)"
            ),
            examples=["own_accounts"],
        ),
    ]
    accounts: Annotated[list[int], Field(description="Sorumlusu olduğu hesapların numaraları", examples=[[2]])]
    permissions: Annotated[
        list[Permission], Field(description="Rolünün izin verdikleri", examples=[["messages.read", "messages.decide"]])
    ]
    scope: Annotated[
        Scope,
        Field(
            description="`read`: bu anahtarla yalnızca okunur · `write`: rolün izin verdiği her şey yapılır",
            examples=["write"],
        ),
    ]
    via: Annotated[
        Literal["session", "token"],
        Field(description="`session` (tarayıcıda açılmış oturum) ya da `token` (erişim anahtarı)", examples=["token"]),
    ]
    ends_at: Annotated[
        datetime | None, Field(description="Oturumun ya da anahtarın bitişi", examples=["2026-11-23T21:00:00Z"])
    ]
    csrf_token: Annotated[
        str | None,
        Field(description="Oturumla yapılan her değişikliğin `X-CSRF-Token` başlığındaki değer", examples=["9mVx…"]),
    ]


@router.get("/me", summary="Ben kimim", response_model=MeView)
async def show_me(request: Request, service: Running, person: Myself) -> object:
    """Oturumun ya da erişim anahtarının sahibi, rolü, gördükleri ve izinleri."""
    cookie = session_cookie(request, service.settings) if person.session_id is not None else None
    return MeView(
        id=person.id,
        name=person.name,
        role=person.role,
        role_name=ROLE_NAMES[person.role],
        unit=person.unit,
        sight=SIGHT[person.role],
        accounts=sorted(person.viewer.accounts or ()),
        permissions=[permission for permission in Permission if person.role in ALLOWED[permission]],
        scope=person.scope,
        via="token" if person.session_id is None else "session",
        ends_at=person.ends_at,
        csrf_token=csrf_token(cookie) if cookie is not None else None,
    )
