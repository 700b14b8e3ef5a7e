"""Checks of a text that several platforms make. Each platform's own limits are among its habits."""

from app.sandbox.world.refusals import RefusedError, Why

VISITOR_MESSAGE_CHARACTERS = 20_000


def check_visitor_message(text: str) -> None:
    """Refuse what a visitor could not send."""
    check_length(text, VISITOR_MESSAGE_CHARACTERS)


def check_length(text: str, limit: int, *, size: int | None = None) -> None:
    """Refuse an empty text, and one longer than the limit; `size` where the platform does not count characters."""
    if not text.strip():
        raise RefusedError(Why.EMPTY)
    if (len(text) if size is None else size) > limit:
        raise RefusedError(Why.TOO_LONG)
