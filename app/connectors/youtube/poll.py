"""What is new under a channel's videos, asked for: nothing announces comments.

Threads are listed by the time of the comment at their top, newest first, once for each state that can be listed. A new
reply does not make an old thread rise, so besides, each poll looks at some of the older threads by their ids.
https://developers.google.com/youtube/v3/docs/commentThreads/list
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from app.connectors.base import Polled
from app.connectors.meta.envelope import digest
from app.connectors.meta.values import as_count, as_flag, as_id, as_list, as_object, as_text
from app.connectors.youtube.api import Answer, Api, Call
from app.connectors.youtube.failures import GoneError
from app.connectors.youtube.names import YOUTUBE
from app.connectors.youtube.quota import Purpose
from app.errors import PlatformUnavailableError
from app.messages import ExternalId

PUBLISHED = "published"
# Held comments stand in no list but their own. Rejected ones cannot be listed.
STATES = (PUBLISHED, "heldForReview", "likelySpam")

# How many threads a position remembers for each state: a few pages, some 25 kB.
MOST_KNOWN = 300
# How many pages of threads are read for each state, and how many calls are made for replies, in one poll.
MOST_PAGES, MOST_REPLY_CALLS = 20, 30
# The platform takes so many ids in one call.
IDS_AT_ONCE = 50
# A poll that finds nothing: one page for each state, and one look at older threads.
QUIET_ROUND = len(STATES) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A thread as it was seen. `updated` is the top comment's; `inline` a digest of the replies that came along.

    `owes`: it has replies that were not fetched yet.
    """

    id: ExternalId
    updated: str
    total: int
    inline: str
    owes: bool = False

    @classmethod
    def read(cls, item: object) -> "Thread | None":
        """Read a thread of an answer; None for one without an id, which could not be recognised again."""
        thread = as_object(item)
        snippet, thread_id = as_object(thread.get("snippet")), as_id(thread.get("id"))
        if thread_id is None:
            return None
        replies = [as_object(reply) for reply in as_list(as_object(thread.get("replies")).get("comments"))]
        edits = sorted(f"{reply.get('id')} {as_object(reply.get('snippet')).get('updatedAt')}" for reply in replies)
        total = as_count(snippet.get("totalReplyCount")) or 0
        return cls(
            id=thread_id,
            updated=(
                as_text(as_object(as_object(snippet.get("topLevelComment")).get("snippet")).get("updatedAt")) or ""
            )[:40],
            total=total,
            inline=digest(edits)[:8],
            owes=total > len(replies),
        )

    def after(self, known: "Thread | None") -> "Thread":
        """Return this thread knowing how it was before: as many replies as then are the ones fetched then."""
        has_them = known is not None and known.total == self.total and not known.owes
        return replace(self, owes=False) if has_them else self

    def is_moved_from(self, known: "Thread | None") -> bool:
        """Whether it looks another than before, as far as paging stops at threads that look the same.

        The replies that come along are chosen by the platform, which promises no choice, so they do not count here.
        """
        return known is None or (known.updated, known.total) != (self.updated, self.total)


@dataclass(slots=True)
class Known:
    """The threads of one state that are known, newest first, and those that this poll saw."""

    before: dict[ExternalId, Thread]
    now: dict[ExternalId, Thread] = field(default_factory=dict)

    def take(self, threads: Iterable[Thread]) -> "tuple[bool, bool]":
        """Take in a page; return whether any thread moved, and whether any tells something new."""
        is_moved = is_new = False
        for thread in threads:
            known = self.before.get(thread.id)
            seen = thread.after(known)
            is_moved = is_moved or seen.is_moved_from(known)
            is_new = is_new or seen.is_moved_from(known) or (known is not None and known.inline != seen.inline)
            self.now[thread.id] = seen
        return is_moved, is_new

    @property
    def all(self) -> dict[ExternalId, Thread]:
        """Every thread that is known, as it was last seen; threads of this poll first."""
        return {
            **self.now,
            **{thread_id: thread for thread_id, thread in self.before.items() if thread_id not in self.now},
        }


class YouTubePoll:
    """Polls one channel. Units are spent for polling, so what is kept for acts stays."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._channel_id = api.account.external_id

    async def pause(self) -> timedelta:
        """Return how long to wait until the next poll, so that the day's units last."""
        return await self._api.budget.pause(QUIET_ROUND)

    async def poll(self, position: Mapping[str, object] | None) -> Polled:
        """Fetch what came since `position`: threads of each state, then changed older ones, then missing replies.

        Without a position only the newest page of each state is read. Where a bound was reached, `is_complete` is
        False; replies that are still owed are fetched by the next poll. Raises ConnectorError, and then the position
        stays what it was.
        """
        pages: list[bytes] = []
        is_complete = True
        known = {state: Known(_threads(position, state)) for state in STATES}
        for state in STATES:
            found, is_whole = await self._listed(state, known[state], at_most=MOST_PAGES if position is not None else 1)
            pages += found
            is_complete = is_complete and is_whole
        swept, found = await self._swept(known[PUBLISHED], as_count(as_object(position).get("swept")) or 0)
        pages += found
        found, is_whole = await self._owed(known)
        return Polled(
            pages=(*pages, *found),
            position={
                "threads": {state: _stored(known[state].all.values()) for state in STATES},
                "swept": swept,
            },
            is_complete=is_complete and is_whole,
        )

    async def _listed(self, state: str, known: Known, *, at_most: int) -> tuple[list[bytes], bool]:
        """Read a state's threads up to the first page that holds none but known, unchanged ones; oldest first."""
        params = {
            "part": "id,snippet,replies",
            "allThreadsRelatedToChannelId": self._channel_id,
            "moderationStatus": state,
            "order": "time",
            "maxResults": "100",
            "textFormat": "plainText",
        }
        pages: list[bytes] = []
        async for answer in self._pages("poll_threads", "commentThreads", params, at_most=at_most):
            threads = [thread for item in _items(answer) if (thread := Thread.read(item))]
            is_moved, is_new = known.take(threads)
            if is_new:
                pages.insert(0, answer.content)
            if not is_moved or "nextPageToken" not in answer.document:
                return pages, True
        return pages, False

    async def _swept(self, known: Known, start: int) -> tuple[int, list[bytes]]:
        """Look at the next few of the older threads, in turns; return where to go on, and the page if it is news."""
        older = [thread_id for thread_id in known.before if thread_id not in known.now]
        start = start if start < len(older) else 0
        ids = older[start : start + IDS_AT_ONCE]
        if not ids:
            return 0, []
        params = {"part": "id,snippet,replies", "id": ",".join(ids), "textFormat": "plainText"}
        try:
            answer = await self._api.run(_call("poll_older", "commentThreads", params))
        except GoneError:
            # One of them is gone; which, the platform does not say. The next turn asks for others.
            return start + IDS_AT_ONCE, []
        _, is_new = known.take(thread for item in _items(answer) if (thread := Thread.read(item)))
        return start + IDS_AT_ONCE, [answer.content] if is_new else []

    async def _owed(self, known: Mapping[str, Known]) -> tuple[list[bytes], bool]:
        """Fetch the replies that the threads came without; return them, and whether these are all."""
        pages: list[bytes] = []
        left = MOST_REPLY_CALLS
        for state in STATES:
            for thread in [thread for thread in known[state].all.values() if thread.owes]:
                found, is_whole = await self._replies(thread.id, at_most=left)
                left -= max(1, len(found))
                pages += found
                if not is_whole:
                    return pages, False
                known[state].now[thread.id] = replace(thread, owes=False)
        return pages, True

    async def _replies(self, thread_id: ExternalId, *, at_most: int) -> tuple[list[bytes], bool]:
        params = {"part": "id,snippet", "parentId": thread_id, "maxResults": "100", "textFormat": "plainText"}
        pages: list[bytes] = []
        try:
            async for answer in self._pages("poll_replies", "comments", params, at_most=at_most):
                pages.insert(0, answer.content)
                if "nextPageToken" not in answer.document:
                    return pages, True
        except GoneError:
            return pages, True
        return pages, False

    async def _pages(self, name: str, path: str, params: Mapping[str, str], *, at_most: int) -> AsyncIterator[Answer]:
        after: dict[str, str] = {}
        for _ in range(at_most):
            answer = await self._api.run(_call(name, path, {**params, **after}))
            yield answer
            token = as_text(answer.document.get("nextPageToken"))
            if token is None:
                return
            after = {"pageToken": token}


def _call(name: str, path: str, params: Mapping[str, str]) -> Call:
    return Call(name=name, path=path, params=params, purpose=Purpose.POLLING)


def _items(answer: Answer) -> list[object]:
    if "items" not in answer.document and not str(answer.document.get("kind", "")).endswith("ListResponse"):
        raise PlatformUnavailableError(YOUTUBE, "poll", "no list", "the answer is no list")
    return as_list(answer.document.get("items"))


def _threads(position: Mapping[str, object] | None, state: str) -> dict[ExternalId, Thread]:
    """Read the known threads of a state out of a position; what is odd in it is simply not known."""
    rows = as_list(as_object(as_object(position).get("threads")).get(state))[:MOST_KNOWN]
    known: dict[ExternalId, Thread] = {}
    for row in rows:
        cells = as_list(row)
        thread_id = as_id(cells[0]) if len(cells) == len(("id", "updated", "total", "inline", "owes")) else None
        if thread_id is not None:
            known[thread_id] = Thread(
                id=thread_id,
                updated=as_text(cells[1]) or "",
                total=as_count(cells[2]) or 0,
                inline=as_text(cells[3]) or "",
                owes=as_flag(cells[4]) or False,
            )
    return known


def _stored(threads: Iterable[Thread]) -> list[list[object]]:
    """Return the newest threads for a position; older ones that owe replies stay among them."""
    rows = list(threads)
    newest = rows[:MOST_KNOWN]
    return [[thread.id, thread.updated, thread.total, thread.inline, thread.owes] for thread in newest]
