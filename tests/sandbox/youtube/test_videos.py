"""Videos, channels, and a channel's uploads."""

from typing import Any

import pytest

from app.sandbox.youtube.seed import API_KEY, POSTS
from tests.sandbox.youtube.api import CHANNEL, FACULTY, VIDEO, YouTube, reason_of

UPLOADS = f"UU{CHANNEL[2:]}"


async def test_a_video_is_shown_with_counts_in_text(youtube: YouTube) -> None:
    await youtube.comment()
    await youtube.comment(held="likelySpam")

    page = await youtube.get("videos", part="snippet,statistics,status,contentDetails", id=f"{VIDEO},nothing0000")

    (video,) = page["items"]
    assert (page["kind"], video["kind"], video["id"]) == ("youtube#videoListResponse", "youtube#video", VIDEO)
    assert video["snippet"]["title"] == "Kampüs turu 2026"
    assert video["snippet"]["description"].startswith("Balçova kampüsümüzü")
    assert video["snippet"]["channelId"] == CHANNEL
    assert video["statistics"]["commentCount"] == "3"
    assert all(isinstance(count, str) for count in video["statistics"].values())
    assert video["status"]["privacyStatus"] == "public"


async def test_ones_own_channel_names_its_uploads(youtube: YouTube) -> None:
    (channel,) = (await youtube.get("channels", part="id,snippet,contentDetails", mine="true"))["items"]

    assert channel["id"] == CHANNEL
    assert channel["snippet"]["customUrl"] == "@izmirekonomiuni"
    assert channel["contentDetails"]["relatedPlaylists"]["uploads"] == UPLOADS
    both = await youtube.get("channels", part="id", id=f"{CHANNEL},{FACULTY}")
    assert {item["id"] for item in both["items"]} == {CHANNEL, FACULTY}
    assert "items" not in await youtube.get("channels", part="id", id="UCnobody")
    (by_handle,) = (await youtube.get("channels", part="id", forHandle="@ieumuhendislik"))["items"]
    assert by_handle["id"] == FACULTY


async def test_uploads_are_listed_newest_first(youtube: YouTube) -> None:
    youtube.token = None
    new = (await youtube.client.control("youtube/videos", title="Yepyeni"))["id"]
    asked: dict[str, Any] = {"part": "snippet,contentDetails", "playlistId": UPLOADS, "key": API_KEY}

    first = await youtube.get("playlistItems", **asked, maxResults=3)
    second = await youtube.get("playlistItems", **asked, maxResults=3, pageToken=first["nextPageToken"])

    ours = [post.id for post in POSTS if post.account_id == CHANNEL]
    items = first["items"] + second["items"]
    assert [item["contentDetails"]["videoId"] for item in items] == [new, *ours]
    assert [item["snippet"]["position"] for item in items] == list(range(5))
    assert first["pageInfo"] == {"totalResults": 5, "resultsPerPage": 3}
    assert items[0]["snippet"]["resourceId"] == {"kind": "youtube#video", "videoId": new}
    (again,) = (await youtube.get("playlistItems", part="id", id=items[1]["id"], key=API_KEY))["items"]
    assert again["id"] == items[1]["id"]


@pytest.mark.parametrize(
    ("path", "asked", "expected"),
    [
        ("videos", {"id": VIDEO}, (400, "missingRequiredParameter")),
        ("videos", {"part": "snippet"}, (400, "missingRequiredParameter")),
        ("videos", {"part": "snippet", "id": VIDEO, "chart": "mostPopular"}, (400, "incompatibleParameters")),
        ("videos", {"part": "fileDetails", "id": VIDEO}, (400, "unknownPart")),
        ("videos", {"part": "id", "id": ",".join(f"v{number}" for number in range(51))}, (400, "invalid")),
        ("channels", {"part": "id"}, (400, "missingRequiredParameter")),
        ("channels", {"part": "id", "mine": "yes"}, (400, "invalid")),
        ("channels", {"part": "id", "mine": "true", "id": CHANNEL}, (400, "incompatibleParameters")),
        ("playlistItems", {"part": "id"}, (400, "missingRequiredParameter")),
        ("playlistItems", {"part": "id", "playlistId": "UUnone"}, (404, "playlistNotFound")),
        ("playlistItems", {"part": "id", "id": "none"}, (404, "playlistItemNotFound")),
        ("playlistItems", {"part": "id", "playlistId": UPLOADS, "maxResults": "51"}, (400, "invalidParameter")),
    ],
)
async def test_what_lists_are_refused_for(
    youtube: YouTube, path: str, asked: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert reason_of(await youtube.call("GET", path, **asked)) == expected
