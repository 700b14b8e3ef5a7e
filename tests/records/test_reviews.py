"""The review queue holds one open item per message."""

from sqlalchemy import text

from app.messages import MessageId
from app.records import reviews
from app.records.database import Sessions
from tests.world import make_world


async def a_stored_message(sessions: Sessions) -> MessageId:
    """A message in the database."""
    world = await make_world(sessions)
    async with sessions.begin() as session:
        stored = await session.scalar(
            text(
                "insert into messages (account_id, platform, channel, external_id, text, correlation_id) "
                "values (:account, 'facebook', 'comment', '1_2', 'metin', 'c') returning id"
            ),
            {"account": world.page.id},
        )
    return MessageId(int(str(stored)))


async def test_the_graver_reason_stays_however_often_one_connection_asks(sessions: Sessions) -> None:
    message = await a_stored_message(sessions)

    async with sessions.begin() as session:
        # From the sixth time on PostgreSQL plans a prepared statement without looking at its parameters.
        for priority in (10, 90, 20, 30, 40, 50, 60, 70, 80):
            await reviews.open_review(
                session, message, revision=1, reason=f"reason_{priority}", labels=["insult"], priority=priority
            )

    async with sessions() as session:
        rows = list(await session.execute(text("select reason, priority from reviews")))
    assert [tuple(row) for row in rows] == [("reason_90", 90)]


async def test_what_is_new_of_an_item_changes_its_version_and_ends_the_wait_for_advice(sessions: Sessions) -> None:
    message = await a_stored_message(sessions)
    seen = []

    async with sessions.begin() as session:
        for reason, priority, revision in (
            ("weak", 50, 1),
            ("weak", 50, 1),
            ("weak", 20, 1),
            ("threat", 85, 1),
            ("weak", 10, 2),
        ):
            await reviews.open_review(
                session, message, revision=revision, reason=reason, labels=["insult"], priority=priority
            )
            row = (await session.execute(text("select version, parked_until is not null as waits from reviews"))).one()
            seen.append(tuple(row))
            await session.execute(
                text(
                    "update reviews set parked_until = now() + interval '1 day', parked_because = 'neden', "
                    "asked_unit = 'sks', parked_by = (select min(id) from people)"
                )
            )

    assert seen == [(1, False), (1, True), (1, True), (2, False), (3, False)]
