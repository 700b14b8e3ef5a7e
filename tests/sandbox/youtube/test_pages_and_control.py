"""What visitors see of videos and comments, the control of YouTube's own, and what is kept."""

import re
from html import unescape
from pathlib import Path

import pytest

from app.sandbox.youtube.seed import ACCOUNTS, POSTS, REFRESH_TOKENS
from tests.sandbox.clocks import HandClock
from tests.sandbox.conftest import connected, some_settings
from tests.sandbox.youtube.api import CHANNEL, TOKEN, VIDEO, YouTube

RIBBON = "Eğitim ortamı — gerçek platform değildir"


async def page(youtube: YouTube, path: str, **query: str) -> str:
    address = youtube.http.base_url.join(path).copy_merge_params(query)
    response = await youtube.http.get(address, follow_redirects=True)
    assert response.status_code == 200, response.text
    return unescape(response.text)


async def test_every_channel_and_video_has_a_page(youtube: YouTube) -> None:
    paths = [f"/youtube/{account.external_id}" for account in ACCOUNTS]
    paths += [f"/youtube/{account.handle}" for account in ACCOUNTS]
    paths += [f"/youtube/channel/{CHANNEL}", *(f"/youtube/watch?v={post.id}" for post in POSTS)]

    for path in paths:
        text = await page(youtube, path)
        assert RIBBON in text
        assert not re.findall(r'(?:src|href)="(?!/)[^"#]', text)
    assert "YouTube" in await page(youtube, "/")


@pytest.mark.parametrize("path", ["/youtube/watch", "/youtube/watch?v=none", f"/youtube/{CHANNEL}/messages"])
async def test_other_pages_are_missing(youtube: YouTube, path: str) -> None:
    assert (await youtube.http.get(path)).status_code == 404


async def test_a_visitor_writes_beneath_a_video_and_sees_it_vanish(youtube: YouTube) -> None:
    path = f"/youtube/watch?v={VIDEO}"
    assert f'name="back" value="{path}"' in await page(youtube, path)
    form = {"author": "Elif Şenel", "back": path, "post_id": VIDEO, "text": "İlk yorumum"}
    written = await youtube.http.post("/visit/comment", data=form)
    comment_id = (await youtube.ids())[0]

    assert (written.status_code, written.headers["location"]) == (303, path)
    text = await page(youtube, path)
    assert "İlk yorumum" in text
    assert "elif.senel" in text
    assert f'href="{path}&lc={comment_id}"' in text
    await youtube.moderate(comment_id, "heldForReview")
    assert "İlk yorumum" not in await page(youtube, path)
    as_author = await page(youtube, path, **{"as": "author", "visitor": "Elif Şenel"})
    assert "İlk yorumum" in as_author
    assert "yalnızca yazarı görüyor" in as_author
    await youtube.moderate(comment_id, "rejected")
    assert "İlk yorumum" not in await page(youtube, path, **{"as": "author", "visitor": "Elif Şenel"})


async def test_one_comment_has_a_page_of_its_own(youtube: YouTube) -> None:
    comment_id, other = await youtube.comment("Bu"), await youtube.comment("Öteki")
    path = f"/youtube/watch?v={VIDEO}&lc={comment_id}"

    text = await page(youtube, path)

    assert "Bu</span>" in text
    assert "Öteki" not in text
    refresh = re.search(r'data-refresh="([^"]+)"', text)
    assert refresh is not None
    assert refresh[1].startswith(f"{path}&part=1")
    assert "Bu</span>" in await page(youtube, refresh[1])
    await youtube.moderate(comment_id, "rejected")
    assert "Bu yorum artık görüntülenemiyor" in await page(youtube, path)
    assert other in await youtube.ids()


async def test_the_page_refreshes_itself_where_it_is(youtube: YouTube) -> None:
    text = await page(youtube, f"/youtube/watch?v={VIDEO}")

    refresh = re.search(r'data-refresh="([^"]+)"', text)
    assert refresh is not None
    assert "Seneye ben de oradayım" in await page(youtube, refresh[1])


async def test_nobody_tells_a_banned_visitor(youtube: YouTube) -> None:
    comment_id = await youtube.comment(author="Kerem Işık")
    await youtube.moderate(comment_id, "rejected", banAuthor="true")
    path = f"/youtube/watch?v={VIDEO}"

    form = {"author": "Kerem Işık", "back": path, "post_id": VIDEO, "text": "Yine geldim"}
    written = await youtube.http.post("/visit/comment", data=form)

    assert written.headers["location"] == path
    assert "Yine geldim" not in await page(youtube, path)


async def test_there_are_no_messages_and_no_mentions(youtube: YouTube) -> None:
    asked = {"author": "Elif", "text": "Merhaba"}

    message = await youtube.http.post("/control/youtube/dms", json=asked)
    mention = await youtube.http.post("/control/youtube/mentions", json=asked)

    assert (message.status_code, message.json()["detail"]["why"]) == (409, "no_messages")
    assert (mention.status_code, mention.json()["detail"]["why"]) == (409, "no_mentions")


async def test_control_takes_nothing_unknown(youtube: YouTube) -> None:
    asked = {"author": "Elif", "text": "Merhaba"}
    for body in ({"held": "rejected"}, {"media": "photo"}, {"hold": "likelySpam"}):
        assert (await youtube.http.post("/control/youtube/comments", json=asked | body)).status_code == 422
    for body in ({"title": ""}, {"title": "x" * 101}, {"name": "x"}):
        assert (await youtube.http.post("/control/youtube/videos", json=body)).status_code == 422
    closed = await youtube.http.post("/control/youtube/videos/none/edit", json={"title": "x"})
    assert closed.status_code == 404
    await youtube.client.control(f"youtube/videos/{VIDEO}/edit", takes_comments=False)
    refused = await youtube.http.post("/control/youtube/comments", json=asked)
    assert (refused.status_code, refused.json()["detail"]["why"]) == (409, "comments_off")


async def test_visitors_edit_and_remove_and_people_answer_by_hand(youtube: YouTube) -> None:
    comment_id = await youtube.comment("Yazım hatasi")
    youtube.clock.forward(minutes=1)
    await youtube.client.control(f"youtube/comments/{comment_id}/edit", text="Yazım hatası")
    await youtube.client.control(f"youtube/comments/{comment_id}/answer", text="Elle yanıt")

    thread = next(thread for thread in await youtube.threads() if thread["id"] == comment_id)

    top = thread["snippet"]["topLevelComment"]["snippet"]
    assert (top["textDisplay"], top["updatedAt"]) == ("Yazım hatası", "2026-11-02T09:01:00Z")
    assert thread["replies"]["comments"][0]["snippet"]["textOriginal"] == "Elle yanıt"
    await youtube.client.control(f"youtube/comments/{comment_id}/remove")
    assert comment_id not in await youtube.ids()


async def test_a_visitor_is_the_same_to_all_channels(youtube: YouTube) -> None:
    one, other = await youtube.comment(), await youtube.comment(account_id="ieumuhendislik")

    comments = youtube.ground.world.comments
    assert comments[one].author_id == comments[other].author_id
    assert re.fullmatch(r"UC[A-Za-z0-9_-]{22}", comments[one].author_id)
    assert re.fullmatch(r"Ugx[A-Za-z0-9_-]{15}p4AaABAg", one)


async def test_everything_survives_a_restart_and_a_reset_forgets_it(tmp_path: Path, hand_clock: HandClock) -> None:
    settings = some_settings(data_dir=tmp_path)
    async with connected(settings, hand_clock) as client:
        youtube = YouTube(client)
        spam, rejected = await youtube.comment(held="likelySpam"), await youtube.comment()
        await youtube.moderate(rejected, "rejected", banAuthor="true")
        await youtube.http.post("/youtube/revoke", data={"token": REFRESH_TOKENS[CHANNEL]})
        spent = (await youtube.http.get("/control/youtube/quota")).json()

    for _ in range(2):
        async with connected(settings, hand_clock) as client:
            youtube = YouTube(client)
            assert (await youtube.http.get("/control/youtube/quota")).json() == spent
            assert (await youtube.item(rejected))["state"] == "deleted"
            assert client.ground.world.grants[REFRESH_TOKENS[CHANNEL]].is_spent
            assert client.ground.world.moderations[spam].status == "likelySpam"
            assert len(client.ground.world.blocks) == 1
            assert len(client.ground.world.feeds) == 2

    async with connected(settings, hand_clock) as client:
        youtube = YouTube(client)
        assert youtube.token == TOKEN
        await client.control("reset")
        assert (await youtube.http.get("/control/youtube/quota")).json()["units"] == 0
        assert not client.ground.world.grants[REFRESH_TOKENS[CHANNEL]].is_spent
        assert (client.ground.world.moderations, client.ground.world.blocks) == ({}, {})
        assert await youtube.ids(moderationStatus="likelySpam") == []
