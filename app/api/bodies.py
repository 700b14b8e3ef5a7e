"""What deliveries take of memory before they are proven: anybody may send one, and many at once.

Each may be as large as a platform's largest. Small ones always find room; those that are larger share what there is,
and whoever finds none is told to come again, as every platform does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.requests import Request

from app.errors import ModerationError

# Beyond this a body needs room: nearly all deliveries are smaller, also in a storm of forged large ones.
SMALL = 64 * 1024
# For all larger ones of this process together.
ROOM = 256 * 1024 * 1024


class NoRoomError(ModerationError):
    """Too many large bodies are in hand already."""


@dataclass(slots=True)
class Room:
    """The room that is left."""

    left: int = ROOM

    @contextmanager
    def place(self) -> Iterator["Place"]:
        """A place for one body, given back when the block ends."""
        place = Place(room=self)
        try:
            yield place
        finally:
            self.left += place.taken


@dataclass(slots=True, kw_only=True)
class Place:
    """What one body has taken of the room."""

    room: Room
    taken: int = field(default=0, init=False)

    def hold(self, size: int) -> None:
        """Have room for a body of so many bytes. Raises NoRoomError."""
        more = max(0, size - SMALL) - self.taken
        if more > self.room.left:
            raise NoRoomError
        self.room.left -= more
        self.taken += more


async def read_limited(request: Request, limit: int, place: Place) -> bytes | None:
    """The body; None where it is, or is said to be, larger than `limit` bytes. Never holds more than that.

    Raises NoRoomError.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > 18 or int(declared) > limit):
        return None
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            return None
        place.hold(size)
        chunks.append(chunk)
    return b"".join(chunks)
