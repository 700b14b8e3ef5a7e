"""Whatever stands in a delivery, the parser answers with events that can be stored."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.connectors import INBOUND
from app.connectors.base import Inbound
from app.connectors.values import MAX_ID_BYTES, UNSTORABLE
from app.messages import Event, EventKind, PlatformName
from tests.connectors.reading import events_of, fixture, names_of

PLATFORMS = (PlatformName("facebook"), PlatformName("instagram"))
FIXTURES = {platform: [json.loads(fixture(platform, name)) for name in names_of(platform)] for platform in PLATFORMS}

odd_texts = st.text(st.characters(), max_size=20) | st.sampled_from(
    ["\x00", "\ud83d", "\ude00\ud83d", "", "0", "-1", "1e999", "true", "javascript:1", "x" * 2000, "٣"]
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**30, max_value=10**60)
    | st.floats(allow_nan=False)
    | odd_texts
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd_texts, inner, max_size=3),
    max_leaves=8,
)


def places(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path to every value of a document."""
    inner = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    return [path, *(found for key, value in inner for found in places(value, (*path, key)))]


def put(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return the document with another value in one place."""
    if not path:
        return value
    copy = dict(document) if isinstance(document, dict) else list(document)
    copy[path[0]] = put(document[path[0]], path[1:], value)
    return copy


@st.composite
def mutated(draw: st.DrawFn, platform: PlatformName) -> Any:
    """Return a fixture with odd values in up to three places."""
    document = draw(st.sampled_from(FIXTURES[platform]))
    for _ in range(draw(st.integers(1, 3))):
        document = put(document, draw(st.sampled_from(places(document))), draw(values))
    return document


def check(inbound: Inbound, document: Any) -> None:
    body = json.dumps(document).encode()
    for event in events_of(inbound, body):
        check_event(event)


def check_event(event: Event) -> None:
    ids = (event.account_id, event.external_id, event.parent_id, event.post_id, event.author_id, event.counterpart_id)
    texts = (event.author_name, event.text, event.link, event.metadata, event.detail, event.key)
    media = [part for medium in event.media for part in (medium.kind, medium.url)]
    for text in (*ids, *texts, *media):
        assert text is None or (isinstance(text, str) and not UNSTORABLE.search(text))
    assert all(found is None or 0 < len(found.encode()) <= MAX_ID_BYTES for found in ids)
    assert 0 < len(event.key) <= 200
    assert len(event.detail) <= 100
    assert event.sent_at is None or event.sent_at.utcoffset() is not None
    if event.event in {EventKind.CREATED, EventKind.EDITED, EventKind.REMOVED}:
        assert event.channel is not None
        assert event.external_id is not None


@pytest.mark.parametrize("platform", PLATFORMS)
@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_odd_value_anywhere_never_raises(platform: PlatformName, data: st.DataObject) -> None:
    check(INBOUND[platform], data.draw(mutated(platform)))


@pytest.mark.parametrize("platform", PLATFORMS)
@given(document=values)
@settings(max_examples=100, deadline=None)
def test_any_json_at_all_becomes_events(platform: PlatformName, document: Any) -> None:
    check(INBOUND[platform], document)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_null_in_any_single_place_never_raises(platform: PlatformName) -> None:
    for document in FIXTURES[platform]:
        for path in places(document):
            check(INBOUND[platform], put(document, path, None))
