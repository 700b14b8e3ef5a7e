"""One browser for a process, started when it is first needed, started anew when it died or has served for long."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import structlog
from playwright.async_api import Browser, BrowserContext, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from app.errors import CaptureProblem, PageCaptureError
from app.evidence.pages.chromium import PAGE_MEMORY_BYTES, Where, by_address, flags

log = structlog.get_logger(__name__)

# Browsers gather memory; a fresh one costs half a second.
SERVES = 200
START_SECONDS = 15.0
CLOSE_SECONDS = 3.0
MEMORY_LOOK_SECONDS = 0.25
# How Playwright says that a signed-in state holds what no browser takes.
REFUSED_STATE = "storage state"
# What the kernel counts memory in.
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class BrowserPool:
    """Hands out empty browser contexts, `at_once` of them at the same time."""

    def __init__(self, where: Where, *, at_once: int) -> None:
        self.where = where
        self._slots = asyncio.Semaphore(at_once)
        self._starting = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._served = 0
        self._in_use = 0
        self._watch: asyncio.Task[None] | None = None
        # How many pages were ended for their memory.
        self.ended = 0

    @asynccontextmanager
    async def context(self, **options: Any) -> AsyncIterator[BrowserContext]:
        """An empty context (see Playwright's `new_context`), closed when the block ends.

        Raises PageCaptureError where no browser can be had, or it died before the block began.
        """
        async with self._slots:
            context = await self._new_context(options)
            self._in_use += 1
            self._served += 1
            try:
                yield context
            finally:
                self._in_use -= 1
                await self._closed(context)

    async def warm_up(self) -> None:
        """Start the browser before it is needed; that it cannot be started, the first capture will tell."""
        with suppress(PageCaptureError):
            await self._living()

    async def close(self) -> None:
        """End the browser, and what drives it."""
        async with self._starting:
            await self._stop()

    async def version(self) -> str:
        """Which browser it is. Raises PageCaptureError where it cannot be started."""
        return (await self._living()).version

    async def _new_context(self, options: dict[str, Any]) -> BrowserContext:
        # It may have died since it was last used, which only the first call tells.
        for is_last in (False, True):
            browser = await self._living()
            try:
                async with asyncio.timeout(START_SECONDS):
                    return await browser.new_context(**options)
            except (PlaywrightError, TimeoutError) as error:
                if REFUSED_STATE in str(error).lower():
                    # Nothing is wrong with the browser: the page would ask to sign in.
                    raise PageCaptureError(CaptureProblem.LOGIN_WALL, "it takes no such signed-in state") from error
                await self._discard(browser)
                if is_last:
                    raise PageCaptureError(CaptureProblem.BROWSER_DIED, "it opens no page") from error
        raise AssertionError  # the loop returns or raises

    async def _living(self) -> Browser:
        async with self._starting:
            if self._browser is not None and (not self._browser.is_connected() or self._is_tired()):
                log.info("browser_restarted", served=self._served, died=not self._browser.is_connected())
                await self._stop()
            if self._browser is None:
                self._browser = await self._started()
                self._served = 0
                if self.where.cdp_url is None:
                    self._watch = asyncio.create_task(self._watch_memory(self._browser))
            return self._browser

    def _is_tired(self) -> bool:
        return self._served >= SERVES and self._in_use == 0

    async def _started(self) -> Browser:
        try:
            async with asyncio.timeout(START_SECONDS):
                self._playwright = await async_playwright().start()
                chromium = self._playwright.chromium
                if self.where.cdp_url is not None:
                    return await chromium.connect_over_cdp(await by_address(self.where.cdp_url))
                return await chromium.launch(
                    executable_path=self.where.path, args=flags(), handle_sigint=False, handle_sigterm=False
                )
        except (PlaywrightError, OSError, TimeoutError) as error:
            await self._stop()
            raise PageCaptureError(CaptureProblem.BROWSER_DIED, "it cannot be started") from error

    async def _discard(self, browser: Browser) -> None:
        async with self._starting:
            if self._browser is browser:
                await self._stop()

    async def _stop(self) -> None:
        """End everything; what drives the browser ends it even where it does not answer."""
        browser, playwright, watch = self._browser, self._playwright, self._watch
        self._browser = self._playwright = self._watch = None
        if watch is not None:
            watch.cancel()
        if browser is not None:
            with suppress(PlaywrightError, TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await browser.close()
        if playwright is not None:
            with suppress(PlaywrightError, TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await playwright.stop()

    async def _closed(self, context: BrowserContext) -> None:
        """Close a context; a browser that does not even do that is given up."""
        browser = context.browser
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await context.close()
        except (PlaywrightError, TimeoutError):
            if browser is not None:
                await self._discard(browser)

    async def _watch_memory(self, browser: Browser) -> None:
        """End each page's process that takes too much memory: the limit for scripts does not hold pictures and text."""
        try:
            session = await browser.new_browser_cdp_session()
            while browser.is_connected():
                await asyncio.sleep(MEMORY_LOOK_SECONDS)
                if self._in_use == 0:
                    continue
                found = await session.send("SystemInfo.getProcessInfo")
                for process in found["processInfo"]:
                    if process["type"] == "renderer" and _memory_of(process["id"]) > PAGE_MEMORY_BYTES:
                        self.ended += 1
                        log.warning("page_ended_for_its_memory")
                        with suppress(OSError):
                            os.kill(process["id"], signal.SIGKILL)
        except PlaywrightError:
            return  # it died; the next capture starts another, with a watch of its own


def _memory_of(process: int) -> int:
    """What a process alone holds in memory, in bytes; 0 where this machine does not tell."""
    try:
        _, resident, shared, *_ = Path(f"/proc/{process}/statm").read_text("ascii").split()
    except (OSError, ValueError):
        return 0
    return (int(resident) - int(shared)) * _PAGE_BYTES
