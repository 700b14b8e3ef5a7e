"""The threads that a poll remembers: how each looked, and what follows for the next poll."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.connectors.keys import digest
from app.connectors.values import as_count, as_flag, as_id, as_list, as_object, as_text, as_time
from app.messages import ExternalId

# No time of the platform's is longer.
MAX_TIME = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A thread as it was seen. Times are the top comment's; `inline` is a digest of the replies that came along.

    `owes`: it has replies that were not fetched yet.
    """

    id: ExternalId
    published: str
    updated: str
    total: int
    inline: str
    owes: bool

    @classmethod
    def read(cls, item: object) -> "Thread | None":
        """Read a thread of an answer; None for one without an id, which could not be recognised again."""
        thread = as_object(item)
        snippet, thread_id = as_object(thread.get("snippet")), as_id(thread.get("id"))
        if thread_id is None:
            return None
        top = as_object(as_object(snippet.get("topLevelComment")).get("snippet"))
        replies = [as_object(reply) for reply in as_list(as_object(thread.get("replies")).get("comments"))]
        edits = sorted(f"{reply.get('id')} {as_object(reply.get('snippet')).get('updatedAt')}" for reply in replies)
        total = as_count(snippet.get("totalReplyCount")) or 0
        return cls(
            id=thread_id,
            published=(as_text(top.get("publishedAt")) or "")[:MAX_TIME],
            updated=(as_text(top.get("updatedAt")) or "")[:MAX_TIME],
            total=total,
            inline=digest(edits)[:8],
            owes=total > len(replies),
        )

    @classmethod
    def stored(cls, row: object) -> "Thread | None":
        """Read a thread of a position; None for what no position of ours holds."""
        cells = as_list(row)
        thread_id = as_id(cells[0]) if len(cells) == len(cls.__slots__) else None
        if thread_id is None:
            return None
        return cls(
            id=thread_id,
            published=as_text(cells[1]) or "",
            updated=as_text(cells[2]) or "",
            total=as_count(cells[3]) or 0,
            inline=as_text(cells[4]) or "",
            owes=as_flag(cells[5]) or False,
        )

    def row(self) -> list[object]:
        """Return the thread as a position holds it."""
        return [self.id, self.published, self.updated, self.total, self.inline, self.owes]

    def differs_from(self, known: "Thread") -> bool:
        """Whether it changed, as far as paging stops at threads that did not.

        The replies that come along are chosen by the platform, which promises no choice, so they do not count here.
        """
        return (known.updated, known.total) != (self.updated, self.total)


class Known:
    """The threads of one state: those that were known before this poll, and those that it saw, newest first."""

    def __init__(self, threads: Iterable[Thread], *, is_published: bool) -> None:
        self.before = {thread.id: thread for thread in threads}
        self.now: dict[ExternalId, Thread] = {}
        self._is_published = is_published
        # What was never seen and is older than all we know is history from before the first poll. Under `published`
        # it is left alone; elsewhere it may be an old thread with a reply that was held just now.
        self._begins_at = min(
            filter(None, (as_time(thread.published) for thread in self.before.values())), default=None
        )

    @property
    def all(self) -> list[Thread]:
        """Every thread as it was last seen."""
        return [*self.now.values(), *self.unlisted]

    def take(self, threads: Iterable[Thread], *, is_listed: bool) -> tuple[bool, bool]:
        """Take in threads; return whether any moved, and whether any tells something new.

        Listed ones come newest first; others keep their place.
        """
        is_moved = is_new = False
        for thread in threads:
            known = self.before.get(thread.id)
            is_history = known is None and self._is_history(thread)
            if is_history and self._is_published:
                continue
            is_changed = known is None or thread.differs_from(known)
            is_moved = is_moved or (is_changed and not is_history)
            is_new = is_new or is_changed or (known is not None and known.inline != thread.inline)
            # As many replies as before are the ones that were fetched before.
            owes = thread.owes and (known is None or known.owes or known.total != thread.total)
            (self.now if is_listed else self.before)[thread.id] = replace(thread, owes=owes)
        return is_moved, is_new

    @property
    def unlisted(self) -> list[Thread]:
        """The threads that this poll did not meet in the lists, newest first."""
        return [thread for thread in self.before.values() if thread.id not in self.now]

    def miss(self, thread_id: ExternalId) -> None:
        """It was asked for and not shown. A published one is gone; another may only be out of sight while held."""
        if self._is_published:
            del self.before[thread_id]

    def paid(self, thread: Thread) -> None:
        """Its replies were fetched."""
        (self.now if thread.id in self.now else self.before)[thread.id] = replace(thread, owes=False)

    def _is_history(self, thread: Thread) -> bool:
        published_at = as_time(thread.published)
        return self._begins_at is not None and published_at is not None and published_at < self._begins_at
