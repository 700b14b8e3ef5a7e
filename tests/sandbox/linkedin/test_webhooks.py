"""LinkedIn's notifications: once for each administrator, signed over prefix and body; the challenge."""

import hashlib
import hmac
import json
from typing import Any

from app.sandbox.linkedin.seed import ADMINISTRATORS, CLIENT_SECRET
from tests.sandbox.conftest import Client
from tests.sandbox.receiver import Receiver


async def told(receiver: Receiver, count: int) -> list[dict[str, Any]]:
    """The notifications of so many deliveries."""
    deliveries = await receiver.wait_for(count)
    return [item for delivery in deliveries for item in json.loads(delivery.body)["notifications"]]


async def test_each_administrator_is_told_of_a_comment(linked: Client, receiver: Receiver) -> None:
    made = await linked.comment("linkedin", "Servis saatleri değişti mi?")
    found = await told(receiver, 2)
    assert {item["subscriber"] for item in found} == set(ADMINISTRATORS)
    assert {item["action"] for item in found} == {"COMMENT"}
    assert len({item["notificationId"] for item in found}) == 2
    comment = found[0]["decoratedGeneratedActivity"]["comment"]
    assert comment["entity"] == made
    assert comment["text"] == "Servis saatleri değişti mi?"
    assert found[0]["generatedActivity"].startswith("urn:li:comment:(activity:")


async def test_the_signature_covers_the_prefix_and_the_body(linked: Client, receiver: Receiver) -> None:
    await linked.comment("linkedin", "Merhaba")
    delivery = (await receiver.wait_for(1))[0]
    wanted = hmac.new(CLIENT_SECRET.encode(), b"hmacsha256=" + delivery.body, hashlib.sha256).hexdigest()
    assert delivery.headers["x-li-signature"] == wanted


async def test_edits_removals_and_our_own_are_told_by_their_names(linked: Client, receiver: Receiver) -> None:
    made = await linked.comment("linkedin", "Önce")
    await linked.control(f"linkedin/comments/{made}/edit", text="Sonra")
    await linked.control(f"linkedin/comments/{made}/answer", text="Bizden")
    await linked.control(f"linkedin/comments/{made}/remove")
    found = await told(receiver, 8)
    assert {item["action"] for item in found} == {"COMMENT", "COMMENT_EDIT", "ADMIN_COMMENT", "COMMENT_DELETE"}
    removed = next(item for item in found if item["action"] == "COMMENT_DELETE")
    assert "text" not in removed["decoratedGeneratedActivity"]["comment"]


async def test_a_post_that_names_us_is_told(linked: Client, receiver: Receiver) -> None:
    await linked.control("linkedin/mentions", author="Kerem Işık", text="@ieu ile çalışmak")
    found = await told(receiver, 2)
    assert found[0]["action"] == "SHARE_MENTION"
    assert found[0]["decoratedGeneratedActivity"]["share"]["text"] == "@ieu ile çalışmak"
