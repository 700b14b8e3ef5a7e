"""Polling a page: what is asked, what is kept, and where the next poll goes on."""

import json
from datetime import timedelta
from typing import Any

import pytest

from app.connectors.base import Poll, Polled
from app.connectors.linkedin import INBOUND
from app.connectors.linkedin.api import LinkedInApi
from app.connectors.linkedin.poll import LinkedInPoll
from app.errors import PlatformRefusedError, PlatformUnavailableError, TokenRejectedError
from app.messages import EventKind
from tests.connectors.linkedin.builders import (
    ACTIVITY,
    NESTED,
    ORG,
    SHARE,
    TOP,
    WRITTEN_MS,
    MovableClock,
    a_comment,
    a_delivery,
    a_notification,
    on_wire,
)
from tests.connectors.linkedin.rest_api import RestApi
from tests.connectors.reading import events_of

OTHER_SHARE = "urn:li:share:7401112223331110002"
NOTIFICATIONS, POSTS = "GET /rest/organizationalEntityNotifications", "GET /rest/posts"
LONG_AGO_MS = WRITTEN_MS - 3 * 86_400_000
SINCE = {"since": "2026-09-21T14:00:00+00:00"}


def beneath(urn: str) -> str:
    return f"GET /rest/socialActions/{on_wire(urn)}/comments"


@pytest.fixture
def page(server: RestApi) -> RestApi:
    """A page with two posts, of which one has a comment with an answer."""
    server.answer(NOTIFICATIONS, {"elements": []})
    server.answer(POSTS, {"elements": [{"id": SHARE, "author": ORG}, {"id": OTHER_SHARE}, {"id": None}, 7]})
    counted = {"totalFirstLevelComments": 1, "aggregatedTotalComments": 1}
    server.answer(beneath(SHARE), {"elements": [a_comment(commentsSummary=counted)]})
    server.answer(beneath(TOP), {"elements": [a_comment(NESTED, text="Katılıyorum", parentComment=TOP)]})
    server.answer(beneath(OTHER_SHARE), {"elements": []})
    return server


@pytest.fixture
def poller(api: LinkedInApi, clock: MovableClock) -> Poll:
    return LinkedInPoll(api, clock=clock)


def keys(polled: Polled) -> list[str]:
    return [event.key for raw in polled.pages for event in events_of(INBOUND, raw)]


async def test_a_poll_reads_notifications_posts_comments_and_answers(page: RestApi, poller: Poll) -> None:
    polled = await poller.poll(SINCE)

    assert page.lines == [NOTIFICATIONS, POSTS, beneath(SHARE), beneath(TOP), beneath(OTHER_SHARE)]
    assert page.calls[0].query == (
        "q=criteria&actions=List(COMMENT,ADMIN_COMMENT,COMMENT_EDIT,COMMENT_DELETE,SHARE_MENTION)"
        f"&organizationalEntity={on_wire(ORG)}&timeRange=(start:1789998900000,end:{WRITTEN_MS})&start=0&count=100"
    )
    assert page.calls[1].query == f"q=author&author={on_wire(ORG)}&start=0&count=20&sortBy=CREATED"
    assert page.calls[1].headers["x-restli-method"] == "FINDER"
    assert len(polled.pages) == 2
    assert polled.is_complete


async def test_pages_are_the_raw_answers_with_the_keys_of_the_webhook(page: RestApi, poller: Poll) -> None:
    told = a_delivery(
        a_notification(),
        a_notification(
            generatedActivity=NESTED,
            decoratedGeneratedActivity={"comment": {"entity": NESTED, "object": ACTIVITY, "parentComment": TOP}},
        ),
    )

    polled = await poller.poll(SINCE)

    assert sorted(keys(polled)) == sorted(event.key for event in events_of(INBOUND, json.dumps(told).encode()))


async def test_a_missed_removal_comes_with_the_notifications(page: RestApi, poller: Poll) -> None:
    page.answer(
        page.instead(NOTIFICATIONS), {"elements": [a_notification("COMMENT_DELETE", lastModifiedAt=WRITTEN_MS + 5000)]}
    )

    polled = await poller.poll(SINCE)

    # Oldest first: the removal is the last to be read.
    (event,) = events_of(INBOUND, polled.pages[-1])
    assert event.event is EventKind.REMOVED


async def test_the_next_poll_begins_where_this_one_did_and_reads_no_known_answers(
    page: RestApi, poller: Poll, clock: MovableClock
) -> None:
    first = await poller.poll(None)
    clock.move(timedelta(hours=1))
    page.calls.clear()

    second = await poller.poll(first.position)

    assert page.lines == [NOTIFICATIONS, POSTS, beneath(SHARE), beneath(OTHER_SHARE)]
    assert f"timeRange=(start:{WRITTEN_MS - 300_000}," in page.calls[0].query
    assert set(keys(second)) <= set(keys(first))
    assert second.is_complete
    assert (await poller.poll(json.loads(json.dumps(second.position)))).pages == ()


async def test_pages_with_nothing_new_are_left_out(server: RestApi, poller: Poll) -> None:
    long_ago = {"time": LONG_AGO_MS}
    server.answer(NOTIFICATIONS, {"elements": []})
    server.answer(POSTS, {"elements": [{"id": SHARE}, {"id": OTHER_SHARE}]})
    server.answer(beneath(SHARE), {"elements": [a_comment(created=long_ago, lastModified=long_ago)]})
    server.answer(beneath(OTHER_SHARE), {"elements": [a_comment(created=long_ago)]})

    polled = await poller.poll(SINCE)

    # An old comment that was edited just now is new.
    (raw,) = polled.pages
    assert [event.event for event in events_of(INBOUND, raw)] == [EventKind.EDITED]


async def test_long_lists_are_read_page_by_page(server: RestApi, poller: Poll) -> None:
    many = [a_comment(f"urn:li:comment:({ACTIVITY},740112000000000{n:04})") for n in range(100)]
    server.answer(NOTIFICATIONS, {"elements": []})
    server.answer(POSTS, {"elements": [{"id": SHARE}]})
    server.answer(beneath(SHARE), {"elements": many})
    server.answer(beneath(SHARE), {"elements": [a_comment()]})

    polled = await poller.poll(SINCE)

    assert [call.query for call in server.calls[2:]] == ["start=0&count=100", "start=100&count=100"]
    assert len(set(keys(polled))) == 101


async def test_a_list_without_end_is_cut_and_told(server: RestApi, poller: Poll) -> None:
    server.answer(NOTIFICATIONS, {"elements": []})
    server.answer(POSTS, {"elements": [{"id": SHARE}]})
    server.answer(beneath(SHARE), {"elements": [a_comment()], "paging": {"links": [{"rel": "next"}]}})

    polled = await poller.poll(SINCE)

    assert len(server.calls) == 22
    assert not polled.is_complete
    assert "began_at" not in polled.position


async def test_a_poll_makes_no_more_calls_than_it_may_and_the_next_goes_on(
    page: RestApi, api: LinkedInApi, clock: MovableClock
) -> None:
    poller = LinkedInPoll(api, clock=clock, most_calls=4)

    first = await poller.poll(SINCE)
    clock.move(timedelta(minutes=10))
    second = await poller.poll(first.position)

    assert page.lines == [
        NOTIFICATIONS,
        POSTS,
        beneath(SHARE),
        beneath(TOP),
        NOTIFICATIONS,
        POSTS,
        beneath(OTHER_SHARE),
    ]
    assert not first.is_complete
    assert second.is_complete
    # What came while the round went on is new for the next one.
    assert second.position["since"] == "2026-09-21T14:13:20+00:00"


async def test_what_was_fetched_before_a_limit_is_kept(page: RestApi, poller: Poll) -> None:
    page.fail(page.instead(beneath(TOP)), 429, 100, "Too many requests")

    polled = await poller.poll(SINCE)

    assert len(polled.pages) == 1
    assert not polled.is_complete
    with pytest.raises(PlatformUnavailableError):
        await poller.poll(polled.position)


@pytest.mark.parametrize("closed", [NOTIFICATIONS, POSTS])
async def test_one_permission_is_enough(page: RestApi, poller: Poll, closed: str) -> None:
    page.answer(page.instead(NOTIFICATIONS), {"elements": [a_notification()]})
    page.fail(page.instead(closed), 403, 100)

    polled = await poller.poll(SINCE)

    assert polled.pages


async def test_without_any_permission_a_poll_is_refused(server: RestApi, poller: Poll) -> None:
    server.fail(NOTIFICATIONS, 403, 100)
    server.fail(POSTS, 403, 100)

    with pytest.raises(PlatformRefusedError):
        await poller.poll(None)


@pytest.mark.parametrize("status", [403, 404])
async def test_a_post_that_shows_no_comments_is_passed_over(page: RestApi, poller: Poll, status: int) -> None:
    page.fail(page.instead(beneath(SHARE)), status)

    polled = await poller.poll(SINCE)

    assert page.lines[-1] == beneath(OTHER_SHARE)
    assert polled.is_complete


async def test_a_dead_token_is_told(server: RestApi, poller: Poll) -> None:
    server.fail(NOTIFICATIONS, 401, 65602)

    with pytest.raises(TokenRejectedError):
        await poller.poll(None)


@pytest.mark.parametrize(
    "position",
    [
        {},
        {"since": "x", "began_at": 7, "done": 5, "answers": []},
        {"since": "2099-01-01T00:00:00+00:00", "began_at": "2099-01-01T00:00:00+00:00", "answers": {TOP: "many"}},
        {"since": "2009-01-01T00:00:00+00:00", "done": [None, {}]},
    ],
)
async def test_a_position_that_makes_no_sense_does_no_harm(
    page: RestApi, poller: Poll, position: dict[str, Any]
) -> None:
    polled = await poller.poll(position)

    assert polled.is_complete
    assert polled.position["since"] == "2026-09-21T14:13:20+00:00"
