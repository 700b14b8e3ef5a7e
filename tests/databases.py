"""Databases for tests: one a test process, put back to how the migrations left it after each test.

A copy of the template for each test would do as well, but costs a quarter of the whole suite's time. What cannot be put
back by its rows alone is given up for another copy: a changed schema (an event trigger sees it) and much data, whose
statistics would colour the next test's plans.
"""

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from app.records.database import create_engine
from app.records.migrate import migrate

MUCH_DATA = 8_000_000
PATIENCE_MS = 5000


async def forget_power_cuts(server_url: str) -> None:
    """Do not wait for the disk: what these tests write need not outlive the machine's failure."""
    admin = create_async_engine(server_url, isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(text("alter system set fsync = off"))
        await connection.execute(text("alter system set full_page_writes = off"))
        await connection.execute(text("select pg_reload_conf()"))
    await admin.dispose()


async def make_template(admin: AsyncEngine, server_url: str, name: str) -> None:
    """A database with the whole schema, which knows how to put itself back."""
    async with admin.connect() as connection:
        await connection.execute(text(f'create database "{name}"'))
    engine = create_engine(_url(server_url, name))
    await migrate(engine)
    async with engine.begin() as connection:
        for statement in _PRISTINE:
            await connection.execute(text(statement))
    await engine.dispose()


class Database:
    """A copy of the template, used by one test after the other."""

    def __init__(self, server_url: str, template: str, name: str) -> None:
        self.name = name
        self.url = _url(server_url, name)
        self._admin = create_async_engine(server_url, isolation_level="AUTOCOMMIT")
        self._template = template

    async def make(self) -> None:
        """Copy the template."""
        async with self._admin.connect() as connection:
            await connection.execute(text(f'create database "{self.name}" template "{self._template}"'))
        await self._admin.dispose()

    async def is_put_back(self) -> bool:
        """Put everything back; false where that cannot be done, and the database must go."""
        engine = create_async_engine(self.url)
        try:
            async with engine.begin() as connection:
                return await _put_back(connection)
        finally:
            await engine.dispose()

    async def drop(self) -> None:
        """Away with it."""
        async with self._admin.connect() as connection:
            await connection.execute(text(f'drop database "{self.name}" with (force)'))
        await self._admin.dispose()


async def _put_back(connection: AsyncConnection) -> bool:
    others = await connection.scalars(
        text(
            "select pg_terminate_backend(pid, :patience) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'"
        ),
        {"patience": PATIENCE_MS},
    )
    if not all(others.all()):
        return False
    if await connection.scalar(text("select exists (select from pristine.schema_changes)")):
        return False
    grown = text("select pg_database_size(current_database()) > (select size from pristine.at_first) + :much")
    if await connection.scalar(grown, {"much": MUCH_DATA}):
        return False
    await connection.execute(text("call pristine.put_back()"))
    return True


def _url(server_url: str, name: str) -> str:
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


_PRISTINE = (
    "create schema pristine",
    # Rows that the migrations left, table by table, in a table of the same shape.
    """
    create table pristine.tables as
    select format('%I.%I', nspname, relname) as name, format('pristine.rows_%s', c.oid) as rows, false as has_rows
    from pg_class c join pg_namespace n on n.oid = relnamespace
    where nspname = 'public' and relkind = 'r'
    """,
    """
    do $$
    declare each record; has boolean;
    begin
        for each in select * from pristine.tables loop
            execute format('select exists (select from only %s)', each.name) into has;
            if has then
                execute format('create table %s as table only %s', each.rows, each.name);
                update pristine.tables set has_rows = true where name = each.name;
            end if;
        end loop;
    end $$
    """,
    """
    create table pristine.sequences as
    select format('%I.%I', schemaname, sequencename)::regclass as name, coalesce(last_value, start_value) as value,
        last_value is not null as is_called
    from pg_sequences where schemaname = 'public'
    """,
    # Triggers that refuse changes, and keys that point to each other, do not stand in the way of a replica.
    """
    create procedure pristine.put_back() language plpgsql as $$
    declare each record; has boolean;
    begin
        set local session_replication_role = replica;
        for each in select * from pristine.tables loop
            execute format('select exists (select from only %s)', each.name) into has;
            continue when not has and not each.has_rows;
            execute format('delete from only %s', each.name);
            if each.has_rows then
                execute format('insert into %s overriding system value table %s', each.name, each.rows);
            end if;
        end loop;
        perform setval(s.name, s.value, s.is_called)
        from pristine.sequences s join pg_sequences p on format('%I.%I', schemaname, sequencename)::regclass = s.name
        where (coalesce(p.last_value, p.start_value), p.last_value is not null) <> (s.value, s.is_called);
    end $$
    """,
    "create table pristine.at_first as select pg_database_size(current_database()) as size",
    "create table pristine.schema_changes (command text)",
    """
    create function pristine.note_change() returns event_trigger language plpgsql security definer as $$
    begin
        insert into pristine.schema_changes values (tg_tag);
    end $$
    """,
    "create event trigger pristine_change on ddl_command_end execute function pristine.note_change()",
)
