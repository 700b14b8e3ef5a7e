"""Every API call received, for tests and the demo to read. Tokens are masked before they come here."""

from collections import deque
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

KEPT: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCall:
    """One call: `path` as the platform writes it, `node` and `edge` by the platform's specification.

    `status` is the answer's, also where the answer never arrived; `error` is ``code`` or ``code/subcode``, and `fault`
    the fault that met the call.
    """

    at: datetime
    platform: str
    method: str
    path: str
    parameters: dict[str, object]
    node: str | None
    edge: str
    status: int
    error: str | None = None
    fault: str | None = None

    def shown(self) -> dict[str, object]:
        """As JSON."""
        return {**asdict(self), "at": self.at.isoformat()}


class CallLog:
    """The newest calls, oldest first."""

    def __init__(self) -> None:
        self._calls: deque[RecordedCall] = deque(maxlen=KEPT)

    def add(self, call: RecordedCall) -> None:
        """Record one more."""
        self._calls.append(call)

    def all(self) -> list[RecordedCall]:
        """All that are kept."""
        return list(self._calls)

    def clear(self) -> None:
        """Forget them."""
        self._calls.clear()
