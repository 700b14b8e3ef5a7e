"""Direct messages; muting and blocking by what was bought."""

from typing import Any

import pytest

from app.sandbox.x.seed import FACULTY, UNIVERSITY
from tests.sandbox.conftest import Client, connected, some_settings
from tests.sandbox.x.api import FACULTY_TOKEN, XApi, problem_of

EVENTS = "/2/dm_events"
ASKED = {"dm_event__fields": "created_at,dm_conversation_id,entities", "expansions": "sender_id"}


async def test_a_message_is_told_with_what_was_asked_for(x: XApi) -> None:
    dm = await x.dm("Kaydım <silinmiş> & bekliyorum")
    person = x.author_of(dm)

    document = await x.get(EVENTS, **ASKED, user__fields="username")

    (message,) = document["data"]
    assert message == {
        "id": dm,
        "event_type": "MessageCreate",
        "text": "Kaydım &lt;silinmiş&gt; &amp; bekliyorum",
        "created_at": "2026-11-02T09:00:00.000Z",
        "dm_conversation_id": "-".join(sorted((person, UNIVERSITY), key=int)),
        "entities": {},
        "sender_id": person,
    }
    assert document["includes"]["users"] == [{"id": person, "name": "Elif Şenel", "username": "elif_senel"}]
    assert document["meta"] == {"result_count": 1}
    assert set((await x.get(EVENTS))["data"][0]) == {"id", "event_type", "text"}


async def test_we_write_to_a_person(x: XApi) -> None:
    dm = await x.dm()
    person = x.author_of(dm)

    response = await x.call("POST", f"/2/dm_conversations/with/{person}/messages", json={"text": "Buyurun"})

    assert response.status_code == 201
    data = response.json()["data"]
    item = await x.client.item(dm, "x")
    assert [(one["id"], one["text"]) for one in item["private_messages"]] == [(data["dm_event_id"], "Buyurun")]
    assert [(call["call"], call["status"]) for call in item["history"]] == [("private_message", 201)]
    again = await x.done("POST", f"/2/dm_conversations/{data['dm_conversation_id']}/messages", {"text": "Bir de şu"})
    assert again["dm_conversation_id"] == data["dm_conversation_id"]
    for where in (
        EVENTS,
        f"/2/dm_conversations/with/{person}/dm_events",
        f"/2/dm_conversations/{data['dm_conversation_id']}/dm_events",
    ):
        found = (await x.get(where, expansions="sender_id"))["data"]
        assert [(one["text"], one["sender_id"]) for one in found] == [
            ("Bir de şu", UNIVERSITY),
            ("Buyurun", UNIVERSITY),
            ("Bir sorum var", person),
        ]
    assert (await x.get(f"{EVENTS}/{data['dm_event_id']}"))["data"]["text"] == "Buyurun"


async def test_a_commenter_can_be_written_to(x: XApi) -> None:
    person = x.author_of(await x.reply())

    await x.done("POST", f"/2/dm_conversations/with/{person}/messages", {"text": "a" * 10_000})


async def test_messages_are_paged_and_kept_for_thirty_days(x: XApi) -> None:
    made = [await x.dm(f"Mesaj {number}") for number in range(5)]

    first = await x.get(EVENTS, max_results=3)
    second = await x.get(EVENTS, max_results=3, pagination_token=first["meta"]["next_token"])

    assert [one["id"] for one in (*first["data"], *second["data"])] == made[::-1]
    assert "next_token" not in second["meta"]
    assert await x.get(EVENTS, event_types="ParticipantsJoin") == {"meta": {"result_count": 0}}
    x.client.clock.forward(days=30)
    assert await x.get(EVENTS) == {"meta": {"result_count": 0}}


async def test_each_account_has_its_own_messages(x: XApi) -> None:
    dm = await x.dm()

    assert await x.get(EVENTS, token=FACULTY_TOKEN) == {"meta": {"result_count": 0}}
    problem_of(await x.call("GET", f"{EVENTS}/{dm}", token=FACULTY_TOKEN), 404, "resource-not-found")
    conversation = f"/2/dm_conversations/{'-'.join(sorted((x.author_of(dm), UNIVERSITY), key=int))}/messages"
    problem_of(await x.call("POST", conversation, token=FACULTY_TOKEN, json={"text": "a"}), 403)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": " "},
        {"text": 5},
        {"text": "a" * 10_001},
        {"text": "a", "metadata": "b"},
        {"text": "a", "attachments": {"media_id": "1"}},
        {"attachments": [{"media_id": "1"}, {"media_id": "2"}]},
        {"attachments": [{"media_id": "abc"}]},
        {"attachments": [{"id": "1"}]},
        {"attachments": [{"media_id": "1"}]},
    ],
)
async def test_a_message_that_is_not_the_specifications_is_refused(x: XApi, body: Any) -> None:
    person = x.author_of(await x.dm())

    response = await x.call("POST", f"/2/dm_conversations/with/{person}/messages", json=body)

    problem_of(response, 400, "invalid-request")
    assert (await x.get(EVENTS))["meta"] == {"result_count": 1}


async def test_who_takes_no_messages_or_is_barred_is_not_written_to(x: XApi) -> None:
    person = x.author_of(await x.dm())
    where = f"/2/dm_conversations/with/{person}/messages"

    await x.client.control("x/people", author="Elif Şenel", reachable=False)
    problem_of(await x.call("POST", where, json={"text": "a"}), 403)
    await x.client.control("x/people", author="Elif Şenel", reachable=True)
    await x.done("POST", f"/2/users/{person}/dm/block")
    problem_of(await x.call("POST", where, json={"text": "a"}), 403)
    await x.done("POST", f"/2/users/{person}/dm/unblock")
    await x.done("POST", where, {"text": "a"})
    problem_of(
        await x.call("POST", "/2/dm_conversations/with/12/messages", json={"text": "a"}), 404, "resource-not-found"
    )


@pytest.mark.parametrize(
    "params",
    [
        {"max_results": "0"},
        {"max_results": "101"},
        {"pagination_token": "short"},
        {"pagination_token": "a-token-that-is-invented"},
        {"event_types": "Everything"},
        {"dm_event__fields": "sender_id"},
        {"expansions": "author_id"},
        {"since_id": "1"},
    ],
)
async def test_what_messages_cannot_be_asked_for(x: XApi, params: dict[str, str]) -> None:
    problem_of(await x.call("GET", EVENTS, **params), 400, "invalid-request")


async def test_muting_keeps_no_one_from_writing(x: XApi) -> None:
    person = x.author_of(await x.reply())
    muting = f"/2/users/{UNIVERSITY}/muting"

    assert await x.done("POST", muting, {"target_user_id": person}) == {"muting": True}

    assert [one["id"] for one in (await x.get(muting))["data"]] == [person]
    await x.reply("Yine ben")
    assert await x.done("DELETE", f"{muting}/{person}") == {"muting": False}
    assert await x.get(muting) == {"meta": {"result_count": 0}}


async def test_nobody_acts_for_another_account(x: XApi) -> None:
    person = x.author_of(await x.reply())
    body = {"target_user_id": person}

    problem_of(await x.call("POST", f"/2/users/{FACULTY}/muting", json=body), 403)
    problem_of(await x.call("DELETE", f"/2/users/{FACULTY}/muting/{person}"), 403)
    problem_of(await x.call("GET", f"/2/users/{FACULTY}/blocking"), 403)


@pytest.mark.parametrize(
    "body", [{}, {"target_user_id": 12}, {"user_id": "12"}, {"target_user_id": "12", "for": "ever"}]
)
async def test_muting_needs_a_target(x: XApi, body: Any) -> None:
    problem_of(await x.call("POST", f"/2/users/{UNIVERSITY}/muting", json=body), 400, "invalid-request")


async def test_an_unknown_person_can_be_neither_muted_nor_barred(x: XApi) -> None:
    body = {"target_user_id": "12"}

    problem_of(await x.call("POST", f"/2/users/{UNIVERSITY}/muting", json=body), 404, "resource-not-found")
    problem_of(await x.call("POST", "/2/users/12/dm/block"), 404, "resource-not-found")


async def test_barring_from_messages_alone(x: XApi) -> None:
    dm, reply = await x.dm(), await x.reply()

    assert await x.done("POST", f"/2/users/{x.author_of(dm)}/dm/block") == {"blocked": True}

    refused = await x.client.http.post("/control/x/dms", json={"author": "Elif Şenel", "text": "Yine ben"})
    assert (refused.status_code, refused.json()["detail"]["why"]) == (409, "blocked")
    await x.reply("Yine ben")
    assert [call["call"] for call in (await x.client.item(reply, "x"))["history"]] == ["block"]


async def test_blocking_is_not_in_self_serve(x: XApi) -> None:
    person = x.author_of(await x.reply())
    where = f"/2/users/{UNIVERSITY}/blocking"

    problem = problem_of(await x.call("POST", where, json={"target_user_id": person}), 403, "client-forbidden")

    assert problem["reason"] == "client-not-enrolled"
    problem_of(await x.call("DELETE", f"{where}/{person}"), 403, "client-forbidden")
    assert await x.get(where) == {"meta": {"result_count": 0}}
    await x.reply("Yine ben")


async def test_enterprise_blocks_and_lifts_it(client: Client) -> None:
    async with connected(some_settings(x_tier="enterprise"), client.clock) as enterprise:
        x = XApi(enterprise)
        person = x.author_of(await x.reply())
        where = f"/2/users/{UNIVERSITY}/blocking"

        assert await x.done("POST", where, {"target_user_id": person}) == {"blocking": True}

        assert [one["id"] for one in (await x.get(where))["data"]] == [person]
        refused = await enterprise.http.post("/control/x/comments", json={"author": "Elif Şenel", "text": "Yine ben"})
        assert refused.status_code == 409
        await x.done("DELETE", f"{where}/{person}")
        await x.reply("Yine ben")
