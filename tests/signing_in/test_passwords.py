"""The demo's people sign in with a password, and nobody guesses it."""

from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import insert, select, update

from app.records.database import Sessions
from app.records.tables import passwords, people
from app.settings import Settings
from app.signing_in.passwords import hash_password
from tests.world import World

OURS = {"Origin": "http://127.0.0.1:8000"}
PASSWORD = "çok gizli parola"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a demo without an identity provider."""
    return Settings(
        _env_file=None,
        environment="demo",
        database_url=SecretStr(database_url),
        data_dir=tmp_path,
        wrong_tokens_allowed=4,
        local_accounts=True,
    )


@pytest.fixture
async def email(sessions: Sessions, world: World) -> str:
    """Somebody with a password."""
    async with sessions.begin() as session:
        person = await session.scalar(select(people.c.id).where(people.c.role == "sks"))
        await session.execute(insert(passwords).values(person_id=person, hash=hash_password(PASSWORD)))
    return "sks@ornek.test"


async def enter(http: httpx.AsyncClient, email: str, password: str = PASSWORD, **how: object) -> httpx.Response:
    """Fill in the form and send it off."""
    form = {"email": email, "password": password, "next": str(how.get("next", "/docs"))}
    return await http.post("/auth/login", data=form, headers=how.get("headers", OURS))  # type: ignore[arg-type]  # a dict


async def test_the_right_password_lets_in_and_leads_on(http: httpx.AsyncClient, email: str) -> None:
    page = await http.get("/auth/login", params={"next": "/docs"})
    entered = await enter(http, email)

    assert 'name="next" value="/docs"' in page.text
    assert "script" not in page.headers["content-security-policy"]
    assert (entered.status_code, entered.headers["location"]) == (303, "/docs")
    assert (await http.get("/v1/me")).json()["role"] == "sks"


@pytest.mark.parametrize(
    ("given", "password"),
    [
        ("", PASSWORD),
        (None, "x"),
        (None, ""),
        ("x@ornek.test", PASSWORD),
        ("auditor@ornek.test", PASSWORD),
        ("a\x00b", "x"),
    ],
)
async def test_anything_else_lets_nobody_in_and_does_not_say_what_was_wrong(
    http: httpx.AsyncClient, email: str, given: str | None, password: str
) -> None:
    refused = await enter(http, email if given is None else given, password)

    assert refused.status_code == 401
    assert "E-posta ya da parola yanlış" in refused.text
    assert (await http.get("/v1/me")).status_code == 401


async def test_who_left_is_not_let_in(http: httpx.AsyncClient, email: str, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await session.execute(update(people).values(is_active=False))

    assert (await enter(http, email)).status_code == 401


async def test_guesses_at_one_person_end_from_wherever_they_come(
    http: httpx.AsyncClient, email: str, settings: Settings
) -> None:
    for number in range(settings.wrong_tokens_allowed):
        assert (await enter(http, email, f"yanlış{number}")).status_code == 401

    assert (await enter(http, email)).status_code == 429
    assert (await enter(http, "x@ornek.test")).status_code == 429


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.test"}, {"Sec-Fetch-Site": "cross-site"}])
async def test_another_site_signs_nobody_in(http: httpx.AsyncClient, email: str, headers: dict[str, str]) -> None:
    assert (await enter(http, email, headers=headers)).status_code == 403


async def test_nobody_is_led_elsewhere_by_the_form(http: httpx.AsyncClient, email: str) -> None:
    assert (await enter(http, email, next="//evil.test")).headers["location"] == "/"
