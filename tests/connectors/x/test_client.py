"""What can be done for an account, against X on loopback."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.connectors.base import Capability, Outbound, Sent
from app.connectors.x.client import Tier, XOutbound
from app.connectors.x.failures import GoneError
from app.connectors.x.fields import Naming
from app.decisions.capabilities import Lack
from app.errors import OutcomeUnknownError, PlatformRefusedError, PlatformUnavailableError
from app.messages import Channel, ExternalId, LookUp, Media, Message
from tests.connectors.x.builders import (
    AYSE,
    DM,
    MENTION,
    REPLY,
    ROOT,
    SINCE,
    US,
    a_dm,
    a_mention,
    a_message,
    an_api,
)
from tests.connectors.x.x_api import LoopbackX

T1 = "Merhabalar, Sorununuzu ilgili birime aktardık. Sevgiler, İEÜ"
OURS = "1970000000000000502"
HIDE, POST, LOOK = f"PUT /2/tweets/{REPLY}/hidden", "POST /2/tweets", f"GET /2/tweets/{REPLY}"
TIMELINE = f"GET /2/users/{US}/tweets"
SAY_DM, DMS = f"POST /2/dm_conversations/with/{AYSE}/messages", f"GET /2/dm_conversations/with/{AYSE}/dm_events"
BLOCK = f"POST /2/users/{US}/blocking"

reply, mention, dm = a_message(), a_mention(), a_dm()
own = a_message(external_id=OURS, author_id=US)
Act = Callable[[Outbound], Awaitable[Any]]


@pytest.fixture
def account(x: LoopbackX, http: httpx.AsyncClient) -> XOutbound:
    return XOutbound(an_api(x.url, http))


def of_tier(x: LoopbackX, http: httpx.AsyncClient, **fields: Any) -> XOutbound:
    return XOutbound(an_api(x.url, http), **fields)


def test_it_is_an_outbound(account: XOutbound) -> None:
    outbound: Outbound = account

    assert outbound.name == "x"


# Hiding and deleting.


@pytest.mark.parametrize("is_hidden", [True, False])
async def test_hiding_is_one_call(x: LoopbackX, account: XOutbound, is_hidden: bool) -> None:
    x.answer(HIDE, {"data": {"hidden": is_hidden}})

    await (account.hide(reply) if is_hidden else account.unhide(reply))

    assert x.lines == [HIDE]
    assert x.calls[0].json == {"hidden": is_hidden}


@pytest.mark.parametrize("message", [dm, mention], ids=["dm", "mention at the head of a conversation"])
@pytest.mark.parametrize("act", ["hide", "unhide"])
async def test_what_is_no_reply_is_refused_without_a_call(
    x: LoopbackX, account: XOutbound, act: str, message: Message
) -> None:
    with pytest.raises(PlatformRefusedError):
        await getattr(account, act)(message)

    assert x.calls == []


@pytest.mark.parametrize("fields", [{"post_id": ROOT}, {"post_id": None, "parent_id": OURS}])
async def test_a_mention_beneath_a_post_is_tried(x: LoopbackX, account: XOutbound, fields: dict[str, Any]) -> None:
    x.problem(f"PUT /2/tweets/{MENTION}/hidden", 403)

    with pytest.raises(PlatformRefusedError):
        await account.hide(a_mention(**fields))

    assert len(x.calls) == 1


async def test_an_answer_that_says_no_is_a_refusal(x: LoopbackX, account: XOutbound) -> None:
    x.answer(HIDE, {"data": {"hidden": False}})

    with pytest.raises(PlatformRefusedError):
        await account.hide(reply)


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": {"hidden": "x"}}])
async def test_an_answer_that_says_nothing_is_unknown(x: LoopbackX, account: XOutbound, body: Any) -> None:
    x.answer(HIDE, body)

    with pytest.raises(OutcomeUnknownError):
        await account.hide(reply)


async def test_a_reply_that_is_gone_need_not_be_hidden(x: LoopbackX, account: XOutbound) -> None:
    x.problem(HIDE, 404, "resource-not-found")
    x.answer(LOOK, {"errors": [{"type": "https://api.x.com/2/problems/resource-not-found"}]})

    await account.hide(reply)

    assert x.lines == [HIDE, LOOK]


async def test_a_reply_that_is_gone_cannot_be_shown_again(x: LoopbackX, account: XOutbound) -> None:
    x.problem(HIDE, 404, "resource-not-found")

    with pytest.raises(GoneError):
        await account.unhide(reply)


async def test_a_reply_that_is_still_there_was_not_hidden(x: LoopbackX, account: XOutbound) -> None:
    x.problem(HIDE, 404, "resource-not-found")
    x.answer(LOOK, {"data": {"id": REPLY, "text": "x"}})

    with pytest.raises(GoneError):
        await account.hide(reply)


async def test_of_an_edited_reply_the_newest_version_is_hidden(x: LoopbackX, account: XOutbound) -> None:
    newest = "1970000000000001007"
    x.answer(LOOK, {"data": {"id": REPLY, "text": "x", "edit_history_tweet_ids": [REPLY, newest]}})
    x.answer(f"PUT /2/tweets/{newest}/hidden", {"data": {"hidden": True}})

    await account.hide(a_message(revision=2))

    assert x.lines == [LOOK, f"PUT /2/tweets/{newest}/hidden"]


async def test_of_an_edited_reply_whose_versions_are_not_told_the_first_is_hidden(
    x: LoopbackX, account: XOutbound
) -> None:
    x.problem(LOOK, 404, "resource-not-found")
    x.answer(HIDE, {"data": {"hidden": True}})

    await account.hide(a_message(revision=2))

    assert x.lines == [LOOK, HIDE]


async def test_only_our_own_posts_are_deleted(x: LoopbackX, account: XOutbound) -> None:
    x.answer(f"DELETE /2/tweets/{OURS}", {"data": {"deleted": True}})

    await account.delete(own)
    for message in (reply, mention, dm, a_message(author_id=None)):
        with pytest.raises(PlatformRefusedError):
            await account.delete(message)

    assert x.lines == [f"DELETE /2/tweets/{OURS}"]


async def test_a_post_of_ours_that_is_gone_is_deleted(x: LoopbackX, account: XOutbound) -> None:
    x.problem(f"DELETE /2/tweets/{OURS}", 404, "resource-not-found")
    x.problem(f"GET /2/tweets/{OURS}", 404, "resource-not-found")

    await account.delete(own)


# Answering in public.


@pytest.mark.parametrize("message", [reply, mention], ids=["reply", "mention"])
async def test_an_answer_goes_beneath_the_post(x: LoopbackX, account: XOutbound, message: Message) -> None:
    x.answer(POST, {"data": {"id": OURS, "text": T1, "edit_history_tweet_ids": [OURS]}}, 201)

    sent = await account.reply(message, T1)

    assert sent == Sent(external_id=ExternalId(OURS))
    assert x.calls[0].json == {"text": T1, "reply": {"in_reply_to_tweet_id": message.external_id}}


async def test_an_answer_that_is_not_allowed_is_an_outcome(x: LoopbackX, account: XOutbound) -> None:
    x.problem(POST, 403, detail="Reply to this conversation is not allowed because you have not been mentioned")

    with pytest.raises(PlatformRefusedError):
        await account.reply(reply, T1)

    assert x.lines == [POST]


@pytest.mark.parametrize("text", ["", "  ", "a" * 281, "ş" * 281, "日" * 141, "a\ufeffb", "a\ud800"])
async def test_a_text_that_x_would_not_take_costs_no_call(x: LoopbackX, account: XOutbound, text: str) -> None:
    with pytest.raises(PlatformRefusedError):
        await account.reply(reply, text)

    assert x.calls == []


async def test_a_long_address_fits(x: LoopbackX, account: XOutbound) -> None:
    x.answer(POST, {"data": {"id": OURS}}, 201)

    await account.reply(reply, "a" * 256 + " https://lisansustu.ieu.edu.tr/" + "b" * 200)


async def test_a_dm_is_not_answered_in_public(x: LoopbackX, account: XOutbound) -> None:
    with pytest.raises(PlatformRefusedError):
        await account.reply(dm, T1)

    assert x.calls == []


async def test_an_answer_without_an_id_is_unknown(x: LoopbackX, account: XOutbound) -> None:
    x.answer(POST, {"data": {}}, 201)

    with pytest.raises(OutcomeUnknownError):
        await account.reply(reply, T1)


def said(external_id: str = OURS, text: str = f"@ayse_kaya {T1}", to: str = REPLY, **fields: Any) -> dict[str, Any]:
    return {
        "id": external_id,
        "text": text,
        "author_id": US,
        "created_at": "2026-09-21T14:13:25.000Z",
        "referenced_tweets": [{"type": "replied_to", "id": to}],
        **fields,
    }


async def test_a_duplicate_that_stands_here_is_our_answer(x: LoopbackX, account: XOutbound) -> None:
    x.problem(POST, 403, detail="You are not allowed to create a Tweet with duplicate content.")
    x.answer(TIMELINE, {"data": [said()]})

    assert await account.reply(a_message(sent_at=SINCE), T1) == Sent(external_id=ExternalId(OURS))


async def test_a_duplicate_that_stands_elsewhere_is_a_refusal(x: LoopbackX, account: XOutbound) -> None:
    x.answer(POST, {"errors": [{"code": 187, "message": "Status is a duplicate."}]}, 403)
    x.answer(TIMELINE, {"data": [said(to="1")]})

    with pytest.raises(PlatformRefusedError):
        await account.reply(reply, T1)


async def test_a_lost_answer_is_found_in_our_timeline(x: LoopbackX, account: XOutbound) -> None:
    x.answer(POST, "", 502)
    x.answer(TIMELINE, {"data": [said("1", "başka", to="2"), said()], "meta": {"next_token": "n1"}})

    with pytest.raises(OutcomeUnknownError):
        await account.reply(reply, T1)
    found = await account.find_reply(reply, T1, since=SINCE)

    assert found == Sent(external_id=ExternalId(OURS))
    assert x.calls[1].query["start_time"] == "2026-09-21T14:13:10Z"
    assert x.calls[1].query["exclude"] == "retweets"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (T1, T1),
        (T1, f"@ayse_kaya @mert35 {T1}"),
        ("@ayse_kaya merhaba", "@ayse_kaya merhaba"),
        ("Bkz. https://www.ieu.edu.tr/tr/kayit", "@ayse_kaya Bkz. https://t.co/Ab1"),
        ("Bkz. ieu.edu.tr veya www.ieu.edu.tr/x!", "Bkz. https://t.co/Ab1 veya https://t.co/Ab2!"),
        ("A & B <3", "A &amp; B &lt;3"),
        ("Çok\n\nsatır ", "C\u0327ok satır"),
    ],
)
async def test_our_words_are_known_as_x_shows_them(x: LoopbackX, account: XOutbound, text: str, shown: str) -> None:
    x.answer(TIMELINE, {"data": [said(text=shown)]})

    assert await account.find_reply(reply, text, since=SINCE) == Sent(external_id=ExternalId(OURS))


@pytest.mark.parametrize(
    "item",
    [
        said(text="@ayse_kaya Başka"),
        said(to="1"),
        said(referenced_tweets=[]),
        said(created_at="2026-09-21T14:13:00.000Z"),
        {},
        {"id": OURS},
    ],
)
async def test_what_is_not_our_answer_is_not_found(x: LoopbackX, account: XOutbound, item: dict[str, Any]) -> None:
    x.answer(TIMELINE, {"data": [item]})

    assert await account.find_reply(reply, T1, since=SINCE) is None


async def test_an_answer_without_a_time_may_be_the_one(x: LoopbackX, account: XOutbound) -> None:
    x.answer(TIMELINE, {"data": [said(created_at=None)]})

    assert await account.find_reply(reply, T1, since=SINCE) is not None


async def test_all_pages_are_looked_through(x: LoopbackX, account: XOutbound) -> None:
    x.answer(TIMELINE, {"data": [said(to="1")], "meta": {"next_token": "n1"}})
    x.answer(TIMELINE, {"data": [said(referenced_tweets=None, referenced_posts=[{"type": "replied_to", "id": REPLY}])]})

    assert await account.find_reply(reply, T1, since=SINCE) is not None
    assert x.calls[1].query["pagination_token"] == "n1"


async def test_nothing_said_is_nothing_found(x: LoopbackX, account: XOutbound) -> None:
    x.answer(TIMELINE, {"meta": {"result_count": 0}})

    assert await account.find_reply(reply, T1, since=SINCE) is None


async def test_what_cannot_be_looked_through_is_left_to_a_person(x: LoopbackX, account: XOutbound) -> None:
    x.answer(TIMELINE, {"data": [said(to="1")], "meta": {"next_token": "n1"}})

    with pytest.raises(PlatformRefusedError, match="looked through"):
        await account.find_reply(reply, T1, since=SINCE)


async def test_a_look_that_fails_finds_nothing_out(x: LoopbackX, account: XOutbound) -> None:
    x.answer(TIMELINE, "", 503)

    with pytest.raises(PlatformUnavailableError):
        await account.find_reply(reply, T1, since=SINCE)


# In private.


async def test_a_dm_is_answered(x: LoopbackX, account: XOutbound) -> None:
    x.answer(SAY_DM, {"data": {"dm_conversation_id": f"{US}-{AYSE}", "dm_event_id": "7"}}, 201)

    assert await account.private_message(dm, T1, metadata="nobet:1") == Sent(external_id=ExternalId("7"))
    assert x.calls[0].json == {"text": T1}


async def test_a_commenter_is_written_to_by_a_persons_click_alone(x: LoopbackX, account: XOutbound) -> None:
    x.answer(SAY_DM, {"data": {"dm_event_id": "7"}}, 201)

    for message in (reply, mention):
        with pytest.raises(PlatformRefusedError) as refused:
            await account.private_message(message, T1, metadata="nobet:1")
        assert refused.value.code == "by person only"
    assert x.calls == []
    assert await account.by_person().private_message(reply, T1, metadata="nobet:1") == Sent(external_id=ExternalId("7"))


def test_a_persons_click_changes_nothing_else(x: LoopbackX, http: httpx.AsyncClient) -> None:
    account = of_tier(x, http, tier=Tier.ENTERPRISE)

    changed = {
        (channel, capability): lack
        for channel in Channel
        for capability, lack in account.lacks(channel).items()
        if capability not in account.by_person().lacks(channel)
    }
    assert changed == {
        (Channel.COMMENT, Capability.PRIVATE_MESSAGE): Lack.BY_PERSON,
        (Channel.MENTION, Capability.PRIVATE_MESSAGE): Lack.BY_PERSON,
    }


async def test_closed_messages_are_a_refusal(x: LoopbackX, account: XOutbound) -> None:
    x.answer(SAY_DM, {"errors": [{"code": 349, "message": "You cannot send messages to this user."}]}, 403)

    with pytest.raises(PlatformRefusedError):
        await account.private_message(dm, T1, metadata="")


@pytest.mark.parametrize("author_id", [None, "user-9", "1/../2", "1" * 20])
async def test_without_an_id_no_one_is_written_to(x: LoopbackX, account: XOutbound, author_id: str | None) -> None:
    message = a_dm(author_id=author_id)

    with pytest.raises(PlatformRefusedError):
        await account.private_message(message, T1, metadata="")
    with pytest.raises(PlatformRefusedError):
        await account.find_private_message(message, T1, since=SINCE)

    assert x.calls == []


def a_polled(external_id: str = "7", text: str = T1, sender: str = US, **fields: Any) -> dict[str, Any]:
    return {
        "id": external_id,
        "event_type": "MessageCreate",
        "text": text,
        "sender_id": sender,
        "created_at": "2026-09-21T14:13:25.000Z",
        **fields,
    }


async def test_a_lost_message_is_found_in_the_conversation(x: LoopbackX, account: XOutbound) -> None:
    x.answer(SAY_DM, "", 504)
    x.answer(DMS, {"data": [a_polled("8", sender=AYSE), a_polled()]})

    with pytest.raises(OutcomeUnknownError):
        await account.private_message(dm, T1, metadata="")

    assert await account.find_private_message(dm, T1, since=SINCE) == Sent(external_id=ExternalId("7"))


async def test_an_older_message_of_the_same_words_is_another(x: LoopbackX, account: XOutbound) -> None:
    x.answer(DMS, {"data": [a_polled(created_at="2026-09-21T14:12:00.000Z")], "meta": {"next_token": "n"}})

    assert await account.find_private_message(dm, T1, since=SINCE) is None
    assert len(x.calls) == 1


async def test_ten_seconds_are_allowed_for_the_clocks(x: LoopbackX, account: XOutbound) -> None:
    x.answer(DMS, {"data": [a_polled(created_at="2026-09-21T14:13:11.000Z")]})

    assert await account.find_private_message(dm, T1, since=SINCE) is not None


async def test_a_conversation_too_long_is_left_to_a_person(x: LoopbackX, account: XOutbound) -> None:
    x.answer(DMS, {"data": [a_polled("8", sender=AYSE)], "meta": {"next_token": "n"}})

    with pytest.raises(PlatformRefusedError):
        await account.find_private_message(dm, T1, since=SINCE)


# Blocking, and what can be done at all.


async def test_blocking_is_for_enterprise_customers(x: LoopbackX, http: httpx.AsyncClient) -> None:
    x.answer(BLOCK, {"data": {"blocking": True}})

    with pytest.raises(PlatformRefusedError):
        await of_tier(x, http).block(reply)
    await of_tier(x, http, tier=Tier.ENTERPRISE).block(reply)

    assert x.lines == [BLOCK]
    assert x.calls[0].json == {"target_user_id": AYSE}


async def test_a_block_is_lifted_where_it_could_be_made(x: LoopbackX, http: httpx.AsyncClient) -> None:
    lift = f"DELETE /2/users/{US}/blocking/{AYSE}"
    x.answer(lift, {"data": {"blocking": False}})
    x.answer(lift, {"data": {"blocking": True}})
    account = of_tier(x, http, tier=Tier.ENTERPRISE)

    await account.unblock(reply)
    with pytest.raises(PlatformRefusedError):
        await account.unblock(reply)
    with pytest.raises(PlatformRefusedError):
        await of_tier(x, http).unblock(reply)

    assert x.lines == [lift, lift]


async def test_a_block_that_was_not_made_is_a_refusal(x: LoopbackX, http: httpx.AsyncClient) -> None:
    x.answer(BLOCK, {"data": {"blocking": False}})

    with pytest.raises(PlatformRefusedError):
        await of_tier(x, http, tier=Tier.ENTERPRISE).block(reply)


def test_what_a_tier_offers(x: LoopbackX, http: httpx.AsyncClient) -> None:
    enterprise = {
        Capability.DELETE: Lack.HIDING_INSTEAD,
        Capability.PRIVATE_MESSAGE: Lack.BY_PERSON,
        Capability.REPORT_TO_PLATFORM: Lack.NOT_OFFERED,
    }

    assert of_tier(x, http, tier=Tier.ENTERPRISE).lacks(Channel.COMMENT) == enterprise
    assert of_tier(x, http).lacks(Channel.COMMENT) == enterprise | dict.fromkeys(
        (Capability.BLOCK, Capability.UNBLOCK), Lack.TIER
    )
    assert Capability.PRIVATE_MESSAGE not in of_tier(x, http).lacks(Channel.DM)


def test_what_stands_at_the_head_of_anothers_conversation_is_out_of_reach(account: XOutbound) -> None:
    assert account.lacks(Channel.MENTION, mention)[Capability.HIDE] is Lack.NOT_OURS
    assert account.lacks(Channel.MENTION, mention)[Capability.DELETE] is Lack.NOT_OURS
    # Beneath a post nobody but X knows whose conversation it is.
    assert Capability.HIDE not in account.lacks(Channel.MENTION, a_mention(post_id=ROOT))


def test_lengths(account: XOutbound) -> None:
    assert account.message_length_limit(Capability.REPLY) == 280
    assert account.message_length_limit(Capability.PRIVATE_MESSAGE) == 10_000
    assert account.message_length_limit(Capability.HIDE) is None
    assert account.message_length(Capability.REPLY, "日本") == 4
    assert account.message_length(Capability.PRIVATE_MESSAGE, "日本") == 2


# Looking up.


@pytest.mark.parametrize("naming", Naming)
async def test_a_post_is_looked_up(x: LoopbackX, http: httpx.AsyncClient, naming: Naming) -> None:
    x.answer(
        LOOK,
        {
            "data": {
                "id": REPLY,
                "text": "a &amp; b",
                "author_id": AYSE,
                "created_at": "2026-09-21T14:13:20.000Z",
                "attachments": {"media_keys": ["3_1"]},
            },
            "includes": {
                "users": [{"id": AYSE, "name": "Ayşe Kaya", "username": "ayse_kaya"}],
                "media": [{"media_key": "3_1", "type": "photo", "url": "https://pbs.twimg.com/a.jpg"}],
            },
        },
    )

    found = await of_tier(x, http, naming=naming).look_up(reply)

    assert found == LookUp(
        link=f"https://x.com/ayse_kaya/status/{REPLY}",
        author_link="https://x.com/ayse_kaya",
        text="a & b",
        author_id=ExternalId(AYSE),
        author_name="Ayşe Kaya",
        sent_at=SINCE,
        media=(Media(kind="photo", url="https://pbs.twimg.com/a.jpg"),),
    )
    query = x.calls[0].query
    assert naming in query
    assert len({Naming.POST, Naming.TWEET} & query.keys()) == 1
    assert "author_id" in query["expansions"]


@pytest.mark.parametrize("handle", [None, "", "../x", "a b", "x" * 16, "ş"])
async def test_without_a_handle_there_is_a_reason_instead_of_a_link(
    x: LoopbackX, account: XOutbound, handle: str | None
) -> None:
    x.answer(
        LOOK,
        {
            "data": {"id": REPLY, "text": "x", "author_id": AYSE},
            "includes": {"users": [{"id": AYSE, "username": handle}]},
        },
    )

    found = await account.look_up(reply)

    assert found.link is None
    assert found.link_missing
    assert found.author_link_missing


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, {"type": "https://api.x.com/2/problems/resource-not-found", "title": "Not Found Error"}),
        (200, {"errors": [{"type": "https://api.twitter.com/2/problems/resource-not-found", "resource_id": REPLY}]}),
    ],
)
async def test_a_post_that_is_gone_is_told(x: LoopbackX, account: XOutbound, status: int, body: Any) -> None:
    x.answer(LOOK, body, status)

    assert (await account.look_up(reply)).is_gone


async def test_a_post_that_is_not_shown_to_us_is_not_gone(x: LoopbackX, account: XOutbound) -> None:
    x.answer(LOOK, {"errors": [{"type": "https://api.x.com/2/problems/not-authorized-for-resource"}]})

    with pytest.raises(PlatformRefusedError) as refused:
        await account.look_up(reply)

    assert not isinstance(refused.value, GoneError)


async def test_an_empty_answer_is_unknown(x: LoopbackX, account: XOutbound) -> None:
    x.answer(LOOK, {"data": {}})

    with pytest.raises(OutcomeUnknownError):
        await account.look_up(reply)


async def test_a_dm_has_no_link_and_costs_no_call(x: LoopbackX, account: XOutbound) -> None:
    found = await account.look_up(dm)

    assert found.link_missing
    assert not found.is_gone
    assert x.calls == []


@pytest.mark.parametrize(
    "act",
    [
        lambda account: account.hide(reply),
        lambda account: account.reply(reply, T1),
        lambda account: account.private_message(dm, T1, metadata=""),
    ],
)
async def test_a_call_that_hangs_ends(x: LoopbackX, http: httpx.AsyncClient, act: Act) -> None:
    for line in (HIDE, POST, SAY_DM):
        x.hang(line)
    account = XOutbound(an_api(x.url, http, timeout=timedelta(milliseconds=200)))

    with pytest.raises((PlatformUnavailableError, OutcomeUnknownError)):
        await act(account)


def test_messages_are_of_the_channels_tested() -> None:
    assert [message.channel for message in (reply, mention, dm)] == [Channel.COMMENT, Channel.MENTION, Channel.DM]
    assert dm.external_id == DM
