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
