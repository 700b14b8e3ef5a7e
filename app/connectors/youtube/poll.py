"""What is new under a channel's videos, asked for: nothing announces comments.

Threads are listed by the time of the comment at their top, newest first, once for each state that can be listed. A new
reply does not make an old thread rise, so besides, each poll looks at some of the older threads by their ids.
https://developers.google.com/youtube/v3/docs/commentThreads/list
"""

from collections.abc import AsyncIterator, Mapping

from app.connectors.base import Polled
from app.connectors.values import as_count, as_list, as_object, as_text
from app.connectors.youtube.api import Answer, Api, Call
from app.connectors.youtube.failures import GoneError
from app.connectors.youtube.known import Known, Thread
from app.connectors.youtube.names import YOUTUBE
from app.connectors.youtube.quota import Purpose
from app.errors import PlatformUnavailableError
from app.messages import ExternalId

PUBLISHED = "published"
# Held comments stand in no list but their own. Rejected ones cannot be listed.
STATES = (PUBLISHED, "heldForReview", "likelySpam")

# How many threads a position remembers for each state: a few pages, some 40 kB.
MOST_KNOWN = 500
# How many pages of threads are read for each state, and how many calls are made for replies, in one poll.
MOST_PAGES, MOST_REPLY_CALLS = 20, 30
# The platform takes so many ids in one call.
IDS_AT_ONCE = 50
# A poll that finds nothing: one page for each state, and one look at older threads.
QUIET_ROUND = len(STATES) + 1


class YouTubePoll:
    """Polls one channel. Units are spent for polling, so what is kept for acts stays."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._channel_id = api.account.external_id

    async def poll(self, position: Mapping[str, object] | None) -> Polled:
        """Fetch what came since `position`: threads of each state, then changed older ones, then missing replies.

        Without a position only the newest page of each state is read. Where a bound was reached, `is_complete` is
        False; replies that are still owed are fetched by the next poll. Raises ConnectorError, and then the position
        stays what it was.
        """
        pages: list[bytes] = []
        is_complete = True
        known = {state: Known(_known(position, state), is_published=state == PUBLISHED) for state in STATES}
        for state in STATES:
            found, is_whole = await self._listed(state, known[state], at_most=MOST_PAGES if position is not None else 1)
            pages += found
            is_complete = is_complete and is_whole
        swept, found = await self._swept(known, as_count(as_object(position).get("swept")) or 0)
        pages += found
        found, is_whole = await self._owed(known)
        return Polled(
            pages=(*pages, *found),
            position={
                "threads": {state: [thread.row() for thread in known[state].all[:MOST_KNOWN]] for state in STATES},
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
            is_moved, is_new = known.take(threads, is_listed=True)
            if is_new:
                pages.insert(0, answer.content)
            if not is_moved or _token(answer) is None:
                return pages, True
        return pages, False

    async def _swept(self, known: Mapping[str, Known], start: int) -> tuple[int, list[bytes]]:
        """Look at the next few of the older threads, in turns; return where to go on, and the page if it is news.

        Those of every state: one that was held may have been approved since, and stands too deep to be listed.
        """
        older = {thread.id: of_state for of_state in known.values() for thread in of_state.unlisted}
        start = start if start < len(older) else 0
        asked = dict(list(older.items())[start : start + IDS_AT_ONCE])
        pages = await self._looked_at(asked) if asked else []
        forgotten = sum(thread_id not in of_state.before for thread_id, of_state in asked.items())
        return start + len(asked) - forgotten, pages

    async def _looked_at(self, asked: Mapping[ExternalId, Known]) -> list[bytes]:
        """Ask for threads by their ids; forget those that are gone. Some answers say only that one of them is."""
        params = {"part": "id,snippet,replies", "id": ",".join(asked), "textFormat": "plainText"}
        try:
            answer = await self._api.run(_call("poll_older", "commentThreads", params))
        except GoneError:
            if len(asked) > 1:
                rows, half = list(asked.items()), len(asked) // 2
                return [*await self._looked_at(dict(rows[:half])), *await self._looked_at(dict(rows[half:]))]
            answer = Answer(content=b"", document={"items": []})
        threads = {thread.id: thread for item in _items(answer) if (thread := Thread.read(item))}
        is_new = False
        for thread_id, of_state in asked.items():
            if thread_id in threads:
                _, is_news = of_state.take([threads[thread_id]], is_listed=False)
                is_new = is_new or is_news
            else:
                of_state.miss(thread_id)
        return [answer.content] if is_new else []

    async def _owed(self, known: Mapping[str, Known]) -> tuple[list[bytes], bool]:
        """Fetch the replies that the threads came without; return them, and whether these are all."""
        pages: list[bytes] = []
        left = MOST_REPLY_CALLS
        for state in STATES:
            for thread in [thread for thread in known[state].all if thread.owes]:
                found, is_whole = await self._replies(thread.id, at_most=left)
                left -= max(1, len(found))
                pages += found
                if not is_whole:
                    return pages, False
                known[state].paid(thread)
        return pages, True

    async def _replies(self, thread_id: ExternalId, *, at_most: int) -> tuple[list[bytes], bool]:
        params = {"part": "id,snippet", "parentId": thread_id, "maxResults": "100", "textFormat": "plainText"}
        pages: list[bytes] = []
        try:
            async for answer in self._pages("poll_replies", "comments", params, at_most=at_most):
                pages.insert(0, answer.content)
                if _token(answer) is None:
                    return pages, True
        except GoneError:
            return pages, True
        return pages, False

    async def _pages(self, name: str, path: str, params: Mapping[str, str], *, at_most: int) -> AsyncIterator[Answer]:
        after: dict[str, str] = {}
        for _ in range(at_most):
            answer = await self._api.run(_call(name, path, {**params, **after}))
            yield answer
            token = _token(answer)
            if token is None:
                return
            after = {"pageToken": token}


def _call(name: str, path: str, params: Mapping[str, str]) -> Call:
    return Call(name=name, path=path, params=params, purpose=Purpose.POLLING)


def _token(answer: Answer) -> str | None:
    return as_text(answer.document.get("nextPageToken"))


def _items(answer: Answer) -> list[object]:
    if "items" not in answer.document and not str(answer.document.get("kind", "")).endswith("ListResponse"):
        raise PlatformUnavailableError(YOUTUBE, "poll", "no list", "the answer is no list")
    return as_list(answer.document.get("items"))


def _known(position: Mapping[str, object] | None, state: str) -> list[Thread]:
    """Read the threads of a state out of a position; what is odd in it is simply not known."""
    rows = as_list(as_object(as_object(position).get("threads")).get(state))
    return [thread for row in rows[:MOST_KNOWN] if (thread := Thread.stored(row))]
