"""A small world for tests: accounts, people, tokens; and builders with good defaults."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert

from app.messages import Account, AccountId, AccountKind, Channel, ExternalId, Message, MessageId, PlatformName
from app.records.database import Sessions
from app.records.tables import accounts, api_tokens, people, responsibilities
from app.rules.model import Label, Scored

FACEBOOK = PlatformName("facebook")
INSTAGRAM = PlatformName("instagram")
PAGE_ID = ExternalId("104000000000001")
INSTAGRAM_ID = ExternalId("17840000000000001")
ROLES = (
    "responsible",
    "specialist",
    "director",
    "top_management",
    "security",
    "sks",
    "service_unit",
    "agency",
    "auditor",
)
UNIT_OF_ROLE = {"security": "guvenlik", "sks": "sks", "service_unit": "yemek_hizmetleri"}
NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What `make_world` made: our accounts and one API token per role."""

    page: Account
    instagram: Account
    unit_page: Account
    tokens: dict[str, str]
    people: dict[str, int]


async def make_world(sessions: Sessions) -> World:
    """Three accounts, one person with a token per role; the responsible has the unit's page alone."""
    async with sessions.begin() as session:
        made = {}
        for key, values in {
            "page": {
                "platform": FACEBOOK,
                "external_id": PAGE_ID,
                "page_id": PAGE_ID,
                "handle": "ieu",
                "kind": "official",
            },
            "instagram": {
                "platform": INSTAGRAM,
                "external_id": INSTAGRAM_ID,
                "page_id": PAGE_ID,
                "handle": "ieu.ig",
                "kind": "official",
            },
            "unit_page": {
                "platform": FACEBOOK,
                "external_id": "104000000000002",
                "page_id": "104000000000002",
                "handle": "ieu.muh",
                "kind": "unit",
            },
        }.items():
            row = (await session.execute(insert(accounts).values(**values, is_active=True).returning(accounts))).one()
            made[key] = Account(
                id=AccountId(row.id),
                platform=PlatformName(row.platform),
                external_id=ExternalId(row.external_id),
                page_id=ExternalId(row.page_id),
                handle=row.handle,
                kind=AccountKind(row.kind),
            )
        tokens, ids = {}, {}
        for role in ROLES:
            person = (
                await session.execute(
                    insert(people)
                    .values(
                        name=f"Deneme {role}",
                        email=f"{role}@ornek.test",
                        role=role,
                        unit=UNIT_OF_ROLE.get(role),
                        is_active=True,
                    )
                    .returning(people.c.id)
                )
            ).scalar_one()
            tokens[role] = f"nobet_test_{role}"
            ids[role] = person
            await session.execute(
                insert(api_tokens).values(
                    person_id=person, digest=hashlib.sha256(tokens[role].encode()).digest(), label="test"
                )
            )
        await session.execute(
            insert(responsibilities).values(person_id=ids["responsible"], account_id=made["unit_page"].id)
        )
    return World(**made, tokens=tokens, people=ids)


def no_scores(texts: Sequence[tuple[str, str | None]]) -> list[Mapping[Label, Scored]]:
    """A classifier that says nothing: rules stand for themselves, where the way is tested and not the judgement."""
    return [{} for _ in texts]


def an_account(**changes: object) -> Account:
    """An account that is in no database."""
    values: dict[str, object] = {
        "id": AccountId(1),
        "platform": FACEBOOK,
        "external_id": PAGE_ID,
        "page_id": PAGE_ID,
        "handle": "ieu",
    }
    return Account(**(values | changes))  # type: ignore[arg-type]  # a builder: the defaults are of the right types


def a_message(text: str = "Kampüs çok güzel", **changes: object) -> Message:
    """A message that is in no database."""
    values: dict[str, object] = {
        "id": MessageId(1),
        "platform": FACEBOOK,
        "account": an_account(),
        "channel": Channel.COMMENT,
        "external_id": ExternalId("900_1"),
        "text": text,
        "author_id": ExternalId("501"),
        "author_name": "Deneme Kişi",
    }
    return Message(**(values | changes))  # type: ignore[arg-type]  # a builder: the defaults are of the right types
