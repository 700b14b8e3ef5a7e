"""What came since the last look, page by page."""

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from app.connectors.base import Poll
from app.connectors.x import INBOUND
from app.connectors.x.fields import Naming
from app.connectors.x.poll import XPoll
from app.errors import PlatformUnavailableError, TokenRejectedError
from app.messages import EventKind
from tests.connectors.reading import events_of, fixture
from tests.connectors.x.builders import ACCOUNT, AYSE, ROOT, SIGNATURE, US, an_api
from tests.connectors.x.x_api import LoopbackX

MENTIONS, OWN = f"GET /2/users/{US}/mentions", f"GET /2/users/{US}/tweets"
SEARCH, DMS = "GET /2/tweets/search/recent", "GET /2/dm_events"
NOTHING: dict[str, Any] = {"meta": {"result_count": 0}}


def a_page(*ids: int, following: str | None = None) -> dict[str, Any]:
    """A page of posts, newest first."""
    posts = [{"id": str(number), "text": f"{number}", "author_id": AYSE} for number in ids]
    return {"data": posts, "meta": {"result_count": len(ids), **({"next_token": following} if following else {})}}


def dms(*ids: int, following: str | None = None) -> dict[str, Any]:
    page = a_page(*ids, following=following)
    for item in page["data"]:
        item |= {"event_type": "MessageCreate", "sender_id": item.pop("author_id")}
    return page


@pytest.fixture
def quiet(x: LoopbackX) -> LoopbackX:
    """X with nothing new anywhere, until a test says otherwise."""
    for line in (MENTIONS, OWN, SEARCH, DMS):
        x.answer(line, NOTHING)
    return x


def says(x: LoopbackX, line: str, *answers: Any) -> None:
    """Replace the answers to one call."""
    x._answers[line].clear()
    for answer in answers:
        x.answer(line, answer)


def a_poll(x: LoopbackX, http: httpx.AsyncClient, **fields: Any) -> XPoll:
    return XPoll(an_api(x.url, http), **fields)


def ids_of(pages: tuple[bytes, ...]) -> list[str]:
    return [event.external_id or "" for page in pages for event in events_of(INBOUND, page)]


def asked(x: LoopbackX, line: str) -> list[dict[str, str]]:
    return [call.query for call in x.calls if call.line == line]


async def test_at_first_the_newest_page_of_each_is_fetched(quiet: LoopbackX, http: httpx.AsyncClient) -> None:
    says(quiet, MENTIONS, a_page(12, 11, following="n"))
    says(quiet, SEARCH, a_page(14, 13))
    says(quiet, DMS, dms(22, 21, following="n"))
    poll: Poll = a_poll(quiet, http)

    polled = await poll.poll(None)

    assert ids_of(polled.pages) == ["12", "11", "14", "13", "22", "21"]
    assert polled.position == {"mentions": {"seen": "12"}, "replies": {"seen": "14"}, "messages": {"seen": "22"}}
    assert polled.is_complete
    assert quiet.lines == [MENTIONS, OWN, SEARCH, DMS]
    assert "since_id" not in asked(quiet, MENTIONS)[0]


async def test_pages_are_the_answers_as_they_came(quiet: LoopbackX, http: httpx.AsyncClient) -> None:
    body = fixture("x", "polled__mentions").decode()
    says(quiet, MENTIONS, body)

    polled = await a_poll(quiet, http).poll(None)

    assert polled.pages == (body.encode(),)
    events = events_of(INBOUND, polled.pages[0])
    assert [event.key for event in events[:2]] == [
        events_of(INBOUND, fixture("x", name))[0].key for name in ("activity__reply", "activity__mention")
    ]
    assert events[0].event is EventKind.CREATED


async def test_the_next_poll_goes_on_from_the_newest(quiet: LoopbackX, http: httpx.AsyncClient) -> None:
    says(quiet, MENTIONS, a_page(13))
    says(quiet, DMS, dms(23, 22, 21, following="n"))
    position = {"mentions": {"seen": "12"}, "replies": {"seen": "14"}, "messages": {"seen": "22"}}

    polled = await a_poll(quiet, http).poll(position)

    assert asked(quiet, MENTIONS)[0]["since_id"] == "12"
    assert asked(quiet, SEARCH)[0]["since_id"] == "14"
    assert len(asked(quiet, DMS)) == 1
    assert polled.position == {"mentions": {"seen": "13"}, "replies": {"seen": "14"}, "messages": {"seen": "23"}}
    assert polled.is_complete


async def test_several_pages_come_oldest_first(quiet: LoopbackX, http: httpx.AsyncClient) -> None:
    says(quiet, MENTIONS, a_page(19, 18, following="n1"), a_page(17, 16))

    polled = await a_poll(quiet, http).poll({"mentions": {"seen": "15"}})

    assert ids_of(polled.pages) == ["17", "16", "19", "18"]
    assert asked(quiet, MENTIONS)[1]["pagination_token"] == "n1"


async def test_what_is_too_much_for_one_poll_is_left_to_the_next(quiet: LoopbackX, http: httpx.AsyncClient) -> None:
    says(quiet, MENTIONS, a_page(19, 18, following="n1"), a_page(17, 16), a_page(20))
    poll = a_poll(quiet, http, most_pages=1)

    first = await poll.poll({"mentions": {"seen": "15"}})
    second = await poll.poll(json.loads(json.dumps(first.position)))
    third = await poll.poll(second.position)

    assert (ids_of(first.pages), first.is_complete) == (["19", "18"], False)
    assert (ids_of(second.pages), second.is_complete) == (["17", "16"], True)
    assert ids_of(third.pages) == ["20"]
    queries = [(query["since_id"], query.get("until_id")) for query in asked(quiet, MENTIONS)]
    assert queries == [("15", None), ("15", "18"), ("19", None)]


async def test_messages_go_on_from_a_cursor(quiet: LoopbackX, http: httpx.AsyncClient) -> None:
    says(quiet, DMS, dms(29, 28, following="n1"), dms(27, 25, following="n2"))
    poll = a_poll(quiet, http, most_pages=1)

    first = await poll.poll({"messages": {"seen": "26"}})
    second = await poll.poll(first.position)

    assert asked(quiet, DMS)[1]["pagination_token"] == "n1"
    assert second.is_complete
    assert second.position["messages"] == {"seen": "29"}


async def test_replies_are_searched_beneath_our_newest_posts(quiet: LoopbackX, http: httpx.AsyncClient) -> None:
    says(quiet, OWN, a_page(int(ROOT), 502))

    await a_poll(quiet, http).poll(None)

    query = asked(quiet, SEARCH)[0]["query"]
    assert query == f"(to:korfezuni OR conversation_id:{ROOT} OR conversation_id:502) -is:retweet -from:korfezuni"
    assert asked(quiet, OWN)[0]["exclude"] == "replies,retweets"


async def test_a_query_fits_into_what_self_serve_allows(quiet: LoopbackX, http: httpx.AsyncClient) -> None:
    says(quiet, OWN, a_page(*(10**18 + number for number in range(10))))

    await a_poll(quiet, http).poll(None)

    assert len(asked(quiet, SEARCH)[0]["query"]) <= 512


async def test_an_odd_handle_is_not_put_into_a_query(quiet: LoopbackX, http: httpx.AsyncClient) -> None:
    says(quiet, OWN, a_page(501))
    api = an_api(quiet.url, http)
    api.account = replace(ACCOUNT, handle="x) OR (y")

    await XPoll(api).poll(None)

    assert asked(quiet, SEARCH)[0]["query"] == "(conversation_id:501) -is:retweet"


async def test_without_handle_and_posts_there_is_nothing_to_search(quiet: LoopbackX, http: httpx.AsyncClient) -> None:
    api = an_api(quiet.url, http)
    api.account = replace(ACCOUNT, handle="")

    polled = await XPoll(api).poll(None)

    assert asked(quiet, SEARCH) == []
    assert not polled.is_complete


@pytest.mark.parametrize("naming", Naming)
async def test_fields_are_asked_for_in_the_names_set(quiet: LoopbackX, http: httpx.AsyncClient, naming: Naming) -> None:
    await a_poll(quiet, http, naming=naming).poll(None)

    for line in (MENTIONS, SEARCH):
        assert {"post.fields", "tweet.fields"} & asked(quiet, line)[0].keys() == {naming}


async def test_a_mark_too_old_for_x_begins_anew_and_says_so(quiet: LoopbackX, http: httpx.AsyncClient) -> None:
    quiet._answers[SEARCH].clear()
    quiet.problem(SEARCH, 400, "invalid-request", "since_id must be a tweet id created after …")
    quiet.answer(SEARCH, a_page(90))

    polled = await a_poll(quiet, http).poll({"replies": {"seen": "14"}})

    assert ids_of(polled.pages) == ["90"]
    assert polled.position["replies"] == {"seen": "90"}
    assert not polled.is_complete


@pytest.mark.parametrize("line", [MENTIONS, SEARCH, DMS])
async def test_a_source_that_is_refused_leaves_the_others(quiet: LoopbackX, http: httpx.AsyncClient, line: str) -> None:
    for other in {MENTIONS, SEARCH} - {line}:
        says(quiet, other, a_page(12))
    quiet._answers[line].clear()
    quiet.problem(line, 403, "client-forbidden")
    position = {"mentions": {"seen": "1"}, "replies": {"seen": "1"}, "messages": {"seen": "1"}}

    polled = await a_poll(quiet, http).poll(position)

    assert set(ids_of(polled.pages)) == {"12"}
    assert not polled.is_complete
    assert {"seen": "1"} in polled.position.values()


async def test_a_passing_trouble_is_the_whole_polls(quiet: LoopbackX, http: httpx.AsyncClient) -> None:
    quiet._answers[DMS].clear()
    quiet.problem(DMS, 503)

    with pytest.raises(PlatformUnavailableError):
        await a_poll(quiet, http).poll(None)


async def test_a_rejected_token_is_told(quiet: LoopbackX, http: httpx.AsyncClient) -> None:
    quiet._answers[MENTIONS].clear()
    quiet.problem(MENTIONS, 401)

    with pytest.raises(TokenRejectedError):
        await XPoll(an_api(quiet.url, http, credentials=SIGNATURE)).poll(None)


@pytest.mark.parametrize(
    "position",
    [
        {},
        {"mentions": None},
        {"mentions": {"seen": "x' OR"}},
        {"mentions": [1]},
        {"mentions": {"until": "n"}},
        {"x": 1},
    ],
)
async def test_nonsense_for_a_position_is_a_beginning(
    quiet: LoopbackX, http: httpx.AsyncClient, position: dict[str, object]
) -> None:
    await a_poll(quiet, http).poll(position)

    assert not {"since_id", "until_id"} & asked(quiet, MENTIONS)[0].keys()


async def test_ids_are_compared_as_numbers(quiet: LoopbackX, http: httpx.AsyncClient) -> None:
    says(quiet, MENTIONS, a_page(1000, 999))

    polled = await a_poll(quiet, http).poll(None)

    assert polled.position["mentions"] == {"seen": "1000"}
