"""The platforms, and staff's signed-in state at each, with which their pages are captured."""

from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.api.access import Permission
from app.api.fields import FieldError, Flag, Number, storable_throughout
from app.api.identity import May, Person
from app.api.problems import ProblemError
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running
from app.api.views.common import View
from app.connectors import INBOUND
from app.messages import PlatformName
from app.records import audit, browser_states
from app.records.browser_states import StoredState
from app.vault import VaultError

router: APIRouter = staff_router("accounts")

MayConnect = Annotated[Person, Depends(May(Permission.ACCOUNTS_CONNECT))]
MayRead = Annotated[Person, Depends(May(Permission.ACCOUNTS_READ))]
MOST_COOKIES = 300
# What no browser takes, so that the pictures of a platform's pages do not fail for it (RFC 6265 5.4 and 5.6).
COOKIE_NAME = r"^[^\x00-\x20\x7f;=]+$"
COOKIE_VALUE = r"^[^\x00-\x1f\x7f;]*$"
COOKIE_DOMAIN = r"^\.?[A-Za-z0-9][A-Za-z0-9.-]*$"
COOKIE_PATH = r"^/[^\x00-\x1f\x7f;]*$"
ORIGIN = r"^https?://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?/?$"
NEEDS_TLS = ("__Secure-", "__Host-")


Which = Annotated[str, Path(description="Platform", examples=["facebook"], max_length=40)]


def _known(platform: str) -> PlatformName:
    """The platform, looked for only once it is known that the caller may ask."""
    if platform not in INBOUND:
        raise ProblemError("not_found")
    return PlatformName(platform)


class _Sent(BaseModel):
    """Part of what a browser remembers; what newer browsers add to it is kept."""

    model_config = ConfigDict(frozen=True, extra="allow")


class Cookie(_Sent):
    """Bir çerez, Playwright'ın verdiği biçimde."""

    name: Annotated[str, Field(description="Adı", max_length=500, pattern=COOKIE_NAME, examples=["c_user"])]
    value: Annotated[str, Field(description="Değeri", max_length=8000, pattern=COOKIE_VALUE, examples=["…"])]
    domain: Annotated[
        str, Field(description="Alan adı", max_length=300, pattern=COOKIE_DOMAIN, examples=[".facebook.com"])
    ]
    path: Annotated[str, Field(description="Yol", max_length=1000, pattern=COOKIE_PATH, examples=["/"])] = "/"
    expires: Annotated[
        float,
        Number,
        Field(description="Bitişi, 1970'ten beri saniye; -1: yok", ge=-1, le=32503680000, examples=[1800000000]),
    ] = -1
    httpOnly: Annotated[Flag, Field(description="Yalnızca HTTP", examples=[True])] = False  # noqa: N815  # a browser's name
    secure: Annotated[Flag, Field(description="Yalnızca HTTPS", examples=[True])] = False
    sameSite: Annotated[  # noqa: N815  # a browser's name
        Literal["Strict", "Lax", "None"], Field(description="Başka sitelerden", examples=["Lax"])
    ] = "Lax"

    @model_validator(mode="after")
    def _is_taken_by_browsers(self) -> Self:
        if self.name.startswith(NEEDS_TLS) and not self.secure:
            raise FieldError("Bu adla başlayan bir çerez `secure` olmalıdır.", "a cookie of that name must be secure")
        return self


class StoredValue(_Sent):
    """Tarayıcının bir site için sakladığı bir değer."""

    name: Annotated[str, Field(description="Adı", max_length=1000, examples=["tema"])]
    value: Annotated[str, Field(description="Değeri", max_length=100_000, examples=["açık"])]


class Origin(_Sent):
    """Bir sitenin tarayıcıda sakladıkları."""

    origin: Annotated[
        str, Field(description="Site", max_length=500, pattern=ORIGIN, examples=["https://www.facebook.com"])
    ]
    localStorage: Annotated[  # noqa: N815  # Playwright's name
        tuple[StoredValue, ...], Field(description="Sakladıkları", max_length=500, examples=[[]])
    ] = ()


class BrowserStateBody(Body):
    """Platformda oturum açmış bir tarayıcının durumu: Playwright'ın `storage_state` çıktısı. Şifrelenerek saklanır."""

    model_config = starting_with({"cookies": [], "origins": []})

    cookies: Annotated[
        list[Cookie],
        Field(
            description="Çerezler",
            min_length=1,
            max_length=MOST_COOKIES,
            examples=[[{"name": "c_user", "value": "…", "domain": ".facebook.com"}]],
        ),
    ]
    origins: Annotated[
        tuple[Origin, ...], Field(description="Sitelerin sakladıkları", max_length=50, examples=[[]])
    ] = ()

    @model_validator(mode="before")
    @classmethod
    def _can_be_kept(cls, sent: object) -> object:
        return storable_throughout(sent)


class PlatformView(View):
    """Bir platform ve sayfa görüntüleri için kaydedilmiş oturum."""

    platform: Annotated[str, Field(description="Platform", examples=["facebook"])]
    has_browser_state: Annotated[bool, Field(description="Kaydedilmiş oturum var mı", examples=[True])]
    browser_state_ends_at: Annotated[
        datetime | None, Field(description="Oturumun bittiği zaman, biliniyorsa", examples=["2027-01-20T09:00:00Z"])
    ]
    browser_state_stored_at: Annotated[
        datetime | None, Field(description="Kaydedildiği zaman", examples=["2026-11-23T09:00:00Z"])
    ]
    browser_state_rejected: Annotated[
        bool, Field(description="Platform bu oturumu artık tanımıyor mu; yeniden kaydedilmeli", examples=[False])
    ]


@router.get("/platforms", summary="Platformları listele", response_model=list[PlatformView])
async def list_platforms(service: Running, person: MayRead) -> object:
    """Platformlar ve sayfa görüntüleri için kaydedilmiş oturumların durumu; oturumun kendisi gösterilmez."""
    async with service.sessions() as session:
        stored = await browser_states.load_all(session)
    return [_view(name, stored.get(name)) for name in INBOUND]


@router.put(
    "/platforms/{platform}/browser-state",
    summary="Sayfa görüntüleri için oturum kaydet",
    response_model=PlatformView,
    responses=MISSING | CONFLICT,
)
async def set_browser_state(platform: Which, body: BrowserStateBody, service: Running, person: MayConnect) -> object:
    """Giriş isteyen sayfaların görüntüsü bu oturumla alınır. Bitmeden önce haber verilir; bitmiş olanı kaydedilmez."""
    try:
        stored = await service.signed_in.keep(_known(platform), body.model_dump(mode="json"), by=person.id)
    except VaultError:
        raise ProblemError("token_key_missing") from None
    async with service.sessions.begin() as session:
        await audit.note(session, by=person.id, act="platform.browser_state", subject=f"platform/{platform}")
    return _view(platform, stored)


@router.delete(
    "/platforms/{platform}/browser-state",
    summary="Kaydedilmiş oturumu sil",
    status_code=204,
    response_class=Response,
    responses=MISSING | CONFLICT,
)
async def remove_browser_state(platform: Which, service: Running, person: MayConnect) -> Response:
    """Kaydedilmiş oturumu siler; sayfalar bundan sonra oturum açılmadan görüntülenir."""
    async with service.sessions.begin() as session:
        if not await browser_states.remove(session, _known(platform)):
            raise ProblemError("not_found")
        await audit.note(session, by=person.id, act="platform.browser_state_removed", subject=f"platform/{platform}")
    return Response(status_code=204)


def _view(platform: str, stored: StoredState | None) -> PlatformView:
    return PlatformView(
        platform=platform,
        has_browser_state=stored is not None,
        browser_state_ends_at=stored.expires_at if stored else None,
        browser_state_stored_at=stored.stored_at if stored else None,
        browser_state_rejected=stored is not None and stored.rejected_at is not None,
    )
