"""Calls for a Facebook Page, against a Graph API on loopback."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from app.connectors.base import Capability, Outbound
from app.connectors.facebook.client import FacebookOutbound
from app.connectors.meta.graph import Graph
from app.connectors.meta.usage import Gauges
from app.errors import OutcomeUnknownError, PlatformRefusedError, PlatformUnavailableError
from app.messages import Channel, ExternalId, Media
from tests.connectors.builders import (
    COMMENT,
    PAGE,
    PERSON,
    REPLY,
    SINCE,
    a_dm,
    a_message,
    a_page,
    an_endpoint,
)
from tests.connectors.meta.graph_api import GraphApi

T1 = "Merhabalar, Sorununuzu ilgili birime aktardık, en kısa sürede çözüme ulaşması için gereken yapılacaktır."
VISITOR_POST, ELSEWHERE, REVIEW, THREAD = f"{PAGE}_777", "990000000000777_41", "508000000000401", "t_10158"

PAGE_ACCOUNT = a_page()
comment, dm = a_message(PAGE_ACCOUNT), a_dm(PAGE_ACCOUNT)
visitor_post = a_message(PAGE_ACCOUNT, channel=Channel.MENTION, external_id=VISITOR_POST, post_id=VISITOR_POST)
mention = a_message(PAGE_ACCOUNT, channel=Channel.MENTION, external_id=ELSEWHERE, post_id=ELSEWHERE)
review = a_message(PAGE_ACCOUNT, channel=Channel.MENTION, external_id=REVIEW, post_id=None)
nested = a_message(PAGE_ACCOUNT, external_id=REPLY, parent_id=COMMENT)


@pytest.fixture
def page(api: GraphApi, http: httpx.AsyncClient) -> Outbound:
    api.kinds |= {
        PAGE: "Page",
        COMMENT: "Comment",
        REPLY: "Comment",
        VISITOR_POST: "PagePost",
        ELSEWHERE: "PagePost",
        THREAD: "UnifiedThread",
    }
    return FacebookOutbound(Graph(an_endpoint(PAGE_ACCOUNT, api.url), http, Gauges()))


Act = Callable[[Outbound], Awaitable[Any]]


@pytest.mark.parametrize(
    ("act", "line", "form"),
    [
        (lambda page: page.hide(comment), f"POST /{COMMENT}", {"is_hidden": "true"}),
        (lambda page: page.unhide(comment), f"POST /{COMMENT}", {"is_hidden": "false"}),
        (lambda page: page.delete(comment), f"DELETE /{COMMENT}", {}),
        (lambda page: page.hide(visitor_post), f"POST /{VISITOR_POST}", {"is_hidden": "true"}),
        (lambda page: page.delete(visitor_post), f"DELETE /{VISITOR_POST}", {}),
    ],
    ids=["hide", "unhide", "delete", "hide a visitor's post", "delete a visitor's post"],
)
async def test_moderating_is_one_call(api: GraphApi, page: Outbound, act: Act, line: str, form: dict[str, str]) -> None:
    api.answer(line, {"success": True})

    await act(page)

    assert api.lines == [line]
    assert api.calls[0].form == form


@pytest.mark.parametrize("message", [dm, mention, review], ids=["dm", "mention", "review"])
@pytest.mark.parametrize("act", ["hide", "unhide", "delete"])
async def test_what_is_not_on_the_page_is_refused_without_a_call(
    api: GraphApi, page: Outbound, act: str, message: Any
) -> None:
    with pytest.raises(PlatformRefusedError):
        await getattr(page, act)(message)

    assert api.calls == []


@pytest.mark.parametrize("code", [(100, 33), (9000001, None)])
@pytest.mark.parametrize("act", [lambda page: page.delete(comment), lambda page: page.hide(comment)])
async def test_a_comment_that_is_gone_counts_as_done_after_a_look(
    api: GraphApi, page: Outbound, act: Act, code: tuple[int, int | None]
) -> None:
    api.fail(f"DELETE /{COMMENT}", *code)
    api.fail(f"POST /{COMMENT}", *code)
    api.fail(f"GET /{COMMENT}", 100, 33)

    await act(page)

    assert api.lines[1:] == [f"GET /{COMMENT}"]


async def test_a_comment_that_is_gone_cannot_be_shown_again(api: GraphApi, page: Outbound) -> None:
    api.fail(f"POST /{COMMENT}", 100, 33)
    api.fail(f"GET /{COMMENT}", 100, 33)

    with pytest.raises(PlatformRefusedError):
        await page.unhide(comment)


async def test_a_comment_that_is_still_there_was_not_deleted(api: GraphApi, page: Outbound) -> None:
    api.fail(f"DELETE /{COMMENT}", 100, 33)
    api.answer(f"GET /{COMMENT}", {"id": COMMENT})

    with pytest.raises(PlatformRefusedError):
        await page.delete(comment)


async def test_a_look_that_fails_does_not_make_a_comment_gone(api: GraphApi, page: Outbound) -> None:
    api.fail(f"DELETE /{COMMENT}", 100, 33)
    api.answer(f"GET /{COMMENT}", "", 502)

    with pytest.raises(PlatformUnavailableError):
        await page.delete(comment)


async def test_a_hide_that_the_platform_denies_is_refused(api: GraphApi, page: Outbound) -> None:
    api.answer(f"POST /{COMMENT}", {"success": "false"})

    with pytest.raises(PlatformRefusedError):
        await page.hide(comment)


@pytest.mark.parametrize(
    ("message", "thread"),
    [(comment, COMMENT), (nested, COMMENT), (visitor_post, VISITOR_POST), (mention, ELSEWHERE)],
    ids=["comment", "reply", "visitor's post", "mention"],
)
async def test_an_answer_goes_beneath_the_top_comment(api: GraphApi, page: Outbound, message: Any, thread: str) -> None:
    api.answer(f"POST /{thread}/comments", {"id": "501_9100"})

    sent = await page.reply(message, T1)

    assert sent.external_id == "501_9100"
    assert api.calls[0].form == {"message": T1}


async def test_an_answer_without_an_id_may_have_been_heard(api: GraphApi, page: Outbound) -> None:
    api.answer(f"POST /{COMMENT}/comments", {"success": True})

    with pytest.raises(OutcomeUnknownError):
        await page.reply(comment, T1)


async def test_a_service_that_is_unavailable_may_have_heard_an_answer(api: GraphApi, page: Outbound) -> None:
    api.fail(f"POST /{COMMENT}/comments", 2, status=503, is_transient=True)

    with pytest.raises(OutcomeUnknownError):
        await page.reply(comment, T1)


async def test_a_duplicate_beneath_the_same_comment_is_our_answer(api: GraphApi, page: Outbound) -> None:
    api.fail(f"POST /{COMMENT}/comments", 506)
    api.answer(f"GET /{COMMENT}/comments", {"data": [a_listed(T1)]})

    assert (await page.reply(comment, T1)).external_id == "501_9100"


async def test_a_duplicate_of_something_said_elsewhere_is_refused(api: GraphApi, page: Outbound) -> None:
    api.fail(f"POST /{COMMENT}/comments", 506)
    api.answer(f"GET /{COMMENT}/comments", {"data": []})

    with pytest.raises(PlatformRefusedError):
        await page.reply(comment, T1)


def a_listed(
    text: str, *, by: str = PAGE, at: str = "2026-09-21T14:13:21+0000", id_: str = "501_9100"
) -> dict[str, Any]:
    return {"id": id_, "message": text, "from": {"id": by, "name": "x"}, "created_time": at}


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ([a_listed("başka"), a_listed(T1)], "501_9100"),
        ([a_listed(T1.replace(", ", ",  ") + "\n")], "501_9100"),
        ([a_listed(T1, at="2026-09-21T14:13:12+0000")], "501_9100"),
        ([a_listed(T1, at="2026-09-21T14:00:00+0000")], None),
        ([a_listed(T1, by=PERSON)], None),
        ([{"id": "501_9100", "message": T1}], None),
        ([a_listed(T1 + "!")], None),
        ([None, 5, {}], None),
        ([], None),
    ],
    ids=["found", "spaces", "clock", "older", "by another", "by nobody", "other words", "odd", "none"],
)
async def test_our_answer_is_found_by_author_words_and_time(
    api: GraphApi, page: Outbound, listed: list[Any], found: str | None
) -> None:
    api.answer(f"GET /{COMMENT}/comments", {"data": listed})

    sent = await page.find_reply(nested, T1, since=SINCE)

    assert (sent and sent.external_id) == found
    query = api.calls[0].query
    assert (query["order"], query["since"]) == ("reverse_chronological", str(int(SINCE.timestamp()) - 10))


async def test_a_dm_is_answered_within_its_window_and_never_with_a_tag(api: GraphApi, page: Outbound) -> None:
    api.answer(f"POST /{PAGE}/messages", {"recipient_id": PERSON, "message_id": "m_our-1"})

    sent = await page.private_message(dm, "Merhaba, buradayız.", metadata="nobet:41")

    assert sent.external_id == "m_our-1"
    assert api.calls[0].json == {
        "recipient": {"id": PERSON},
        "messaging_type": "RESPONSE",
        "message": {"text": "Merhaba, buradayız.", "metadata": "nobet:41"},
    }


@pytest.mark.parametrize(
    ("message", "recipient"),
    [
        (comment, {"comment_id": COMMENT}),
        (nested, {"comment_id": REPLY}),
        (visitor_post, {"post_id": VISITOR_POST}),
    ],
    ids=["comment", "reply", "visitor's post"],
)
async def test_a_commenter_gets_a_private_reply_without_type_or_tag(
    api: GraphApi, page: Outbound, message: Any, recipient: dict[str, str]
) -> None:
    api.answer(f"POST /{PAGE}/messages", {"recipient_id": PERSON, "message_id": "m_our-2"})

    await page.private_message(message, "Merhaba", metadata="nobet:42")

    assert api.calls[0].json == {"recipient": recipient, "message": {"text": "Merhaba", "metadata": "nobet:42"}}


async def test_a_closed_window_is_a_refusal(api: GraphApi, page: Outbound) -> None:
    api.fail(f"POST /{PAGE}/messages", 10, 2018278)

    with pytest.raises(PlatformRefusedError) as raised:
        await page.private_message(dm, "Merhaba", metadata="")

    assert raised.value.code == "10/2018278"


async def test_what_cannot_be_said_is_refused_without_a_call(api: GraphApi, page: Outbound) -> None:
    refused: list[Awaitable[Any]] = [
        page.reply(dm, "Merhaba"),
        page.reply(comment, "a" * 8001),
        page.reply(comment, " "),
        page.private_message(dm, "a" * 2001, metadata=""),
        page.private_message(review, "Merhaba", metadata=""),
        page.private_message(replace(dm, author_id=None), "Merhaba", metadata=""),
        page.find_private_message(replace(comment, author_id=None), "Merhaba", since=SINCE),
        page.find_reply(dm, "Merhaba", since=SINCE),
    ]

    for attempt in refused:
        with pytest.raises(PlatformRefusedError):
            await attempt

    assert api.calls == []


@pytest.mark.parametrize("listed_by", [PAGE, "some other id of ours"])
async def test_our_message_is_found_in_the_thread(api: GraphApi, page: Outbound, listed_by: str) -> None:
    api.answer(f"GET /{PAGE}/conversations", {"data": [{"id": THREAD}]})
    api.answer(
        f"GET /{THREAD}/messages",
        {"data": [a_listed("Merhaba", by=PERSON, id_="m_their"), a_listed("Merhaba", by=listed_by, id_="m_our-1")]},
    )

    sent = await page.find_private_message(dm, "Merhaba", since=SINCE)

    assert sent is not None
    assert sent.external_id == "m_our-1"
    assert api.calls[0].query == {"platform": "MESSENGER", "user_id": PERSON, "fields": "id"}


async def test_without_a_thread_nothing_was_said(api: GraphApi, page: Outbound) -> None:
    api.answer(f"GET /{PAGE}/conversations", {"data": []})

    assert await page.find_private_message(comment, "Merhaba", since=SINCE) is None


async def test_a_thread_that_went_on_beyond_what_is_shown_tells_nothing(api: GraphApi, page: Outbound) -> None:
    newer = [a_listed(f"{number}", by=PERSON, at="2026-09-21T18:00:00+0000") for number in range(50)]
    api.answer(f"GET /{PAGE}/conversations", {"data": [{"id": THREAD}]})
    api.answer(f"GET /{THREAD}/messages", {"data": newer})

    with pytest.raises(PlatformRefusedError):
        await page.find_private_message(dm, "Merhaba", since=SINCE)


async def test_a_long_thread_that_reaches_back_far_enough_tells(api: GraphApi, page: Outbound) -> None:
    newer = [a_listed(f"{number}", by=PERSON, at="2026-09-21T18:00:00+0000") for number in range(49)]
    api.answer(f"GET /{PAGE}/conversations", {"data": [{"id": THREAD}]})
    older = a_listed("eski", by=PERSON, at="2026-09-20T18:00:00+0000")
    api.answer(f"GET /{THREAD}/messages", {"data": [*newer, older]})

    assert await page.find_private_message(dm, "Merhaba", since=SINCE) is None


@pytest.mark.parametrize("answer", [{PERSON: True}, {PERSON: "true"}])
async def test_a_block_is_done_where_the_answer_says_so_for_the_person(
    api: GraphApi, page: Outbound, answer: dict[str, Any]
) -> None:
    api.answer(f"POST /{PAGE}/blocked", answer)

    await page.block(comment)

    assert api.lines == [f"POST /{PAGE}/blocked"]
    assert api.calls[0].json == {"psid": [int(PERSON)]}


@pytest.mark.parametrize("answer", [{PERSON: False}, {PERSON: "false"}, {"success": False}])
async def test_a_block_that_is_denied_is_refused(api: GraphApi, page: Outbound, answer: dict[str, Any]) -> None:
    api.answer(f"POST /{PAGE}/blocked", answer)

    with pytest.raises(PlatformRefusedError):
        await page.block(comment)


async def test_a_block_whose_answer_says_nothing_of_the_person_is_looked_up(api: GraphApi, page: Outbound) -> None:
    api.answer(f"POST /{PAGE}/blocked", {"success": True})
    api.answer(f"GET /{PAGE}/blocked", {"data": [{"id": PERSON, "name": "x"}]})
    api.answer(f"GET /{PAGE}/blocked", {"data": []})

    await page.block(comment)
    with pytest.raises(PlatformRefusedError):
        await page.block(comment)

    assert api.calls[1].query == {"user": PERSON}


async def test_a_block_is_lifted(api: GraphApi, page: Outbound) -> None:
    api.answer(f"DELETE /{PAGE}/blocked", {"success": True})

    await page.unblock(comment)

    assert api.lines == [f"DELETE /{PAGE}/blocked"]
    assert api.calls[0].query == {"psid": PERSON}


async def test_lifting_the_block_of_somebody_who_is_in_already_is_done_and_of_who_is_not_is_refused(
    api: GraphApi, page: Outbound
) -> None:
    api.answer(f"DELETE /{PAGE}/blocked", {"error": {"code": 100, "message": "The user is not blocked"}}, 400)
    api.answer(f"GET /{PAGE}/blocked", {"data": []})
    api.answer(f"GET /{PAGE}/blocked", {"data": [{"id": PERSON, "name": "x"}]})

    await page.unblock(comment)
    with pytest.raises(PlatformRefusedError):
        await page.unblock(comment)


@pytest.mark.parametrize("act", ["block", "unblock"])
@pytest.mark.parametrize("author_id", [None, "not-a-number"])
async def test_who_has_no_id_can_be_neither_blocked_nor_let_in(
    api: GraphApi, page: Outbound, author_id: str | None, act: str
) -> None:
    with pytest.raises(PlatformRefusedError):
        await getattr(page, act)(replace(comment, author_id=ExternalId(author_id) if author_id else None))

    assert api.calls == []


async def test_a_comment_is_looked_up_with_its_link_author_and_picture(api: GraphApi, page: Outbound) -> None:
    api.answer(
        f"GET /{COMMENT}",
        {
            "id": COMMENT,
            "message": "Yemekhane",
            "from": {"id": PERSON, "name": "Deniz Aksoy"},
            "created_time": "2026-09-21T14:13:20+0000",
            "permalink_url": "https://www.facebook.com/korfez/posts/501?comment_id=9001",
            "is_hidden": True,
            "attachment": {"type": "sticker", "url": "https://scontent.example/s.png"},
        },
    )

    found = await page.look_up(comment)

    assert found.link == "https://www.facebook.com/korfez/posts/501?comment_id=9001"
    assert found.link_missing is None
    assert found.author_link is None
    assert found.author_link_missing
    assert (found.text, found.author_id, found.author_name) == ("Yemekhane", PERSON, "Deniz Aksoy")
    assert found.sent_at == datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
    assert found.media == (Media(kind="sticker", url="https://scontent.example/s.png"),)
    assert found.is_hidden
    assert not found.is_gone


async def test_a_post_is_looked_up_without_asking_for_what_posts_do_not_have(api: GraphApi, page: Outbound) -> None:
    api.answer(f"GET /{VISITOR_POST}", {"id": VISITOR_POST, "message": "Açık mı?"})

    found = await page.look_up(visitor_post)

    assert found.text == "Açık mı?"
    assert found.link_missing
    assert "attachment" not in api.calls[0].query["fields"]


async def test_what_is_gone_is_found_gone(api: GraphApi, page: Outbound) -> None:
    api.fail(f"GET /{COMMENT}", 100, 33)

    found = await page.look_up(comment)

    assert found.is_gone
    assert found.link_missing


@pytest.mark.parametrize("message", [dm, review], ids=["dm", "review"])
async def test_what_has_no_address_is_not_asked_for(api: GraphApi, page: Outbound, message: Any) -> None:
    found = await page.look_up(message)

    assert api.calls == []
    assert found.link is None
    assert found.link_missing
    assert found.author_link_missing
    assert not found.is_gone


async def test_a_page_can_do_all_but_report(page: Outbound) -> None:
    assert page.name == "facebook"
    assert set(page.lacks(Channel.COMMENT)) == {Capability.REPORT_TO_PLATFORM}


async def test_texts_are_counted_in_characters(page: Outbound) -> None:
    assert page.message_length_limit(Capability.REPLY) == 8000
    assert page.message_length_limit(Capability.PRIVATE_MESSAGE) == 2000
    assert page.message_length_limit(Capability.HIDE) is None
    assert page.message_length(Capability.PRIVATE_MESSAGE, "ış😀") == 3


async def test_a_text_of_exactly_the_limit_goes_out(api: GraphApi, page: Outbound) -> None:
    api.answer(f"POST /{PAGE}/messages", {"recipient_id": PERSON, "message_id": "m_our-3"})

    await page.private_message(dm, "ş" * 2000, metadata="")

    assert api.calls[0].json["message"] == {"text": "ş" * 2000}
