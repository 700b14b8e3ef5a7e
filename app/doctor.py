"""`nobet doctor`: looks at everything the service needs and says what to do about each; exits with 1 if one fails."""

import asyncio
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app import checks
from app.checks import Check, Status
from app.errors import PageCaptureError
from app.evidence.fonts import script_support
from app.evidence.pages.browser import BrowserPool
from app.main import Service, running_service
from app.records.migrate import config
from app.settings import Settings

SKEW = timedelta(seconds=5)
MARKS = {Status.OK: "ok  ", Status.WARNING: "warn", Status.FAILING: "FAIL"}


def run_doctor() -> int:
    """Check everything and print a line each; 1 where something fails. Raises SettingsError."""
    settings = Settings()
    settings.require_database_url()
    found = asyncio.run(_look(settings))
    for check in found:
        sys.stdout.write(f"{MARKS[check.status]}  {check.name}: {check.detail}\n")
    return 1 if any(check.status is Status.FAILING for check in found) else 0


async def _look(settings: Settings) -> list[Check]:
    async with running_service(settings, detect_language=lambda _: None, classify=lambda _: []) as service:
        database = await checks.check_database(service.sessions)
        found = [_settings(settings), database]
        if database.status is Status.OK:
            found += [await _schema(service), await _clock(service)]
            found += [
                await checks.check_policy(service.policies),
                await checks.check_queue(service.sessions),
                await checks.check_months(service.sessions, service.clock()),
                await checks.check_routes(service.sessions, settings),
                await checks.check_sign_in(service.identity_provider),
                *await checks.check_platforms(service.sessions, service.ingest, service.tokens, service.quotas),
            ]
        return [*found, await checks.check_storage(service.objects), await _browser(settings), *_fonts()]


def _settings(settings: Settings) -> Check:
    """Settings that are meant for a developer's machine alone."""
    if settings.environment == "production" and settings.public_url.startswith("http://"):
        return Check(
            name="settings",
            status=Status.WARNING,
            detail="NOBET_PUBLIC_URL is not https: set it to the address that people and platforms use",
        )
    return Check(name="settings", status=Status.OK, detail=f"environment {settings.environment}")


async def _schema(service: Service) -> Check:
    """The database is at this version's schema."""
    newest = ScriptDirectory.from_config(config()).get_current_head()
    try:
        async with service.sessions() as session:
            present = await session.scalar(text("select version_num from alembic_version"))
    except SQLAlchemyError:
        present = None
    if present == newest:
        return Check(name="schema", status=Status.OK, detail=f"revision {present}")
    return Check(
        name="schema", status=Status.FAILING, detail=f"revision {present} instead of {newest}: run `nobet migrate`"
    )


async def _clock(service: Service) -> Check:
    """This machine and the database agree on the time: due times and time-outs rest on both."""
    async with service.sessions() as session:
        there = await session.scalar(text("select clock_timestamp()"))
    skew = abs(datetime.now(UTC) - there) if isinstance(there, datetime) else SKEW * 2
    if skew > SKEW:
        return Check(
            name="clock",
            status=Status.FAILING,
            detail=f"{skew.total_seconds():.0f} s apart from the database: synchronise both with NTP",
        )
    return Check(name="clock", status=Status.OK, detail="agrees with the database")


async def _browser(settings: Settings) -> Check:
    """The browser that takes pictures of pages is there, and starts."""
    found = checks.check_browser(settings)
    if settings.browser is None:
        return found
    pool = BrowserPool(settings.browser, at_once=1)
    try:
        return Check(name=found.name, status=Status.OK, detail=f"{found.detail}, version {await pool.version()}")
    except PageCaptureError as error:
        detail = f"{found.detail}: {error.detail}; see that it runs, as this user and without a screen"
        return Check(name=found.name, status=Status.WARNING, detail=detail)
    finally:
        await pool.close()


def _fonts() -> Iterable[Check]:
    """Which writings can be read on an evidence card."""
    for script in script_support():
        yield Check(
            name=f"font_{script.script}",
            status=Status.OK if script.is_renderable else Status.WARNING,
            detail="readable" if script.is_renderable else f"not readable on evidence cards: install {script.package}",
        )
