"""Addresses of the sandbox's own pages, where the platforms would give theirs. Shaped as the platforms shape them."""

from urllib.parse import quote

from app.sandbox.seed import Platform
from app.sandbox.world.records import Comment, MediaKind, Post
from app.sandbox.world.state import World


def post_path(world: World, post: Post) -> str:
    """The path of a post's page."""
    return world.habits[post.platform].post_path(post)


def comment_path(world: World, comment: Comment) -> str:
    """The path of a page with this comment at its head."""
    return world.habits[comment.platform].comment_path(world.posts[comment.post_id], comment)


def account_path(platform: Platform, account_id: str) -> str:
    """The path of an account's page."""
    return f"/{platform}/{account_id}"


def messages_path(platform: Platform, account_id: str, visitor: str = "") -> str:
    """The path of the conversation of a visitor with an account."""
    path = f"{account_path(platform, account_id)}/messages"
    return f"{path}?visitor={quote(visitor)}" if visitor else path


def post_link(base_url: str, world: World, post: Post) -> str:
    """The permalink of a post."""
    return base_url + post_path(world, post)


def comment_link(base_url: str, world: World, comment: Comment) -> str:
    """The permalink of a comment."""
    return base_url + comment_path(world, comment)


def picture_link(base_url: str, picture: str) -> str:
    """Where the picture of a post is."""
    return f"{base_url}/static/pictures/{picture}"


def media_link(base_url: str, media: MediaKind) -> str:
    """Where the picture that stands for a comment's photo, video or sticker is."""
    return f"{base_url}/static/pictures/comment-{media.value}.svg"
