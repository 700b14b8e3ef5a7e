"""Reading single values out of foreign JSON: a wrong type, a null or nonsense is None, never an error.

Every string that leaves here can be stored: PostgreSQL text holds neither NUL nor a surrogate without its partner.
"""

import re
from datetime import UTC, datetime

from app.messages import ExternalId

# A B-tree entry of PostgreSQL holds 2704 bytes. Message ids of Meta have a few hundred characters.
MAX_ID_BYTES = 1000

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)

# Seconds since 1970 of the year 2004, when Facebook began, and of 2100; what lies outside is not a time.
EARLIEST, LATEST = 1_072_915_200, 4_102_444_800
# The same span in milliseconds: Meta sends seconds for content and milliseconds for messages.
EARLIEST_MS, LATEST_MS = EARLIEST * 1000, LATEST * 1000


def clean(text: str) -> str:
    """Replace what PostgreSQL cannot store by U+FFFD, character by character, so that positions stay."""
    return UNSTORABLE.sub("\ufffd", text)


def as_object(value: object) -> dict[str, object]:
    """Return a JSON object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """Return a JSON array; a single value stands for an array of one, null for none."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def as_text(value: object) -> str | None:
    """Return a text; empty is None. Numbers, which some senders leave unquoted, become their digits."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return str(value)
    return clean(value) or None if isinstance(value, str) else None


def as_count(value: object) -> int | None:
    """Return a small whole number, also where it is spelled as a string; None for anything else."""
    text = as_text(value) or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def as_id(value: object) -> ExternalId | None:
    """Return an identifier; older payloads give numbers. One too long to be Meta's is None."""
    if isinstance(value, float):
        return None
    text = (as_text(value) or "").strip()
    if not text or len(text) > MAX_ID_BYTES or len(text.encode()) > MAX_ID_BYTES:
        return None
    return ExternalId(text)


def as_url(value: object) -> str | None:
    """Return an address as given; one with another scheme than http or https is None, for people may click it."""
    text = as_text(value)
    if text is None:
        return None
    scheme = SCHEME.match(text)
    return text if scheme is None or scheme[1].lower() in {"http", "https"} else None


def as_flag(value: object) -> bool | None:
    """Return true or false, also where they are spelled as strings; None for anything else."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def as_time(value: object) -> datetime | None:
    """Return a time given in seconds or milliseconds (number or string) or as ISO 8601 (UTC where it names no zone)."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _from_number(value)
    if isinstance(value, str) and len(value) <= 40:
        return _from_text(value.strip())
    return None


def _from_number(number: float) -> datetime | None:
    if EARLIEST_MS <= number <= LATEST_MS:
        return datetime.fromtimestamp(number / 1000, UTC)
    return datetime.fromtimestamp(number, UTC) if EARLIEST <= number <= LATEST else None


def _from_text(text: str) -> datetime | None:
    try:
        return _from_number(float(text))
    except ValueError:
        pass
    try:
        time = datetime.fromisoformat(text)
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return time if EARLIEST <= time.timestamp() <= LATEST else None
