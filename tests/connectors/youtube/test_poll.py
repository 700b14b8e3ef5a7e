"""Polling a channel that is simulated on loopback: threads in states, pages, replies that come along in part."""

import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from app.connectors.base import Polled
from app.connectors.youtube.api import Api
from app.connectors.youtube.budget import Budget
from app.connectors.youtube.poll import MOST_KNOWN, MOST_REPLY_CALLS, QUIET_ROUND, YouTubePoll
from app.connectors.youtube.quota import MemoryLedger, Purpose, Usage, day_of
from app.errors import PlatformUnavailableError
from app.messages import Event, EventKind
from tests.connectors.youtube.builders import CHANNEL, NOW, Tokens, a_channel, a_comment, a_page, a_thread, parsed
from tests.connectors.youtube.data_api import DataApi, Seen

THREADS, REPLIES = "GET /commentThreads", "GET /comments"
INLINE = 5
START = datetime(2026, 9, 1, tzinfo=UTC)


@dataclass(slots=True)
class Simulated:
    """One thread of the simulated channel; `replies` oldest first, as dictionaries of the API."""

    top: dict[str, Any]
    state: str = "published"
    replies: list[dict[str, Any]] = field(default_factory=list)
    total: int | None = None

    def shown(self) -> dict[str, Any]:
        total = len(self.replies) if self.total is None else self.total
        return a_thread(self.top, *self.replies[-INLINE:], totalReplyCount=total)


class Channel:
    """Answers the three lists that a poll reads, newest thread first."""

    def __init__(self, api: DataApi, page_size: int = 3) -> None:
        self.threads: list[Simulated] = []
        self.page_size = page_size
        self._minutes = 0
        self._api = api
        api.answer(THREADS, self._listed)
        api.answer(REPLIES, self._replies)

    def write(self, name: str, state: str = "published", replies: int = 0) -> Simulated:
        thread = Simulated(a_comment(name, name, publishedAt=self._now()), state)
        self.threads.insert(0, thread)
        for number in range(replies):
            self.reply(thread, str(number))
        return thread

    def reply(self, thread: Simulated, name: str) -> None:
        reply_id = f"{thread.top['id']}.{name}"
        thread.replies.append(a_comment(reply_id, reply_id, publishedAt=self._now()))

    def edit(self, comment: dict[str, Any]) -> None:
        comment["snippet"] |= {"textOriginal": "düzeltildi", "updatedAt": self._now()}

    def asked(self, **query: str) -> list[Seen]:
        return [call for call in self._api.calls if query.items() <= call.query.items()]

    def _now(self) -> str:
        self._minutes += 1
        return (START + timedelta(minutes=self._minutes)).isoformat().replace("+00:00", "Z")

    def _listed(self, seen: Seen) -> dict[str, Any]:
        if "id" in seen.query:
            wanted = seen.query["id"].split(",")
            assert len(wanted) <= 50
            assert "moderationStatus" not in seen.query
            return a_page(*(thread.shown() for thread in self.threads if thread.top["id"] in wanted))
        assert seen.query["allThreadsRelatedToChannelId"] == CHANNEL
        assert seen.query["textFormat"] == "plainText"
        fitting = [thread.shown() for thread in self.threads if thread.state == seen.query["moderationStatus"]]
        return self._page(fitting, seen)

    def _replies(self, seen: Seen) -> dict[str, Any]:
        threads = [thread for thread in self.threads if thread.top["id"] == seen.query["parentId"]]
        return self._page(list(reversed(threads[0].replies)), seen)

    def _page(self, items: list[dict[str, Any]], seen: Seen) -> dict[str, Any]:
        start = int(seen.query.get("pageToken", "0"))
        end = start + self.page_size
        more = {"nextPageToken": str(end)} if end < len(items) else {}
        return a_page(*items[start:end], **more)


@pytest.fixture
def channel(api: DataApi) -> Channel:
    return Channel(api)


def events(polled: Polled) -> list[Event]:
    return [event for page in polled.pages for event in parsed(page)]


def names(polled: Polled) -> list[str]:
    return [str(event.external_id) for event in events(polled)]


async def again(poll: YouTubePoll, polled: Polled) -> Polled:
    """Poll on, with the position as a caller stores it."""
    return await poll.poll(json.loads(json.dumps(polled.position)))


async def test_the_first_poll_brings_the_newest_page_of_each_state(channel: Channel, poll: YouTubePoll) -> None:
    for name in ("a", "b", "c", "d"):
        channel.write(name)
    channel.write("held", "heldForReview")
    channel.write("spam", "likelySpam")

    polled = await poll.poll(None)

    assert names(polled) == ["d", "c", "b", "held", "spam"]
    assert not polled.is_complete


async def test_an_empty_channel_is_complete_and_costs_a_page_for_each_state(
    channel: Channel, poll: YouTubePoll, ledger: MemoryLedger
) -> None:
    polled = await poll.poll(None)

    assert (polled.pages, polled.is_complete) == ((), True)
    assert await ledger.usage(day_of(NOW)) == Usage(polling=3)


async def test_nothing_new_is_no_page_and_a_quiet_round_of_calls(
    channel: Channel, poll: YouTubePoll, ledger: MemoryLedger
) -> None:
    for name in "abcdefg":
        channel.write(name)
    first = await again(poll, await poll.poll(None))
    before = (await ledger.usage(day_of(NOW))).polling

    second = await again(poll, first)

    assert (second.pages, second.is_complete) == ((), True)
    assert (await ledger.usage(day_of(NOW))).polling - before <= QUIET_ROUND


async def test_what_was_there_before_the_first_poll_stays_unread(channel: Channel, poll: YouTubePoll) -> None:
    for name in ("old1", "old2", "old3", "a", "b", "c"):
        channel.write(name)
    first = await poll.poll(None)
    channel.write("new")

    second = await again(poll, first)

    assert names(first) == ["c", "b", "a"]
    assert names(second) == ["new", "c", "b"]
    assert second.is_complete


async def test_all_new_threads_are_read_down_to_known_ground_oldest_page_first(
    channel: Channel, poll: YouTubePoll
) -> None:
    channel.write("known")
    first = await poll.poll(None)
    for number in range(7):
        channel.write(f"n{number}")

    second = await again(poll, first)

    assert names(second) == ["n0", "known", "n3", "n2", "n1", "n6", "n5", "n4"]
    assert second.is_complete


async def test_an_edit_and_a_reply_on_the_first_page_are_seen(channel: Channel, poll: YouTubePoll) -> None:
    a, b = channel.write("a"), channel.write("b")
    first = await poll.poll(None)
    channel.edit(a.top)
    channel.reply(b, "r")

    second = await again(poll, first)

    told = {str(event.external_id): event.event for event in events(second)}
    assert told == {"a": EventKind.EDITED, "b": EventKind.CREATED, "b.r": EventKind.CREATED}


async def test_an_edited_reply_that_comes_along_is_seen(channel: Channel, poll: YouTubePoll) -> None:
    thread = channel.write("a", replies=1)
    first = await poll.poll(None)
    channel.edit(thread.replies[0])

    second = await again(poll, first)

    assert [event.event for event in events(second) if event.external_id == "a.0"] == [EventKind.EDITED]


async def test_replies_that_do_not_come_along_are_fetched_once(channel: Channel, poll: YouTubePoll) -> None:
    channel.write("a", replies=7)

    first = await poll.poll(None)
    second = await again(poll, first)

    assert set(names(first)) == {"a", *(f"a.{number}" for number in range(7))}
    assert len(channel.asked(parentId="a")) == 3
    assert second.pages == ()


async def test_a_new_reply_under_an_old_thread_is_found_in_its_turn(channel: Channel, poll: YouTubePoll) -> None:
    old = channel.write("old", replies=1)
    polled = await poll.poll(None)
    for number in range(5):
        channel.write(f"n{number}")
    polled = await again(poll, polled)
    channel.reply(old, "late")
    channel.edit(old.top)

    polled = await again(poll, polled)

    told = {str(event.external_id): event.event for event in events(polled)}
    assert told["old.late"] is EventKind.CREATED
    assert told["old"] is EventKind.EDITED
    assert (await again(poll, polled)).pages == ()


async def test_every_older_thread_has_its_turn(api: DataApi, poll: YouTubePoll) -> None:
    channel = Channel(api, page_size=100)
    for number in range(100):
        channel.write(f"old{number}")
    polled = await poll.poll(None)
    for number in range(100):
        channel.write(f"new{number}")
    polled = await again(poll, polled)
    api.calls.clear()

    for _ in range(3):
        polled = await again(poll, polled)

    looked_at = {name for call in api.calls for name in call.query.get("id", "").split(",") if name}
    assert looked_at == {f"old{number}" for number in range(100)}


async def test_a_thread_that_is_gone_is_forgotten(channel: Channel, poll: YouTubePoll) -> None:
    gone = channel.write("gone")
    polled = await poll.poll(None)
    for number in range(3):
        channel.write(f"n{number}")
    polled = await again(poll, polled)
    channel.threads.remove(gone)

    polled = await again(poll, polled)
    polled = await again(poll, polled)

    assert "gone" not in json.dumps(polled.position)


async def test_one_thread_that_is_gone_does_not_hide_the_others(
    api: DataApi, channel: Channel, poll: YouTubePoll
) -> None:
    gone, other = channel.write("gone"), channel.write("other")
    polled = await poll.poll(None)
    for number in range(3):
        channel.write(f"n{number}")
    polled = await again(poll, polled)
    channel.threads.remove(gone)
    channel.reply(other, "r")
    for ids in ("gone", "other,gone"):
        error = {"code": 404, "errors": [{"reason": "commentThreadNotFound"}]}
        api.answer(THREADS, {"error": error}, 404, query={"id": ids})

    polled = await again(poll, polled)

    assert names(polled) == ["other", "other.r"]
    assert "gone" not in json.dumps(polled.position)


async def test_a_held_reply_shows_an_old_thread_in_the_list_of_the_held(channel: Channel, poll: YouTubePoll) -> None:
    old = channel.write("old")
    channel.write("a", "heldForReview")
    polled = await poll.poll(None)
    channel.reply(old, "held")
    old.state = "heldForReview"

    polled = await again(poll, polled)

    assert "old.held" in names(polled)


async def test_a_comment_that_was_approved_has_the_key_it_had_when_held(channel: Channel, poll: YouTubePoll) -> None:
    held = channel.write("a", "heldForReview")
    first = await poll.poll(None)
    held.state = "published"

    second = await again(poll, first)

    assert [event.key for event in events(second)] in ([], [event.key for event in events(first)])


async def test_replies_beyond_the_bound_are_owed_and_fetched_by_the_next_poll(api: DataApi, poll: YouTubePoll) -> None:
    channel = Channel(api, page_size=100)
    for number in range(MOST_REPLY_CALLS + 5):
        channel.write(f"t{number}", replies=INLINE + 1)

    first = await poll.poll(None)
    second = await again(poll, first)

    assert not first.is_complete
    assert second.is_complete
    told = {*names(first), *names(second)}
    assert {f"t{number}.0" for number in range(MOST_REPLY_CALLS + 5)} <= told


async def test_a_count_that_never_comes_true_is_asked_about_once(channel: Channel, poll: YouTubePoll) -> None:
    channel.write("a").total = 9
    polled = await poll.poll(None)

    for _ in range(3):
        polled = await again(poll, polled)

    assert len(channel.asked(parentId="a")) == 1


async def test_a_position_is_bounded(api: DataApi, poll: YouTubePoll) -> None:
    channel = Channel(api, page_size=100)
    channel.write("first")
    polled = await poll.poll(None)
    for number in range(MOST_KNOWN + 150):
        channel.write(f"UgxThread{number:04}4AaABAg")

    polled = await again(poll, polled)

    rows = polled.position["threads"]
    assert isinstance(rows, dict)
    assert len(rows["published"]) == MOST_KNOWN
    assert len(json.dumps(polled.position)) < 100_000
    assert (await again(poll, polled)).pages == ()


async def test_more_than_is_read_at_once_is_not_complete(channel: Channel, poll: YouTubePoll) -> None:
    channel.write("known")
    first = await poll.poll(None)
    for number in range(70):
        channel.write(f"n{number}")

    assert not (await again(poll, first)).is_complete


@pytest.mark.parametrize(
    "position",
    [
        {},
        {"threads": None, "swept": "x"},
        {"threads": {"published": 7, "heldForReview": [["a"], None, {}]}, "swept": -1},
        {"threads": {"published": [["a", 1, None, "x", {}, "y"], [None] * 6]}, "swept": 10**12},
        {"threads": []},
    ],
)
async def test_an_odd_position_is_a_position_that_knows_little(
    channel: Channel, poll: YouTubePoll, position: dict[str, object]
) -> None:
    channel.write("a")

    assert "a" in names(await poll.poll(position))


async def test_odd_items_do_not_stop_a_poll(api: DataApi, poll: YouTubePoll) -> None:
    items = [7, None, {"id": "x"}, {"id": None}, {"id": "y", "snippet": {"totalReplyCount": "many"}}]
    api.answer(THREADS, {"kind": "youtube#commentThreadListResponse", "items": items, "nextPageToken": ""})

    polled = await again(poll, await poll.poll(None))

    assert polled.pages == ()


@pytest.mark.parametrize("body", ["{}", "<html>", "[]", ""])
async def test_an_answer_that_is_no_list_stops_the_poll(api: DataApi, poll: YouTubePoll, body: str) -> None:
    api.answer(THREADS, body)

    with pytest.raises(PlatformUnavailableError):
        await poll.poll(None)


async def test_polling_stops_at_the_reserve_for_acts(channel: Channel, poll: YouTubePoll, ledger: MemoryLedger) -> None:
    await ledger.spend(day_of(NOW), Purpose.POLLING, 5_998)

    with pytest.raises(PlatformUnavailableError) as caught:
        await poll.poll(None)

    assert caught.value.retry_after == timedelta(hours=13, minutes=46)


async def test_a_poll_that_broke_off_loses_nothing(api: DataApi, http: httpx.AsyncClient) -> None:
    channel = Channel(api)
    channel.write("a")
    ledger = MemoryLedger()
    calls = Api(a_channel(), http, Tokens(), Budget(ledger, clock=lambda: NOW), base_url=api.url)
    poll = YouTubePoll(calls)
    first = await poll.poll(None)
    channel.write("b")
    spam = {"moderationStatus": "likelySpam"}
    api.answer(THREADS, {"error": {"code": 500, "errors": [{"reason": "backendError"}]}}, 500, query=spam)
    api.answer(THREADS, a_page(), query=spam)

    with pytest.raises(PlatformUnavailableError):
        await again(poll, first)

    assert "b" in names(await again(poll, first))


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_happens_between_polls_is_seen_in_the_end(api: DataApi, poll: YouTubePoll, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 # a test's own dice
    channel = Channel(api, page_size=chance.choice([2, 3, 100]))
    for number in range(chance.randint(0, 3)):
        channel.write(f"before{number}", replies=chance.randint(0, 8))
    polled = await poll.poll(None)
    seen = set(names(polled))
    known = [thread for thread in channel.threads if thread.top["id"] in seen]
    due: set[str] = set()

    for number in range(40):
        what = chance.random()
        if what < 0.4 or not known:
            thread = channel.write(f"new{number}", chance.choice(["published"] * 3 + ["heldForReview", "likelySpam"]))
            known.append(thread)
            due.add(thread.top["id"])
        elif what < 0.8:
            thread = chance.choice(known)
            channel.reply(thread, f"reply{number}")
            due.add(f"{thread.top['id']}.reply{number}")
        elif what < 0.9:
            chance.choice(known).state = "published"
        else:
            thread = chance.choice(known)
            known.remove(thread)
            channel.threads.remove(thread)
            due = {name for name in due if name.partition(".")[0] != thread.top["id"]}
        if chance.random() < 0.3:
            polled = await again(poll, polled)
            seen.update(names(polled))
    for _ in range(4):
        polled = await again(poll, polled)
        seen.update(names(polled))

    assert due <= seen
    api.calls.clear()
    assert (await again(poll, polled)).pages == ()
    assert len(api.calls) <= QUIET_ROUND
