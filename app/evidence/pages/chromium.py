"""Where a Chromium is installed, and how it is started: with nothing of its own going out."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless_shell")
PLACES = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
# Of one page's scripts, in megabytes; and of a whole page's process, beyond which it is ended.
SCRIPT_MEMORY_MB = 256
PAGE_MEMORY_BYTES = 900 * 1024 * 1024

FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--disable-domain-reliability",
    "--dns-prefetch-disable",
    "--disable-gpu",
    "--mute-audio",
    # Without these a page could open connections that no proxy sees.
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    f"--js-flags=--max-old-space-size={SCRIPT_MEMORY_MB}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Which browser takes the pictures: one that is installed here, or one that runs elsewhere, by its CDP address.

    `reached_at` is the name or address under which that browser reaches this machine.
    """

    path: Path | None = None
    cdp_url: str | None = None
    reached_at: str = "127.0.0.1"

    def __str__(self) -> str:
        return self.cdp_url or str(self.path)


def find_browser(*, path: Path | None, cdp_url: str | None, reached_at: str) -> Where | None:
    """The browser of the settings, else one that is installed; None where there is none."""
    if cdp_url is not None:
        return Where(cdp_url=cdp_url, reached_at=reached_at)
    found = path or next((Path(place) for name in NAMES if (place := shutil.which(name))), None)
    found = found or next((place for place in PLACES if place.exists()), None)
    return Where(path=found) if found is not None and found.exists() else None


def flags() -> list[str]:
    """The flags to start it with. As root Chromium refuses its own sandbox; workers should not run as root."""
    return [*FLAGS, *(["--no-sandbox"] if _is_root() else [])]


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
