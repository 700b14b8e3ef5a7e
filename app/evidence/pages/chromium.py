"""Where a Chromium is installed, and how it is started: with nothing of its own going out."""

import os
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from app.outward import resolve

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "chromium-headless-shell",
    "headless_shell",
)
LOOPBACK = ("127.0.0.1", "localhost")
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


def find_browser(*, path: Path | None, cdp_url: str | None, reached_at: str | None) -> Where | None:
    """The browser of the settings, else one that is installed; None where there is none.

    `reached_at` is for one that runs elsewhere; where nothing is said, it knows this machine by the name it has itself.
    """
    if cdp_url is not None:
        is_here = urlsplit(cdp_url).hostname in LOOPBACK
        return Where(cdp_url=cdp_url, reached_at=reached_at or (LOOPBACK[0] if is_here else socket.gethostname()))
    found = path or next((Path(place) for name in NAMES if (place := shutil.which(name))), None)
    found = found or next((place for place in PLACES if place.exists()), None)
    return Where(path=found) if found is not None and found.exists() else None


async def by_address(cdp_url: str) -> str:
    """The URL with the host's address in place of its name: Chromium answers to no name but localhost.

    Raises OSError where the name has no address. A URL with TLS keeps its name, for the certificate.
    """
    parts = urlsplit(cdp_url)
    if parts.scheme not in ("http", "ws") or parts.hostname is None:
        return cdp_url
    address, *_ = await resolve(parts.hostname, parts.port or 80)
    host = f"[{address}]" if ":" in address else address
    return parts._replace(netloc=f"{host}:{parts.port or 80}").geturl()


def flags() -> list[str]:
    """The flags to start it with. As root Chromium refuses its own sandbox; workers should not run as root."""
    return [*FLAGS, *(["--no-sandbox"] if _is_root() else [])]


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
