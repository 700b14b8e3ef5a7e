"""What may happen to comments: written, edited, hidden, removed."""

from collections.abc import Iterable
from dataclasses import replace

from app.sandbox.seed import SeedAccount
from app.sandbox.world.events import Change, CommentChanged, Outcome
from app.sandbox.world.records import Comment, MediaKind, Person, Post, State
from app.sandbox.world.refusals import RefusedError, Why
from app.sandbox.world.state import World


def existing(world: World, comment_id: str) -> Comment:
    """The comment, as long as it was not removed."""
    comment = world.comments.get(comment_id)
    if comment is None or comment.state is State.DELETED:
        raise RefusedError(Why.GONE, comment_id)
    return comment


def write(
    world: World,
    post: Post,
    author: Person,
    text: str,
    *,
    parent_id: str | None = None,
    media: MediaKind | None = None,
    state: State = State.VISIBLE,
) -> Outcome[Comment]:
    """A visitor comments, or replies to a comment; with media the text may be empty.

    `state` is what the platform makes of it at once.
    """
    block = world.block_of(post.account_id, author.id)
    if block is not None and block.from_comments:
        if world.habits[post.platform].tells_barred:
            raise RefusedError(Why.BLOCKED, author.id)
        state = State.DELETED
    parent = _hung_beneath(world, parent_id) if parent_id else None
    if parent is not None and parent.state is State.HIDDEN and parent.author_id != author.id:
        raise RefusedError(Why.GONE, parent.id)
    if text or media is None:
        world.habits[post.platform].check_visitor_comment(text)
    return _add(world, post, parent, author.id, author.name, author.username, text, media, state=state)


def answer(world: World, account: SeedAccount, comment_id: str, text: str) -> Outcome[Comment]:
    """The account replies in public beneath a comment."""
    comment = existing(world, comment_id)
    habits = world.habits[account.platform]
    habits.check_answerable(comment)
    habits.check_comment(text)
    parent = _hung_beneath(world, comment_id)
    post = world.posts[comment.post_id]
    return _add(world, post, parent, account.external_id, account.name, account.handle, text, None)


def comment_as_account(world: World, account: SeedAccount, post: Post, text: str) -> Outcome[Comment]:
    """The account comments beneath its own post."""
    world.habits[account.platform].check_comment(text)
    return _add(world, post, None, account.external_id, account.name, account.handle, text, None)


def edit(world: World, comment_id: str, author_id: str, text: str) -> Outcome[Comment]:
    """An author changes the text, where the platform has such a thing."""
    comment = existing(world, comment_id)
    habits = world.habits[comment.platform]
    if not habits.edits_comments:
        raise RefusedError(Why.NO_EDITING, comment_id)
    if comment.author_id != author_id:
        raise RefusedError(Why.NOT_OURS, comment_id)
    check = habits.check_comment if comment.is_ours else habits.check_visitor_comment
    check(text)
    habits.check_editable(comment, world.clock.now())
    now = world.clock.now()
    changed = replace(comment, text=text, edited_at=now)
    if habits.version_id is not None:
        version = (habits.version_id(comment, world.ids.number()), text)
        changed = replace(changed, versions=(*(comment.versions or ((comment.id, comment.text),)), version))
    world.put(changed)
    return Outcome(changed, (CommentChanged(comment=changed, change=Change.EDITED, at=now),))


def set_hidden(world: World, comment_id: str, *, is_hidden: bool) -> Outcome[Comment]:
    """Hide a comment or show it again; asking for what is already so changes nothing and succeeds."""
    comment = existing(world, comment_id)
    if comment.is_live:
        raise RefusedError(Why.LIVE, comment_id)
    if comment.is_ours and not world.habits[comment.platform].hides_own:
        raise RefusedError(Why.OWN_COMMENT, comment_id)
    wanted = State.HIDDEN if is_hidden else State.VISIBLE
    if comment.state is wanted:
        return Outcome(comment)
    changed = replace(comment, state=wanted)
    world.put(changed)
    change = Change.HIDDEN if is_hidden else Change.UNHIDDEN
    return Outcome(changed, (CommentChanged(comment=changed, change=change, at=world.clock.now()),))


def remove(world: World, comment_id: str, *, by_account: bool = False) -> Outcome[Comment]:
    """Remove a comment for good, its replies with it on most platforms; told of once, for the comment itself.

    `by_account`: through the API, which cannot remove live comments.
    """
    comment = existing(world, comment_id)
    if by_account and comment.is_live:
        raise RefusedError(Why.LIVE, comment_id)
    now = world.clock.now()
    is_alone = world.habits[comment.platform].keeps_replies
    for reply in () if is_alone else replies(world, comment_id):
        world.put(replace(reply, state=State.DELETED, removed_at=now))
    removed = replace(comment, state=State.DELETED, removed_at=now)
    world.put(removed)
    return Outcome(removed, (CommentChanged(comment=removed, change=Change.REMOVED, at=now),))


def replies(world: World, comment_id: str) -> list[Comment]:
    """The replies that were not removed, in the order in which they came."""
    return present(world, world.replies_of.get(comment_id, ()))


def present(world: World, comment_ids: Iterable[str]) -> list[Comment]:
    """Those of the comments that were not removed."""
    found = (world.comments[comment_id] for comment_id in comment_ids)
    return [comment for comment in found if comment.state is not State.DELETED]


def _hung_beneath(world: World, comment_id: str) -> Comment:
    # Most platforms have two levels only: a reply to a reply belongs to the comment at the top.
    comment = existing(world, comment_id)
    if comment.parent_id is None or world.habits[comment.platform].keeps_depth:
        return comment
    return existing(world, comment.parent_id)


def _add(
    world: World,
    post: Post,
    parent: Comment | None,
    author_id: str,
    author_name: str,
    username: str,
    text: str,
    media: MediaKind | None,
    *,
    state: State = State.VISIBLE,
) -> Outcome[Comment]:
    if not post.takes_comments:
        raise RefusedError(Why.COMMENTS_OFF, post.id)
    habits, number = world.habits[post.platform], world.ids.number()
    comment = Comment(
        id=habits.reply_id(parent, number) if parent and habits.reply_id else habits.comment_id(post, number),
        platform=post.platform,
        account_id=post.account_id,
        post_id=post.id,
        parent_id=parent.id if parent else None,
        author_id=author_id,
        author_name=author_name,
        author_username=username,
        text=text,
        media=media,
        created_at=world.clock.now(),
        state=state,
        is_live=post.product == "LIVE",
    )
    world.put(comment)
    return Outcome(comment, (CommentChanged(comment=comment, change=Change.ADDED, at=comment.created_at),))
