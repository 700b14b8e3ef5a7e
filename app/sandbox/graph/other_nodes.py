"""Pages, Instagram accounts, conversations, messages and people as JSON."""

from dataclasses import replace
from typing import Final

from app.sandbox.graph.errors import gone
from app.sandbox.graph.fields import Field
from app.sandbox.graph.nodes import Thread
from app.sandbox.graph.render import NodeKind, View, graph_time, pick, show, show_edge
from app.sandbox.links import account_path, messages_path
from app.sandbox.seed import Platform, SeedAccount
from app.sandbox.world.messages import thread_of
from app.sandbox.world.records import DirectMessage, Mention, Person, State

INSTAGRAM_DETAILS: Final = 20


def linked_instagram(view: View, page: SeedAccount) -> SeedAccount | None:
    """The Instagram account linked to a Page."""
    for account in view.world.accounts_on(Platform.INSTAGRAM):
        if account.page_id == page.external_id:
            return account
    return None


def messages_newest_first(view: View, thread: Thread) -> list[DirectMessage]:
    """The messages of a conversation; what was unsent is not there any more."""
    return [message for message in reversed(thread_of(view.world, thread.person)) if message.state is State.VISIBLE]


def _instagram_account(view: View, page: SeedAccount, field: Field) -> object:
    linked = linked_instagram(view, page)
    return show(view, IG_USER, linked, field.fields or (Field(name="id"),)) if linked else None


def _mentioned_comment(view: View, account: SeedAccount, field: Field) -> object:
    comment_id = field.modifiers.get("comment_id", "")
    found = view.world.mentions.get(comment_id)
    if found is None or found.account_id != account.external_id:
        raise gone(comment_id)
    return show(view, MENTIONED_COMMENT, found, field.fields)


def _mentioned_media(view: View, account: SeedAccount, field: Field) -> object:
    media_id = field.modifiers.get("media_id", "")
    for found in view.world.mentions.values():
        if found.account_id == account.external_id and found.post_id == media_id:
            return show(view, MENTIONED_MEDIA, found, field.fields)
    raise gone(media_id)


def _people_of(view: View, thread: Thread) -> list[dict[str, str]]:
    account = view.world.accounts[thread.person.account_id]
    if account.platform is Platform.INSTAGRAM:
        person = {"username": thread.person.username, "id": thread.person.id}
        return [person, {"username": account.handle, "id": account.external_id}]
    person = {"name": thread.person.name, "email": f"{thread.person.id}@facebook.com", "id": thread.person.id}
    return [person, {"name": account.name, "email": f"{account.external_id}@facebook.com", "id": account.external_id}]


def _thread_of_message(view: View, message: DirectMessage) -> Thread:
    return Thread(id=message.thread_id, person=view.world.people[message.person_id])


def _has_details(view: View, message: DirectMessage) -> bool:
    # Instagram tells details of the newest messages of a conversation alone (Conversations API).
    newest = view.world.messages_of_thread[message.thread_id][-INSTAGRAM_DETAILS:]
    return message.platform is Platform.FACEBOOK or message.id in newest


def _text(view: View, message: DirectMessage, field: Field) -> object:
    return message.text if _has_details(view, message) else None


def _from(view: View, message: DirectMessage, field: Field) -> object:
    person, account = _people_of(view, _thread_of_message(view, message))
    if not _has_details(view, message):
        return None
    return pick(account if message.is_ours else person, field, always=("id",))


def _to(view: View, message: DirectMessage, field: Field) -> object:
    person, account = _people_of(view, _thread_of_message(view, message))
    return {"data": [person if message.is_ours else account]} if _has_details(view, message) else None


def _first_name(view: View, person: Person, field: Field) -> object:
    return person.name.split(" ")[0]


def _last_name(view: View, person: Person, field: Field) -> object:
    return " ".join(person.name.split(" ")[1:])


PAGE: Final[NodeKind[SeedAccount]] = NodeKind(
    name="Page",
    key=lambda page: page.external_id,
    defaults=("name",),
    fields={
        "name": lambda view, page, field: page.name,
        "username": lambda view, page, field: page.handle,
        "about": lambda view, page, field: page.about,
        "category": lambda view, page, field: "College & university",
        "link": lambda view, page, field: view.base_url + account_path(page.platform, page.external_id),
        "access_token": lambda view, page, field: page.access_token,
        "fan_count": lambda view, page, field: 0,
        "followers_count": lambda view, page, field: 0,
        "instagram_business_account": _instagram_account,
        "connected_instagram_account": _instagram_account,
    },
)

IG_USER: Final[NodeKind[SeedAccount]] = NodeKind(
    name="IGUser",
    key=lambda account: account.external_id,
    defaults=(),
    fields={
        "username": lambda view, account, field: account.handle,
        "name": lambda view, account, field: account.name,
        "biography": lambda view, account, field: account.about,
        "followers_count": lambda view, account, field: 0,
        "follows_count": lambda view, account, field: 0,
        "media_count": lambda view, account, field: len(view.world.posts_of(account.external_id)),
        "mentioned_comment": _mentioned_comment,
        "mentioned_media": _mentioned_media,
    },
)

MENTIONED_MEDIA: Final[NodeKind[Mention]] = NodeKind(
    name="IGMedia",
    key=lambda mention: mention.post_id,
    defaults=("timestamp",),
    fields={
        "caption": lambda view, mention, field: "",
        "timestamp": lambda view, mention, field: graph_time(mention.at),
        "permalink": lambda view, mention, field: f"{view.base_url}/instagram/mention/{mention.id}",
        "media_type": lambda view, mention, field: "IMAGE",
        "username": lambda view, mention, field: mention.author_username,
    },
)

MENTIONED_COMMENT: Final[NodeKind[Mention]] = NodeKind(
    name="IGComment",
    key=lambda mention: mention.id,
    defaults=("text", "timestamp"),
    fields={
        "text": lambda view, mention, field: mention.text,
        "timestamp": lambda view, mention, field: graph_time(mention.at),
        "username": lambda view, mention, field: mention.author_username,
        "like_count": lambda view, mention, field: 0,
        "media": lambda view, mention, field: show(view, MENTIONED_MEDIA, mention, field.fields),
    },
)

MESSAGE: Final[NodeKind[DirectMessage]] = NodeKind(
    name="UnifiedMessage",
    key=lambda message: message.id,
    defaults=("created_time",),
    fields={
        "message": _text,
        "created_time": lambda view, message, field: graph_time(message.at),
        "from": _from,
        "to": _to,
        "attachments": lambda view, message, field: None,
    },
)

THREAD: Final[NodeKind[Thread]] = NodeKind(
    name="UnifiedThread",
    key=lambda thread: thread.id,
    defaults=("updated_time",),
    fields={
        "updated_time": lambda view, thread, field: graph_time(thread_of(view.world, thread.person)[-1].at),
        "message_count": lambda view, thread, field: len(thread_of(view.world, thread.person)),
        "unread_count": lambda view, thread, field: 0,
        "can_reply": lambda view, thread, field: True,
        "snippet": lambda view, thread, field: thread_of(view.world, thread.person)[-1].text[:80],
        "participants": lambda view, thread, field: {"data": _people_of(view, thread)},
        "senders": lambda view, thread, field: {"data": _people_of(view, thread)},
        "messages": lambda view, thread, field: show_edge(view, MESSAGE, messages_newest_first(view, thread), field),
        "link": lambda view, thread, field: messages_path(
            thread.person.platform, thread.person.account_id, thread.person.name
        ),
    },
)

PERSON: Final[NodeKind[Person]] = NodeKind(
    name="Profile",
    key=lambda person: person.id,
    defaults=("first_name", "last_name", "profile_pic"),
    fields={
        "name": lambda view, person, field: person.name,
        "first_name": _first_name,
        "last_name": _last_name,
        "profile_pic": lambda view, person, field: f"{view.base_url}/static/pictures/person.svg",
    },
)

IG_PERSON: Final = replace(
    PERSON,
    defaults=("name", "username"),
    fields={
        "name": lambda view, person, field: person.name,
        "username": lambda view, person, field: person.username,
        "profile_pic": lambda view, person, field: f"{view.base_url}/static/pictures/person.svg",
        "follower_count": lambda view, person, field: 0,
        "is_user_follow_business": lambda view, person, field: False,
        "is_business_follow_user": lambda view, person, field: False,
        "is_verified_user": lambda view, person, field: False,
    },
)
