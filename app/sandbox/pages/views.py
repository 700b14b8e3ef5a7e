"""What the templates show, gathered from the world."""

import hashlib
from dataclasses import dataclass
from itertools import islice
from typing import Final

from app.sandbox.links import account_path, comment_path, media_link, messages_path, post_path
from app.sandbox.pages.words import KIND_NAMES, ago, hue, initials
from app.sandbox.seed import SeedAccount
from app.sandbox.world import comments, messages
from app.sandbox.world.people import person_of
from app.sandbox.world.records import Comment, DirectMessage, Post, State
from app.sandbox.world.state import World

MOST_SHOWN: Final = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """An account's head."""

    id: str
    name: str
    handle: str
    about: str
    platform: str
    platform_name: str
    title: str
    inbox_title: str
    shows_hidden_to_author: bool
    sees_hidden: str
    hidden_view: str
    kind_name: str
    colour: str
    initials: str
    path: str
    messages_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentView:
    """A comment as one visitor sees it. `version` changes whenever something shown does."""

    key: str
    id: str
    parent_id: str
    author: str
    initials: str
    hue: int
    text: str
    media: str
    time: str
    at: str
    path: str
    is_reply: bool
    is_account: bool
    is_own: bool
    is_hidden: bool
    is_edited: bool
    is_marked: bool
    can_edit: bool
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostView:
    """A post."""

    id: str
    path: str
    author_path: str
    text: str
    picture: str
    time: str
    count: int
    is_live: bool
    is_reel: bool
    takes_comments: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """A message of a conversation; `about` is the comment that a private reply answers."""

    key: str
    text: str
    time: str
    at: str
    is_ours: bool
    about: str
    version: str


def account_view(world: World, account: SeedAccount) -> AccountView:
    """The head of an account; `inbox_title` is empty where nobody can write to it in private."""
    habits = world.habits[account.platform]
    return AccountView(
        id=account.external_id,
        name=account.name,
        handle=account.handle,
        about=account.about,
        platform=account.platform,
        platform_name=habits.title,
        title=account.name if habits.names_people else account.handle,
        inbox_title=habits.inbox_title if habits.has_messages else "",
        shows_hidden_to_author=habits.shows_hidden_to_author,
        sees_hidden=habits.sees_hidden,
        hidden_view=habits.hidden_view,
        kind_name=KIND_NAMES[account.kind],
        colour=account.colour,
        initials="İEÜ",
        path=account_path(account.platform, account.external_id),
        messages_path=messages_path(account.platform, account.external_id),
    )


def post_view(world: World, post: Post) -> PostView:
    """A post with the number of comments that the public sees."""
    return PostView(
        id=post.id,
        path=post_path(world, post),
        author_path=f"{post_path(world, post)}{'&' if '?' in post_path(world, post) else '?'}as=author",
        text=post.text,
        picture=f"/static/pictures/{post.picture}" if post.picture else "",
        time=ago(post.created_at, world.clock.now()),
        count=_public_count(world, post),
        is_live=post.product == "LIVE",
        is_reel=post.product == "REELS",
        takes_comments=post.takes_comments,
    )


def thread(
    world: World, post: Post, *, visitor: str, as_author: bool = False, marked: str | None = None
) -> list[CommentView]:
    """The newest comments beneath a post in reading order, replies after their comment.

    Hidden ones are left out, save for their author or for everyone where the platform shows them (`as_author`). With
    `marked`, only that comment's branch.
    """
    visitor_id = person_of(world, world.accounts[post.account_id], visitor).id if visitor else ""
    found: list[CommentView] = []
    for comment in _newest_branches(world, post, visitor_id, as_author=as_author, marked=marked):
        branch = [comment, *_beneath(world, comment)]
        found += [
            _comment_view(world, member, visitor_id, is_marked=member.id == marked)
            for member in branch
            if _is_shown(world, member, visitor_id, as_author=as_author)
        ]
    return found


def conversation(world: World, account: SeedAccount, visitor: str) -> list[MessageView]:
    """The messages between a visitor and an account."""
    person = person_of(world, account, visitor)
    return [
        _message_view(world, message) for message in messages.thread_of(world, person) if message.state is State.VISIBLE
    ]


def _beneath(world: World, comment: Comment) -> list[Comment]:
    """All replies to it, and theirs where the platform goes deeper, each after what it answers."""
    found = []
    for reply in comments.replies(world, comment.id):
        found += [reply, *_beneath(world, reply)]
    return found


def _newest_branches(
    world: World, post: Post, visitor_id: str, *, as_author: bool, marked: str | None
) -> list[Comment]:
    top_id = None
    if marked is not None:
        comment = world.comments.get(marked)
        while comment is not None and comment.parent_id is not None and not _is_at_the_top(world, comment):
            comment = world.comments.get(comment.parent_id)
        top_id = comment.id if comment else ""
    newest_first = (world.comments[one] for one in reversed(world.comments_of_post.get(post.id, [])))
    shown = (
        comment
        for comment in newest_first
        if _is_at_the_top(world, comment)
        and comment.state is not State.DELETED
        and top_id in {None, comment.id}
        and _is_shown(world, comment, visitor_id, as_author=as_author)
    )
    return list(islice(shown, MOST_SHOWN))[::-1]


def _is_at_the_top(world: World, comment: Comment) -> bool:
    """Whether nothing stands above it, or what stood there is gone."""
    return comment.parent_id is None or world.comments[comment.parent_id].state is State.DELETED


def _public_count(world: World, post: Post) -> int:
    ids = world.comments_of_post.get(post.id, ())
    return sum(_is_shown(world, comment, "", as_author=False) for comment in comments.present(world, ids))


def _is_shown(world: World, comment: Comment, visitor_id: str, *, as_author: bool) -> bool:
    if comment.state is State.VISIBLE:
        return True
    habits = world.habits[comment.platform]
    if not habits.shows_hidden_to_author:
        return comment.is_ours
    return as_author and (comment.author_id == visitor_id or bool(habits.hidden_view))


def _comment_view(world: World, comment: Comment, visitor_id: str, *, is_marked: bool) -> CommentView:
    habits = world.habits[comment.platform]
    author = comment.author_name if habits.names_people else comment.author_username
    is_own = comment.author_id == visitor_id
    return CommentView(
        key=f"c{_short(comment.id)}",
        id=comment.id,
        parent_id=comment.id if habits.keeps_depth else comment.parent_id or comment.id,
        author=author,
        initials="İEÜ" if comment.is_ours else initials(author),
        hue=hue(author),
        text=comment.text,
        media=media_link("", comment.media) if comment.media else "",
        time=ago(comment.created_at, world.clock.now()),
        at=comment.created_at.isoformat(),
        path=comment_path(world, comment),
        is_reply=comment.parent_id is not None,
        is_account=comment.is_ours,
        is_own=is_own,
        is_hidden=comment.state is State.HIDDEN,
        is_edited=comment.edited_at is not None,
        is_marked=is_marked,
        can_edit=is_own and habits.edits_comments,
        version=_short(f"{comment.text}|{comment.state}|{is_own}"),
    )


def _message_view(world: World, message: DirectMessage) -> MessageView:
    answered = world.comments.get(message.comment_id) if message.comment_id else None
    return MessageView(
        key=f"m{_short(message.id)}",
        text=message.text,
        time=ago(message.at, world.clock.now()),
        at=message.at.isoformat(),
        is_ours=message.is_ours,
        about=answered.text if answered else "",
        version=_short(f"{message.text}|{message.state}"),
    )


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
