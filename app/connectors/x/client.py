"""Calls for an account on X.

https://docs.x.com/x-api/posts/hide-replies/introduction
https://docs.x.com/x-api/direct-messages/manage/introduction
"""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from unicodedata import normalize

from app.connectors.base import Capability, Earlier, Sent
from app.connectors.said import SKEW, same_words
from app.connectors.values import as_flag, as_id, as_list, as_object
from app.connectors.x.api import Answer, Api, Call, next_token, path
from app.connectors.x.direct import read_polled
from app.connectors.x.failures import DuplicateError, GoneError
from app.connectors.x.fields import MESSAGE, POST, Naming
from app.connectors.x.length import LIMIT, addresses, is_valid, weighted_length
from app.connectors.x.parse import X
from app.connectors.x.posts import Post, read_post
from app.connectors.x.values import Expansions, handle_of
from app.decisions.capabilities import Lack, Lacks, lacking
from app.errors import OutcomeUnknownError
from app.messages import Channel, ExternalId, LookUp, Message, PlatformName

LIMITS = {Capability.REPLY: LIMIT, Capability.PRIVATE_MESSAGE: 10_000}

NO_DM_LINK = "X gives no link to a direct message"
NO_LINK, NO_AUTHOR_LINK = (
    "X did not tell the author's name, which is part of the link",
    "X did not tell the author's name",
)
GONE = "X does not show it any more"

HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
PLAIN_ID = re.compile(r"[0-9]{1,19}")
LEADING_NAMES = re.compile(r"(?:\s*@[A-Za-z0-9_]{1,15})+\s*")

PAGES_URL = "https://x.com"
MOST_PAGES = 5
# How far back our posts are looked through for one that X has already, where the message does not say its time.
LOOKED_THROUGH = timedelta(days=7)


class Tier(StrEnum):
    """What X sells: how an account may be reached by its API depends on it."""

    SELF_SERVE = "self_serve"
    ENTERPRISE = "enterprise"


class XOutbound:
    """What can be done for one account through its API; see `limits.md` for what cannot.

    `is_by_person`: a person asked for this with a click, just now. Only then is someone who wrote in public written to
    in private: X allows an automatic message only after the person wrote one or asked for it (policy section 8).
    """

    def __init__(
        self,
        api: Api,
        *,
        tier: Tier = Tier.SELF_SERVE,
        naming: Naming = Naming.POST,
        pages_url: str = PAGES_URL,
        is_by_person: bool = False,
    ) -> None:
        self._api = api
        self._account_id = api.account.external_id
        self._tier = tier
        self._naming = naming
        self._pages_url = pages_url
        self._is_by_person = is_by_person

    def by_person(self) -> "XOutbound":
        """Return the same connector for what a person asked for with a click."""
        return XOutbound(self._api, tier=self._tier, naming=self._naming, pages_url=self._pages_url, is_by_person=True)

    @property
    def name(self) -> PlatformName:
        """X."""
        return X

    @property
    def block_removes(self) -> bool:
        """X leaves what the person wrote."""
        return False

    def lacks(self, channel: Channel, message: Message | None = None) -> Lacks:
        """Hiding stands for deleting, though there is a call: it is for our own posts, and messages are never ours.

        Muting is not offered in place of blocking: it keeps no one from writing beneath our posts.
        """
        missing = lacking(Lack.NOT_OFFERED, Capability.REPORT_TO_PLATFORM)
        if self._tier is not Tier.ENTERPRISE:
            missing |= lacking(Lack.TIER, Capability.BLOCK, Capability.UNBLOCK)
        if channel is Channel.DM:
            return missing | lacking(Lack.NOT_OFFERED, Capability.HIDE, Capability.UNHIDE, Capability.DELETE)
        missing |= lacking(Lack.HIDING_INSTEAD, Capability.DELETE)
        if not self._is_by_person:
            missing |= lacking(Lack.BY_PERSON, Capability.PRIVATE_MESSAGE)
        if message is not None and not _is_reply(message):
            missing |= lacking(Lack.NOT_OURS, Capability.HIDE, Capability.UNHIDE, Capability.DELETE)
        if message is not None and message.author_id is None:
            missing |= lacking(Lack.UNKNOWN_AUTHOR, Capability.PRIVATE_MESSAGE, Capability.BLOCK, Capability.UNBLOCK)
        return missing

    async def look_up(self, message: Message) -> LookUp:
        """Ask for a post. A direct message has no link, and what it says is known: no call."""
        if message.channel is Channel.DM:
            return LookUp(link_missing=NO_DM_LINK, author_link_missing=NO_AUTHOR_LINK)
        try:
            found = await self._post("look_up", message.external_id)
        except GoneError:
            return LookUp(is_gone=True, link_missing=GONE, author_link_missing=NO_AUTHOR_LINK)
        beside = Expansions.read(found.document.get("includes"))
        post = read_post(found.data, beside)
        if post is None:
            raise OutcomeUnknownError(X, "look_up", "no id", "the answer holds no post")
        return _looked_up(post, beside, self._pages_url)

    async def hide(self, message: Message) -> None:
        """Hide a reply in a conversation that we began; whoever wants to see it still can."""
        await self._set_hidden(message, Capability.HIDE, is_hidden=True)

    async def unhide(self, message: Message) -> None:
        """Show again."""
        await self._set_hidden(message, Capability.UNHIDE, is_hidden=False)

    async def _set_hidden(self, message: Message, name: Capability, *, is_hidden: bool) -> None:
        if message.channel is Channel.DM or not _is_reply(message):
            raise self._api.refused(name, "not ours", "it is no reply in a conversation of ours")
        call = Call(
            name=name,
            method="PUT",
            path=path("tweets", await self._newest_version(message), "hidden"),
            json={"hidden": is_hidden},
        )
        try:
            answer = await self._api.run(call)
        except GoneError:
            # What is gone need not be hidden any more, but cannot be shown again.
            if not is_hidden or not await self._is_gone(message):
                raise
            return
        self._require(call, answer, "hidden", is_hidden)

    async def delete(self, message: Message) -> None:
        """Delete a post of our own; X lets no one delete another's."""
        if message.channel is Channel.DM or message.author_id != self._account_id:
            raise self._api.refused(Capability.DELETE, "not ours", "X lets an account delete its own posts alone")
        call = Call(name=Capability.DELETE, method="DELETE", path=path("tweets", message.external_id))
        try:
            self._require(call, await self._api.run(call), "deleted", True)
        except GoneError:
            if not await self._is_gone(message):
                raise

    async def reply(self, message: Message, text: str) -> Sent:
        """Answer beneath the post.

        On self-serve X takes an answer only where the post names or quotes us: its refusal is an outcome, not an error.
        """
        self._require_public(message, Capability.REPLY)
        self._require_text(Capability.REPLY, text)
        call = Call(
            name=Capability.REPLY,
            method="POST",
            path=path("tweets"),
            json={"text": text, "reply": {"in_reply_to_tweet_id": message.external_id}},
            is_speech=True,
        )
        try:
            return self._sent(call, await self._api.run(call), "id")
        except DuplicateError:
            # Said already, here or elsewhere: only here does it count as our answer.
            since = message.sent_at or datetime.now(UTC) - LOOKED_THROUGH
            earlier = await self.find_reply(message, text, since=since)
            if earlier is None:
                raise
            return earlier

    async def find_reply(self, message: Message, text: str, *, since: datetime) -> Sent | None:
        """Look through our own timeline, newest first: unlike the search it is complete at once."""
        self._require_public(message, "find_reply")
        params = {
            **POST[self._naming],
            "max_results": "100",
            "exclude": "retweets",
            "start_time": _iso(since - SKEW),
        }
        timeline = self._api.pages("find_reply", path("users", self._account_id, "tweets"), params, at_most=MOST_PAGES)
        async for item in self._items(timeline, "find_reply"):
            post = read_post(item, Expansions())
            if (
                post is not None
                and post.replied_to == message.external_id
                and not _is_older(post.created_at, since)
                and _is_same(post.text, text)
            ):
                return Sent(external_id=post.id)
        return None

    async def private_message(self, message: Message, text: str, *, metadata: str) -> Sent:
        """Answer a direct message, or, where a person asked for it, write to the author of a post.

        X carries no metadata: the echo is known by the id that is returned here.
        """
        if message.channel is not Channel.DM and not self._is_by_person:
            raise self._api.refused(
                Capability.PRIVATE_MESSAGE,
                "by person only",
                "X allows a message to a commenter by a person's hand only",
            )
        self._require_text(Capability.PRIVATE_MESSAGE, text)
        call = Call(
            name=Capability.PRIVATE_MESSAGE,
            method="POST",
            path=path("dm_conversations", "with", self._author_of(message, Capability.PRIVATE_MESSAGE), "messages"),
            json={"text": text},
            is_speech=True,
        )
        return self._sent(call, await self._api.run(call), "dm_event_id")

    async def find_private_message(self, message: Message, text: str, *, since: datetime) -> Sent | None:
        """Look through our messages in the conversation with the author, newest first."""
        name = "find_private_message"
        where = path("dm_conversations", "with", self._author_of(message, name), "dm_events")
        pages = self._api.pages(name, where, {**MESSAGE, "max_results": "100"}, at_most=MOST_PAGES)
        async for item in self._items(pages, name):
            found = read_polled(item, Expansions())
            if _is_older(found.sent_at, since):
                return None
            if found.id is not None and found.sender_id == self._account_id and _is_same(found.text, text):
                return Sent(external_id=found.id)
        return None

    async def earlier_of(self, message: Message) -> tuple[Earlier, ...]:
        """What the author wrote to us or about us in public within a week, newest first: that far X's search goes.

        https://docs.x.com/x-api/posts/search-recent-posts
        """
        name = "earlier_of"
        author, handle = self._author_of(message, name), self._api.account.handle.removeprefix("@")
        if not HANDLE.fullmatch(handle):
            raise self._api.refused(name, "handle", "the account's handle is not known")
        query = f"from:{author} (to:{handle} OR @{handle}) -is:retweet"
        params = {**POST[self._naming], "max_results": "100", "query": query}
        found = await self._api.get(name, path("tweets", "search", "recent"), params)
        posts = [read_post(as_object(item), Expansions()) for item in as_list(found.document.get("data"))]
        return tuple(
            Earlier(
                external_id=post.id,
                text=post.text or "",
                written_at=post.created_at,
                link=f"{self._pages_url}/i/status/{post.id}",
            )
            for post in posts
            if post is not None and post.id != message.external_id
        )

    async def block(self, message: Message) -> None:
        """Bar the author from the account, where the tier has the call."""
        self._require_blocking(Capability.BLOCK)
        call = Call(
            name=Capability.BLOCK,
            method="POST",
            path=path("users", self._account_id, "blocking"),
            json={"target_user_id": self._author_of(message, Capability.BLOCK)},
        )
        self._require(call, await self._api.run(call), "blocking", True)

    async def unblock(self, message: Message) -> None:
        """Let the author in again, where the tier has the call."""
        self._require_blocking(Capability.UNBLOCK)
        author = self._author_of(message, Capability.UNBLOCK)
        call = Call(name=Capability.UNBLOCK, method="DELETE", path=path("users", self._account_id, "blocking", author))
        self._require(call, await self._api.run(call), "blocking", False)

    def message_length_limit(self, kind: Capability) -> int | None:
        """Weighted characters of a reply, characters of a direct message."""
        return LIMITS.get(kind)

    def message_length(self, kind: Capability, text: str) -> int:
        """Weighted characters of a reply, characters of a direct message."""
        return len(text) if kind is Capability.PRIVATE_MESSAGE else weighted_length(text)

    async def _post(self, name: str, post_id: ExternalId) -> Answer:
        return await self._api.get(name, path("tweets", post_id), POST[self._naming])

    async def _newest_version(self, message: Message) -> ExternalId:
        """Return the id under which an edited post stands now: each edit has its own, we know it by its first."""
        if message.revision == 1:
            return message.external_id
        try:
            found = read_post((await self._post("version", message.external_id)).data, Expansions())
        except GoneError:
            return message.external_id
        return found.versions[-1] if found is not None and found.versions else message.external_id

    async def _is_gone(self, message: Message) -> bool:
        try:
            await self._post("is_gone", message.external_id)
        except GoneError:
            return True
        return False

    async def _items(self, pages: AsyncIterator[Answer], name: str) -> AsyncIterator[dict[str, object]]:
        """Yield the items of all pages. Where more pages are left than are read, nobody can say what is on them."""
        page = None
        async for page in pages:
            for item in map(as_object, as_list(page.document.get("data"))):
                yield item
        if page is not None and next_token(page) is not None:
            raise self._api.refused(name, "unfinished", "more has been written since than is looked through")

    def _require(self, call: Call, answer: Answer, field: str, wanted: bool) -> None:
        """Check that the platform says it did what was asked."""
        told = as_flag(answer.data.get(field))
        if told is None:
            raise OutcomeUnknownError(X, call.name, f"no {field}", "the answer does not say")
        if told is not wanted:
            raise self._api.refused(call.name, f"{field} {told}", "the platform answered that it did not do it")

    def _sent(self, call: Call, answer: Answer, field: str) -> Sent:
        """Return what a speaking call left behind. An answer without its id is no proof that we were heard."""
        external_id = as_id(answer.data.get(field))
        if external_id is None:
            raise OutcomeUnknownError(X, call.name, f"no {field}")
        return Sent(external_id=external_id)

    def _require_blocking(self, name: Capability) -> None:
        if self._tier is not Tier.ENTERPRISE:
            raise self._api.refused(name, "tier", "X offers blocking by API to enterprise customers alone")

    def _require_text(self, kind: Capability, text: str) -> None:
        if not is_valid(text):
            raise self._api.refused(kind, "text", "the text is empty or has a character that X does not take")
        if self.message_length(kind, text) > LIMITS[kind]:
            raise self._api.refused(kind, "text", f"the text is longer than {LIMITS[kind]}")

    def _require_public(self, message: Message, call: str) -> None:
        if message.channel is Channel.DM:
            raise self._api.refused(call, "dm", "a direct message cannot be answered in public")

    def _author_of(self, message: Message, call: str) -> ExternalId:
        if message.author_id is None or not PLAIN_ID.fullmatch(message.author_id):
            raise self._api.refused(call, "no author", "X did not tell the author's id")
        return message.author_id


def _looked_up(post: Post, beside: Expansions, pages_url: str) -> LookUp:
    handle = handle_of(beside.users.get(post.author_id, {})) if post.author_id is not None else None
    author_link = f"{pages_url}/{handle}" if handle and HANDLE.fullmatch(handle) else None
    return LookUp(
        link=f"{author_link}/status/{post.id}" if author_link else None,
        link_missing=None if author_link else NO_LINK,
        author_link=author_link,
        author_link_missing=None if author_link else NO_AUTHOR_LINK,
        text=post.text,
        author_id=post.author_id,
        author_name=post.author_name,
        sent_at=post.created_at,
        media=post.media,
    )


def _is_reply(message: Message) -> bool:
    """Whether it stands under another post. A mention may: then X is asked whether the conversation is ours."""
    is_under_a_post = message.post_id is not None and message.post_id != message.external_id
    return message.channel is Channel.COMMENT or is_under_a_post or message.parent_id is not None


def _is_same(found: str | None, said: str) -> bool:
    """Whether a text is ours as X shows it: with the names it puts before an answer, its own short links for ours."""
    if found is None:
        return False
    shown, ours = _without_addresses(found), _without_addresses(said)
    return same_words(shown, ours) or same_words(LEADING_NAMES.sub("", shown, count=1), ours)


def _without_addresses(text: str) -> str:
    text = normalize("NFC", text)
    kept, start = [], 0
    for address_start, address_end in addresses(text):
        kept.append(text[start:address_start])
        start = address_end
    return "\ufffd".join((*kept, text[start:]))


def _is_older(written_at: datetime | None, since: datetime) -> bool:
    return written_at is not None and written_at < since - SKEW


def _iso(time: datetime) -> str:
    """Return a time as X takes it: whole seconds, in UTC."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
