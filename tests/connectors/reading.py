"""Reading fixtures: `<event>__<detail>.json`, in the platforms' own shapes, with invented people and ids."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from app.connectors.base import Inbound
from app.messages import Event

HERE = Path(__file__).parent
RECEIVED_AT = datetime(2026, 9, 21, 14, 14, tzinfo=UTC)
# 1790000000, at which nearly all fixtures were written, and 1790000005, at which they were sent.
WRITTEN_AT = datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
SENT_AT = datetime(2026, 9, 21, 14, 13, 25, tzinfo=UTC)


def fixture(platform: str, name: str) -> bytes:
    """Return a fixture's bytes."""
    return (HERE / platform / "payloads" / f"{name}.json").read_bytes()


def names_of(platform: str) -> list[str]:
    """Return the names of all fixtures of a platform."""
    return sorted(path.stem for path in (HERE / platform / "payloads").glob("*.json"))


def events_of(inbound: Inbound, body: bytes) -> list[Event]:
    """Return what the parser makes of a body."""
    return list(inbound.parse(body, received_at=RECEIVED_AT))


def without_keys(events: list[Event]) -> list[Event]:
    """Return the events with empty keys, for comparing all the rest."""
    return [replace(event, key="") for event in events]
