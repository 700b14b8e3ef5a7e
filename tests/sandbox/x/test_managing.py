"""Registering webhooks, their proof, replaying; subscriptions."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from app.sandbox.x.seed import FACULTY, UNIVERSITY, WEBHOOK_ID, WEBHOOK_URL
from app.sandbox.x.webhook_calls import is_proof
from tests.sandbox.conftest import Client, connected, some_settings
from tests.sandbox.receiver import Receiver
from tests.sandbox.x.api import APP, FACULTY_TOKEN, TOKEN, XApi, problem_of

HOOKS, REPLAY, SUBSCRIPTIONS = "/2/webhooks", "/2/webhooks/replay", "/2/activity/subscriptions"
URL = "https://moderasyon.ornek.edu.tr/webhooks/x"


def reason_of(response: Any) -> str:
    return str(problem_of(response, 400, "invalid-request")["errors"][0]["message"]).partition(":")[0]


async def test_one_webhook_is_there_from_the_start(x: XApi) -> None:
    document = await x.get(HOOKS, token=APP)

    assert document == {
        "data": [{"id": WEBHOOK_ID, "url": WEBHOOK_URL, "valid": True, "created_at": "2026-11-02T09:00:00.000Z"}],
        "meta": {"result_count": 1},
    }
    some = await x.get(HOOKS, token=APP, webhook_config__fields="url")
    assert some["data"] == [{"id": WEBHOOK_ID, "url": WEBHOOK_URL}]


async def test_an_address_that_proves_itself_is_registered_and_used(told: XApi, receiver: Receiver) -> None:
    await told.done("DELETE", f"{HOOKS}/{WEBHOOK_ID}", token=APP)

    made = await told.done("POST", HOOKS, {"url": URL}, token=APP)

    assert (made["url"], made["valid"], set(made)) == (URL, True, {"id", "url", "valid", "created_at"})
    assert list(receiver.handshakes[0]) == ["crc_token"]
    body = {"event_type": "dm.received", "filter": {"user_id": UNIVERSITY}}
    problem_of(await told.call("POST", SUBSCRIPTIONS, json=body | {"webhook_id": made["id"]}), 400, "invalid-request")
    for one in (await told.get(SUBSCRIPTIONS, token=APP))["data"]:
        await told.done("PUT", f"{SUBSCRIPTIONS}/{one['subscription_id']}", {"webhook_id": made["id"]}, token=APP)
    await told.reply()
    await receiver.wait_for(1)


async def test_one_may_sign_instead(told: XApi) -> None:
    await told.client.http.delete(f"/x{HOOKS}/{WEBHOOK_ID}", headers=told.signed("DELETE", f"{HOOKS}/{WEBHOOK_ID}"))

    response = await told.client.http.post(f"/x{HOOKS}", json={"url": URL}, headers=told.signed("POST", HOOKS))

    assert response.status_code == 200
    assert (await told.get(HOOKS, token=APP))["meta"]["result_count"] == 1


async def test_the_services_own_address_is_taken_too(told: XApi, receiver: Receiver) -> None:
    await told.done("DELETE", f"{HOOKS}/{WEBHOOK_ID}", token=APP)

    await told.done("POST", HOOKS, {"url": f"{receiver.url}/webhooks/x"}, token=APP)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://moderasyon.ornek.edu.tr/webhooks/x", "UrlValidationFailed"),
        ("https://moderasyon.ornek.edu.tr:8443/webhooks/x", "UrlValidationFailed"),
        ("https://localhost/webhooks/x", "UrlValidationFailed"),
        ("https://127.0.0.1/webhooks/x", "UrlValidationFailed"),
        ("https://biri@moderasyon.ornek.edu.tr/webhooks/x", "UrlValidationFailed"),
        ("https://moderasyon.ornek.edu.tr:port/x", "UrlValidationFailed"),
        ("moderasyon.ornek.edu.tr/webhooks/x", "UrlValidationFailed"),
        ("https://moderasyon.ornek.edu.tr/elsewhere", "CrcValidationFailed"),
    ],
)
async def test_an_address_that_x_would_not_take(told: XApi, url: str, reason: str) -> None:
    await told.done("DELETE", f"{HOOKS}/{WEBHOOK_ID}", token=APP)

    assert reason_of(await told.call("POST", HOOKS, json={"url": url}, token=APP)) == reason
    assert (await told.get(HOOKS, token=APP))["data"] == []


@pytest.mark.parametrize(
    "body", [{}, {"url": ""}, {"url": 5}, {"url": "https://a.example/" + "a" * 200}, {"url": URL, "a": 1}]
)
async def test_registering_needs_an_address(told: XApi, body: Any) -> None:
    problem_of(await told.call("POST", HOOKS, json=body, token=APP), 400, "invalid-request")


async def test_a_wrong_proof_is_none(told: XApi, receiver: Receiver) -> None:
    await told.done("DELETE", f"{HOOKS}/{WEBHOOK_ID}", token=APP)
    receiver.consumer_secret = "another"

    assert reason_of(await told.call("POST", HOOKS, json={"url": URL}, token=APP)) == "CrcValidationFailed"


async def test_self_serve_has_one_webhook_and_enterprise_more(told: XApi, receiver: Receiver, client: Client) -> None:
    assert reason_of(await told.call("POST", HOOKS, json={"url": URL}, token=APP)) == "WebhookLimitExceeded"
    assert reason_of(await told.call("POST", HOOKS, json={"url": WEBHOOK_URL}, token=APP)) == "DuplicateUrlFailed"
    async with connected(some_settings(webhook_url=receiver.url, x_tier="enterprise"), client.clock) as enterprise:
        await XApi(enterprise).done("POST", HOOKS, {"url": URL}, token=APP)


async def test_a_webhook_that_fails_to_prove_itself_is_told_nothing_until_it_does(
    told: XApi, receiver: Receiver
) -> None:
    right, receiver.consumer_secret = receiver.consumer_secret, "another"
    assert reason_of(await told.call("PUT", f"{HOOKS}/{WEBHOOK_ID}", token=APP)) == "CrcValidationFailed"
    assert (await told.get(HOOKS, token=APP))["data"][0]["valid"] is False
    await told.reply("Duyulmayan")

    receiver.consumer_secret = right
    assert await told.done("PUT", f"{HOOKS}/{WEBHOOK_ID}", token=APP) == {"valid": True}

    heard = await told.reply("Duyulan")
    (delivery,) = await receiver.wait_for(1)
    assert heard in delivery.body.decode()


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_an_unknown_webhook(told: XApi, method: str) -> None:
    assert reason_of(await told.call(method, f"{HOOKS}/12", token=APP)) == "WebhookIdInvalid"


async def test_the_control_asks_for_the_proof(told: XApi, receiver: Receiver) -> None:
    assert await told.client.control("x/handshake") == {"status": 200, "confirmed": True}
    receiver.consumer_secret = "another"
    assert await told.client.control("x/handshake") == {"status": 200, "confirmed": False}


def test_only_a_plain_200_with_the_right_words_is_a_proof() -> None:
    """A redirect is none, nor is the signature in hexadecimal; the pair is of a public test."""
    right = "sha256=1Fg22hsV/J0MPCeiX/iZqLqDkZ0S28yOOMIljrsAX9M="

    def proves(status: int, **body: Any) -> bool:
        return is_proof(httpx.Response(status, **body), "test-consumer-secret", "test-crc-token")

    assert proves(200, json={"response_token": right})
    assert not proves(302, json={"response_token": right})
    assert not proves(201, json={"response_token": right})
    assert not proves(200, json={"response_token": right.removeprefix("sha256=")})
    assert not proves(200, json={"response_token": f"sha256={'0' * 64}"})
    assert not proves(200, json=[right])
    assert not proves(200, text=right)


def minute(moment: datetime) -> str:
    return f"{moment:%Y%m%d%H%M}"


def a_span(told: XApi, since: float, until: float, **changed: Any) -> dict[str, Any]:
    """A replay's body, in minutes back from now."""
    now = told.client.clock()
    body = {
        "webhook_id": WEBHOOK_ID,
        "from_date": minute(now - timedelta(minutes=since)),
        "to_date": minute(now - timedelta(minutes=until)),
    }
    return body | changed


async def test_what_was_lost_is_sent_anew(told: XApi, receiver: Receiver) -> None:
    await told.client.control("webhooks", mode="lose")
    lost = {await told.reply("Kayıp"), await told.dm(), await told.mention()}
    told.client.clock.forward(minutes=30)
    await told.reply("Daha yeni")
    told.client.clock.forward(minutes=5)
    await told.client.control("webhooks", mode="send")

    job = await told.done("POST", REPLAY, a_span(told, 40, 20), token=APP)

    bodies = [delivery.payload for delivery in await receiver.wait_for(4)]
    (ended,) = [body["replay_job_status"] for body in bodies if "replay_job_status" in body]
    assert (ended["job_id"], ended["job_state"], ended["webhook_id"]) == (job["job_id"], "Complete", WEBHOOK_ID)
    payloads = [body["data"]["payload"] for body in bodies if "data" in body]
    found = {payload.get("id") or payload["direct_message_events"][0]["id"] for payload in payloads}
    assert found == lost


async def test_a_replayed_event_is_the_one_that_was_told(told: XApi, receiver: Receiver) -> None:
    await told.reply()
    (live,) = await receiver.wait_for(1)
    told.client.clock.forward(minutes=40)

    await told.done("POST", REPLAY, a_span(told, 45, 15), token=APP)

    replayed = [one.payload for one in (await receiver.wait_for(3))[1:] if "data" in one.payload]
    assert [one["data"]["event_uuid"] for one in replayed] == [live.payload["data"]["event_uuid"]]


async def test_one_replay_at_a_time(told: XApi) -> None:
    await told.done("POST", REPLAY, a_span(told, 60, 30), token=APP)

    response = await told.call("POST", REPLAY, json=a_span(told, 60, 30), token=APP)

    assert problem_of(response, 409)["title"] == "ReplayConflictError"
    told.client.clock.forward(minutes=2)
    await told.done("POST", REPLAY, a_span(told, 60, 30), token=APP)


@pytest.mark.parametrize(
    ("since", "until", "changed"),
    [
        (30, 15, {}),
        (60, 9, {}),
        (30, 60, {}),
        (25 * 60, 30, {}),
        (60, 30, {"webhook_id": "12"}),
        (60, 30, {"webhook_id": None}),
        (60, 30, {"from_date": "2026-11-02T08:00"}),
        (60, 30, {"from_date": "202613400000"}),
        (60, 30, {"speed": "fast"}),
    ],
)
async def test_what_cannot_be_replayed(told: XApi, since: float, until: float, changed: dict[str, Any]) -> None:
    body = a_span(told, since, until, **changed)

    problem_of(await told.call("POST", REPLAY, json=body, token=APP), 400, "invalid-request")


async def test_what_is_subscribed_from_the_start(x: XApi) -> None:
    everything = (await x.get(SUBSCRIPTIONS, token=APP))["data"]
    own = (await x.get(SUBSCRIPTIONS))["data"]

    assert len(everything) == 14
    assert {one["event_type"] for one in own} >= {"post.reply.create", "post.mention.create", "dm.received", "dm.sent"}
    assert {one["filter"]["user_id"] for one in own} == {UNIVERSITY}
    assert {one["webhook_id"] for one in everything} == {WEBHOOK_ID}


async def test_a_subscription_is_made_changed_and_ended(x: XApi) -> None:
    body = {
        "event_type": "like.create",
        "filter": {"user_id": UNIVERSITY, "direction": "inbound"},
        "tag": "beğeni",
        "webhook_id": WEBHOOK_ID,
    }

    made = (await x.done("POST", SUBSCRIPTIONS, body))["subscription"]
    about = f"{SUBSCRIPTIONS}/{made['subscription_id']}"
    x.client.clock.forward(minutes=1)
    changed = (await x.done("PUT", about, {"tag": "yeni"}, token=APP))["subscription"]

    assert {name: made[name] for name in body} == body
    assert changed == made | {"tag": "yeni", "updated_at": "2026-11-02T09:01:00.000Z"}
    assert await x.done("DELETE", about, token=APP) == {"deleted": True}
    problem_of(await x.call("DELETE", about, token=APP), 404, "resource-not-found")
    assert len((await x.get(SUBSCRIPTIONS, token=APP))["data"]) == 14


async def test_several_are_ended_at_once(x: XApi) -> None:
    first = (await x.get(SUBSCRIPTIONS, token=APP, max_results=1))["data"][0]["subscription_id"]

    response = await x.call("DELETE", SUBSCRIPTIONS, token=APP, ids=f"{first},12")

    document = response.json()
    assert document["data"] == [{"subscription_id": first, "deleted": True}]
    assert [error["subscription_id"] for error in document["errors"]] == ["12"]
    assert document["meta"] == {"total_subscriptions": 13}


async def test_subscriptions_are_paged(x: XApi) -> None:
    first = await x.get(SUBSCRIPTIONS, token=APP, max_results=10)
    second = await x.get(SUBSCRIPTIONS, token=APP, max_results=10, pagination_token=first["meta"]["next_token"])

    assert len({one["subscription_id"] for one in (*first["data"], *second["data"])}) == 14


@pytest.mark.parametrize(
    ("body", "token", "status"),
    [
        ({"event_type": "post.reply.create", "filter": {"user_id": UNIVERSITY}}, APP, 403),
        ({"event_type": "dm.received", "filter": {"user_id": UNIVERSITY}}, FACULTY_TOKEN, 403),
        ({"event_type": "post.reply.create", "filter": {"user_id": UNIVERSITY}}, TOKEN, 400),
        ({"event_type": "post.create", "filter": {"user_id": "12"}}, APP, 400),
        ({"event_type": "oauth.revoke", "filter": {"user_id": UNIVERSITY}}, TOKEN, 400),
        ({"event_type": "post.everything", "filter": {"user_id": UNIVERSITY}}, TOKEN, 400),
        ({"event_type": "like.create"}, TOKEN, 400),
        ({"filter": {"user_id": UNIVERSITY}}, TOKEN, 400),
        ({"event_type": "like.create", "filter": {}}, TOKEN, 400),
        ({"event_type": "like.create", "filter": {"user": UNIVERSITY}}, TOKEN, 400),
        ({"event_type": "like.create", "filter": {"user_id": UNIVERSITY, "direction": "up"}}, TOKEN, 400),
        ({"event_type": "mute.mute", "filter": {"user_id": UNIVERSITY, "direction": "inbound"}}, TOKEN, 400),
        ({"event_type": "like.create", "filter": {"user_id": UNIVERSITY}, "webhook_id": "12"}, TOKEN, 400),
        ({"event_type": "like.create", "filter": {"user_id": UNIVERSITY}, "tag": "a" * 201}, TOKEN, 400),
        ({"event_type": "like.create", "filter": {"user_id": UNIVERSITY}, "colour": "red"}, TOKEN, 400),
    ],
)
async def test_what_cannot_be_subscribed_to(x: XApi, body: Any, token: str, status: int) -> None:
    response = await x.call("POST", SUBSCRIPTIONS, json=body, token=token)

    assert response.status_code == status, response.text
    assert len((await x.get(SUBSCRIPTIONS, token=APP))["data"]) == 14


async def test_public_events_need_no_user(x: XApi) -> None:
    body = {"event_type": "profile.update.bio", "filter": {"user_id": FACULTY}}

    await x.done("POST", SUBSCRIPTIONS, body, token=APP)


async def test_a_subscription_to_a_word_hears_it_alone(told: XApi, receiver: Receiver) -> None:
    for one in (await told.get(SUBSCRIPTIONS, token=APP))["data"]:
        await told.done("DELETE", f"{SUBSCRIPTIONS}/{one['subscription_id']}", token=APP)
    wanted = {"user_id": UNIVERSITY, "keyword": "yemek"}
    body = {"event_type": "post.reply.create", "filter": wanted, "webhook_id": WEBHOOK_ID}
    await told.done("POST", SUBSCRIPTIONS, body)

    await told.reply("Otopark dolu")
    heard = await told.reply("Yemekler soğuk")

    (delivery,) = await receiver.wait_for(1)
    assert delivery.payload["data"]["payload"]["id"] == heard
    assert delivery.payload["data"]["filter"] == wanted


@pytest.mark.parametrize(
    ("body", "why"), [({"event_type": "like.create"}, 400), ({"tag": ""}, 400), ({"webhook_id": "12"}, 400)]
)
async def test_only_tag_and_webhook_change(x: XApi, body: Any, why: int) -> None:
    one = (await x.get(SUBSCRIPTIONS, token=APP))["data"][0]["subscription_id"]

    assert (await x.call("PUT", f"{SUBSCRIPTIONS}/{one}", json=body, token=APP)).status_code == why


async def test_webhooks_and_subscriptions_outlive_a_restart_and_not_a_reset(client: Client, tmp_path: Any) -> None:
    settings = some_settings(data_dir=tmp_path)
    body = {"event_type": "like.create", "filter": {"user_id": UNIVERSITY}}
    async with connected(settings, client.clock) as before:
        x = XApi(before)
        await x.done("POST", SUBSCRIPTIONS, body)
        await x.done("DELETE", f"{HOOKS}/{WEBHOOK_ID}", token=APP)
        person = x.author_of(await x.reply())
        await x.done("POST", f"/2/users/{UNIVERSITY}/muting", {"target_user_id": person})
    async with connected(settings, client.clock) as after:
        x = XApi(after)
        assert len((await x.get(SUBSCRIPTIONS, token=APP))["data"]) == 15
        assert (await x.get(HOOKS, token=APP))["data"] == []
        assert (await x.get(f"/2/users/{UNIVERSITY}/muting"))["meta"]["result_count"] == 1

        await after.control("reset")

        assert len((await x.get(SUBSCRIPTIONS, token=APP))["data"]) == 14
        assert len((await x.get(HOOKS, token=APP))["data"]) == 1
