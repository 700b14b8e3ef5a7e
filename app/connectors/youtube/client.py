"""Calls for a YouTube channel: its comments are held, approved, rejected and answered; nothing is private.

https://developers.google.com/youtube/v3/docs/comments
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from app.connectors.base import Capability, Earlier, Sent
from app.connectors.said import is_older, newest_first, same_words
from app.connectors.texts import TextRule
from app.connectors.values import as_flag, as_id, as_list, as_object, as_text, as_time, as_url
from app.connectors.youtube.api import Api, Call
from app.connectors.youtube.comments import author_of, media_of, text_of
from app.connectors.youtube.failures import GoneError
from app.connectors.youtube.names import PAGES_URL, YOUTUBE, thread_of, watch_link
from app.connectors.youtube.oauth import FORCE_SSL
from app.connectors.youtube.quota import CHANGE, INSERT
from app.decisions.capabilities import Lack, Lacks, lacking
from app.errors import OutcomeUnknownError, PlatformRefusedError, PlatformUnavailableError
from app.messages import Channel, ExternalId, LookUp, Message, PlatformName

# The platform publishes no limit; this is what is usually said, and `commentTextTooLong` what it answers beyond.
TEXTS = {Capability.REPLY: TextRule(limit=10_000)}

NO_LINK = "YouTube's API gives no link to a single comment"
NO_AUTHOR_LINK = "YouTube did not tell the author's channel"
GONE = "YouTube does not show it any more"

NOT_NEEDED_WHEN_GONE = frozenset({Capability.HIDE, Capability.DELETE})
# Errors that also stand for a comment which its author deleted, among others; a look tells.
# https://developers.google.com/youtube/v3/docs/comments/setModerationStatus#errors
SAID_OF_GONE = frozenset({"processingFailure", "forbidden"})

# A poll comes every two minutes where the quota allows.
EDIT_IS_READ_WITHIN = timedelta(minutes=3)

# A thread is said to take 500 replies; a page has 100.
MOST_PAGES = 10


class Status(StrEnum):
    """The states of a comment that may be set."""

    HELD = "heldForReview"
    PUBLISHED = "published"
    REJECTED = "rejected"


class YouTubeOutbound:
    """What can be done for one channel through its API; see `limits.md` for what cannot.

    `scopes` are those that the channel's owner granted: without `FORCE_SSL` comments can only be read.
    `is_by_person`: a person asked for this with a click, just now. Only then is anybody banned: it cannot be undone.
    """

    def __init__(
        self,
        api: Api,
        *,
        scopes: frozenset[str] = frozenset({FORCE_SSL}),
        pages_url: str = PAGES_URL,
        is_by_person: bool = False,
    ) -> None:
        self._api = api
        self._channel_id = api.account.external_id
        self._scopes = scopes
        self._pages_url = pages_url
        self._may_act = FORCE_SSL in scopes
        self._is_by_person = is_by_person

    def by_person(self) -> "YouTubeOutbound":
        """Return the same connector for what a person asked for with a click."""
        return YouTubeOutbound(self._api, scopes=self._scopes, pages_url=self._pages_url, is_by_person=True)

    @property
    def name(self) -> PlatformName:
        """YouTube."""
        return YOUTUBE

    @property
    def block_removes(self) -> bool:
        """YouTube bans an author only together with rejecting what they wrote."""
        return True

    def lacks(self, channel: Channel, message: Message | None = None) -> Lacks:
        """Private messages, reports and the end of a ban, for which there is no call; bans, on which a person decides.

        There are comments alone; deleting is rejecting.
        """
        no_call = (Capability.PRIVATE_MESSAGE, Capability.REPORT_TO_PLATFORM, Capability.UNBLOCK)
        missing = lacking(Lack.NOT_OFFERED, *no_call)
        if channel is not Channel.COMMENT:
            return missing | lacking(Lack.NOT_OFFERED, *Capability)
        if not self._may_act:
            acts = (Capability.HIDE, Capability.UNHIDE, Capability.DELETE, Capability.REPLY, Capability.BLOCK)
            return missing | lacking(Lack.NOT_GRANTED, *acts)
        return missing if self._is_by_person else missing | lacking(Lack.BY_PERSON, Capability.BLOCK)

    async def look_up(self, message: Message) -> LookUp:
        """Ask for a comment. Whether it is held or rejected is not told to who asks for one by its id."""
        params = {"part": "snippet", "id": message.external_id, "textFormat": "plainText"}
        try:
            items = await self._items(Call(name="look_up", path="comments", params=params))
        except GoneError:
            items = []
        found = next((item for item in items if as_id(item.get("id")) == message.external_id), None)
        post_link = watch_link(message.post_id, self._pages_url)
        if found is None:
            return LookUp(is_gone=True, link_missing=GONE, post_link=post_link, author_link_missing=NO_AUTHOR_LINK)
        return _found(as_object(found.get("snippet")), post_link, self._pages_url)

    async def hide(self, message: Message) -> None:
        """Hold for review; what is held for 60 days disappears by itself."""
        await self._set_status(message, Capability.HIDE, Status.HELD)

    async def unhide(self, message: Message) -> None:
        """Publish again."""
        await self._set_status(message, Capability.UNHIDE, Status.PUBLISHED)

    async def delete(self, message: Message) -> None:
        """Reject, with the replies beneath: only a channel's own comments can be deleted."""
        self._require_comment(message, Capability.DELETE)
        if message.author_id == self._channel_id:
            await self._change(message, Capability.DELETE, "DELETE", "comments", {"id": message.external_id})
            return
        await self._require_same_words(message)
        await self._set_status(message, Capability.DELETE, Status.REJECTED)

    async def block(self, message: Message) -> None:
        """Reject and ban where a person asked for it; a ban cannot be undone, so the machine is refused."""
        if self._is_by_person:
            await self.reject_and_ban_author(message)
            return
        detail = "a ban cannot be undone by the API: a person decides on it"
        raise self._api.refused(Capability.BLOCK, "needs a person", detail)

    async def unblock(self, message: Message) -> None:
        """YouTube ends no ban by API. Raises PlatformRefusedError."""
        raise self._api.refused(Capability.UNBLOCK, "unsupported", "a ban is lifted in YouTube Studio alone")

    async def reject_and_ban_author(self, message: Message) -> None:
        """Reject a comment and ban its author from the channel for good. Only where a person asked for both.

        The rejection removes the comment, so it needs the same evidence as `delete`. The platform knows no ban without
        a rejection, no end of a ban by API, and no list to check it by.
        """
        if message.author_id == self._channel_id:
            raise self._api.refused(Capability.BLOCK, "own", "a channel cannot ban itself")
        await self._set_status(message, Capability.BLOCK, Status.REJECTED, {"banAuthor": "true"})

    async def reply(self, message: Message, text: str) -> Sent:
        """Answer in the thread, for there is one level of replies; first see whether the thread takes any."""
        self._require_comment(message, Capability.REPLY)
        complaint = TEXTS[Capability.REPLY].complaint(text)
        if complaint is not None:
            raise self._api.refused(Capability.REPLY, "text", complaint)
        thread_id = _thread_of(message)
        await self._require_open(thread_id)
        answer = await self._api.run(
            Call(
                name=Capability.REPLY,
                method="POST",
                path="comments",
                params={"part": "snippet"},
                json={"snippet": {"parentId": thread_id, "textOriginal": text}},
                units=INSERT,
                is_speech=True,
            )
        )
        external_id = as_id(answer.document.get("id"))
        if external_id is None:
            raise OutcomeUnknownError(YOUTUBE, Capability.REPLY, "no id", "the answer names no comment")
        return Sent(external_id=external_id)

    async def find_reply(self, message: Message, text: str, *, since: datetime) -> Sent | None:
        """Look through the thread for our own words; the order of replies is promised nowhere, so through all."""
        async for reply in self._replies("find_reply", _thread_of(message)):
            external_id, snippet = as_id(reply.get("id")), as_object(reply.get("snippet"))
            is_ours = author_of(snippet) == self._channel_id
            is_it = same_words(text_of(snippet) or "", text) and not is_older(snippet, "publishedAt", since)
            if is_ours and is_it and external_id:
                return Sent(external_id=external_id)
        return None

    async def earlier_of(self, message: Message) -> tuple[Earlier, ...]:
        """What the author wrote in the channel's hundred newest threads, newest first; there is no search by author.

        A thread brings its newest replies alone. https://developers.google.com/youtube/v3/docs/commentThreads/list
        """
        name = "earlier_of"
        if message.author_id is None:
            raise self._api.refused(name, "no author", "YouTube withheld the author's channel")
        params = {
            "part": "id,snippet,replies",
            "allThreadsRelatedToChannelId": self._channel_id,
            "order": "time",
            "maxResults": "100",
            "textFormat": "plainText",
        }
        threads = await self._items(Call(name=name, path="commentThreads", params=params))
        return newest_first(
            _earlier(comment, self._pages_url)
            for comment in _comments_of(threads)
            if _is_by(comment, message.author_id)
        )

    async def private_message(self, message: Message, text: str, *, metadata: str) -> Sent:
        """Refused: YouTube has no private messages."""
        raise self._api.refused(Capability.PRIVATE_MESSAGE, "not possible", "YouTube has no private messages")

    async def find_private_message(self, message: Message, text: str, *, since: datetime) -> Sent | None:
        """Refused: YouTube has no private messages."""
        raise self._api.refused("find_private_message", "not possible", "YouTube has no private messages")

    def message_length_limit(self, kind: Capability) -> int | None:
        """Characters."""
        return TEXTS[kind].limit if kind in TEXTS else None

    def message_length(self, kind: Capability, text: str) -> int:
        """Characters."""
        return len(text)

    async def _set_status(
        self, message: Message, kind: Capability, status: Status, more: Mapping[str, str] | None = None
    ) -> None:
        self._require_comment(message, kind)
        params = {"id": message.external_id, "moderationStatus": status, **(more or {})}
        await self._change(message, kind, "POST", "comments/setModerationStatus", params)

    async def _change(
        self, message: Message, kind: Capability, method: str, path: str, params: Mapping[str, str]
    ) -> None:
        """Change a comment; one that is gone need not be held or rejected any more, but cannot be shown again."""
        call = Call(name=kind, method=method, path=path, params=params, units=CHANGE, has_answer=False)
        try:
            await self._api.run(call)
        except GoneError:
            if kind not in NOT_NEEDED_WHEN_GONE:
                raise
        except PlatformRefusedError as refused:
            may_be_gone = kind in NOT_NEEDED_WHEN_GONE and refused.code in SAID_OF_GONE
            if not may_be_gone or not await self._is_gone(message):
                raise

    async def _is_gone(self, message: Message) -> bool:
        """Whether a look finds nothing."""
        found = await self._looked_at(message)
        return found is not None and found.is_gone

    async def _require_same_words(self, message: Message) -> None:
        """What is rejected cannot be read again, and no platform's word tells of an edit: what nobody judged stays.

        The next poll brings the new words; where it does not, a person is asked after some attempts.
        """
        found = await self._looked_at(message)
        if message.text and found is not None and found.text is not None and not same_words(found.text, message.text):
            detail = "its author edited it since it was judged"
            raise PlatformUnavailableError(
                YOUTUBE, Capability.DELETE, "edited", detail, retry_after=EDIT_IS_READ_WITHIN
            )

    async def _looked_at(self, message: Message) -> LookUp | None:
        """What a look finds; None where it is refused, which is also said of what is gone, and proves nothing."""
        try:
            return await self.look_up(message)
        except PlatformRefusedError:
            return None

    async def _require_open(self, thread_id: ExternalId) -> None:
        params = {"part": "snippet", "id": thread_id, "textFormat": "plainText"}
        threads = await self._items(Call(name="can_reply", path="commentThreads", params=params))
        if not threads:
            raise GoneError(YOUTUBE, Capability.REPLY, "commentThreadNotFound", "the thread is not there any more")
        if as_flag(as_object(threads[0].get("snippet")).get("canReply")) is False:
            raise self._api.refused(Capability.REPLY, "canReply", "the thread takes no replies")

    async def _replies(self, name: str, thread_id: ExternalId) -> AsyncIterator[Mapping[str, object]]:
        params = {"part": "snippet", "parentId": thread_id, "maxResults": "100", "textFormat": "plainText"}
        for _ in range(MOST_PAGES):
            answer = await self._api.run(Call(name=name, path="comments", params=params))
            for item in _listed(name, answer.document):
                yield item
            token = as_text(answer.document.get("nextPageToken"))
            if token is None:
                return
            params["pageToken"] = token
        raise self._api.refused(name, "unfinished", "more replies than are read for one answer")

    async def _items(self, call: Call) -> list[Mapping[str, object]]:
        return _listed(call.name, (await self._api.run(call)).document)

    def _require_comment(self, message: Message, call: str) -> None:
        if not self._may_act:
            raise self._api.refused(call, "scope", "the channel granted reading alone")
        if message.channel is not Channel.COMMENT:
            raise self._api.refused(call, "no comment", "it is no comment under our own videos")


def _listed(call: str, page: Mapping[str, object]) -> list[Mapping[str, object]]:
    """Return a page's items. One without any looks like an empty one only if it says what it lists."""
    if "items" not in page and not str(page.get("kind", "")).endswith("ListResponse"):
        raise PlatformUnavailableError(YOUTUBE, call, "no list", "the answer is no list")
    return [as_object(item) for item in as_list(page.get("items"))]


def _comments_of(threads: Sequence[Mapping[str, object]]) -> Iterator[Mapping[str, object]]:
    """Every comment that came with these threads."""
    for thread in threads:
        yield as_object(as_object(thread.get("snippet")).get("topLevelComment"))
        yield from map(as_object, as_list(as_object(thread.get("replies")).get("comments")))


def _is_by(comment: Mapping[str, object], author: ExternalId) -> bool:
    return as_id(comment.get("id")) is not None and author_of(as_object(comment.get("snippet"))) == author


def _earlier(comment: Mapping[str, object], pages_url: str) -> Earlier:
    snippet = as_object(comment.get("snippet"))
    return Earlier(
        external_id=ExternalId(str(comment["id"])),
        text=text_of(snippet) or "",
        written_at=as_time(snippet.get("publishedAt")),
        link=watch_link(as_id(snippet.get("videoId")), pages_url),
    )


def _found(snippet: Mapping[str, object], post_link: str | None, pages_url: str) -> LookUp:
    author_link, status = as_url(snippet.get("authorChannelUrl")), as_text(snippet.get("moderationStatus"))
    post_link = watch_link(as_id(snippet.get("videoId")), pages_url) or post_link
    return LookUp(
        link_missing=f"{NO_LINK}; it stands under {post_link}" if post_link else NO_LINK,
        post_link=post_link,
        author_link=author_link,
        author_link_missing=None if author_link else NO_AUTHOR_LINK,
        text=text_of(snippet),
        author_id=author_of(snippet),
        author_name=as_text(snippet.get("authorDisplayName")),
        sent_at=as_time(snippet.get("publishedAt")),
        media=media_of(snippet),
        is_hidden=None if status is None else status != Status.PUBLISHED,
    )


def _thread_of(message: Message) -> ExternalId:
    return message.parent_id or thread_of(message.external_id) or message.external_id
