"""Posts as X knows them: our own, the replies beneath them, and visitors' posts that name us."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from app.sandbox.seed import Platform
from app.sandbox.world.records import Comment, MediaKind, Mention, Post, State
from app.sandbox.world.state import World
from app.sandbox.x.ids import made_at
from app.sandbox.x.people import User, user_called, user_of
from app.sandbox.x.texts import names_in

KINDS = {MediaKind.PHOTO: ("3", "photo"), MediaKind.VIDEO: ("7", "video"), MediaKind.STICKER: ("16", "animated_gif")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """A picture or film; `picture` is its file here."""

    key: str
    kind: str
    picture: str


@dataclass(frozen=True, slots=True, kw_only=True)
class XPost:
    """A post. `typed` is what its author wrote; X puts the handles of `answered` before a reply.

    An edit has an id of its own: `id` is the newest, `first_id` that of the first, `versions` are all.
    """

    id: str
    first_id: str
    versions: tuple[str, ...]
    author: User
    typed: str
    created_at: datetime
    conversation_id: str
    answered: tuple[str, ...] = ()
    replied_to: str | None = None
    replied_to_author: User | None = None
    media: Medium | None = None

    @property
    def names(self) -> frozenset[str]:
        """The handles that it names, those that X put before it among them; in lower case."""
        return frozenset((*names_in(self.typed), *(handle.lower() for handle in self.answered)))

    def summons(self, handle: str) -> bool:
        """Whether its author wrote this handle."""
        return handle.lower() in names_in(self.typed)


def all_posts(world: World) -> list[XPost]:
    """Every post that is not deleted, newest first."""
    found = [of_post(world, post) for post in world.posts.values() if _is_there(post)]
    found += [of_comment(world, comment) for comment in world.comments.values() if _is_there(comment)]
    for mention in world.mentions.values():
        if mention.platform is Platform.X:
            found += [of_mention(world, mention), *_answers(world, mention)]
    return sorted(found, key=lambda post: int(post.id), reverse=True)


def find(world: World, post_id: str) -> XPost | None:
    """The post with this id; an older version of an edited one is told as it was."""
    post = world.posts.get(post_id)
    if post is not None and _is_there(post):
        return of_post(world, post)
    comment = world.comments.get(world.comment_of_version.get(post_id, post_id))
    if comment is not None and _is_there(comment):
        return _at_version(of_comment(world, comment), comment, post_id)
    mention = world.mentions.get(post_id)
    if mention is not None and mention.platform is Platform.X:
        return of_mention(world, mention)
    mentions = (mention for mention in world.mentions.values() if mention.platform is Platform.X)
    return next((answer for mention in mentions for answer in _answers(world, mention) if answer.id == post_id), None)


def of_post(world: World, post: Post) -> XPost:
    """A post of ours."""
    return XPost(
        id=post.id,
        first_id=post.id,
        versions=(post.id,),
        author=_known(world, post.account_id),
        typed=post.text,
        created_at=post.created_at,
        conversation_id=post.id,
        media=Medium(key=f"3_{post.id}", kind="photo", picture=post.picture) if post.picture else None,
    )


def of_comment(world: World, comment: Comment) -> XPost:
    """A reply, in its newest version."""
    above = _answered(world, comment)
    versions = tuple(version_id for version_id, _ in comment.versions) or (comment.id,)
    kind = KINDS[comment.media] if comment.media is not None else None
    author = _author_of(world, comment)
    seen = dict.fromkeys(user.handle for user in above if user.id != comment.author_id)
    typed_first = comment.text.lower().split(maxsplit=1)[:1]
    return XPost(
        id=versions[-1],
        first_id=comment.id,
        versions=versions,
        author=author,
        typed=comment.text,
        created_at=comment.edited_at or comment.created_at,
        conversation_id=comment.post_id,
        # Whoever writes the name themselves is not given it once more.
        answered=tuple(handle for handle in seen if f"@{handle.lower()}" not in typed_first),
        replied_to=comment.parent_id or comment.post_id,
        replied_to_author=above[0],
        media=Medium(key=f"{kind[0]}_{comment.id}", kind=kind[1], picture=f"comment-{comment.media}.svg")
        if kind is not None
        else None,
    )


def of_mention(world: World, mention: Mention) -> XPost:
    """A visitor's post that names us; X knows of it only by the name, so that it stands in it."""
    account = world.accounts[mention.account_id]
    author = user_called(world, mention.author_username)
    assert author is not None  # noqa: S101 - whoever wrote it was made before it
    typed = mention.text if account.handle.lower() in names_in(mention.text) else f"@{account.handle} {mention.text}"
    return XPost(
        id=mention.id,
        first_id=mention.id,
        versions=(mention.id,),
        author=author,
        typed=typed,
        created_at=mention.at,
        conversation_id=mention.post_id,
    )


def _answers(world: World, mention: Mention) -> Iterator[XPost]:
    above = of_mention(world, mention)
    for answer_id, text in mention.answers:
        yield XPost(
            id=answer_id,
            first_id=answer_id,
            versions=(answer_id,),
            author=_known(world, mention.account_id),
            typed=text,
            created_at=made_at(answer_id),
            conversation_id=above.conversation_id,
            answered=(above.author.handle,),
            replied_to=above.id,
            replied_to_author=above.author,
        )


def _answered(world: World, comment: Comment) -> list[User]:
    """The authors of all that stands above a reply, from the nearest on."""
    found, above = [], comment
    while above.parent_id is not None:
        above = world.comments[above.parent_id]
        found.append(_author_of(world, above))
    return [*found, _known(world, world.posts[comment.post_id].account_id)]


def _at_version(post: XPost, comment: Comment, version_id: str) -> XPost:
    texts = dict(comment.versions)
    if version_id == post.id or version_id not in texts:
        return post
    return replace(post, id=version_id, typed=texts[version_id], created_at=_version_time(comment, version_id))


def _version_time(comment: Comment, version_id: str) -> datetime:
    return comment.created_at if version_id == comment.id else made_at(version_id)


def _author_of(world: World, comment: Comment) -> User:
    return _known(world, comment.author_id)


def _known(world: World, user_id: str) -> User:
    user = user_of(world, user_id)
    assert user is not None  # noqa: S101 - whoever wrote something was made before it
    return user


def _is_there(item: Post | Comment) -> bool:
    return item.platform is Platform.X and item.state is not State.DELETED
