"""Reading posts: what is told, in which names, what is refused."""

from datetime import timedelta
from typing import Any

import pytest

from app.sandbox.x.seed import FACULTY, POSTS, UNIVERSITY
from tests.sandbox.conftest import Client, connected, some_settings
from tests.sandbox.x.api import APP, HANDLE, XApi, problem_of

OLD = {
    "tweet__fields": "author_id,conversation_id,created_at,entities,in_reply_to_user_id,public_metrics,"
    "referenced_tweets",
    "expansions": "author_id,attachments.media_keys,referenced_tweets.id",
    "user__fields": "name,username",
    "media__fields": "url",
}
NEW = {
    "post__fields": "conversation_id,created_at,entities,public_metrics",
    "expansions": "author_id,attachments.media_keys,edit_history_post_ids,in_reply_to_user_id,referenced_posts",
    "user__fields": "name,username",
}
SEARCH = "/2/tweets/search/recent"


async def test_a_reply_in_the_older_names(x: XApi) -> None:
    root, reply = await x.root(), await x.reply("Kayıt <ne> zaman & nerede? #kayıt", media="photo")

    document = await x.get(f"/2/tweets/{reply}", **OLD)

    data, includes = document["data"], document["includes"]
    assert data["text"].startswith(f"@{HANDLE} Kayıt &lt;ne&gt; zaman &amp; nerede? #kayıt https://t.co/")
    assert data["edit_history_tweet_ids"] == [reply]
    assert data["referenced_tweets"] == [{"type": "replied_to", "id": root}]
    assert (data["conversation_id"], data["in_reply_to_user_id"]) == (root, UNIVERSITY)
    assert data["author_id"] == x.author_of(reply)
    assert data["created_at"] == "2026-11-02T09:00:00.000Z"
    assert data["public_metrics"]["retweet_count"] == 0
    assert data["entities"]["hashtags"][0]["tag"] == "kayıt"
    assert data["entities"]["mentions"][0] == {"start": 0, "end": 16, "username": HANDLE, "id": UNIVERSITY}
    assert {"id": x.author_of(reply), "name": "Elif Şenel", "username": "elif_senel"} in includes["users"]
    (medium,) = includes["media"]
    assert medium["media_key"] == data["attachments"]["media_keys"][0]
    assert medium["url"].endswith("/static/pictures/comment-photo.svg")
    assert [post["id"] for post in includes["tweets"]] == [root]


async def test_a_reply_in_the_new_names(x: XApi) -> None:
    root, reply = await x.root(), await x.reply()

    document = await x.get(f"/2/tweets/{reply}", **NEW)

    data = document["data"]
    assert data["edit_history_post_ids"] == [reply]
    assert data["referenced_posts"] == [{"type": "replied_to", "id": root}]
    assert data["public_metrics"]["repost_count"] == 0
    assert [post["id"] for post in document["includes"]["posts"]] == [root]
    assert not [name for name in data if "tweet" in name]


async def test_without_asking_little_is_told(x: XApi) -> None:
    reply = await x.reply()

    assert set((await x.get(f"/2/tweets/{reply}"))["data"]) == {"id", "text", "edit_history_tweet_ids"}
    assert set((await x.get(f"/2/tweets/{reply}", post__fields="id"))["data"]) == {"id", "text"}


@pytest.mark.parametrize(
    "params",
    [
        {"tweet__fields": "colour"},
        {"post__fields": "author_id"},
        {"tweet__fields": "id", "post__fields": "id"},
        {"tweet__fields": "id", "expansions": "referenced_posts"},
        {"expansions": "everything"},
        {"tweet__fields": "id,id"},
        {"tweet__fields": ""},
        {"user__fields": "password"},
        {"media__fields": "colour"},
        {"fields": "id"},
        {"max_results": "5"},
    ],
)
async def test_fields_that_are_not_the_specifications_are_refused(x: XApi, params: dict[str, str]) -> None:
    problem = problem_of(await x.call("GET", f"/2/tweets/{await x.root()}", **params), 400, "invalid-request")

    assert problem["detail"] == "One or more parameters to your request was invalid."
    assert problem["errors"][0]["message"]


async def test_a_parameter_given_twice_is_refused(x: XApi) -> None:
    root = await x.root()
    headers = {"authorization": f"Bearer {APP}"}

    response = await x.client.http.get(f"/x/2/tweets/{root}?tweet.fields=id&tweet.fields=text", headers=headers)

    problem_of(response, 400, "invalid-request")


async def test_what_is_not_there_is_told_with_status_200(x: XApi) -> None:
    reply, gone = await x.reply(), await x.reply("Silinecek")
    await x.client.control(f"x/comments/{gone}/remove")

    alone, several = await x.get(f"/2/tweets/{gone}"), await x.get("/2/tweets", ids=f"{reply},{gone},12")

    assert "data" not in alone
    assert alone["errors"][0]["type"] == "https://api.x.com/2/problems/resource-not-found"
    assert alone["errors"][0]["resource_id"] == gone
    assert [post["id"] for post in several["data"]] == [reply]
    assert [error["value"] for error in several["errors"]] == [gone, "12"]


@pytest.mark.parametrize("ids", [None, "", "a", "1,,2", ",".join(map(str, range(101)))])
async def test_several_need_their_ids(x: XApi, ids: str | None) -> None:
    problem_of(await x.call("GET", "/2/tweets", **({"ids": ids} if ids is not None else {})), 400, "invalid-request")


async def test_an_edit_has_an_id_of_its_own(x: XApi) -> None:
    first = await x.reply("Önce")
    x.client.clock.forward(minutes=5)
    await x.client.control(f"x/comments/{first}/edit", text="Sonra")

    listed = (await x.get(SEARCH, query=f"conversation_id:{await x.root()} from:elif_senel"))["data"][0]
    newest = (await x.get(f"/2/tweets/{listed['id']}", tweet__fields="edit_controls,created_at"))["data"]
    oldest = (await x.get(f"/2/tweets/{first}"))["data"]

    assert int(listed["id"]) > int(first)
    assert listed["edit_history_tweet_ids"] == newest["edit_history_tweet_ids"] == [first, listed["id"]]
    assert (newest["text"], oldest["text"]) == (f"@{HANDLE} Sonra", f"@{HANDLE} Önce")
    assert oldest["edit_history_tweet_ids"] == [first, listed["id"]]
    assert newest["edit_controls"]["edits_remaining"] == 4


async def test_edits_end_after_five_or_an_hour(x: XApi) -> None:
    often, late = await x.reply("Bir"), await x.reply("İki")
    for number in range(5):
        await x.client.control(f"x/comments/{often}/edit", text=f"Sürüm {number}")
    x.client.clock.forward(hours=1, seconds=1)

    for reply in (often, late):
        response = await x.client.http.post(f"/control/x/comments/{reply}/edit", json={"text": "Bir daha"})
        assert (response.status_code, response.json()["detail"]["why"]) == (409, "no_editing")


async def test_names_stand_before_a_reply_to_a_reply(x: XApi) -> None:
    reply = await x.reply("Nerede?")
    deeper = await x.reply("Kampüste", author="Kerem Işık", parent_id=reply)
    own = await x.reply("Sağ ol", author="Elif Şenel", parent_id=deeper)

    texts = [(await x.get(f"/2/tweets/{post_id}"))["data"]["text"] for post_id in (deeper, own)]

    assert texts == [f"@elif_senel @{HANDLE} Kampüste", f"@kerem_isik @{HANDLE} Sağ ol"]


async def test_addresses_are_shortened_and_told_whole(x: XApi) -> None:
    reply = await x.reply("Bakın: https://ornek.edu.tr/sayfa?a=1, bir de ornek.org.")

    data = (await x.get(f"/2/tweets/{reply}", tweet__fields="entities"))["data"]

    first, second = data["entities"]["urls"]
    assert [one["expanded_url"] for one in (first, second)] == ["https://ornek.edu.tr/sayfa?a=1", "http://ornek.org"]
    assert data["text"] == f"@{HANDLE} Bakın: {first['url']}, bir de {second['url']}."
    assert data["text"][first["start"] : first["end"]] == first["url"]


async def test_a_timeline_is_the_accounts_own(x: XApi) -> None:
    posts = [post.id for post in POSTS if post.account_id == UNIVERSITY]
    reply = await x.reply(f"@{HANDLE} ?")
    answer = await x.done("POST", "/2/tweets", {"text": "Evet", "reply": {"in_reply_to_tweet_id": reply}})

    everything = await x.get(f"/2/users/{UNIVERSITY}/tweets", token=APP)
    without = await x.get(f"/2/users/{UNIVERSITY}/tweets", exclude="replies,retweets")
    visitor = await x.get(f"/2/users/{x.author_of(reply)}/tweets")

    assert [post["id"] for post in everything["data"]] == [answer["id"], *posts]
    assert everything["meta"] == {"result_count": 4, "newest_id": answer["id"], "oldest_id": posts[-1]}
    assert [post["id"] for post in without["data"]] == posts
    assert [post["id"] for post in visitor["data"]] == [reply]


async def test_mentions_are_replies_and_what_names_us(x: XApi) -> None:
    reply, mention = await x.reply("Soru"), await x.mention("Bakın @IzmirEkonomiUni!")
    elsewhere = await x.mention("adsız anılma", account_id=FACULTY)

    found = (await x.get(f"/2/users/{UNIVERSITY}/mentions", max_results=100))["data"]
    theirs = (await x.get(f"/2/users/{FACULTY}/mentions", max_results=100))["data"]

    assert [post["id"] for post in found[:2]] == [mention, reply]
    assert theirs[0] == {
        "id": elsewhere,
        "text": "@ieumuhendislik adsız anılma",
        "edit_history_tweet_ids": [elsewhere],
    }
    assert elsewhere not in {post["id"] for post in found}


async def test_pages_follow_each_other_and_nothing_is_left_out(x: XApi) -> None:
    made = [await x.reply(f"Yanıt {number}") for number in range(12)]
    where = f"/2/users/{UNIVERSITY}/mentions"
    found: list[str] = []
    after: dict[str, str] = {}
    for _ in range(10):
        page = await x.get(where, max_results=5, since_id=await x.root(), **after)
        found += [post["id"] for post in page["data"]]
        if "next_token" not in page["meta"]:
            break
        after = {"pagination_token": page["meta"]["next_token"]}

    assert [post_id for post_id in found if post_id in made] == made[::-1]
    assert len(found) == len(set(found))


async def test_since_and_until_leave_out_themselves(x: XApi) -> None:
    first, second, third = [await x.reply(text) for text in ("Bir", "İki", "Üç")]
    where = f"/2/users/{UNIVERSITY}/mentions"

    later = await x.get(where, since_id=first)
    between = await x.get(where, since_id=first, until_id=third)
    empty = await x.get(where, since_id=third)

    assert [post["id"] for post in later["data"]] == [third, second]
    assert [post["id"] for post in between["data"]] == [second]
    assert empty == {"meta": {"result_count": 0}}


async def test_times_bound_a_timeline(x: XApi) -> None:
    old = await x.reply("Eski")
    x.client.clock.forward(hours=1)
    new, at = await x.reply("Yeni"), x.client.clock()
    where = f"/2/users/{UNIVERSITY}/mentions"

    later = await x.get(where, start_time=f"{at:%Y-%m-%dT%H:%M:%SZ}")
    earlier = await x.get(where, end_time=f"{at:%Y-%m-%dT%H:%M:%SZ}", since_id=await x.root())

    assert [post["id"] for post in later["data"]] == [new]
    assert old in [post["id"] for post in earlier["data"]]
    assert new not in [post["id"] for post in earlier["data"]]


@pytest.mark.parametrize(
    ("path", "params"),
    [
        (f"/2/users/{UNIVERSITY}/mentions", {"max_results": "4"}),
        (f"/2/users/{UNIVERSITY}/mentions", {"max_results": "101"}),
        (f"/2/users/{UNIVERSITY}/mentions", {"max_results": "ten"}),
        (f"/2/users/{UNIVERSITY}/mentions", {"pagination_token": "invented"}),
        (f"/2/users/{UNIVERSITY}/mentions", {"since_id": "abc"}),
        (f"/2/users/{UNIVERSITY}/mentions", {"start_time": "yesterday"}),
        (f"/2/users/{UNIVERSITY}/mentions", {"start_time": "2026-11-01T09:00:00"}),
        (f"/2/users/{UNIVERSITY}/mentions", {"exclude": "replies"}),
        (f"/2/users/{UNIVERSITY}/tweets", {"exclude": "everything"}),
        ("/2/users/abc/tweets", {}),
        (SEARCH, {}),
        (SEARCH, {"query": ""}),
        (SEARCH, {"query": "kampüs", "max_results": "9"}),
        (SEARCH, {"query": "kampüs", "sort_order": "random"}),
        (SEARCH, {"query": "a" * 513}),
        (SEARCH, {"query": "-from:biri"}),
        (SEARCH, {"query": "(from:biri"}),
        (SEARCH, {"query": "from:biri)"}),
        (SEARCH, {"query": "from:biri OR"}),
        (SEARCH, {"query": "(from:biri -)"}),
        (SEARCH, {"query": "conversation_id:abc"}),
        (SEARCH, {"query": "kampüs colour:red"}),
        (SEARCH, {"query": "is:reply"}),
        (SEARCH, {"query": '"kampüs'}),
        (SEARCH, {"query": "kampüs", "start_time": "2026-10-20T00:00:00Z"}),
        (SEARCH, {"query": "kampüs", "since_id": "1700000000000000000"}),
    ],
)
async def test_what_a_list_cannot_be_asked_for(x: XApi, path: str, params: dict[str, str]) -> None:
    problem_of(await x.call("GET", path, **params), 400, "invalid-request")


async def test_an_unknown_user_has_no_timeline(x: XApi) -> None:
    document = await x.get("/2/users/12/tweets")

    assert document["errors"][0]["resource_type"] == "user"
    assert "data" not in document


async def found_by(x: XApi, query: str, **params: Any) -> list[str]:
    document = await x.get(SEARCH, query=query, max_results=100, token=APP, **params)
    return [post["id"] for post in document.get("data", ())]


async def test_a_search_finds_a_conversation(x: XApi) -> None:
    root = await x.root()
    reply = await x.reply("Nerede?")
    deeper = await x.reply("Kampüste", author="Kerem Işık", parent_id=reply)
    seeded = set(x.client.ground.world.comments_of_post[root]) - {reply, deeper}

    assert set(await found_by(x, f"conversation_id:{root}")) == {root, reply, deeper, *seeded}
    assert set(await found_by(x, f"conversation_id:{root} -from:{HANDLE}")) == {reply, deeper, *seeded}
    assert await found_by(x, f"(to:{HANDLE} OR conversation_id:1) from:elif_senel -is:retweet") == [reply]
    assert await found_by(x, "to:elif_senel") == [deeper]
    assert await found_by(x, "to:elif_senel OR from:elif_senel") == [deeper, reply]
    assert await found_by(x, '"nerede?" is:reply') == [reply]
    assert await found_by(x, f"in_reply_to_tweet_id:{reply}") == [deeper]
    assert await found_by(x, "@elif_senel") == [deeper]
    assert await found_by(x, f"from:{HANDLE} to:{HANDLE}") == []


async def test_a_search_finds_hidden_replies_and_no_deleted_ones(x: XApi) -> None:
    hidden, gone = await x.reply("gizlenecek söz"), await x.reply("silinecek söz")
    await x.done("PUT", f"/2/tweets/{hidden}/hidden", {"hidden": True})
    await x.client.control(f"x/comments/{gone}/remove")

    assert await found_by(x, "söz") == [hidden]


async def test_a_search_goes_back_seven_days(x: XApi) -> None:
    old = await x.reply("hatırlanan söz")
    x.client.clock.forward(days=6, hours=23)
    assert await found_by(x, "hatırlanan") == [old]
    x.client.clock.forward(hours=2)

    assert await found_by(x, "hatırlanan") == []
    problem_of(await x.call("GET", SEARCH, query="söz", since_id=old), 400, "invalid-request")
    since = x.client.clock() - timedelta(days=2)
    assert await found_by(x, "hatırlanan", start_time=f"{since:%Y-%m-%dT%H:%M:%SZ}") == []


async def test_more_may_be_asked_where_more_was_bought(client: Client) -> None:
    query = " OR ".join(f"conversation_id:{number:019d}" for number in range(20))
    async with connected(some_settings(x_tier="enterprise"), client.clock) as enterprise:
        assert await found_by(XApi(enterprise), query) == []
    problem_of(await XApi(client).call("GET", SEARCH, query=query), 400, "invalid-request")
