"""Until when an account makes no calls of a kind, because LinkedIn said so. Its answers do not tell what is left."""

from datetime import datetime, timedelta

from app.clock import Clock
from app.messages import ExternalId


class Gates:
    """The closed doors of all accounts, kept by the process for as long as it lives: a connector lives for a call.

    LinkedIn counts each kind of call by itself, so a poll that used up its share of reading leaves deleting open. The
    kinds are told apart by their HTTP method.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._closed_until: dict[tuple[ExternalId, str], datetime] = {}

    def closed_for(self, account: ExternalId, method: str) -> timedelta | None:
        """How long no such call may be made; None while it may be."""
        until = self._closed_until.get((account, method))
        left = until - self._clock() if until is not None else timedelta()
        return left if left > timedelta() else None

    def close(self, account: ExternalId, method: str, wait: timedelta) -> None:
        """Make no such call for this long."""
        until = self._clock() + wait
        self._closed_until[account, method] = max(until, self._closed_until.get((account, method), until))
