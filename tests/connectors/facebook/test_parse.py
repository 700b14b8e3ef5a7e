"""One fixture, its events: all fields of each."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.connectors import INBOUND
from app.messages import Channel, Event, EventKind, ExternalId, Media, PlatformName
from tests.connectors.reading import SENT_AT, WRITTEN_AT, events_of, fixture, names_of, without_keys

FACEBOOK = PlatformName("facebook")
PAGE = "104857600000001"
POST = f"{PAGE}_508000000000101"
POST_LINK = "https://www.facebook.com/korfez/posts/101"
DENIZ, EFE = "7300000000000011", "7300000000000012"
MID = "m_Qx3vN1-korfez_0001"


def event(kind: EventKind, detail: str, **fields: Any) -> Event:
    """An event on our Page."""
    defaults: dict[str, Any] = {"account_id": ExternalId(PAGE), "sent_at": WRITTEN_AT}
    return Event(event=kind, key="", platform=FACEBOOK, detail=detail, **(defaults | fields))


def comment(number: int, detail: str = "feed/comment/add", kind: EventKind = EventKind.CREATED, **fields: Any) -> Event:
    """An event of a comment by Deniz under our post."""
    defaults: dict[str, Any] = {
        "channel": Channel.COMMENT,
        "external_id": f"508000000000101_{number}",
        "post_id": POST,
        "author_id": DENIZ,
        "author_name": "Deniz Aksoy",
        "link": POST_LINK,
    }
    return event(kind, detail, **(defaults | fields))


def dm(kind: EventKind = EventKind.CREATED, detail: str = "messaging/message", **fields: Any) -> Event:
    """An event of a direct message from Deniz."""
    defaults: dict[str, Any] = {
        "channel": Channel.DM,
        "external_id": MID,
        "author_id": DENIZ,
        "counterpart_id": DENIZ,
        "sent_at": SENT_AT,
    }
    return event(kind, detail, **(defaults | fields))


OURS: dict[str, Any] = {"author_id": PAGE, "author_name": "Körfez Üniversitesi"}
VISITOR_POST = f"{PAGE}_508000000000301"
BY_EFE: dict[str, Any] = {"channel": Channel.MENTION, "author_id": EFE, "author_name": "Efe Çınar"}
ELSEWHERE = "990000000000777_990000000000778"
OTHER, CREATED, EDITED, REMOVED, ECHO = (
    EventKind.OTHER,
    EventKind.CREATED,
    EventKind.EDITED,
    EventKind.REMOVED,
    EventKind.ECHO,
)

EXPECTED: dict[str, list[Event]] = {
    "comment__on_post": [comment(9001, text="Yemekhane sırası çok uzun 😕 çözüm bekliyoruz")],
    "comment__on_photo_with_picture": [
        comment(9002, text="Bu mu yani?", media=(Media(kind="photo", url="https://scontent.example/p/9002.jpg"),))
    ],
    "comment__on_reel_sticker_only": [comment(9003)],
    "comment__on_dark_ad": [comment(9004, text="Kontenjan kaç?")],
    "comment__on_live_video_with_video": [
        comment(9005, media=(Media(kind="video", url="https://video.example/v/9005.mp4"),))
    ],
    "comment__reply": [
        comment(9006, text="Katılıyorum", parent_id="508000000000101_9001", author_id=EFE, author_name="Efe Çınar")
    ],
    "comment__author_in_sender_id": [comment(9007, text="eski biçim", link=None)],
    "comment__author_withheld": [comment(9008, text="kim olduğum gizli", author_id=None, author_name=None)],
    "comment__no_parent_no_time": [comment(9009, text="kısa", sent_at=SENT_AT)],
    "comment__edited": [
        comment(
            9001,
            "feed/comment/edited",
            EDITED,
            text="Yemekhane sırası düzeldi, teşekkürler",
            changed_at=SENT_AT,
        )
    ],
    "comment__edited_with_its_time": [
        comment(
            9011,
            "feed/comment/edited",
            EDITED,
            text="Yemekhane sırası düzeldi, teşekkürler",
            changed_at=WRITTEN_AT + timedelta(seconds=3),
        )
    ],
    "comment__removed": [
        comment(
            9001,
            "feed/comment/remove",
            REMOVED,
            author_name=None,
            link=None,
            sent_at=WRITTEN_AT + timedelta(seconds=300),
        )
    ],
    # The Page is who hid it, not who wrote it.
    "comment__hidden_by_the_page": [
        event(
            OTHER,
            "feed/comment/hide",
            external_id="508000000000101_9001",
            post_id=POST,
            sent_at=WRITTEN_AT + timedelta(seconds=200),
        )
    ],
    "comment__unhidden_by_the_page": [
        event(
            OTHER,
            "feed/comment/unhide",
            external_id="508000000000101_9001",
            post_id=POST,
            sent_at=WRITTEN_AT + timedelta(seconds=250),
        )
    ],
    "comment__our_own_reply": [
        comment(
            9010,
            kind=ECHO,
            text="Merhabalar, ilgili birime aktardık.",
            parent_id="508000000000101_9001",
            **OURS,
        )
    ],
    "comment__our_own_edit": [
        comment(
            9010,
            "feed/comment/edited",
            ECHO,
            text="Merhabalar, ilgili birime ilettik.",
            parent_id="508000000000101_9001",
            **OURS,
        )
    ],
    "comment__without_id": [event(OTHER, "feed/comment/add", post_id=POST)],
    "mention__in_a_post": [
        event(
            CREATED,
            "mention/post/add",
            channel=Channel.MENTION,
            external_id=ELSEWHERE,
            post_id=ELSEWHERE,
            text="@Körfez Üniversitesi bunu görsün",
        )
    ],
    "mention__in_a_comment": [
        event(
            CREATED,
            "mention/comment/add",
            external_id="990000000000778_41",
            post_id=ELSEWHERE,
            sent_at=SENT_AT,
            **BY_EFE,
        )
    ],
    "mention__removed": [
        event(
            REMOVED,
            "mention/post/remove",
            channel=Channel.MENTION,
            external_id=ELSEWHERE,
            post_id=ELSEWHERE,
            sent_at=SENT_AT,
        )
    ],
    "visitor_post__status": [
        event(
            CREATED,
            "feed/status/add",
            external_id=VISITOR_POST,
            post_id=VISITOR_POST,
            text="Kütüphane hafta sonu açık mı?",
            **BY_EFE,
        )
    ],
    "visitor_post__photo": [
        event(
            CREATED,
            "feed/photo/add",
            external_id=f"{PAGE}_508000000000302",
            post_id=f"{PAGE}_508000000000302",
            media=(Media(kind="photo", url="https://scontent.example/p/303.jpg"),),
            **BY_EFE,
        )
    ],
    "visitor_post__edited": [
        event(
            EDITED,
            "feed/status/edited",
            external_id=VISITOR_POST,
            post_id=VISITOR_POST,
            text="Kütüphane pazar açık mı?",
            changed_at=SENT_AT,
            **BY_EFE,
        )
    ],
    "visitor_post__moved_to_trash": [
        event(OTHER, "feed/status/edited", external_id=VISITOR_POST, post_id=VISITOR_POST)
    ],
    "visitor_post__removed": [
        event(
            REMOVED,
            "feed/post/remove",
            channel=Channel.MENTION,
            external_id=VISITOR_POST,
            post_id=VISITOR_POST,
            author_id=EFE,
            sent_at=WRITTEN_AT + timedelta(seconds=400),
        )
    ],
    "own_post__photos": [
        event(
            OTHER,
            "feed/status/add",
            external_id=POST,
            post_id=POST,
            author_id=PAGE,
            text="Bahar şenliği başlıyor",
            media=(
                Media(kind="photo", url="https://scontent.example/p/1.jpg"),
                Media(kind="photo", url="https://scontent.example/p/2.jpg"),
            ),
        )
    ],
    "rating__recommendation_with_text": [
        event(
            CREATED,
            "ratings/rating/add",
            channel=Channel.MENTION,
            external_id="508000000000401",
            author_id=DENIZ,
            author_name="Deniz Aksoy",
            text="Öğrenci işleri telefonu açmıyor",
        )
    ],
    "rating__edited": [
        event(
            EDITED,
            "ratings/rating/edit",
            channel=Channel.MENTION,
            external_id="508000000000401",
            author_id=DENIZ,
            author_name="Deniz Aksoy",
            text="Sonunda açtılar",
            sent_at=SENT_AT,
            changed_at=SENT_AT,
        )
    ],
    "rating__stars_alone": [event(OTHER, "ratings/rating/add", external_id="508000000000402", sent_at=SENT_AT)],
    "rating__comment_beneath": [
        event(
            CREATED,
            "ratings/comment/add",
            external_id="508000000000401_7",
            post_id=f"{DENIZ}_508000000000401",
            text="Bende de aynı",
            **(BY_EFE | {"channel": Channel.COMMENT}),
        )
    ],
    "reaction__add": [event(OTHER, "feed/reaction/add", external_id=POST, post_id=POST)],
    "unknown__field": [event(OTHER, "page_upcoming_change", sent_at=SENT_AT)],
    "unknown__verb": [event(OTHER, "feed/comment/pin", external_id="508000000000101_9011", post_id=POST)],
    "values_left_out__changed_fields": [event(OTHER, "entry with changed_fields", sent_at=SENT_AT)],
    "batch__odd_items_between": [
        comment(9020, text="bir"),
        event(OTHER, "unnamed", sent_at=SENT_AT),
        event(OTHER, "feed", sent_at=SENT_AT),
        comment(9021, text="iki"),
        event(OTHER, "entry with nothing", account_id=None, sent_at=None),
        comment(9022, text="dört", account_id="104857600000002"),
        dm(
            account_id="104857600000002",
            external_id="m_AbZ-9",
            author_id="7300000000000013",
            counterpart_id="7300000000000013",
            text="üç",
            sent_at=WRITTEN_AT + timedelta(seconds=6),
        ),
    ],
    "dm__text": [dm(text="Merhaba, kayıt ne zaman?")],
    "dm__quick_reply": [dm(text="Evet")],
    "dm__answer_to_a_message": [dm(text="bunu kastettim", parent_id="m_Qx3vN1-korfez_0000")],
    "dm__attachments_of_all_kinds": [
        dm(
            media=(
                Media(kind="image", url="https://scontent.example/i.jpg"),
                Media(kind="sticker", url="https://scontent.example/s.png"),
                Media(kind="fallback", url="https://haber.example/1"),
                Media(kind="location"),
                Media(kind="template"),
            )
        )
    ],
    "dm__unsupported": [dm(media=(Media(kind="unsupported"),))],
    "dm__deleted": [dm(REMOVED, "messaging/message/is_deleted")],
    "dm__edited": [dm(EDITED, "messaging/message_edit", text="kayıtlar ne zaman?", changed_at=SENT_AT, edit_number=2)],
    "dm__echo_with_metadata": [dm(ECHO, external_id="m_our-1", author_id=PAGE, text="Merhabalar", metadata="nobet:41")],
    "dm__echo_with_sides_swapped": [dm(ECHO, external_id="m_our-2", author_id=PAGE, text="Merhabalar")],
    # The platform marks what we write to ourselves; unmarked, it is not taken for our own answer to someone.
    "dm__sender_and_recipient_alike": [dm(author_id=PAGE, counterpart_id=PAGE, text="deneme")],
    "dm__standby": [dm(detail="standby/message", text="Orada kimse var mı?")],
    "dm__ids_as_numbers": [dm(text="sayı")],
    "postback__button": [dm(OTHER, "messaging/postback", external_id="m_pb-1", text="Başla")],
    "reaction__to_a_message": [dm(OTHER, "messaging/reaction/react")],
    "read__watermark": [dm(OTHER, "messaging/read", external_id=None)],
    "delivery__without_mids": [
        dm(OTHER, "messaging/delivery", external_id=None, sent_at=SENT_AT + timedelta(milliseconds=123))
    ],
    "handover__pass_thread_control": [dm(OTHER, "messaging/pass_thread_control", external_id=None)],
    "policy_enforcement__warning": [
        dm(
            OTHER,
            "messaging/policy_enforcement/warning",
            external_id=None,
            author_id=None,
            counterpart_id=None,
        )
    ],
    "referral__ad": [dm(OTHER, "messaging/referral", external_id=None)],
    "polled__comments_of_a_post": [
        comment(
            9030,
            "polled/comment",
            account_id=None,
            text="Yoklama sistemi çöktü",
            link=f"{POST_LINK}?comment_id=9030",
        ),
        comment(
            9031,
            "polled/comment",
            account_id=None,
            parent_id="508000000000101_9030",
            text="Bende de",
            author_id=EFE,
            author_name="Efe Çınar",
            link=None,
            sent_at=datetime(2026, 9, 21, 14, 15, tzinfo=UTC),
        ),
    ],
    "polled__page_of_comments": [
        comment(
            9032,
            "polled/comment",
            account_id=None,
            parent_id="508000000000101_9001",
            text="Tek başına",
            link=None,
            media=(Media(kind="sticker", url="https://scontent.example/st.png"),),
        )
    ],
    "polled__own_posts": [event(OTHER, "api/answer", account_id=None, sent_at=None)],
    "answer__error": [event(OTHER, "api/error", account_id=None, sent_at=None)],
    "answer__success": [event(OTHER, "api/answer", account_id=None, sent_at=None)],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_delivery_becomes_these_events(name: str) -> None:
    events = events_of(INBOUND[FACEBOOK], fixture("facebook", name))

    assert without_keys(events) == EXPECTED[name]


def test_every_fixture_is_expected() -> None:
    assert names_of("facebook") == sorted(EXPECTED)
