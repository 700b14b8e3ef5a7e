"""Pages in the API: a size, and an opaque cursor that says where the last page ended."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from app.api.fields import BIGINT
from app.api.problems import ProblemError, wrong_field
from app.records.reading.pages import Page, Row

Item = TypeVar("Item")
DEFAULT = 25
MOST = 100


class Listing(BaseModel, Generic[Item]):
    """Bir listenin bir sayfası."""

    items: Annotated[list[Item], Field(description="Bu sayfadaki kayıtlar")]
    next: Annotated[
        str | None,
        Field(
            description="Sonraki sayfa için `cursor` değeri; yoksa liste bitmiştir",
            examples=["bWVzc2FnZXMuMTIzNA"],
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Paging:
    """What a caller asked for."""

    limit: Annotated[int, Query(ge=1, le=MOST, description="Sayfadaki kayıt sayısı (en çok 100)", examples=[25])] = (
        DEFAULT
    )
    cursor: Annotated[
        str | None,
        Query(
            max_length=200,
            description="Önceki sayfanın `next` değeri; ilk sayfa için boş bırakın",
            examples=["bWVzc2FnZXMuMTIzNA"],
        ),
    ] = None

    def after(self, of: str, limits: tuple[int, ...] = (BIGINT,)) -> tuple[int, ...] | None:
        """The place after which the page begins. Raises ProblemError for a cursor that is not of this list.

        `limits`: the most that each part of the place may be, which is what its column holds.
        """
        if not self.cursor:
            return None
        try:
            decoded = base64.urlsafe_b64decode(self.cursor + "=" * (-len(self.cursor) % 4)).decode("ascii")
            name, *numbers = decoded.split(".")
            found = tuple(int(number) for number in numbers)
        except (binascii.Error, ValueError):
            raise _odd() from None
        if name != of or len(found) != len(limits):
            raise _odd()
        if not all(0 <= number <= limit for number, limit in zip(found, limits, strict=True)):
            raise _odd()
        return found


def listing(page: Page, of: str, show: Callable[[Row], Item]) -> dict[str, Any]:
    """A page as it is answered."""
    return {"items": [show(row) for row in page.rows], "next": _cursor(of, page.next)}


def _cursor(of: str, place: tuple[int, ...] | None) -> str | None:
    if place is None:
        return None
    plain = ".".join([of, *map(str, place)])
    return base64.urlsafe_b64encode(plain.encode()).rstrip(b"=").decode()


def _odd() -> ProblemError:
    return wrong_field(
        "query.cursor", "Bu listenin verdiği bir `next` değeri değil.", "is not a `next` value of this list"
    )
