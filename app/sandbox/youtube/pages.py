"""Pages of a list, by tokens that fit the list alone that they came from. Contents shift while one pages, as there."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Generic, TypeVar

from app.sandbox.youtube import errors
from app.sandbox.youtube.method import Arguments

T = TypeVar("T")
NOT_THE_LIST = frozenset({"pageToken", "maxResults", "part", "textFormat", "key", "access_token", "oauth_token"})


class Page(Generic[T]):
    """The items of one page, and the tokens around it."""

    def __init__(self, found: Sequence[T], arguments: Arguments, *, default: int) -> None:
        self.size = arguments.number("maxResults", default)
        self._list = _digest(arguments.values)
        start = self._start(arguments.one("pageToken"))
        self.items = found[start : start + self.size]
        self.total = len(found)
        self.after = self._token(start + self.size) if start + self.size < len(found) else None

    @property
    def head(self) -> dict[str, object]:
        """What a list's answer says of the page."""
        return {"nextPageToken": self.after} if self.after is not None else {}

    def _token(self, start: int) -> str:
        return urlsafe_b64encode(f"{self._list}:{start}".encode()).decode()

    def _start(self, token: str | None) -> int:
        if token is None:
            return 0
        try:
            of_list, _, start = urlsafe_b64decode(token).decode().partition(":")
            if of_list == self._list:
                return int(start)
        except (Error, ValueError):
            pass
        raise errors.invalid_page_token()


def _digest(values: Mapping[str, tuple[str, ...]]) -> str:
    chosen = sorted((name, value) for name, value in values.items() if name not in NOT_THE_LIST)
    return sha256(repr(chosen).encode()).hexdigest()[:16]
