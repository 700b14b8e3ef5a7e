"""The University's accounts."""

from collections import defaultdict
from datetime import datetime
from types import SimpleNamespace
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field, SecretStr

from app.api.access import SIGHT, Permission, Sight
from app.api.fields import Flag, Id, Moment, Reason
from app.api.identity import May, Person
from app.api.looking import there
from app.api.paging import Listing, Paging, listing
from app.api.problems import ProblemError
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running
from app.api.views.capabilities import CapabilitiesView, capabilities_of
from app.api.views.common import View
from app.api.views.quotas import QuotaView
from app.connecting import SignInMissingError
from app.connectors.base import Grant
from app.decisions.capabilities import Capability
from app.messages import AccountId
from app.records import audit, lacks, subscriptions
from app.records.accounts import as_account
from app.records.reading import register
from app.records.reading.pages import Row
from app.vault import VaultError

router: APIRouter = staff_router("accounts")

Which = Annotated[Capability, Path(description="Hangi iş; işlem türleriyle aynı sözcükler", examples=["block"])]
MayConnect = Annotated[Person, Depends(May(Permission.ACCOUNTS_CONNECT))]
MayRead = Annotated[Person, Depends(May(Permission.ACCOUNTS_READ))]


class AccountView(CapabilitiesView):
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
    token_rejected: Annotated[
        bool, Field(description="Platform anahtarı artık kabul etmiyor mu; hesap yeniden bağlanmalı", examples=[False])
    ]
    token_ends_at: Annotated[
        datetime | None,
        Field(
            description="Bir kişinin hesabı en geç ne zaman yeniden bağlaması gerektiği",
            examples=["2027-01-20T09:00:00Z"],
        ),
    ]
    subscription: Annotated[
        str | None,
        Field(
            description=(
                "Platformun yeni yorum ve mesajları bildirip bildirmediği: `stands` (bildiriyor), `asked` (istendi, "
                "onay bekleniyor), `broken` (bildirmiyor), `unknown` (bilinmiyor); hiç bakılmadıysa boş"
            ),
            examples=["stands"],
        ),
    ]
    subscription_problem: Annotated[
        str | None, Field(description="Abonelikteki sorun, platformun sözcükleriyle", examples=[None])
    ]
    subscription_broken_since: Annotated[
        datetime | None, Field(description="Ne zamandan beri bildirmiyor", examples=[None])
    ]
    subscription_checked_at: Annotated[
        datetime | None, Field(description="Aboneliğe son bakılan zaman", examples=["2026-11-23T09:00:00Z"])
    ]
    quota: Annotated[
        QuotaView | None,
        Field(description="Platformun çağrı kotası; kotası olmayan platformlarda boş", examples=[None]),
    ]
    responsible: Annotated[list[str], Field(description="Sorumluların adları", examples=[["Ayşe Deneme"]])]
    last_message_at: Annotated[
        datetime | None, Field(description="Son mesajın geldiği zaman", examples=["2026-11-23T09:00:00Z"])
    ]


@router.get("/accounts", summary="Hesapları listele", response_model=Listing[AccountView])
async def list_accounts(service: Running, person: MayRead, paging: Annotated[Paging, Depends()]) -> object:
    """Hesaplar, sorumluları ve bağlantı durumlarıyla. Sorumlular yalnızca kendi hesaplarını görür."""
    # Handles are no personal data: whoever sees no messages (top management) sees the register all the same.
    only = person.viewer.accounts if SIGHT[person.role] is Sight.OWN_ACCOUNTS else None

    async with service.sessions() as session:
        page = await register.accounts_page(session, only, limit=paging.limit, after=paging.after("accounts"))
        accounts = {row["id"]: as_account(SimpleNamespace(**row)) for row in page.rows}
        found = defaultdict(list)
        for one in await lacks.found(session, accounts, now=service.clock()):
            found[one.account_id].append(one)
        known = await subscriptions.load_all(session)
    access = await service.tokens.access_of(list(accounts.values()))
    quotas = await service.quotas.shown()

    def view(row: Row) -> AccountView:
        of_account, subscription = access[row["id"]], known.get(row["id"])
        able = capabilities_of(service.outbound_for(accounts[row["id"]]), found[row["id"]])
        return AccountView(
            **dict(row)
            | {
                "has_token": of_account.is_there,
                "token_rejected": of_account.is_rejected,
                "token_ends_at": of_account.ends_at,
                "subscription": subscription.state if subscription else None,
                "subscription_problem": subscription.problem if subscription else None,
                "subscription_broken_since": subscription.broken_since if subscription else None,
                "subscription_checked_at": subscription.checked_at if subscription else None,
                "quota": QuotaView.of(quotas[row["platform"]]) if row["platform"] in quotas else None,
                "responsible": row["responsible"] or [],
                "capabilities": able.capabilities,
                "lacks": able.lacks,
            }
        )

    return listing(page, "accounts", view)


class TokenBody(Body):
    """Platformdan alınan erişim anahtarı. Şifrelenerek saklanır, hiçbir yerde gösterilmez."""

    model_config = starting_with({"access_token": "<platformdan alınan anahtar>"})

    access_token: Annotated[
        SecretStr, Field(description="Erişim anahtarı", min_length=1, max_length=4096, examples=["EAAG…"])
    ]
    refresh_token: Annotated[
        SecretStr | None, Field(description="Varsa yenileme anahtarı", min_length=1, max_length=4096, examples=["AQV…"])
    ] = None
    expires_at: Annotated[
        Moment | None, Field(description="Erişim anahtarının bitişi", examples=["2027-01-20T09:00:00Z"])
    ] = None
    refresh_expires_at: Annotated[
        Moment | None, Field(description="Yenileme anahtarının bitişi", examples=["2027-11-20T09:00:00Z"])
    ] = None


class CapabilityBody(Body):
    """Bir işin hesap için açılıp kapatılması."""

    model_config = starting_with({"is_on": False, "reason": ""})

    is_on: Annotated[Flag, Field(description="Makine bunu denesin mi", examples=[False])]
    reason: Annotated[Reason, Field(description="Gerekçe; kayda geçer", examples=["Platformdan izin bekleniyor"])]


class TokenState(View):
    """Hesabın bağlantısı."""

    has_token: Annotated[bool, Field(description="Platforma erişim anahtarı ayarlı mı", examples=[True])]
    token_ends_at: Annotated[
        datetime | None, Field(description="En geç ne zaman yeniden bağlanmalı", examples=["2027-01-20T09:00:00Z"])
    ]


@router.put(
    "/accounts/{id}/token", summary="Hesabın erişim anahtarını değiştir", response_model=TokenState, responses=MISSING
)
async def set_token(id: Id, body: TokenBody, service: Running, person: MayConnect) -> object:
    """Hesabı yeni bir erişim anahtarıyla bağlar; bekleyen işlemler ardından kendiliğinden sürer."""
    async with service.sessions() as session:
        account = as_account(SimpleNamespace(**there(await register.find_account(session, id))))
    grant = Grant(
        access_token=body.access_token.get_secret_value(),
        expires_at=body.expires_at,
        refresh_token=body.refresh_token.get_secret_value() if body.refresh_token is not None else None,
        refresh_expires_at=body.refresh_expires_at,
    )
    try:
        await service.tokens.keep(AccountId(id), grant, at=service.clock())
    except VaultError:
        raise ProblemError("token_key_missing") from None
    async with service.sessions.begin() as session:
        await audit.note(session, by=person.id, act="account.token", subject=f"account/{id}")
        await subscriptions.due_at_once(session, AccountId(id), now=service.clock())
    access = (await service.tokens.access_of([account]))[account.id]
    return TokenState(has_token=access.is_there, token_ends_at=access.ends_at)


@router.put(
    "/accounts/{id}/capabilities/{capability}",
    summary="Bir işi hesap için kapat ya da yeniden aç",
    response_model=CapabilitiesView,
    responses=MISSING,
)
async def set_capability(
    id: Id, capability: Which, body: CapabilityBody, service: Running, person: MayConnect
) -> object:
    """Kapatılan iş artık denenmez, elle yapılacak görev olur; açılan, reddedilmiş de olsa hemen yeniden denenir.

    Platformun kendisinin sunmadığı bir iş açmakla yapılabilir olmaz.
    """
    account_id = AccountId(id)
    async with service.sessions.begin() as session:
        account = as_account(SimpleNamespace(**there(await register.find_account(session, id))))
        if body.is_on:
            await lacks.forget(session, account_id, capability)
        else:
            await lacks.switch_off(session, account_id, capability, by=person.id, now=service.clock())
        await audit.note(
            session,
            by=person.id,
            act="account.capability",
            subject=f"account/{id}",
            detail={"capability": capability, "is_on": body.is_on, "reason": body.reason},
        )
        found = await lacks.found(session, [account_id], now=service.clock())
    return capabilities_of(service.outbound_for(account), found)


class ConnectState(View):
    """Hesabı bağlamak için platformda oturum açılacak yer."""

    authorization_url: Annotated[
        str,
        Field(
            description="Hesabı yöneten kişinin tarayıcıda açıp izin vereceği adres; bir kez kullanılır",
            examples=["https://x.com/i/oauth2/authorize?…"],
        ),
    ]
    expires_at: Annotated[
        datetime, Field(description="En geç ne zaman tamamlanmalı", examples=["2026-11-23T09:15:00Z"])
    ]


@router.post(
    "/accounts/{id}/connect",
    summary="Hesabı oturum açarak bağlamayı başlat",
    response_model=ConnectState,
    responses=MISSING | CONFLICT,
)
async def connect(id: Id, service: Running, person: MayConnect) -> object:
    """Platformun oturum açma adresini verir.

    Orada hesabı yöneten kişi oturum açıp izin verince platform kişiyi `/oauth/{platform}` adresine geri gönderir;
    erişim anahtarı ancak bu hesaba aitse saklanır.
    """
    async with service.sessions() as session:
        account = as_account(SimpleNamespace(**there(await register.find_account(session, id))))
    try:
        begun = await service.connecting.begin(account, by=person.id)
    except SignInMissingError:
        raise ProblemError("sign_in_missing") from None
    except VaultError:
        raise ProblemError("token_key_missing") from None
    return ConnectState(authorization_url=begun.authorization_url, expires_at=begun.expires_at)
