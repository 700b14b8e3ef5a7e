"""Reading values that X alone writes: escaped texts, its older form of a time, people, pictures."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from app.connectors.values import EARLIEST, LATEST, as_id, as_list, as_object, as_text, as_time, as_url
from app.messages import ExternalId, Media

# X escapes these three alone; what else looks like an escape was typed by its author.
ESCAPES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
ESCAPE = re.compile("|".join(ESCAPES))
# Wed Oct 10 20:19:24 +0000 2018
LEGACY_TIME = re.compile(r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d? \d\d:\d\d:\d\d [+-]\d{4} \d{4}", re.ASCII)


def as_written(value: object) -> str | None:
    """Return a text as its author typed it: unescaped once, so that ``&amp;lt;`` is ``&lt;``."""
    text = as_text(value)
    return ESCAPE.sub(lambda found: ESCAPES[found[0]], text) if text else None


def as_moment(value: object) -> datetime | None:
    """Return a time in any of X's forms: ISO 8601, milliseconds as number or string, ``Wed Oct 10 … +0000 2018``."""
    if isinstance(value, str) and LEGACY_TIME.fullmatch(value.strip()):
        return _legacy_time(value.strip())
    return as_time(value)


def _legacy_time(text: str) -> datetime | None:
    try:
        time = parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return time if EARLIEST <= time.timestamp() <= LATEST else None


def id_of(value: Mapping[str, object], *names: str) -> ExternalId | None:
    """Return the first identifier under these names; the string form first, for a number may have lost digits."""
    for name in names:
        found = as_id(value.get(f"{name}_str")) or as_id(value.get(name))
        if found is not None:
            return found
    return None


def either(value: Mapping[str, object], *names: str) -> object:
    """Return what stands under the first of these names: X is renaming tweets to posts, field by field."""
    return next((value[name] for name in names if value.get(name) is not None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansions:
    """What stands beside posts and messages, by id: read once, however many of them refer to it."""

    users: Mapping[ExternalId, Mapping[str, object]] = field(default_factory=dict)
    media: Mapping[ExternalId, Mapping[str, object]] = field(default_factory=dict)

    @classmethod
    def read(cls, includes: object) -> "Expansions":
        """Read ``includes`` of an answer, or ``{"users": …}`` of a delivery."""
        found = as_object(includes)
        media = ((as_id(item.get("media_key")), item) for item in map(as_object, as_list(found.get("media"))))
        return cls(users=_people(found.get("users")), media={key: item for key, item in media if key is not None})

    def name_of(self, user_id: ExternalId | None) -> str | None:
        """Return the name that a person shows, where it is told."""
        return name_of(self.users.get(user_id, {})) if user_id is not None else None

    def attached(self, attachments: object) -> tuple[Media, ...]:
        """Return what ``media_keys`` name; a key that is not told of still says that there is something to look at."""
        keys = [as_id(key) for key in as_list(as_object(attachments).get("media_keys"))]
        return pictures([self.media.get(key) or {"type": "media"} for key in keys if key is not None])


def _people(users: object) -> dict[ExternalId, Mapping[str, object]]:
    """Index people, from a list or a map of them, each as it is or wrapped in `data`."""
    found: dict[ExternalId, Mapping[str, object]] = {}
    listed = users.values() if isinstance(users, dict) else as_list(users)
    for item in map(as_object, listed):
        user = as_object(item["data"]) if "data" in item else item
        user_id = id_of(user, "id")
        if user_id is not None:
            found[user_id] = user
    return found


def name_of(user: Mapping[str, object]) -> str | None:
    """Return the name a person shows, or the handle where only that is told."""
    return as_text(user.get("name")) or handle_of(user)


def handle_of(user: Mapping[str, object]) -> str | None:
    """Return a handle without its @."""
    return as_text(user.get("username")) or as_text(user.get("screen_name"))


def pictures(items: object) -> tuple[Media, ...]:
    """Return media objects, of today's API or the older one; of a video its best file, else its preview."""
    return tuple(_medium(item) for item in map(as_object, as_list(items)) if item)


def _medium(item: Mapping[str, object]) -> Media:
    film = as_object(item.get("video_info") or item).get("variants")
    files = sorted(_files(film))
    addresses = (
        files[-1][1] if files else None,
        *(as_url(item.get(name)) for name in ("url", "preview_image_url")),
    )
    legacy = as_url(item.get("media_url_https")) or as_url(item.get("media_url"))
    # In the older form `url` is the short address in the text, which leads to a page and not to the picture.
    url = (files[-1][1] if files else legacy) if legacy else next(filter(None, addresses), None)
    return Media(kind=as_text(item.get("type")) or "media", url=url)


def _files(variants: object) -> Iterator[tuple[float, str]]:
    for variant in map(as_object, as_list(variants)):
        url, rate = as_url(variant.get("url")), either(variant, "bit_rate", "bitrate")
        if url is not None and as_text(variant.get("content_type")) == "video/mp4":
            yield (float(min(rate, 10**9)) if isinstance(rate, int | float) else 0.0), url
