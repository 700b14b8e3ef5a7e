"""Takes pictures of the page that a message stands on: the message in its frame, then the whole page."""

import asyncio
import base64
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, cast
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, CDPSession, Page
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from app.errors import CaptureProblem, PageCaptureError
from app.evidence.pages.browser import BrowserPool
from app.evidence.pages.gateway import Gateway
from app.messages import PageHabits
from app.outward import Allowed, Resolve, resolve

# Of one capture, whatever its label: a page that never ends must not hold its browser for ever.
LIMIT_SECONDS = 12.0
# After the page says that it is loaded, so long the message is looked for: many pages fetch comments then.
SEARCH_SECONDS = 4.0
LOOK_EVERY_SECONDS = 0.1
# Once the message is there, pictures beside it get a moment to arrive.
SETTLE_SECONDS = 0.6
MOST_BYTES = 25 * 1024 * 1024
WIDTH, HEIGHT = 1280, 960
# What viewers and browsers still show, and a process still holds.
TALLEST = 12_000
LARGEST_PICTURE = 12 * 1024 * 1024

# What a browser shows in the place of a page that it could not load.
FAILED = "chrome-error:"
# A page that opens a dialogue or goes elsewhere stops what runs in it.
NO_CONTEXT = (
    "Execution context was destroyed",
    "navigating and changing the content",
    "Cannot find context",
    "callback is no longer runnable",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageOnPage:
    """What is to be seen in the picture, and where. `state` is a signed-in state as Playwright stores it."""

    url: str
    text: str
    author_name: str | None
    external_id: str
    habits: PageHabits
    state: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePictures:
    """Both pictures as PNG; `full` is None where it would have been too large.

    `address` is where the page stood in the end. `is_whole`: the message's whole text is on it, not its beginning
    alone. `is_cut`: the page is taller than its picture.
    """

    viewport: bytes = field(repr=False)
    full: bytes | None = field(repr=False)
    address: str
    is_whole: bool
    is_cut: bool


class Camera:
    """Takes them with the pool's browser, which reaches nothing but what `allowed` and the internet are."""

    def __init__(
        self,
        pool: BrowserPool,
        *,
        allowed: Allowed,
        resolve: Resolve = resolve,
        limit_seconds: float = LIMIT_SECONDS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.pool = pool
        self._allowed = allowed
        self._resolve = resolve
        self._limit_seconds = limit_seconds
        self._most_bytes = most_bytes

    async def take(self, wanted: MessageOnPage) -> PagePictures:
        """Take the pictures, within all limits. Raises PageCaptureError."""
        if urlsplit(wanted.url).scheme not in ("http", "https"):
            raise PageCaptureError(CaptureProblem.NO_LINK, "no web address")
        gateway = Gateway(allowed=self._allowed, most_bytes=self._most_bytes, resolve=self._resolve)
        ended_before = self.pool.ended
        try:
            async with (
                asyncio.timeout(self._limit_seconds),
                gateway.listening(self.pool.where.reached_at) as way,
                self.pool.context(
                    proxy={"server": way.server, "username": way.username or "", "password": way.password or ""}
                    if way.password
                    else {"server": way.server},
                    viewport={"width": WIDTH, "height": HEIGHT},
                    accept_downloads=False,
                    service_workers="block",
                    permissions=[],
                    reduced_motion="reduce",
                    locale="tr-TR",
                    timezone_id="Europe/Istanbul",
                    storage_state=wanted.state,
                ) as context,
            ):
                return await self._of_page(context, wanted, gateway)
        except TimeoutError as error:
            problem = gateway.problem or CaptureProblem.TOO_SLOW
            raise PageCaptureError(problem, f"not done within {self._limit_seconds:g} s") from error
        except PlaywrightError as error:
            if self.pool.ended > ended_before:
                raise PageCaptureError(CaptureProblem.TOO_MUCH_MEMORY) from error
            raise PageCaptureError(gateway.problem or CaptureProblem.BROWSER_DIED, _first_line(error)) from error

    async def _of_page(self, context: BrowserContext, wanted: MessageOnPage, gateway: Gateway) -> PagePictures:
        page = await context.new_page()
        context.on("page", _shut)
        crashed = asyncio.Event()
        page.on("crash", lambda _: crashed.set())
        await self._open(page, wanted.url, gateway)
        seen = await self._search(page, wanted, gateway, crashed)
        if seen["isCovered"]:
            # Many dialogs go with this key.
            await page.keyboard.press("Escape")
            seen = await _look(page, wanted) or seen
        if seen["isCovered"]:
            raise PageCaptureError(
                CaptureProblem.LOGIN_WALL if await _asks_to_sign_in(page, wanted.habits) else CaptureProblem.COVERED
            )
        await _settle(page)
        # What moved meanwhile is framed where it stands now.
        seen = await _look(page, wanted) or seen
        session = await context.new_cdp_session(page)
        viewport = await _shot(session)
        full, is_cut = await _full(session, seen, viewport)
        if await _look(page, wanted) is None:
            raise PageCaptureError(CaptureProblem.NOT_SHOWN, "it was taken away meanwhile")
        return PagePictures(
            viewport=viewport,
            full=full if len(full) <= LARGEST_PICTURE else None,
            address=page.url,
            is_whole=bool(seen["isWhole"]),
            is_cut=is_cut or len(full) > LARGEST_PICTURE,
        )

    async def _open(self, page: Page, url: str, gateway: Gateway) -> None:
        """Begin to load the page; what it shows is looked at while it goes on."""
        try:
            answer = await page.goto(url, wait_until="commit", timeout=self._limit_seconds * 1000)
        except PlaywrightError as error:
            if gateway.problem is not None:
                raise PageCaptureError(gateway.problem) from error
            if "Download is starting" in str(error):
                raise PageCaptureError(CaptureProblem.DOWNLOAD) from error
            if "net::" in str(error):
                raise PageCaptureError(CaptureProblem.UNREACHABLE, _first_line(error)) from error
            raise
        if answer is not None and answer.status >= 400:
            problem = gateway.problem or CaptureProblem.HTTP_ERROR
            raise PageCaptureError(problem, f"answered with {answer.status}")

    async def _search(
        self, page: Page, wanted: MessageOnPage, gateway: Gateway, crashed: asyncio.Event
    ) -> dict[str, Any]:
        """Wait until the message is seen. Raises PageCaptureError where the page is loaded and does not show it."""
        loaded_at: float | None = None
        now = asyncio.get_running_loop().time
        while True:
            if gateway.problem is CaptureProblem.TOO_LARGE:
                raise PageCaptureError(CaptureProblem.TOO_LARGE, f"more than {self._most_bytes} bytes")
            if crashed.is_set():
                raise PlaywrightError("the page crashed")
            if page.url.startswith(FAILED):
                raise PageCaptureError(gateway.problem or CaptureProblem.UNREACHABLE)
            if (seen := await _look(page, wanted)) is not None:
                return seen
            if loaded_at is None and await _is_loaded(page):
                loaded_at = now()
            if loaded_at is not None:
                if await _asks_to_sign_in(page, wanted.habits):
                    raise PageCaptureError(CaptureProblem.LOGIN_WALL)
                if now() - loaded_at > SEARCH_SECONDS:
                    raise PageCaptureError(gateway.problem or CaptureProblem.NOT_SHOWN)
                await _evaluate(page, "scrollBy(0, innerHeight * 0.8)")
            await asyncio.sleep(LOOK_EVERY_SECONDS)


async def _look(page: Page, wanted: MessageOnPage) -> dict[str, Any] | None:
    """Find the message and frame it; None where it is not there."""
    selectors = [one.replace("{id}", wanted.external_id) for one in wanted.habits.message_selectors]
    return cast(
        "dict[str, Any] | None",
        await _evaluate(page, _finder(), {"text": wanted.text, "author": wanted.author_name, "selectors": selectors}),
    )


async def _evaluate(page: Page, script: str, argument: object = None) -> Any:
    """What a script says; None where the page just goes elsewhere."""
    try:
        return await page.evaluate(script, argument)
    except PlaywrightError as error:
        if any(words in str(error) for words in NO_CONTEXT):
            return None
        raise


async def _is_loaded(page: Page) -> bool:
    return bool(await _evaluate(page, "document.readyState === 'complete'"))


async def _asks_to_sign_in(page: Page, habits: PageHabits) -> bool:
    if any(re.search(pattern, page.url) for pattern in habits.login_addresses):
        return True
    return bool(
        habits.login_selectors
        and await _evaluate(
            page, "(selectors) => selectors.some((one) => document.querySelector(one))", list(habits.login_selectors)
        )
    )


async def _settle(page: Page) -> None:
    with suppress(PlaywrightTimeoutError):
        await page.wait_for_load_state("load", timeout=SETTLE_SECONDS * 1000)


async def _shot(session: CDPSession, **how: object) -> bytes:
    # Playwright's own waits for every font, and some pages never have theirs.
    answer = await session.send("Page.captureScreenshot", {"format": "png", **how})
    return base64.b64decode(answer["data"])


async def _full(session: CDPSession, seen: Mapping[str, Any], viewport: bytes) -> tuple[bytes, bool]:
    """The whole page, or the part of it around the message; and whether it is a part.

    What fits into the window was seen as a whole in it: the same picture.
    """
    size = (await session.send("Page.getLayoutMetrics"))["cssContentSize"]
    if size["width"] <= WIDTH and size["height"] <= HEIGHT:
        return viewport, False
    width, height = min(size["width"], WIDTH * 2), size["height"]
    top = max(0.0, min(seen["top"] + seen["height"] / 2 - TALLEST / 2, height - TALLEST))
    # What sticks to the top of the window then stands at the top of the page, and not across the comments.
    await session.send("Runtime.evaluate", {"expression": "scrollTo(0, 0)"})
    clip = {"x": 0, "y": top, "width": width, "height": min(height, TALLEST), "scale": 1}
    picture = await _shot(session, clip=clip, captureBeyondViewport=True)
    return picture, height > TALLEST or size["width"] > width


async def _shut(page: Page) -> None:
    """Windows that the page opens are of no use."""
    await page.close()


@cache
def _finder() -> str:
    return files("app.evidence.pages").joinpath("find_message.js").read_text("utf-8")


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)[:200]
