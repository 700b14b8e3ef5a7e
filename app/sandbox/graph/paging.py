"""Lists of nodes, a page at a time, with cursors that say where the page began and ended."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar
from urllib.parse import urlencode

from app.sandbox.graph.call import Call
from app.sandbox.graph.errors import parameter

T = TypeVar("T")
DEFAULT_PAGE: Final = 25
LONGEST_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of the items, and the platform's word on how to go on (empty where there is nothing)."""

    items: Sequence[T]
    paging: dict[str, object]


def page_of(
    items: Sequence[T],
    key: Callable[[T], str],
    *,
    limit: int = DEFAULT_PAGE,
    after: str | None = None,
    before: str | None = None,
    call: Call | None = None,
) -> Page[T]:
    """The page after (or before) a cursor; `call` is what a link to the next page repeats."""
    start, end = 0, len(items)
    if after is not None:
        start = _position(items, key, after) + 1
    if before is not None:
        end = max(_position(items, key, before), 0)
        start = max(end - limit, start)
    chosen = items[start : min(start + limit, end)]
    if not chosen:
        return Page((), {})
    last = start + len(chosen) - 1
    cursors = {"before": _cursor(start, key(chosen[0])), "after": _cursor(last, key(chosen[-1]))}
    paging: dict[str, object] = {"cursors": cursors}
    if call is not None and last + 1 < len(items):
        repeated = {name: value for name, value in call.parameters.items() if name not in {"after", "before"}}
        paging["next"] = f"{call.url}?{urlencode(repeated | {'after': cursors['after']})}"
    return Page(chosen, paging)


def _cursor(position: int, key: str) -> str:
    return urlsafe_b64encode(f"{position}:{key}".encode()).decode().rstrip("=") + "ZD"


def _position(items: Sequence[T], key: Callable[[T], str], cursor: str) -> int:
    padded = cursor.removesuffix("ZD")
    try:
        decoded = urlsafe_b64decode(padded + "=" * (-len(padded) % 4)).decode()
        remembered = int(decoded.partition(":")[0])
    except ValueError:
        raise parameter("Invalid cursors values") from None
    wanted = decoded.partition(":")[2]
    for position, item in enumerate(items):
        if key(item) == wanted:
            return position
    # What the cursor stood on has been removed since; the item that took its place comes next.
    return remembered - 1
