"""What came to an account since the last look: mentions, replies beneath our newest posts, direct messages.

The search reaches back seven days and direct messages thirty; X lists the newest first. Each source goes on from the
newest id it has seen. Where more has come than one poll reads, the next one first goes on downwards from where this
one stopped, so that nothing is left out.
https://docs.x.com/x-api/posts/search/introduction
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import structlog

from app.connectors.base import Polled
from app.connectors.values import as_id, as_list, as_object, as_text
from app.connectors.x.api import Answer, Api, next_token, path
from app.connectors.x.fields import MESSAGE, POST, Naming
from app.connectors.x.parse import X
from app.errors import PlatformRefusedError
from app.messages import ExternalId

MOST_PAGES = 5
PAGE_SIZE = "100"
# Self-serve allows 512 characters in a query, of which a conversation takes 40.
OWN_POSTS = 10
HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
PLAIN_ID = re.compile(r"[0-9]{1,19}")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How far one source has been read: all up to `seen`.

    While reading downwards, `newest` is where it began, and `until` where it goes on: an id, or for direct messages,
    which cannot be asked for by id, a cursor.
    """

    seen: ExternalId | None = None
    newest: ExternalId | None = None
    until: str | None = None

    @classmethod
    def read(cls, position: object) -> "Mark":
        """Read what `as_json` wrote; nonsense is a mark at the beginning."""
        value = as_object(position)
        seen, newest = _plain(value.get("seen")), _plain(value.get("newest"))
        return cls(seen=seen, newest=newest, until=as_text(value.get("until")) if newest else None)

    def as_json(self) -> dict[str, object]:
        """Return it for keeping."""
        told = {"seen": self.seen, "newest": self.newest, "until": self.until}
        return {name: value for name, value in told.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What one source brought, oldest first."""

    pages: tuple[bytes, ...] = ()
    mark: Mark
    is_complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One list of X's. `is_by_id`: it can be asked for what is newer and older than an id."""

    name: str
    path: str
    params: Mapping[str, str]
    is_by_id: bool = True


class XPoll:
    """Polls one account."""

    def __init__(self, api: Api, *, naming: Naming = Naming.POST, most_pages: int = MOST_PAGES) -> None:
        self._api = api
        self._account_id = api.account.external_id
        self._naming = naming
        self._most_pages = most_pages

    async def poll(self, position: Mapping[str, object] | None) -> Polled:
        """Fetch what came since `position`; None asks for the newest page of each source.

        A source that X refuses to this account (its tier has no search, its app no direct messages) is left out, and
        said to be missing; any other failure is the whole poll's.
        """
        readings: dict[str, Read] = {}
        sources = {"mentions": self._mentions, "replies": self._replies, "messages": self._messages}
        for name, source in sources.items():
            mark = Mark.read(as_object(position).get(name))
            try:
                readings[name] = await self._read(await source(), mark)
            except PlatformRefusedError as error:
                log.warning("poll_source_refused", platform=X, account=self._account_id, source=name, code=error.code)
                readings[name] = Read(mark=mark, is_complete=False)
        return Polled(
            pages=tuple(page for reading in readings.values() for page in reading.pages),
            position={name: reading.mark.as_json() for name, reading in readings.items()},
            is_complete=all(reading.is_complete for reading in readings.values()),
        )

    async def _mentions(self) -> Source:
        where = path("users", self._account_id, "mentions")
        return Source(name="mentions", path=where, params={**POST[self._naming], "max_results": PAGE_SIZE})

    async def _replies(self) -> Source:
        """Replies to us, and everything beneath our newest posts: what people answer to each other there, too."""
        newest = await self._api.get(
            "own_posts",
            path("users", self._account_id, "tweets"),
            {"max_results": str(OWN_POSTS), "exclude": "replies,retweets"},
        )
        wanted = [f"conversation_id:{post_id}" for post_id in _ids(newest)]
        handle = self._api.account.handle.removeprefix("@")
        without = "-is:retweet"
        if HANDLE.fullmatch(handle):
            wanted.insert(0, f"to:{handle}")
            without += f" -from:{handle}"
        if not wanted:
            raise self._api.refused("replies", "nothing", "neither the account's handle nor a post of it is known")
        params = {**POST[self._naming], "max_results": PAGE_SIZE, "query": f"({' OR '.join(wanted)}) {without}"}
        return Source(name="replies", path=path("tweets", "search", "recent"), params=params)

    async def _messages(self) -> Source:
        return Source(
            name="messages", path=path("dm_events"), params={**MESSAGE, "max_results": PAGE_SIZE}, is_by_id=False
        )

    async def _read(self, source: Source, mark: Mark) -> Read:
        try:
            return await self._read_down(source, mark)
        except PlatformRefusedError as error:
            if mark.seen is None or not error.code.startswith("400"):
                raise
            # What we saw last is too old for X to count from: what lies between cannot be had any more.
            return replace(await self._read_down(source, Mark()), is_complete=False)

    async def _read_down(self, source: Source, mark: Mark) -> Read:
        params = dict(source.params)
        if source.is_by_id:
            params |= {"since_id": mark.seen} if mark.seen else {}
            params |= {"until_id": mark.until} if mark.until else {}
        elif mark.until:
            params["pagination_token"] = mark.until
        at_most = self._most_pages if mark.seen else 1
        pages: list[Answer] = []
        is_through = mark.seen is None
        async for page in self._api.pages(source.name, source.path, params, at_most=at_most):
            pages.append(page)
            is_through = is_through or next_token(page) is None or _reaches(page, mark.seen)
            if is_through:
                break
        ids = [post_id for page in pages for post_id in _ids(page)]
        newest = mark.newest or max(ids, key=int, default=mark.seen)
        lower = min(ids, key=int, default=None) if source.is_by_id else next_token(pages[-1])
        return Read(
            pages=tuple(page.body for page in reversed(pages) if as_list(page.document.get("data"))),
            mark=Mark(seen=newest) if is_through else Mark(seen=mark.seen, newest=newest, until=lower),
            is_complete=is_through,
        )


def _ids(page: Answer) -> list[ExternalId]:
    found = (_plain(as_object(item).get("id")) for item in as_list(page.document.get("data")))
    return [post_id for post_id in found if post_id is not None]


def _reaches(page: Answer, seen: ExternalId | None) -> bool:
    """Whether a page goes down to what is known already."""
    return seen is not None and any(int(post_id) <= int(seen) for post_id in _ids(page))


def _plain(value: object) -> ExternalId | None:
    """Return an id that can be compared with others: X's grow with time."""
    found = as_id(value)
    return found if found is not None and PLAIN_ID.fullmatch(found) else None
