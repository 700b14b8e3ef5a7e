"""Posting, answering, hiding, deleting: what X takes, and what it refuses."""

from typing import Any

import pytest

from app.sandbox.x.seed import FACULTY
from tests.sandbox.conftest import Client, connected, some_settings
from tests.sandbox.x.api import FACULTY_TOKEN, HANDLE, TOKEN, XApi, problem_of

POSTS = "/2/tweets"


def answer_to(post_id: str, text: str = "Merhaba") -> dict[str, Any]:
    return {"text": text, "reply": {"in_reply_to_tweet_id": post_id}}


async def test_a_post_of_ours_appears(x: XApi) -> None:
    response = await x.call("POST", POSTS, json={"text": "Yarın ders yok: ieu.edu.tr & fazlası"})

    assert response.status_code == 201
    data = response.json()["data"]
    assert data["text"].startswith("Yarın ders yok: https://t.co/")
    assert data["text"].endswith(" &amp; fazlası")
    assert (await x.root(), data["edit_history_tweet_ids"]) == (data["id"], [data["id"]])
    reply = await x.reply("Sevindim")
    assert (await x.get(f"/2/tweets/{reply}", tweet__fields="conversation_id"))["data"]["conversation_id"] == data["id"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "   "},
        {"text": 5},
        {"text": "a" * 281},
        {"text": "漢" * 141},
        {"text": "a\ufffe"},
        {"text": "a", "colour": "red"},
        {"text": "a", "reply": {}},
        {"text": "a", "reply": {"in_reply_to_tweet_id": 12}},
        {"text": "a", "reply": {"in_reply_to_tweet_id": "abc"}},
        {"text": "a", "reply": {"in_reply_to_post_id": "12"}},
        {"text": "a", "reply": "12"},
        {"text": "a", "reply_settings": "nobody"},
        {"text": "a", "made_with_ai": "true"},
        {"text": "a", "media": {"media_ids": ["1"]}},
        {"text": "a", "poll": {"options": ["a", "b"], "duration_minutes": 5}},
        ["text"],
    ],
)
async def test_a_body_that_is_not_the_specifications_is_refused(x: XApi, body: Any) -> None:
    problem_of(await x.call("POST", POSTS, json=body), 400, "invalid-request")


async def test_a_body_has_to_be_json(x: XApi) -> None:
    post, bearer = x.client.http.post, {"authorization": f"Bearer {TOKEN}"}

    form = await post(f"/x{POSTS}", data={"text": "a"}, headers=bearer)
    broken = await post(f"/x{POSTS}", content="{", headers=bearer | {"content-type": "application/json"})

    problem_of(form, 400, "invalid-request")
    problem_of(broken, 400, "invalid-request")


@pytest.mark.parametrize(
    "text", ["a" * 280, "漢" * 140, f"{'a' * 256} https://ornek.edu.tr/{'b' * 200}", "👨‍👩‍👧" * 140]
)
async def test_280_weighted_characters_are_taken(x: XApi, text: str) -> None:
    await x.done("POST", POSTS, {"text": text})
    problem_of(await x.call("POST", POSTS, json={"text": f"a{text}"}), 400, "invalid-request")


async def test_quoting_and_two_cashtags_are_not_in_self_serve(x: XApi) -> None:
    problem_of(await x.call("POST", POSTS, json={"text": "a", "quote_tweet_id": await x.root()}), 403)
    problem_of(await x.call("POST", POSTS, json={"text": "$ABC ve $DEF"}), 403)


async def test_an_answer_to_who_names_us(x: XApi) -> None:
    reply = await x.reply(f"@{HANDLE.upper()} cevap verin")

    data = await x.done("POST", POSTS, answer_to(reply))

    assert data["text"] == "@elif_senel Merhaba"
    item = await x.client.item(reply, "x")
    assert [(one["id"], one["text"], one["is_ours"]) for one in item["replies"]] == [(data["id"], "Merhaba", True)]
    assert [(call["call"], call["status"]) for call in item["history"]] == [("reply", 201)]
    shown = (await x.get(f"/2/tweets/{data['id']}", tweet__fields="referenced_tweets,in_reply_to_user_id"))["data"]
    assert shown["referenced_tweets"] == [{"type": "replied_to", "id": reply}]
    assert shown["in_reply_to_user_id"] == x.author_of(reply)


async def test_an_answer_without_a_summons_is_refused_on_self_serve(x: XApi) -> None:
    reply = await x.reply("Yemekler soğuk")

    problem = problem_of(await x.call("POST", POSTS, json=answer_to(reply)), 403)

    assert "have not been mentioned" in problem["detail"]
    history = (await x.client.item(reply, "x"))["history"]
    assert [(call["call"], call["status"]) for call in history] == [("reply", 403)]


async def test_it_may_be_set_that_a_plain_reply_summons(client: Client) -> None:
    async with connected(some_settings(x_plain_replies_summon=True), client.clock) as lenient:
        x = XApi(lenient)
        await x.done("POST", POSTS, answer_to(await x.reply("Yemekler soğuk")))


async def test_enterprise_answers_anyone(client: Client) -> None:
    async with connected(some_settings(x_tier="enterprise"), client.clock) as enterprise:
        x = XApi(enterprise)
        await x.done("POST", POSTS, answer_to(await x.reply("Yemekler soğuk")))


async def test_we_go_on_beneath_our_own(x: XApi) -> None:
    data = await x.done("POST", POSTS, answer_to(await x.root(), "Ek bilgi"))

    assert data["text"] == "Ek bilgi"


async def test_the_same_words_to_the_same_person_are_a_duplicate(x: XApi) -> None:
    first, second = await x.reply(f"@{HANDLE} bir"), await x.reply(f"@{HANDLE} iki")
    other = await x.reply(f"@{HANDLE} üç", author="Kerem Işık")
    await x.done("POST", POSTS, answer_to(first))

    for reply in (first, second):
        problem = problem_of(await x.call("POST", POSTS, json=answer_to(reply)), 403)
        assert "duplicate content" in problem["detail"]
    await x.done("POST", POSTS, answer_to(second, "Merhabalar"))
    await x.done("POST", POSTS, answer_to(other))
    x.client.clock.forward(hours=24)
    await x.done("POST", POSTS, answer_to(second))


async def test_what_is_gone_is_not_answered(x: XApi) -> None:
    reply = await x.reply(f"@{HANDLE} ?")
    await x.client.control(f"x/comments/{reply}/remove")

    for post_id in (reply, "12"):
        problem = problem_of(await x.call("POST", POSTS, json=answer_to(post_id)), 403)
        assert "deleted or not visible" in problem["detail"]


async def test_an_answer_to_a_mention_elsewhere(x: XApi) -> None:
    mention = await x.mention()

    data = await x.done("POST", POSTS, answer_to(mention))

    assert data["text"] == "@elif_senel Merhaba"
    assert (await x.client.item(mention, "x"))["replies"] == [{"id": data["id"], "text": "Merhaba"}]
    shown = (await x.get(f"/2/tweets/{data['id']}", tweet__fields="conversation_id,created_at"))["data"]
    assert (shown["conversation_id"], shown["created_at"]) == (mention, "2026-11-02T09:00:00.000Z")
    problem_of(await x.call("POST", POSTS, json=answer_to(mention), token=FACULTY_TOKEN), 403)
    await x.done("DELETE", f"/2/tweets/{data['id']}")
    assert (await x.client.item(mention, "x"))["replies"] == []


@pytest.mark.parametrize("is_hidden", [True, False])
async def test_hiding_twice_is_hiding_once(x: XApi, is_hidden: bool) -> None:
    reply = await x.reply()

    for _ in range(2):
        assert await x.done("PUT", f"/2/tweets/{reply}/hidden", {"hidden": is_hidden}) == {"hidden": is_hidden}

    item = await x.client.item(reply, "x")
    assert item["state"] == ("hidden" if is_hidden else "visible")
    assert [call["call"] for call in item["history"]] == ["hide" if is_hidden else "unhide"] * 2


async def test_a_reply_deep_in_our_conversation_can_be_hidden(x: XApi) -> None:
    deeper = await x.reply("Kampüste", author="Kerem Işık", parent_id=await x.reply())

    await x.done("PUT", f"/2/tweets/{deeper}/hidden", {"hidden": True})

    assert (await x.client.item(deeper, "x"))["state"] == "hidden"


@pytest.mark.parametrize("body", [{}, {"hidden": "true"}, {"hidden": 1}, {"hidden": True, "reason": "spam"}, None])
async def test_hiding_needs_to_be_said_rightly(x: XApi, body: Any) -> None:
    reply = await x.reply()

    problem_of(await x.call("PUT", f"/2/tweets/{reply}/hidden", json=body), 400, "invalid-request")
    assert (await x.client.item(reply, "x"))["state"] == "visible"


async def test_only_replies_in_our_own_conversations_can_be_hidden(x: XApi) -> None:
    reply, mention, root = await x.reply(), await x.mention(), await x.root()
    own = await x.done("POST", POSTS, answer_to(root, "Ek bilgi"))

    for post_id, token in ((reply, FACULTY_TOKEN), (mention, TOKEN), (root, TOKEN), (own["id"], TOKEN)):
        problem_of(await x.call("PUT", f"/2/tweets/{post_id}/hidden", json={"hidden": True}, token=token), 403)
    problem_of(await x.call("PUT", "/2/tweets/12/hidden", json={"hidden": True}), 404, "resource-not-found")


async def test_an_edited_reply_is_hidden_by_its_newest_id(x: XApi) -> None:
    first = await x.reply("Önce")
    await x.client.control(f"x/comments/{first}/edit", text="Sonra")
    newest = (await x.get(f"/2/tweets/{first}"))["data"]["edit_history_tweet_ids"][-1]

    problem_of(await x.call("PUT", f"/2/tweets/{first}/hidden", json={"hidden": True}), 403)
    await x.done("PUT", f"/2/tweets/{newest}/hidden", {"hidden": True})

    item = await x.client.item(first, "x")
    assert (item["state"], [call["status"] for call in item["history"]]) == ("hidden", [403, 200])


async def test_one_deletes_ones_own_alone(x: XApi) -> None:
    reply, root = await x.reply(f"@{HANDLE} ?"), await x.root()
    own = await x.done("POST", POSTS, answer_to(reply))

    problem_of(await x.call("DELETE", f"/2/tweets/{reply}"), 403)
    problem_of(await x.call("DELETE", f"/2/tweets/{own['id']}", token=FACULTY_TOKEN), 403)
    for post_id in (own["id"], root):
        assert await x.done("DELETE", f"/2/tweets/{post_id}") == {"deleted": True}
        problem_of(await x.call("DELETE", f"/2/tweets/{post_id}"), 404, "resource-not-found")
        assert "data" not in await x.get(f"/2/tweets/{post_id}")
    # What others answered stays.
    assert (await x.get(f"/2/tweets/{reply}"))["data"]["id"] == reply
    assert await x.root() != root


async def test_the_unit_answers_beneath_its_own_posts(x: XApi) -> None:
    post_id = (await x.client.http.get("/control/x/posts", params={"account_id": FACULTY})).json()[0]["id"]
    reply = await x.reply("@ieumuhendislik ne zaman?", post_id=post_id)

    await x.done("POST", POSTS, answer_to(reply), token=FACULTY_TOKEN)
    await x.done("PUT", f"/2/tweets/{reply}/hidden", {"hidden": True}, token=FACULTY_TOKEN)
    problem_of(await x.call("POST", POSTS, json=answer_to(reply)), 403)
