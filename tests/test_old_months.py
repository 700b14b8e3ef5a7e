"""Months whose time is over are dropped whole; what is held or open keeps its month; nothing comes back twice."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.messages import Channel, DeliveryId, Event, EventKind, ExternalId, MessageId
from app.old_months import OldMonths
from app.records import arrivals, deliveries, months
from app.records.arrivals import Arrival
from app.records.database import Sessions
from app.records.deliveries import NewDelivery
from app.records.tables import metadata
from tests.api.builders import a_decision, an_action
from tests.world import FACEBOOK, World, make_world

MARCH = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
A_YEAR = timedelta(days=365)


class Months:
    """A service whose months turn: one delivery with one message came in March."""

    def __init__(self, sessions: Sessions, engine: AsyncEngine, world: World) -> None:
        self.sessions, self.engine, self.world = sessions, engine, world
        self.now = MARCH
        self.message = MessageId(0)

    async def arrives(self) -> MessageId | None:
        """The delivery comes, for the first time or again; returns the message that it makes."""
        await months.make_months(self.engine, now=self.now)
        delivery = NewDelivery(
            platform=FACEBOOK, body=b"{}", digest=b"1" * 32, headers={}, received_at=self.now, correlation_id="c"
        )
        event = Event(
            event=EventKind.CREATED,
            key="100_1",
            platform=FACEBOOK,
            channel=Channel.COMMENT,
            external_id=ExternalId("100_1"),
            text="Merhaba",
        )
        async with self.sessions.begin() as session:
            stored = await deliveries.store(session, [delivery])
            await session.execute(text("update deliveries set state = 'parsed'"))
            arrival = Arrival(
                account=self.world.page,
                event=event,
                delivery_id=next(iter(stored.values()), DeliveryId(1)),
                correlation_id="c",
                read_at=self.now,
            )
            return await arrivals.record_created(session, arrival)

    async def ends(self, after: timedelta) -> None:
        """The nightly round, so long after March."""
        self.now = MARCH + after
        keeper = OldMonths(
            sessions=self.sessions, deliveries_kept=A_YEAR, messages_kept=3 * A_YEAR, clock=lambda: self.now
        )
        await keeper.end_due()

    async def execute(self, statement: str) -> None:
        async with self.sessions.begin() as session:
            await session.execute(text(statement), {"id": self.message} if ":id" in statement else {})

    async def count(self, table: str) -> int:
        async with self.sessions() as session:
            return int(await session.scalar(select(func.count()).select_from(metadata.tables[table])) or 0)

    async def partitions(self) -> list[str]:
        """What there is of March."""
        async with self.sessions() as session:
            return list(await session.scalars(text("select relname from pg_class where relname like '%_2026_03'")))


@pytest.fixture
async def turning(sessions: Sessions, engine: AsyncEngine) -> Months:
    made = Months(sessions, engine, await make_world(sessions))
    message = await made.arrives()
    assert message is not None
    made.message = message
    await a_decision(sessions, message)
    await an_action(sessions, message, state="done")
    return made


async def test_deliveries_go_before_what_they_brought_and_both_go_whole(turning: Months) -> None:
    await turning.ends(A_YEAR - timedelta(days=31))
    assert (await turning.count("deliveries"), await turning.count("messages")) == (1, 1)

    await turning.ends(A_YEAR + timedelta(days=31))
    assert (await turning.count("deliveries"), await turning.count("messages")) == (0, 1)

    await turning.ends(3 * A_YEAR + timedelta(days=31))
    for table in ("messages", "revisions", "decisions", "actions"):
        assert await turning.count(table) == 0
    assert await turning.partitions() == []
    async with turning.sessions() as session:
        noted = set(await session.scalars(text("select subject from audit where act = 'month.drop'")))
    assert noted >= {"messages/2026-03", "deliveries/2026-03"}


async def test_what_went_does_not_come_back_when_it_is_delivered_again(turning: Months) -> None:
    await turning.ends(3 * A_YEAR + timedelta(days=31))

    assert await turning.arrives() is None

    assert (await turning.count("deliveries"), await turning.count("messages")) == (0, 0)


@pytest.mark.parametrize(
    ("kept_by", "ended_by"),
    [
        (
            "insert into content_holds (message_id, reason, opened_at, opened_by) "
            "select :id, 'dava', now(), id from people limit 1",
            "update content_holds set released_at = now(), released_by = opened_by",
        ),
        (
            "insert into reviews (message_id, revision, reason, priority) values (:id, 1, 'criticism', 1)",
            "update reviews set state = 'decided'",
        ),
        (
            "insert into tasks (message_id, kind, reason) values (:id, 'hide', 'not_possible')",
            "update tasks set state = 'done'",
        ),
        (
            "insert into approvals (message_id, revision, wanted, reason, wanted_by, wanted_at) "
            "select :id, 1, 'delete', 'tehdit', id, now() from people limit 1",
            "update approvals set state = 'lapsed', answered_at = now()",
        ),
        ("update actions set state = 'withheld'", "update actions set state = 'cancelled'"),
        (
            "with sealed as (insert into evidence (message_id, revision, sequence, digests, previous_hash, hash, "
            "version, sealed_at) values (:id, 1, 1, '{}', '0', 'h', 1, now()) returning id) "
            "insert into evidence_contents (evidence_id, fields, salts) "
            'select id, \'{"link": "x", "author_link_missing": "x"}\', \'{}\' from sealed',
            "update evidence_contents set fields = '{}', salts = '{}', erased_at = now()",
        ),
    ],
    ids=["hold", "review", "task", "approval", "action", "evidence"],
)
async def test_what_is_held_or_open_keeps_its_month(turning: Months, kept_by: str, ended_by: str) -> None:
    await turning.execute(kept_by)

    await turning.ends(5 * A_YEAR)
    assert (await turning.count("messages"), await turning.count("decisions")) == (1, 1)

    await turning.execute(ended_by)
    await turning.ends(5 * A_YEAR)
    assert await turning.count("messages") == 0


async def test_a_month_to_which_a_crisis_or_an_appeal_refers_is_kept_and_why_is_on_record_once(turning: Months) -> None:
    await turning.execute(
        "with crisis as (insert into crises (title, reason, since_at, opened_at, opened_by, closed_at, closed_by, "
        "summary) select 'Yemekhane', 'x', now(), now(), id, now(), id, 'x' from people limit 1 returning id) "
        "insert into crisis_messages (crisis_id, message_id, added_at) select id, :id, now() from crisis"
    )
    # Asked about in a later month, and decided.
    await turning.execute(
        "insert into appeals (message_id, removed_message_id, decision_id, state, decided_by, decided_at, reason, "
        "outcome_decision_id) select :id + 1000000000000000, :id, 1, 'upheld', id, now(), 'x', 1 from people limit 1"
    )

    async def said() -> list[object]:
        async with turning.sessions() as session:
            kept = "select detail -> 'because' from audit where act = 'month.keep' order by id"
            return list(await session.scalars(text(kept)))

    await turning.ends(5 * A_YEAR)
    await turning.ends(5 * A_YEAR)
    assert (await turning.count("messages"), await said()) == (1, [["crises", "appeals"]])

    await turning.execute("delete from crisis_messages")
    await turning.ends(5 * A_YEAR)
    assert (await turning.count("messages"), await said()) == (1, [["crises", "appeals"], ["appeals"]])

    await turning.execute("delete from appeals")
    await turning.ends(5 * A_YEAR)
    assert await turning.count("messages") == 0


async def test_notes_and_openings_go_with_their_month_though_nobody_may_change_them(turning: Months) -> None:
    await turning.execute(
        "insert into review_notes (message_id, person_id, text, written_at) "
        "select :id, id, 'Sordum.', now() from people limit 1"
    )
    await turning.execute(
        "insert into openings (message_id, revision, person_id, what, is_grave, opened_at) "
        "select :id, 1, id, 'content', true, now() from people limit 1"
    )

    await turning.ends(5 * A_YEAR)

    for table in ("messages", "review_notes", "openings"):
        assert await turning.count(table) == 0


async def test_an_answer_that_nobody_took_up_keeps_no_month(turning: Months) -> None:
    await turning.execute("update actions set state = 'held', held_because = 'suggestion'")  # a reply

    await turning.ends(5 * A_YEAR)

    assert (await turning.count("messages"), await turning.count("actions")) == (0, 0)


async def test_an_unread_delivery_keeps_its_month(turning: Months) -> None:
    await turning.execute("update deliveries set state = 'quarantined'")

    await turning.ends(2 * A_YEAR)

    assert await turning.count("deliveries") == 1
