"""The schema keeps its promises by itself, whatever the code does: these tests go through plain SQL."""

import pytest
from alembic import command
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.records.database import Sessions
from app.records.migrate import config
from app.records.tables import metadata
from tests.world import make_world


@pytest.fixture
async def message(sessions: Sessions) -> int:
    """A message with a machine's decision to remove it; no evidence yet."""
    world = await make_world(sessions)
    async with sessions.begin() as session:
        return int(
            (
                await session.execute(
                    text(
                        "insert into messages (account_id, platform, channel, external_id, text, correlation_id) "
                        "values (:account, 'facebook', 'comment', '1_2', 'metin', 'c') returning id"
                    ),
                    {"account": world.page.id},
                )
            ).scalar_one()
        )


async def decide(session: AsyncSession, message: int, disposition: str, labels: str, revision: int = 1) -> int:
    return int(
        (
            await session.execute(
                text(
                    "insert into decisions (id, message_id, revision, made_by, disposition, labels, policy_version) "
                    "values (nobet_id_beside('decisions_numbers', :message), :message, "
                    ":revision, 'machine', :disposition, string_to_array(:labels, ','), "
                    "(select version from policies limit 1)) returning id"
                ),
                {"message": message, "disposition": disposition, "labels": labels, "revision": revision},
            )
        ).scalar_one()
    )


ACTION = (
    "insert into actions (id, message_id, revision, decision_id, position, kind, purpose, state, due_at) "
    "values (nobet_id_beside('actions_numbers', :message), :message, "
    "1, :decision, 0, :kind, :kind, :state, now()) returning id"
)


LINKS = '{"link": "https://x.test/1", "author_link_missing": "none"}'


async def seal(session: AsyncSession, message: int, fields: str = LINKS) -> int:
    evidence = (
        await session.execute(
            text(
                "insert into evidence "
                "(message_id, revision, sequence, digests, previous_hash, hash, version, sealed_at) "
                "values (:message, 1, 1, '{}', '0', 'h', 1, now()) returning id"
            ),
            {"message": message},
        )
    ).scalar_one()
    await session.execute(
        text("insert into evidence_contents (evidence_id, fields, salts) values (:id, cast(:fields as jsonb), '{}')"),
        {"id": evidence, "fields": fields},
    )
    return int(evidence)


async def add_image(session: AsyncSession, evidence: int) -> None:
    await session.execute(
        text(
            "insert into evidence_images (evidence_id, kind, object_key, sha256, media_type, size) "
            "values (:id, 'card', 'k', 's', 'image/png', 1)"
        ),
        {"id": evidence},
    )


@pytest.mark.parametrize("state", ["running", "done"])
@pytest.mark.parametrize("kind", ["hide", "delete"])
async def test_no_removing_call_starts_without_a_seal(sessions: Sessions, message: int, kind: str, state: str) -> None:
    async with sessions() as session:
        decision = await decide(session, message, "remove", "insult")
        planned = {"message": message, "decision": decision, "kind": kind, "state": "planned"}
        action = (await session.execute(text(ACTION), planned)).scalar_one()

        with pytest.raises(DBAPIError, match="no sealed evidence"):
            await session.execute(
                text("update actions set state = :state where id = :id"), {"id": action, "state": state}
            )


async def test_no_deletion_starts_without_an_image(sessions: Sessions, message: int) -> None:
    async with sessions() as session:
        decision = await decide(session, message, "remove", "insult")
        evidence = await seal(session, message)
        running = {"message": message, "decision": decision, "state": "running"}

        await session.execute(text(ACTION), running | {"kind": "hide"})
        async with session.begin_nested() as savepoint:
            with pytest.raises(DBAPIError, match="no image"):
                await session.execute(text(ACTION), running | {"kind": "delete"})
            await savepoint.rollback()
        await add_image(session, evidence)
        await session.execute(text(ACTION), running | {"kind": "delete"})


@pytest.mark.parametrize("kind", ["hide", "delete"])
async def test_no_removing_call_begins_on_words_that_were_never_sealed(
    sessions: Sessions, message: int, kind: str
) -> None:
    async with sessions() as session:
        decision = await decide(session, message, "remove", "insult")
        await add_image(session, await seal(session, message))
        action = {"message": message, "decision": decision, "kind": kind}
        waiting = (await session.execute(text(ACTION), action | {"state": "planned"})).scalar_one()
        await session.execute(text("update messages set revision = 2 where id = :id"), {"id": message})

        async with session.begin_nested() as savepoint:
            with pytest.raises(DBAPIError, match="has revision 2, not 1"):
                await session.execute(text("update actions set state = 'running' where id = :id"), {"id": waiting})
            await savepoint.rollback()
        await session.execute(text("delete from actions"))
        with pytest.raises(DBAPIError, match="has revision 2, not 1"):
            await session.execute(text(ACTION), action | {"state": "running"})


async def test_a_call_that_an_edit_overtakes_is_recorded_but_not_repeated(sessions: Sessions, message: int) -> None:
    async with sessions() as session:
        decision = await decide(session, message, "remove", "insult")
        await seal(session, message)
        running = {"message": message, "decision": decision, "kind": "hide", "state": "running"}
        action = (await session.execute(text(ACTION), running)).scalar_one()
        await session.execute(text("update messages set revision = 2 where id = :id"), {"id": message})

        async with session.begin_nested() as savepoint:
            with pytest.raises(DBAPIError, match="has revision 2, not 1"):
                await session.execute(
                    text("update actions set state = 'running', attempts = attempts + 1 where id = :id"), {"id": action}
                )
            await savepoint.rollback()

        await session.execute(text("update actions set state = 'done' where id = :id"), {"id": action})


@pytest.mark.parametrize(
    "fields", ["{}", '{"link": "https://x.test"}', '{"link": null, "author_link_missing": "none"}']
)
async def test_a_seal_needs_links_or_the_reasons_why_there_are_none(
    sessions: Sessions, message: int, fields: str
) -> None:
    async with sessions() as session:
        with pytest.raises(DBAPIError, match="links_or_reasons"):
            await seal(session, message, fields)


async def test_contents_are_erased_as_a_whole_or_not_touched(sessions: Sessions, message: int) -> None:
    async with sessions() as session:
        await seal(session, message)
        async with session.begin_nested() as savepoint:
            with pytest.raises(DBAPIError, match="written once"):
                await session.execute(text('update evidence_contents set fields = fields || \'{"link": "x"}\''))
            await savepoint.rollback()

        erased = await session.execute(
            text("update evidence_contents set fields = '{}', salts = '{}', erased_at = now() returning evidence_id")
        )

        assert erased.first() is not None


@pytest.mark.parametrize("disposition", ["remove", "contain"])
async def test_the_machine_never_takes_self_harm_down(sessions: Sessions, message: int, disposition: str) -> None:
    async with sessions() as session:
        with pytest.raises(DBAPIError, match="machine_spares_self_harm"):
            await decide(session, message, disposition, "self_harm,insult")


@pytest.mark.parametrize("kind", ["hide", "delete", "block"])
async def test_nothing_is_taken_away_by_the_decision_on_another_message(
    sessions: Sessions, message: int, kind: str
) -> None:
    async with sessions() as session:
        other = await session.scalar(
            text(
                "insert into messages (account_id, platform, channel, external_id, text, correlation_id) "
                "select account_id, 'facebook', 'comment', '1_3', 'metin', 'c' from messages returning id"
            )
        )
        decision = await decide(session, other, "remove", "insult")

        with pytest.raises(DBAPIError, match="is not about message"):
            await session.execute(
                text(ACTION), {"message": message, "decision": decision, "kind": kind, "state": "planned"}
            )


async def test_the_machine_never_removes_a_threat(sessions: Sessions, message: int) -> None:
    async with sessions() as session:
        with pytest.raises(DBAPIError, match="machine_never_removes_threats"):
            await decide(session, message, "remove", "threat,insult")


@pytest.mark.parametrize("label", ["criticism", "praise", "complaint", "misinformation"])
async def test_nothing_is_taken_down_for_an_opinion_alone(sessions: Sessions, message: int, label: str) -> None:
    async with sessions() as session:
        with pytest.raises(DBAPIError, match="machine_needs_a_removing_label"):
            await decide(session, message, "contain", label)


@pytest.mark.parametrize("kind", ["hide", "delete", "block"])
async def test_the_machine_plans_nothing_against_a_message_of_self_harm(
    sessions: Sessions, message: int, kind: str
) -> None:
    async with sessions() as session:
        decision = await decide(session, message, "keep", "self_harm")

        with pytest.raises(DBAPIError, match=r"6\.4\.15"):
            await session.execute(
                text(ACTION), {"message": message, "decision": decision, "kind": kind, "state": "planned"}
            )


@pytest.mark.parametrize(
    "change", ["update evidence set hash = 'x'", "delete from evidence", "truncate evidence cascade"]
)
async def test_evidence_is_written_once(sessions: Sessions, message: int, change: str) -> None:
    async with sessions() as session:
        await seal(session, message)

        with pytest.raises(DBAPIError, match="written once"):
            await session.execute(text(change))


async def test_speech_has_one_row_for_its_purpose(sessions: Sessions, message: int) -> None:
    async with sessions() as session:
        first = await decide(session, message, "keep", "complaint")
        reply = {"message": message, "kind": "reply", "state": "planned"}
        await session.execute(text(ACTION), reply | {"decision": first})
        await session.execute(text("update messages set revision = 2 where id = :id"), {"id": message})
        second = await decide(session, message, "keep", "complaint", revision=2)

        with pytest.raises(DBAPIError, match="actions_speech_once"):
            await session.execute(text(ACTION), reply | {"decision": second})


async def test_the_tables_in_code_are_those_of_the_migrations(engine: AsyncEngine) -> None:
    def columns_of(connection: object) -> dict[str, dict[str, str]]:
        inspector = inspect(connection)
        return {
            table: {column["name"]: type(column["type"]).__name__ for column in inspector.get_columns(table)}
            for table in metadata.tables
        }

    async with engine.connect() as connection:
        found = await connection.run_sync(columns_of)

    in_code = {
        name: {
            column.name: {
                "Text": "TEXT",
                "BigInteger": "BIGINT",
                "Integer": "INTEGER",
                "Boolean": "BOOLEAN",
                "DateTime": "TIMESTAMP",
                "LargeBinary": "BYTEA",
            }.get(type(column.type).__name__, type(column.type).__name__)
            for column in table.columns
        }
        for name, table in metadata.tables.items()
    }
    assert found == in_code


async def test_the_schema_goes_down_and_up_again(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.run_sync(lambda bound: command.downgrade(config(bound), "base"))
        await connection.commit()
        left = await connection.run_sync(lambda bound: set(inspect(bound).get_table_names()))
        assert left <= {"alembic_version"}

        await connection.run_sync(lambda bound: command.upgrade(config(bound), "head"))
        await connection.commit()
        assert "messages" in await connection.run_sync(lambda bound: set(inspect(bound).get_table_names()))
