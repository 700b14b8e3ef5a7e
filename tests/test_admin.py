"""A new installation gets its accounts and people from the command line."""

import hashlib

import pytest
from sqlalchemy import text

from app.admin import AdminError, put_account, put_person
from app.messages import AccountKind
from app.records.database import Sessions


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
        token = await put_person(session, name="Deneme", email="d@ornek.test", role="director", unit=None)

    async with sessions() as session:
        stored = (await session.execute(text("select digest from api_tokens"))).scalar_one()
    assert stored == hashlib.sha256(token.encode()).digest()


@pytest.mark.parametrize(
    ("changes", "says"), [({"role": "king"}, "there is no role"), ({"unit": "mars"}, "there is no unit")]
)
async def test_a_mistake_names_what_there_is(sessions: Sessions, changes: dict[str, str], says: str) -> None:
    given = {"name": "Deneme", "email": "d@ornek.test", "role": "director", "unit": None} | changes

    with pytest.raises(AdminError, match=says):
        async with sessions.begin() as session:
            await put_person(session, **given)  # type: ignore[arg-type]  # one of them is wrong on purpose
