"""The platforms' own clock, which a test may shift; and the numbers that ids are made of."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def utc_now() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


class Clock:
    """Now, as the platforms see it: the given time plus a shift."""

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now
        self.shift = timedelta()

    def now(self) -> datetime:
        """The platforms' time."""
        return self._now() + self.shift

    def unshifted(self) -> datetime:
        """The machine's time, whatever was shifted."""
        return self._now()


class Ids:
    """Numbers that never come twice, not even after a reset, since they begin with the time.

    A receiver that keeps its data while the sandbox is reset would take a repeated id for a repeated message.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def number(self) -> int:
        """Sixteen digits, rising."""
        self._last = max(self._last + 1, int(self._clock.unshifted().timestamp() * 1_000) * 1_000)
        return self._last


def scoped_id(account_id: str, name: str) -> str:
    """The id of a person for one account: always the same for the same name, sixteen digits."""
    digest = hashlib.sha256(f"{account_id}\x00{name}".encode()).digest()
    return str(2 * 10**15 + int.from_bytes(digest[:8], "big") % (7 * 10**15))


def opaque(prefix: str, *parts: str) -> str:
    """A long base64-like id of the parts, as messages and Instagram threads have."""
    digest = hashlib.sha512("\x00".join(parts).encode()).digest()
    return prefix + urlsafe_b64encode(digest).decode().rstrip("=")
