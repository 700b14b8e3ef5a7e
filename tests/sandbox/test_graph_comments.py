"""Calls on comments: what succeeds answers as documented, what the platform refuses is refused with its code."""

import pytest

from tests.sandbox.conftest import INSTAGRAM, OTHER_TOKEN, PAGE, TOKEN, Client, error_of


async def test_a_comment_is_read_with_exactly_the_asked_fields(client: Client) -> None:
    comment_id = await client.comment(text="Kütüphane sıcak")

    fields = "id,message,from{id,name},created_time,permalink_url,parent{id},can_hide,is_hidden,can_reply_privately"
    response = await client.graph("GET", comment_id, fields=fields)

    body = response.json()
    assert set(body) == {
        "id",
        "message",
        "from",
        "created_time",
        "permalink_url",
        "can_hide",
        "is_hidden",
        "can_reply_privately",
    }
    assert body["message"] == "Kütüphane sıcak"
    assert body["from"]["name"] == "Elif Şenel"
    assert body["created_time"] == "2026-11-02T09:00:00+0000"
    assert (body["can_hide"], body["is_hidden"], body["can_reply_privately"]) == (True, False, True)


async def test_an_unknown_field_is_refused(client: Client) -> None:
    comment_id = await client.comment()

    assert error_of(await client.graph("GET", comment_id, fields="id,hidden")) == (100, None)
    assert error_of(await client.graph("GET", comment_id, fields="id,from{nickname}")) == (100, None)
    assert error_of(await client.graph("GET", comment_id, fields="id,from{")) == (2500, None)


async def test_hiding_and_deleting_on_facebook(client: Client) -> None:
    comment_id = await client.comment()

    hidden = await client.graph("POST", comment_id, is_hidden="true")
    assert hidden.json() == {"success": True}
    assert (await client.item(comment_id))["state"] == "hidden"

    shown = await client.graph("POST", comment_id, is_hidden="false")
    assert shown.json() == {"success": True}
    assert (await client.item(comment_id))["state"] == "visible"

    deleted = await client.graph("DELETE", comment_id)
    assert deleted.json() == {"success": True}
    item = await client.item(comment_id)
    assert item["state"] == "deleted"
    assert [call["call"] for call in item["history"]] == ["hide", "unhide", "delete"]


async def test_hiding_and_deleting_on_instagram(client: Client) -> None:
    comment_id = await client.comment("instagram")

    hidden = await client.graph("POST", comment_id, hide="true")
    read = await client.graph("GET", comment_id, fields="id,hidden,text,username,media{id,permalink}")
    assert hidden.json() == {"success": True}
    assert read.json()["hidden"] is True
    assert set(read.json()["media"]) == {"id", "permalink"}

    assert (await client.graph("DELETE", comment_id)).json() == {"success": True}
    assert (await client.item(comment_id, "instagram"))["state"] == "deleted"


async def test_each_platform_has_its_own_parameter_for_hiding(client: Client) -> None:
    facebook, instagram = await client.comment(), await client.comment("instagram")

    assert error_of(await client.graph("POST", facebook, hide="true")) == (100, None)
    assert error_of(await client.graph("POST", instagram, is_hidden="true")) == (100, None)
    assert error_of(await client.graph("POST", instagram)) == (100, None)
    assert error_of(await client.graph("POST", facebook)) == (100, None)
    assert error_of(await client.graph("POST", facebook, is_hidden="maybe")) == (100, None)


@pytest.mark.parametrize("platform", ["facebook", "instagram"])
async def test_what_is_deleted_is_gone_for_every_call(client: Client, platform: str) -> None:
    comment_id = await client.comment(platform)
    await client.graph("DELETE", comment_id)

    assert error_of(await client.graph("DELETE", comment_id)) == (100, 33)
    assert error_of(await client.graph("GET", comment_id)) == (100, 33)
    assert error_of(await client.graph("POST", comment_id, is_hidden="true", hide="true")) == (100, 33)
    assert error_of(await client.graph("GET", "999_999")) == (100, 33)
    history = (await client.item(comment_id, platform))["history"]
    assert [call["status"] for call in history] == [200, 400, 400]


async def test_our_own_comment_cannot_be_hidden_on_facebook(client: Client) -> None:
    comment_id = await client.comment()
    reply_id = (await client.graph("POST", f"{comment_id}/comments", message="Merhaba")).json()["id"]

    assert error_of(await client.graph("POST", reply_id, is_hidden="true")) == (200, None)
    assert (await client.graph("POST", reply_id, message="Merhabalar")).json() == {"success": True}
    assert error_of(await client.graph("POST", comment_id, message="Başka")) == (200, None)


async def test_public_replies(client: Client) -> None:
    facebook, instagram = await client.comment(), await client.comment("instagram")

    on_facebook = await client.graph("POST", f"{facebook}/comments", message="Teşekkürler")
    on_instagram = await client.graph("POST", f"{instagram}/replies", message="Teşekkürler")

    assert set(on_facebook.json()) == set(on_instagram.json()) == {"id"}
    listed = await client.graph("GET", f"{instagram}/replies", fields="id,text,from")
    assert listed.json()["data"] == [
        {"id": on_instagram.json()["id"], "text": "Teşekkürler", "from": {"id": INSTAGRAM, "username": "izmirekonomi"}}
    ]
    replies = (await client.item(facebook))["replies"]
    assert [(reply["id"], reply["text"]) for reply in replies] == [(on_facebook.json()["id"], "Teşekkürler")]
    assert error_of(await client.graph("POST", f"{facebook}/replies", message="x")) == (100, None)
    assert error_of(await client.graph("POST", f"{facebook}/comments")) == (100, None)


async def test_instagram_takes_no_reply_to_a_hidden_comment_or_a_reply(client: Client) -> None:
    comment_id = await client.comment("instagram")
    reply_id = await client.comment("instagram", parent_id=comment_id)

    assert error_of(await client.graph("POST", f"{reply_id}/replies", message="Merhaba")) == (100, None)
    await client.graph("POST", comment_id, hide="true")
    assert error_of(await client.graph("POST", f"{comment_id}/replies", message="Merhaba")) == (100, None)


async def test_live_comments_are_left_to_people(client: Client) -> None:
    broadcast = next(post.id for post in client.ground.world.posts.values() if post.product == "LIVE")
    comment_id = await client.comment("instagram", post_id=broadcast)

    assert error_of(await client.graph("POST", comment_id, hide="true")) == (100, None)
    assert error_of(await client.graph("DELETE", comment_id)) == (100, None)
    assert error_of(await client.graph("POST", f"{comment_id}/replies", message="Merhaba")) == (100, None)


@pytest.mark.parametrize(
    ("text", "is_taken"),
    [
        ("a" * 300, True),
        ("a" * 301, False),
        ("#a #b #c #d", True),
        ("#a #b #c #d #e", False),
        ("https://a.example", True),
        ("https://a.example https://b.example", False),
        ("TEŞEKKÜRLER", False),
        ("İEÜ", True),
        ("   ", False),
    ],
)
async def test_the_text_limits_of_instagram_replies(client: Client, text: str, is_taken: bool) -> None:
    comment_id = await client.comment("instagram")

    response = await client.graph("POST", f"{comment_id}/replies", message=text)

    assert response.is_success is is_taken
    assert is_taken or error_of(response) == (100, None)


async def test_a_facebook_comment_has_8000_characters_at_most(client: Client) -> None:
    comment_id = await client.comment()

    assert (await client.graph("POST", f"{comment_id}/comments", message="ş" * 8000)).is_success
    assert error_of(await client.graph("POST", f"{comment_id}/comments", message="ş" * 8001)) == (100, None)


async def test_the_token_decides_what_is_open(client: Client) -> None:
    comment_id = await client.comment()

    client.token = None
    assert error_of(await client.graph("GET", comment_id)) == (190, None)
    client.token = "EAAKnobody"
    assert error_of(await client.graph("GET", comment_id)) == (190, 467)
    client.token = OTHER_TOKEN
    assert error_of(await client.graph("POST", comment_id, is_hidden="true")) == (200, None)
    assert error_of(await client.graph("GET", PAGE)) == (200, None)
    client.token = None
    by_parameter = await client.graph("GET", comment_id, access_token=TOKEN)
    assert by_parameter.is_success


async def test_parameters_are_taken_as_query_form_and_json(client: Client) -> None:
    headers = {"authorization": f"Bearer {client.token}"}
    ids = [await client.comment() for _ in range(4)]
    addresses = [f"/graph/v25.0/{comment_id}" for comment_id in ids]

    answers = [
        await client.http.post(addresses[0], params={"is_hidden": "true"}, headers=headers),
        await client.http.post(addresses[1], data={"is_hidden": "true"}, headers=headers),
        await client.http.post(addresses[2], json={"is_hidden": True}, headers=headers),
        await client.http.post(addresses[3], files={"is_hidden": (None, "true")}, headers=headers),
    ]

    assert all(answer.json() == {"success": True} for answer in answers)
    assert {(await client.item(comment_id))["state"] for comment_id in ids} == {"hidden"}


async def test_comments_are_listed_flat_or_from_the_top_a_page_at_a_time(client: Client) -> None:
    post = client.ground.world.posts_of(PAGE)[2].id
    tops = []
    for number in range(3):
        client.clock.forward(minutes=1)
        tops.append(await client.comment(text=f"{number}", post_id=post))
    client.clock.forward(minutes=1)
    reply = await client.comment(text="yanıt", parent_id=tops[0])

    async def listed(**parameters: str) -> list[str]:
        response = await client.graph("GET", f"{post}/comments", fields="id", **parameters)
        return [comment["id"] for comment in response.json()["data"]]

    assert await listed() == tops
    assert await listed(filter="stream") == [*tops, reply]
    assert await listed(order="reverse_chronological") == tops[::-1]
    since = int(client.clock.at.timestamp()) - 60
    assert await listed(filter="stream", since=str(since)) == [tops[2], reply]
    first = (await client.graph("GET", f"{post}/comments", limit="2")).json()
    assert await listed(limit="2", after=first["paging"]["cursors"]["after"]) == tops[2:]
    followed = (
        await client.http.get(first["paging"]["next"], headers={"authorization": f"Bearer {client.token}"})
    ).json()
    assert [comment["id"] for comment in followed["data"]] == tops[2:]
    assert error_of(await client.graph("GET", f"{post}/comments", filter="all")) == (100, None)
    assert error_of(await client.graph("GET", f"{post}/comments", after="nonsense!")) == (100, None)


async def test_a_cursor_survives_the_removal_of_what_it_stood_on(client: Client) -> None:
    post = client.ground.world.posts_of(PAGE)[2].id
    ids = [await client.comment(text=f"{number}", post_id=post) for number in range(4)]
    first = (await client.graph("GET", f"{post}/comments", limit="2")).json()
    await client.graph("DELETE", ids[1])

    after = first["paging"]["cursors"]["after"]
    rest = (await client.graph("GET", f"{post}/comments", limit="5", after=after)).json()

    assert [comment["id"] for comment in rest["data"]] == ids[2:]


async def test_unknown_paths_versions_and_parameters_are_refused(client: Client) -> None:
    comment_id = await client.comment()
    headers = {"authorization": f"Bearer {client.token}"}

    assert error_of(await client.graph("GET", f"{comment_id}/private_replies")) == (2500, None)
    assert error_of(await client.http.get(f"/graph/v99.0/{comment_id}", headers=headers)) == (2500, None)
    assert error_of(await client.http.get(f"/graph/latest/{comment_id}", headers=headers)) == (2500, None)
    assert error_of(await client.graph("GET", comment_id, colour="red")) == (100, None)
    assert (await client.http.get(f"/graph/v19.0/{comment_id}", headers=headers)).is_success


async def test_usage_is_told_in_headers(client: Client) -> None:
    response = await client.graph("GET", PAGE)

    assert "call_count" in response.headers["x-app-usage"]
    assert PAGE in response.headers["x-business-use-case-usage"]
