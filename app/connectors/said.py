"""What was said, in lists that a platform gives: our own words found again, an author's in their order."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from unicodedata import normalize

from app.connectors.base import Earlier
from app.connectors.values import as_object, as_text, as_time

# The platform's clock is not ours, and it tells whole seconds.
SKEW = timedelta(seconds=10)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def same_words(one: str, other: str) -> bool:
    """Whether two texts are the same but for spaces and the way accents are encoded, which platforms change."""
    return " ".join(normalize("NFC", one).split()) == " ".join(normalize("NFC", other).split())


def is_said(item: object, text: str, *, field: str, time_field: str, since: datetime) -> bool:
    """Whether a comment or message has our words and is not older than `since`."""
    value = as_object(item)
    written = as_text(value.get(field))
    return written is not None and same_words(written, text) and not is_older(value, time_field, since)


def is_older(value: dict[str, object], time_field: str, since: datetime) -> bool:
    """Whether an item was surely written before `since`; one without a time may be the one."""
    written_at = as_time(value.get(time_field))
    return written_at is not None and written_at < since - SKEW


def newest_first(found: Iterable[Earlier]) -> tuple[Earlier, ...]:
    """What an author wrote, by falling time; what has none comes last."""
    return tuple(sorted(found, key=lambda one: one.written_at or _LONG_AGO, reverse=True))
