"""What the demo starts with: the simulated platforms' accounts, one person per role, units that can be written to."""

import hashlib
from collections.abc import Mapping

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.decisions.policy import load_policy, shipped_document
from app.records import policies
from app.records.tables import accounts, api_tokens, passwords, people, responsibilities, units
from app.sandbox.platforms import ACCOUNTS
from app.signing_in.passwords import hash_password

# Names are invented; the domain belongs to nobody.
ROLES = {
    "responsible": ("Ece Sorumlu", None),
    "specialist": ("Mert Uzman", "kurumsal_iletisim"),
    "director": ("Selin Direktör", "direktor"),
    "top_management": ("Genel Sekreterlik", None),
    "security": ("Güvenlik Amiri", "guvenlik"),
    "sks": ("Psikolojik Danışman", "sks"),
    "service_unit": ("Yemek Hizmetleri Sorumlusu", "yemek_hizmetleri"),
    "agency": ("Ajans", None),
    "auditor": ("Denetçi", None),
}
DOMAIN = "ornek.edu.tr"
VARIABLES = {
    "phone": "0232 279 25 25",
    "whatsapp": "0530 012 79 25",
    "email": "aday@ieu.edu.tr",
    "graduate_url": "https://lee.ieu.edu.tr",
    "graduate_email": "lee@ieu.edu.tr",
}
ADMISSION_PERIODS = [
    {"first": "2026-07-15", "last": "2026-08-15"},
    {"first": "2027-07-15", "last": "2027-08-15"},
]


async def seed(engine: AsyncEngine, tokens: Mapping[str, str], *, password: str | None = None) -> None:
    """Put the demo's world into the database; what is there already stays. With `password` everybody can sign in."""
    async with AsyncSession(engine) as session, session.begin():
        for key in await session.scalars(select(units.c.key).where(units.c.email.is_(None))):
            address = f"{key.replace('_', '-')}@{DOMAIN}"
            await session.execute(update(units).where(units.c.key == key).values(email=address))
        account_ids = {}
        for account in ACCOUNTS:
            await session.execute(
                insert(accounts)
                .values(
                    platform=account.platform,
                    external_id=account.external_id,
                    page_id=account.page_id,
                    handle=account.handle,
                    kind=account.kind,
                    is_active=True,
                )
                .on_conflict_do_nothing()
            )
            account_ids[account.platform, account.external_id] = await session.scalar(
                select(accounts.c.id).where(
                    accounts.c.platform == account.platform, accounts.c.external_id == account.external_id
                )
            )
        await _people(session, tokens)
        if password is not None:
            await _passwords(session, password)
        responsible = await session.scalar(select(people.c.id).where(people.c.role == "responsible"))
        for account in ACCOUNTS:
            if account.kind == "unit":
                await session.execute(
                    insert(responsibilities)
                    .values(person_id=responsible, account_id=account_ids[account.platform, account.external_id])
                    .on_conflict_do_nothing()
                )
        await _policy(session)


async def _people(session: AsyncSession, tokens: Mapping[str, str]) -> None:
    for role, (name, unit) in ROLES.items():
        await session.execute(
            insert(people)
            .values(name=name, email=email_of(role), role=role, unit=unit, is_active=True)
            .on_conflict_do_nothing()
        )
        person = await session.scalar(select(people.c.id).where(people.c.role == role))
        digest = hashlib.sha256(tokens[role].encode()).digest()
        await session.execute(
            insert(api_tokens).values(person_id=person, digest=digest, label="demo").on_conflict_do_nothing()
        )


def email_of(role: str) -> str:
    """By which the demo's person of a role signs in."""
    return f"{role.replace('_', '-')}@{DOMAIN}"


async def _passwords(session: AsyncSession, password: str) -> None:
    hashed = hash_password(password)
    for person in await session.scalars(select(people.c.id).where(people.c.email.in_(map(email_of, ROLES)))):
        await session.execute(
            insert(passwords)
            .values(person_id=person, hash=hashed)
            .on_conflict_do_update(index_elements=[passwords.c.person_id], set_={"hash": hashed})
        )


async def _policy(session: AsyncSession) -> None:
    """The shipped policy with the demo's contacts and dates; a policy that someone activated meanwhile stays."""
    shipped = load_policy(shipped_document())
    document = shipped_document() | {
        "name": "demo",
        "variables": VARIABLES,
        "admission_periods": ADMISSION_PERIODS,
    }
    document["allowed_contacts"] = [*document["allowed_contacts"], *VARIABLES.values()]
    policy = load_policy(document)
    active = await policies.active_version(session)
    if active is None or active == shipped.version or active.startswith("demo-"):
        await policies.store(session, policy)
        if active != policy.version:
            await policies.activate(session, policy.version)
