"""Calls for a Facebook Page.

https://developers.facebook.com/docs/graph-api/reference/comment
"""

from datetime import UTC, datetime

from app.connectors.base import Capability, Earlier, Sent
from app.connectors.facebook.parse import FACEBOOK, attached
from app.connectors.meta.acts import change, require_text, speak
from app.connectors.meta.earlier import CALL as EARLIER
from app.connectors.meta.earlier import COMMENTS_EACH, earlier_in_private, earlier_in_public
from app.connectors.meta.failures import DuplicateError, GoneError
from app.connectors.meta.graph import Call, Graph, node
from app.connectors.meta.inbox import Inbox
from app.connectors.said import SKEW, is_said, newest_first
from app.connectors.texts import TextRule
from app.connectors.values import as_flag, as_id, as_list, as_object, as_text, as_time, as_url
from app.decisions.capabilities import Lack, Lacks, lacking
from app.errors import PlatformRefusedError
from app.messages import Channel, ExternalId, LookUp, Message, PlatformName

TEXTS = {Capability.REPLY: TextRule(limit=8000), Capability.PRIVATE_MESSAGE: TextRule(limit=2000)}

NO_AUTHOR_LINK = "Facebook gives a person's id for this Page alone, which leads to no profile"
NO_DM_LINK = "Facebook gives no link to a direct message"
NO_REVIEW_LINK = "Facebook gives no link to a review"
GONE = "Facebook does not show it any more"
NOT_GIVEN = "Facebook gave no link to it"

MOST_PAGES = 10
LONG_AGO = datetime(2004, 1, 1, tzinfo=UTC)


class FacebookOutbound:
    """What can be done for one Page through its API; see `limits.md` for what cannot."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._page_id = graph.account.external_id
        self._inbox = Inbox(graph=graph, page_id=self._page_id, platform_name="MESSENGER")

    @property
    def name(self) -> PlatformName:
        """Facebook."""
        return FACEBOOK

    @property
    def block_removes(self) -> bool:
        """Facebook leaves what the person wrote."""
        return False

    def lacks(self, channel: Channel, message: Message | None = None) -> Lacks:
        """Reporting, for which there is no call; and what stands elsewhere is out of reach."""
        missing = lacking(Lack.NOT_OFFERED, Capability.REPORT_TO_PLATFORM)
        if channel is Channel.DM:
            missing |= lacking(Lack.NOT_OFFERED, Capability.HIDE, Capability.UNHIDE, Capability.DELETE)
        elif message is not None and not self._is_on_page(message):
            missing |= lacking(Lack.NOT_OURS, Capability.HIDE, Capability.UNHIDE, Capability.DELETE)
        if message is not None and _is_review(message):
            missing |= lacking(Lack.NOT_OFFERED, Capability.PRIVATE_MESSAGE)
        return missing

    async def look_up(self, message: Message) -> LookUp:
        """Ask for a comment or post. A direct message and a review cannot be asked for."""
        if message.channel is Channel.DM:
            return LookUp(link_missing=NO_DM_LINK, author_link_missing=NO_AUTHOR_LINK)
        if _is_review(message):
            return LookUp(link_missing=NO_REVIEW_LINK, author_link_missing=NO_AUTHOR_LINK)
        fields = "id,message,from,created_time,permalink_url,is_hidden"
        if not _is_post(message):
            fields += ",attachment"
        try:
            found = await self._graph.get("look_up", node(message.external_id), {"fields": fields})
        except GoneError:
            return LookUp(is_gone=True, link_missing=GONE, author_link_missing=NO_AUTHOR_LINK)
        author, link = as_object(found.get("from")), as_url(found.get("permalink_url"))
        return LookUp(
            link=link,
            link_missing=None if link else NOT_GIVEN,
            author_link_missing=NO_AUTHOR_LINK,
            text=as_text(found.get("message")),
            author_id=as_id(author.get("id")),
            author_name=as_text(author.get("name")),
            sent_at=as_time(found.get("created_time")),
            media=attached(as_object(found.get("attachment"))),
            is_hidden=as_flag(found.get("is_hidden")),
        )

    async def hide(self, message: Message) -> None:
        """Hide; its author and the author's friends still see it."""
        await self._set_hidden(message, Capability.HIDE, "true")

    async def unhide(self, message: Message) -> None:
        """Show again."""
        await self._set_hidden(message, Capability.UNHIDE, "false")

    async def _set_hidden(self, message: Message, kind: Capability, value: str) -> None:
        self._require_ours(message, kind)
        await change(
            self._graph,
            Call(name=kind, method="POST", path=node(message.external_id), form={"is_hidden": value}),
        )

    async def delete(self, message: Message) -> None:
        """Delete, with the replies beneath."""
        self._require_ours(message, Capability.DELETE)
        await change(self._graph, Call(name=Capability.DELETE, method="DELETE", path=node(message.external_id)))

    async def reply(self, message: Message, text: str) -> Sent:
        """Answer beneath the comment or post, under the top comment where the message itself is a reply."""
        self._require_public(message, Capability.REPLY)
        require_text(self._graph, TEXTS, Capability.REPLY, text)
        try:
            return await speak(self._graph, node(_thread_of(message), "comments"), {"message": text})
        except DuplicateError:
            # Said already, here or elsewhere: only here does it count as our answer.
            earlier = await self.find_reply(message, text, since=LONG_AGO)
            if earlier is None:
                raise
            return earlier

    async def find_reply(self, message: Message, text: str, *, since: datetime) -> Sent | None:
        """Look through the Page's own comments beneath, newest first."""
        self._require_public(message, "find_reply")
        params = {
            "fields": "id,message,from,created_time",
            "order": "reverse_chronological",
            "since": str(int((since - SKEW).timestamp())),
            "limit": "100",
        }
        path = node(_thread_of(message), "comments")
        async for page in self._graph.pages("find_reply", path, params, at_most=MOST_PAGES):
            for comment in map(as_object, page):
                external_id = as_id(comment.get("id"))
                is_ours = as_id(as_object(comment.get("from")).get("id")) == self._page_id
                if (
                    is_ours
                    and external_id
                    and is_said(comment, text, field="message", time_field="created_time", since=since)
                ):
                    return Sent(external_id=external_id)
        return None

    async def private_message(self, message: Message, text: str, *, metadata: str) -> Sent:
        """Answer a DM, or send the one private reply that a comment or visitor post allows."""
        require_text(self._graph, TEXTS, Capability.PRIVATE_MESSAGE, text)
        if message.channel is Channel.DM:
            person_id = self._author_of(message, Capability.PRIVATE_MESSAGE)
            return await self._inbox.answer(person_id, text, metadata=metadata)
        if _is_review(message):
            raise self._graph.refused(Capability.PRIVATE_MESSAGE, "review", "a review takes no private reply")
        about = {"post_id" if _is_post(message) else "comment_id": message.external_id}
        return await self._inbox.private_reply(about, text, metadata=metadata)

    async def find_private_message(self, message: Message, text: str, *, since: datetime) -> Sent | None:
        """Look through the newest messages of the thread with the author."""
        person_id = self._author_of(message, "find_private_message")
        return await self._inbox.find(person_id, text, since=since)

    async def earlier_of(self, message: Message) -> tuple[Earlier, ...]:
        """What the author wrote beneath our newest posts and in their conversation with us, newest first.

        There is no search by author. https://developers.facebook.com/docs/graph-api/reference/page/feed
        """
        author = self._author_of(message, EARLIER)
        public = await earlier_in_public(
            self._graph,
            author,
            edge="published_posts",
            address="permalink_url",
            comments=(
                f"comments.filter(stream).order(reverse_chronological).limit({COMMENTS_EACH})"
                "{id,message,from,created_time,permalink_url}"
            ),
            text="message",
            written_at="created_time",
        )
        return newest_first((*public, *await earlier_in_private(self._inbox, author)))

    async def block(self, message: Message) -> None:
        """Bar the author from the Page, and make sure: the answer is one yes or no for each person."""
        person_id = self._page_scoped(message, Capability.BLOCK)
        path = node(self._page_id, "blocked")
        answer = await self._graph.run(
            Call(name=Capability.BLOCK, method="POST", path=path, json={"psid": [int(person_id)]})
        )
        is_blocked = as_flag(answer.get(person_id))
        if is_blocked is None and as_flag(answer.get("success")) is not False:
            is_blocked = await self._is_barred(person_id, Capability.BLOCK)
        if not is_blocked:
            raise self._graph.refused(Capability.BLOCK, "not blocked", "the platform did not block the person")

    async def unblock(self, message: Message) -> None:
        """Let the author in again. The platform refuses it for somebody who is not barred: a look then tells."""
        person_id = self._page_scoped(message, Capability.UNBLOCK)
        path = node(self._page_id, "blocked")
        call = Call(name=Capability.UNBLOCK, method="DELETE", path=path, params={"psid": person_id})
        try:
            self._graph.require_success(call.name, await self._graph.run(call))
        except PlatformRefusedError:
            if await self._is_barred(person_id, Capability.UNBLOCK):
                raise

    async def _is_barred(self, person_id: ExternalId, name: Capability) -> bool:
        listed = await self._graph.get(name, node(self._page_id, "blocked"), {"user": person_id})
        return any(as_id(as_object(item).get("id")) == person_id for item in as_list(listed.get("data")))

    def _page_scoped(self, message: Message, name: Capability) -> ExternalId:
        person_id = self._author_of(message, name)
        if not person_id.isdecimal():
            raise self._graph.refused(name, "id", "the author's id is no Page-scoped id")
        return person_id

    def message_length_limit(self, kind: Capability) -> int | None:
        """Characters."""
        return TEXTS[kind].limit if kind in TEXTS else None

    def message_length(self, kind: Capability, text: str) -> int:
        """Characters."""
        return TEXTS[kind].length(text) if kind in TEXTS else len(text)

    def _require_public(self, message: Message, call: str) -> None:
        if message.channel is Channel.DM:
            raise self._graph.refused(call, "dm", "a direct message cannot be answered in public")

    def _require_ours(self, message: Message, call: str) -> None:
        if message.channel is Channel.DM or not self._is_on_page(message):
            raise self._graph.refused(call, "not ours", "it stands in a place that is not the Page's")

    def _is_on_page(self, message: Message) -> bool:
        """A Page rules over what stands on it: comments, and posts of visitors, whose id begins with the Page's."""
        return message.channel is Channel.COMMENT or message.external_id.startswith(f"{self._page_id}_")

    def _author_of(self, message: Message, call: str) -> ExternalId:
        if message.author_id is None:
            raise self._graph.refused(call, "no author", "Facebook withheld the author's id")
        return message.author_id


def _is_post(message: Message) -> bool:
    return message.channel is Channel.MENTION and message.external_id == message.post_id


def _is_review(message: Message) -> bool:
    """A review is known by its story's id, a number alone; posts and comments have two numbers."""
    return message.channel is Channel.MENTION and "_" not in message.external_id


def _thread_of(message: Message) -> ExternalId:
    return message.parent_id or message.external_id
