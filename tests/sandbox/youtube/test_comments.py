"""Comments by id and by parent; answers, edits, deletions, moderation; and what is refused."""

from typing import Any

import pytest

from tests.sandbox.youtube.api import CHANNEL, FACULTY_TOKEN, TOKEN, VIDEO, YouTube, reason_of


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"id": "Ugx"}, (400, "missingRequiredParameter")),
        ({"part": "snippet"}, (400, "missingRequiredParameter")),
        ({"part": "snippet", "id": "a", "parentId": "b"}, (400, "incompatibleParameters")),
        ({"part": "snippet", "id": "a", "maxResults": "5"}, (400, "incompatibleParameters")),
        ({"part": "replies", "id": "a"}, (400, "unknownPart")),
        ({"part": "snippet", "parentId": "b", "order": "time"}, (400, "invalid")),
        ({"part": "snippet", "parentId": "b", "maxResults": "1000"}, (400, "invalidParameter")),
        ({"part": "snippet", "parentId": "Ugx-none"}, (404, "commentNotFound")),
        ({"part": "snippet", "id": "Ugx-none"}, (404, "commentNotFound")),
    ],
)
async def test_what_a_list_is_refused_for(youtube: YouTube, asked: dict[str, Any], expected: tuple[int, str]) -> None:
    assert reason_of(await youtube.call("GET", "comments", **asked)) == expected


async def test_replies_are_listed_newest_first_in_pages(youtube: YouTube) -> None:
    thread = await youtube.comment()
    replies = [await youtube.comment(text=f"Yanıt {number}", parent_id=thread) for number in range(3)]
    held = await youtube.comment(text="Takıldı", parent_id=thread, held="likelySpam")
    removed = await youtube.comment(text="Vazgeçtim", parent_id=thread)
    await youtube.client.control(f"youtube/comments/{removed}/remove")

    first = await youtube.get("comments", part="snippet", parentId=thread, maxResults=2, textFormat="plainText")
    second = await youtube.get("comments", part="id", parentId=thread, maxResults=2, pageToken=first["nextPageToken"])

    listed = [item["id"] for item in first["items"] + second["items"]]
    assert listed == replies[::-1]
    assert held not in listed
    assert all(reply.startswith(f"{thread}.") for reply in replies)
    assert "nextPageToken" not in second
    assert first["items"][0]["snippet"]["parentId"] == thread
    assert first["items"][0]["snippet"]["videoId"] == VIDEO
    assert "snippet" not in second["items"][0]


async def test_by_id_a_held_one_is_its_owners_and_a_rejected_one_nobodys(youtube: YouTube) -> None:
    held, rejected = await youtube.comment(held="heldForReview"), await youtube.comment()
    await youtube.moderate(rejected, "rejected")

    (found,) = (await youtube.get("comments", part="snippet", id=held))["items"]

    assert "moderationStatus" not in found["snippet"]
    assert "textOriginal" not in found["snippet"]
    assert reason_of(await youtube.call("GET", "comments", part="id", id=rejected)) == (404, "commentNotFound")
    youtube.token = FACULTY_TOKEN
    assert reason_of(await youtube.call("GET", "comments", part="id", id=held)) == (404, "commentNotFound")


async def test_an_answer_is_ours_and_told_in_full(youtube: YouTube) -> None:
    thread = await youtube.comment()

    made = await youtube.reply(thread, "Teşekkürler & selamlar")

    snippet = made.json()["snippet"]
    assert made.status_code == 200
    assert (snippet["textOriginal"], snippet["textDisplay"]) == (
        "Teşekkürler & selamlar",
        "Teşekkürler &amp; selamlar",
    )
    assert (snippet["parentId"], snippet["authorChannelId"]["value"]) == (thread, CHANNEL)
    item = await youtube.item(thread)
    assert [(reply["text"], reply["is_ours"]) for reply in item["replies"]] == [("Teşekkürler & selamlar", True)]
    assert [(call["call"], call["status"]) for call in item["history"]] == [("reply", 200)]


@pytest.mark.parametrize(
    ("snippet", "expected"),
    [
        ({"textOriginal": "x"}, (400, "parentIdMissing")),
        ({"parentId": "THREAD"}, (400, "commentTextRequired")),
        ({"parentId": "THREAD", "textOriginal": "  \n"}, (400, "commentTextRequired")),
        ({"parentId": "THREAD", "textOriginal": "ğ" * 10_001}, (400, "commentTextTooLong")),
        ({"parentId": "THREAD", "textOriginal": 5}, (400, "invalid")),
        ({"parentId": "THREAD", "textOriginal": "x", "message": "x"}, (400, "invalid")),
        ({"parentId": "Ugx-none", "textOriginal": "x"}, (404, "parentCommentNotFound")),
        ({"parentId": "REPLY", "textOriginal": "x"}, (400, "invalidCommentMetadata")),
        ({"parentId": "HELD", "textOriginal": "x"}, (400, "parentCommentIsPrivate")),
        ({"parentId": "REJECTED", "textOriginal": "x"}, (404, "parentCommentNotFound")),
    ],
)
async def test_what_an_answer_is_refused_for(
    youtube: YouTube, snippet: dict[str, Any], expected: tuple[int, str]
) -> None:
    thread, held, rejected = [await youtube.comment(text=text) for text in ("bir", "iki", "üç")]
    reply = await youtube.comment(text="Yanıt", parent_id=thread)
    await youtube.moderate(held, "heldForReview")
    await youtube.moderate(rejected, "rejected")
    names = {"THREAD": thread, "REPLY": reply, "HELD": held, "REJECTED": rejected}
    if "parentId" in snippet:
        snippet = {**snippet, "parentId": names.get(snippet["parentId"], snippet["parentId"])}

    response = await youtube.call("POST", "comments", part="snippet", json={"snippet": snippet})

    assert reason_of(response) == expected
    assert [item["id"] for item in (await youtube.item(thread))["replies"]] == [reply]


async def test_the_longest_answer_is_taken(youtube: YouTube) -> None:
    assert (await youtube.reply(await youtube.comment(), "ğ" * 10_000)).status_code == 200


async def test_a_body_is_json_and_of_the_resources_fields(youtube: YouTube) -> None:
    thread = await youtube.comment()
    address, headers = "/youtube/youtube/v3/comments?part=snippet", {"authorization": f"Bearer {TOKEN}"}

    as_form = await youtube.http.post(address, data={"parentId": thread, "textOriginal": "x"}, headers=headers)
    broken = await youtube.http.post(
        address, content=b'{"snippet": ', headers={**headers, "content-type": "application/json"}
    )
    a_list = await youtube.call("POST", "comments", part="snippet", json=[])
    unknown = await youtube.call("POST", "comments", part="snippet", json={"comment": {}})
    no_object = await youtube.call("POST", "comments", part="snippet", json={"snippet": "x"})

    answers = (as_form, broken, a_list, unknown, no_object)
    assert [reason_of(answer) for answer in answers] == [(400, "invalid")] * 5
    assert 'Unknown name "comment"' in unknown.json()["error"]["message"]


async def test_a_closed_video_takes_no_answers(youtube: YouTube) -> None:
    thread = await youtube.comment()
    await youtube.client.control(f"youtube/videos/{VIDEO}/edit", takes_comments=False)

    (listed,) = (await youtube.get("commentThreads", part="snippet", id=thread))["items"]

    assert listed["snippet"]["canReply"] is False
    assert reason_of(await youtube.reply(thread)) == (400, "operationNotSupported")


async def test_only_ones_own_comment_is_edited_or_deleted(youtube: YouTube) -> None:
    thread = await youtube.comment()
    own = (await youtube.reply(thread)).json()["id"]
    youtube.clock.forward(minutes=1)

    async def edit(comment_id: str) -> Any:
        body = {"id": comment_id, "snippet": {"textOriginal": "Düzelttik"}}
        return await youtube.call("PUT", "comments", part="snippet", json=body)

    edited = await edit(own)
    assert edited.json()["snippet"]["textDisplay"] == "Düzelttik"
    assert edited.json()["snippet"]["publishedAt"] < edited.json()["snippet"]["updatedAt"]
    assert reason_of(await edit(thread)) == (403, "forbidden")
    assert reason_of(await youtube.call("DELETE", "comments", id=thread)) == (403, "forbidden")
    assert (await youtube.call("DELETE", "comments", id=own)).status_code == 204
    assert reason_of(await youtube.call("DELETE", "comments", id=own)) == (404, "commentNotFound")
    assert reason_of(await youtube.call("DELETE", "comments")) == (400, "missingRequiredParameter")
    assert reason_of(await edit(own)) == (404, "commentNotFound")


async def test_a_comment_is_held_published_and_rejected(youtube: YouTube) -> None:
    comment_id = await youtube.comment()
    states = []
    for status in ("heldForReview", "heldForReview", "published", "rejected", "rejected"):
        answer = await youtube.moderate(comment_id, status)
        assert (answer.status_code, answer.content) == (204, b"")
        states.append((await youtube.item(comment_id))["state"])

    assert states == ["hidden", "hidden", "visible", "deleted", "deleted"]
    for status in ("published", "heldForReview"):
        assert reason_of(await youtube.moderate(comment_id, status)) == (400, "processingFailure")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"id": None}, (400, "missingRequiredParameter")),
        ({"moderationStatus": None}, (400, "missingRequiredParameter")),
        ({"moderationStatus": "hidden"}, (400, "invalid")),
        ({"moderationStatus": "likelySpam"}, (400, "processingFailure")),
        ({"banAuthor": "true"}, (400, "banWithoutReject")),
        ({"moderationStatus": "rejected", "banAuthor": "yes"}, (400, "invalid")),
        ({"part": "snippet"}, (400, "invalid")),
        ({"id": "Ugx-none"}, (404, "commentNotFound")),
        ({"id": ",".join(f"Ugx{number}" for number in range(51))}, (400, "invalid")),
    ],
)
async def test_what_moderating_is_refused_for(
    youtube: YouTube, changed: dict[str, Any], expected: tuple[int, str]
) -> None:
    comment_id = await youtube.comment()
    asked = {"id": comment_id, "moderationStatus": "heldForReview"} | changed
    asked = {name: value for name, value in asked.items() if value is not None}

    assert reason_of(await youtube.call("POST", "comments/setModerationStatus", **asked)) == expected
    assert (await youtube.item(comment_id))["state"] == "visible"


async def test_moderating_takes_no_body(youtube: YouTube) -> None:
    comment_id = await youtube.comment()

    response = await youtube.moderate(comment_id, "rejected", json={"id": comment_id})

    assert reason_of(response) == (400, "invalid")
    assert (await youtube.item(comment_id))["state"] == "visible"


async def test_only_the_channels_owner_moderates(youtube: YouTube) -> None:
    comment_id = await youtube.comment()
    youtube.token = FACULTY_TOKEN

    assert reason_of(await youtube.moderate(comment_id, "rejected")) == (403, "forbidden")
    item = await youtube.item(comment_id)
    assert (item["state"], [(call["call"], call["status"]) for call in item["history"]]) == (
        "visible",
        [("delete", 403)],
    )


async def test_several_are_moderated_together_or_not_at_all(youtube: YouTube) -> None:
    one, other = await youtube.comment(), await youtube.comment()

    assert reason_of(await youtube.moderate(f"{one},Ugx-none", "rejected")) == (404, "commentNotFound")
    assert (await youtube.item(one))["state"] == "visible"
    assert (await youtube.moderate(f"{one},{other}", "rejected")).status_code == 204
    assert (await youtube.item(one))["state"] == (await youtube.item(other))["state"] == "deleted"


async def test_what_its_author_removed_cannot_be_moderated(youtube: YouTube) -> None:
    comment_id = await youtube.comment()
    await youtube.client.control(f"youtube/comments/{comment_id}/remove")

    assert reason_of(await youtube.moderate(comment_id, "heldForReview")) == (400, "processingFailure")


async def test_a_rejected_thread_takes_its_replies_along(youtube: YouTube) -> None:
    thread = await youtube.comment()
    reply = await youtube.comment(parent_id=thread)

    await youtube.moderate(thread, "rejected")

    assert (await youtube.item(reply))["state"] == "deleted"
    assert reason_of(await youtube.call("GET", "comments", part="id", parentId=thread)) == (404, "commentNotFound")


async def test_a_banned_author_writes_to_nobody(youtube: YouTube) -> None:
    comment_id = await youtube.comment(author="Kerem Işık")
    await youtube.moderate(comment_id, "rejected", banAuthor="true")

    later = await youtube.comment(author="Kerem Işık")
    elsewhere = await youtube.comment(author="Kerem Işık", account_id="ieumuhendislik")
    other = await youtube.comment(author="Elif Şenel")

    states = [(await youtube.item(one))["state"] for one in (later, elsewhere, other)]
    assert states == ["deleted", "visible", "visible"]
    assert later not in await youtube.ids()
    assert [call["call"] for call in (await youtube.item(comment_id))["history"]] == ["delete_and_ban"]
