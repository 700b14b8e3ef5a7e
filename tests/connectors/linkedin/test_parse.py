"""One fixture, its events: all fields of each."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.connectors.linkedin import INBOUND
from app.errors import UnreadableDeliveryError
from app.messages import Channel, Event, EventKind, ExternalId, Media
from tests.connectors.linkedin.builders import (
    ACTIVITY,
    LINKEDIN,
    MEMBER,
    NESTED,
    ORG,
    OURS,
    SHARE,
    T1,
    TOP,
    WRITTEN_AT,
    number,
)
from tests.connectors.reading import events_of, fixture, names_of, without_keys

CREATED, EDITED, REMOVED, ECHO, OTHER = (
    EventKind.CREATED,
    EventKind.EDITED,
    EventKind.REMOVED,
    EventKind.ECHO,
    EventKind.OTHER,
)
LATER = WRITTEN_AT + timedelta(seconds=60)
MENTION: dict[str, Any] = {"channel": Channel.MENTION, "text": None, "author_id": None}


def event(kind: EventKind, detail: str, **fields: Any) -> Event:
    defaults: dict[str, Any] = {"account_id": ExternalId(ORG), "sent_at": WRITTEN_AT}
    return Event(event=kind, key="", platform=LINKEDIN, detail=detail, **(defaults | fields))


def comment(kind: EventKind = CREATED, detail: str = "COMMENT", **fields: Any) -> Event:
    """An event of a comment by a member under our post."""
    defaults: dict[str, Any] = {
        "channel": Channel.COMMENT,
        "external_id": TOP,
        "post_id": ACTIVITY,
        "author_id": MEMBER,
        "text": "Yemekhane sırası çok uzun",
    }
    return event(kind, detail, **(defaults | fields))


def polled(kind: EventKind = CREATED, **fields: Any) -> Event:
    return comment(kind, "polled/comment", **({"account_id": None} | fields))


def other(detail: str, **fields: Any) -> Event:
    return event(OTHER, detail, **({"account_id": None, "sent_at": None} | fields))


def post(number_: int, detail: str, **fields: Any) -> Event:
    urn = f"urn:li:share:{number_}"
    return event(
        CREATED,
        detail,
        **({"channel": Channel.MENTION, "external_id": urn, "post_id": urn, "author_id": MEMBER} | fields),
    )


PICTURE = Media(kind="image", url="https://media.example/p/1.jpg")
ON_OUR_POST: dict[str, Any] = {"account_id": ORG, "post_id": ACTIVITY, "sent_at": WRITTEN_AT}

EXPECTED: dict[str, list[Event]] = {
    "comment__with_words": [comment()],
    "comment__for_two_administrators": [comment(), comment()],
    "comment__without_words": [comment(text=None, author_id=None)],
    "comment__name_encoded": [comment(text=None, author_id=None)],
    "comment__answer_to_a_comment": [comment(external_id=NESTED, parent_id=TOP, text="Katılıyorum")],
    "comment__thread_called_by_its_share": [
        comment(external_id=f"urn:li:comment:({SHARE},{number(TOP)})", post_id=SHARE, text="kim bu")
    ],
    "comment__by_the_page": [
        comment(ECHO, "ADMIN_COMMENT", external_id=OURS, parent_id=TOP, author_id=ORG, text=T1),
    ],
    "comment__by_the_page_as_a_company": [comment(ECHO, external_id=OURS, author_id=ORG, text=T1)],
    "comment__with_picture_and_name": [comment(text="Bakın", author_name="Deniz Aksoy", media=(PICTURE,))],
    "comment__edited": [comment(EDITED, "COMMENT_EDIT", text="Sıra düzeldi", sent_at=LATER, changed_at=LATER)],
    "comment__removed": [
        comment(REMOVED, "COMMENT_DELETE", text=None, author_id=None, sent_at=WRITTEN_AT + timedelta(seconds=90))
    ],
    "comment__without_a_name": [other("COMMENT without id", **ON_OUR_POST)],
    "mention__in_a_comment_elsewhere": [
        comment(
            detail="COMMENT_MENTION",
            external_id="urn:li:comment:(urn:li:activity:7402000000000000001,7402000000000000777)",
            post_id="urn:li:activity:7402000000000000001",
            **MENTION,
        )
    ],
    "mention__in_a_post": [
        post(7402000000000000002, "SHARE_MENTION", text="Körfez Üniversitesi'nde ilk gün", media=(Media(kind="image"),))
    ],
    "share__with_words": [post(7402000000000000003, "SHARE", text="Bunu da görün")],
    "other__like_and_bare_share": [other("LIKE", **ON_OUR_POST), other("SHARE", **ON_OUR_POST)],
    "other__unknown_action_and_odd_items": [
        other("COMMENT_PIN", **ON_OUR_POST),
        other("odd notification"),
        other("odd notification"),
        other("NOTIFICATION"),
    ],
    "other__lead_form": [other("delivery LEAD_ACTION")],
    "polled__comments": [
        polled(),
        polled(external_id=NESTED, parent_id=TOP, text="Katılıyorum"),
        polled(external_id=OURS, parent_id=TOP, author_id=ORG, text=T1),
    ],
    "polled__comment_edited": [polled(EDITED, text="Sıra düzeldi", changed_at=LATER)],
    "polled__comments_of_odd_shapes": [
        polled(external_id=number(TOP), post_id=None, author_id=None, text="yalnız numara", sent_at=None),
        polled(text=None, sent_at=None, media=(Media(kind="image"),)),
        other("api/element"),
        other("api/element"),
        other("api/element"),
    ],
    "polled__one_comment": [polled()],
    "polled__several_by_id": [polled()],
    "polled__notifications": [
        comment(),
        comment(REMOVED, "COMMENT_DELETE", external_id=NESTED, text=None, author_id=None),
        post(7402000000000000002, "SHARE_MENTION", account_id=None),
    ],
    "answer__error": [other("api/error")],
    "answer__empty_list": [other("api/answer")],
    "answer__counts": [other("api/answer")],
}


def test_every_fixture_has_its_events() -> None:
    assert names_of("linkedin") == sorted(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_fixture(name: str) -> None:
    assert without_keys(events_of(INBOUND, fixture("linkedin", name))) == EXPECTED[name]


@pytest.mark.parametrize("body", [b"", b"  ", b"x", b"{", b"\xff\xfe\x00", b"<html>", b'{"a":1}}'])
def test_what_is_not_json_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableDeliveryError):
        INBOUND.parse(body, received_at=datetime.now(UTC))


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"[]",
        b"{}",
        b"7",
        b'"x"',
        b"[[[]]]",
        b"[" * 5000 + b"]" * 5000,
        b'{"notifications":' * 500 + b"1" + b"}" * 500,
        b'{"elements":{"id":' + b"9" * 9000 + b"}}",
        b'{"notifications":[{"action":"COMMENT","generatedActivity":1e999}]}',
        b'{"notifications":null}',
        b'{"notifications":[]}',
        b'{"elements":[{"id":"1","message":{"text":"\\ud83d"},"created":{"time":1e30}}]}',
    ],
)
def test_json_of_any_shape_becomes_events(body: bytes) -> None:
    assert events_of(INBOUND, body)
