"""A clock that goes with the real one until it is moved."""

from datetime import UTC, datetime, timedelta


class MovingClock:
    """Tells the time; a test moves it on."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self._ahead += by
