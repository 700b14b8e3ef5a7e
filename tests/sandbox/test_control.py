"""The control API, and what survives a restart."""

from pathlib import Path

from tests.sandbox.clocks import HandClock
from tests.sandbox.conftest import INSTAGRAM, PAGE, TOKEN, Client, connected, some_settings


async def test_calls_are_recorded_without_the_token(client: Client) -> None:
    comment_id = await client.comment()

    await client.graph("POST", comment_id, is_hidden="true", access_token=TOKEN)
    await client.graph("DELETE", "999_1")

    done, refused = (await client.http.get("/control/calls")).json()
    assert (done["platform"], done["method"], done["path"], done["status"]) == (
        "facebook",
        "POST",
        f"/v25.0/{comment_id}",
        200,
    )
    assert done["parameters"] == {"is_hidden": "true", "access_token": "***"}
    assert (done["node"], done["edge"]) == ("Comment", "")
    assert (refused["status"], refused["error"]) == (400, "100/33")
    assert TOKEN not in (await client.http.get("/control/calls")).text


async def test_the_same_author_is_the_same_person(client: Client) -> None:
    first, second = await client.comment(text="bir"), await client.comment(text="iki")
    other = await client.comment(author="Deniz Arıkan")

    world = client.ground.world
    assert world.comments[first].author_id == world.comments[second].author_id
    assert world.comments[other].author_id != world.comments[first].author_id


async def test_the_account_and_the_post_can_be_chosen(client: Client) -> None:
    on_unit = await client.comment("instagram", account_id="ieu.muhendislik")
    posts = (await client.http.get("/control/facebook/posts")).json()
    on_second = await client.comment(post_id=posts[1]["id"])

    assert client.ground.world.comments[on_unit].account_id != INSTAGRAM
    assert client.ground.world.comments[on_second].post_id == posts[1]["id"]


async def test_unknown_things_are_not_found(client: Client) -> None:
    asked = {"author": "Elif", "text": "Merhaba"}

    assert (await client.http.get("/control/facebook/items/1_2")).status_code == 404
    assert (await client.http.post("/control/facebook/comments", json=asked | {"post_id": "1_2"})).status_code == 404
    assert (await client.http.post("/control/facebook/comments", json=asked | {"parent_id": "1_2"})).status_code == 404
    assert (await client.http.post("/control/facebook/dms", json=asked | {"account_id": "x"})).status_code == 404
    assert (await client.http.post("/control/myspace/comments", json=asked)).status_code == 422
    assert (await client.http.post("/control/facebook/comments", json=asked | {"postid": "1"})).status_code == 422


async def test_an_answer_by_hand_is_not_a_call(client: Client) -> None:
    comment_id, message_id = await client.comment(), await client.message()

    await client.control(f"facebook/comments/{comment_id}/answer", text="Bakıyoruz")
    await client.control(f"facebook/dms/{message_id}/answer", text="Bakıyoruz")

    assert [reply["text"] for reply in (await client.item(comment_id))["replies"]] == ["Bakıyoruz"]
    assert [sent["text"] for sent in (await client.item(message_id))["private_messages"]] == ["Bakıyoruz"]
    assert (await client.http.get("/control/calls")).json() == []


async def test_a_reset_brings_back_the_beginning(client: Client) -> None:
    comment_id = await client.comment()
    await client.graph("POST", comment_id, is_hidden="true")
    await client.control("clock", shift_seconds=3600)
    await client.control("faults", platform="facebook", kind="http_500")

    await client.control("reset")

    assert (await client.http.get(f"/control/facebook/items/{comment_id}")).status_code == 404
    assert (await client.http.get("/control/calls")).json() == []
    assert (await client.http.get("/control/faults")).json() == []
    assert client.ground.world.clock.now() == client.clock.at
    assert client.ground.world.posts_of(PAGE)


async def test_everything_survives_a_restart(tmp_path: Path, hand_clock: HandClock) -> None:
    settings = some_settings(data_dir=tmp_path)
    async with connected(settings, hand_clock) as client:
        hidden, deleted = await client.comment(text="bir"), await client.comment(text="iki")
        message_id = await client.message()
        await client.graph("POST", hidden, is_hidden="true")
        await client.graph("DELETE", deleted)
        sent = await client.send(recipient={"comment_id": hidden}, message={"text": "Merhaba"})
        await client.control("clock", shift_seconds=60)

    with (tmp_path / "sandbox.jsonl").open("ab") as journal:
        journal.write(b'{"record":"comment","id":"cut off by a cra')

    for _ in range(2):
        async with connected(settings, hand_clock) as client:
            item = await client.item(hidden)
            assert item["state"] == "hidden"
            assert [private["id"] for private in item["private_messages"]] == [sent.json()["message_id"]]
            assert [call["call"] for call in item["history"]] == ["hide", "private_reply"]
            assert (await client.item(deleted))["state"] == "deleted"
            assert (await client.item(message_id))["state"] == "visible"
            assert client.ground.world.clock.shift.total_seconds() == 60
            assert len(client.ground.world.posts_of(PAGE)) == 3


async def test_a_reset_is_kept_too(tmp_path: Path, hand_clock: HandClock) -> None:
    settings = some_settings(data_dir=tmp_path)
    async with connected(settings, hand_clock) as client:
        comment_id = await client.comment()
        await client.control("reset")

    async with connected(settings, hand_clock) as client:
        assert comment_id not in client.ground.world.comments
        assert len(client.ground.world.posts_of(PAGE)) == 3
