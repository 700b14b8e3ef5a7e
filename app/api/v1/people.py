"""The people who decide and are told: entered, corrected and let go by the directorate."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.not_possible import NotPossibleError
from app.api.access import Permission, Role
from app.api.fields import Flag, Id, Mailbox, RecordId, Storable, Word
from app.api.identity import May, Person
from app.api.looking import note_shown, there
from app.api.paging import Listing, Paging, listing
from app.api.problems import wrong_field
from app.api.routing import CONFLICT, MISSING, Body, staff_router, starting_with
from app.api.service import Running
from app.api.views.common import View
from app.decisions.routes import UNIT_OF_ROLE
from app.messages import AccountId, PersonId
from app.records import staff
from app.records.reading import register
from app.records.reading.pages import Row
from app.signing_in import entering

router: APIRouter = staff_router("people")

MayRead = Annotated[Person, Depends(May(Permission.PEOPLE_READ))]
MayChange = Annotated[Person, Depends(May(Permission.PEOPLE_CHANGE))]
FullName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Storable]
Accounts = Annotated[tuple[RecordId, ...], Field(max_length=100)]
# Whose sight or whose notices hang on accounts or on a unit.
WITH_ACCOUNTS = frozenset({Role.RESPONSIBLE, Role.AGENCY})


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


class NewPersonBody(Body):
    """Yeni bir kişi."""

    model_config = starting_with({"name": "", "email": "<kurumsal e-postası>", "role": "responsible", "accounts": []})

    name: Annotated[FullName, Field(description="Adı soyadı", examples=["Ayşe Deneme"])]
    email: Annotated[
        Mailbox,
        Field(description="Oturum açarken Üniversitenin doğruladığı e-postası", examples=["ayse@ornek.test"]),
    ]
    role: Annotated[Role, Field(description="Rolü", examples=["responsible"])]
    unit: Annotated[
        Word | None, Field(description="Birimi (/v1/units); hizmet biriminde zorunlu", examples=["kutuphane"])
    ] = None
    accounts: Annotated[
        Accounts, Field(description="Sorumlu olduğu hesapların numaraları (/v1/accounts)", examples=[[2]])
    ] = ()


class PersonBody(Body):
    """Bir kişide değişecek alanlar; verilmeyen olduğu gibi kalır."""

    model_config = starting_with({"role": "responsible", "accounts": []})

    name: Annotated[FullName | None, Field(description="Adı soyadı", examples=["Ayşe Deneme"])] = None
    role: Annotated[Role | None, Field(description="Rolü", examples=["specialist"])] = None
    unit: Annotated[Word | None, Field(description="Birimi; `null` boşaltır", examples=["kutuphane"])] = None
    accounts: Annotated[
        Accounts | None, Field(description="Sorumlu olduğu hesapların tümü; öncekilerin yerine geçer", examples=[[2]])
    ] = None
    is_active: Annotated[
        Flag | None,
        Field(description="`false`: görevden ayrıldı; oturumları ve anahtarları hemen biter", examples=[False]),
    ] = None
    forget_sign_in: Annotated[
        Flag,
        Field(
            description="Kimlik sağlayıcıdaki hesabı değişti: bir sonraki girişte e-postasıyla tanınsın",
            examples=[False],
        ),
    ] = False


@router.post("/people", summary="Kişi ekle", response_model=PersonView, status_code=201, responses=CONFLICT)
async def add_person(body: NewPersonBody, service: Running, person: MayChange) -> object:
    """Kişi bu e-postayla oturum açınca verilen rolle girer. Rol bir görevdir: kimse kendine veremez.

    E-postası sonradan değişmez; soyadı değişen kişi, kimlik sağlayıcı onu tanıdığı için girmeyi sürdürür.
    """
    async with service.sessions.begin() as session:
        await _check(session, body.role, body.unit, body.accounts)
        if (known := await staff.with_address(session, body.email)) is not None:
            raise NotPossibleError(
                f"Bu e-postayla bir kişi zaten kayıtlı (numarası {known}); onu düzeltin.",
                f"There is a person of this address already (number {known}); correct that one.",
            )
        person_id = await entering.enter(
            session, name=body.name, email=body.email, role=body.role, unit=body.unit, by=person.id
        )
        if body.accounts:
            await entering.make_responsible(session, person_id, _ids(body.accounts), by=person.id)
        return _view(there(await register.find_person(session, person_id)))


@router.patch(
    "/people/{id}",
    summary="Kişiyi düzelt ya da görevden çıkar",
    response_model=PersonView,
    responses=MISSING | CONFLICT,
)
async def change_person(id: Id, body: PersonBody, service: Running, person: MayChange) -> object:
    """Adını, rolünü, birimini, hesaplarını değiştirir; ayrılanın oturumları ve anahtarları hemen biter.

    Kendi rolünüzü değiştiremez, kendinizi görevden çıkaramazsınız. Ayrılanın yaptıkları kayıtta kalır.
    """
    given = body.model_fields_set
    async with service.sessions.begin() as session:
        before = there(await register.find_person(session, id, lock=True))
        role = body.role or Role(before["role"])
        if person.id == id and (role != before["role"] or body.is_active is False):
            raise NotPossibleError(
                "Kendi rolünüzü değiştiremez, kendinizi görevden çıkaramazsınız; bunu başka bir direktör yapar.",
                "You cannot change your own role, nor let yourself go; another director does that.",
            )
        unit = body.unit if "unit" in given else before["unit"]
        accounts = tuple(before["accounts"] or ()) if body.accounts is None else body.accounts
        # What their former role had, and the new one has not, goes with it.
        accounts = accounts if role in WITH_ACCOUNTS or body.accounts is not None else ()
        await _check(session, role, unit, accounts)
        after = {"name": body.name or before["name"], "role": str(role), "unit": unit}
        if changed := {field: value for field, value in after.items() if value != before[field]}:
            await entering.correct(session, PersonId(id), by=person.id, **changed)
        if set(accounts) != set(before["accounts"] or ()):
            await entering.make_responsible(session, PersonId(id), _ids(accounts), by=person.id)
        if body.forget_sign_in:
            await entering.forget_sign_in(session, PersonId(id), by=person.id)
        if body.is_active is False and before["is_active"]:
            await entering.let_go(session, PersonId(id), by=person.id, at=service.clock())
        if body.is_active and not before["is_active"]:
            await entering.take_back(session, PersonId(id), by=person.id)
        return _view(there(await register.find_person(session, id)))


async def _check(session: AsyncSession, role: Role, unit: str | None, accounts: Collection[int]) -> None:
    """Raise ProblemError 422 where role, unit and accounts do not go together, or are not there."""
    if unit is not None and await register.find_unit(session, unit) is None:
        raise wrong_field("body.unit", "Böyle bir birim yok; anahtarlar: /v1/units.", "there is no such unit")
    if role is Role.SERVICE_UNIT and unit is None:
        raise wrong_field("body.unit", "Hizmet biriminden bir kişinin birimi belirtilmelidir.", "name their unit")
    if (own := UNIT_OF_ROLE.get(role)) is not None and unit not in (None, own):
        raise wrong_field("body.unit", f"Bu rolün birimi {own}.", f"the unit of this role is {own}")
    if accounts and role not in WITH_ACCOUNTS:
        raise wrong_field(
            "body.accounts",
            "Hesap yalnızca sosyal medya sorumlusuna ya da ajansa verilir.",
            "accounts are given to a responsible or an agency alone",
        )
    for account_id in accounts:
        if await register.find_account(session, account_id) is None:
            raise wrong_field("body.accounts", f"{account_id} numaralı hesap yok.", f"there is no account {account_id}")


def _ids(accounts: Collection[int]) -> list[AccountId]:
    return [AccountId(account_id) for account_id in accounts]


@router.get("/people", summary="Kişileri listele", response_model=Listing[PersonView])
async def list_people(service: Running, person: MayRead, paging: Annotated[Paging, Depends()]) -> object:
    """Kişiler, rolleri ve sorumlu oldukları hesaplar."""
    async with service.sessions.begin() as session:
        page = await register.people_page(session, limit=paging.limit, after=paging.after("people"))
        await note_shown(session, person, "people.list", "people", page.rows)
    return listing(page, "people", _view)


def _view(row: Row) -> PersonView:
    return PersonView(**dict(row) | {"accounts": sorted(row["accounts"] or [])})
