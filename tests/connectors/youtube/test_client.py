"""Acts for a channel, against a Data API on loopback."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from app.connectors.base import Capability
from app.connectors.youtube.api import Api
from app.connectors.youtube.client import EDIT_IS_READ_WITHIN, YouTubeOutbound
from app.connectors.youtube.failures import GoneError
from app.connectors.youtube.quota import MemoryLedger, day_of
from app.decisions.capabilities import Lack
from app.errors import OutcomeUnknownError, PlatformRefusedError, PlatformUnavailableError
from app.messages import Channel, ExternalId, Media
from tests.connectors.youtube.builders import (
    CHANNEL,
    NOW,
    OUR_REPLY,
    REPLY,
    SINCE,
    THREAD,
    VIDEO,
    VIEWER,
    a_comment,
    a_message,
    a_page,
    a_thread,
    ours,
)
from tests.connectors.youtube.data_api import DataApi

T1 = "Merhabalar, Sorununuzu ilgili birime aktardık, en kısa sürede çözüme ulaşması için gereken yapılacaktır."
MODERATE, SAY, THREADS, COMMENTS = (
    "POST /comments/setModerationStatus",
    "POST /comments",
    "GET /commentThreads",
    "GET /comments",
)

comment, nested = a_message(), a_message(external_id=REPLY, parent_id=THREAD)
our_own = a_message(external_id=OUR_REPLY, author_id=CHANNEL)
mention = a_message(channel=Channel.MENTION)

Act = Callable[[YouTubeOutbound], Awaitable[Any]]


@pytest.mark.parametrize(
    ("act", "query"),
    [
        (lambda channel: channel.hide(comment), {"moderationStatus": "heldForReview"}),
        (lambda channel: channel.unhide(comment), {"moderationStatus": "published"}),
        (
            lambda channel: channel.reject_and_ban_author(comment),
            {"moderationStatus": "rejected", "banAuthor": "true"},
        ),
    ],
    ids=["hide", "unhide", "ban"],
)
async def test_moderating_is_one_call_without_a_body(
    api: DataApi, channel: YouTubeOutbound, ledger: MemoryLedger, act: Act, query: dict[str, str]
) -> None:
    api.answer(MODERATE, "", 204)

    await act(channel)
    await act(channel)

    assert api.lines == [MODERATE] * 2
    assert (api.calls[0].query, api.calls[0].body) == ({"id": THREAD, **query}, b"")
    assert api.calls[0].headers["authorization"] == "Bearer ya29.first"
    assert "ya29" not in api.calls[0].url
    assert (await ledger.usage(day_of(NOW))).acting == 100


async def test_another_s_comment_is_rejected_after_a_look(api: DataApi, channel: YouTubeOutbound) -> None:
    api.answer(COMMENTS, a_page(a_comment(THREAD)))
    api.answer(MODERATE, "", 204)

    await channel.delete(comment)

    assert api.lines == [COMMENTS, MODERATE]
    assert (api.calls[1].query, api.calls[1].body) == ({"id": THREAD, "moderationStatus": "rejected"}, b"")


async def test_what_its_author_edited_since_it_was_judged_is_not_rejected(
    api: DataApi, channel: YouTubeOutbound
) -> None:
    api.answer(COMMENTS, a_page(a_comment(THREAD, text="artık yaşamak istemiyorum")))

    with pytest.raises(PlatformUnavailableError) as caught:
        await channel.delete(comment)

    assert (caught.value.code, caught.value.retry_after) == ("edited", EDIT_IS_READ_WITHIN)
    assert api.lines == [COMMENTS]


async def test_only_our_own_comment_is_deleted(api: DataApi, channel: YouTubeOutbound) -> None:
    api.answer("DELETE /comments", "", 204)

    await channel.delete(our_own)

    assert (api.lines, api.calls[0].query) == (["DELETE /comments"], {"id": OUR_REPLY})


@pytest.mark.parametrize("reason", ["commentNotFound", "videoNotFound"])
async def test_what_is_gone_counts_as_hidden_and_deleted_but_cannot_be_shown_or_banned(
    api: DataApi, channel: YouTubeOutbound, reason: str
) -> None:
    api.fail(MODERATE, reason, 404)
    api.fail("DELETE /comments", reason, 404)

    await channel.hide(comment)
    await channel.delete(comment)
    await channel.delete(our_own)
    for act in (channel.unhide, channel.reject_and_ban_author):
        with pytest.raises(GoneError):
            await act(comment)


@pytest.mark.parametrize(("reason", "status"), [("processingFailure", 400), ("forbidden", 403)])
async def test_a_refusal_that_may_mean_gone_is_settled_by_a_look(
    api: DataApi, channel: YouTubeOutbound, reason: str, status: int
) -> None:
    api.fail(MODERATE, reason, status)
    api.fail(COMMENTS, "commentNotFound", 404)

    await channel.hide(comment)
    await channel.delete(comment)
    for act in (channel.unhide, channel.reject_and_ban_author):
        with pytest.raises(PlatformRefusedError):
            await act(comment)


@pytest.mark.parametrize("look", [a_page(a_comment(THREAD)), "<html>Not Found</html>"])
async def test_a_refusal_stands_where_the_comment_is_seen_or_nobody_can_look(
    api: DataApi, channel: YouTubeOutbound, look: object
) -> None:
    api.fail(MODERATE, "forbidden", 403)
    api.answer(COMMENTS, look, 200 if isinstance(look, dict) else 404)

    with pytest.raises(PlatformRefusedError) as caught:
        await channel.hide(comment)

    assert caught.value.code == "forbidden"


async def test_a_page_that_is_not_there_does_not_make_a_comment_gone(api: DataApi, channel: YouTubeOutbound) -> None:
    api.answer(MODERATE, "<html>Not Found</html>", 404)

    with pytest.raises(PlatformRefusedError) as caught:
        await channel.delete(comment)

    assert not isinstance(caught.value, GoneError)


async def test_the_machine_bans_nobody(api: DataApi, channel: YouTubeOutbound) -> None:
    with pytest.raises(PlatformRefusedError) as caught:
        await channel.block(comment)

    assert caught.value.code == "needs a person"
    assert channel.lacks(Channel.COMMENT)[Capability.BLOCK] is Lack.BY_PERSON
    assert api.calls == []


async def test_our_own_channel_is_not_banned(api: DataApi, channel: YouTubeOutbound) -> None:
    with pytest.raises(PlatformRefusedError):
        await channel.reject_and_ban_author(our_own)

    assert api.calls == []


async def test_private_messages_are_refused_without_a_call(api: DataApi, channel: YouTubeOutbound) -> None:
    with pytest.raises(PlatformRefusedError):
        await channel.private_message(comment, T1, metadata="x")
    with pytest.raises(PlatformRefusedError):
        await channel.find_private_message(comment, T1, since=SINCE)

    assert api.calls == []


def test_the_capabilities_follow_the_granted_scopes(calls: Api) -> None:
    reading = YouTubeOutbound(calls, scopes=frozenset({"https://www.googleapis.com/auth/youtube.readonly"}))

    assert YouTubeOutbound(calls).lacks(Channel.COMMENT) == {
        Capability.PRIVATE_MESSAGE: Lack.NOT_OFFERED,
        Capability.REPORT_TO_PLATFORM: Lack.NOT_OFFERED,
        Capability.BLOCK: Lack.BY_PERSON,
        Capability.UNBLOCK: Lack.NOT_OFFERED,
    }
    assert set(reading.lacks(Channel.COMMENT)) == set(Capability)
    assert reading.by_person().lacks(Channel.COMMENT) == reading.lacks(Channel.COMMENT)


async def test_a_person_bans_with_a_click(api: DataApi, channel: YouTubeOutbound) -> None:
    api.answer(MODERATE, "", 204)

    await channel.by_person().block(comment)

    assert Capability.BLOCK not in channel.by_person().lacks(Channel.COMMENT)
    assert [call.query["banAuthor"] for call in api.calls] == ["true"]


async def test_a_ban_is_lifted_by_nobody_from_here(api: DataApi, channel: YouTubeOutbound) -> None:
    for one in (channel, channel.by_person()):
        with pytest.raises(PlatformRefusedError):
            await one.unblock(comment)
        assert one.lacks(Channel.COMMENT)[Capability.UNBLOCK] is Lack.NOT_OFFERED

    assert api.calls == []


async def test_without_the_scope_nothing_is_tried(api: DataApi, calls: Api) -> None:
    reading = YouTubeOutbound(calls, scopes=frozenset())

    for act in (reading.hide(comment), reading.delete(our_own), reading.reply(comment, T1)):
        with pytest.raises(PlatformRefusedError):
            await act
    assert api.calls == []


@pytest.mark.parametrize("act", ["hide", "unhide", "delete", "reject_and_ban_author"])
async def test_what_is_no_comment_is_refused_without_a_call(api: DataApi, channel: YouTubeOutbound, act: str) -> None:
    with pytest.raises(PlatformRefusedError):
        await getattr(channel, act)(mention)

    assert api.calls == []


@pytest.mark.parametrize("message", [comment, nested, a_message(external_id=REPLY)])
async def test_an_answer_goes_into_the_thread_which_is_asked_first(
    api: DataApi, channel: YouTubeOutbound, ledger: MemoryLedger, message: Any
) -> None:
    api.answer(THREADS, a_page(a_thread()))
    api.answer(SAY, ours(OUR_REPLY, T1))

    sent = await channel.reply(message, T1)

    assert sent.external_id == OUR_REPLY
    assert api.lines == [THREADS, SAY]
    assert api.calls[0].query["id"] == THREAD
    assert (api.calls[1].query, api.calls[1].json) == (
        {"part": "snippet"},
        {"snippet": {"parentId": THREAD, "textOriginal": T1}},
    )
    assert (await ledger.usage(day_of(NOW))).acting == 53


@pytest.mark.parametrize(
    ("page", "code"),
    [(a_page(a_thread(canReply=False)), "canReply"), (a_page(), "commentThreadNotFound")],
)
async def test_a_closed_or_missing_thread_is_not_answered(
    api: DataApi, channel: YouTubeOutbound, page: Any, code: str
) -> None:
    api.answer(THREADS, page)

    with pytest.raises(PlatformRefusedError) as caught:
        await channel.reply(comment, T1)

    assert (caught.value.code, api.lines) == (code, [THREADS])


@pytest.mark.parametrize("text", ["", "  ", "x" * 10_001])
async def test_a_text_that_youtube_would_not_take_costs_no_call(
    api: DataApi, channel: YouTubeOutbound, text: str
) -> None:
    with pytest.raises(PlatformRefusedError):
        await channel.reply(comment, text)

    assert api.calls == []
    assert channel.message_length_limit(Capability.REPLY) == 10_000
    assert channel.message_length_limit(Capability.PRIVATE_MESSAGE) is None
    assert channel.message_length(Capability.REPLY, "şğü😀") == 4


@pytest.mark.parametrize(
    "lose",
    [
        lambda api: api.hang(SAY),
        lambda api: api.answer(SAY, "<html>", 502),
        lambda api: api.fail(SAY, "backendError", 500),
        lambda api: api.answer(SAY, {"error": {"code": 503, "status": "UNAVAILABLE"}}, 503),
        lambda api: api.answer(SAY, "", 200),
        lambda api: api.answer(SAY, "[]", 200),
        lambda api: api.answer(SAY, {"kind": "youtube#comment"}, 200),
        lambda api: api.answer(SAY, "", 302, headers={"location": "/elsewhere"}),
    ],
    ids=["time-out", "502", "backendError", "unavailable", "empty", "array", "no id", "redirect"],
)
async def test_an_answer_whose_answer_was_lost_may_have_been_heard(
    api: DataApi, channel: YouTubeOutbound, lose: Callable[[DataApi], None]
) -> None:
    api.answer(THREADS, a_page(a_thread()))
    lose(api)

    with pytest.raises(OutcomeUnknownError):
        await channel.reply(comment, T1)

    assert api.lines.count(SAY) == 1


async def test_a_lost_look_before_the_answer_is_no_lost_answer(api: DataApi, channel: YouTubeOutbound) -> None:
    api.hang(THREADS)

    with pytest.raises(PlatformUnavailableError):
        await channel.reply(comment, T1)

    assert api.lines == [THREADS]


async def test_our_answer_is_found_by_its_words_on_a_later_page(api: DataApi, channel: YouTubeOutbound) -> None:
    others = [a_comment(REPLY, T1, publishedAt="2026-09-21T17:14:00Z")]
    mine = ours(OUR_REPLY, f"  {T1}\n", publishedAt="2026-09-21T17:13:12Z")
    api.answer(COMMENTS, a_page(*others, nextPageToken="p2"), query={"parentId": THREAD})
    api.answer(COMMENTS, a_page(mine), query={"parentId": THREAD, "pageToken": "p2"})

    sent = await channel.find_reply(nested, T1, since=SINCE)

    assert sent is not None
    assert sent.external_id == OUR_REPLY


@pytest.mark.parametrize(
    "reply",
    [
        a_comment(OUR_REPLY, T1, publishedAt="2026-09-21T17:14:00Z"),
        ours(OUR_REPLY, "başka", publishedAt="2026-09-21T17:14:00Z"),
        ours(OUR_REPLY, T1, publishedAt="2026-09-21T17:13:09Z"),
    ],
    ids=["another's", "other words", "earlier"],
)
async def test_what_is_not_our_answer_is_not_found(api: DataApi, channel: YouTubeOutbound, reply: Any) -> None:
    api.answer(COMMENTS, a_page(reply))

    assert await channel.find_reply(comment, T1, since=SINCE) is None


async def test_a_thread_longer_than_is_read_is_no_thread_without_our_answer(
    api: DataApi, channel: YouTubeOutbound
) -> None:
    api.answer(COMMENTS, a_page(a_comment(REPLY), nextPageToken="more"))

    with pytest.raises(PlatformRefusedError):
        await channel.find_reply(comment, T1, since=SINCE)


@pytest.mark.parametrize("body", ["{}", "", "[]"])
async def test_an_answer_that_is_no_list_does_not_say_that_nothing_is_there(
    api: DataApi, channel: YouTubeOutbound, body: str
) -> None:
    api.answer(COMMENTS, body)

    with pytest.raises(PlatformUnavailableError):
        await channel.find_reply(comment, T1, since=SINCE)
    with pytest.raises(PlatformUnavailableError):
        await channel.look_up(comment)


async def test_a_look_tells_what_youtube_shows(api: DataApi, channel: YouTubeOutbound) -> None:
    api.answer(COMMENTS, a_page(a_comment(imageUrl="https://yt.example/a.gif")))

    found = await channel.look_up(comment)

    assert api.calls[0].query == {"part": "snippet", "id": THREAD, "textFormat": "plainText"}
    assert found.link is None
    assert found.link_missing is not None
    assert found.post_link == f"https://www.youtube.com/watch?v={VIDEO}"
    assert found.author_link == f"http://www.youtube.com/channel/{VIEWER}"
    assert (found.text, found.author_id, found.author_name) == ("Yemekhane sırası çok uzun", VIEWER, "@denizaksoy")
    assert found.sent_at == datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
    assert found.media == (Media(kind="image", url="https://yt.example/a.gif"),)
    assert (found.is_hidden, found.is_gone) == (None, False)


@pytest.mark.parametrize(("status", "is_hidden"), [("published", False), ("heldForReview", True), ("rejected", True)])
async def test_a_look_tells_the_state_where_youtube_does(
    api: DataApi, channel: YouTubeOutbound, status: str, is_hidden: bool
) -> None:
    api.answer(COMMENTS, a_page(a_comment(moderationStatus=status)))

    assert (await channel.look_up(comment)).is_hidden is is_hidden


async def test_a_look_finds_what_is_gone(api: DataApi, channel: YouTubeOutbound) -> None:
    api.answer(COMMENTS, a_page())
    api.fail(COMMENTS, "commentNotFound", 404)

    assert (await channel.look_up(comment)).is_gone
    assert (await channel.look_up(comment)).is_gone


async def test_an_id_leads_nowhere_else(api: DataApi, channel: YouTubeOutbound) -> None:
    api.answer(MODERATE, "", 204)
    odd = a_message(external_id=ExternalId("../videos?id=1&banAuthor=true#"))

    await channel.hide(odd)

    assert api.lines == [MODERATE]
    assert api.calls[0].query == {"id": odd.external_id, "moderationStatus": "heldForReview"}
