"""Whatever stands in an answer or a feed, the parser answers with events that can be stored."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import UnreadableDeliveryError
from tests.connectors.meta.test_hostile_input import check_event, odd_texts, places, put, values
from tests.connectors.youtube.builders import REPLY, a_comment, a_page, a_thread, parsed
from tests.connectors.youtube.test_feed import NANOSECONDS, TOMBSTONE, feed

LIVE = {"type": "textMessageEvent", "authorChannelId": "U", "textMessageDetails": {"messageText": "x"}}
DOCUMENTS: list[Any] = [
    a_page(a_thread(a_comment(), a_comment(REPLY, imageUrl="https://yt.example/a.gif", moderationStatus="likelySpam"))),
    a_page(a_comment(REPLY, textDisplay="a<br>b", textOriginal=None, updatedAt="2026-09-22T00:00:00Z")),
    {"kind": "youtube#liveChatMessageListResponse", "items": [{"id": "1", "snippet": LIVE}]},
    {"kind": "youtube#videoListResponse", "items": [{"kind": "youtube#video", "id": "v", "snippet": {"title": "t"}}]},
    {"error": {"code": 403, "errors": [{"reason": "quotaExceeded", "domain": "youtube.quota"}]}},
]


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    document = draw(st.sampled_from(DOCUMENTS))
    for _ in range(draw(st.integers(1, 3))):
        document = put(document, draw(st.sampled_from(places(document))), draw(values))
    return document


def check(document: Any) -> None:
    for event in parsed(json.dumps(document).encode()):
        check_event(event)


@given(document=mutated())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_odd_value_anywhere_never_raises(document: Any) -> None:
    check(document)


@given(document=values)
@settings(max_examples=100, deadline=None)
def test_any_json_at_all_becomes_events(document: Any) -> None:
    check(document)


def test_null_in_any_single_place_never_raises() -> None:
    for document in DOCUMENTS:
        for path in places(document):
            check(put(document, path, None))


@given(text=odd_texts)
@settings(max_examples=200, deadline=None)
def test_any_text_is_shown_as_something_storable(text: str) -> None:
    for wrapped in (text, f"<br>{text}", f"&#{text};", f'<a href="{text}">{text}</a>'):
        check(a_comment(textDisplay=wrapped, textOriginal=None))


@given(body=st.binary(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_put_aside(body: bytes) -> None:
    for whole in (body, b"<feed>" + body + b"</feed>", b"[" + body + b"]"):
        try:
            events = parsed(whole)
        except UnreadableDeliveryError:
            continue
        for event in events:
            check_event(event)


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_a_feed_with_any_bytes_changed_is_read_or_put_aside(data: st.DataObject) -> None:
    body = bytearray(data.draw(st.sampled_from([feed(("a", NANOSECONDS)), TOMBSTONE])))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        events = parsed(bytes(body))
    except UnreadableDeliveryError:
        return
    for event in events:
        check_event(event)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b"[" * 50_000 + b"]" * 50_000,
        b'{"items":' * 3000 + b"1" + b"}" * 3000,
        b'{"items":[{"kind":"youtube#comment","id":' + b"9" * 10_000 + b',"snippet":{"textDisplay":"x"}}]}',
        b'{"kind":"youtube#comment","id":"\\ud83d","snippet":{"textDisplay":"\\ud83d \\u0000","publishedAt":1e400}}',
        b'{"kind":"youtube#comment","id":"1","snippet":{"textDisplay":"' + b"<a " * 100_000 + b'"}}',
        b'{"kind":"youtube#comment","id":"1","snippet":{"textDisplay":"' + b"&" * 300_000 + b'"}}',
        b"NaN",
        b"null",
        b"[]",
        b"{}",
    ],
)
def test_bodies_made_to_hurt(body: bytes) -> None:
    try:
        events = parsed(body)
    except UnreadableDeliveryError:
        return
    for event in events:
        check_event(event)


def test_an_id_of_many_digits_keeps_them_all() -> None:
    (event,) = parsed(b'{"kind":"youtube#comment","id":90071992547409931234,"snippet":{"textDisplay":"x"}}')

    assert event.external_id == "90071992547409931234"
