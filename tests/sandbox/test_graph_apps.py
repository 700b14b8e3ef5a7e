"""Our application's own subscription: one webhook an object, above those of the Pages."""

from typing import Any

import pytest

from app.sandbox.meta.seed import APP_ID, APP_SECRET, FACEBOOK_VERIFY_TOKEN
from tests.sandbox.conftest import PAGE, TOKEN, Client, error_of
from tests.sandbox.receiver import Receiver

ADDRESS = f"{APP_ID}/subscriptions"
APP_TOKEN = f"{APP_ID}|{APP_SECRET}"


def asked(**changes: Any) -> dict[str, Any]:
    """A request for all that happens beneath our posts."""
    wanted = {"object": "page", "fields": "feed", "include_values": "true", "verify_token": FACEBOOK_VERIFY_TOKEN}
    return {key: value for key, value in (wanted | changes).items() if value is not None}


@pytest.fixture
def app(linked: Client) -> Client:
    """The application, whose webhooks go to the receiver."""
    linked.token = APP_TOKEN
    return linked


async def subscriptions(app: Client) -> dict[str, Any]:
    return {one["object"]: one for one in (await app.graph("GET", ADDRESS)).json()["data"]}


async def test_the_service_is_told_of_everything_from_the_start(app: Client, receiver: Receiver) -> None:
    found = await subscriptions(app)

    assert {name: one["callback_url"] for name, one in found.items()} == {
        "page": f"{receiver.url}/webhooks/facebook",
        "instagram": f"{receiver.url}/webhooks/instagram",
    }
    assert {"name": "feed", "version": "v25.0"} in found["page"]["fields"]
    assert found["instagram"]["active"] is True


@pytest.mark.parametrize(
    ("token", "code"), [(TOKEN, 15), (f"{APP_ID}|wrong", 190), ("nobody", 190), (f"{APP_ID}|", 190), (None, 190)]
)
async def test_only_the_applications_token_opens_it(app: Client, token: str | None, code: int) -> None:
    app.token = token

    assert error_of(await app.graph("GET", ADDRESS))[0] == code


async def test_another_address_is_asked_first_and_then_told(app: Client, receiver: Receiver) -> None:
    elsewhere = f"{receiver.url}/webhooks/elsewhere"
    answer = await app.graph("POST", ADDRESS, **asked(callback_url=elsewhere))
    await app.comment()
    (received,) = await receiver.wait_for(1)

    assert answer.json() == {"success": True}
    assert receiver.handshakes[0]["hub.verify_token"] == FACEBOOK_VERIFY_TOKEN
    assert (received.platform, received.entry["id"]) == ("elsewhere", PAGE)
    page = (await subscriptions(app))["page"]
    assert (page["callback_url"], [field["name"] for field in page["fields"]]) == (elsewhere, ["feed"])


async def test_what_is_not_subscribed_to_is_told_to_nobody(app: Client, receiver: Receiver) -> None:
    await app.graph("DELETE", ADDRESS, object="page")
    await app.graph("DELETE", ADDRESS, object="instagram", fields="comments")

    await app.comment()
    await app.comment("instagram")
    await app.message("instagram")

    (received,) = await receiver.wait_for(1)
    assert (received.platform, "messaging" in received.entry) == ("instagram", True)
    assert set(await subscriptions(app)) == {"instagram"}


async def test_without_values_only_the_field_is_named(app: Client, receiver: Receiver) -> None:
    own = f"{receiver.url}/webhooks/facebook"
    await app.graph("POST", ADDRESS, **asked(callback_url=own, include_values=None))

    await app.comment()

    (received,) = await receiver.wait_for(1)
    assert received.entry["changed_fields"] == ["feed"]
    assert "changes" not in received.entry


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"object": "group"}, 100),
        ({"object": None}, 100),
        ({"fields": "mentions"}, 100),
        ({"fields": None}, 100),
        ({"verify_token": None}, 100),
        ({"callback_url": None}, 100),
        ({"subscribed_fields": "feed"}, 100),
        ({"callback_url": "http://ornek.edu.tr/webhooks/facebook"}, 2200),
        ({"callback_url": "http://127.0.0.1:1/webhooks/facebook"}, 2200),
    ],
)
async def test_a_request_that_says_something_else_is_refused(
    app: Client, receiver: Receiver, changes: dict[str, Any], code: int
) -> None:
    before = await subscriptions(app)

    answer = await app.graph("POST", ADDRESS, **asked(**({"callback_url": f"{receiver.url}/webhooks/x"} | changes)))

    assert error_of(answer)[0] == code
    assert await subscriptions(app) == before


async def test_an_address_that_does_not_know_the_word_is_not_taken(app: Client) -> None:
    answer = await app.graph("POST", ADDRESS, **asked(callback_url=f"{app.ground.settings.base_url}/control/calls"))

    assert error_of(answer)[0] == 2200
    assert "verify" not in str([call.parameters for call in app.ground.calls.all()]).replace("verify_token", "")
