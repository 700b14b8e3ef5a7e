"""What is sent to the service: shapes, signatures, echoes, retries. Over real HTTP on loopback."""

import asyncio
import hashlib
import hmac
from typing import Any

import pytest

from app.sandbox.meta.seed import APP_ID, APP_SECRET
from tests.sandbox.conftest import INSTAGRAM, PAGE, Client
from tests.sandbox.receiver import Received, Receiver

SECOND = 1793610000  # the hand clock's begin
TEXT = {"text": "Merhaba"}


def value_of(received: Received, field: str) -> Any:
    (change,) = received.entry["changes"]
    assert change["field"] == field
    return change["value"]


def messaging_of(received: Received) -> Any:
    (event,) = received.entry["messaging"]
    return event


async def test_a_facebook_comment_arrives_signed_in_the_documented_shape(linked: Client, receiver: Receiver) -> None:
    comment_id = await linked.comment(text="Yemekhane çok pahalı / zam var")

    (received,) = await receiver.wait_for(1)

    digest = hmac.new(APP_SECRET.encode(), received.body, hashlib.sha256).hexdigest()
    assert received.signature == f"sha256={digest}"
    assert (received.platform, received.payload["object"]) == ("facebook", "page")
    assert (received.entry["id"], received.entry["time"]) == (PAGE, SECOND)
    assert rb"\u00e7ok pahal\u0131 \/ zam" in received.body
    value = value_of(received, "feed")
    post = linked.ground.world.posts_of(PAGE)[0].id
    assert (value["item"], value["verb"]) == ("comment", "add")
    assert (value["comment_id"], value["post_id"], value["parent_id"]) == (comment_id, post, post)
    assert value["message"] == "Yemekhane çok pahalı / zam var"
    assert value["created_time"] == SECOND
    assert value["from"]["name"] == "Elif Şenel"
    assert value["post"]["id"] == post


async def test_a_reply_names_its_comment(linked: Client, receiver: Receiver) -> None:
    facebook, instagram = await linked.comment(), await linked.comment("instagram")

    await linked.comment(parent_id=facebook)
    await linked.comment("instagram", parent_id=instagram)

    received = await receiver.wait_for(4)
    assert facebook in {value_of(one, "feed")["parent_id"] for one in received if one.platform == "facebook"}
    parents = {value_of(one, "comments").get("parent_id") for one in received if one.platform == "instagram"}
    assert parents == {None, instagram}


async def test_facebook_tells_of_edits_hides_and_removals(linked: Client, receiver: Receiver) -> None:
    comment_id = await linked.comment()
    await receiver.wait_for(1)
    linked.clock.forward(seconds=10)

    await linked.control(f"facebook/comments/{comment_id}/edit", text="Düzelttim")
    edited = value_of((await receiver.wait_for(2))[1], "feed")
    await linked.graph("POST", comment_id, is_hidden="true")
    hidden = value_of((await receiver.wait_for(3))[2], "feed")
    await linked.graph("POST", comment_id, is_hidden="false")
    shown = value_of((await receiver.wait_for(4))[3], "feed")
    await linked.graph("DELETE", comment_id)
    removed = value_of((await receiver.wait_for(5))[4], "feed")

    verbs = [edited["verb"], hidden["verb"], shown["verb"], removed["verb"]]
    assert verbs == ["edited", "hide", "unhide", "remove"]
    assert (edited["message"], edited["created_time"]) == ("Düzelttim", SECOND)
    assert (hidden["from"]["id"], hidden["created_time"]) == (PAGE, SECOND + 10)
    assert "message" not in removed
    assert "name" not in removed["from"]


async def test_an_instagram_comment_has_no_time_and_nothing_follows_it(linked: Client, receiver: Receiver) -> None:
    comment_id = await linked.comment("instagram", text="Çok güzel")

    (received,) = await receiver.wait_for(1)
    await linked.graph("POST", comment_id, hide="true")
    await linked.control(f"instagram/comments/{comment_id}/remove")
    await linked.comment("instagram", text="Sonraki")
    received_after = await receiver.wait_for(2)

    assert (received.platform, received.payload["object"], received.entry["id"]) == (
        "instagram",
        "instagram",
        INSTAGRAM,
    )
    value = value_of(received, "comments")
    assert set(value) == {"id", "text", "from", "media"}
    assert (value["id"], value["text"], value["from"]["username"]) == (comment_id, "Çok güzel", "elif.senel")
    assert value["media"]["media_product_type"] == "FEED"
    assert [value_of(one, "comments")["text"] for one in received_after] == ["Çok güzel", "Sonraki"]


async def test_live_comments_have_their_own_field(linked: Client, receiver: Receiver) -> None:
    broadcast = next(post.id for post in linked.ground.world.posts.values() if post.product == "LIVE")

    await linked.comment("instagram", post_id=broadcast)

    (received,) = await receiver.wait_for(1)
    assert value_of(received, "live_comments")["media"] == {"id": broadcast, "media_product_type": "LIVE"}


async def test_a_picture_alone_comes_without_a_text(linked: Client, receiver: Receiver) -> None:
    await linked.comment(text="", media="photo")
    facebook = value_of((await receiver.wait_for(1))[0], "feed")
    await linked.comment("instagram", text="", media="sticker")
    instagram = value_of((await receiver.wait_for(2))[1], "comments")

    assert "message" not in facebook
    assert facebook["photo"].endswith("comment-photo.svg")
    assert "text" not in instagram


async def test_our_own_comments_come_back(linked: Client, receiver: Receiver) -> None:
    facebook = await linked.comment()
    await receiver.wait_for(1)
    await linked.graph("POST", f"{facebook}/comments", message="Teşekkürler")
    on_facebook = (await receiver.wait_for(2))[1]
    instagram = await linked.comment("instagram")
    await receiver.wait_for(3)
    await linked.graph("POST", f"{instagram}/replies", message="Teşekkürler")
    on_instagram = (await receiver.wait_for(4))[3]

    own = value_of(on_facebook, "feed")
    assert (own["from"]["id"], own["verb"], own["parent_id"]) == (PAGE, "add", facebook)
    author = value_of(on_instagram, "comments")["from"]
    assert (author["id"], author["username"]) == (INSTAGRAM, "izmirekonomi")
    assert author["self_ig_scoped_id"]


async def test_a_message_and_its_echo_on_messenger(linked: Client, receiver: Receiver) -> None:
    message_id = await linked.message(text="Bir sorum var")
    arrived = (await receiver.wait_for(1))[0]
    person = messaging_of(arrived)["sender"]["id"]
    content = {"text": "Merhaba", "metadata": "nobet:7"}
    sent = (await linked.send(recipient={"id": person}, messaging_type="RESPONSE", message=content)).json()
    echo = messaging_of((await receiver.wait_for(2))[1])

    assert arrived.entry["time"] == SECOND * 1000
    assert messaging_of(arrived) == {
        "sender": {"id": person},
        "recipient": {"id": PAGE},
        "timestamp": SECOND * 1000,
        "message": {"mid": message_id, "text": "Bir sorum var"},
    }
    assert (echo["sender"]["id"], echo["recipient"]["id"]) == (PAGE, person)
    assert echo["message"] == {
        "mid": sent["message_id"],
        "text": "Merhaba",
        "is_echo": True,
        "app_id": int(APP_ID),
        "metadata": "nobet:7",
    }


async def test_an_instagram_echo_names_neither_app_nor_metadata(linked: Client, receiver: Receiver) -> None:
    comment_id = await linked.comment("instagram")
    await receiver.wait_for(1)

    content = {"text": "Merhaba", "metadata": "nobet:7"}
    sent = (await linked.send(recipient={"comment_id": comment_id}, message=content)).json()

    echo = messaging_of((await receiver.wait_for(2))[1])
    assert (echo["sender"]["id"], echo["recipient"]["id"]) == (INSTAGRAM, sent["recipient_id"])
    assert echo["message"] == {"mid": sent["message_id"], "text": "Merhaba", "is_echo": True}


async def test_visitors_edit_and_unsend_messages(linked: Client, receiver: Receiver) -> None:
    message_id = await linked.message("instagram")
    await receiver.wait_for(1)

    await linked.control(f"instagram/dms/{message_id}/edit", text="Başka sorum var")
    edited = messaging_of((await receiver.wait_for(2))[1])
    await linked.control(f"instagram/dms/{message_id}/remove")
    unsent = messaging_of((await receiver.wait_for(3))[2])

    assert edited["message_edit"] == {"mid": message_id, "text": "Başka sorum var", "num_edit": "1"}
    assert unsent["message"] == {"mid": message_id, "is_deleted": True}
    assert (await linked.item(message_id, "instagram"))["state"] == "deleted"


async def test_mentions_come_without_text_on_instagram(linked: Client, receiver: Receiver) -> None:
    created = await linked.control("instagram/mentions", author="Kerem", text="@izmirekonomi baksanıza")
    instagram = value_of((await receiver.wait_for(1))[0], "mentions")
    await linked.control("facebook/mentions", author="Kerem", text="İEÜ baksın")
    facebook = value_of((await receiver.wait_for(2))[1], "mention")

    assert instagram["comment_id"] == created["id"]
    assert set(instagram) == {"media_id", "comment_id"}
    assert facebook["message"] == "İEÜ baksın"
    assert "from" not in facebook


async def test_only_installed_fields_are_sent(linked: Client, receiver: Receiver) -> None:
    await linked.graph("POST", f"{PAGE}/subscribed_apps", subscribed_fields="messages")

    await linked.comment()
    message_id = await linked.message()

    (received,) = await receiver.wait_for(1)
    assert messaging_of(received)["message"]["mid"] == message_id


@pytest.mark.parametrize("status", [500, 503, 401])
async def test_a_webhook_is_sent_again_until_it_is_taken(linked: Client, receiver: Receiver, status: int) -> None:
    receiver.statuses = [status, status]

    await linked.comment()

    received = await receiver.wait_for(3)
    assert len({one.body for one in received}) == 1
    await until_settled(linked)
    state = (await linked.http.get("/control/webhooks")).json()
    assert (state["delivered"], state["waiting"], state["newest"][0]["attempts"]) == (1, 0, 3)


async def test_a_webhook_that_is_never_taken_is_given_up(linked: Client, receiver: Receiver) -> None:
    receiver.statuses = [500] * 100

    await linked.comment()
    await until_settled(linked)

    state = (await linked.http.get("/control/webhooks")).json()
    assert (state["given_up"], state["delivered"]) == (1, 0)


async def test_webhooks_can_be_lost_doubled_held_and_turned_round(linked: Client, receiver: Receiver) -> None:
    await linked.control("webhooks", mode="lose")
    await linked.comment(text="kayıp")
    await linked.control("webhooks", mode="hold")
    await linked.comment(text="bir")
    await linked.comment(text="iki")
    await linked.control("webhooks", mode="send", copies=2)
    await linked.comment(text="çift")
    await receiver.wait_for(2)

    released = await linked.control("webhooks", release=True, reverse=True)

    texts = [value_of(one, "feed")["message"] for one in await receiver.wait_for(4)]
    assert released["released"] == 2
    assert texts[:2] == ["çift", "çift"]
    assert sorted(texts[2:]) == ["bir", "iki"]


async def test_the_service_is_asked_to_confirm_its_subscription(linked: Client, receiver: Receiver) -> None:
    answer = await linked.control("instagram/handshake")

    assert answer == {"status": 200, "confirmed": True}
    (asked,) = receiver.handshakes
    assert asked["hub.mode"] == "subscribe"
    assert asked["hub.verify_token"] == linked.ground.settings.instagram_verify_token.get_secret_value()


async def until_settled(client: Client) -> None:
    async with asyncio.timeout(10):
        while client.ground.deliverer.unfinished:  # noqa: ASYNC110 - the deliverer runs in the same loop
            await asyncio.sleep(0.02)
