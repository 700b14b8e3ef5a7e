"""A real browser signs in at a real provider, works with its session, and is not led astray by other pages."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.async_api import Browser, Page, async_playwright, expect
from pydantic import SecretStr
from sqlalchemy import insert, select

from app.api.app import create_app
from app.main import running_service
from app.records.database import Sessions
from app.records.tables import passwords, people, silences
from app.settings import Settings
from app.signing_in.passwords import hash_password
from app.signing_in.settings import OidcSettings
from tests.browser import BROWSER, needs_browser
from tests.flow import serving
from tests.signing_in.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider
from tests.world import World, no_scores

pytestmark = [
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
    needs_browser,
]
PASSWORD = "çok gizli parola"


@asynccontextmanager
async def a_site(settings: Settings, listening: socket.socket) -> AsyncIterator[None]:
    """The service, served on loopback."""
    app = create_app(lambda: running_service(settings, detect_language=lambda text: "tr", classify=no_scores))
    async with serving(app, listening):
        yield


def listening() -> socket.socket:
    """A socket on a free port of loopback."""
    return socket.create_server(("127.0.0.1", 0))


def address(of: socket.socket) -> str:
    """Where it is reached."""
    return f"http://127.0.0.1:{of.getsockname()[1]}"


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A page in a fresh browser."""
    async with async_playwright() as playwright:
        assert BROWSER is not None
        browser: Browser = await playwright.chromium.launch(executable_path=BROWSER.path, args=["--no-sandbox"])
        context = await browser.new_context(locale="tr-TR")
        # The manual of so many endpoints takes a busy machine a while to draw.
        context.set_default_timeout(60_000)
        expect.set_options(timeout=60_000)
        yield await context.new_page()
        await browser.close()


async def test_a_browser_signs_in_writes_and_signs_out(
    page: Page, provider: IdentityProvider, sessions: Sessions, world: World, database_url: str, tmp_path: Path
) -> None:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if "Content Security Policy" in line.text else None)
    await asyncio.to_thread(provider.user, "tarayici", email="DIRECTOR@ornek.test", email_verified=True)
    with listening() as door, listening() as elsewhere:
        settings = Settings(
            _env_file=None,
            environment="test",
            database_url=SecretStr(database_url),
            data_dir=tmp_path,
            public_url=address(door),
            oidc=OidcSettings(issuer=provider.issuer, client_id=CLIENT_ID, client_secret=SecretStr(CLIENT_SECRET)),
        )
        async with a_site(settings, door), serving(hostile(address(door)), elsewhere):
            await page.goto(f"{address(door)}/docs")
            await page.get_by_role("link", name="Oturum aç").click()
            await page.get_by_placeholder("sub").fill("tarayici")
            await page.get_by_role("button", name="Authorize").click()
            await page.wait_for_url("**/docs")
            await expect(page.locator("header.who")).to_contain_text("Deneme director")

            # Another page on this very machine asks for the same in the browser's name.
            other = await page.context.new_page()
            await other.goto(address(elsewhere))
            await other.get_by_role("button").click()
            await other.wait_for_load_state()
            refused = await silences_begun(sessions)
            # The manual's own button sends what such a write needs.
            await page.locator("#operations-modes-start_v1_modes_silence_post .opblock-summary-control").click()
            await page.locator("#operations-modes-start_v1_modes_silence_post textarea").fill('{"reason": "Deprem"}')
            async with page.expect_response("**/v1/modes/silence") as answered:
                await page.get_by_role("button", name="Execute").click()
            done = (await answered.value).status

            await page.get_by_role("button", name="Oturumu kapat").click()
            await expect(page.get_by_role("heading", name="Oturum kapatıldı")).to_be_visible()
            await page.get_by_role("link", name="Üniversite hesabından da çık").click()
            await page.get_by_role("button").first.click()
            await expect(page.get_by_role("heading", name="Çıkış tamamlandı")).to_be_visible()
            cookies = [cookie["name"] for cookie in await page.context.cookies()]

    assert (refused, done, await silences_begun(sessions)) == (0, 201, 1)
    assert cookies == []
    assert problems == []


async def test_a_local_account_signs_in_with_its_password_in_the_demo(
    page: Page, provider: IdentityProvider, sessions: Sessions, world: World, database_url: str, tmp_path: Path
) -> None:
    async with sessions.begin() as session:
        person = await session.scalar(select(people.c.id).where(people.c.role == "sks"))
        await session.execute(insert(passwords).values(person_id=person, hash=hash_password(PASSWORD)))
    with listening() as door:
        settings = Settings(
            _env_file=None,
            environment="demo",
            database_url=SecretStr(database_url),
            data_dir=tmp_path,
            public_url=address(door),
            local_accounts=True,
        )
        async with a_site(settings, door):
            await page.goto(f"{address(door)}/auth/login?next=/docs")
            await page.get_by_label("E-posta").fill("sks@ornek.test")
            await page.get_by_label("Parola").fill("yanlış")
            await page.get_by_role("button", name="Oturum aç").click()
            await expect(page.get_by_role("alert")).to_contain_text("yanlış")
            await page.get_by_label("Parola").fill(PASSWORD)
            await page.get_by_label("Parola").press("Enter")
            await page.wait_for_url("**/docs")
            await expect(page.locator("header.who")).to_contain_text("Deneme sks")


def hostile(target: str) -> FastAPI:
    """A page that sends a write to us in its visitor's name."""
    app = FastAPI()

    @app.get("/")
    async def show() -> HTMLResponse:
        return HTMLResponse(
            f'<form method="post" enctype="text/plain" action="{target}/v1/modes/silence">'
            """<input name='{"reason":"kandırıldı","x":"' value='"}'><button>Ödül</button></form>"""
        )

    return app


async def silences_begun(sessions: Sessions) -> int:
    """How often silence mode was switched on."""
    async with sessions() as session:
        return len((await session.scalars(select(silences.c.id))).all())
