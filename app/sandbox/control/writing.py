"""Visitors write, by order of a test or check."""

from fastapi import APIRouter

from app.sandbox.control.asked import Created, NewComment, NewMessage, Reachable
from app.sandbox.control.finding import account_of, post_of
from app.sandbox.ground import Ground
from app.sandbox.seed import Platform
from app.sandbox.world import comments, mentions, messages
from app.sandbox.world.people import person_of, set_reachable


def add_writing(routes: APIRouter, ground: Ground) -> None:
    """Visitors write: comments, direct messages, mentions."""

    @routes.post("/{platform}/comments")
    async def write_comment(platform: Platform, asked: NewComment) -> Created:
        post = post_of(ground.world, platform, asked)
        author = person_of(ground.world, ground.world.account(post.account_id), asked.author)
        outcome = comments.write(ground.world, post, author, asked.text, parent_id=asked.parent_id, media=asked.media)
        ground.announce(outcome.events)
        return Created(id=outcome.result.id)

    @routes.post("/{platform}/dms")
    async def write_message(platform: Platform, asked: NewMessage) -> Created:
        person = person_of(ground.world, account_of(ground.world, platform, asked.account_id), asked.author)
        outcome = messages.write(ground.world, person, asked.text)
        ground.announce(outcome.events)
        return Created(id=outcome.result.id)

    @routes.post("/{platform}/mentions")
    async def write_mention(platform: Platform, asked: NewMessage) -> Created:
        account = account_of(ground.world, platform, asked.account_id)
        outcome = mentions.mention(ground.world, account, asked.author, asked.text)
        ground.announce(outcome.events)
        return Created(id=outcome.result.id)

    @routes.post("/{platform}/people")
    async def change_person(platform: Platform, asked: Reachable) -> Created:
        person = person_of(ground.world, account_of(ground.world, platform, asked.account_id), asked.author)
        return Created(id=set_reachable(ground.world, person, is_reachable=asked.reachable).id)
