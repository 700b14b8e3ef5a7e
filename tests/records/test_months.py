"""Months turn: what came before is found after it, nothing is doubled, and there is always room for what comes."""

import asyncio
from datetime import UTC, datetime

from sqlalchemy import Text, column, select, text
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.ext.asyncio import AsyncEngine

from app.checks import check_months
from app.messages import Channel, DeliveryId, Event, EventKind, ExternalId, MessageId
from app.records import arrivals, deliveries, messages, months
from app.records.arrivals import Arrival
from app.records.database import Sessions
from app.records.deliveries import NewDelivery
from app.records.tables import metadata
from tests.world import FACEBOOK, World, make_world

OCTOBER = datetime(2031, 10, 31, 23, 59, 59, tzinfo=UTC)
NOVEMBER = datetime(2031, 11, 1, 0, 0, 1, tzinfo=UTC)


def a_delivery(at: datetime, *, body: bytes = b"{}", correlation_id: str = "c0ffee") -> NewDelivery:
    return NewDelivery(
        platform=FACEBOOK, body=body, digest=body.ljust(32), headers={}, received_at=at, correlation_id=correlation_id
    )


def an_arrival(world: World, at: datetime, *, words: str = "Merhaba", kind: EventKind = EventKind.CREATED) -> Arrival:
    event = Event(
        event=kind,
        key=f"900_1:{kind}:{words}",
        platform=FACEBOOK,
        channel=Channel.COMMENT,
        external_id=ExternalId("900_1"),
        text=words,
    )
    return Arrival(account=world.page, event=event, delivery_id=DeliveryId(1), correlation_id="c0ffee", read_at=at)


async def table_of(sessions: Sessions, table: str, row_id: int) -> str:
    async with sessions() as session:
        place = column("tableoid").cast(REGCLASS).cast(Text)
        found = await session.scalar(select(place).select_from(metadata.tables[table]).where(column("id") == row_id))
    return str(found)


async def test_what_comes_lies_in_its_month_by_the_services_clock(sessions: Sessions, engine: AsyncEngine) -> None:
    world = await make_world(sessions)
    await months.make_months(engine, now=OCTOBER)

    async with sessions.begin() as session:
        before = await deliveries.store(session, [a_delivery(OCTOBER, body=b"1", correlation_id="1")])
        after = await deliveries.store(session, [a_delivery(NOVEMBER, body=b"2", correlation_id="2")])
        message = await arrivals.record_created(session, an_arrival(world, NOVEMBER))

    assert await table_of(sessions, "deliveries", before["1"]) == "deliveries_2031_10"
    assert await table_of(sessions, "deliveries", after["2"]) == "deliveries_2031_11"
    assert message is not None
    assert await table_of(sessions, "messages", message) == "messages_2031_11"
    assert message < 2**53


async def test_a_redelivery_after_the_months_turn_doubles_nothing(sessions: Sessions, engine: AsyncEngine) -> None:
    world = await make_world(sessions)
    await months.make_months(engine, now=OCTOBER)
    async with sessions.begin() as session:
        await deliveries.store(session, [a_delivery(OCTOBER)])
        first = await arrivals.record_created(session, an_arrival(world, OCTOBER))

    async with sessions.begin() as session:
        again = await deliveries.store(session, [a_delivery(NOVEMBER)])
        created = await arrivals.record_created(session, an_arrival(world, NOVEMBER))
        edited = await arrivals.record_edited(
            session, an_arrival(world, NOVEMBER, words="Başka", kind=EventKind.EDITED)
        )

    assert (again, created, edited) == ({}, None, first)
    async with sessions() as session:
        assert list(await session.scalars(text("select count(*) from deliveries"))) == [1]
        assert list(await session.scalars(text("select id from messages"))) == [first]
        assert await messages.find(session, world.page, ExternalId("900_1")) == first


async def test_what_is_done_about_a_message_lies_beside_it(sessions: Sessions, engine: AsyncEngine) -> None:
    world = await make_world(sessions)
    await months.make_months(engine, now=OCTOBER)
    async with sessions.begin() as session:
        message = await arrivals.record_created(session, an_arrival(world, OCTOBER))
        assert message is not None
        decision = await session.scalar(
            text(
                "insert into decisions (id, message_id, revision, made_by, disposition, policy_version, decided_at) "
                "select nobet_id_beside('decisions_numbers', :message), :message, 1, 'machine', 'keep', version, :at "
                "from policies limit 1 returning id"
            ),
            {"message": MessageId(message), "at": NOVEMBER},
        )

    assert await table_of(sessions, "decisions", int(str(decision))) == "decisions_2031_10"


async def test_months_are_made_ahead_and_a_missing_one_is_known(sessions: Sessions, engine: AsyncEngine) -> None:
    async with sessions() as session:
        missing = [months.name_of(month) for month in await months.missing(session, now=OCTOBER)]
    assert missing == ["2031-10", "2031-11", "2031-12", "2032-01"]

    await months.make_months(engine, now=OCTOBER)
    await months.make_months(engine, now=OCTOBER)

    async with sessions() as session:
        assert await months.missing(session, now=OCTOBER) == []
        assert [months.name_of(month) for month in await months.missing(session, now=NOVEMBER)] == ["2032-02"]


async def test_health_says_in_time_that_a_month_is_missing(sessions: Sessions, engine: AsyncEngine) -> None:
    await months.make_months(engine, now=OCTOBER)

    found = [await check_months(sessions, at) for at in (OCTOBER, NOVEMBER, datetime(2032, 1, 1, tzinfo=UTC))]

    assert [check.status for check in found] == ["ok", "warning", "failing"]
    assert "2032-02" in found[1].detail


async def test_who_waits_while_another_makes_a_month_does_not_make_it_again(engine: AsyncEngine) -> None:
    later = OCTOBER.replace(year=2040)
    async with engine.connect() as another:
        # Whoever waits has made months before, so that nothing else makes it look at the tables again.
        await months.make_months(engine, now=OCTOBER)
        async with another.begin():
            await another.execute(text("select pg_advisory_xact_lock(:key)"), {"key": months.ONE_AT_A_TIME})
            waiting = asyncio.create_task(months.make_months(engine, now=later))
            while not await another.scalar(text("select exists (select from pg_locks where not granted)")):
                assert not waiting.done()
                await asyncio.sleep(0.01)
            await another.execute(text("call nobet_make_month(:month)"), {"month": months.month_of(later)})

    await waiting
