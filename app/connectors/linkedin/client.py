"""Calls for a LinkedIn organisation page.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/comments-api
"""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import NoReturn

from app.connectors.base import Capability, Earlier, Sent
from app.connectors.linkedin.api import Answer, Call, LinkedInApi, path
from app.connectors.linkedin.comment import Comment, author_of
from app.connectors.linkedin.failures import DuplicateError, GoneError
from app.connectors.linkedin.notification import LINKEDIN
from app.connectors.linkedin.urns import CommentName, comment_urn, encoded, post_urn
from app.connectors.said import SKEW, newest_first, same_words
from app.connectors.texts import TextRule
from app.connectors.values import as_count, as_id, as_list, as_object, as_text, as_time
from app.decisions.capabilities import Lack, Lacks, lacking
from app.errors import OutcomeUnknownError, PlatformRefusedError, PlatformUnavailableError
from app.messages import Channel, ExternalId, LookUp, Message, PlatformName

TEXTS = TextRule(limit=1250)

NO_LINK = "LinkedIn's API gives no link to a comment or post"
NO_AUTHOR_LINK = "LinkedIn gives a member's id for this application alone, which leads to no profile"
NO_POST = "LinkedIn did not tell the post that the comment stands under"
GONE = "LinkedIn does not show it any more"

PAGE_SIZE, MOST_PAGES = 100, 10
LONG_AGO = datetime(2003, 1, 1, tzinfo=UTC)

# A post's words come in the "little" format: signs that mean something are escaped, mentions and hashtags are marked.
# https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format
MENTION = re.compile(r"@\[((?:[^\]\\]|\\.){1,300})\]\(urn:li:[^)\s]{1,200}\)")
HASHTAG = re.compile(r"\{hashtag\|\\?#\|((?:[^}\\]|\\.){1,300})\}")
ESCAPED = re.compile(r"\\([|{}@\[\]()<>#\\*_~])")


class Tier(StrEnum):
    """What LinkedIn lets the application do.

    `development`: few calls a day, no webhooks, no batches. `standard`: all of it. `notifications`: the application
    has `rw_organization_admin` alone and only hears.
    """

    DEVELOPMENT = "development"
    STANDARD = "standard"
    NOTIFICATIONS = "notifications"


NO_CALL = (
    Capability.HIDE,
    Capability.UNHIDE,
    Capability.PRIVATE_MESSAGE,
    Capability.BLOCK,
    Capability.UNBLOCK,
    Capability.REPORT_TO_PLATFORM,
)


class LinkedInOutbound:
    """What can be done for one organisation page through its API; see `limits.md` for what cannot."""

    def __init__(self, api: LinkedInApi, *, tier: Tier = Tier.STANDARD) -> None:
        self._api = api
        self._tier = tier

    @property
    def name(self) -> PlatformName:
        """LinkedIn."""
        return LINKEDIN

    @property
    def block_removes(self) -> bool:
        """LinkedIn does not block."""
        return False

    def lacks(self, channel: Channel, message: Message | None = None) -> Lacks:
        """All but deleting beneath our own posts and answering in public; LinkedIn has no call for anything else."""
        missing = lacking(Lack.NOT_OFFERED, *NO_CALL)
        if self._tier is Tier.NOTIFICATIONS:
            missing |= lacking(Lack.TIER, Capability.DELETE, Capability.REPLY)
        if channel is Channel.DM:
            return missing | lacking(Lack.NOT_OFFERED, *Capability)
        if channel is not Channel.COMMENT:
            missing |= lacking(Lack.NOT_OURS, Capability.HIDE, Capability.UNHIDE, Capability.DELETE)
        return missing

    async def look_up(self, message: Message) -> LookUp:
        """Ask for a comment, or for the post that mentions us: a notification may come without the words."""
        name = CommentName.read(message.external_id)
        if name is None and _is_post(message):
            return await self._look_up_post(message.external_id)
        try:
            found = await self._api.get("look_up", self._path_of(message, "look_up"))
        except GoneError:
            return _gone()
        comment = Comment.read(found.document, named=(message.external_id,))
        if comment is None:
            raise PlatformUnavailableError(LINKEDIN, "look_up", "no comment", "the answer is no comment")
        return LookUp(
            link_missing=NO_LINK,
            author_link_missing=NO_AUTHOR_LINK,
            text=comment.text,
            author_id=comment.author_id,
            author_name=comment.author_name,
            sent_at=comment.created_at,
            media=comment.media,
        )

    async def _look_up_post(self, post: ExternalId) -> LookUp:
        try:
            found = (await self._api.get("look_up", path("posts", post))).document
        except GoneError:
            return _gone()
        words = as_text(found.get("commentary"))
        return LookUp(
            link_missing=NO_LINK,
            author_link_missing=NO_AUTHOR_LINK,
            text=from_little(words) if words is not None else None,
            author_id=author_of(found),
            sent_at=as_time(found.get("publishedAt")) or as_time(found.get("createdAt")),
        )

    async def hide(self, message: Message) -> None:
        """LinkedIn cannot hide. Raises PlatformRefusedError."""
        self._cannot(Capability.HIDE, "LinkedIn has no call to hide a comment")

    async def unhide(self, message: Message) -> None:
        """LinkedIn cannot hide. Raises PlatformRefusedError."""
        self._cannot(Capability.UNHIDE, "LinkedIn has no call to hide a comment or to show it again")

    async def delete(self, message: Message) -> None:
        """Delete, as the organisation. LinkedIn may refuse it for a comment that someone else wrote."""
        if message.channel is not Channel.COMMENT:
            raise self._api.refused(Capability.DELETE, "not ours", "it stands in a place that is not the page's")
        place = self._path_of(message, Capability.DELETE)
        query = f"actor={encoded(self._api.organization)}"
        try:
            await self._api.run(Call(name=Capability.DELETE, method="DELETE", path=place, query=query))
        except GoneError:
            # One answer stands for what is gone and for what is called by a wrong name: only the first is done.
            if not await self._is_gone(place):
                raise

    async def _is_gone(self, place: str) -> bool:
        try:
            await self._api.get(Capability.DELETE, place)
        except GoneError:
            return True
        return False

    async def reply(self, message: Message, text: str) -> Sent:
        """Answer as the organisation: beneath the top comment, or beneath the post that mentions us."""
        complaint = TEXTS.complaint(text)
        if complaint is not None:
            raise self._api.refused(Capability.REPLY, "text", complaint)
        target, post = await self._thread_of(message, Capability.REPLY)
        body: dict[str, object] = {
            "actor": self._api.organization,
            "object": post,
            "message": {"text": text},
        }
        if target != post:
            body["parentComment"] = target
        call = Call(
            name=Capability.REPLY,
            method="POST",
            path=path("socialActions", target, "comments"),
            json=body,
            is_speech=True,
        )
        try:
            answer = await self._api.run(call)
        except DuplicateError:
            # Said already, here or elsewhere: only here does it count as our answer.
            earlier = await self.find_reply(message, text, since=LONG_AGO)
            if earlier is None:
                raise
            return earlier
        return _sent(answer, target)

    async def find_reply(self, message: Message, text: str, *, since: datetime) -> Sent | None:
        """Look through the comments beneath the one we answer to.

        To a member whose role may only write LinkedIn shows an empty list and no error, so an empty one is believed
        only where the count says the same.
        """
        target, _ = await self._thread_of(message, "find_reply")
        seen = False
        async for comment in self._beneath(target):
            seen = True
            if self._is_said(comment, text, since):
                return Sent(external_id=comment.external_id)
        if not seen and await self._has_comments(target):
            raise self._api.refused("find_reply", "not shown", "LinkedIn counts comments there and shows us none")
        return None

    async def earlier_of(self, message: Message) -> tuple[Earlier, ...]:
        """What the author wrote beneath the same post, newest first: LinkedIn tells a member's comments nowhere else.

        Comments beneath comments are not told with them.
        """
        name = "earlier_of"
        post = post_urn(message.post_id)
        if post is None or message.author_id is None:
            raise self._api.refused(name, "no post", NO_POST if post is None else "LinkedIn withheld the author")
        found = [
            Earlier(external_id=comment.external_id, text=comment.text or "", written_at=comment.created_at)
            async for comment in self._beneath(post, name=name)
            if comment.author_id == message.author_id
        ]
        return newest_first(found)

    async def _beneath(self, target: ExternalId, *, name: str = "find_reply") -> AsyncIterator[Comment]:
        place = path("socialActions", target, "comments")
        start = 0
        for _ in range(MOST_PAGES):
            page = await self._api.get(name, place, f"start={start}&count={PAGE_SIZE}")
            for item in page.elements:
                comment = Comment.read(item, posts=(target,))
                if comment is not None:
                    yield comment
            start += len(page.elements)
            if is_last(page.document, end=start, found=len(page.elements), asked=PAGE_SIZE):
                return
        raise self._api.refused(name, "unfinished", "more comments than are read for one answer")

    def _is_said(self, comment: Comment, text: str, since: datetime) -> bool:
        is_ours = comment.author_id == self._api.organization
        is_older = comment.created_at is not None and comment.created_at < since - SKEW
        return is_ours and not is_older and comment.text is not None and same_words(comment.text, text)

    async def _has_comments(self, target: ExternalId) -> bool:
        try:
            found = (await self._api.get("find_reply", path("socialActions", target))).document
        except GoneError:
            return False
        summary = as_object(found.get("commentsSummary"))
        counts = (summary.get("totalFirstLevelComments"), summary.get("aggregatedTotalComments"))
        return any(as_count(count) for count in counts)

    async def private_message(self, message: Message, text: str, *, metadata: str) -> Sent:
        """LinkedIn cannot write privately, and nothing is said in public instead. Raises PlatformRefusedError."""
        self._cannot(Capability.PRIVATE_MESSAGE, "LinkedIn has no call to write to a member")

    async def find_private_message(self, message: Message, text: str, *, since: datetime) -> Sent | None:
        """LinkedIn shows no messages. Raises PlatformRefusedError."""
        self._cannot("find_private_message", "LinkedIn has no call to read messages")

    async def block(self, message: Message) -> None:
        """LinkedIn cannot block. Raises PlatformRefusedError."""
        self._cannot(Capability.BLOCK, "LinkedIn has no call to block a member")

    async def unblock(self, message: Message) -> None:
        """LinkedIn has no blocks to lift. Raises PlatformRefusedError."""
        self._cannot(Capability.UNBLOCK, "LinkedIn has no call to block a member, nor to let one in again")

    def message_length_limit(self, kind: Capability) -> int | None:
        """Characters."""
        return TEXTS.limit if kind is Capability.REPLY else None

    def message_length(self, kind: Capability, text: str) -> int:
        """Characters."""
        return TEXTS.length(text)

    def _cannot(self, call: str, sentence: str) -> NoReturn:
        raise self._api.refused(call, "unsupported", sentence)

    def _path_of(self, message: Message, call: str) -> str:
        """Return the address of a comment: its post and its number."""
        name = CommentName.read(message.external_id) or CommentName(number=message.external_id)
        post = post_urn(message.post_id) or name.thread
        if post is None:
            raise self._api.refused(call, "no post", NO_POST)
        return path("socialActions", post, "comments", name.number)

    async def _thread_of(self, message: Message, call: str) -> tuple[ExternalId, ExternalId]:
        """Return what an answer goes beneath (a top comment, or a post) and the post that it all stands under."""
        if message.channel is Channel.DM:
            raise self._api.refused(call, "dm", "a direct message cannot be answered in public")
        if _is_post(message):
            return message.external_id, message.external_id
        top = message.parent_id or await self._parent_of(message, call) or message.external_id
        name = CommentName.read(top) or CommentName(number=top)
        post = name.thread or post_urn(message.post_id)
        if post is None:
            raise self._api.refused(call, "no post", NO_POST)
        return comment_urn(post, name.number), post

    async def _parent_of(self, message: Message, call: str) -> ExternalId | None:
        """Ask for the comment above: notifications do not tell it, and there is no third level to answer on."""
        place = self._path_of(message, call)
        try:
            found = await self._api.get(call, place)
        except GoneError:
            raise
        except PlatformRefusedError:
            # Who may write may not always read.
            return None
        comment = Comment.read(found.document, named=(message.external_id,))
        return comment.parent_id if comment is not None else None


def is_last(document: Mapping[str, object], *, end: int, found: int, asked: int) -> bool:
    """Whether a page is the last of a list: it is empty, or not full and nothing says that there is more.

    `end` is how much has been read with it. LinkedIn may give fewer at a time than asked for, and says so.
    """
    paging = as_object(document.get("paging"))
    size = min(as_count(paging.get("count")) or asked, asked)
    total = as_count(paging.get("total"))
    links = map(as_object, as_list(paging.get("links")))
    is_more_told = any(link.get("rel") == "next" for link in links) or (total is not None and end < total)
    return found == 0 or (found < size and not is_more_told)


def from_little(text: str) -> str:
    """Return a post's words as people see them."""
    return ESCAPED.sub(r"\1", HASHTAG.sub(r"#\1", MENTION.sub(r"\1", text)))


def _sent(answer: Answer, target: ExternalId) -> Sent:
    """Return what an answer of ours is called. Without a name there is no proof that we were heard."""
    created = as_id(answer.created_id)
    comment = Comment.read(answer.document, named=(created,), posts=(target,))
    if comment is not None:
        return Sent(external_id=comment.external_id)
    if created is None:
        raise OutcomeUnknownError(LINKEDIN, Capability.REPLY, "no id")
    name = CommentName.read(target)
    return Sent(external_id=comment_urn(name.thread if name else post_urn(target), created))


def _gone() -> LookUp:
    return LookUp(is_gone=True, link_missing=GONE, author_link_missing=NO_AUTHOR_LINK)


def _is_post(message: Message) -> bool:
    return message.external_id == message.post_id
