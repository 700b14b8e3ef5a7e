"""Lists, page by page from the newest on."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Protocol, TypeVar

from app.sandbox.x.problems import invalid

MARK = "sandbox:x:"


class Numbered(Protocol):
    """What has an id that rises with time."""

    @property
    def id(self) -> str:
        """The id."""


T = TypeVar("T", bound=Numbered)


def token_after(item_id: str) -> str:
    """The cursor of what is older than this."""
    return urlsafe_b64encode(f"{MARK}{item_id}".encode()).decode().rstrip("=")


def id_of(name: str, token: str) -> str:
    """What a cursor stands for; refused where it is none of ours."""
    try:
        text = urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
    except ValueError:
        text = ""
    item_id = text.removeprefix(MARK)
    if item_id == text or not (item_id.isascii() and item_id.isdecimal()):
        raise invalid(f"The `{name}` query parameter value [{token}] is not valid", **{name: token})
    return item_id


def page_of(items: Sequence[T], *, size: int, after: str | None) -> tuple[Sequence[T], str | None]:
    """A page of items that are sorted from the newest on, and the cursor of the next."""
    left = [item for item in items if after is None or int(item.id) < int(after)]
    page = left[:size]
    return page, token_after(page[-1].id) if len(left) > size else None
