"""The messages edge: windows, tags, private replies, limits; blocking; conversations."""

from typing import Any

import pytest

from tests.sandbox.clocks import HandClock
from tests.sandbox.conftest import OTHER_TOKEN, PAGE, Client, connected, error_of, some_settings

TEXT = {"text": "Merhaba"}


async def person_id(client: Client, item_id: str) -> str:
    world = client.ground.world
    if item_id in world.comments:
        return world.comments[item_id].author_id
    return world.messages[item_id].person_id


@pytest.mark.parametrize("platform", ["facebook", "instagram"])
async def test_a_message_is_answered_within_a_day(client: Client, platform: str) -> None:
    message_id = await client.message(platform)
    recipient = {"id": await person_id(client, message_id)}

    response = await client.send(recipient=recipient, messaging_type="RESPONSE", message=TEXT)

    assert set(response.json()) == {"recipient_id", "message_id"}
    assert response.json()["recipient_id"] == recipient["id"]
    sent = (await client.item(message_id, platform))["private_messages"]
    assert [(private["id"], private["text"]) for private in sent] == [(response.json()["message_id"], "Merhaba")]


@pytest.mark.parametrize(("platform", "subcode"), [("facebook", 2018278), ("instagram", 2534022)])
async def test_after_a_day_the_window_is_closed_but_for_a_human_agent(
    client: Client, platform: str, subcode: int
) -> None:
    recipient = {"id": await person_id(client, await client.message(platform))}
    await client.control("clock", shift_seconds=24 * 3600 + 1)

    late = await client.send(recipient=recipient, messaging_type="RESPONSE", message=TEXT)
    assert error_of(late) == (10, subcode)
    tagged = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    assert (await client.send(recipient=recipient, message=TEXT, **tagged)).is_success
    await client.control("clock", shift_seconds=6 * 24 * 3600)
    assert error_of(await client.send(recipient=recipient, message=TEXT, **tagged)) == (10, subcode)


@pytest.mark.parametrize(("platform", "subcode"), [("facebook", 2018278), ("instagram", 2534022)])
async def test_a_comment_opens_no_window(client: Client, platform: str, subcode: int) -> None:
    recipient = {"id": await person_id(client, await client.comment(platform))}

    assert error_of(await client.send(recipient=recipient, message=TEXT)) == (10, subcode)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"message": TEXT, "messaging_type": "MESSAGE_TAG"}, (100, None)),
        ({"message": TEXT, "tag": "HUMAN_AGENT"}, (100, None)),
        ({"message": TEXT, "messaging_type": "MESSAGE_TAG", "tag": "ACCOUNT_UPDATE"}, (100, 1893061)),
        ({"message": TEXT, "messaging_type": "MESSAGE_TAG", "tag": "FRIENDSHIP"}, (100, None)),
        ({"message": TEXT, "messaging_type": "UTILITY"}, (100, None)),
        ({"message": TEXT, "messaging_type": "SOON"}, (100, None)),
        ({"message": TEXT, "sender_action": "typing_on"}, (100, 2018014)),
        ({}, (100, None)),
        ({"message": {"body": "Merhaba"}}, (100, None)),
        ({"message": {"text": "a" * 2001}}, (100, None)),
        ({"message": {"text": "a", "metadata": "m" * 1001}}, (100, None)),
        ({"message": {"text": ""}}, (100, None)),
        ({"message": TEXT, "urgency": "high"}, (100, None)),
    ],
)
async def test_what_messenger_does_not_take(
    client: Client, body: dict[str, Any], expected: tuple[int, int | None]
) -> None:
    recipient = {"id": await person_id(client, await client.message())}

    assert error_of(await client.send(recipient=recipient, **body)) == expected


async def test_typing_marks_are_taken_alone(client: Client) -> None:
    recipient = {"id": await person_id(client, await client.message())}

    response = await client.send(recipient=recipient, sender_action="typing_on")

    assert response.json() == {"recipient_id": recipient["id"]}


async def test_instagram_messages_are_limited_in_bytes(client: Client) -> None:
    recipient = {"id": await person_id(client, await client.message("instagram"))}

    assert (await client.send(recipient=recipient, message={"text": "ş" * 500})).is_success
    assert error_of(await client.send(recipient=recipient, message={"text": "ş" * 501})) == (100, None)


async def test_the_recipient_must_be_known_to_this_page(client: Client) -> None:
    known = await person_id(client, await client.message())
    instagram = await person_id(client, await client.message("instagram", account_id="ieu.muhendislik"))

    assert error_of(await client.send(message=TEXT)) == (100, None)
    assert error_of(await client.send(recipient={"id": known, "comment_id": "1"}, message=TEXT)) == (100, None)
    assert error_of(await client.send(recipient={"id": "1"}, message=TEXT)) == (100, 2018001)
    assert error_of(await client.send(recipient={"id": instagram}, message=TEXT)) == (100, 2534014)
    client.token = OTHER_TOKEN
    assert error_of(await client.send(recipient={"id": known}, message=TEXT)) == (200, None)


async def test_someone_who_takes_no_messages_is_unavailable(client: Client) -> None:
    recipient = {"id": await person_id(client, await client.message())}
    await client.control("facebook/people", author="Elif Şenel", reachable=False)

    assert error_of(await client.send(recipient=recipient, message=TEXT)) == (551, 1545041)


@pytest.mark.parametrize(
    ("platform", "second", "late"),
    [("facebook", (10900, None), (10903, None)), ("instagram", (100, 2534025), (100, 2534025))],
)
async def test_a_private_reply_goes_out_once_within_seven_days(
    client: Client, platform: str, second: tuple[int, int | None], late: tuple[int, int | None]
) -> None:
    comment_id, old_id = await client.comment(platform), await client.comment(platform)

    sent = await client.send(recipient={"comment_id": comment_id}, message=TEXT)
    assert set(sent.json()) == {"recipient_id", "message_id"}
    assert [private["text"] for private in (await client.item(comment_id, platform))["private_messages"]] == ["Merhaba"]
    assert error_of(await client.send(recipient={"comment_id": comment_id}, message=TEXT)) == second
    await client.control("clock", shift_seconds=7 * 24 * 3600 + 1)
    assert error_of(await client.send(recipient={"comment_id": old_id}, message=TEXT)) == late


@pytest.mark.parametrize(("platform", "subcode"), [("facebook", 2018292), ("instagram", 2534025)])
async def test_a_deleted_comment_cannot_be_answered_privately(client: Client, platform: str, subcode: int) -> None:
    comment_id = await client.comment(platform)
    await client.graph("DELETE", comment_id)

    assert error_of(await client.send(recipient={"comment_id": comment_id}, message=TEXT)) == (100, subcode)


async def test_a_private_reply_has_neither_type_nor_tag(client: Client) -> None:
    recipient = {"comment_id": await client.comment()}

    assert error_of(await client.send(recipient=recipient, message=TEXT, messaging_type="RESPONSE")) == (100, None)
    assert error_of(await client.send(recipient=recipient, message=TEXT, tag="HUMAN_AGENT")) == (100, None)


async def test_private_replies_have_an_hourly_limit(hand_clock: HandClock) -> None:
    async with connected(some_settings(private_replies_per_hour=2), hand_clock) as client:
        ids = [await client.comment(text=f"{number}") for number in range(3)]
        for comment_id in ids[:2]:
            assert (await client.send(recipient={"comment_id": comment_id}, message=TEXT)).is_success

        assert error_of(await client.send(recipient={"comment_id": ids[2]}, message=TEXT)) == (613, None)
        await client.control("clock", shift_seconds=3601)
        assert (await client.send(recipient={"comment_id": ids[2]}, message=TEXT)).is_success


async def test_the_human_agent_feature_must_be_approved(hand_clock: HandClock) -> None:
    async with connected(some_settings(human_agent_approved=False), hand_clock) as client:
        recipient = {"id": await person_id(client, await client.message())}
        tagged = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}

        assert error_of(await client.send(recipient=recipient, message=TEXT, **tagged)) == (200, 2018028)


async def test_blocking_on_a_page_answers_id_by_id(client: Client) -> None:
    comment_id = await client.comment()
    author = await person_id(client, comment_id)

    blocked = await client.graph("POST", f"{PAGE}/blocked", psid=f'["{author}","12345"]')
    listed = await client.graph("GET", f"{PAGE}/blocked")

    assert blocked.json() == {author: True, "12345": False}
    assert [person["id"] for person in listed.json()["data"]] == [author]
    again = await client.http.post("/control/facebook/comments", json={"author": "Elif Şenel", "text": "Yine ben"})
    assert again.status_code == 409
    assert "block" in [call["call"] for call in (await client.item(comment_id))["history"]]
    assert (await client.graph("DELETE", f"{PAGE}/blocked", psid=author)).json() == {"success": True}
    await client.comment(text="Yine ben")
    assert error_of(await client.graph("POST", f"{PAGE}/blocked")) == (100, None)
    assert error_of(await client.graph("POST", f"{PAGE}/blocked", psid=author, user=author)) == (100, None)


async def moderate(client: Client, people: list[str], actions: list[str]) -> Any:
    headers = {"authorization": f"Bearer {client.token}"}
    body = {"user_ids": [{"id": person} for person in people], "actions": actions}
    return await client.http.post(f"/graph/v25.0/{PAGE}/moderate_conversations", json=body, headers=headers)


async def test_blocking_on_instagram_needs_a_conversation_and_answers_with_a_text(client: Client) -> None:
    author = await person_id(client, await client.comment("instagram"))

    without_thread = await moderate(client, [author], ["block_user"])
    assert error_of(without_thread) == (1, None)
    await client.message("instagram")
    assert (await moderate(client, [author], ["block_user"])).json() == {"success": "true"}
    again = await client.http.post("/control/instagram/comments", json={"author": "Elif Şenel", "text": "Yine"})
    assert again.status_code == 409


async def test_the_limits_of_moderating_conversations(client: Client) -> None:
    known = await person_id(client, await client.message("instagram"))

    assert error_of(await moderate(client, ["1"], ["block_user"])) == (100, None)
    assert error_of(await moderate(client, [known], ["ban_user"])) == (100, None)
    assert error_of(await moderate(client, [known], ["block_user", "unblock_user"])) == (100, None)
    assert error_of(await moderate(client, [known], [])) == (100, None)
    assert error_of(await moderate(client, [known] * 11, ["block_user"])) == (100, None)


@pytest.mark.parametrize(("platform", "name"), [("facebook", "MESSENGER"), ("instagram", "INSTAGRAM")])
async def test_a_sent_message_is_found_in_its_conversation(client: Client, platform: str, name: str) -> None:
    person = await person_id(client, await client.message(platform, text="Soru"))
    sent = (await client.send(recipient={"id": person}, message=TEXT)).json()["message_id"]

    found = await client.graph("GET", f"{PAGE}/conversations", platform=name, user_id=person)
    (thread,) = found.json()["data"]
    listed = await client.graph("GET", f"{thread['id']}/messages", fields="id,message,from,created_time")
    nested = await client.graph("GET", thread["id"], fields="messages{id,message}")

    newest, oldest = listed.json()["data"]
    assert (newest["id"], newest["message"], oldest["message"]) == (sent, "Merhaba", "Soru")
    assert oldest["from"]["id"] == person
    assert [message["id"] for message in nested.json()["messages"]["data"]] == [newest["id"], oldest["id"]]


async def test_instagram_tells_details_of_the_newest_twenty_messages_alone(client: Client) -> None:
    ids = [await client.message("instagram", text=f"{number}") for number in range(21)]
    person = await person_id(client, ids[0])
    found = await client.graph("GET", f"{PAGE}/conversations", platform="INSTAGRAM", user_id=person)
    thread = found.json()["data"][0]["id"]

    fields = "messages.limit(50){id,message,from,created_time}"
    listed = (await client.graph("GET", thread, fields=fields)).json()["messages"]["data"]

    assert [message["id"] for message in listed] == ids[::-1]
    assert ["message" in message for message in listed] == [True] * 20 + [False]


async def test_profiles_are_shown_of_those_who_wrote(client: Client) -> None:
    facebook = await person_id(client, await client.comment())
    instagram = await person_id(client, await client.comment("instagram"))
    assert error_of(await client.graph("GET", facebook)) == (100, 33)
    assert error_of(await client.graph("GET", instagram)) == (230, None)

    await client.message()
    await client.message("instagram")

    shown = (await client.graph("GET", facebook, fields="first_name,last_name")).json()
    assert (shown["first_name"], shown["last_name"]) == ("Elif", "Şenel")
    assert (await client.graph("GET", instagram, fields="username")).json()["username"] == "elif.senel"
