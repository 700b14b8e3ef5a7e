"""Listing threads: filters, states, pages, and what a call may not ask."""

from typing import Any

import pytest

from tests.sandbox.youtube.api import CHANNEL, FACULTY, FACULTY_TOKEN, TOKEN, VIDEO, YouTube, reason_of

LIST = {"part": "id,snippet,replies", "allThreadsRelatedToChannelId": CHANNEL}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"part": None}, (400, "missingRequiredParameter")),
        ({"part": "id,words"}, (400, "unknownPart")),
        ({"allThreadsRelatedToChannelId": None}, (400, "missingRequiredParameter")),
        ({"videoId": VIDEO}, (400, "incompatibleParameters")),
        ({"publishedAfter": "2026-01-01T00:00:00Z"}, (400, "invalid")),
        ({"moderationStatus": "hidden"}, (400, "invalid")),
        ({"moderationStatus": "rejected"}, (400, "processingFailure")),
        ({"order": "newest"}, (400, "invalid")),
        ({"textFormat": "plaintext"}, (400, "invalid")),
        ({"maxResults": "0"}, (400, "invalidParameter")),
        ({"maxResults": "101"}, (400, "invalidParameter")),
        ({"maxResults": "many"}, (400, "invalid")),
        ({"maxResults": "-1"}, (400, "invalid")),
        ({"pageToken": "CAoQAA"}, (400, "invalidPageToken")),
        ({"alt": "media"}, (400, "invalid")),
        ({"allThreadsRelatedToChannelId": "UCnobody"}, (404, "channelNotFound")),
        ({"allThreadsRelatedToChannelId": None, "videoId": "nothing0000"}, (404, "videoNotFound")),
        ({"allThreadsRelatedToChannelId": None, "id": "Ugx-none"}, (404, "commentThreadNotFound")),
    ],
)
async def test_what_a_list_is_refused_for(youtube: YouTube, changed: dict[str, Any], expected: tuple[int, str]) -> None:
    asked = {name: value for name, value in (LIST | changed).items() if value is not None}

    assert reason_of(await youtube.call("GET", "commentThreads", **asked)) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("maxResults", "5"),
        ("moderationStatus", "published"),
        ("order", "time"),
        ("pageToken", "x"),
        ("searchTerms", "x"),
    ],
)
async def test_ids_go_with_no_other_filter(youtube: YouTube, name: str, value: str) -> None:
    comment_id = await youtube.comment()

    response = await youtube.call("GET", "commentThreads", part="id", id=comment_id, **{name: value})

    assert reason_of(response) == (400, "incompatibleParameters")


async def test_a_parameter_that_stands_twice_is_refused(youtube: YouTube) -> None:
    headers = {"authorization": f"Bearer {TOKEN}"}
    address = f"/youtube/youtube/v3/commentThreads?part=id&videoId={VIDEO}&videoId={VIDEO}"

    assert reason_of(await youtube.http.get(address, headers=headers)) == (400, "invalid")
    repeated = f"/youtube/youtube/v3/commentThreads?part=id&part=snippet&videoId={VIDEO}"
    assert (await youtube.http.get(repeated, headers=headers)).status_code == 200


async def test_a_thread_is_shown_in_the_documented_shape(youtube: YouTube) -> None:
    comment_id = await youtube.comment('"Ne" güzel & <b>hoş</b>\nhttps://ieu.edu.tr/a', author="Elif Şenel")

    (thread,) = (await youtube.get("commentThreads", part="id,snippet,replies", id=comment_id))["items"]
    (listed, *_) = await youtube.threads()

    snippet = thread["snippet"]
    top = snippet.pop("topLevelComment")
    author_id = top["snippet"]["authorChannelId"]["value"]
    assert snippet == {
        "channelId": CHANNEL,
        "videoId": VIDEO,
        "canReply": True,
        "totalReplyCount": 0,
        "isPublic": True,
    }
    assert (thread["kind"], thread["id"], top["kind"], top["id"]) == (
        "youtube#commentThread",
        comment_id,
        "youtube#comment",
        comment_id,
    )
    assert top["snippet"] == {
        "channelId": CHANNEL,
        "videoId": VIDEO,
        "textDisplay": "&quot;Ne&quot; güzel &amp; &lt;b&gt;hoş&lt;/b&gt;<br>"
        '<a href="https://ieu.edu.tr/a">https://ieu.edu.tr/a</a>',
        "authorDisplayName": "@elif.senel",
        "authorProfileImageUrl": f"{youtube.ground.settings.base_url}/static/pictures/person.svg",
        "authorChannelUrl": f"{youtube.ground.settings.base_url}/youtube/channel/{author_id}",
        "authorChannelId": {"value": author_id},
        "canRate": True,
        "viewerRating": "none",
        "likeCount": 0,
        "publishedAt": "2026-11-02T09:00:00Z",
        "updatedAt": "2026-11-02T09:00:00Z",
    }
    assert listed["snippet"]["topLevelComment"]["snippet"]["moderationStatus"] == "published"
    assert listed["snippet"]["topLevelComment"]["snippet"]["textDisplay"].startswith('"Ne" güzel & <b>')
    assert "replies" not in thread


async def test_the_newest_thread_comes_first_whatever_was_replied(youtube: YouTube) -> None:
    first, second = await youtube.comment(text="bir"), await youtube.comment(text="iki")
    youtube.clock.forward(minutes=1)
    third = await youtube.comment(text="üç", post_id="mez_Toren25")
    youtube.clock.forward(minutes=1)
    await youtube.comment(text="yanıt", parent_id=first)

    assert (await youtube.ids())[:3] == [third, second, first]
    assert (await youtube.ids(order="relevance"))[0] == first


async def test_held_ones_stand_in_lists_of_their_own(youtube: YouTube) -> None:
    held = await youtube.comment(held="heldForReview")
    spam = await youtube.comment(held="likelySpam")
    rejected = await youtube.comment()
    await youtube.moderate(rejected, "rejected")

    published = await youtube.ids()

    assert not {held, spam, rejected} & set(published)
    assert await youtube.ids(moderationStatus="heldForReview") == [held]
    assert await youtube.ids(moderationStatus="likelySpam") == [spam]
    (thread,) = await youtube.threads(moderationStatus="likelySpam")
    assert thread["snippet"]["isPublic"] is False
    assert thread["snippet"]["topLevelComment"]["snippet"]["moderationStatus"] == "likelySpam"


async def test_a_held_reply_brings_its_thread_into_the_list(youtube: YouTube) -> None:
    thread_id = await youtube.comment()
    for number in range(6):
        await youtube.comment(text=f"Yanıt {number}", parent_id=thread_id)
    youtube.clock.forward(minutes=1)
    held = await youtube.comment(text="Takıldı", parent_id=thread_id, held="heldForReview")
    for number in range(6):
        await youtube.comment(text=f"Sonra {number}", parent_id=thread_id)

    (thread,) = await youtube.threads(moderationStatus="heldForReview")
    published = next(thread for thread in await youtube.threads() if thread["id"] == thread_id)

    replies = [reply["id"] for reply in thread["replies"]["comments"]]
    assert (len(replies), replies[0], thread["snippet"]["totalReplyCount"]) == (5, held, 13)
    assert published["snippet"]["totalReplyCount"] == 12
    assert held not in [reply["id"] for reply in published["replies"]["comments"]]


async def test_lists_of_held_ones_are_their_owners(youtube: YouTube) -> None:
    youtube.token = FACULTY_TOKEN

    by_channel = await youtube.call("GET", "commentThreads", **LIST, moderationStatus="heldForReview")
    by_video = await youtube.call("GET", "commentThreads", part="id", videoId=VIDEO, moderationStatus="likelySpam")

    assert reason_of(by_channel) == (403, "forbidden")
    assert reason_of(by_video) == (403, "forbidden")
    (first, *_) = await youtube.threads()
    assert "moderationStatus" not in first["snippet"]["topLevelComment"]["snippet"]


async def test_what_nobody_reviews_disappears_after_sixty_days(youtube: YouTube) -> None:
    held = await youtube.comment(held="heldForReview")
    youtube.clock.forward(days=60)
    assert await youtube.ids(moderationStatus="heldForReview") == [held]

    youtube.clock.forward(seconds=1)

    assert await youtube.ids(moderationStatus="heldForReview") == []
    assert reason_of(await youtube.moderate(held, "published")) == (400, "processingFailure")


async def test_pages_follow_one_another(youtube: YouTube) -> None:
    for number in range(5):
        await youtube.comment(text=f"Yorum {number}", post_id="yurtBasv_01")
    asked: dict[str, Any] = {"part": "id", "videoId": "yurtBasv_01", "maxResults": 2}
    whole = [
        thread["id"] for thread in (await youtube.get("commentThreads", part="id", videoId="yurtBasv_01"))["items"]
    ]
    pages: list[list[str]] = []
    token: dict[str, str] = {}
    while True:
        page = await youtube.get("commentThreads", **asked, **token)
        pages.append([thread["id"] for thread in page["items"]])
        if "nextPageToken" not in page:
            break
        token = {"pageToken": page["nextPageToken"]}

    assert [len(page) for page in pages] == [2, 2, 1]
    assert [*pages[0], *pages[1], *pages[2]] == whole
    other = await youtube.call("GET", "commentThreads", part="id", videoId=VIDEO, **token)
    assert reason_of(other) == (400, "invalidPageToken")


async def test_threads_are_searched_for_words(youtube: YouTube) -> None:
    comment_id = await youtube.comment(text="Yemekhane sırası çok uzun")

    assert await youtube.ids(searchTerms="sırası yemekhane") == [comment_id]
    assert await youtube.ids(searchTerms="yemekhane kısa") == []


async def test_a_video_without_comments_says_so(youtube: YouTube) -> None:
    await youtube.client.control(f"youtube/videos/{VIDEO}/edit", takes_comments=False)

    response = await youtube.call("GET", "commentThreads", part="id", videoId=VIDEO)

    assert reason_of(response) == (403, "commentsDisabled")
    assert response.json()["error"]["errors"][0]["domain"] == "youtube.commentThread"
    (video,) = (await youtube.get("videos", part="statistics", id=VIDEO))["items"]
    assert "commentCount" not in video["statistics"]


async def test_one_missing_thread_fails_the_whole_call(youtube: YouTube) -> None:
    one, other = await youtube.comment(), await youtube.comment()
    both = await youtube.get("commentThreads", part="id", id=f"{one},{other}")
    await youtube.client.control(f"youtube/comments/{other}/remove")

    assert [thread["id"] for thread in both["items"]] == [one, other]
    response = await youtube.call("GET", "commentThreads", part="id", id=f"{one},{other}")
    assert reason_of(response) == (404, "commentThreadNotFound")


async def test_a_channels_own_discussion_is_gone(youtube: YouTube) -> None:
    page = await youtube.get("commentThreads", part="id", channelId=FACULTY)

    assert page["items"] == []


async def test_a_new_comment_at_the_top(youtube: YouTube) -> None:
    def body(**changed: str) -> dict[str, Any]:
        fields = {"channelId": CHANNEL, "videoId": VIDEO, "text": "Sorularınızı bekliyoruz"} | changed
        text = fields.pop("text")
        return {"snippet": {**fields, "topLevelComment": {"snippet": {"textOriginal": text}}}}

    async def insert(json: Any) -> Any:
        return await youtube.call("POST", "commentThreads", part="snippet", json=json)

    made = await insert(body())
    assert made.status_code == 200
    assert made.json()["snippet"]["topLevelComment"]["snippet"]["textOriginal"] == "Sorularınızı bekliyoruz"
    assert (await youtube.ids())[0] == made.json()["id"]
    assert reason_of(await insert(body(videoId=""))) == (400, "channelOrVideoIdMissing")
    assert reason_of(await insert(body(text=" "))) == (400, "commentTextRequired")
    assert reason_of(await insert(body(text="a" * 10_001))) == (400, "commentTextTooLong")
    assert reason_of(await insert(body(videoId="nothing0000"))) == (404, "videoNotFound")
    assert reason_of(await insert({"snippet": {"text": "x"}})) == (400, "invalid")
    await youtube.client.control(f"youtube/videos/{VIDEO}/edit", takes_comments=False)
    assert reason_of(await insert(body())) == (403, "forbidden")
