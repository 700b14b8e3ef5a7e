"""A new installation gets its accounts and people from the command line."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.admin import (
    AdminError,
    activate_document,
    active_document,
    let_go,
    make_token,
    put_account,
    put_person,
)
from app.errors import PolicyError
from app.messages import AccountKind
from app.records import policies
from app.records.database import Sessions
from app.signing_in.people import Method, open_session

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


async def test_an_account_entered_twice_is_corrected(sessions: Sessions) -> None:
    for handle in ("eski", "yeni"):
        async with sessions.begin() as session:
            await put_account(
                session, platform="facebook", external_id="1", handle=handle, kind=AccountKind.OFFICIAL, page_id=None
            )

    async with sessions() as session:
        assert list(await session.scalars(text("select handle from accounts"))) == ["yeni"]


async def test_a_persons_token_is_stored_as_a_hash_alone(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        person_id = await put_person(session, name="Deneme", email="d@ornek.test", role="director", unit=None)
        token = await make_token(session, person_id, days=30, now=NOW)

    async with sessions() as session:
        stored = (await session.execute(text("select digest, expires_at from api_tokens"))).one()
    assert stored == (hashlib.sha256(token.encode()).digest(), NOW + timedelta(days=30))


async def test_one_mailbox_is_one_person_in_whatever_capitals(sessions: Sessions) -> None:
    for email in ("Ad.Soyad@ornek.test", " ad.soyad@ORNEK.test "):
        async with sessions.begin() as session:
            await put_person(session, name="Deneme", email=email, role="sks", unit=None)

    async with sessions() as session:
        assert list(await session.scalars(text("select email from people"))) == ["Ad.Soyad@ornek.test"]


async def test_who_leaves_takes_sessions_and_tokens_along(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        person_id = await put_person(session, name="Deneme", email="d@ornek.test", role="sks", unit=None)
        await make_token(session, person_id, days=None, now=NOW)
        await open_session(session, person_id, method=Method.OIDC, at=NOW, longest=timedelta(hours=1))

    async with sessions.begin() as session:
        ended = await let_go(session, "D@ornek.test", now=NOW + timedelta(minutes=1))

    assert ended == (1, 1)
    async with sessions() as session:
        left = (
            "select (select count(*) from people where is_active), "
            "(select count(*) from api_tokens where revoked_at is null), "
            "(select count(*) from browser_sessions where ended_at is null)"
        )
        assert (await session.execute(text(left))).one() == (0, 0, 0)
    with pytest.raises(AdminError, match="nobody"):
        async with sessions.begin() as session:
            await let_go(session, "x@ornek.test", now=NOW)


@pytest.mark.parametrize(
    ("changes", "says"), [({"role": "king"}, "there is no role"), ({"unit": "mars"}, "there is no unit")]
)
async def test_a_mistake_names_what_there_is(sessions: Sessions, changes: dict[str, str], says: str) -> None:
    given = {"name": "Deneme", "email": "d@ornek.test", "role": "director", "unit": None} | changes

    with pytest.raises(AdminError, match=says):
        async with sessions.begin() as session:
            await put_person(session, **given)  # type: ignore[arg-type]  # one of them is wrong on purpose


async def test_a_changed_policy_is_activated_and_a_wrong_one_changes_nothing(sessions: Sessions) -> None:
    async with sessions() as session:
        document = json.loads(await active_document(session))
    document["variables"]["phone"] = "0232 000 00 00"

    async with sessions.begin() as session:
        version = await activate_document(session, json.dumps(document))
    document["labels"]["criticism"]["certain"] = "remove"
    with pytest.raises(PolicyError, match="may never lead to a take-down"):
        async with sessions.begin() as session:
            await activate_document(session, json.dumps(document))

    async with sessions() as session:
        active = await policies.active_version(session)
        assert active == version
        assert (await policies.load(session, active)).variables["phone"] == "0232 000 00 00"
