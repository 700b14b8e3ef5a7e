"""Calls for an Instagram account that is linked to a Facebook Page (Facebook Login).

https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-comment
"""

import re
from collections.abc import Mapping
from datetime import datetime

from app.connectors.base import Capability, Earlier, Sent
from app.connectors.instagram.parse import INSTAGRAM
from app.connectors.meta.acts import change, require_text, speak
from app.connectors.meta.earlier import CALL as EARLIER
from app.connectors.meta.earlier import COMMENTS_EACH, earlier_in_private, earlier_in_public
from app.connectors.meta.failures import GoneError
from app.connectors.meta.graph import Call, Graph, node
from app.connectors.meta.inbox import Inbox
from app.connectors.meta.usage import Lane
from app.connectors.said import is_said, newest_first
from app.connectors.texts import TextRule, utf8_bytes
from app.connectors.values import as_flag, as_id, as_object, as_text, as_time, as_url
from app.decisions.capabilities import Lack, Lacks, lacking
from app.errors import PlatformUnavailableError
from app.messages import Channel, ExternalId, LookUp, Message, PlatformName

TEXTS = {
    Capability.REPLY: TextRule(limit=300, hashtags=4, addresses=1, may_shout=False),
    Capability.PRIVATE_MESSAGE: TextRule(limit=1000, length=utf8_bytes),
}

NO_COMMENT_LINK = "Instagram gives no link to a single comment"
NO_DM_LINK = "Instagram gives no link to a direct message"
NO_AUTHOR_LINK = "Instagram did not tell the author's name"
NO_DM_AUTHOR_LINK = "Instagram gives a person's id for this account alone, which leads to no profile"
GONE = "Instagram does not show it any more"

USERNAME = re.compile(r"[A-Za-z0-9._]{1,30}")
# An id stands inside the list of fields when a mention is asked for, so it must be nothing but an id.
PLAIN_ID = re.compile(r"[A-Za-z0-9_-]+")
MOST_PAGES = 10


class InstagramOutbound:
    """What can be done for one account through its API; see `limits.md` for what cannot."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._account_id = graph.account.external_id
        page_id = graph.account.page_id
        self._inbox = Inbox(graph=graph, page_id=page_id, platform_name="INSTAGRAM") if page_id else None

    @property
    def name(self) -> PlatformName:
        """Instagram."""
        return INSTAGRAM

    @property
    def block_removes(self) -> bool:
        """Instagram leaves what the person wrote."""
        return False

    def lacks(self, channel: Channel, message: Message | None = None) -> Lacks:
        """Without the linked Page nothing private can be said and no one blocked; reporting has no call.

        Blocking needs a thread with the person: whether there is one the platform alone knows, so it is tried.
        """
        missing = lacking(Lack.NOT_OFFERED, Capability.REPORT_TO_PLATFORM)
        if self._inbox is None:
            missing |= lacking(Lack.NO_PAGE, Capability.PRIVATE_MESSAGE, Capability.BLOCK, Capability.UNBLOCK)
        if channel is Channel.MENTION:
            missing |= lacking(Lack.NOT_OURS, Capability.HIDE, Capability.UNHIDE, Capability.DELETE)
            missing |= lacking(Lack.UNKNOWN_AUTHOR, Capability.PRIVATE_MESSAGE, Capability.BLOCK, Capability.UNBLOCK)
        if channel is Channel.DM:
            missing |= lacking(Lack.NOT_OFFERED, Capability.HIDE, Capability.UNHIDE, Capability.DELETE)
        return missing

    async def look_up(self, message: Message) -> LookUp:
        """Ask for a comment or mention. A direct message cannot be asked for."""
        if message.channel is Channel.DM:
            return LookUp(link_missing=NO_DM_LINK, author_link_missing=NO_DM_AUTHOR_LINK)
        try:
            if message.channel is Channel.MENTION:
                return await self._look_up_mention(message)
            fields = "id,text,timestamp,from{id,username},username,hidden,parent_id,media{id,permalink}"
            found = await self._graph.get("look_up", node(message.external_id), {"fields": fields})
        except GoneError:
            return LookUp(is_gone=True, link_missing=GONE, author_link_missing=NO_AUTHOR_LINK)
        return _comment(found)

    async def _look_up_mention(self, message: Message) -> LookUp:
        """Ask through the account: what stands on others' media has no address of its own for us."""
        if not PLAIN_ID.fullmatch(message.external_id):
            raise self._graph.refused("look_up", "id", "the id is no id")
        if _is_caption(message):
            edge, id_name, fields = "mentioned_media", "media_id", "caption,permalink,username,timestamp"
        else:
            edge, id_name, fields = "mentioned_comment", "comment_id", "id,text,timestamp,username,media{id,permalink}"
        params = {"fields": f"{edge}.{id_name}({message.external_id}){{{fields}}}"}
        found = as_object((await self._graph.get("look_up", node(self._account_id), params)).get(edge))
        return _caption(found) if _is_caption(message) else _comment(found)

    async def hide(self, message: Message) -> None:
        """Hide from everyone but its author."""
        await self._set_hidden(message, Capability.HIDE, "true")

    async def unhide(self, message: Message) -> None:
        """Show again."""
        await self._set_hidden(message, Capability.UNHIDE, "false")

    async def _set_hidden(self, message: Message, kind: Capability, value: str) -> None:
        self._require_ours(message, kind)
        await change(self._graph, Call(name=kind, method="POST", path=node(message.external_id), form={"hide": value}))

    async def delete(self, message: Message) -> None:
        """Delete a comment under our own media."""
        self._require_ours(message, Capability.DELETE)
        await change(self._graph, Call(name=Capability.DELETE, method="DELETE", path=node(message.external_id)))

    async def reply(self, message: Message, text: str) -> Sent:
        """Answer beneath the top comment, in the very words given.

        Instagram's own app puts "@name " before an answer to an answer. Not done here: the procedure's texts go out
        exactly as written (policy section 5), and a name may have changed since.
        """
        self._require_public(message, Capability.REPLY)
        require_text(self._graph, TEXTS, Capability.REPLY, text)
        if message.channel is Channel.COMMENT:
            return await speak(self._graph, node(_thread_of(message), "replies"), {"message": text})
        place = {"media_id": message.post_id or message.external_id, "message": text}
        if not _is_caption(message):
            place["comment_id"] = message.external_id
        return await speak(self._graph, node(self._account_id, "mentions"), place)

    async def find_reply(self, message: Message, text: str, *, since: datetime) -> Sent | None:
        """Look through the answers beneath the top comment. What we said under others' media is not shown to us."""
        self._require_ours(message, "find_reply")
        params = {"fields": "id,text,timestamp,from{id,username},username", "limit": "50"}
        path = node(_thread_of(message), "replies")
        async for page in self._graph.pages("find_reply", path, params, at_most=MOST_PAGES):
            for answer in map(as_object, page):
                external_id = as_id(answer.get("id"))
                is_ours = self._is_ours(answer)
                if is_ours and external_id and is_said(answer, text, field="text", time_field="timestamp", since=since):
                    return Sent(external_id=external_id)
        return None

    async def private_message(self, message: Message, text: str, *, metadata: str) -> Sent:
        """Answer a DM, or send the one private reply that a comment allows.

        Instagram carries no metadata: the echo is known by the id that is returned here.
        """
        require_text(self._graph, TEXTS, Capability.PRIVATE_MESSAGE, text)
        inbox = self._require_inbox(Capability.PRIVATE_MESSAGE)
        if message.channel is Channel.DM:
            return await inbox.answer(self._author_of(message, Capability.PRIVATE_MESSAGE), text, metadata=None)
        self._require_ours(message, Capability.PRIVATE_MESSAGE)
        return await inbox.private_reply({"comment_id": message.external_id}, text, metadata=None)

    async def find_private_message(self, message: Message, text: str, *, since: datetime) -> Sent | None:
        """Look through the newest twenty messages of the thread with the author."""
        inbox = self._require_inbox("find_private_message")
        return await inbox.find(self._author_of(message, "find_private_message"), text, since=since)

    async def earlier_of(self, message: Message) -> tuple[Earlier, ...]:
        """What the author wrote beneath our newest media and in their conversation with us, newest first.

        There is no search by author; comments are told top-level first, with their answers.
        """
        author, comment = self._author_of(message, EARLIER), "id,text,timestamp,from{id,username}"
        public = await earlier_in_public(
            self._graph,
            author,
            edge="media",
            address="permalink",
            comments=f"comments.limit({COMMENTS_EACH}){{{comment},replies{{{comment}}}}}",
            text="text",
            written_at="timestamp",
        )
        return newest_first((*public, *await earlier_in_private(self._inbox, author)))

    async def block(self, message: Message) -> None:
        """Bar the author; the platform can do so only where there is a thread with the person."""
        await self._moderate(message, Capability.BLOCK, "block_user")

    async def unblock(self, message: Message) -> None:
        """Let the author in again, through the same thread."""
        await self._moderate(message, Capability.UNBLOCK, "unblock_user")

    async def _moderate(self, message: Message, name: Capability, act: str) -> None:
        inbox, person_id = self._require_inbox(name), self._author_of(message, name)
        call = Call(
            name=name,
            method="POST",
            path=node(inbox.page_id, "moderate_conversations"),
            json={"user_ids": [{"id": person_id}], "actions": [act]},
            lane=Lane.MESSAGES,
        )
        try:
            self._graph.require_success(call.name, await self._graph.run(call))
        except PlatformUnavailableError as error:
            # Code 1 stands for a passing trouble and for a missing thread alike.
            if error.code.partition("/")[0] == "1" and await inbox.thread_with(person_id, name=call.name) is None:
                raise self._graph.refused(call.name, "no thread", "there is no thread with the person") from error
            raise

    def message_length_limit(self, kind: Capability) -> int | None:
        """Characters of a reply, bytes of a private message."""
        return TEXTS[kind].limit if kind in TEXTS else None

    def message_length(self, kind: Capability, text: str) -> int:
        """Characters of a reply, bytes of a private message."""
        return TEXTS[kind].length(text) if kind in TEXTS else len(text)

    def _is_ours(self, comment: Mapping[str, object]) -> bool:
        """Whether the account wrote it; the name serves where the platform tells no id."""
        author_id = as_id(as_object(comment.get("from")).get("id"))
        return author_id == self._account_id or (
            author_id is None and as_text(comment.get("username")) == self._graph.account.handle.removeprefix("@")
        )

    def _require_public(self, message: Message, call: str) -> None:
        if message.channel is Channel.DM:
            raise self._graph.refused(call, "dm", "a direct message cannot be answered in public")

    def _require_ours(self, message: Message, call: str) -> None:
        if message.channel is not Channel.COMMENT:
            raise self._graph.refused(call, "not ours", "it is no comment under our own media")

    def _require_inbox(self, call: str) -> Inbox:
        if self._inbox is None:
            raise self._graph.refused(call, "no page", "the account's Facebook Page is not known")
        return self._inbox

    def _author_of(self, message: Message, call: str) -> ExternalId:
        if message.author_id is None:
            raise self._graph.refused(call, "no author", "Instagram withheld the author's id")
        return message.author_id


def _comment(found: Mapping[str, object]) -> LookUp:
    author, media = as_object(found.get("from")), as_object(found.get("media"))
    name = as_text(author.get("username")) or as_text(found.get("username"))
    post_link, author_link = as_url(media.get("permalink")), _profile(name)
    return LookUp(
        link_missing=f"{NO_COMMENT_LINK}; it stands under {post_link}" if post_link else NO_COMMENT_LINK,
        post_link=post_link,
        author_link=author_link,
        author_link_missing=None if author_link else NO_AUTHOR_LINK,
        text=as_text(found.get("text")),
        author_id=as_id(author.get("id")),
        author_name=name,
        sent_at=as_time(found.get("timestamp")),
        is_hidden=as_flag(found.get("hidden")),
    )


def _caption(found: Mapping[str, object]) -> LookUp:
    name, link = as_text(found.get("username")), as_url(found.get("permalink"))
    author_link = _profile(name)
    return LookUp(
        link=link,
        link_missing=None if link else "Instagram gave no link to it",
        post_link=link,
        author_link=author_link,
        author_link_missing=None if author_link else NO_AUTHOR_LINK,
        text=as_text(found.get("caption")),
        author_name=name,
        sent_at=as_time(found.get("timestamp")),
    )


def _profile(username: str | None) -> str | None:
    """Return the address of a profile: the username is part of it, and may change."""
    return f"https://www.instagram.com/{username}/" if username and USERNAME.fullmatch(username) else None


def _is_caption(message: Message) -> bool:
    return message.external_id == message.post_id


def _thread_of(message: Message) -> ExternalId:
    return message.parent_id or message.external_id
