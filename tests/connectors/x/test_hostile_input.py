"""Whatever stands in a delivery or a page, the parser answers with events that can be stored."""

import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.connectors.x import INBOUND
from app.messages import EventKind
from tests.connectors.meta.test_hostile_input import check, odd_texts, places, put, values
from tests.connectors.reading import events_of, fixture, names_of

FIXTURES = [json.loads(fixture("x", name)) for name in names_of("x")]

# Keys that decide which of the bodies this is, so that odd ones reach all of them.
telling = st.sampled_from(
    [
        "data",
        "event_type",
        "event_uuid",
        "payload",
        "for_user_id",
        "user_event",
        "matching_rules",
        "replay_job_status",
        "tweet_create_events",
        "direct_message_events",
        "errors",
        "id",
        "text",
        "includes",
        "users",
    ]
)
bodies = st.dictionaries(telling | odd_texts, values | st.dictionaries(telling, values, max_size=4), max_size=5)


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """Return a fixture with odd values in up to three places."""
    document = draw(st.sampled_from(FIXTURES))
    for _ in range(draw(st.integers(1, 3))):
        document = put(document, draw(st.sampled_from(places(document))), draw(values))
    return document


@given(document=mutated())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_odd_value_anywhere_never_raises(document: Any) -> None:
    check(INBOUND, document)


@given(document=bodies)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_body_at_all_becomes_events(document: Any) -> None:
    check(INBOUND, document)


def test_null_in_any_single_place_never_raises() -> None:
    for document in FIXTURES:
        for path in places(document):
            check(INBOUND, put(document, path, None))


@pytest.mark.parametrize("depth", [100, 5_000, 200_000])
def test_deep_nesting_is_cut(depth: int) -> None:
    body = b'{"data":{"event_type":"post.create","event_uuid":"1","payload":' + b"[" * depth + b"]" * depth + b"}}"

    (event,) = events_of(INBOUND, body)

    assert event.event is EventKind.OTHER


def test_huge_numbers_are_no_ids_and_no_times() -> None:
    number = "9" * 5000
    body = b'{"for_user_id":"1","tweet_create_events":[{"id":%b,"user":{"id":1e999},"timestamp_ms":%b,"text":"x"}]}' % (
        number.encode(),
        number.encode(),
    )

    (event,) = events_of(INBOUND, body)

    assert event.sent_at is None
    assert event.author_id is None


def test_a_page_of_many_posts_and_people_takes_little_time() -> None:
    people = [{"id": str(number), "name": "Ad", "username": "ad"} for number in range(20_000)]
    posts = [{"id": str(number), "text": "x", "author_id": str(number)} for number in range(20_000)]
    body = json.dumps({"data": posts, "includes": {"users": people}}).encode()
    began = time.perf_counter()

    events = events_of(INBOUND, body)

    assert len(events) == 20_000
    assert time.perf_counter() - began < 10
