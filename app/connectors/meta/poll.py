"""Asking for what no webhook brought (I12): comments beneath the newest publications, and direct messages.

One call for all publications: small Pages have small budgets. https://developers.facebook.com/docs/graph-api/reference/page/feed
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from app.clock import Clock
from app.connectors.base import Polled
from app.connectors.meta.graph import Graph, node
from app.connectors.meta.inbox import Inbox
from app.connectors.values import as_list, as_object, as_time
from app.errors import PlatformRefusedError

log = structlog.get_logger(__name__)

PUBLICATIONS, COMMENTS_EACH = 25, 50
# Beneath a publication with more than that, in a storm, reading goes on a page at a time.
PAGE, MOST_PAGES = 100, 20
# What is written while we ask, and clocks that differ: asked for again, and taken once by its key. An account that was
# never asked begins here too: what was there before we were is not ours to answer.
OVERLAP = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaPoll:
    """Facebook and Instagram differ in their edge and fields; `fields` takes the time to ask from.

    `each` are the parameters that read one publication's comments, newest first, from that time on. `written_at` is the
    field with a comment's time, `replies` the one that holds its answers, where those come nested.
    """

    graph: Graph
    edge: str
    fields: Callable[[datetime], str]
    each: Callable[[datetime], Mapping[str, str]]
    clock: Clock
    written_at: str
    replies: str | None = None
    inbox: Inbox | None = None

    async def poll(self, position: Mapping[str, object] | None) -> Polled:
        """Fetch the comments since the last poll that the newest publications have; those without any are left out."""
        now = self.clock()
        since = _since(position, now)
        page = await self.graph.get(
            "poll",
            node(self.graph.account.external_id, self.edge),
            {"fields": self.fields(since), "limit": str(PUBLICATIONS)},
        )
        publications = [
            self._since(await self._whole(as_object(item), since), since) for item in as_list(page.get("data"))
        ]
        commented = [publication for publication in publications if as_object(publication["comments"])["data"]]
        written = await self._conversations(since)
        documents = ([{"data": commented}] if commented else []) + ([{"conversations": written}] if written else [])
        pages = tuple(json.dumps(document, sort_keys=True).encode() for document in documents)
        return Polled(pages=pages, position={"asked_at": now.isoformat()})

    async def _conversations(self, since: datetime) -> list[dict[str, object]]:
        """What was written in private since then; nothing where the app may not read the inbox."""
        if self.inbox is None:
            return []
        try:
            found = await self.inbox.written_since(since)
        except PlatformRefusedError as error:
            log.warning("conversations_not_given", platform=error.platform, code=error.code)
            return []
        newest = (
            {**one, "messages": [message for message in as_list(one["messages"]) if self._is_new(message, since)]}
            for one in found
        )
        return [one for one in newest if one["messages"]]

    @staticmethod
    def _is_new(message: object, since: datetime) -> bool:
        at = as_time(as_object(message).get("created_time"))
        return at is None or at >= since

    async def _whole(self, publication: Mapping[str, object], since: datetime) -> Mapping[str, object]:
        """The publication with all comments since then, where there may be more than came along with it."""
        data = as_list(as_object(publication.get("comments")).get("data"))
        edge = node(str(publication.get("id")), "comments")
        if len(data) < COMMENTS_EACH or not self._all_since(data, since):
            return publication
        read: list[object] = []
        async for some in self.graph.pages("poll", edge, {**self.each(since), "limit": str(PAGE)}, at_most=MOST_PAGES):
            read += some
            if not self._all_since(some, since):
                break
        return {**publication, "comments": {"data": read}}

    def _all_since(self, comments: Sequence[object], since: datetime) -> bool:
        times = [as_time(as_object(comment).get(self.written_at)) for comment in comments]
        return all(at is None or at >= since for at in times)

    def _since(self, publication: Mapping[str, object], since: datetime) -> dict[str, object]:
        """The publication with the comments written since then, answers beside what they answer."""
        written = [
            comment
            for item in as_list(as_object(publication.get("comments")).get("data"))
            for comment in self._flat(as_object(item))
            if (at := as_time(comment.get(self.written_at))) is None or at >= since
        ]
        return {**publication, "comments": {"data": written}}

    def _flat(self, comment: dict[str, object]) -> Iterator[dict[str, object]]:
        answers = as_list(as_object(comment.pop(self.replies, None)).get("data")) if self.replies else []
        yield comment
        for answer in answers:
            yield {"parent_id": comment.get("id"), **as_object(answer)}


def _since(position: Mapping[str, object] | None, now: datetime) -> datetime:
    """From when on is asked; a position of another kind is none."""
    try:
        asked_at = datetime.fromisoformat(str((position or {}).get("asked_at"))).astimezone(UTC)
    except ValueError:
        asked_at = now
    return asked_at - OVERLAP
