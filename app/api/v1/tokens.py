"""Tokens for programs: made by a person for less than they may, shown once, ended at any time."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from app.actions.by_hand import NotPossibleError
from app.api.access import Permission
from app.api.fields import BIGINT, Id, Whole, Word
from app.api.identity import May, Person
from app.api.looking import there
from app.api.paging import Listing, Paging, listing
from app.api.problems import ProblemError
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running
from app.api.staff_route import tell_once
from app.api.views.common import PersonRef, View
from app.messages import PersonId
from app.records import api_tokens, audit
from app.records.api_tokens import Scope
from app.records.reading import tokens
from app.records.reading.pages import Row

router: APIRouter = staff_router("tokens")

Myself = Annotated[Person, Depends(May(Permission.SELF))]
LONGEST_DAYS = 365
USUAL_DAYS = 90


class ApiTokenView(View):
    """Bir erişim anahtarı, gizli kısmı olmadan."""

    id: Annotated[int, Field(description="Anahtarın numarası", examples=[5])]
    person: Annotated[PersonRef, Field(description="Sahibi")]
    label: Annotated[str, Field(description="Ne için olduğu", examples=["haftalık rapor betiği"])]
    scope: Annotated[
        Scope,
        Field(
            description="`read`: yalnızca okur · `write`: sahibinin rolünün izin verdiği her şeyi yapar",
            examples=["read"],
        ),
    ]
    created_at: Annotated[datetime, Field(description="Üretildiği zaman", examples=["2026-11-23T09:00:00Z"])]
    expires_at: Annotated[
        datetime | None, Field(description="Bitişi; boşsa süresiz", examples=["2027-02-21T09:00:00Z"])
    ]
    revoked_at: Annotated[datetime | None, Field(description="Geçersiz kılındığı zaman", examples=[None])]
    last_used_on: Annotated[date | None, Field(description="Son kullanıldığı gün (UTC)", examples=["2026-11-27"])]


class NewTokenView(ApiTokenView):
    """Yeni üretilmiş bir erişim anahtarı."""

    token: Annotated[
        str | None,
        Field(
            description="Anahtarın kendisi: yalnızca bu yanıtta, bir kez gösterilir (yinelenen istekte boştur)",
            examples=["nobet_3fQ…"],
        ),
    ]


class NewTokenBody(Body):
    """Yeni bir erişim anahtarı."""

    model_config = starting_with({"label": "", "scope": "read", "days": USUAL_DAYS})

    label: Annotated[Word, Field(description="Ne için olduğu", examples=["haftalık rapor betiği"])]
    scope: Annotated[
        Scope,
        Field(description="`read`: yalnızca okur · `write`: rolünüzün izin verdiği her şeyi yapar", examples=["read"]),
    ] = Scope.READ
    days: Annotated[Whole, Field(ge=1, le=LONGEST_DAYS, description="Kaç gün geçerli olacağı", examples=[90])] = (
        USUAL_DAYS
    )


@router.get("/tokens", summary="Erişim anahtarlarını listele", response_model=Listing[ApiTokenView])
async def list_tokens(
    service: Running,
    person: Myself,
    paging: Annotated[Paging, Depends()],
    whose: Annotated[
        Literal["mine", "all"],
        Query(description="`mine`: sizinkiler · `all`: herkesinki (direktör ve denetçi)", examples=["mine"]),
    ] = "mine",
    of: Annotated[
        int | None, Query(ge=1, le=BIGINT, description="Bir kişinin numarası (direktör ve denetçi)", examples=[3])
    ] = None,
) -> object:
    """Anahtarlarınız, yeniden eskiye; gizli kısımları olmadan."""
    wanted = of if of is not None else None if whose == "all" else person.id
    if wanted != person.id and not person.may(Permission.TOKENS_READ_ALL):
        raise ProblemError("forbidden")
    async with service.sessions() as session:
        page = await tokens.page(
            session,
            PersonId(wanted) if wanted is not None else None,
            limit=paging.limit,
            after=paging.after("tokens"),
        )
    return listing(page, "tokens", _view)


@router.post(
    "/tokens", summary="Erişim anahtarı üret", response_model=NewTokenView, status_code=201, responses=CONFLICT
)
async def make_token(request: Request, body: NewTokenBody, service: Running, person: Myself) -> object:
    """Programlar için bir anahtar üretir; anahtar hiçbir zaman rolünüzden fazlasını yapamaz ve sizinle birlikte biter.

    Bir anahtarla üretilen anahtar, üretenden uzun yaşamaz ve onunla birlikte geçersiz olur.
    """
    ends_at = service.clock() + timedelta(days=body.days)
    if person.token_id is not None and person.ends_at is not None:
        ends_at = min(ends_at, person.ends_at)
    async with service.sessions.begin() as session:
        if person.token_id is not None and not await api_tokens.stays(session, person.token_id):
            raise ProblemError("unauthorized")
        token_id, token = await api_tokens.make(
            session,
            person.id,
            label=body.label,
            scope=body.scope,
            expires_at=ends_at,
            made_by_token=person.token_id,
        )
        await audit.note(
            session, by=person.id, act="token.make", subject=f"token/{token_id}", detail={"scope": body.scope}
        )
        made = there(await tokens.find_shown(session, person.id, token_id))
    tell_once(request, "token")
    return NewTokenView(**_view(made).model_dump(), token=token)


@router.delete("/tokens/{id}", summary="Erişim anahtarını geçersiz kıl", status_code=204, responses=MISSING | CONFLICT)
async def revoke_token(id: Id, service: Running, person: Myself) -> None:
    """Anahtar ve onunla üretilenler hemen geçersiz olur. Direktör herkesinkini geçersiz kılabilir."""
    whose = None if person.may(Permission.TOKENS_REVOKE_ALL) else person.id
    async with service.sessions.begin() as session:
        there(await tokens.find_shown(session, whose, id))
        ended = await api_tokens.revoke(session, id, at=service.clock())
        if not ended:
            raise NotPossibleError("Bu anahtar zaten geçersiz.", "This token is revoked already.")
        for token_id in ended:
            await audit.note(session, by=person.id, act="token.revoke", subject=f"token/{token_id}")


def _view(row: Row) -> ApiTokenView:
    person = PersonRef(id=row["person_id"], name=row["person_name"])
    values = {name: row[name] for name in ApiTokenView.model_fields if name != "person"}
    return ApiTokenView(**values, person=person)
