"""From a delivery to its single updates: `object` → `entry[]` → `changes[]`, `messaging[]`, `standby[]`.

An entry may hold several of these arrays, or a single `field` and `value` on itself (Instagram Login), and the whole
may stand in one more array. What fits nowhere comes out as an update of its own, so that nothing is lost.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.connectors.keys import digest, event_key
from app.connectors.values import as_id, as_list, as_object, as_text, as_time, clean
from app.messages import Event, EventKind, ExternalId, PlatformName

# Longer names are cut; the platform's own are far shorter.
MAX_DETAIL = 100


class Source(StrEnum):
    """Under which key of an entry an update stood."""

    CHANGES = "changes"
    MESSAGING = "messaging"
    STANDBY = "standby"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One update of a delivery. `name` is its field (content) or what is odd about it; `told_at` the entry's time.

    Meta's entry time is when it was sent, so a little later than what it tells of, and a guess where only it is given.
    """

    platform: PlatformName
    source: Source
    name: str
    value: Mapping[str, object] = field(default_factory=dict)
    object_name: str | None = None
    account_id: ExternalId | None = None
    told_at: datetime | None = None

    def other(self, detail: str, *, key: str | None = None, external_id: ExternalId | None = None) -> Event:
        """Return this update as an event that is stored and shown, and no more."""
        return Event(
            event=EventKind.OTHER,
            key=key or event_key("other", detail, digest(dict(self.value))),
            platform=self.platform,
            account_id=self.account_id,
            external_id=external_id,
            sent_at=self.told_at,
            detail=clean(detail)[:MAX_DETAIL],
        )


def is_envelope(document: object) -> bool:
    """Whether this is a delivery, and not an answer of the API."""
    return any("entry" in as_object(part) for part in as_list(document))


def updates_of(platform: PlatformName, document: object) -> Iterator[Update]:
    """Yield each update of a delivery, in its order."""
    for part in as_list(document):
        envelope = as_object(part)
        object_name = as_text(envelope.get("object"))
        entries = as_list(envelope.get("entry"))
        if not entries:
            yield Update(platform=platform, source=Source.UNKNOWN, name="delivery without entry", value=envelope)
        for entry in entries:
            yield from _of_entry(platform, object_name, as_object(entry))


def _of_entry(platform: PlatformName, object_name: str | None, entry: Mapping[str, object]) -> Iterator[Update]:
    account_id, told_at = as_id(entry.get("id")), as_time(entry.get("time"))

    def update(source: Source, name: str, value: object) -> Update:
        return Update(
            platform=platform,
            source=source,
            name=name,
            value=as_object(value),
            object_name=object_name,
            account_id=account_id,
            told_at=told_at,
        )

    changes = as_list(entry.get("changes")) + ([entry] if "field" in entry else [])
    for change in map(as_object, changes):
        yield update(Source.CHANGES, as_text(change.get("field")) or "unnamed", change.get("value"))
    for source in (Source.MESSAGING, Source.STANDBY):
        for item in as_list(entry.get(source)):
            yield update(source, source, item)
    if not (changes or entry.get(Source.MESSAGING) or entry.get(Source.STANDBY)):
        # Among these: `changed_fields`, which come instead of `changes` while "Include values" is off in the dashboard.
        keys = sorted(key for key in entry if key not in {"id", "time", "uid"})
        yield update(Source.UNKNOWN, f"entry with {', '.join(keys) or 'nothing'}", entry)
