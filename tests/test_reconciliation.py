"""Webhooks are not trusted to be complete (I12): a poll finds what none brought, once; silence is reported."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.messages import PlatformName
from app.poller import TAKEN_FOR, Poller
from tests.flow import COMPLAINT, INSULT, NEUTRAL, Flow, running_flow

PLATFORMS = ["facebook", "instagram"]
OFTEN = timedelta(minutes=15)


@pytest.fixture
async def quiet(database_url: str, tmp_path: Path) -> AsyncIterator[Flow]:
    """Everything running but the worker."""
    async with running_flow(database_url, tmp_path, work=False) as running:
        yield running


def poller(flow: Flow) -> Poller:
    """The service's own, asking both platforms."""
    return replace(flow.service.poller, rhythm={PlatformName(name): OFTEN for name in PLATFORMS})


async def lose_webhooks(flow: Flow, *, lost: bool = True) -> None:
    (await flow.sandbox.post("/control/webhooks", json={"mode": "lose" if lost else "send"})).raise_for_status()


async def stored(flow: Flow) -> int:
    return len(await flow.rows("select id from messages"))


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_comment_that_no_webhook_brought_is_found_and_acted_on(flow: Flow, platform: str) -> None:
    await lose_webhooks(flow)
    comment = await flow.comment(INSULT, platform=platform)

    await poller(flow).poll_due()

    await flow.until_state(comment, "hidden", platform=platform)
    (row,) = await flow.rows(
        "select m.post_external_id, d.account_id, m.account_id as ours from messages m "
        "join deliveries d on d.id = m.delivery_id"
    )
    assert row["post_external_id"]
    assert row["account_id"] == row["ours"]


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_in_a_storm_too_nothing_that_no_webhook_brought_is_missed(quiet: Flow, platform: str) -> None:
    await lose_webhooks(quiet)
    comments = {await quiet.comment(f"{NEUTRAL} {number}", platform=platform) for number in range(130)}

    await poller(quiet).poll_due()

    for delivery in await quiet.rows("select id from deliveries"):
        await quiet.service.pipeline.reader.read(delivery["id"])
    assert {row["external_id"] for row in await quiet.rows("select external_id from messages")} == comments


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_what_a_webhook_brought_is_taken_once(flow: Flow, platform: str) -> None:
    comment = await flow.comment(COMPLAINT, platform=platform)
    await flow.decided(comment)
    answered = await flow.until(lambda: _replies(flow, comment, platform))

    for _ in range(3):
        await poller(flow).poll_due()
        flow.clock.shift += OFTEN
        await flow.until(lambda: _all_read(flow))

    assert await stored(flow) == 1
    assert await _replies(flow, comment, platform) == answered


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_an_answer_beneath_a_comment_is_found_too(flow: Flow, platform: str) -> None:
    await lose_webhooks(flow)
    above = await flow.comment(NEUTRAL, platform=platform)
    below = await flow.comment(INSULT, parent_id=above, platform=platform)

    await poller(flow).poll_due()

    await flow.until_state(below, "hidden", platform=platform)
    (row,) = await flow.rows("select parent_external_id from messages where external_id = :id", id=below)
    assert row["parent_external_id"] == above


async def test_an_account_is_asked_again_when_its_time_has_come(flow: Flow) -> None:
    asked = await poller(flow).poll_due()
    again = await poller(flow).poll_due()
    flow.clock.shift += OFTEN
    later = await poller(flow).poll_due()

    assert (asked, again, later) == (4, 0, 4)


async def test_while_a_poll_lasts_no_other_asks_the_same(quiet: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.poller.RENEWED_EVERY", timedelta(milliseconds=50))
    await quiet.faults("slow", platform="facebook")
    lasting = asyncio.create_task(poller(quiet).poll_due())
    await quiet.until(lambda: _polled(quiet, 2))

    for _ in range(3):
        quiet.clock.shift += TAKEN_FOR * 2 / 3
        await asyncio.sleep(0.3)
    again = await poller(quiet).poll_due()

    assert not lasting.done()
    assert again == 0
    assert await lasting == 4


async def test_what_a_dead_worker_was_asking_is_asked_again_soon(quiet: Flow) -> None:
    await quiet.faults("slow", platform="facebook")
    dying = asyncio.create_task(poller(quiet).poll_due())
    await quiet.until(lambda: _polled(quiet, 2))
    dying.cancel()
    await asyncio.wait({dying})
    await quiet.faults("slow", platform="facebook", rate=0)

    at_once = await poller(quiet).poll_due()
    quiet.clock.shift += timedelta(minutes=1)
    soon = await poller(quiet).poll_due()

    assert (at_once, soon) == (0, 2)


async def test_a_failure_leaves_the_place_and_is_tried_again(flow: Flow) -> None:
    await lose_webhooks(flow)
    comment = await flow.comment(INSULT)
    await flow.faults("http_500", platform="facebook")
    await poller(flow).poll_due()
    failed = await flow.rows("select failures, problem, position from polls where failures > 0")

    await flow.faults("http_500", platform="facebook", rate=0)
    flow.clock.shift += timedelta(minutes=1)
    await poller(flow).poll_due()

    assert [(row["failures"], row["position"]) for row in failed] == [(1, None)] * 2
    assert all("PlatformUnavailableError" in row["problem"] for row in failed)
    await flow.until_state(comment, "hidden")
    assert not await flow.rows("select account_id from polls where failures > 0")


async def test_a_dead_token_is_told_at_once(flow: Flow) -> None:
    await flow.faults("expired_token", platform="instagram")

    await poller(flow).poll_due()

    told = await flow.rows(
        "select n.kind, n.urgency, a.platform from notifications n join accounts a on a.id = n.account_id"
    )
    assert {(row["kind"], row["urgency"], row["platform"]) for row in told} == {("token_dead", "urgent", "instagram")}


async def test_a_failing_poll_is_seen_in_the_platforms_state(flow: Flow) -> None:
    await flow.faults("http_500", platform="facebook")

    await poller(flow).poll_due()

    checks = (await flow.api.get("/health/ready")).json()["checks"]
    assert "asking for what is new fails: " in checks["platform_facebook"]["detail"]
    assert checks["platform_facebook"]["status"] == "warning"
    assert "fails" not in checks["platform_instagram"]["detail"]


async def test_silence_beyond_habit_is_reported_once(flow: Flow) -> None:
    account = (await flow.rows("select id from accounts where platform = 'facebook' order by id limit 1"))[0]["id"]
    await flow.execute(
        "insert into messages (account_id, platform, channel, external_id, text, correlation_id, received_at) "
        "select :account, 'facebook', 'comment', 'h' || n, 'metin', 'c', now() - make_interval(hours => 6 * n) "
        "from generate_series(1, 20) n",
        account=account,
    )

    await poller(flow).tell_of_silence()
    quiet = await flow.rows("select id from notifications where kind = 'account_silent'")
    flow.clock.shift += timedelta(hours=20)
    for _ in range(2):
        await poller(flow).tell_of_silence()

    assert quiet == []
    (told,) = await flow.rows("select account_id from notifications where kind = 'account_silent'")
    assert told["account_id"] == account


async def _replies(flow: Flow, comment: str, platform: str) -> list[dict[str, str]]:
    return list((await flow.item(comment, platform=platform))["replies"])


async def _all_read(flow: Flow) -> bool:
    return not await flow.rows("select id from deliveries where state <> 'parsed'")


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_direct_message_that_no_webhook_brought_is_found_once(flow: Flow, platform: str) -> None:
    await flow.dm(NEUTRAL, platform=platform)
    await flow.until(lambda: _stored_dms(flow, 1))
    await lose_webhooks(flow)
    lost = await flow.dm(COMPLAINT, platform=platform, author="Kayıp Mesaj")

    await poller(flow).poll_due()
    await flow.until(lambda: _stored_dms(flow, 2))
    flow.clock.shift += OFTEN
    await poller(flow).poll_due()
    await flow.until(lambda: _all_read(flow))

    (row,) = await flow.rows("select channel, text, author_external_id from messages where external_id = :id", id=lost)
    assert (row["channel"], row["text"]) == ("dm", COMPLAINT)
    assert row["author_external_id"]
    assert await stored(flow) == 2


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_our_own_words_in_a_conversation_are_no_message(flow: Flow, platform: str) -> None:
    written = await flow.dm(NEUTRAL, platform=platform)
    await flow.until(lambda: _stored_dms(flow, 1))
    await lose_webhooks(flow)
    answer = await flow.sandbox.post(f"/control/{platform}/dms/{written}/answer", json={"text": "Elle yazıldı"})
    answer.raise_for_status()

    await poller(flow).poll_due()
    await flow.until(lambda: _all_read(flow))

    assert await stored(flow) == 1
    assert await flow.rows("select external_id from echoes where external_id = :id", id=answer.json()["id"])


async def test_an_account_without_a_page_is_asked_for_its_comments(flow: Flow) -> None:
    await flow.execute("update accounts set page_id = null where platform = 'instagram'")
    await lose_webhooks(flow)
    comment = await flow.comment(INSULT, platform="instagram")

    await poller(flow).poll_due()

    assert await flow.until(lambda: flow.rows("select id from messages where external_id = :id", id=comment))


@pytest.mark.parametrize("platform", ["x", "linkedin", "youtube"])
async def test_what_was_lost_on_the_other_platforms_is_found_once(flow: Flow, platform: str) -> None:
    asking = replace(flow.service.poller, rhythm={PlatformName(platform): OFTEN})
    await lose_webhooks(flow)
    comment = await flow.comment(NEUTRAL, platform=platform)

    for _ in range(2):
        await asking.poll_due()
        await flow.until(lambda: _all_read(flow))
        flow.clock.shift += OFTEN

    found = await flow.rows("select id, text from messages where external_id = :id", id=comment)
    assert [NEUTRAL in row["text"] for row in found] == [True]


async def _stored_dms(flow: Flow, count: int) -> bool:
    found = await flow.rows("select id from messages where channel = 'dm'")
    return len(found) == count and bool(await _all_read(flow))


async def _polled(flow: Flow, at_least: int) -> bool:
    """Whether so many accounts were asked to the end."""
    return len(await flow.rows("select account_id from polls where polled_at is not null")) >= at_least
