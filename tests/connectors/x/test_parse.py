"""One fixture, its events: all fields of each."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.connectors.x import INBOUND
from app.errors import UnreadableDeliveryError
from app.messages import Channel, Event, EventKind, Media, PlatformName
from tests.connectors.reading import RECEIVED_AT, WRITTEN_AT, events_of, fixture, names_of, without_keys

US, AYSE, MERT = "1500000000000000077", "1600000000000000011", "1600000000000000012"
# Our post, our answer beneath it, a stranger's post.
ROOT, OURS, ELSEWHERE = "1970000000000000501", "1970000000000000502", "1970000000000000900"
TWEETS, MESSAGES = "tweet_create_events", "direct_message_events"
OTHER, CREATED, EDITED, REMOVED, ECHO = (
    EventKind.OTHER,
    EventKind.CREATED,
    EventKind.EDITED,
    EventKind.REMOVED,
    EventKind.ECHO,
)


def event(kind: EventKind, detail: str, **fields: Any) -> Event:
    """An event on our account."""
    return Event(event=kind, key="", platform=PlatformName("x"), detail=detail, **({"account_id": US} | fields))


def post(detail: str, number: int, text: str | None, kind: EventKind = CREATED, **fields: Any) -> Event:
    """A mention by Ayşe at the head of a conversation, as today's API tells it."""
    external_id = f"197000000000000{number}"
    defaults: dict[str, Any] = {
        "channel": Channel.MENTION,
        "external_id": external_id,
        "post_id": external_id,
        "author_id": AYSE,
        "author_name": "Ayşe Kaya",
        "text": text,
        "sent_at": WRITTEN_AT,
    }
    return event(kind, detail, **(defaults | fields))


def reply(detail: str, **fields: Any) -> Event:
    """The same reply beneath our post, however it comes."""
    text = "@korfezuni Öğrenci kartım <hâlâ> gelmedi &amp; 😡"
    return post(detail, 1001, text, **({"channel": Channel.COMMENT, "post_id": ROOT} | fields))


def ours(detail: str, number: int, text: str, **fields: Any) -> Event:
    defaults = {"author_id": US, "author_name": "Körfez Üniversitesi"}
    return post(detail, number, text, ECHO, **(defaults | fields))


def dm(detail: str, **fields: Any) -> Event:
    """The same message by Ayşe, however it comes."""
    defaults: dict[str, Any] = {
        "channel": Channel.DM,
        "external_id": "1970000000000002001",
        "author_id": AYSE,
        "author_name": "Ayşe Kaya",
        "counterpart_id": AYSE,
        "text": "Merhaba, burs & yurt?",
        "sent_at": WRITTEN_AT + timedelta(milliseconds=123),
    }
    return event(fields.pop("kind", CREATED), detail, **(defaults | fields))


OUR_DM: dict[str, Any] = {
    "kind": ECHO,
    "external_id": "1970000000000002003",
    "author_id": US,
    "author_name": "Körfez Üniversitesi",
    "text": "Merhabalar",
}
NO_HEAD: dict[str, Any] = {"post_id": None}
POLLED: dict[str, Any] = {"account_id": None}
MENTION = "@korfezuni kayıtlar ne zaman?"
IN_MILLISECONDS = WRITTEN_AT + timedelta(milliseconds=123)
PICTURE = (Media(kind="photo", url="https://ton.twimg.com/dm.jpg"),)

EXPECTED: dict[str, list[Event]] = {
    "activity__reply": [reply("post.reply.create")],
    "activity__reply_in_new_names": [reply("post.reply.create")],
    "activity__reply_to_our_answer": [
        post("post.reply.create", 1002, "@korfezuni teşekkürler", channel=Channel.COMMENT, post_id=ROOT, parent_id=OURS)
    ],
    "activity__mention": [post("post.mention.create", 1003, MENTION)],
    "activity__mention_beneath_another": [
        post(
            "post.mention.create",
            1004,
            "@mert35 @korfezuni haklı",
            author_name=None,
            post_id=ELSEWHERE,
            parent_id=ELSEWHERE,
        )
    ],
    "activity__quote": [post("post.quote.create", 1005, "şuna bakın https://t.co/abc")],
    "activity__repost": [
        event(OTHER, "post.repost.create/repost", external_id="1970000000000001006", sent_at=WRITTEN_AT)
    ],
    "activity__repost_in_new_names": [
        event(OTHER, "post.repost.create/repost", external_id="1970000000000001006", sent_at=WRITTEN_AT)
    ],
    "activity__own_post": [ours("post.create", 501, "Kayıtlar başladı", channel=None, external_id=ROOT, post_id=ROOT)],
    "activity__own_reply": [
        ours(
            "post.create",
            502,
            "@ayse_kaya Merhabalar",
            channel=Channel.COMMENT,
            external_id=OURS,
            parent_id="1970000000000001001",
            post_id=ROOT,
        )
    ],
    # What we answered to is told though it is the head: the answers that still wait for it are found by it.
    "activity__own_reply_to_a_mention": [
        ours(
            "post.create",
            502,
            "@ayse_kaya Merhabalar",
            author_name=None,
            channel=Channel.COMMENT,
            external_id=OURS,
            parent_id="1970000000000001003",
            post_id="1970000000000001003",
        )
    ],
    "activity__edited": [
        post(
            "post.reply.create",
            1001,
            "@korfezuni düzelttim",
            EDITED,
            channel=Channel.COMMENT,
            post_id=ROOT,
            changed_at=WRITTEN_AT,
            edit_number=1,
        )
    ],
    "activity__long_post_with_pictures": [
        post(
            "post.mention.create",
            1008,
            "@korfezuni uzun yazının tamamı",
            media=(
                Media(kind="photo", url="https://pbs.twimg.com/media/a.jpg"),
                Media(kind="video", url="https://video.twimg.com/high.mp4"),
                Media(kind="media"),
            ),
        )
    ],
    "activity__deleted": [
        event(REMOVED, "post.delete", channel=Channel.COMMENT, external_id="1970000000000001001", author_id=AYSE)
    ],
    "activity__keyword": [post("post.create", 1009, "körfez üniversitesi nasıl?", account_id=None)],
    "activity__dm": [dm("dm.received")],
    "activity__dm_in_todays_shape": [dm("dm.received", sent_at=WRITTEN_AT)],
    "activity__dm_with_picture_without_filter": [
        dm("dm.received", external_id="1970000000000002002", author_name=None, text=None, media=PICTURE)
    ],
    "activity__dm_sent": [dm("dm.sent", **OUR_DM)],
    "activity__chat_encrypted": [event(OTHER, "chat.received", external_id="1970000000000002004")],
    "activity__like": [event(OTHER, "like.create", external_id="x1")],
    "activity__revoked": [event(OTHER, "oauth.revoke", sent_at=WRITTEN_AT)],
    "activity__unknown_kind": [event(OTHER, "space.create", external_id="s1")],
    "activity__empty_payload": [event(OTHER, "post.create/without id")],
    "activity__several_in_an_array": [
        post("post.mention.create", 1010, "@korfezuni bir"),
        event(OTHER, "follow.follow"),
    ],
    "account__reply": [reply(TWEETS)],
    "account__mention_at_the_beginning": [post(TWEETS, 1003, MENTION, **NO_HEAD)],
    "account__mention_by_one_who_blocked_us": [post(f"{TWEETS}/user_has_blocked", 1011, "@korfezuni yazık", **NO_HEAD)],
    "account__mention_beneath_another": [
        post(TWEETS, 1004, "@mert35 @korfezuni haklı", parent_id=ELSEWHERE, **NO_HEAD)
    ],
    "account__long_tweet_with_picture": [
        post(
            TWEETS,
            1012,
            "@korfezuni tamamı > 140",
            media=(Media(kind="animated_gif", url="https://video.twimg.com/g.mp4"),),
            **NO_HEAD,
        )
    ],
    "account__own_reply": [
        ours(
            TWEETS,
            502,
            "@ayse_kaya Merhabalar",
            channel=Channel.COMMENT,
            external_id=OURS,
            parent_id="1970000000000001001",
            **NO_HEAD,
        )
    ],
    "account__own_post": [ours(TWEETS, 501, "Kayıtlar başladı", channel=None, external_id=ROOT, **NO_HEAD)],
    "account__repost": [event(OTHER, f"{TWEETS}/repost", external_id="1970000000000001006", sent_at=WRITTEN_AT)],
    "account__quote": [post(TWEETS, 1005, "şuna bakın https://t.co/abc", **NO_HEAD)],
    "account__deleted": [
        event(
            REMOVED,
            "tweet_delete_events",
            channel=Channel.COMMENT,
            external_id="1970000000000001001",
            author_id=AYSE,
            sent_at=IN_MILLISECONDS,
        )
    ],
    "account__dm": [dm(MESSAGES)],
    "account__dm_sent": [dm(MESSAGES, **OUR_DM)],
    "account__dm_for_nobody": [dm(MESSAGES, account_id=None, counterpart_id=None)],
    "account__unfollow_and_block": [
        event(OTHER, "follow_events/unfollow", sent_at=IN_MILLISECONDS),
        event(OTHER, "block_events/block", sent_at=IN_MILLISECONDS),
    ],
    "account__typing_and_read": [
        event(OTHER, "direct_message_indicate_typing_events", sent_at=IN_MILLISECONDS),
        event(OTHER, "direct_message_mark_read_events", sent_at=IN_MILLISECONDS),
    ],
    "account__revoked": [event(OTHER, "user_event/revoke", sent_at=WRITTEN_AT)],
    "account__unknown_list": [event(OTHER, "delivery/newsletter_events")],
    "account__odd_items_between": [
        event(OTHER, f"{TWEETS}/without id"),
        event(OTHER, f"{TWEETS}/without id"),
        post(TWEETS, 1010, "@korfezuni bir", **NO_HEAD),
        event(OTHER, f"{TWEETS}/without id"),
    ],
    "stream__post": [post("stream", 1003, MENTION, **POLLED)],
    "stream__tweet_of_the_first_api": [post("stream", 1003, MENTION, **POLLED, **NO_HEAD)],
    "replay__complete": [event(OTHER, "replay/Complete", **POLLED)],
    "polled__mentions": [
        reply("polled", **POLLED),
        post("polled", 1003, MENTION, **POLLED),
        event(OTHER, "polled/repost", external_id="1970000000000001006", sent_at=WRITTEN_AT, **POLLED),
    ],
    "polled__search_in_new_names": [reply("polled", **POLLED)],
    "polled__bare_posts": [
        post("polled", 1003, MENTION, author_id=None, author_name=None, sent_at=None, **POLLED, **NO_HEAD)
    ],
    # Two conversations, and one person in both: that is the account, so who is at the other end is known.
    "polled__messages": [
        dm(
            "polled",
            external_id="1970000000000002005",
            author_id=MERT,
            author_name="Mert",
            counterpart_id=MERT,
            text="Selam",
            sent_at=WRITTEN_AT,
            **POLLED,
        ),
        dm("polled", **(OUR_DM | POLLED | {"kind": CREATED, "author_name": None, "sent_at": WRITTEN_AT})),
        dm("polled", sent_at=WRITTEN_AT, media=PICTURE, **POLLED),
        event(OTHER, "polled/ParticipantsJoin", external_id="1970000000000002000", sent_at=WRITTEN_AT, **POLLED),
    ],
    "polled__messages_of_one_conversation": [dm("polled", counterpart_id=None, sent_at=None, **POLLED)],
    "polled__nothing": [event(OTHER, "api/answer", **POLLED)],
    "answer__post": [post("polled", 1003, MENTION, **POLLED)],
    "answer__created": [event(OTHER, "api/answer", **POLLED)],
    "answer__hidden": [event(OTHER, "api/answer", **POLLED)],
    "answer__person": [event(OTHER, "api/answer", **POLLED)],
    "answer__subscription": [event(OTHER, "api/answer", **POLLED)],
    "error__problem": [event(OTHER, "api/error", **POLLED)],
    "error__numbered": [event(OTHER, "api/error", **POLLED)],
    "error__beside_empty_data": [event(OTHER, "api/error", **POLLED)],
}


def read(name: str) -> list[Event]:
    return events_of(INBOUND, fixture("x", name))


def test_every_fixture_is_expected() -> None:
    assert sorted(EXPECTED) == names_of("x")


@pytest.mark.parametrize("name", EXPECTED)
def test_a_delivery_becomes_these_events(name: str) -> None:
    assert without_keys(read(name)) == EXPECTED[name]


@pytest.mark.parametrize(
    "names",
    [
        ["activity__reply", "activity__reply_in_new_names", "account__reply", "polled__mentions"],
        ["activity__reply", "polled__search_in_new_names"],
        ["activity__mention", "account__mention_at_the_beginning", "stream__post", "stream__tweet_of_the_first_api"],
        ["activity__mention", "polled__bare_posts", "answer__post"],
        ["activity__own_reply", "account__own_reply", "activity__own_reply_to_a_mention"],
        ["activity__dm", "account__dm", "account__dm_for_nobody", "polled__messages_of_one_conversation"],
        ["activity__dm_sent", "account__dm_sent"],
        ["activity__repost", "activity__repost_in_new_names", "account__repost"],
        ["activity__deleted", "account__deleted"],
    ],
)
def test_the_same_thing_has_one_key_whichever_way_it_comes(names: list[str]) -> None:
    first = [read(name)[0] for name in names]

    assert len({event.key for event in first}) == 1
    assert len({event.external_id for event in first}) == 1


def test_polled_messages_have_the_keys_of_delivered_ones() -> None:
    polled = {str(event.external_id): event.key for event in read("polled__messages")}

    assert polled["1970000000000002001"] == read("activity__dm")[0].key
    assert polled["1970000000000002003"] == read("account__dm_sent")[0].key


def test_different_things_have_different_keys() -> None:
    posts = [
        read(name)[0] for name in ("activity__reply", "activity__edited", "activity__deleted", "activity__mention")
    ]
    events = [*posts, read("activity__dm")[0], *read("account__unfollow_and_block")]

    assert len({event.key for event in events}) == len(events)


def test_the_activity_apis_own_id_is_the_key_of_what_has_none() -> None:
    body = json.loads(fixture("x", "activity__unknown_kind"))
    body["data"]["event_uuid"] = "-6850472171600526495"

    (event,) = events_of(INBOUND, json.dumps(body).encode())

    assert event.key == "other:space.create:-6850472171600526495"


def test_an_id_as_a_number_keeps_its_last_digits() -> None:
    body = fixture("x", "activity__mention").replace(b'"1970000000000001003"', b"1970000000000001003")

    assert read("activity__mention") == events_of(INBOUND, body)


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("2026-09-21T14:13:20.000Z", WRITTEN_AT),
        ("2026-09-21T14:13:20Z", WRITTEN_AT),
        ("2026-09-21T17:13:20+03:00", WRITTEN_AT),
        ("Mon Sep 21 14:13:20 +0000 2026", WRITTEN_AT),
        ("Mon Sep 21 17:13:20 +0300 2026", WRITTEN_AT),
        ("1790000000000", WRITTEN_AT),
        (1790000000000, WRITTEN_AT),
        (1790000000, WRITTEN_AT),
        ("Mon Foo 99 99:13:20 +0000 2026", None),
        ("Mon Sep 21 14:13:20 +0000 0001", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (True, None),
        (1e400, None),
        ({}, None),
    ],
)
def test_a_time_in_any_form(time: Any, expected: datetime | None) -> None:
    body = json.loads(fixture("x", "activity__mention"))
    body["data"]["payload"]["created_at"] = time

    (event,) = events_of(INBOUND, json.dumps(body).encode())

    assert event == replace(read("activity__mention")[0], sent_at=expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a &amp; b", "a & b"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("&lt;3", "<3"),
        ("&quot; &#39; &copy &ampx", "&quot; &#39; &copy &ampx"),
        ("a\x00b\ud800", "a\ufffdb\ufffd"),
        ("", None),
    ],
)
def test_a_text_is_unescaped_once(text: str, expected: str | None) -> None:
    body = json.loads(fixture("x", "activity__mention"))
    body["data"]["payload"]["text"] = text

    assert events_of(INBOUND, json.dumps(body).encode())[0].text == expected


def test_what_we_wrote_is_an_echo_in_every_event() -> None:
    body = json.loads(fixture("x", "activity__reply"))
    body["data"]["payload"]["author_id"] = US

    for kind in ("post.create", "post.reply.create", "post.mention.create", "post.quote.create"):
        body["data"]["event_type"] = kind
        assert events_of(INBOUND, json.dumps(body).encode())[0].event is ECHO


def test_a_second_edit_is_newer_than_the_first() -> None:
    body = json.loads(fixture("x", "activity__edited"))
    body["data"]["payload"]["id"] = "1970000000000001008"
    body["data"]["payload"]["edit_history_tweet_ids"].append("1970000000000001008")

    (second,) = events_of(INBOUND, json.dumps(body).encode())

    assert second.edit_number == 2
    assert second.external_id == read("activity__edited")[0].external_id
    assert second.key != read("activity__edited")[0].key


@pytest.mark.parametrize("body", [b"", b"   ", b"<html>", b"{", b"crc_token=1", b"\xff\xfe"])
def test_what_is_not_json_cannot_be_read(body: bytes) -> None:
    with pytest.raises(UnreadableDeliveryError):
        events_of(INBOUND, body)


@pytest.mark.parametrize(
    "body", [b"null", b"[]", b"{}", b"0", b'"x"', b"[[[]]]", b'{"data":[]}', b'{"for_user_id":"1"}']
)
def test_other_json_is_kept_as_other(body: bytes) -> None:
    assert {event.event for event in INBOUND.parse(body, received_at=RECEIVED_AT)} == {OTHER}


def test_a_time_is_in_utc() -> None:
    assert read("account__reply")[0].sent_at == datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
