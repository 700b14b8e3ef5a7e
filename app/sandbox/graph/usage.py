"""How much of its hourly call budget a Page has used, and the headers that say so."""

import json
from collections import deque
from datetime import datetime, timedelta
from typing import Final

from app.sandbox.graph.errors import GraphError
from app.sandbox.seed import Platform

_HOUR: Final = timedelta(hours=1)
_CODES: Final = {Platform.FACEBOOK: 80001, Platform.INSTAGRAM: 80002}
_NAMES: Final = {Platform.FACEBOOK: "pages", Platform.INSTAGRAM: "instagram"}


class Usage:
    """Counts calls by Page in steps of a minute; `budget` is what a Page may call in an hour."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._minutes: dict[str, deque[tuple[datetime, int]]] = {}

    def count(self, page_id: str, now: datetime) -> int:
        """Count one more call; returns the used percentage, which may exceed 100."""
        minutes = self._minutes.setdefault(page_id, deque())
        minute = now.replace(second=0, microsecond=0)
        calls = minutes.pop()[1] if minutes and minutes[-1][0] == minute else 0
        minutes.append((minute, calls + 1))
        while minutes[0][0] <= now - _HOUR:
            minutes.popleft()
        return sum(calls for _, calls in minutes) * 100 // self._budget

    def clear(self) -> None:
        """Forget what was counted."""
        self._minutes.clear()


def usage_headers(page_id: str, platform: Platform, percent: int, *, regain_minutes: int = 0) -> dict[str, str]:
    """The headers of an answer. The time to regain access is in minutes, 0 while nothing is refused."""
    used = {"call_count": percent, "total_cputime": percent // 4, "total_time": percent // 4}
    business = {"type": _NAMES[platform], **used, "estimated_time_to_regain_access": regain_minutes}
    return {
        "x-app-usage": json.dumps({**used, "call_count": percent // 2}, separators=(",", ":")),
        "x-business-use-case-usage": json.dumps({page_id: [business]}, separators=(",", ":")),
    }


def over_limit(platform: Platform, *, status: int = 400) -> GraphError:
    """The refusal of a Page that has used up its budget."""
    code = _CODES[platform]
    text = f"(#{code}) There have been too many calls from this {_NAMES[platform]} account. Wait a bit and try again."
    return GraphError(code, text, status=status)
