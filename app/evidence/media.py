"""Files that came with a message, fetched while they are there: within limits, and known by their content.

A platform's addresses for them end after hours or days; afterwards nobody can say what was in the picture.
"""

import asyncio
from dataclasses import dataclass, field

import httpx

from app.errors import AddressForbiddenError, UploadRefusedError
from app.evidence.uploads import FORMATS, Picture, opened, thumbnail
from app.messages import Media

MOST_FILES = 10
LARGEST = 25 * 1024 * 1024
SECONDS = 20.0
MOST_REDIRECTS = 3
# How the kinds begin that are kept as they are, without being decoded: bytes at a place, and what they are.
BEGINNINGS = (
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"<svg", "image/svg+xml"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One file, with a small picture of it where it is a picture that can be decoded."""

    file: Picture
    thumbnail: Picture | None = field(default=None, repr=False)


async def fetch(media: Media, http: httpx.AsyncClient) -> Fetched | str:
    """Fetch one file by the client for foreign addresses; or why there is none, in one word."""
    if media.url is None:
        return "no_address"
    try:
        async with asyncio.timeout(SECONDS):
            content = await _content(media.url, http)
    except TimeoutError:
        return "too_slow"
    except AddressForbiddenError:
        return "private_address"
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError):
        # A host that is no name is told in either of the latter ways.
        return "unreachable"
    if isinstance(content, str):
        return content
    return await asyncio.to_thread(_known, content)


async def _content(url: str, http: httpx.AsyncClient) -> bytes | str:
    # Redirects are followed by hand, so that each address is looked at and none is followed for ever.
    for _ in range(MOST_REDIRECTS + 1):
        async with http.stream("GET", url) as answer:
            if answer.next_request is not None:
                url = str(answer.next_request.url)
                continue
            if not answer.is_success:
                return f"http_{answer.status_code}"
            if int(answer.headers.get("Content-Length", "0") or 0) > LARGEST:
                return "too_large"
            content = bytearray()
            async for part in answer.aiter_bytes():
                content += part
                if len(content) > LARGEST:
                    return "too_large"
            return bytes(content)
    return "too_many_redirects"


def _known(content: bytes) -> Fetched | str:
    """What it is, by its content alone."""
    try:
        image, kind = opened(content)
    except UploadRefusedError:
        found = next((kind for place, begin, kind in BEGINNINGS if content[place:].startswith(begin)), None)
        if found is None:
            return "unknown_kind"
        return Fetched(file=Picture(content=content, media_type=found))
    return Fetched(file=Picture(content=content, media_type=FORMATS[kind]), thumbnail=thumbnail(image))
