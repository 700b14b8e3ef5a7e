"""A raid: what draws pictures waits while more is to be hidden than usual, and no longer than it must."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from app.actions import rush as rushes
from app.actions.rush import USUAL, Rush
from app.messages import Account
from app.records.database import Sessions
from app.rules.model import Label
from tests.api.builders import a_stored_message, an_action
from tests.world import make_world


@pytest.fixture
async def page(sessions: Sessions) -> Account:
    """A page of ours."""
    return (await make_world(sessions)).page


@pytest.fixture
def rush(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> Rush:
    """One that looks each time, and waits for no more than a few looks."""
    monkeypatch.setattr(rushes, "LOOK_EVERY_SECONDS", 0.02)
    monkeypatch.setattr(rushes, "AT_MOST_SECONDS", 0.1)
    return Rush(sessions, lambda: datetime.now(UTC))


async def to_be_hidden(sessions: Sessions, page: Account, number: int) -> None:
    for _ in range(number):
        message = await a_stored_message(sessions, page, labels=(Label.INSULT,), disposition="contain")
        await an_action(sessions, message, kind="hide", state="planned")
    await changed(sessions, "due_at = now() - interval '1 second', created_at = now() - interval '1 second'")


async def changed(sessions: Sessions, how: str) -> None:
    async with sessions.begin() as session:
        await session.execute(text(f"update actions set {how}"))  # noqa: S608  (written above)


async def looked(rush: Rush) -> bool:
    await asyncio.sleep(0.03)
    return await rush.is_on()


async def test_more_to_be_hidden_than_usual_is_a_raid_until_it_is_hidden(
    sessions: Sessions, page: Account, rush: Rush
) -> None:
    await to_be_hidden(sessions, page, USUAL)
    assert not await looked(rush)
    await to_be_hidden(sessions, page, 1)
    assert await looked(rush)

    await changed(sessions, "state = 'cancelled', finished_at = now()")

    assert not await looked(rush)


@pytest.mark.parametrize(
    "how",
    [
        "due_at = now() + interval '3 seconds'",
        "created_at = now() - interval '1 minute'",
        "kind = 'notify'",
    ],
    ids=["waits for its picture", "waits for its platform", "is told to somebody"],
)
async def test_what_is_not_to_be_hidden_right_now_makes_no_raid(
    sessions: Sessions, page: Account, rush: Rush, how: str
) -> None:
    await to_be_hidden(sessions, page, USUAL + 1)
    await changed(sessions, how)

    assert not await looked(rush)


async def test_a_raid_without_end_keeps_nobody_waiting_for_ever(sessions: Sessions, page: Account, rush: Rush) -> None:
    await asyncio.wait_for(rush.is_over(), timeout=1)
    await to_be_hidden(sessions, page, USUAL + 1)
    begun = asyncio.get_running_loop().time()

    await rush.is_over()

    assert asyncio.get_running_loop().time() - begun >= 0.08
