"""What visitors see and do."""

import re
from html import unescape

import httpx
import pytest

from app.sandbox.meta.seed import ACCOUNTS
from tests.sandbox.conftest import INSTAGRAM, PAGE, Client

RIBBON = "Eğitim ortamı — gerçek platform değildir"


async def page(client: Client, path: str, **query: str) -> str:
    response = await client.http.get(path, params=query or None)
    assert response.status_code == 200, response.text
    return unescape(response.text)


def post_path(client: Client, number: int = 0) -> str:
    post = client.ground.world.posts_of(PAGE)[number]
    return f"/facebook/{PAGE}/posts/{post.id.partition('_')[2]}"


async def test_every_page_is_marked_and_loads_nothing_from_elsewhere(client: Client) -> None:
    shortcode = client.ground.world.posts_of(INSTAGRAM)[1].shortcode
    paths = ["/", "/mailbox", post_path(client), f"/instagram/p/{shortcode}/", f"/facebook/{PAGE}/messages"]
    paths += [f"/{account.platform}/{account.external_id}" for account in ACCOUNTS]
    paths += [f"/{account.platform}/{account.handle}" for account in ACCOUNTS]

    for path in paths:
        text = await page(client, path)
        assert RIBBON in text
        assert not re.findall(r'(?:src|href)="(?!/)[^"#]', text)


async def test_pictures_and_styles_are_served(client: Client) -> None:
    text = await page(client, f"/instagram/{INSTAGRAM}")

    sources = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', text))
    assert len(sources) > 4
    for source in sources:
        assert (await client.http.get(source)).status_code == 200


async def test_a_visitor_comments_replies_edits_and_removes(client: Client) -> None:
    path = post_path(client)
    post = client.ground.world.posts_of(PAGE)[0].id
    common = {"author": "Elif Şenel", "back": path}

    written = await client.http.post("/visit/comment", data={**common, "post_id": post, "text": "İlk yorumum"})
    comment = list(client.ground.world.comments.values())[-1]
    await client.http.post(
        "/visit/comment", data={**common, "post_id": post, "parent_id": comment.id, "text": "Yanıtım"}
    )
    await client.http.post("/visit/edit", data={**common, "comment_id": comment.id, "text": "Düzelttim"})

    assert (written.status_code, written.headers["location"]) == (303, path)
    text = await page(client, path, visitor="Elif Şenel")
    assert "Düzelttim" in text
    assert "Yanıtım" in text
    assert "İlk yorumum" not in text
    foreign = await client.http.post("/visit/remove", data={**common, "author": "Başkası", "comment_id": comment.id})
    assert "error=not_ours" in foreign.headers["location"]
    await client.http.post("/visit/remove", data={**common, "comment_id": comment.id})
    assert "Düzelttim" not in await page(client, path)


async def test_a_hidden_comment_vanishes_for_all_but_its_author(client: Client) -> None:
    comment_id = await client.comment(text="Gizlenecek söz")
    assert "Gizlenecek söz" in await page(client, post_path(client), part="1")

    await client.graph("POST", comment_id, is_hidden="true")

    assert "Gizlenecek söz" not in await page(client, post_path(client), visitor="Elif Şenel")
    author = {"as": "author", "visitor": "Elif Şenel"}
    assert "Gizlenecek söz" in await page(client, post_path(client), **author)
    assert "Gizlenecek söz" not in await page(client, post_path(client), **(author | {"visitor": "Deniz Arıkan"}))
    await client.graph("POST", comment_id, is_hidden="false")
    assert "Gizlenecek söz" in await page(client, post_path(client))


async def test_a_comments_own_link_shows_it_until_it_is_gone(client: Client) -> None:
    facebook, instagram = await client.comment(text="Bir ses"), await client.comment("instagram", text="Bir iz")
    link = (await client.graph("GET", facebook, fields="permalink_url")).json()["permalink_url"]
    media = (await client.graph("GET", instagram, fields="media{permalink}")).json()["media"]["permalink"]

    assert "Bir ses" in await page(client, link)
    assert "Zeynep Öğüt" not in re.sub('<details class="who">.*?</details>', "", await page(client, link), flags=re.S)
    assert "Bir iz" in await page(client, f"{media}c/{instagram}/")
    await client.graph("DELETE", facebook)
    assert "artık görüntülenemiyor" in await page(client, link)


async def test_a_conversation_shows_private_replies_and_answers(client: Client) -> None:
    comment_id = await client.comment(text="Yurt ücreti çok yüksek")
    await client.send(recipient={"comment_id": comment_id}, message={"text": "Size yardımcı olalım"})
    path = f"/facebook/{PAGE}/messages"
    form = {"platform": "facebook", "account_id": PAGE, "author": "Elif Şenel", "text": "Olur", "back": path}
    await client.http.post("/visit/message", data=form)

    text = await page(client, path, visitor="Elif Şenel")

    assert "Yorumunuza özel yanıt: “Yurt ücreti çok yüksek”" in text
    assert "Size yardımcı olalım" in text
    assert "Olur" in text
    assert "Olur" not in await page(client, path, visitor="Deniz Arıkan")


async def test_a_blocked_visitor_is_told_so(client: Client) -> None:
    author = client.ground.world.comments[await client.comment()].author_id
    await client.graph("POST", f"{PAGE}/blocked", psid=f"[{author}]")
    post = client.ground.world.posts_of(PAGE)[0].id
    form = {"author": "Elif Şenel", "back": post_path(client), "post_id": post, "text": "Ben geldim"}

    answer = await client.http.post("/visit/comment", data=form)

    assert "sizi engellemiş" in await page(client, answer.headers["location"])


async def test_what_visitors_write_is_shown_as_text(client: Client) -> None:
    await client.comment(text="<script>alert(1)</script>", author="<b>Kötü</b>")

    response = await client.http.get(post_path(client))

    assert "<script>alert" not in response.text
    assert "<b>Kötü" not in response.text


async def test_the_visitors_name_is_remembered(client: Client) -> None:
    answer = await client.http.post("/visit/name", data={"name": "  İlayda  Çınar ", "back": "/"})
    client.http.cookies.extract_cookies(answer)

    assert "İlayda Çınar olarak yorum yazın" in await page(client, post_path(client))


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"])
async def test_nobody_is_led_elsewhere(client: Client, back: str) -> None:
    answer = await client.http.post("/visit/name", data={"name": "Elif", "back": back})

    assert answer.headers["location"] == "/"


async def test_missing_pages_say_so(client: Client) -> None:
    paths = [f"/facebook/{PAGE}/posts/1", "/instagram/nobody", "/instagram/p/none/", "/mailbox/1"]
    answers: list[httpx.Response] = [await client.http.get(path) for path in paths]

    assert {answer.status_code for answer in answers} == {404}
    assert all(RIBBON in unescape(answer.text) for answer in answers)
