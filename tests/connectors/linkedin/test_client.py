"""Calls for a LinkedIn page, against an API on loopback."""

from datetime import timedelta
from typing import Any

import pytest

from app.connectors.base import Capability, Outbound
from app.connectors.linkedin.api import LinkedInApi
from app.connectors.linkedin.client import LinkedInOutbound, Tier, from_little
from app.decisions.capabilities import Lack
from app.errors import OutcomeUnknownError, PlatformRefusedError, PlatformUnavailableError
from app.messages import Channel, Media
from tests.connectors.linkedin.builders import (
    ACTIVITY,
    MEMBER,
    NESTED,
    ORG,
    OURS,
    SHARE,
    T1,
    TOP,
    WRITTEN_AT,
    WRITTEN_MS,
    a_comment,
    a_message,
    number,
    on_wire,
)
from tests.connectors.linkedin.rest_api import RestApi

ELSEWHERE = "urn:li:share:7402000000000000002"
SINCE = WRITTEN_AT

comment = a_message()
nested = a_message(external_id=NESTED, parent_id=TOP)
mention = a_message(channel=Channel.MENTION, external_id=ELSEWHERE, post_id=ELSEWHERE)

ONE = f"/rest/socialActions/{on_wire(ACTIVITY)}/comments/{number(TOP)}"
BENEATH = f"/rest/socialActions/{on_wire(TOP)}/comments"
BELOW = f"/rest/socialActions/{on_wire(ACTIVITY)}/comments/{number(NESTED)}"
COUNTS = f"GET /rest/socialActions/{on_wire(TOP)}"


@pytest.fixture
def page(api: LinkedInApi) -> Outbound:
    return LinkedInOutbound(api)


@pytest.fixture
def shown(server: RestApi) -> RestApi:
    """The comment is there, and asked for before an answer: is it one beneath another?"""
    server.answer(f"GET {ONE}", a_comment())
    return server


def a_reply(text: str = T1, *, by: str = ORG, at: int = WRITTEN_MS + 1000, **fields: Any) -> Any:
    created = {"actor": by, "impersonator": "urn:li:person:aYs1Adm1n0", "time": at}
    return a_comment(OURS, by=by, text=text, parentComment=TOP, **({"created": created} | fields))


def test_what_a_page_can_do_depends_on_the_tier(api: LinkedInApi) -> None:
    for tier in (Tier.DEVELOPMENT, Tier.STANDARD):
        outbound = LinkedInOutbound(api, tier=tier)
        assert set(Capability) - set(outbound.lacks(Channel.COMMENT)) == {Capability.DELETE, Capability.REPLY}
        assert set(Capability) - set(outbound.lacks(Channel.MENTION)) == {Capability.REPLY}
    hearing = LinkedInOutbound(api, tier=Tier.NOTIFICATIONS).lacks(Channel.COMMENT)
    assert set(hearing) == set(Capability)
    assert hearing[Capability.DELETE] is Lack.TIER
    assert hearing[Capability.HIDE] is Lack.NOT_OFFERED


@pytest.mark.parametrize("message", [comment, nested, mention], ids=["comment", "answer", "mention"])
async def test_what_linkedin_has_no_call_for_is_refused_and_nothing_is_said_instead(
    server: RestApi, page: Outbound, message: Any
) -> None:
    for act in (page.hide, page.unhide, page.block, page.unblock):
        with pytest.raises(PlatformRefusedError) as raised:
            await act(message)
        assert raised.value.code == "unsupported"
        assert raised.value.detail
    with pytest.raises(PlatformRefusedError):
        await page.private_message(message, T1, metadata="x")
    with pytest.raises(PlatformRefusedError):
        await page.find_private_message(message, T1, since=SINCE)

    assert server.calls == []


@pytest.mark.parametrize("status", [204, 200])
async def test_deleting_is_one_call_as_the_organisation(server: RestApi, page: Outbound, status: int) -> None:
    server.answer(f"DELETE {ONE}", None, status)

    await page.delete(comment)

    assert server.lines == [f"DELETE {ONE}"]
    assert server.calls[0].query == f"actor={on_wire(ORG)}"


async def test_a_comment_is_addressed_by_the_post_as_it_was_told(server: RestApi, page: Outbound) -> None:
    line = f"DELETE /rest/socialActions/{on_wire(SHARE)}/comments/{number(NESTED)}"
    server.answer(line, None, 204)

    await page.delete(a_message(external_id=NESTED, parent_id=TOP, post_id=SHARE))

    assert server.lines == [line]


async def test_a_deletion_that_linkedin_refuses_is_refused(server: RestApi, page: Outbound) -> None:
    server.fail(f"DELETE {ONE}", 403, 100, code="ACCESS_DENIED")

    with pytest.raises(PlatformRefusedError) as raised:
        await page.delete(comment)

    assert raised.value.code == "403/100/ACCESS_DENIED"


async def test_a_comment_that_is_gone_counts_as_deleted_after_a_look(server: RestApi, page: Outbound) -> None:
    server.fail(f"DELETE {ONE}", 404)
    server.fail(f"GET {ONE}", 404)

    await page.delete(comment)

    assert server.lines == [f"DELETE {ONE}", f"GET {ONE}"]


async def test_a_comment_that_is_still_there_was_not_deleted(server: RestApi, page: Outbound) -> None:
    server.fail(f"DELETE {ONE}", 404)
    server.answer(f"GET {ONE}", a_comment())

    with pytest.raises(PlatformRefusedError):
        await page.delete(comment)


async def test_a_look_that_fails_does_not_make_a_comment_gone(server: RestApi, page: Outbound) -> None:
    server.fail(f"DELETE {ONE}", 404)
    server.answer(f"GET {ONE}", "", 502)

    with pytest.raises(PlatformUnavailableError):
        await page.delete(comment)


async def test_a_deletion_whose_answer_was_lost_is_simply_repeated(server: RestApi, page: Outbound) -> None:
    server.answer(f"DELETE {ONE}", "", 504)

    with pytest.raises(PlatformUnavailableError):
        await page.delete(comment)


async def test_what_stands_elsewhere_is_not_ours_to_delete(server: RestApi, page: Outbound) -> None:
    with pytest.raises(PlatformRefusedError):
        await page.delete(mention)

    assert server.calls == []


async def test_a_comment_without_a_post_cannot_be_addressed(server: RestApi, page: Outbound) -> None:
    lost = a_message(external_id="7401119990001112220", post_id=None)

    for act in (page.delete(lost), page.reply(lost, T1), page.look_up(lost)):
        with pytest.raises(PlatformRefusedError) as raised:
            await act
        assert raised.value.code == "no post"

    assert server.calls == []


AS_THE_ORGANISATION = {"actor": ORG, "object": ACTIVITY, "parentComment": TOP, "message": {"text": T1}}


async def test_an_answer_goes_beneath_the_comment_as_the_organisation(shown: RestApi, page: Outbound) -> None:
    shown.answer(f"POST {BENEATH}", a_reply(), 201, x_restli_id=number(OURS))

    sent = await page.reply(comment, T1)

    assert sent.external_id == OURS
    assert shown.lines == [f"GET {ONE}", f"POST {BENEATH}"]
    assert shown.calls[-1].json == AS_THE_ORGANISATION


async def test_an_answer_to_an_answer_goes_beneath_the_top_comment(server: RestApi, page: Outbound) -> None:
    server.answer(f"POST {BENEATH}", a_reply(), 201, x_restli_id=number(OURS))

    await page.reply(nested, T1)

    assert server.lines == [f"POST {BENEATH}"]
    assert server.calls[-1].json == AS_THE_ORGANISATION


async def test_the_comment_above_is_asked_for_where_the_notification_did_not_tell(
    server: RestApi, page: Outbound
) -> None:
    server.answer(f"GET {BELOW}", a_comment(NESTED, parentComment=TOP))
    server.answer(f"POST {BENEATH}", a_reply(), 201, x_restli_id=number(OURS))
    server.answer(f"GET {BENEATH}", {"elements": [a_reply()]})
    untold = a_message(external_id=NESTED)

    await page.reply(untold, T1)
    found = await page.find_reply(untold, T1, since=SINCE)

    assert server.calls[1].json == AS_THE_ORGANISATION
    assert found is not None


async def test_who_may_not_read_may_still_answer(server: RestApi, page: Outbound) -> None:
    server.fail(f"GET {ONE}", 403, 100)
    server.answer(f"POST {BENEATH}", a_reply(), 201, x_restli_id=number(OURS))

    assert (await page.reply(comment, T1)).external_id == OURS


async def test_what_is_gone_is_not_answered(server: RestApi, page: Outbound) -> None:
    with pytest.raises(PlatformRefusedError):
        await page.reply(comment, T1)

    assert server.lines == [f"GET {ONE}"]


async def test_an_answer_to_a_mention_goes_beneath_the_post(server: RestApi, page: Outbound) -> None:
    line = f"POST /rest/socialActions/{on_wire(ELSEWHERE)}/comments"
    server.answer(line, None, 201, x_restli_id="7402000000000000999")

    sent = await page.reply(mention, T1)

    assert sent.external_id == f"urn:li:comment:({ELSEWHERE},7402000000000000999)"
    assert server.calls[0].json == {"actor": ORG, "object": ELSEWHERE, "message": {"text": T1}}


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (None, number(OURS)),
        (None, OURS),
        (None, on_wire(OURS)),
        ({"id": number(OURS), "object": ACTIVITY}, None),
        ({"$URN": OURS}, None),
        ("{", number(OURS)),
    ],
    ids=["number", "name", "encoded", "body", "name in body", "broken body"],
)
async def test_an_answer_has_the_name_under_which_it_will_be_told(
    shown: RestApi, page: Outbound, body: Any, header: str | None
) -> None:
    shown.answer(f"POST {BENEATH}", body, 201, **({"x_restli_id": header} if header else {}))

    assert (await page.reply(comment, T1)).external_id == OURS


@pytest.mark.parametrize("body", [None, {}, "<html>"])
async def test_an_answer_without_a_name_may_have_been_heard(shown: RestApi, page: Outbound, body: Any) -> None:
    shown.answer(f"POST {BENEATH}", body, 201)

    with pytest.raises(OutcomeUnknownError):
        await page.reply(comment, T1)


@pytest.mark.parametrize("text", ["", "  \n", "x" * 1251])
async def test_a_text_that_linkedin_would_not_take_is_not_sent(server: RestApi, page: Outbound, text: str) -> None:
    with pytest.raises(PlatformRefusedError):
        await page.reply(comment, text)

    assert server.calls == []


def test_lengths_count_characters(page: Outbound) -> None:
    assert page.message_length_limit(Capability.REPLY) == 1250
    assert page.message_length_limit(Capability.PRIVATE_MESSAGE) is None
    assert page.message_length(Capability.REPLY, "çığ") == 3


async def test_a_direct_message_is_never_answered_in_public(server: RestApi, page: Outbound) -> None:
    with pytest.raises(PlatformRefusedError):
        await page.reply(a_message(channel=Channel.DM), T1)

    assert server.calls == []


async def test_a_duplicate_beneath_the_same_comment_is_our_answer(shown: RestApi, page: Outbound) -> None:
    shown.fail(f"POST {BENEATH}", 422, message="duplicate comment")
    shown.answer(f"GET {BENEATH}", {"elements": [a_reply()]})

    assert (await page.reply(comment, T1)).external_id == OURS


async def test_a_duplicate_of_something_said_elsewhere_is_refused(shown: RestApi, page: Outbound) -> None:
    shown.fail(f"POST {BENEATH}", 422, message="duplicate comment")
    shown.answer(f"GET {BENEATH}", {"elements": []})
    shown.answer(COUNTS, {"commentsSummary": {"totalFirstLevelComments": 0}})

    with pytest.raises(PlatformRefusedError):
        await page.reply(comment, T1)


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ([a_reply("başka"), a_reply()], OURS),
        ([a_reply(T1.replace(", ", ",  ") + "\n")], OURS),
        ([a_reply(by="urn:li:company:90417755")], OURS),
        ([a_reply(at=WRITTEN_MS - 9000)], OURS),
        ([a_reply(created={})], OURS),
        ([a_reply(at=WRITTEN_MS - 900_000)], None),
        ([a_reply(by=MEMBER)], None),
        ([a_reply(T1 + "!")], None),
        ([a_reply(actor=None, created={"time": WRITTEN_MS})], None),
        ([None, 5, {}, {"id": "1"}], None),
    ],
    ids=["found", "spaces", "company", "clock", "no time", "older", "by another", "other words", "by nobody", "odd"],
)
async def test_our_answer_is_found_by_author_words_and_time(
    server: RestApi, page: Outbound, listed: list[Any], found: str | None
) -> None:
    server.answer(f"GET {BENEATH}", {"elements": listed})
    server.answer(COUNTS, {})

    sent = await page.find_reply(nested, T1, since=SINCE)

    assert (sent.external_id if sent else None) == found


async def test_looking_goes_on_over_all_pages(server: RestApi, page: Outbound) -> None:
    others = [a_comment(f"urn:li:comment:({ACTIVITY},740113000000000{n:04})") for n in range(100)]
    server.answer(f"GET {BENEATH}", {"elements": others})
    server.answer(f"GET {BENEATH}", {"elements": [a_reply()]})

    sent = await page.find_reply(nested, T1, since=SINCE)

    assert sent is not None
    assert [call.query for call in server.calls] == ["start=0&count=100", "start=100&count=100"]


@pytest.mark.parametrize(
    "paging",
    [{"count": 1}, {"total": 2}, {"links": [{"rel": "next", "href": "http://elsewhere.invalid/"}]}],
    ids=["fewer at a time", "total", "link"],
)
async def test_looking_goes_on_where_linkedin_gives_fewer_than_asked_for(
    server: RestApi, page: Outbound, paging: dict[str, Any]
) -> None:
    server.answer(f"GET {BENEATH}", {"elements": [a_comment(NESTED)], "paging": paging})
    server.answer(f"GET {BENEATH}", {"elements": [a_reply()], "paging": paging})

    sent = await page.find_reply(nested, T1, since=SINCE)

    assert sent is not None
    assert [call.query for call in server.calls] == ["start=0&count=100", "start=1&count=100"]


async def test_a_list_without_end_is_given_up_and_said(server: RestApi, page: Outbound) -> None:
    server.answer(f"GET {BENEATH}", {"elements": [a_comment()], "paging": {"links": [{"rel": "next", "href": "x"}]}})

    with pytest.raises(PlatformRefusedError) as raised:
        await page.find_reply(nested, T1, since=SINCE)

    assert raised.value.code == "unfinished"
    assert len(server.calls) == 10


async def test_an_empty_list_is_not_believed_where_comments_are_counted(server: RestApi, page: Outbound) -> None:
    """A member who may only write is shown an empty list: our answer may stand there all the same."""
    server.answer(f"GET {BENEATH}", {"elements": []})
    server.answer(COUNTS, {"commentsSummary": {"totalFirstLevelComments": 2}})

    with pytest.raises(PlatformRefusedError) as raised:
        await page.find_reply(nested, T1, since=SINCE)

    assert raised.value.code == "not shown"


@pytest.mark.parametrize("status", [200, 404])
async def test_an_empty_list_is_believed_where_none_are_counted(server: RestApi, page: Outbound, status: int) -> None:
    server.answer(f"GET {BENEATH}", {"elements": []})
    server.answer(COUNTS, {"commentsSummary": {"totalFirstLevelComments": 0}}, status)

    assert await page.find_reply(nested, T1, since=SINCE) is None


async def test_what_a_notification_left_out_is_asked_for(server: RestApi, page: Outbound) -> None:
    content = [{"type": "IMAGE", "url": "https://media.example/p/1.jpg"}]
    server.answer(f"GET {ONE}", a_comment(content=content))

    found = await page.look_up(a_message(text=""))

    assert found.text == "Yemekhane sırası çok uzun"
    assert found.author_id == MEMBER
    assert found.sent_at == WRITTEN_AT
    assert found.media == (Media(kind="image", url="https://media.example/p/1.jpg"),)
    assert found.link is None
    assert found.link_missing
    assert found.author_link_missing


async def test_a_post_that_mentions_us_is_asked_for_by_itself(server: RestApi, page: Outbound) -> None:
    post = {
        "id": ELSEWHERE,
        "author": MEMBER,
        "commentary": r"Teşekkürler @[Körfez Üniversitesi](urn:li:organization:90417755) \(2026\) {hashtag|\#|ilkgün}",
        "publishedAt": WRITTEN_MS + 60000,
    }
    server.answer(f"GET /rest/posts/{on_wire(ELSEWHERE)}", post)

    found = await page.look_up(mention)

    assert found.text == "Teşekkürler Körfez Üniversitesi (2026) #ilkgün"
    assert found.author_id == MEMBER
    assert found.sent_at == WRITTEN_AT + timedelta(seconds=60)


@pytest.mark.parametrize("message", [comment, mention], ids=["comment", "post"])
async def test_what_is_not_shown_any_more_is_gone(page: Outbound, message: Any) -> None:
    found = await page.look_up(message)

    assert found.is_gone
    assert found.link_missing


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("düz metin", "düz metin"),
        (r"\#etiket değil \\ \_", r"#etiket değil \ _"),
        (r"C:\yol", r"C:\yol"),
        ("@[yarım](", "@[yarım]("),
        ("@[" * 5000, "@[" * 5000),
        ("{hashtag|" * 5000, "{hashtag|" * 5000),
        ("\\" * 9999, "\\" * 5000),
    ],
)
def test_a_posts_words_are_read_as_people_see_them(given: str, seen: str) -> None:
    assert from_little(given) == seen
