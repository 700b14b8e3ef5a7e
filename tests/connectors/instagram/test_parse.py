"""One fixture, its events: all fields of each."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.connectors import INBOUND
from app.messages import Channel, Event, EventKind, ExternalId, Media, PlatformName
from tests.connectors.reading import SENT_AT, WRITTEN_AT, events_of, fixture, names_of, without_keys

INSTAGRAM = PlatformName("instagram")
ACCOUNT = "17841400000000077"
FEED = "17900000000000501"
AYSE = "6611000000000021"
MID = "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDc3OjAwMQZDZD"
OTHER, CREATED, EDITED, REMOVED, ECHO = (
    EventKind.OTHER,
    EventKind.CREATED,
    EventKind.EDITED,
    EventKind.REMOVED,
    EventKind.ECHO,
)


def event(kind: EventKind, detail: str, **fields: Any) -> Event:
    """An event on our account."""
    defaults: dict[str, Any] = {"account_id": ExternalId(ACCOUNT), "sent_at": SENT_AT}
    return Event(event=kind, key="", platform=INSTAGRAM, detail=detail, **(defaults | fields))


def comment(number: int, text: str | None, detail: str = "comments", kind: EventKind = CREATED, **fields: Any) -> Event:
    """An event of a comment by Ayşe under our media; the delivery's time stands for the comment's."""
    defaults: dict[str, Any] = {
        "channel": Channel.COMMENT,
        "external_id": f"1800000000000{number}",
        "post_id": FEED,
        "author_id": AYSE,
        "author_name": "ayse.kaya",
        "text": text,
    }
    return event(kind, detail, **(defaults | fields))


def dm(kind: EventKind = CREATED, detail: str = "messaging/message", **fields: Any) -> Event:
    """An event of a direct message from Ayşe."""
    defaults: dict[str, Any] = {"channel": Channel.DM, "external_id": MID, "author_id": AYSE, "counterpart_id": AYSE}
    return event(kind, detail, **(defaults | fields))


# The time of an entry with messages, to the millisecond.
TOLD_AT = SENT_AT + timedelta(milliseconds=123)
OUR_DM: dict[str, Any] = {"external_id": "aWdfZAG-our", "author_id": ACCOUNT, "text": "Merhabalar"}
POLLED: dict[str, Any] = {"account_id": None, "sent_at": WRITTEN_AT}

EXPECTED: dict[str, list[Event]] = {
    "comments__on_feed": [comment(1001, "Öğrenci kartım hâlâ gelmedi 😡")],
    "comments__on_reel": [comment(1002, "efsane", post_id="17900000000000502")],
    "comments__reply": [comment(1003, "@ayse.kaya bende de", parent_id="18000000000001001")],
    "comments__on_ad": [comment(1004, "ücret?", post_id="17900000000000503")],
    "comments__id_called_comment_id": [comment(1005, "eski örnek")],
    "comments__gif_only": [comment(1006, None)],
    "comments__our_own_reply": [
        comment(
            1007,
            "Merhabalar",
            kind=ECHO,
            parent_id="18000000000001001",
            author_id=ACCOUNT,
            author_name="korfezuni",
        )
    ],
    "comments__without_id": [event(OTHER, "comments without id")],
    "comments__dashboard_test": [
        comment(1008, "This is an example.", account_id="0", author_id="232323232", author_name="test")
    ],
    "comments__flat": [comment(1009, "düz biçim")],
    "comments__all_three_shapes_in_an_array": [
        comment(1010, "bir"),
        comment(1011, "iki"),
        dm(external_id="aWdfZAG-1", text="üç"),
    ],
    "live_comments__created": [comment(1012, "ses yok", "live_comments", post_id="17900000000000504")],
    "mentions__in_a_comment": [
        event(
            CREATED,
            "mentions",
            channel=Channel.MENTION,
            external_id="18011111111111112",
            post_id="17911111111111111",
        )
    ],
    "mentions__in_a_caption": [
        event(
            CREATED,
            "mentions",
            channel=Channel.MENTION,
            external_id="17911111111111111",
            post_id="17911111111111111",
        )
    ],
    "story_insights__numbers": [event(OTHER, "story_insights")],
    "messages__text": [dm(text="Yurt başvurusu nereden?")],
    "messages__attachments": [
        dm(
            media=(
                Media(kind="ig_reel", url="https://lookaside.example/r"),
                Media(kind="like_heart"),
                Media(kind="unsupported_type"),
            )
        )
    ],
    "messages__story_mention": [dm(media=(Media(kind="story_mention", url="https://lookaside.example/s"),))],
    "messages__reply_to_a_story": [dm(text="harika", post_id="17922")],
    "messages__unsent": [dm(REMOVED, "messaging/message/is_deleted")],
    "messages__echo": [dm(ECHO, **OUR_DM)],
    "messages__echo_of_what_we_unsent": [
        event(OTHER, "messaging/own message deleted", external_id="aWdfZAG-our", sent_at=TOLD_AT)
    ],
    "messages__to_ourselves": [
        dm(ECHO, external_id="aWdfZAG-self", author_id=ACCOUNT, counterpart_id=ACCOUNT, text="not")
    ],
    "messages__ours_without_a_mark": [dm(ECHO, **OUR_DM)],
    "messages__iso_times": [dm(text="saat", sent_at=WRITTEN_AT)],
    # A person of Messenger must not be taken for one of Instagram.
    "messages__of_the_page": [
        event(
            OTHER,
            "page/messaging",
            account_id="104857600000001",
            sent_at=TOLD_AT,
        )
    ],
    "message_edit__second": [
        dm(EDITED, "messaging/message_edit", text="Yurt başvurusu nerede?", changed_at=SENT_AT, edit_number=2)
    ],
    "standby__text": [dm(detail="standby/message", text="bekliyorum")],
    "message_reactions__unreact": [dm(OTHER, "messaging/reaction/unreact")],
    "messaging_seen__mid": [dm(OTHER, "messaging/read")],
    "messaging_postbacks__ice_breaker": [
        dm(OTHER, "messaging/postback", external_id="aWdfZAG-pb", text="Ücretler nedir?")
    ],
    "messaging_referral__link": [dm(OTHER, "messaging/referral", external_id=None)],
    "polled__comments_of_a_media": [
        comment(1020, "Ne zaman açılacak?", "polled/comment", **POLLED),
        comment(
            1021,
            "pazartesi",
            "polled/comment",
            account_id=None,
            parent_id="18000000000001020",
            author_id=None,
            author_name="can.er",
            sent_at=datetime(2026, 9, 21, 14, 20, tzinfo=UTC),
        ),
    ],
    "polled__own_media_with_comments": [
        comment(1022, "geldik", "polled/comment", author_id=None, author_name="can.er", **POLLED)
    ],
    "answer__linked_account": [event(OTHER, "api/answer", account_id=None, sent_at=None)],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_delivery_becomes_these_events(name: str) -> None:
    events = events_of(INBOUND[INSTAGRAM], fixture("instagram", name))

    assert without_keys(events) == EXPECTED[name]


def test_every_fixture_is_expected() -> None:
    assert names_of("instagram") == sorted(EXPECTED)
