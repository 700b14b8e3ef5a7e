"""A clock that moves when a test says so."""

from datetime import UTC, datetime, timedelta


class HandClock:
    """Callable like the machine's clock."""

    def __init__(self, at: datetime = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **parts: float) -> None:
        """Move on, as `timedelta` counts."""
        self.at += timedelta(**parts)
