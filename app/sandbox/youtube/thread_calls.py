"""`commentThreads`: listing threads by channel, video or id, and commenting at the top.

https://developers.google.com/youtube/v3/docs/commentThreads
"""

from collections.abc import Iterable, Mapping
from typing import Final

from app.sandbox.endpoint import Answer
from app.sandbox.seed import Platform
from app.sandbox.world import comments
from app.sandbox.world.records import Comment, Post
from app.sandbox.world.state import World
from app.sandbox.youtube import errors
from app.sandbox.youtube.access import FORCE_SSL
from app.sandbox.youtube.comment_calls import COMMENT, TEXT_FORMAT, checked_text, view_of
from app.sandbox.youtube.method import IDS, PART, TEXT, Asked, Method, Parameter, text_at
from app.sandbox.youtube.pages import Page
from app.sandbox.youtube.quota import CHANGE, LIST
from app.sandbox.youtube.resources import Resource, listed, replies_of, thread_resource
from app.sandbox.youtube.statuses import Status, status_of

DOMAIN: Final = "youtube.commentThread"
FILTERS: Final = ("allThreadsRelatedToChannelId", "channelId", "id", "videoId")
# Of no use, and refused, where threads are asked for by their ids.
NOT_WITH_IDS: Final = ("maxResults", "moderationStatus", "order", "pageToken", "searchTerms")
DEFAULT_SIZE: Final = 20
PARTS: Final = frozenset({"id", "snippet", "replies"})


def list_threads(asked: Asked) -> Answer:
    """Threads, newest first by the comment at their top."""
    name, value = asked.filter(*FILTERS)
    if name == "id":
        return _by_ids(asked)
    status = Status(asked.arguments.one("moderationStatus") or Status.PUBLISHED)
    found = _of_filter(asked, name, value)
    if status is not Status.PUBLISHED:
        _require_owner(asked, name, value)
    if status is Status.REJECTED:
        raise errors.processing_failure(DOMAIN)
    view = view_of(asked)
    terms = (asked.arguments.one("searchTerms") or "").casefold().split()
    chosen = [
        top
        for top in found
        if _is_listed(asked.world, top, status)
        and (not terms or _has_words([top, *replies_of(view, top, status)], terms))
    ]
    chosen.sort(key=lambda top: top.created_at, reverse=True)
    if asked.arguments.one("order") == "relevance":
        chosen.sort(key=lambda top: len(replies_of(view, top, status)), reverse=True)
    page = Page(chosen, asked.arguments, default=DEFAULT_SIZE)
    parts = asked.arguments.many("part")
    items = [thread_resource(view, top, status, parts) for top in page.items]
    return _answer(items, size=page.size, head=page.head)


def insert_thread(asked: Asked) -> Answer:
    """The channel comments beneath a video, its own or another's."""
    video_id, channel_id = text_at(asked.body, "snippet", "videoId"), text_at(asked.body, "snippet", "channelId")
    if not (video_id and channel_id):
        message = "The API request must specify values for the snippet.channelId and snippet.videoId properties."
        raise errors.ApiError(400, "channelOrVideoIdMissing", message, domain=DOMAIN, location=("body", "other"))
    text = checked_text(
        text_at(asked.body, "snippet", "topLevelComment", "snippet", "textOriginal"),
        "body.snippet.topLevelComment.snippet.textOriginal",
    )
    post = video_of(asked.world, video_id)
    if post is None or post.account_id != channel_id:
        raise errors.not_found("video", "commentThreads/insert", "videoId")
    if not post.takes_comments:
        raise errors.forbidden(DOMAIN, "The comment thread could not be created due to insufficient permissions.")
    account = asked.world.account(asked.channel_id)
    written = comments.comment_as_account(asked.world, account, post, text).result
    asked.touched[written.id] = "comment"
    return Answer(content=thread_resource(view_of(asked), written, Status.PUBLISHED, asked.arguments.many("part")))


def video_of(world: World, video_id: str) -> Post | None:
    """The video with this id."""
    post = world.posts.get(video_id)
    return post if post is not None and post.platform is Platform.YOUTUBE else None


def _by_ids(asked: Asked) -> Answer:
    rejected = asked.arguments.given(NOT_WITH_IDS)
    if rejected:
        raise errors.incompatible(["id", *rejected])
    view = view_of(asked, is_by_id=True)
    items = []
    for thread_id in asked.arguments.many("id"):
        top = asked.world.comments.get(thread_id)
        if top is None or top.platform is not Platform.YOUTUBE or top.parent_id is not None:
            raise errors.not_found("commentThread", "commentThreads/list", "id")
        seen = {Status.PUBLISHED, Status.HELD, Status.SPAM} if view.channel_id == top.account_id else {Status.PUBLISHED}
        if status_of(asked.world, top) not in seen:
            raise errors.not_found("commentThread", "commentThreads/list", "id")
        items.append(thread_resource(view, top, Status.PUBLISHED, asked.arguments.many("part")))
    return _answer(items, size=DEFAULT_SIZE, head={})


def _of_filter(asked: Asked, name: str, value: str) -> list[Comment]:
    """The comments at the top that the filter names, in whatever status, newest last in each video."""
    world = asked.world
    if name == "videoId":
        post = video_of(world, value)
        if post is None:
            raise errors.not_found("video", "commentThreads/list", "videoId")
        if not post.takes_comments:
            raise errors.comments_disabled()
        return _tops(world, [post])
    account = world.accounts.get(value)
    if account is None or account.platform is not Platform.YOUTUBE:
        raise errors.not_found("channel", "commentThreads/list", name)
    # Discussions of a channel itself are gone since 2024.
    return [] if name == "channelId" else _tops(world, world.posts_of(value))


def _tops(world: World, posts: Iterable[Post]) -> list[Comment]:
    # Newest first within a video, so that a stable sort keeps it so within one second.
    found = (world.comments[one] for post in posts for one in reversed(world.comments_of_post.get(post.id, [])))
    return [comment for comment in found if comment.parent_id is None]


def _require_owner(asked: Asked, name: str, value: str) -> None:
    owner_id = asked.world.posts[value].account_id if name == "videoId" else value
    if asked.caller.channel_id != owner_id:
        raise errors.forbidden(DOMAIN, "The comment threads could not be listed due to insufficient permissions.")


def _is_listed(world: World, top: Comment, status: Status) -> bool:
    """Held, and taken for spam: also the threads in which a reply is."""
    own = status_of(world, top)
    if status is Status.PUBLISHED:
        return own is Status.PUBLISHED
    if own in {None, Status.REJECTED}:
        return False
    below = (world.comments[reply_id] for reply_id in world.replies_of.get(top.id, ()))
    return own is status or any(status_of(world, reply) is status for reply in below)


def _has_words(found: Iterable[Comment], words: Iterable[str]) -> bool:
    text = " ".join(comment.text for comment in found).casefold()
    return all(word in text for word in words)


def _answer(items: list[Resource], *, size: int, head: Mapping[str, object]) -> Answer:
    page = listed("youtube#commentThreadListResponse", items, size=size, total=len(items), head=head)
    return Answer(content=page)


METHODS: Final[Mapping[tuple[str, str], Method]] = {
    ("GET", "/commentThreads"): Method(
        carry_out=list_threads,
        units=LIST,
        scopes=(FORCE_SSL,),
        takes_key=True,
        parts=PARTS,
        parameters={
            "part": PART,
            "allThreadsRelatedToChannelId": TEXT,
            "channelId": TEXT,
            "id": IDS,
            "videoId": TEXT,
            "maxResults": Parameter(kind="integer", least=1, most=100),
            "moderationStatus": Parameter(values=tuple(Status)),
            "order": Parameter(values=("orderUnspecified", "time", "relevance")),
            "pageToken": TEXT,
            "searchTerms": TEXT,
            "textFormat": TEXT_FORMAT,
        },
    ),
    ("POST", "/commentThreads"): Method(
        carry_out=insert_thread,
        units=CHANGE,
        scopes=(FORCE_SSL,),
        parts=PARTS,
        parameters={"part": PART},
        body={
            "kind": str,
            "etag": str,
            "id": str,
            "snippet": {
                "channelId": str,
                "videoId": str,
                "topLevelComment": COMMENT,
                "canReply": bool,
                "totalReplyCount": int,
                "isPublic": bool,
            },
            "replies": {"comments": list},
        },
    ),
}
