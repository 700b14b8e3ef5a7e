"""What a visitor does on the pages; each leads back to where they were."""

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse

from app.sandbox.ground import Ground
from app.sandbox.seed import Platform
from app.sandbox.world import comments, messages
from app.sandbox.world.events import Outcome
from app.sandbox.world.people import person_of
from app.sandbox.world.records import Comment, DirectMessage, Person
from app.sandbox.world.refusals import RefusedError, Why

Text = Annotated[str, Form()]
_YEAR_SECONDS = 365 * 24 * 3600


def add(routes: APIRouter, ground: Ground) -> None:
    """The visitor's acts."""
    world = ground.world

    def tell(outcome: Outcome[Comment] | Outcome[DirectMessage]) -> None:
        ground.announce(outcome.events)

    def own(comment_id: str, author: str) -> Person:
        comment = comments.existing(world, comment_id)
        person = person_of(world, world.account(comment.account_id), author)
        if comment.author_id != person.id:
            raise RefusedError(Why.NOT_OURS, comment_id)
        return person

    @routes.post("/visit/name")
    async def choose_name(name: Text, back: Text = "/") -> RedirectResponse:
        answer = _back(back)
        answer.set_cookie("visitor", quote(" ".join(name.split())), max_age=_YEAR_SECONDS, samesite="lax")
        return answer

    @routes.post("/visit/comment")
    async def write_comment(
        post_id: Text, author: Text, back: Text, text: Text = "", parent_id: Text = ""
    ) -> RedirectResponse:
        try:
            post = world.posts.get(post_id)
            if post is None:
                raise RefusedError(Why.GONE, post_id)
            person = person_of(world, world.account(post.account_id), author)
            tell(comments.write(world, post, person, text.strip(), parent_id=parent_id or None))
        except RefusedError as refusal:
            return _back(back, refusal.why)
        return _back(back)

    @routes.post("/visit/edit")
    async def edit_comment(comment_id: Text, author: Text, back: Text, text: Text = "") -> RedirectResponse:
        try:
            tell(comments.edit(world, comment_id, own(comment_id, author).id, text.strip()))
        except RefusedError as refusal:
            return _back(back, refusal.why)
        return _back(back)

    @routes.post("/visit/remove")
    async def remove_comment(comment_id: Text, author: Text, back: Text) -> RedirectResponse:
        try:
            own(comment_id, author)
            tell(comments.remove(world, comment_id))
        except RefusedError as refusal:
            return _back(back, refusal.why)
        return _back(back)

    @routes.post("/visit/message")
    async def write_message(
        platform: Text, account_id: Text, author: Text, back: Text, text: Text = ""
    ) -> RedirectResponse:
        try:
            account = world.account(account_id)
            if account.platform is not Platform(platform):
                raise RefusedError(Why.GONE, account_id)
            tell(messages.write(world, person_of(world, account, author), text.strip()))
        except (RefusedError, ValueError) as refusal:
            return _back(back, refusal.why if isinstance(refusal, RefusedError) else Why.GONE)
        return _back(back)


def _back(path: str, why: Why | None = None) -> RedirectResponse:
    # Only to pages of our own: an address with a host would begin with two slashes.
    safe = path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"
    if why is not None:
        safe += ("&" if "?" in safe else "?") + urlencode({"error": why.value})
    return RedirectResponse(safe, status_code=303)
