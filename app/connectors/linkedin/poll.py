"""What came to a page since a position: notifications that a webhook may have missed, and the comments themselves.

The notifications tell of edits, removals and mentions, and are kept for 60 days. The comments of the newest posts are
read beside them: not every application may pull notifications, and none are made for posts that are not public.
https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-social-action-notifications
https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from app.clock import Clock
from app.connectors.base import Polled
from app.connectors.linkedin.api import Answer, LinkedInApi, listed, path
from app.connectors.linkedin.client import is_last
from app.connectors.linkedin.comment import Comment
from app.connectors.linkedin.notification import BY_US, LINKEDIN, MENTION
from app.connectors.linkedin.urns import encoded, post_urn
from app.connectors.values import as_count, as_list, as_object, as_text, as_time
from app.errors import PlatformRefusedError, PlatformUnavailableError
from app.messages import ExternalId

NAME = "poll"
ACTIONS = ("COMMENT", BY_US, "COMMENT_EDIT", "COMMENT_DELETE", MENTION)

PAGE_SIZE = 100
# How far back the first poll looks, and how far LinkedIn does.
FIRST_LOOK = timedelta(days=1)
KEPT_FOR = timedelta(days=60)
# What was written just before the last poll may have been shown only after it.
OVERLAP = timedelta(minutes=5)
# The most that is read beneath one post or comment, so that none keeps a round from ending.
MOST_PAGES = 20
# How many comments' numbers of answers are remembered.
MOST_REMEMBERED = 2000

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Round:
    """One walk through notifications and posts; it may take several polls where there is much to read.

    `since` is from when on things are new, `began_at` becomes the next `since`. `done` are the posts read already,
    `answers` how many answers each comment had when they were last read. `is_cut`: a list was too long to be read.
    """

    since: datetime
    began_at: datetime
    done: list[str] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    calls_left: int = 0
    pages: list[tuple[datetime, bytes]] = field(default_factory=list)
    is_finished: bool = True
    is_cut: bool = False

    @classmethod
    def resume(cls, position: Mapping[str, object] | None, now: datetime, calls: int) -> "Round":
        """Take up where the last poll ended; a position that makes no sense is as none."""
        known = position or {}
        earliest = now - KEPT_FOR
        since = as_time(known.get("since")) or now - FIRST_LOOK
        began_at = as_time(known.get("began_at"))
        done = [text for text in map(as_text, as_list(known.get("done"))) if text is not None]
        answers = {key: as_count(value) or 0 for key, value in as_object(known.get("answers")).items()}
        is_under_way = began_at is not None and began_at <= now
        return cls(
            since=min(max(since, earliest), now),
            began_at=began_at if began_at is not None and is_under_way else now,
            done=done if is_under_way else [],
            answers=answers,
            calls_left=calls,
        )

    def position(self) -> dict[str, object]:
        """Return where to go on: within this round, or with the next."""
        answers = dict(list(self.answers.items())[-MOST_REMEMBERED:])
        if self.is_finished:
            return {"since": self.began_at.isoformat(), "answers": answers}
        return {
            "since": self.since.isoformat(),
            "began_at": self.began_at.isoformat(),
            "done": list(self.done),
            "answers": answers,
        }


class OutOfCallsError(Exception):
    """This poll has made all the calls it may; the next one goes on."""


class LinkedInPoll:
    """Polls one page. `most_calls` bounds one poll: in the development tier a member has 100 calls a day."""

    def __init__(self, api: LinkedInApi, *, clock: Clock, most_posts: int = 20, most_calls: int = 60) -> None:
        self._api = api
        self._clock = clock
        self._most_posts = most_posts
        self._most_calls = most_calls

    async def poll(self, position: Mapping[str, object] | None) -> Polled:
        """Fetch what came since `position`. What is fetched before LinkedIn takes no more calls is not lost."""
        current = Round.resume(position, self._clock(), self._most_calls)
        try:
            await self._both(current)
        except OutOfCallsError:
            current.is_finished = False
        except PlatformUnavailableError:
            if not current.pages:
                raise
            current.is_finished = False
        pages = tuple(raw for _, raw in sorted(current.pages, key=lambda page: page[0]))
        is_complete = current.is_finished and not current.is_cut
        return Polled(pages=pages, position=current.position(), is_complete=is_complete)

    async def _both(self, current: Round) -> None:
        """Read notifications and comments. An application may have the permission for one of them alone."""
        refused: PlatformRefusedError | None = None
        try:
            await self._notifications(current)
        except PlatformRefusedError as error:
            log.warning("notifications_not_given", platform=LINKEDIN, code=error.code)
            refused = error
        try:
            await self._comments(current)
        except PlatformRefusedError as error:
            log.warning("comments_not_given", platform=LINKEDIN, code=error.code)
            if refused is not None:
                raise

    async def _notifications(self, current: Round) -> None:
        """Pull the notifications of what happened since, and a little before."""
        start, end = (int(at.timestamp() * 1000) for at in (current.since - OVERLAP, self._clock()))
        query = (
            f"q=criteria&actions={listed(*ACTIONS)}&organizationalEntity={encoded(self._api.organization)}"
            f"&timeRange=(start:{start},end:{end})"
        )
        async for page in self._pages(current, path("organizationalEntityNotifications"), query):
            if page.elements:
                newest = _newest([as_time(item.get("lastModifiedAt")) for item in page.elements])
                current.pages.append((newest, page.raw))

    async def _comments(self, current: Round) -> None:
        """Read the comments of the newest posts, and the answers beneath those that got new ones."""
        for post in await self._posts(current):
            if post in current.done:
                continue
            answered = await self._new_comments(current, post)
            for comment, count in answered.items():
                await self._new_comments(current, comment)
                # Written last, so that what is forgotten first is what was read longest ago.
                current.answers.pop(comment, None)
                current.answers[comment] = count
            current.done.append(post)

    async def _posts(self, current: Round) -> list[ExternalId]:
        query = f"q=author&author={encoded(self._api.organization)}&start=0&count={self._most_posts}&sortBy=CREATED"
        self._spend(current)
        found = await self._api.get(NAME, path("posts"), query, method_header="FINDER")
        return [post for post in (post_urn(item.get("id")) for item in found.elements) if post is not None]

    async def _new_comments(self, current: Round, place: ExternalId) -> dict[ExternalId, int]:
        """Keep each page beneath a post or comment that has something new; return who has new answers, and how many."""
        answered: dict[ExternalId, int] = {}
        try:
            await self._read_beneath(current, place, answered)
        except PlatformRefusedError as error:
            # Gone in the meantime, or closed for comments: the others are read all the same.
            log.info("comments_not_shown", platform=LINKEDIN, place=place, code=error.code)
        return answered

    async def _read_beneath(self, current: Round, place: ExternalId, answered: dict[ExternalId, int]) -> None:
        async for page in self._pages(current, path("socialActions", place, "comments")):
            comments = [
                (item, comment) for item in page.elements if (comment := Comment.read(item, posts=(place,))) is not None
            ]
            newest = _newest([comment.changed_at or comment.created_at for _, comment in comments])
            if comments and newest >= current.since - OVERLAP:
                current.pages.append((newest, page.raw))
            for item, comment in comments:
                count = _answers(item)
                target = _target(item, comment)
                if count > 0 and comment.parent_id is None and current.answers.get(target) != count:
                    answered[target] = count

    async def _pages(self, current: Round, place: str, query: str = "") -> AsyncIterator[Answer]:
        start = 0
        for _ in range(MOST_PAGES):
            self._spend(current)
            paging = f"start={start}&count={PAGE_SIZE}"
            page = await self._api.get(NAME, place, f"{query}&{paging}" if query else paging)
            yield page
            start += len(page.elements)
            if is_last(page.document, end=start, found=len(page.elements), asked=PAGE_SIZE):
                return
        current.is_cut = True
        log.warning("list_not_read_to_its_end", platform=LINKEDIN, path=place)

    def _spend(self, current: Round) -> None:
        if current.calls_left <= 0:
            raise OutOfCallsError
        current.calls_left -= 1


def _newest(times: list[datetime | None]) -> datetime:
    """Return the newest; what has no time counts as new, for it may be."""
    return max((at or datetime.max.replace(tzinfo=UTC) for at in times), default=datetime.max.replace(tzinfo=UTC))


def _answers(item: Mapping[str, object]) -> int:
    summary = as_object(item.get("commentsSummary"))
    counts = (as_count(summary.get(name)) for name in ("totalFirstLevelComments", "aggregatedTotalComments"))
    return max(count or 0 for count in counts)


def _target(item: Mapping[str, object], comment: Comment) -> ExternalId:
    """Return the name under which a comment's answers are asked for: LinkedIn's own, where it gave one."""
    given = as_text(item.get("commentUrn")) or as_text(item.get("$URN"))
    return ExternalId(given) if given and given.startswith("urn:li:comment:(urn:") else comment.external_id
