"""What is told of an event, to whom, and the proof that it is X's."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from typing import Any

import pytest

from app.sandbox.x.seed import CONSUMER_SECRET, FACULTY, UNIVERSITY
from tests.sandbox.conftest import Client, connected, some_settings
from tests.sandbox.receiver import Receiver
from tests.sandbox.x.api import FACULTY_TOKEN, HANDLE, XApi


async def told_of(receiver: Receiver, count: int) -> list[dict[str, Any]]:
    """The events of so many deliveries; fails where there are more."""
    deliveries = await receiver.wait_for(count)
    assert len(deliveries) == count
    return [json.loads(delivery.body)["data"] for delivery in deliveries]


def kinds(events: list[dict[str, Any]]) -> list[str]:
    return sorted(event["event_type"] for event in events)


async def test_every_body_is_signed_with_the_consumer_secret(told: XApi, receiver: Receiver) -> None:
    await told.reply("Şöyle & böyle")

    (delivery,) = await receiver.wait_for(1)

    digest = hmac.new(CONSUMER_SECRET.encode(), delivery.body, hashlib.sha256).digest()
    assert delivery.headers["x-twitter-webhooks-signature"] == f"sha256={base64.b64encode(digest).decode()}"
    assert delivery.headers["content-type"] == "application/json"
    assert delivery.platform == "x"


async def test_the_secret_is_a_setting(receiver: Receiver, client: Client) -> None:
    settings = some_settings(webhook_url=receiver.url, x_consumer_secret="another")
    async with connected(settings, client.clock) as other:
        await XApi(other).reply()
        (delivery,) = await receiver.wait_for(1)

    digest = hmac.new(b"another", delivery.body, hashlib.sha256).digest()
    assert delivery.headers["x-twitter-webhooks-signature"] == f"sha256={base64.b64encode(digest).decode()}"


async def test_a_direct_reply(told: XApi, receiver: Receiver) -> None:
    reply = await told.reply("Nerede <b>?")

    (event,) = await told_of(receiver, 1)

    assert set(event) == {"event_uuid", "filter", "event_type", "payload", "includes"}
    assert (event["event_type"], event["filter"]) == ("post.reply.create", {"user_id": UNIVERSITY})
    assert str(int(event["event_uuid"])) == event["event_uuid"]
    payload = event["payload"]
    assert (payload["id"], payload["text"]) == (reply, f"@{HANDLE} Nerede &lt;b&gt;?")
    assert payload["referenced_tweets"] == [{"type": "replied_to", "id": payload["conversation_id"]}]
    assert payload["in_reply_to_user_id"] == UNIVERSITY
    assert payload["public_metrics"]["reply_count_str"] == "0"
    assert {user["username"] for user in event["includes"]["users"]} == {"elif_senel", HANDLE}


async def test_a_reply_that_names_us_is_told_twice(told: XApi, receiver: Receiver) -> None:
    await told.reply(f"@{HANDLE} nerede?")

    events = await told_of(receiver, 2)

    assert kinds(events) == ["post.mention.create", "post.reply.create"]
    assert len({event["event_uuid"] for event in events}) == 2
    assert events[0]["payload"] == events[1]["payload"]


async def test_a_reply_to_someone_elses_reply_is_not_told(told: XApi, receiver: Receiver) -> None:
    reply = await told.reply("Nerede?")
    await told.reply("Kampüste", author="Kerem Işık", parent_id=reply)
    await told.reply(f"@{HANDLE} söylesin", author="Kerem Işık", parent_id=reply)

    events = await told_of(receiver, 2)

    assert kinds(events) == ["post.mention.create", "post.reply.create"]


async def test_a_post_that_names_us(told: XApi, receiver: Receiver) -> None:
    mention = await told.mention("@IzmirEkonomiUni ve @ieumuhendislik tebrikler")

    events = await told_of(receiver, 2)

    assert kinds(events) == ["post.mention.create"] * 2
    assert {event["filter"]["user_id"] for event in events} == {UNIVERSITY, FACULTY}
    assert {event["payload"]["conversation_id"] for event in events} == {mention}


async def test_an_edit_is_told_as_a_new_post_that_lists_the_old_one(told: XApi, receiver: Receiver) -> None:
    reply = await told.reply("Önce")
    await told.client.control(f"x/comments/{reply}/edit", text="Sonra")

    events = await told_of(receiver, 2)

    assert kinds(events) == ["post.reply.create"] * 2
    edited = next(event["payload"] for event in events if event["payload"]["id"] != reply)
    assert edited["edit_history_tweet_ids"] == [reply, edited["id"]]


async def test_what_a_visitor_deletes_and_what_we_hide_is_told_to_nobody(told: XApi, receiver: Receiver) -> None:
    hidden, removed = await told.reply("Bir"), await told.reply("İki")
    await told.done("PUT", f"/2/tweets/{hidden}/hidden", {"hidden": True})
    await told.done("PUT", f"/2/tweets/{hidden}/hidden", {"hidden": False})
    await told.client.control(f"x/comments/{removed}/remove")
    await told.dm()

    assert kinds(await told_of(receiver, 3)) == ["dm.received", "post.reply.create", "post.reply.create"]


async def test_our_own_posts_answers_and_deletions_are_told_to_us(told: XApi, receiver: Receiver) -> None:
    reply = await told.reply(f"@{HANDLE} ?")
    await receiver.wait_for(2)
    receiver.webhooks.clear()

    root = await told.done("POST", "/2/tweets", {"text": "Duyuru"})
    answer = await told.done("POST", "/2/tweets", {"text": "Evet", "reply": {"in_reply_to_tweet_id": reply}})
    by_hand = await told.client.control(f"x/comments/{reply}/answer", text="Elden")
    for post_id in (answer["id"], root["id"]):
        await told.done("DELETE", f"/2/tweets/{post_id}")

    events = await told_of(receiver, 5)
    created = {event["payload"]["id"] for event in events if event["event_type"] == "post.create"}
    deleted = [event["payload"] for event in events if event["event_type"] == "post.delete"]
    assert created == {root["id"], answer["id"], by_hand["id"]}
    assert sorted(one["id"] for one in deleted) == sorted((answer["id"], root["id"]))
    assert all(one == {"id": one["id"], "author_id": UNIVERSITY} for one in deleted)


async def test_one_account_of_ours_answers_beneath_anothers_post(told: XApi, receiver: Receiver) -> None:
    root = await told.root()
    world = told.client.ground.world
    world.put(
        type(world.posts[root])(
            **{name: getattr(world.posts[root], name) for name in world.posts[root].__slots__ if name != "text"},
            text="@ieumuhendislik ne dersiniz?",
        )
    )

    await told.done(
        "POST", "/2/tweets", {"text": "Deriz", "reply": {"in_reply_to_tweet_id": root}}, token=FACULTY_TOKEN
    )

    events = await told_of(receiver, 2)
    assert {(event["event_type"], event["filter"]["user_id"]) for event in events} == {
        ("post.create", FACULTY),
        ("post.reply.create", UNIVERSITY),
    }


async def test_messages_come_in_the_shape_of_the_first_api(told: XApi, receiver: Receiver) -> None:
    dm = await told.dm("Kaydım silinmiş & bekliyorum")
    person = told.author_of(dm)
    await told.done("POST", f"/2/dm_conversations/with/{person}/messages", {"text": "Buyurun"})

    events = await told_of(receiver, 2)

    received = next(event for event in events if event["event_type"] == "dm.received")
    sent = next(event for event in events if event["event_type"] == "dm.sent")
    (message,) = received["payload"]["direct_message_events"]
    assert message == {
        "type": "message_create",
        "id": dm,
        "created_timestamp": "1793610000000",
        "message_create": {
            "target": {"recipient_id": UNIVERSITY},
            "sender_id": person,
            "message_data": {
                "text": "Kaydım silinmiş &amp; bekliyorum",
                "entities": {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []},
            },
        },
    }
    assert received["payload"]["users"][person]["data"]["name"] == "Elif Şenel"
    assert "dm_conversation_id" not in json.dumps(received)
    assert sent["payload"]["direct_message_events"][0]["message_create"]["sender_id"] == UNIVERSITY


async def test_muting_and_barring_are_told_where_subscribed(told: XApi, receiver: Receiver) -> None:
    person = told.author_of(await told.reply())
    await receiver.wait_for(1)
    receiver.webhooks.clear()
    body = {
        "event_type": "mute.mute",
        "filter": {"user_id": UNIVERSITY},
        "webhook_id": "1985700000000000001",
        "tag": "sessiz",
    }
    await told.done("POST", "/2/activity/subscriptions", body)

    await told.done("POST", f"/2/users/{UNIVERSITY}/muting", {"target_user_id": person})
    await told.done("DELETE", f"/2/users/{UNIVERSITY}/muting/{person}")

    (event,) = await told_of(receiver, 1)
    assert (event["event_type"], event["tag"], event["payload"]["target"]["id"]) == ("mute.mute", "sessiz", person)


async def test_a_delivery_that_is_not_taken_comes_again_the_same(told: XApi, receiver: Receiver) -> None:
    receiver.statuses = [500]
    await told.reply()

    first, second = await receiver.wait_for(2)

    assert first.body == second.body


@pytest.mark.parametrize("what", ["hook", "subscription", "validity"])
async def test_nothing_is_told_without_a_webhook_or_subscription(told: XApi, receiver: Receiver, what: str) -> None:
    world = told.client.ground.world
    if what == "hook":
        world.put(replace(world.hooks["1985700000000000001"], is_removed=True))
    elif what == "validity":
        world.put(replace(world.hooks["1985700000000000001"], is_valid=False))
    else:
        for one in list(world.activity_subscriptions.values()):
            world.put(replace(one, is_removed=True))

    await told.reply()
    await told.dm()
    await told.mention()

    assert told.client.ground.deliverer.unfinished == 0
    assert receiver.webhooks == []
