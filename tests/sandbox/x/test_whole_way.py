"""The service with a worker, and X as its platform: from a visitor's words to what becomes of them there."""

from app.sandbox.x.seed import FACULTY
from tests.flow import INSULT, NEUTRAL, SELF_HARM, Flow
from tests.sandbox.x.api import HANDLE


async def test_an_insult_beneath_our_post_is_hidden(flow: Flow) -> None:
    reply = await flow.comment(INSULT, platform="x")

    item = await flow.until_state(reply, "hidden", platform="x")

    assert [(call["call"], call["status"]) for call in item["history"]] == [("hide", 200)]


async def test_a_harmless_reply_is_left_alone(flow: Flow) -> None:
    reply = await flow.comment(NEUTRAL, platform="x")

    await flow.decided(reply)

    item = await flow.item(reply, platform="x")
    assert (item["state"], item["history"]) == ("visible", [])


async def test_a_reply_that_names_us_is_told_twice_and_is_one_message(flow: Flow) -> None:
    """It stays, as a cry for help does; X lets only a person write to its author."""
    reply = await flow.comment(f"@{HANDLE} {SELF_HARM}", platform="x")

    message_id = await flow.decided(reply)

    rows = await flow.rows("select id from messages where external_id = :id", id=reply)
    assert len(rows) == 1
    assert (await flow.states(message_id))["private_message", "private:support"] == "task"
    item = await flow.item(reply, platform="x")
    assert (item["state"], item["private_messages"]) == ("visible", [])


async def test_a_message_in_private_comes_to_us(flow: Flow) -> None:
    dm = await flow.dm(NEUTRAL, platform="x")

    message_id = await flow.decided(dm)

    (row,) = await flow.rows("select channel from messages where id = :id", id=message_id)
    assert row["channel"] == "dm"


async def test_the_unit_account_hides_its_own_replies(flow: Flow) -> None:
    reply = await flow.comment(INSULT, platform="x", account_id=FACULTY)

    await flow.until_state(reply, "hidden", platform="x")
