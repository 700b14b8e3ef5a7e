"""Idempotency keys: the same event has the same key however it is delivered, another event another."""

import json
from typing import Any

import pytest

from app.connectors import INBOUND
from app.messages import PlatformName
from tests.connectors.reading import events_of, fixture, names_of

FACEBOOK, INSTAGRAM = PlatformName("facebook"), PlatformName("instagram")


def read(platform: PlatformName, name: str) -> Any:
    return json.loads(fixture(platform, name))


def keys(platform: PlatformName, document: Any) -> list[str]:
    return [event.key for event in events_of(INBOUND[platform], json.dumps(document).encode())]


@pytest.mark.parametrize(
    ("platform", "name"),
    [
        (platform, name)
        for platform in (FACEBOOK, INSTAGRAM)
        for name in names_of(platform)
        if not name.startswith(("answer", "polled", "values_left_out"))
    ],
)
def test_an_event_delivered_again_in_another_batch_has_the_same_key(platform: PlatformName, name: str) -> None:
    once = read(platform, name)
    parts = once if isinstance(once, list) else [once]
    again = {"object": parts[0]["object"], "entry": []}
    for entry in (entry for part in reversed(parts) for entry in reversed(part["entry"])):
        later = dict(reversed(entry.items())) | {"time": 1790009999} if isinstance(entry, dict) else entry
        again["entry"].append(later)

    assert sorted(keys(platform, again)) == sorted(keys(platform, once))


def test_keys_of_different_events_differ() -> None:
    for platform in (FACEBOOK, INSTAGRAM):
        seen: dict[str, str] = {}
        for name in names_of(platform):
            for event in events_of(INBOUND[platform], fixture(platform, name)):
                # Several fixtures tell of one message; only edits differ by their text.
                about = f"{event.event} {event.external_id} {event.text if event.event == 'edited' else ''}"
                assert seen.setdefault(event.key, about) == about, name


def edit(text: str | None, **fields: Any) -> list[str]:
    document = read(FACEBOOK, "comment__edited")
    document["entry"][0]["changes"][0]["value"] |= {"message": text, **fields}
    return keys(FACEBOOK, document)


def test_each_edit_of_a_comment_has_a_key_of_its_own() -> None:
    assert edit("bir") == edit("bir")
    assert edit("bir") != edit("iki")
    assert edit(None, photo="https://scontent.example/1.jpg") != edit(None, photo="https://scontent.example/2.jpg")


def test_the_same_words_at_another_time_are_another_edit_where_the_time_is_told() -> None:
    assert edit("bir", edited_time=1790000100) != edit("bir", edited_time=1790000200)


def test_a_comment_that_comes_for_the_post_and_for_its_ad_has_one_key() -> None:
    ad = read(INSTAGRAM, "comments__on_ad")
    post = read(INSTAGRAM, "comments__on_ad")
    post["entry"][0]["changes"][0]["value"]["media"] = {"id": "17900000000000501", "media_product_type": "FEED"}

    assert keys(INSTAGRAM, ad) == keys(INSTAGRAM, post)


def test_a_polled_comment_has_the_key_of_the_delivered_one() -> None:
    delivered = keys(FACEBOOK, read(FACEBOOK, "comment__on_post"))
    polled = {"comments": {"data": [{"id": "508000000000101_9001", "message": "Yemekhane sırası çok uzun"}]}}

    assert keys(FACEBOOK, polled) == delivered


def test_hiding_twice_at_different_times_makes_two_events() -> None:
    first, second = read(FACEBOOK, "comment__hidden_by_the_page"), read(FACEBOOK, "comment__hidden_by_the_page")
    second["entry"][0]["changes"][0]["value"]["created_time"] += 60

    assert keys(FACEBOOK, first) != keys(FACEBOOK, second)


def test_a_key_stays_short_whatever_the_ids_are() -> None:
    document = read(FACEBOOK, "dm__text")
    document["entry"][0]["messaging"][0]["message"]["mid"] = "m_" + "A" * 900

    (key,) = keys(FACEBOOK, document)

    assert len(key) <= 200
