"""What visitors see and do, and what tests may order."""

from typing import Any

import pytest

from app.sandbox.x.seed import FACULTY, UNIVERSITY
from tests.sandbox.conftest import Client, connected, some_settings
from tests.sandbox.x.api import HANDLE, XApi, problem_of


async def page(x: XApi, path: str, **params: str) -> str:
    response = await x.client.http.get(path, params=params)
    assert response.status_code == 200, response.text
    return response.text


async def test_the_accounts_are_among_the_others(x: XApi) -> None:
    index = await page(x, "/")
    account = await page(x, f"/x/{HANDLE}")

    assert f"@{HANDLE}" in index
    assert "Sonbahar mezuniyet törenimiz" in account
    assert f"/x/{HANDLE}/status/{await x.root()}" in account


async def test_a_visitor_replies_on_the_page_and_sees_it_disappear(x: XApi) -> None:
    root = await x.root()
    here = f"/x/{HANDLE}/status/{root}"
    form = {"post_id": root, "author": "Ayşe Yıldırım", "text": "Kötü bir söz", "back": here}

    back = await x.client.http.post("/visit/comment", data=form)

    assert (back.status_code, back.headers["location"]) == (303, here)
    assert "Kötü bir söz" in await page(x, here)
    reply = x.client.ground.world.comments_of_post[root][-1]
    assert "Kötü bir söz" in await page(x, f"/x/ayse_yildirim/status/{reply}")
    await x.done("PUT", f"/2/tweets/{reply}/hidden", {"hidden": True})
    assert "Kötü bir söz" not in await page(x, here)
    assert "Gizlenen yanıtlarla" in await page(x, here)
    behind = await page(x, here, **{"as": "author", "visitor": "Kerem Işık"})
    assert "Kötü bir söz" in behind
    assert "gizlendi: yalnızca “gizlenen yanıtlar”ı açan görüyor" in behind
    await x.done("PUT", f"/2/tweets/{reply}/hidden", {"hidden": False})
    assert "Kötü bir söz" in await page(x, here)


async def test_a_page_shows_replies_beneath_what_they_answer(x: XApi) -> None:
    reply = await x.reply("Birinci katta soru")
    deeper = await x.reply("İkinci katta yanıt", author="Kerem Işık", parent_id=reply)
    await x.reply("Üçüncü katta söz", parent_id=deeper)

    text = await page(x, f"/x/elif_senel/status/{reply}")

    places = [text.index(words) for words in ("Birinci katta", "İkinci katta", "Üçüncü katta")]
    assert places == sorted(places)
    await x.client.control(f"x/comments/{reply}/remove")
    after = await page(x, f"/x/{HANDLE}/status/{await x.root()}")
    assert "Birinci katta" not in after
    assert "İkinci katta" in after
    assert "Üçüncü katta" in after


async def test_an_edited_reply_has_one_page_under_all_its_ids(x: XApi) -> None:
    first = await x.reply("Önceki söz")
    await x.client.control(f"x/comments/{first}/edit", text="Sonraki söz")
    newest = x.client.ground.world.comments[first].versions[-1][0]

    for post_id in (first, newest):
        text = await page(x, f"/x/elif_senel/status/{post_id}")
        assert "Sonraki söz" in text
        assert "Önceki söz" not in text
        assert "düzenlendi" in text


async def test_a_mention_has_a_page_with_our_answer(x: XApi) -> None:
    mention = await x.mention(f"@{HANDLE} duyuyor musunuz?")
    await x.done("POST", "/2/tweets", {"text": "Duyuyoruz", "reply": {"in_reply_to_tweet_id": mention}})

    text = await page(x, f"/x/elif_senel/status/{mention}")

    assert "duyuyor musunuz?" in text
    assert "Duyuyoruz" in text


async def test_a_post_without_a_picture_has_a_page_until_it_is_deleted(x: XApi) -> None:
    made = await x.done("POST", "/2/tweets", {"text": "Resimsiz duyuru"})
    here = f"/x/{HANDLE}/status/{made['id']}"

    text = await page(x, here)

    assert "Resimsiz duyuru" in text
    assert "Gönderinin görseli" not in text
    assert "Resimsiz duyuru" in await page(x, f"/x/{HANDLE}")
    await x.done("DELETE", f"/2/tweets/{made['id']}")
    assert (await x.client.http.get(here)).status_code == 404
    assert "Resimsiz duyuru" not in await page(x, f"/x/{HANDLE}")


@pytest.mark.parametrize("post_id", ["12", "abc", "104826451903377_748215503619284"])
async def test_what_is_not_there_has_no_page(x: XApi, post_id: str) -> None:
    assert (await x.client.http.get(f"/x/{HANDLE}/status/{post_id}")).status_code == 404


async def test_a_visitor_writes_to_us_in_private(x: XApi) -> None:
    here = f"/x/{UNIVERSITY}/messages"
    form = {"platform": "x", "account_id": UNIVERSITY, "author": "Ayşe Yıldırım", "text": "Gizli soru", "back": here}

    await x.client.http.post("/visit/message", data=form)

    assert "Gizli soru" in await page(x, here, visitor="Ayşe Yıldırım")
    assert [one["text"] for one in (await x.get("/2/dm_events"))["data"]] == ["Gizli soru"]


async def test_the_control_finds_posts_and_writes_beneath_them(x: XApi) -> None:
    posts = (await x.client.http.get("/control/x/posts", params={"account_id": "ieumuhendislik"})).json()

    reply = await x.reply("Tebrikler", post_id=posts[1]["id"])

    comment = x.client.ground.world.comments[reply]
    assert (comment.account_id, comment.post_id, comment.author_username) == (FACULTY, posts[1]["id"], "elif_senel")


async def test_handles_are_of_xs_kind(x: XApi) -> None:
    long = await x.reply(author="Abdurrahman Çelebioğulları")
    like_ours = await x.reply(author=HANDLE)
    odd = await x.reply(author="!!!")

    handles = [x.client.ground.world.comments[one].author_username for one in (long, like_ours, odd)]

    assert handles[0] == "abdurrahman_cel"
    assert handles[1] != HANDLE
    assert len(set(handles)) == 3
    assert all(len(handle) <= 15 and handle.replace("_", "").isalnum() for handle in handles)


async def test_ids_rise_with_time_and_have_xs_form(x: XApi) -> None:
    world = x.client.ground.world
    seeded = [int(post.id) for post in world.posts.values() if post.account_id == UNIVERSITY]
    seeded += [int(comment.id) for comment in world.comments.values() if comment.account_id == UNIVERSITY]

    first, second = int(await x.reply()), int(await x.dm())

    assert max(seeded) < first < second < 2**63
    assert len(set(seeded)) == len(seeded)


@pytest.mark.parametrize("act", ["edit", "remove"])
async def test_private_messages_are_neither_edited_nor_taken_back(x: XApi, act: str) -> None:
    dm = await x.dm()

    response = await x.client.http.post(f"/control/x/dms/{dm}/{act}", json={"text": "Başka"})

    assert (response.status_code, response.json()["detail"]["why"]) == (409, "no_editing")
    assert [one["text"] for one in (await x.get("/2/dm_events"))["data"]] == ["Bir sorum var"]


async def test_an_answer_by_hand_stands_beneath_what_it_answers(x: XApi) -> None:
    deeper = await x.reply("Kampüste", author="Kerem Işık", parent_id=await x.reply())

    made = await x.client.control(f"x/comments/{deeper}/answer", text="Elden yanıt")

    assert [one["id"] for one in (await x.client.item(deeper, "x"))["replies"]] == [made["id"]]
    dm = await x.dm()
    await x.client.control(f"x/dms/{dm}/answer", text="Elden mesaj")
    assert [one["text"] for one in (await x.client.item(dm, "x"))["private_messages"]] == ["Elden mesaj"]


@pytest.mark.parametrize("text", ["", "a" * 281])
async def test_visitors_are_held_to_xs_length_too(x: XApi, text: str) -> None:
    response = await x.client.http.post("/control/x/comments", json={"author": "Elif Şenel", "text": text})

    assert response.status_code == 409


async def test_the_world_outlives_a_restart(client: Client, tmp_path: Any) -> None:
    settings = some_settings(data_dir=tmp_path)
    async with connected(settings, client.clock) as before:
        x = XApi(before)
        reply, mention = await x.reply("Önce"), await x.mention()
        await before.control(f"x/comments/{reply}/edit", text="Sonra")
        gone = await x.done("POST", "/2/tweets", {"text": "Silinen"})
        await x.done("DELETE", f"/2/tweets/{gone['id']}")
        seen = await x.get(f"/2/tweets/{reply}")
    async with connected(settings, client.clock) as after:
        x = XApi(after)
        newest = seen["data"]["edit_history_tweet_ids"][-1]
        assert await x.get(f"/2/tweets/{reply}") == seen
        assert (await x.get(f"/2/tweets/{newest}"))["data"]["text"] == f"@{HANDLE} Sonra"
        assert (await x.get(f"/2/tweets/{mention}"))["data"]["id"] == mention
        assert "data" not in await x.get(f"/2/tweets/{gone['id']}")


async def test_a_call_that_is_not_simulated_says_so(x: XApi) -> None:
    reply = await x.reply(f"@{HANDLE} ?")
    body = {"text": "a", "reply": {"in_reply_to_tweet_id": reply, "exclude_reply_user_ids": ["1"]}}

    problem = problem_of(await x.call("POST", "/2/tweets", json=body), 400, "invalid-request")

    assert "does not simulate" in problem["errors"][0]["message"]
