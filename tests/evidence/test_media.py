"""Files that came with messages: fetched within limits, from the internet alone, and known by their content."""

import asyncio
import io
from collections.abc import AsyncIterator

import httpx
import pytest
from PIL import Image

from app.evidence.media import LARGEST, Fetched, fetch
from app.messages import Media
from app.outward import Allowed, outward_client
from tests.evidence.pages.web import Page, Web, redirect, serving
from tests.evidence.test_uploads import a_bomb, a_picture

VIDEO = b"\0\0\0\x20ftypisom" + b"x" * 500


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    """A web server without pages yet."""
    async with serving() as made:
        yield made


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """A client that reaches this one address of ours."""
    async with outward_client(allowed=Allowed.of(["127.0.0.1"]), time_limit_seconds=2) as client:
        yield client


def a_file(content: bytes, media_type: str = "text/plain", length: int | None = None) -> Page:
    async def page(writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {length or len(content)}\r\n\r\n"
        writer.write(head.encode() + content)

    return page


async def fetched(web: Web, http: httpx.AsyncClient, page: Page, kind: str = "image") -> Fetched | str:
    web.pages["/file"] = page
    return await fetch(Media(kind=kind, url=f"{web.url}/file"), http)


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
async def test_a_picture_is_known_by_its_content_and_has_a_thumbnail(
    web: Web, http: httpx.AsyncClient, kind: str, media_type: str
) -> None:
    content = a_picture(kind)

    found = await fetched(web, http, a_file(content, "application/x-msdownload"))

    assert isinstance(found, Fetched)
    assert (found.file.content, found.file.media_type) == (content, media_type)
    assert found.thumbnail is not None
    assert Image.open(io.BytesIO(found.thumbnail.content)).format == "JPEG"


async def test_a_video_is_kept_as_it_is(web: Web, http: httpx.AsyncClient) -> None:
    found = await fetched(web, http, a_file(VIDEO), "video")

    assert isinstance(found, Fetched)
    assert (found.file.media_type, found.thumbnail) == ("video/mp4", None)


@pytest.mark.parametrize(
    "content",
    [b"<html><script>alert(1)</script>", b"MZ program", b"", a_bomb(60_000, 60_000)],
    ids=["html", "program", "nothing", "bomb"],
)
async def test_what_is_no_picture_or_video_is_not_kept(web: Web, http: httpx.AsyncClient, content: bytes) -> None:
    assert await fetched(web, http, a_file(content, "image/png")) == "unknown_kind"


async def test_a_file_that_says_or_turns_out_to_be_too_large_is_not_fetched(web: Web, http: httpx.AsyncClient) -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n")
        for _ in range(60):
            writer.write(b"x" * 1024 * 1024)
            await writer.drain()

    assert await fetched(web, http, a_file(b"x", length=LARGEST + 1)) == "too_large"
    assert await fetched(web, http, endless) == "too_large"


@pytest.mark.parametrize("address", ["http://10.0.0.8/a.png", "http://169.254.169.254/", "http://127.0.0.2/a.png"])
async def test_a_private_address_is_not_called_directly_or_by_a_redirect(
    web: Web, http: httpx.AsyncClient, address: str
) -> None:
    assert await fetch(Media(kind="image", url=address), http) == "private_address"
    assert await fetched(web, http, redirect(address)) == "private_address"


async def test_redirects_end(web: Web, http: httpx.AsyncClient) -> None:
    assert await fetched(web, http, redirect("/file")) == "too_many_redirects"


async def test_what_is_gone_or_has_no_address_is_told(web: Web, http: httpx.AsyncClient) -> None:
    assert await fetch(Media(kind="image", url=f"{web.url}/gone"), http) == "http_404"
    assert await fetch(Media(kind="image"), http) == "no_address"
    assert await fetch(Media(kind="image", url="http://"), http) == "unreachable"
    assert await fetch(Media(kind="image", url="file:///etc/passwd"), http) == "unreachable"
    assert await fetch(Media(kind="image", url="http://xn--/a.png"), http) == "unreachable"
    assert await fetch(Media(kind="image", url="http://1.1.1.1:65536/a.png"), http) == "unreachable"
