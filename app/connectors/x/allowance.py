"""How many calls are left, as X's own headers tell for each kind of call, and until when none is.

``x-rate-limit-reset`` is a time in seconds since 1970, not a span. Some calls have a limit of 24 hours besides, with
headers of its own. https://docs.x.com/x-api/fundamentals/rate-limits
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from app.connectors.values import as_time
from app.messages import ExternalId

LIMITS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")
# X's clock is not ours: a call at the very second of the reset would be refused once more.
MARGIN = timedelta(seconds=2)
# The wait after a refused call whose headers tell nothing, doubled each time up to the length of X's usual window.
FIRST_WAIT, WINDOW = timedelta(minutes=1), timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=24)


class Allowance:
    """What is left of one kind of call for one account."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._closed_until: datetime | None = None
        self._refusals = 0

    def closed_for(self) -> timedelta | None:
        """How long no call may be made; None while calls may be."""
        left = self._closed_until - self._clock() if self._closed_until is not None else timedelta()
        return left if left > timedelta() else None

    def answered(self, headers: Mapping[str, str]) -> None:
        """Take in what an answer tells: where nothing is left, no call is made until the reset."""
        self._refusals = 0
        self._close_until(_reset_of(headers, only_used_up=True))

    def refused(self, headers: Mapping[str, str]) -> timedelta:
        """A call was refused for its number; return how long to wait."""
        self._close_until(_reset_of(headers, only_used_up=True) or _reset_of(headers, only_used_up=False))
        told = self.closed_for()
        if told is None:
            told = min(FIRST_WAIT * 2**self._refusals, WINDOW)
            self._closed_until = self._clock() + told
        self._refusals = min(self._refusals + 1, 10)
        return told

    def _close_until(self, reset_at: datetime | None) -> None:
        if reset_at is not None:
            self._closed_until = min(reset_at + MARGIN, self._clock() + LONGEST_WAIT)


class Allowances:
    """All of them, kept by the process for as long as it lives."""

    def __init__(self, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._of: dict[tuple[ExternalId, str], Allowance] = {}

    def of(self, account_id: ExternalId, name: str) -> Allowance:
        """Return the allowance of one account for one kind of call."""
        return self._of.setdefault((account_id, name), Allowance(self._clock))


def _reset_of(headers: Mapping[str, str], *, only_used_up: bool) -> datetime | None:
    """Return the latest reset among the limits (those that are used up)."""
    resets = (
        as_time(headers.get(f"{limit}-reset"))
        for limit in LIMITS
        if not only_used_up or headers.get(f"{limit}-remaining", "").strip() == "0"
    )
    return max((reset for reset in resets if reset is not None), default=None)
