"""Bodies as JSON, whatever they hold."""

import contextlib
import time

import pytest

from app.connectors import INBOUND
from app.connectors.document import MAX_DEPTH, depth_is_over, flatten, load
from app.errors import UnreadableDeliveryError
from app.messages import EventKind, PlatformName
from tests.connectors.reading import events_of

FACEBOOK = PlatformName("facebook")
COMMENT = b'{"field":"feed","value":{"item":"comment","verb":"add","comment_id":"1_2","message":"iyi"}}'


def delivery(*changes: bytes) -> bytes:
    return b'{"object":"page","entry":[{"id":"1","time":1790000000,"changes":[' + b",".join(changes) + b"]}]}"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"nope",
        b"{",
        b'{"a":1}{"b":2}',
        b"<html></html>",
        b"hub.mode=subscribe",
        b"[" * 200_000,
        b'"' * 200_001,
        b"\xff\xfe\x00",
    ],
)
def test_what_is_not_json_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableDeliveryError):
        load(FACEBOOK, body)


@pytest.mark.parametrize("depth", [MAX_DEPTH, 500, 5_000, 200_000])
def test_a_value_nested_too_deeply_costs_only_itself(depth: int) -> None:
    deep = b'{"field":"feed","value":{"item":"x","why":' + b"[" * depth + b'"]}"' + b"]" * depth + b"}}"

    events = events_of(INBOUND[FACEBOOK], delivery(COMMENT, deep, COMMENT))

    assert [event.event for event in events] == [EventKind.CREATED, EventKind.OTHER, EventKind.CREATED]
    assert events[0].text == events[2].text == "iyi"


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 500, 5_000])
def test_no_document_is_deeper_than_what_can_be_handled(depth: int) -> None:
    assert not depth_is_over(load(FACEBOOK, b"[" * depth + b"]" * depth), MAX_DEPTH)


def test_what_is_deep_becomes_null_and_the_rest_stays() -> None:
    assert flatten('{"a":[[1,"]["],{"b":[2]}],"c":"\\"[[[["}', limit=2) == '{"a":[null,null],"c":"\\"[[[["}'


def test_depth_is_counted_in_containers() -> None:
    assert not depth_is_over({"a": [1]}, 2)
    assert depth_is_over({"a": [[]]}, 2)


@pytest.mark.parametrize("number", [b"9" * 50, b"9" * 100_000, b"-" + b"1" * 5000, b"1e999", b"NaN", b"-Infinity"])
def test_a_gigantic_number_costs_nothing(number: bytes) -> None:
    odd = COMMENT.replace(b'"iyi"', b'"iyi","created_time":' + number + b',"parent_id":' + number)

    (event,) = events_of(INBOUND[FACEBOOK], delivery(odd))

    assert (event.event, event.text) == (EventKind.CREATED, "iyi")


def test_bytes_that_are_not_utf_8_cost_a_letter_and_not_the_batch() -> None:
    broken = COMMENT.replace(b"iyi", b"i\xffi")

    events = events_of(INBOUND[FACEBOOK], delivery(broken, COMMENT))

    assert [event.text for event in events] == ["i\ufffdi", "iyi"]


def test_a_thousand_updates_are_read_in_well_under_a_second() -> None:
    body = delivery(*[COMMENT.replace(b"iyi", b"iyi " * 50)] * 1000)
    start = time.process_time()

    events = events_of(INBOUND[FACEBOOK], body)

    assert len(events) == 1000
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize(
    "body",
    [
        b'{"entry":[' + b"{}," * 50_000 + b"{}]}",
        b'{"entry":[{"messaging":[{"message":{"mid":"' + b"m" * 1_000_000 + b'"}}]}]}',
        b'{"entry":[{"changes":[{"field":"' + b"f" * 1_000_000 + b'","value":{}}]}]}',
        b"[" * 500_000 + b'"\\"\\"' * 100,
        b'[{"data":' * 3 + b"[" + b'{"comments":{"data":[{"id":"1"}]}},' * 15_000 + b"0]" + b"}]" * 3,
    ],
    ids=["entries", "mid", "field", "brackets and quotes", "polled"],
)
def test_hostile_bodies_stay_cheap(body: bytes) -> None:
    start = time.process_time()

    with contextlib.suppress(UnreadableDeliveryError):
        events_of(INBOUND[FACEBOOK], body)

    assert time.process_time() - start < 15
