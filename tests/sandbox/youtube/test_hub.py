"""The hub: subscriptions, their question, and what it tells of videos."""

import asyncio
import hashlib
import hmac
from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.connectors.base import WebhookRequest
from app.connectors.youtube import INBOUND
from app.connectors.youtube.websub import lease_of, subscribe, topics
from app.messages import ExternalId
from app.sandbox.youtube.seed import WEBSUB_SECRET
from tests.sandbox.receiver import Receiver
from tests.sandbox.youtube.api import CHANNEL, FACULTY, VIDEO, YouTube

TOPIC, OLD_TOPIC = topics(ExternalId(CHANNEL))


async def publish(youtube: YouTube, title: str = "Yeni & <güzel> video", **more: Any) -> str:
    return str((await youtube.client.control("youtube/videos", title=title, **more))["id"])


async def until_asked(receiver: Receiver, count: int = 1) -> dict[str, str]:
    async with asyncio.timeout(5):
        while len(receiver.handshakes) < count:  # noqa: ASYNC110 - the receiver runs in the same loop
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    return receiver.handshakes[-1]


async def ask(youtube: YouTube, receiver: Receiver, **changed: Any) -> httpx.Response:
    form = {
        "hub.mode": "subscribe",
        "hub.topic": TOPIC,
        "hub.callback": f"{receiver.url}/webhooks/other",
        "hub.verify": "async",
        "hub.secret": "s3cret",
        "hub.lease_seconds": "86400",
    }
    fields = {name: value for name, value in (form | changed).items() if value is not None}
    return await youtube.http.post("/youtube/hub", data=fields)


async def test_a_new_video_is_told_signed(told: YouTube, receiver: Receiver) -> None:
    video_id = await publish(told)

    (webhook,) = await receiver.wait_for(1)

    digest = hmac.new(WEBSUB_SECRET.encode(), webhook.body, hashlib.sha1).hexdigest()
    assert (webhook.platform, webhook.headers["x-hub-signature"]) == ("youtube", f"sha1={digest}")
    assert webhook.headers["content-type"] == "application/atom+xml"
    request = WebhookRequest(headers=webhook.headers, body=webhook.body)
    INBOUND.verify(request, secrets=[WEBSUB_SECRET])
    (event,) = INBOUND.parse(webhook.body, received_at=told.clock())
    assert (event.external_id, event.account_id, event.text) == (video_id, CHANNEL, "Yeni & <güzel> video")
    assert event.sent_at == told.clock()
    assert event.link == f"https://www.youtube.com/watch?v={video_id}"


async def test_a_changed_title_is_told_again_and_closed_comments_are_not(told: YouTube, receiver: Receiver) -> None:
    await told.client.control(f"youtube/videos/{VIDEO}/edit", takes_comments=False)
    told.clock.forward(hours=1)
    await told.client.control(f"youtube/videos/{VIDEO}/edit", title="Kampüs turu, yeniden")

    (webhook,) = await receiver.wait_for(1)

    (event,) = INBOUND.parse(webhook.body, received_at=told.clock())
    assert (event.external_id, event.text, event.sent_at) == (VIDEO, "Kampüs turu, yeniden", told.clock())


async def test_comments_are_told_to_nobody(told: YouTube, receiver: Receiver) -> None:
    comment_id = await told.comment()
    await told.moderate(comment_id, "rejected")
    await publish(told)

    webhooks = await receiver.wait_for(1)

    assert len(webhooks) == 1
    assert b"<feed" in webhooks[0].body


async def test_our_connector_subscribes_and_is_asked(told: YouTube, receiver: Receiver) -> None:
    callback = f"{receiver.url}/webhooks/elsewhere"
    hub = f"{told.ground.settings.base_url}/youtube/hub"

    await subscribe(told.http, topic=OLD_TOPIC, callback=callback, secret="s3cret", hub=hub, lease=timedelta(days=30))

    asked = await until_asked(receiver)
    lease = lease_of(asked, confirmed_at=told.clock())
    assert lease is not None
    assert (lease.topic, lease.lasts) == (OLD_TOPIC, timedelta(seconds=828_000))
    await publish(told)
    elsewhere = next(webhook for webhook in await receiver.wait_for(2) if webhook.platform == "elsewhere")
    digest = hmac.new(b"s3cret", elsewhere.body, hashlib.sha1).hexdigest()
    assert elsewhere.headers["x-hub-signature"] == f"sha1={digest}"
    assert OLD_TOPIC.encode() in elsewhere.body


async def test_nothing_comes_after_the_lease_or_a_goodbye(told: YouTube, receiver: Receiver) -> None:
    assert (await ask(told, receiver)).status_code == 202
    assert (await until_asked(receiver))["hub.lease_seconds"] == "86400"
    told.clock.forward(days=1)
    await publish(told)
    await ask(told, receiver)
    await until_asked(receiver, 2)
    goodbye = await ask(told, receiver, **{"hub.mode": "unsubscribe", "hub.verify": "sync"})
    assert goodbye.status_code == 204
    assert receiver.handshakes[-1].keys() == {"hub.mode", "hub.topic", "hub.challenge"}
    await publish(told)

    webhooks = await receiver.wait_for(2)

    await asyncio.sleep(0.1)
    assert [webhook.platform for webhook in webhooks] == ["youtube", "youtube"]


async def test_the_service_may_end_what_it_began_with(told: YouTube, receiver: Receiver) -> None:
    own = f"{receiver.url}/webhooks/youtube"
    await ask(told, receiver, **{"hub.mode": "unsubscribe", "hub.verify": "sync", "hub.callback": own})

    await publish(told)
    await publish(told, account_id=FACULTY)

    (webhook,) = await receiver.wait_for(1)
    assert FACULTY.encode() in webhook.body


async def test_who_does_not_echo_is_not_subscribed(told: YouTube, receiver: Receiver) -> None:
    nobody = await ask(told, receiver, **{"hub.verify": "sync", "hub.callback": "http://127.0.0.1:1/webhooks/other"})
    other_words = await ask(
        told,
        receiver,
        **{"hub.verify": "sync", "hub.callback": f"{told.ground.settings.base_url}/youtube/watch"},
    )

    assert (nobody.status_code, other_words.status_code) == (409, 409)
    assert {callback for _, callback in told.ground.world.feeds} == {""}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hub.mode", "renew"),
        ("hub.mode", None),
        ("hub.topic", None),
        ("hub.topic", "videos"),
        ("hub.callback", None),
        ("hub.callback", "ftp://127.0.0.1/x"),
        ("hub.callback", "http://127.0.0.1/x#y"),
        ("hub.verify", "never"),
        ("hub.lease_seconds", "0"),
        ("hub.lease_seconds", "long"),
        ("hub.secret", "ş" * 100),
    ],
)
async def test_wrong_requests_are_refused(told: YouTube, receiver: Receiver, name: str, value: str | None) -> None:
    response = await ask(told, receiver, **{name: value})

    assert (response.status_code, name in response.text) == (400, True)
    assert receiver.handshakes == []


async def test_a_request_is_a_form(told: YouTube) -> None:
    assert (await told.http.post("/youtube/hub", json={"hub.mode": "subscribe"})).status_code == 400


async def test_the_handshake_is_the_hubs_question(told: YouTube, receiver: Receiver) -> None:
    answer = await told.client.control("youtube/handshake")

    assert answer == {"status": 200, "confirmed": True}
    asked = receiver.handshakes[-1]
    assert (asked["hub.mode"], asked["hub.topic"], asked["hub.lease_seconds"]) == ("subscribe", TOPIC, "432000")
