"""A Page's inbox: the Send API and its conversations, the same for Messenger and a linked Instagram account.

https://developers.facebook.com/docs/messenger-platform/reference/send-api
https://developers.facebook.com/docs/messenger-platform/discovery/private-replies
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from app.connectors.base import Earlier, Sent
from app.connectors.meta.graph import Call, Graph, node
from app.connectors.meta.usage import Lane
from app.connectors.said import is_older, is_said
from app.connectors.values import as_id, as_list, as_object, as_text, as_time
from app.errors import OutcomeUnknownError, PlatformRefusedError
from app.messages import ExternalId

log = structlog.get_logger(__name__)

SEND, FIND, POLL = "private_message", "find_private_message", "poll"
# Conversations asked for at a time, and how many times at most in one poll.
THREADS, MOST_PAGES = 25, 8
# How many of a thread's newest messages are read; Instagram shows no more.
SHOWN = {"MESSENGER": 50, "INSTAGRAM": 20}
MESSAGE = "id,message,from,to,created_time,attachments"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """The inbox of one Page, or of the Instagram account linked to it (`platform_name` ``INSTAGRAM``)."""

    graph: Graph
    page_id: ExternalId
    platform_name: str

    async def private_reply(self, about: Mapping[str, str], text: str, *, metadata: str | None) -> Sent:
        """Write to the author of a comment or visitor post: once each, within seven days. Takes no type and no tag."""
        return await self._send({"recipient": about, "message": _message(text, metadata)})

    async def answer(self, person_id: ExternalId, text: str, *, metadata: str | None) -> Sent:
        """Answer within 24 hours of the person's last message. Never with a tag: those vouch that a human wrote."""
        return await self._send(
            {
                "recipient": {"id": person_id},
                "messaging_type": "RESPONSE",
                "message": _message(text, metadata),
            }
        )

    async def thread_with(self, person_id: ExternalId, *, name: str) -> ExternalId | None:
        """Return the thread with a person, or None where there is none."""
        found = await self.graph.get(
            name,
            node(self.page_id, "conversations"),
            {"platform": self.platform_name, "user_id": person_id, "fields": "id"},
            lane=Lane.MESSAGES,
        )
        return next((as_id(as_object(thread).get("id")) for thread in as_list(found.get("data"))), None)

    async def find(self, person_id: ExternalId, text: str, *, since: datetime) -> Sent | None:
        """Return our message with this text in the thread with a person, newest first."""
        thread_id = await self.thread_with(person_id, name=FIND)
        if thread_id is None:
            return None
        messages = await self._newest_of(thread_id)
        for message in map(as_object, messages):
            # In a thread of two, what is not the person's is ours, whichever of our ids it bears.
            is_ours = as_id(as_object(message.get("from")).get("id")) not in {None, person_id}
            external_id = as_id(message.get("id"))
            if (
                is_ours
                and external_id
                and is_said(message, text, field="message", time_field="created_time", since=since)
            ):
                return Sent(external_id=external_id)
        is_cut = len(messages) >= SHOWN[self.platform_name]
        if is_cut and not any(is_older(as_object(message), "created_time", since) for message in messages):
            raise self.graph.refused(FIND, "unfinished", "the thread has gone on beyond what the platform shows")
        return None

    async def said_by(self, person_id: ExternalId, *, name: str) -> tuple[Earlier, ...]:
        """Return what a person wrote in the thread with them, newest first, as far back as the platform shows it."""
        thread_id = await self.thread_with(person_id, name=name)
        if thread_id is None:
            return ()
        messages = map(as_object, await self._newest_of(thread_id))
        return tuple(
            Earlier(
                external_id=external_id,
                text=as_text(message.get("message")) or "",
                written_at=as_time(message.get("created_time")),
            )
            for message in messages
            if as_id(as_object(message.get("from")).get("id")) == person_id
            and (external_id := as_id(message.get("id"))) is not None
        )

    async def written_since(self, since: datetime) -> list[dict[str, object]]:
        """The newest messages of every conversation in which something was written since then.

        Each as ``{"with": …, "messages": […]}``: `with` is the person, for a message names its writer by an id that may
        be any of ours. Instagram shows the twenty newest messages of each.
        """
        found: list[dict[str, object]] = []
        params = {"platform": self.platform_name, "fields": "id,updated_time,participants", "limit": str(THREADS)}
        try:
            async for page in self.graph.pages(POLL, node(self.page_id, "conversations"), params, at_most=MOST_PAGES):
                threads = [as_object(thread) for thread in page]
                fresh = [thread for thread in threads if not is_older(thread, "updated_time", since)]
                for thread in fresh:
                    found += await self._read_thread(thread)
                if len(fresh) < len(threads):
                    break
        except PlatformRefusedError:
            # What was read before is not lost for what could not be.
            if not found:
                raise
            log.warning("conversations_not_read_to_their_end", platform=self.graph.account.platform)
        return found

    async def _read_thread(self, thread: Mapping[str, object]) -> list[dict[str, object]]:
        thread_id, person = as_id(thread.get("id")), self._person_of(thread)
        if thread_id is None or person is None:
            log.warning("conversation_not_understood", platform=self.graph.account.platform)
            return []
        return [{"with": person, "messages": await self._newest_of(thread_id)}]

    def _person_of(self, thread: Mapping[str, object]) -> ExternalId | None:
        """The one of the two who is not us; None where that cannot be told."""
        account = self.graph.account
        people = [as_object(one) for one in as_list(as_object(thread.get("participants")).get("data"))]
        others = [
            as_id(one.get("id"))
            for one in people
            if as_id(one.get("id")) not in {account.external_id, self.page_id}
            and as_text(one.get("username")) != account.handle
        ]
        return others[0] if len(others) == 1 else None

    async def _newest_of(self, thread_id: ExternalId) -> list[object]:
        """Instagram tells the texts of the twenty newest messages alone, and only through the thread."""
        if self.platform_name == "INSTAGRAM":
            fields = {"fields": f"messages{{{MESSAGE}}}"}
            thread = await self.graph.get(FIND, node(thread_id), fields, lane=Lane.MESSAGES)
            return as_list(as_object(thread.get("messages")).get("data"))
        fields = {"fields": MESSAGE, "limit": str(SHOWN[self.platform_name])}
        found = await self.graph.get(FIND, node(thread_id, "messages"), fields, lane=Lane.MESSAGES)
        return as_list(found.get("data"))

    async def _send(self, body: Mapping[str, object]) -> Sent:
        call = Call(
            name=SEND,
            method="POST",
            path=node(self.page_id, "messages"),
            json=body,
            lane=Lane.MESSAGES,
            is_speech=True,
        )
        return sent(self.graph, call, await self.graph.run(call), "message_id")


def sent(graph: Graph, call: Call, answer: Mapping[str, object], field: str) -> Sent:
    """Return what a speaking call left behind. An answer without its id is no proof that we were heard."""
    external_id = as_id(answer.get(field))
    if external_id is None:
        raise OutcomeUnknownError(graph.account.platform, call.name, f"no {field}")
    return Sent(external_id=external_id)


def _message(text: str, metadata: str | None) -> dict[str, str]:
    return {"text": text, "metadata": metadata} if metadata else {"text": text}
