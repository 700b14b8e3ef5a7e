"""Calls on Pages, posts and Instagram accounts; tokens and what they prove; usage."""

import hashlib
import hmac
from html import unescape

from app.sandbox.meta.seed import ACCOUNTS, APP_ID, APP_SECRET
from tests.sandbox.clocks import HandClock
from tests.sandbox.conftest import INSTAGRAM, PAGE, TOKEN, Client, connected, error_of, some_settings
from tests.sandbox.test_pages import RIBBON


async def test_a_page_names_its_instagram_account(client: Client) -> None:
    response = await client.graph("GET", PAGE, fields="name,instagram_business_account")

    assert response.json() == {
        "name": "İzmir Ekonomi Üniversitesi",
        "instagram_business_account": {"id": INSTAGRAM},
        "id": PAGE,
    }
    assert (await client.graph("GET", "me")).json()["id"] == PAGE


async def test_posts_and_media_are_listed_newest_first(client: Client) -> None:
    world = client.ground.world

    posts = await client.graph("GET", f"{PAGE}/published_posts", fields="id,message,permalink_url")
    nested = "comments.filter(stream).limit(1).summary(true){from,message}"
    feed = await client.graph("GET", f"{PAGE}/feed", fields=nested)
    media = await client.graph("GET", f"{INSTAGRAM}/media", fields="id,caption,permalink,comments_count")

    assert [post["id"] for post in posts.json()["data"]] == [post.id for post in world.posts_of(PAGE)]
    first = feed.json()["data"][0]["comments"]
    assert (len(first["data"]), first["summary"]["total_count"]) == (1, 2)
    assert {item["permalink"] for item in media.json()["data"]} == {
        f"{client.ground.settings.base_url}/instagram/p/{post.shortcode}/"
        for post in world.posts_of(INSTAGRAM)
        if post.product != "LIVE"
    }
    assert (await client.graph("GET", f"{INSTAGRAM}/media", since="4000000000")).json() == {"data": []}


async def test_subscribed_fields_are_replaced_and_checked(client: Client) -> None:
    address = f"{PAGE}/subscribed_apps"

    assert (await client.graph("POST", address, subscribed_fields="feed,messages")).json() == {"success": True}
    (app,) = (await client.graph("GET", address)).json()["data"]
    assert (app["id"], app["subscribed_fields"]) == (APP_ID, ["feed", "messages"])
    assert error_of(await client.graph("POST", address, subscribed_fields="mentions")) == (100, None)
    assert error_of(await client.graph("POST", address)) == (100, None)
    await client.graph("DELETE", address)
    assert (await client.graph("GET", address)).json() == {"data": []}


async def test_comments_beneath_a_media_can_be_switched_off(client: Client) -> None:
    media = client.ground.world.posts_of(INSTAGRAM)[1].id

    assert (await client.graph("POST", media, comment_enabled="false")).json() == {"success": True}

    refused = await client.http.post(
        "/control/instagram/comments", json={"author": "Elif", "text": "Merhaba", "post_id": media}
    )
    assert refused.status_code == 409
    assert (await client.graph("GET", media, fields="is_comment_enabled")).json()["is_comment_enabled"] is False


async def test_a_mention_is_read_and_answered(client: Client) -> None:
    created = await client.control("instagram/mentions", author="Kerem Işık", text="@izmirekonomi ne dersiniz?")
    mentioned = f"mentioned_comment.comment_id({created['id']}){{id,text,timestamp,username,media{{id,permalink}}}}"

    read = await client.graph("GET", INSTAGRAM, fields=mentioned)
    comment = read.json()["mentioned_comment"]
    answered = await client.graph(
        "POST", f"{INSTAGRAM}/mentions", media_id=comment["media"]["id"], comment_id=created["id"], message="Selam"
    )

    assert (comment["text"], comment["username"]) == ("@izmirekonomi ne dersiniz?", "kerem.isik")
    item = await client.item(created["id"], "instagram")
    assert (item["state"], item["replies"]) == ("visible", [{"id": answered.json()["id"], "text": "Selam"}])
    assert RIBBON in unescape((await client.http.get(comment["media"]["permalink"])).text)
    assert error_of(await client.graph("GET", INSTAGRAM, fields="mentioned_comment.comment_id(1){id}")) == (100, 33)


async def test_a_token_says_what_it_is(client: Client) -> None:
    app_token = f"{APP_ID}|{APP_SECRET}"

    good = await client.graph("GET", "debug_token", input_token=TOKEN, access_token=app_token)
    bad = await client.graph("GET", "debug_token", input_token="nobody", access_token=app_token)

    assert good.json()["data"]["is_valid"] is True
    assert good.json()["data"]["profile_id"] == PAGE
    assert bad.json()["data"]["is_valid"] is False


async def test_a_wrong_proof_is_refused_and_a_missing_one_where_it_is_required(hand_clock: HandClock) -> None:
    proof = hmac.new(APP_SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()

    async with connected(some_settings(requires_app_secret_proof=True), hand_clock) as client:
        assert error_of(await client.graph("GET", PAGE)) == (100, None)
        assert error_of(await client.graph("GET", PAGE, appsecret_proof="0" * 64)) == (100, None)
        assert (await client.graph("GET", PAGE, appsecret_proof=proof)).is_success


async def test_a_used_up_budget_is_refused_by_platform(hand_clock: HandClock) -> None:
    async with connected(some_settings(hourly_calls=2), hand_clock) as client:
        for _ in range(2):
            assert (await client.graph("GET", PAGE)).is_success

        refused = await client.graph("GET", INSTAGRAM)
        assert error_of(refused) == (80002, None)
        assert '"estimated_time_to_regain_access":60' in refused.headers["x-business-use-case-usage"]
        hand_clock.forward(minutes=61)
        assert (await client.graph("GET", INSTAGRAM)).is_success


def test_instagram_accounts_share_the_token_of_their_page() -> None:
    tokens = {account.external_id: account.access_token for account in ACCOUNTS}

    assert all(tokens[account.page_id] == account.access_token for account in ACCOUNTS)
