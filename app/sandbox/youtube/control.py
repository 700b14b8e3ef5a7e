"""What tests and the demo may ask of YouTube besides what every platform has: held comments, videos, the quota."""

from dataclasses import replace
from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from app.sandbox.control.asked import Asked, Created, NewComment
from app.sandbox.control.finding import account_of, post_of
from app.sandbox.ground import Ground
from app.sandbox.seed import Platform
from app.sandbox.world.people import person_of
from app.sandbox.world.records import Post
from app.sandbox.world.refusals import RefusedError, Why
from app.sandbox.youtube import quota
from app.sandbox.youtube.feed import notifications
from app.sandbox.youtube.habits import new_video_id
from app.sandbox.youtube.statuses import Status, write
from app.sandbox.youtube.texts import title_and_description
from app.sandbox.youtube.thread_calls import video_of


class NewYouTubeComment(NewComment):
    """A visitor's comment; with `held`, YouTube's own filter takes it before anybody sees it."""

    media: None = None
    held: Literal["heldForReview", "likelySpam"] | None = None


class NewVideo(Asked):
    """A video that a channel publishes: told to whoever is subscribed to its feed."""

    title: str = Field(min_length=1, max_length=100)
    description: str = ""
    account_id: str | None = None
    picture: str = "campus.svg"


class ChangedVideo(Asked):
    """What is changed of a video; a new title or description is told as a new video is."""

    title: str | None = Field(default=None, min_length=1, max_length=100)
    description: str | None = None
    takes_comments: bool | None = None


def router(ground: Ground) -> APIRouter:
    """The orders of YouTube's own."""
    routes = APIRouter(prefix="/control/youtube", tags=["control"])
    world = ground.world

    def tell(post: Post) -> None:
        for request in notifications(world, post):
            ground.deliverer.send(request)

    @routes.post("/comments")
    async def write_comment(asked: NewYouTubeComment) -> Created:
        post = post_of(world, Platform.YOUTUBE, asked)
        author = person_of(world, world.account(post.account_id), asked.author)
        status = Status(asked.held) if asked.held is not None else None
        written = write(world, post, author, asked.text, parent_id=asked.parent_id, status=status)
        return Created(id=written.id)

    @routes.post("/videos")
    async def publish_video(asked: NewVideo) -> Created:
        account = account_of(world, Platform.YOUTUBE, asked.account_id)
        post = Post(
            id=new_video_id(world.ids.number()),
            platform=Platform.YOUTUBE,
            account_id=account.external_id,
            text=_text(asked.title, asked.description),
            picture=asked.picture,
            created_at=world.clock.now(),
        )
        world.put(post)
        tell(post)
        return Created(id=post.id)

    @routes.post("/videos/{video_id}/edit")
    async def change_video(video_id: str, asked: ChangedVideo) -> Created:
        post = video_of(world, video_id)
        if post is None:
            raise RefusedError(Why.GONE, video_id)
        changed = _changed(post, asked)
        world.put(changed)
        if changed.text != post.text:
            tell(changed)
        return Created(id=video_id)

    @routes.get("/quota")
    async def look_at_quota() -> dict[str, object]:
        spent = quota.today(world)
        return {"day": spent.day, "units": spent.units, "limit": ground.settings.youtube_daily_units}

    return routes


def _changed(post: Post, asked: ChangedVideo) -> Post:
    title, description = title_and_description(post.text)
    text = _text(asked.title or title, description if asked.description is None else asked.description)
    takes_comments = post.takes_comments if asked.takes_comments is None else asked.takes_comments
    return replace(post, text=text, takes_comments=takes_comments)


def _text(title: str, description: str) -> str:
    return f"{' '.join(title.split())}\n{description}".rstrip()
