"""Finding what we said in a list that the platform gives: the same words, by us, since a time."""

from datetime import datetime, timedelta
from unicodedata import normalize

from app.connectors.values import as_object, as_text, as_time

# The platform's clock is not ours, and it tells whole seconds.
SKEW = timedelta(seconds=10)


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
