"""Bringing a database to the schema of this version, and giving a new one its first policy."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.clock import Clock, utc_now
from app.decisions.policy import shipped_policy
from app.records import months, policies
from app.records.tables import units

MIGRATIONS = Path(__file__).parents[2] / "migrations"
ONE_AT_A_TIME = 0x6E6F6265745F6D69

# The units that the shipped routes name; the directorate completes names and addresses.
SHIPPED_UNITS = {
    "kurumsal_iletisim": ("Kurumsal İletişim Direktörlüğü", "Corporate Communications Directorate"),
    "direktor": ("Kurumsal İletişim Direktörü", "Director of Corporate Communications"),
    "sks": ("Sağlık, Kültür ve Spor Müdürlüğü", "Health, Culture and Sports Directorate"),
    "guvenlik": ("Güvenlik", "Security"),
    "ogrenci_isleri": ("Öğrenci İşleri", "Student Affairs"),
    "yemek_hizmetleri": ("Yemek Hizmetleri", "Catering"),
    "yurt": ("Yurt", "Dormitory"),
    "ulasim": ("Ulaşım", "Transport"),
    "bilgi_islem": ("Bilgi İşlem", "Information Technology"),
    "kutuphane": ("Kütüphane", "Library"),
    "mali_isler": ("Mali İşler", "Finance"),
    "teknik_isler": ("Teknik İşler", "Technical Services"),
}


async def migrate(engine: AsyncEngine, *, to: str = "head", now: Clock = utc_now) -> None:
    """Run the migrations, one process at a time, then see to the months, the shipped policy and units."""
    async with engine.connect() as connection:
        await connection.execute(text("select pg_advisory_lock(:key)"), {"key": ONE_AT_A_TIME})
        await connection.commit()
        try:
            await connection.run_sync(_upgrade, to)
            await connection.commit()
        finally:
            await connection.rollback()
            await connection.execute(text("select pg_advisory_unlock(:key)"), {"key": ONE_AT_A_TIME})
            await connection.commit()
    await months.make_months(engine, now=now())
    async with AsyncSession(engine) as session, session.begin():
        await _first_policy(session)


async def is_behind(engine: AsyncEngine) -> bool:
    """Whether the database still waits for a migration of ours. One that a newer version migrated is not behind."""
    async with engine.connect() as connection:
        present = await connection.run_sync(_present)
    ours = [script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()]
    return present is None or present in ours[1:]


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, bound to an open connection where one is handed over."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["connection"] = connection
    return made


def _present(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection, to: str) -> None:
    command.upgrade(config(connection), to)


async def _first_policy(session: AsyncSession) -> None:
    await session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
    present = set(await session.scalars(select(units.c.key)))
    missing: list[dict[str, Any]] = [
        {"key": key, "name_tr": turkish, "name_en": english}
        for key, (turkish, english) in SHIPPED_UNITS.items()
        if key not in present
    ]
    if missing:
        await session.execute(units.insert(), missing)
    if await policies.active_version(session) is None:
        await policies.activate(session, await policies.store(session, shipped_policy()))
