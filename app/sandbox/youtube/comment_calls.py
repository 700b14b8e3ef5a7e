"""`comments`: listing by id or parent, answering, editing, deleting our own, and moderating those beneath our videos.

Where the documentation leaves it open, the stricter reading is built: what was rejected is not found by its id, what is
held is found by its channel's owner alone; and a moderated comment that its author removed is a `processingFailure`.
https://developers.google.com/youtube/v3/docs/comments
"""

from collections.abc import Mapping
from typing import Final

from app.sandbox.endpoint import Answer
from app.sandbox.seed import Platform
from app.sandbox.world import comments
from app.sandbox.world.records import Comment
from app.sandbox.world.refusals import RefusedError, Why
from app.sandbox.world.state import World
from app.sandbox.youtube import errors
from app.sandbox.youtube.access import FORCE_SSL
from app.sandbox.youtube.habits import check_comment
from app.sandbox.youtube.method import IDS, PART, TEXT, Asked, Fields, Method, Parameter, text_at
from app.sandbox.youtube.pages import Page
from app.sandbox.youtube.quota import CHANGE, LIST
from app.sandbox.youtube.resources import View, comment_resource, listed, replies_of
from app.sandbox.youtube.statuses import Status, ban, set_status, status_of

DOMAIN: Final = "youtube.comment"
DEFAULT_SIZE: Final = 20
MOST_IDS: Final = 50
PARTS: Final = frozenset({"id", "snippet"})
TEXT_FORMAT: Final = Parameter(values=("textFormatUnspecified", "html", "plainText"))
# What a history calls it.
ACTS: Final = {Status.HELD: "hide", Status.PUBLISHED: "unhide", Status.REJECTED: "delete"}

COMMENT: Final[Fields] = {
    "kind": str,
    "etag": str,
    "id": str,
    "snippet": {
        "authorChannelId": {"value": str},
        "authorChannelUrl": str,
        "authorDisplayName": str,
        "authorProfileImageUrl": str,
        "canRate": bool,
        "channelId": str,
        "imageUrl": str,
        "likeCount": int,
        "moderationStatus": str,
        "parentId": str,
        "publishedAt": str,
        "textDisplay": str,
        "textOriginal": str,
        "updatedAt": str,
        "videoId": str,
        "viewerRating": str,
    },
}


def view_of(asked: Asked, *, is_by_id: bool = False) -> View:
    """How the caller sees comments."""
    return View(
        world=asked.world,
        base_url=asked.ground.settings.base_url,
        channel_id=asked.caller.channel_id,
        is_html=asked.arguments.one("textFormat") != "plainText",
        is_by_id=is_by_id,
    )


def checked_text(text: str, place: str) -> str:
    """The text of a comment that is to be written."""
    try:
        check_comment(text)
    except RefusedError as refusal:
        if refusal.why is Why.EMPTY:
            message = "The comment resource must specify a value for the snippet.textOriginal property."
            raise errors.of_comment("commentTextRequired", message, place) from None
        message = "The comment resource contains too many characters in the snippet.textOriginal property."
        raise errors.of_comment("commentTextTooLong", message, place) from None
    return text


def list_comments(asked: Asked) -> Answer:
    """Comments by their ids, or the published replies of one, newest first."""
    name, value = asked.filter("id", "parentId")
    kind, parts = "youtube#commentListResponse", asked.arguments.many("part")
    if name == "id":
        rejected = asked.arguments.given(("maxResults", "pageToken"))
        if rejected:
            raise errors.incompatible(["id", *rejected])
        view = view_of(asked, is_by_id=True)
        found = [_shown(view, comment_id, "id") for comment_id in asked.arguments.many("id")]
        items = [comment_resource(view, comment, parts) for comment in found]
        return Answer(content=listed(kind, items, size=DEFAULT_SIZE, total=len(items), head={}))
    view = view_of(asked)
    parent = _shown(view, value, "parentId")
    page = Page(replies_of(view, parent, Status.PUBLISHED), asked.arguments, default=DEFAULT_SIZE)
    items = [comment_resource(view, reply, parts) for reply in page.items]
    return Answer(content=listed(kind, items, size=page.size, total=len(items), head=page.head))


def insert_reply(asked: Asked) -> Answer:
    """The channel replies in a thread."""
    parent_id = text_at(asked.body, "snippet", "parentId")
    if not parent_id:
        message = "The comment must be linked to a parent comment by the snippet.parentId property."
        raise errors.of_comment("parentIdMissing", message, "body.snippet.parentId")
    text = checked_text(text_at(asked.body, "snippet", "textOriginal"), "body.snippet.textOriginal")
    parent = _known(asked.world, parent_id)
    status = status_of(asked.world, parent) if parent is not None else None
    if parent is None or status in {None, Status.REJECTED}:
        raise errors.parent_not_found()
    asked.touched[parent.id] = "reply"
    if parent.parent_id is not None:
        message = "The request metadata is invalid: there is one level of replies."
        raise errors.of_comment("invalidCommentMetadata", message, "body.snippet.parentId")
    if status is not Status.PUBLISHED:
        message = "The specified parent comment is private. The API does not support replies to private comments."
        raise errors.of_comment("parentCommentIsPrivate", message, "body.snippet.parentId")
    if not asked.world.posts[parent.post_id].takes_comments:
        message = "The API user cannot insert a comment in reply to the top-level comment."
        raise errors.of_comment("operationNotSupported", message, "body.snippet.parentId")
    account = asked.world.account(asked.channel_id)
    written = comments.answer(asked.world, account, parent.id, text).result
    return Answer(content=comment_resource(view_of(asked), written, asked.arguments.many("part")))


def update_comment(asked: Asked) -> Answer:
    """The channel edits a comment of its own."""
    comment = _own(asked, text_at(asked.body, "id"), "updated", "body.id")
    text = checked_text(text_at(asked.body, "snippet", "textOriginal"), "body.snippet.textOriginal")
    asked.touched[comment.id] = "edit"
    changed = comments.edit(asked.world, comment.id, asked.channel_id, text).result
    return Answer(content=comment_resource(view_of(asked), changed, asked.arguments.many("part")))


def delete_comment(asked: Asked) -> Answer:
    """The channel deletes a comment of its own; another's is only ever rejected."""
    comment = _own(asked, asked.arguments.one("id") or "", "deleted", "id")
    asked.touched[comment.id] = "delete"
    comments.remove(asked.world, comment.id)
    return Answer(status=204)


def set_moderation_status(asked: Asked) -> Answer:
    """Hold, publish or reject comments beneath our videos: all of them, or none."""
    status = Status(asked.arguments.one("moderationStatus") or "")
    with_ban, ids = asked.arguments.flag("banAuthor"), asked.arguments.many("id")
    if status not in ACTS:
        raise errors.processing_failure()
    if with_ban and status is not Status.REJECTED:
        message = "The banAuthor parameter can only be used if the moderationStatus parameter value is rejected."
        raise errors.ApiError(400, "banWithoutReject", message, domain=DOMAIN, location=("banAuthor", "parameter"))
    if len(ids) > MOST_IDS:
        raise errors.bad_request(f"Invalid value at 'id': at most {MOST_IDS} ids", "id")
    found = [comment for comment_id in ids if (comment := _known(asked.world, comment_id)) is not None]
    asked.touched.update({comment.id: f"{ACTS[status]}_and_ban" if with_ban else ACTS[status] for comment in found})
    if len(found) < len(ids):
        raise errors.not_found("comment", "comments/setModerationStatus", "id")
    for comment in found:
        _require_moderable(asked, comment, status)
    for comment in found:
        if status_of(asked.world, comment) is not status:
            set_status(asked.world, comment, status)
        if with_ban and not comment.is_ours:
            ban(asked.world, comment.account_id, comment.author_id)
    return Answer(status=204)


def _require_moderable(asked: Asked, comment: Comment, wanted: Status) -> None:
    if comment.account_id != asked.channel_id:
        message = "The moderation status of one or more comments could not be set due to insufficient permissions."
        raise errors.forbidden(DOMAIN, message)
    present = status_of(asked.world, comment)
    # What was rejected stays so.
    if present is None or (present is Status.REJECTED and wanted is not Status.REJECTED):
        raise errors.processing_failure()


def _own(asked: Asked, comment_id: str, act: str, place: str) -> Comment:
    comment = _known(asked.world, comment_id)
    if comment is None or status_of(asked.world, comment) in {None, Status.REJECTED}:
        raise errors.not_found("comment", f"comments/{act.removesuffix('d')}", place)
    if comment.author_id != asked.channel_id:
        raise errors.forbidden(DOMAIN, f"The comment could not be {act} due to insufficient permissions.")
    return comment


def _known(world: World, comment_id: str) -> Comment | None:
    comment = world.comments.get(comment_id)
    return comment if comment is not None and comment.platform is Platform.YOUTUBE else None


def _shown(view: View, comment_id: str, parameter: str) -> Comment:
    comment = _known(view.world, comment_id)
    status = status_of(view.world, comment) if comment is not None else None
    is_owners = comment is not None and view.channel_id == comment.account_id
    seen = {Status.PUBLISHED, Status.HELD, Status.SPAM} if is_owners else {Status.PUBLISHED}
    top = view.world.comments[comment.parent_id] if comment is not None and comment.parent_id is not None else None
    is_beneath = top is None or status_of(view.world, top) in seen
    if comment is None or status not in seen or not is_beneath:
        raise errors.not_found("comment", "comments/list", parameter)
    return comment


METHODS: Final[Mapping[tuple[str, str], Method]] = {
    ("GET", "/comments"): Method(
        carry_out=list_comments,
        units=LIST,
        scopes=(FORCE_SSL,),
        takes_key=True,
        parts=PARTS,
        parameters={
            "part": PART,
            "id": IDS,
            "parentId": TEXT,
            "maxResults": Parameter(kind="integer", least=1, most=100),
            "pageToken": TEXT,
            "textFormat": TEXT_FORMAT,
        },
    ),
    ("POST", "/comments"): Method(
        carry_out=insert_reply,
        units=CHANGE,
        scopes=(FORCE_SSL,),
        parts=PARTS,
        parameters={"part": PART},
        body=COMMENT,
    ),
    ("PUT", "/comments"): Method(
        carry_out=update_comment,
        units=CHANGE,
        scopes=(FORCE_SSL,),
        parts=PARTS,
        parameters={"part": PART},
        body=COMMENT,
    ),
    ("DELETE", "/comments"): Method(
        carry_out=delete_comment,
        units=CHANGE,
        scopes=(FORCE_SSL,),
        parameters={"id": Parameter(is_required=True)},
    ),
    ("POST", "/comments/setModerationStatus"): Method(
        carry_out=set_moderation_status,
        units=CHANGE,
        scopes=(FORCE_SSL,),
        parameters={
            "id": Parameter(is_required=True, is_repeated=True),
            "moderationStatus": Parameter(values=tuple(Status), is_required=True),
            "banAuthor": Parameter(kind="boolean"),
        },
    ),
}
