"""Pages of the Data API to events."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.errors import UnreadableDeliveryError
from app.messages import Channel, EventKind, Media
from tests.connectors.youtube.builders import (
    CHANNEL,
    OUR_REPLY,
    REPLY,
    THREAD,
    VIDEO,
    VIEWER,
    a_comment,
    a_page,
    a_thread,
    ours,
    parsed,
)

WRITTEN_AT = datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)


def without(comment: dict[str, Any], *names: str) -> dict[str, Any]:
    comment["snippet"] = {name: value for name, value in comment["snippet"].items() if name not in names}
    return comment


def test_a_thread_is_its_top_comment_and_the_replies_that_came_along() -> None:
    reply = without(a_comment(REPLY, "Bence de"), "videoId", "channelId", "parentId")

    top, below = parsed(a_page(a_thread(a_comment(), reply)))

    assert (top.event, top.channel, top.detail) == (EventKind.CREATED, Channel.COMMENT, "comment")
    assert (top.account_id, top.external_id, top.post_id, top.parent_id) == (CHANNEL, THREAD, VIDEO, None)
    assert (top.author_id, top.author_name, top.text) == (VIEWER, "@denizaksoy", "Yemekhane sırası çok uzun")
    assert (top.sent_at, top.changed_at, top.link) == (WRITTEN_AT, None, None)
    assert (below.external_id, below.parent_id, below.post_id) == (REPLY, THREAD, VIDEO)
    assert (below.account_id, below.text) == (CHANNEL, "Bence de")


def test_the_thread_names_what_its_top_comment_leaves_out() -> None:
    top = without(a_comment(), "videoId", "channelId")
    del top["id"]
    thread = {**a_thread(a_comment()), "id": THREAD}
    thread["snippet"]["topLevelComment"] = top

    (event,) = parsed(a_page(thread))

    assert (event.external_id, event.account_id, event.post_id) == (THREAD, CHANNEL, VIDEO)


def test_the_same_comment_is_the_same_event_in_every_page() -> None:
    reply = a_comment(REPLY, "Bence de")
    in_thread = parsed(a_page(a_thread(a_comment(), reply)))
    listed = parsed(a_page(without(a_comment(REPLY, "Bence de"), "videoId", "channelId")))
    by_id = parsed(a_page(a_comment()))
    alone = parsed(a_thread())

    assert [event.key for event in in_thread] == [by_id[0].key, listed[0].key]
    assert alone[0].key == by_id[0].key
    assert (listed[0].external_id, listed[0].parent_id) == (REPLY, THREAD)


@pytest.mark.parametrize("status", ["published", "heldForReview", "likelySpam", "rejected"])
def test_the_state_of_a_comment_makes_no_other_event(status: str) -> None:
    (held,) = parsed(a_page(a_comment(moderationStatus=status)))
    (plain,) = parsed(a_page(a_comment()))

    assert held.event is EventKind.CREATED
    assert held.key == plain.key
    assert held.detail == f"comment/{status}"


def test_an_edited_comment_is_told_as_edited_and_each_edit_has_a_key() -> None:
    (first,) = parsed(a_page(a_comment(text="Çok kötü (düzeltildi)", updatedAt="2026-09-21T15:00:00Z")))
    (second,) = parsed(a_page(a_comment(text="Yine", updatedAt="2026-09-21T15:00:01Z")))
    (created,) = parsed(a_page(a_comment()))

    assert (first.event, first.text) == (EventKind.EDITED, "Çok kötü (düzeltildi)")
    assert first.changed_at == datetime(2026, 9, 21, 15, tzinfo=UTC)
    assert first.sent_at == WRITTEN_AT
    assert len({first.key, second.key, created.key}) == 3


@pytest.mark.parametrize(
    ("published", "updated"),
    [
        ("2026-09-21T14:13:20.000Z", "2026-09-21T14:13:20Z"),
        ("2026-09-21T14:13:20Z", "2026-09-21T17:13:20+03:00"),
        ("2026-09-21T14:13:20.000000000Z", "2026-09-21T14:13:20.0Z"),
        ("2026-09-21T14:13:20Z", None),
        (None, "2026-09-21T14:13:20Z"),
        ("2026-09-21T14:13:20Z", "yesterday"),
    ],
)
def test_one_moment_written_in_two_ways_is_no_edit(published: str | None, updated: str | None) -> None:
    (event,) = parsed(a_page(a_comment(publishedAt=published, updatedAt=updated)))

    assert (event.event, event.sent_at, event.changed_at) == (EventKind.CREATED, WRITTEN_AT, None)


def test_what_our_channel_wrote_is_an_echo() -> None:
    mine = without(ours(OUR_REPLY, "Merhabalar"), "channelId")

    _, echo = parsed(a_page(a_thread(a_comment(), mine)))

    assert (echo.event, echo.author_id, echo.parent_id) == (EventKind.ECHO, CHANNEL, THREAD)
    assert echo.text == "Merhabalar"


@pytest.mark.parametrize("given", [None, {}, {"value": None}, {"value": ""}, [], 7.5])
def test_an_author_whose_channel_is_left_out_is_nobody(given: object) -> None:
    (event,) = parsed(a_page(a_comment(authorChannelId=given)))

    assert (event.event, event.author_id, event.author_name) == (EventKind.CREATED, None, "@denizaksoy")


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        ("Bravo!<br>Çok &#39;iyi&#39; &amp; g&uuml;zel<br />", "Bravo!\nÇok 'iyi' & güzel\n"),
        (
            'Bak: <a href="http://www.youtube.com/results?search_query=%23korfez">#korfez</a> <b>kalın</b>',
            "Bak: #korfez kalın",
        ),
        ("&amp;lt; bir kez", "&lt; bir kez"),
        ("3 < 5 ve R&D", "3 < 5 ve R&D"),
        ("<br> ama 3 < 5", "<br> ama 3 < 5"),
        ("<b onclick='x'>küfür</b>", "<b onclick='x'>küfür</b>"),
        ('<a title="uzun bir küfür">x</a>', '<a title="uzun bir küfür">x</a>'),
        ("düz metin", "düz metin"),
        ("&#0;&#xD800;", "\ufffd\ufffd"),
    ],
)
def test_what_is_shown_loses_its_html_where_it_is_html(shown: str, text: str) -> None:
    (event,) = parsed(a_page(without(a_comment(textDisplay=shown), "textOriginal")))

    assert event.text == text


def test_the_words_as_written_come_before_those_shown_and_stay_as_they_are() -> None:
    (event,) = parsed(a_page(a_comment(textDisplay="a &amp; b", textOriginal="a &amp; b <b>")))

    assert event.text == "a &amp; b <b>"


def test_a_picture_comes_along() -> None:
    (event,) = parsed(a_page(a_comment(text="", imageUrl="https://yt.example/a.gif")))

    assert (event.event, event.text) == (EventKind.CREATED, None)
    assert event.media == (Media(kind="image", url="https://yt.example/a.gif"),)


@pytest.mark.parametrize(
    ("resource", "detail"),
    [
        ({"kind": "youtube#comment", "id": THREAD}, "comment without words"),
        ({"kind": "youtube#commentThread", "id": THREAD}, "comment without words"),
        ({"kind": "youtube#comment", "snippet": {"textDisplay": "x"}}, "comment without id"),
        ({"kind": "youtube#video", "id": VIDEO, "snippet": {"channelId": CHANNEL}}, "video/listed"),
        ({"kind": "youtube#channel", "id": CHANNEL}, "channel/listed"),
        ({"kind": "youtube#searchResult", "id": {"videoId": VIDEO}}, "searchResult/listed"),
        ({"id": "x"}, "api/answer"),
    ],
)
def test_what_is_no_comment_to_judge_is_stored_and_shown(resource: dict[str, Any], detail: str) -> None:
    (event,) = parsed(
        {"kind": "youtube#somethingListResponse", "items": [resource]} if "kind" in resource else resource
    )

    assert (event.event, event.detail) == (EventKind.OTHER, detail)


def test_a_comment_asked_for_without_words_does_not_take_the_key_of_the_comment() -> None:
    (bare,) = parsed({"kind": "youtube#comment", "id": THREAD})

    assert bare.key != parsed(a_comment())[0].key


def test_a_page_names_the_kind_that_its_items_leave_out() -> None:
    items = [{name: value for name, value in a_thread().items() if name != "kind"}]

    assert parsed({"kind": "youtube#commentThreadListResponse", "items": items})[0].event is EventKind.CREATED
    assert parsed({"items": items})[0].event is EventKind.CREATED
    assert parsed({"items": [{"id": THREAD, "snippet": {"textDisplay": "x"}}]})[0].event is EventKind.CREATED


def test_an_empty_page_tells_nothing() -> None:
    assert parsed(a_page()) == []
    assert parsed({"kind": "youtube#commentListResponse"}) == []


def test_one_odd_item_costs_no_other() -> None:
    page = a_page(a_thread(), a_thread(a_comment("UgxSecond4AaABAg")))
    page["items"].insert(1, 7)
    page["items"].insert(1, {"kind": "youtube#commentThread", "snippet": []})

    assert [event.event for event in parsed(page)] == ["created", "other", "other", "created"]


def test_a_live_chat_message_is_shown_and_no_more() -> None:
    message = {
        "kind": "youtube#liveChatMessage",
        "id": "LCC.1",
        "snippet": {
            "type": "textMessageEvent",
            "liveChatId": "Cg0",
            "authorChannelId": VIEWER,
            "publishedAt": "2026-09-21T14:13:20.190226+00:00",
            "displayMessage": "selam",
            "textMessageDetails": {"messageText": "selam"},
        },
        "authorDetails": {"channelId": VIEWER, "displayName": "Deniz"},
    }

    (event,) = parsed({"kind": "youtube#liveChatMessageListResponse", "items": [message]})

    assert (event.event, event.detail, event.external_id) == (EventKind.OTHER, "liveChat/textMessageEvent", "LCC.1")
    assert (event.author_id, event.author_name, event.text) == (VIEWER, "Deniz", "selam")


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        ({"code": 403, "message": "<a>x</a>", "errors": [{"reason": "quotaExceeded"}]}, "api/error/quotaExceeded"),
        ({"errors": [{"reason": "commentsDisabled"}], "code": 403}, "api/error/commentsDisabled"),
        ({"code": 403, "status": "PERMISSION_DENIED"}, "api/error/PERMISSION_DENIED"),
        ({"code": 500, "errors": [None]}, "api/error"),
        ("error message", "api/error"),
        ("invalid_grant", "api/error/invalid_grant"),
        (None, "api/error"),
    ],
)
def test_an_error_is_shown_by_its_reason(error: object, detail: str) -> None:
    (event,) = parsed({"error": error})

    assert (event.event, event.detail) == (EventKind.OTHER, detail)


def test_an_answer_with_tokens_leaves_none_in_its_event() -> None:
    (event,) = parsed({"access_token": "ya29.secret", "refresh_token": "1//secret", "token_type": "Bearer"})

    assert "secret" not in repr(event)


@pytest.mark.parametrize("body", [b"", b"   ", b"not json", b'{"items": [', b"\x00\x01", b"\xef\xbb\xbf"])
def test_what_is_neither_json_nor_xml_is_put_aside(body: bytes) -> None:
    with pytest.raises(UnreadableDeliveryError):
        parsed(body)
