"""Calls for an Instagram account, against a Graph API on loopback."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from app.connectors.base import Capability, Outbound
from app.connectors.instagram.client import InstagramOutbound
from app.connectors.meta.graph import Graph
from app.connectors.meta.usage import Gauges
from app.decisions.capabilities import Lack
from app.errors import PlatformRefusedError, PlatformUnavailableError, TokenRejectedError
from app.messages import Channel
from tests.connectors.builders import (
    IG,
    IG_COMMENT,
    IG_PERSON,
    IG_REPLY,
    MEDIA,
    PAGE,
    SINCE,
    a_dm,
    a_message,
    an_endpoint,
    an_instagram_account,
)
from tests.connectors.meta.graph_api import GraphApi

TEXT = "Merhabalar, Sorununuzu ilgili birime aktardık. Sevgiler, İEÜ"
THREAD, OTHER_MEDIA, MENTION = "aWdfZAG06", "17911111111111111", "18011111111111112"
POST_LINK = "https://www.instagram.com/p/C0rfez/"

ACCOUNT = an_instagram_account()
comment, dm = a_message(ACCOUNT), a_dm(ACCOUNT)
nested = a_message(ACCOUNT, external_id=IG_REPLY, parent_id=IG_COMMENT)
mention = a_message(ACCOUNT, channel=Channel.MENTION, external_id=MENTION, post_id=OTHER_MEDIA, author_id=None)
caption = replace(mention, external_id=mention.post_id or mention.external_id)


@pytest.fixture
def account(api: GraphApi, http: httpx.AsyncClient) -> Outbound:
    api.kinds |= {IG: "IGUser", PAGE: "Page", IG_COMMENT: "IGComment", IG_REPLY: "IGComment", THREAD: "UnifiedThread"}
    return InstagramOutbound(Graph(an_endpoint(ACCOUNT, api.url), http, Gauges()))


Act = Callable[[Outbound], Awaitable[Any]]


@pytest.mark.parametrize(
    ("act", "line", "form"),
    [
        (lambda account: account.hide(comment), f"POST /{IG_COMMENT}", {"hide": "true"}),
        (lambda account: account.unhide(comment), f"POST /{IG_COMMENT}", {"hide": "false"}),
        (lambda account: account.delete(comment), f"DELETE /{IG_COMMENT}", {}),
    ],
    ids=["hide", "unhide", "delete"],
)
async def test_moderating_is_one_call(
    api: GraphApi, account: Outbound, act: Act, line: str, form: dict[str, str]
) -> None:
    api.answer(line, {"success": True})

    await act(account)

    assert api.lines == [line]
    assert api.calls[0].form == form


@pytest.mark.parametrize("message", [dm, mention, caption], ids=["dm", "mention", "caption"])
@pytest.mark.parametrize("act", ["hide", "unhide", "delete"])
async def test_what_is_not_under_our_media_is_refused_without_a_call(
    api: GraphApi, account: Outbound, act: str, message: Any
) -> None:
    with pytest.raises(PlatformRefusedError):
        await getattr(account, act)(message)

    assert api.calls == []


async def test_a_comment_that_is_gone_counts_as_deleted_after_a_look(api: GraphApi, account: Outbound) -> None:
    api.fail(f"DELETE /{IG_COMMENT}", 100, 33)
    api.fail(f"GET /{IG_COMMENT}", 100, 33)

    await account.delete(comment)

    assert api.lines == [f"DELETE /{IG_COMMENT}", f"GET /{IG_COMMENT}"]


@pytest.mark.parametrize("message", [comment, nested], ids=["comment", "reply"])
async def test_an_answer_goes_beneath_the_top_comment_in_the_very_words(
    api: GraphApi, account: Outbound, message: Any
) -> None:
    api.answer(f"POST /{IG_COMMENT}/replies", {"id": "180999"})

    sent = await account.reply(message, TEXT)

    assert sent.external_id == "180999"
    assert api.calls[0].form == {"message": TEXT}


@pytest.mark.parametrize(
    ("message", "place"),
    [(mention, {"media_id": OTHER_MEDIA, "comment_id": MENTION}), (caption, {"media_id": OTHER_MEDIA})],
    ids=["comment", "caption"],
)
async def test_a_mention_is_answered_through_the_account(
    api: GraphApi, account: Outbound, message: Any, place: dict[str, str]
) -> None:
    api.answer(f"POST /{IG}/mentions", {"id": "180999"})

    await account.reply(message, TEXT)

    assert api.calls[0].form == place | {"message": TEXT}


def a_listed(text: str, **fields: Any) -> dict[str, Any]:
    defaults = {"id": "180999", "text": text, "from": {"id": IG}, "timestamp": "2026-09-21T14:13:21+0000"}
    return {name: value for name, value in (defaults | fields).items() if value is not None}


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ([a_listed("başka"), a_listed(TEXT)], "180999"),
        ([a_listed(TEXT, **{"from": None, "username": "korfezuni"})], "180999"),
        ([a_listed(TEXT, **{"from": {"id": IG_PERSON}, "username": "korfezuni"})], None),
        ([a_listed(TEXT, timestamp="2026-09-21T14:00:00+0000")], None),
        ([], None),
    ],
    ids=["found", "by name", "by another", "older", "none"],
)
async def test_our_answer_is_found_by_author_words_and_time(
    api: GraphApi, account: Outbound, listed: list[Any], found: str | None
) -> None:
    api.answer(f"GET /{IG_COMMENT}/replies", {"data": listed})

    sent = await account.find_reply(nested, TEXT, since=SINCE)

    assert (sent and sent.external_id) == found


@pytest.mark.parametrize("message", [mention, caption, dm], ids=["mention", "caption", "dm"])
async def test_an_answer_elsewhere_cannot_be_looked_for(api: GraphApi, account: Outbound, message: Any) -> None:
    with pytest.raises(PlatformRefusedError):
        await account.find_reply(message, TEXT, since=SINCE)

    assert api.calls == []


async def test_private_messages_go_through_the_linked_page(api: GraphApi, account: Outbound) -> None:
    api.answer(f"POST /{PAGE}/messages", {"recipient_id": IG_PERSON, "message_id": "aWdf-1"})

    sent = await account.private_message(dm, TEXT, metadata="nobet:41")
    await account.private_message(comment, TEXT, metadata="nobet:42")

    assert sent.external_id == "aWdf-1"
    assert [call.json for call in api.calls] == [
        {"recipient": {"id": IG_PERSON}, "messaging_type": "RESPONSE", "message": {"text": TEXT}},
        {"recipient": {"comment_id": IG_COMMENT}, "message": {"text": TEXT}},
    ]


@pytest.mark.parametrize("code", [(10, 2534022), (100, 2534025), (200, 2534041)])
async def test_a_closed_window_is_a_refusal(api: GraphApi, account: Outbound, code: tuple[int, int]) -> None:
    api.fail(f"POST /{PAGE}/messages", *code)

    with pytest.raises(PlatformRefusedError):
        await account.private_message(comment, TEXT, metadata="")


async def test_what_cannot_be_said_is_refused_without_a_call(api: GraphApi, account: Outbound) -> None:
    refused: list[Awaitable[Any]] = [
        account.reply(dm, TEXT),
        account.reply(comment, "a" * 301),
        account.reply(comment, "#a #b #c #d #e"),
        account.reply(comment, "https://a.example https://b.example"),
        account.reply(comment, "ÇÖZÜLDÜ"),
        account.private_message(dm, "ş" * 501, metadata=""),
        account.private_message(mention, TEXT, metadata=""),
        account.private_message(replace(dm, author_id=None), TEXT, metadata=""),
        account.block(mention),
    ]

    for attempt in refused:
        with pytest.raises(PlatformRefusedError):
            await attempt

    assert api.calls == []


async def test_our_message_is_found_among_the_newest_of_the_thread(api: GraphApi, account: Outbound) -> None:
    message = {"message": TEXT, "from": {"id": IG, "username": "korfezuni"}, "created_time": "2026-09-21T14:13:21+0000"}
    theirs = message | {"id": "aWdf-2", "from": {"id": IG_PERSON}}
    api.answer(f"GET /{PAGE}/conversations", {"data": [{"id": THREAD}]})
    api.answer(f"GET /{THREAD}", {"id": THREAD, "messages": {"data": [theirs, message | {"id": "aWdf-1"}]}})

    sent = await account.find_private_message(dm, TEXT, since=SINCE)

    assert sent is not None
    assert sent.external_id == "aWdf-1"
    assert api.calls[0].query == {"platform": "INSTAGRAM", "user_id": IG_PERSON, "fields": "id"}


async def test_a_thread_of_twenty_newer_messages_tells_nothing(api: GraphApi, account: Outbound) -> None:
    newer = [
        {"id": f"aWdf-{number}", "from": {"id": IG_PERSON}, "created_time": "2026-09-21T18:00:00+0000"}
        for number in range(20)
    ]
    api.answer(f"GET /{PAGE}/conversations", {"data": [{"id": THREAD}]})
    api.answer(f"GET /{THREAD}", {"id": THREAD, "messages": {"data": newer}})

    with pytest.raises(PlatformRefusedError):
        await account.find_private_message(dm, TEXT, since=SINCE)


BLOCK = f"POST /{PAGE}/moderate_conversations"


async def test_a_block_is_done_where_the_string_says_true(api: GraphApi, account: Outbound) -> None:
    api.answer(BLOCK, {"success": "true"})

    await account.block(comment)

    assert api.lines == [BLOCK]
    assert api.calls[0].json == {"user_ids": [{"id": IG_PERSON}], "actions": ["block_user"]}


async def test_a_block_is_lifted_through_the_same_thread(api: GraphApi, account: Outbound) -> None:
    api.answer(BLOCK, {"success": "true"})

    await account.unblock(comment)

    assert api.lines == [BLOCK]
    assert api.calls[0].json == {"user_ids": [{"id": IG_PERSON}], "actions": ["unblock_user"]}


async def test_a_block_is_refused_where_the_string_says_false(api: GraphApi, account: Outbound) -> None:
    api.answer(BLOCK, {"success": "false"})

    with pytest.raises(PlatformRefusedError):
        await account.block(comment)


async def test_who_has_no_thread_cannot_be_blocked(api: GraphApi, account: Outbound) -> None:
    api.fail(BLOCK, 1)
    api.answer(f"GET /{PAGE}/conversations", {"data": []})

    with pytest.raises(PlatformRefusedError) as raised:
        await account.block(comment)

    assert raised.value.code == "no thread"


async def test_a_block_that_failed_in_passing_is_tried_again(api: GraphApi, account: Outbound) -> None:
    api.fail(BLOCK, 1)
    api.answer(f"GET /{PAGE}/conversations", {"data": [{"id": THREAD}]})

    with pytest.raises(PlatformUnavailableError):
        await account.block(comment)


async def test_a_limited_block_asks_for_no_thread(api: GraphApi, account: Outbound) -> None:
    api.fail(BLOCK, 80002)

    with pytest.raises(PlatformUnavailableError):
        await account.block(comment)

    assert api.lines == [BLOCK]


async def test_a_comment_is_looked_up_with_the_post_it_stands_under(api: GraphApi, account: Outbound) -> None:
    api.answer(
        f"GET /{IG_COMMENT}",
        {
            "id": IG_COMMENT,
            "text": "Kartım nerede",
            "timestamp": "2026-09-21T14:13:20+0000",
            "from": {"id": IG_PERSON, "username": "ayse.kaya"},
            "username": "ayse.kaya",
            "hidden": False,
            "media": {"id": MEDIA, "permalink": POST_LINK},
        },
    )

    found = await account.look_up(comment)

    assert found.link is None
    assert found.link_missing == f"Instagram gives no link to a single comment; it stands under {POST_LINK}"
    assert found.post_link == POST_LINK
    assert found.author_link == "https://www.instagram.com/ayse.kaya/"
    assert (found.text, found.author_id, found.author_name) == ("Kartım nerede", IG_PERSON, "ayse.kaya")
    assert found.sent_at == SINCE
    assert found.is_hidden is False


async def test_a_mention_in_a_comment_is_looked_up_through_the_account(api: GraphApi, account: Outbound) -> None:
    told = {"id": MENTION, "text": "@korfezuni bakın", "username": "can.er", "media": {"permalink": POST_LINK}}
    api.answer(f"GET /{IG}", {"mentioned_comment": told, "id": IG})

    found = await account.look_up(mention)

    assert (found.text, found.author_name, found.post_link) == ("@korfezuni bakın", "can.er", POST_LINK)
    assert api.calls[0].query["fields"].startswith(f"mentioned_comment.comment_id({MENTION}){{id,text,")


async def test_a_mention_in_a_caption_is_looked_up_with_its_link(api: GraphApi, account: Outbound) -> None:
    told = {"caption": "@korfezuni", "permalink": POST_LINK, "username": "x/../y"}
    api.answer(f"GET /{IG}", {"mentioned_media": told, "id": IG})

    found = await account.look_up(caption)

    assert (found.text, found.link, found.link_missing) == ("@korfezuni", POST_LINK, None)
    assert found.author_link is None
    assert found.author_link_missing
    assert api.calls[0].query["fields"].startswith(f"mentioned_media.media_id({OTHER_MEDIA}){{caption,")


async def test_an_id_cannot_ask_for_other_fields(api: GraphApi, account: Outbound) -> None:
    with pytest.raises(PlatformRefusedError):
        await account.look_up(replace(mention, external_id=type(mention.external_id)("1){id},access_token")))

    assert api.calls == []


async def test_what_is_gone_is_found_gone(api: GraphApi, account: Outbound) -> None:
    api.fail(f"GET /{IG_COMMENT}", 100, 33)

    assert (await account.look_up(comment)).is_gone


async def test_a_dead_token_is_told_when_looking_up(api: GraphApi, account: Outbound) -> None:
    api.fail(f"GET /{IG_COMMENT}", 190, 463)

    with pytest.raises(TokenRejectedError):
        await account.look_up(comment)


async def test_a_direct_message_is_not_asked_for(api: GraphApi, account: Outbound) -> None:
    found = await account.look_up(dm)

    assert api.calls == []
    assert found.link_missing
    assert found.author_link_missing


async def test_without_its_page_an_account_can_only_act_in_public(api: GraphApi, http: httpx.AsyncClient) -> None:
    alone = InstagramOutbound(Graph(an_endpoint(an_instagram_account(page_id=None), api.url), http, Gauges()))

    assert alone.lacks(Channel.COMMENT) == {
        Capability.PRIVATE_MESSAGE: Lack.NO_PAGE,
        Capability.BLOCK: Lack.NO_PAGE,
        Capability.UNBLOCK: Lack.NO_PAGE,
        Capability.REPORT_TO_PLATFORM: Lack.NOT_OFFERED,
    }
    for attempt in (
        alone.private_message(dm, TEXT, metadata=""),
        alone.find_private_message(dm, TEXT, since=SINCE),
        alone.block(comment),
        alone.unblock(comment),
    ):
        with pytest.raises(PlatformRefusedError):
            await attempt
    assert api.calls == []


async def test_an_account_with_its_page_can_do_all_but_report(account: Outbound) -> None:
    assert account.name == "instagram"
    assert set(account.lacks(Channel.COMMENT)) == {Capability.REPORT_TO_PLATFORM}


async def test_replies_are_counted_in_characters_and_messages_in_bytes(account: Outbound) -> None:
    assert account.message_length_limit(Capability.REPLY) == 300
    assert account.message_length_limit(Capability.PRIVATE_MESSAGE) == 1000
    assert account.message_length_limit(Capability.BLOCK) is None
    assert account.message_length(Capability.REPLY, "ış😀") == 3
    assert account.message_length(Capability.PRIVATE_MESSAGE, "ış😀") == 8
