"""Visitors change what they wrote, and the account's people answer on the platform itself."""

from fastapi import APIRouter

from app.sandbox.control.asked import Created, NewText
from app.sandbox.ground import Ground
from app.sandbox.seed import Platform
from app.sandbox.world import comments, messages
from app.sandbox.world.refusals import RefusedError, Why


def add_changes(routes: APIRouter, ground: Ground) -> None:
    """Visitors change what they wrote; our people answer by hand."""

    @routes.post("/{platform}/comments/{comment_id}/edit")
    async def edit_comment(platform: Platform, comment_id: str, asked: NewText) -> Created:
        comment = comments.existing(ground.world, comment_id)
        outcome = comments.edit(ground.world, comment_id, comment.author_id, asked.text)
        ground.announce(outcome.events)
        return Created(id=comment_id)

    @routes.post("/{platform}/comments/{comment_id}/remove")
    async def remove_comment(platform: Platform, comment_id: str) -> Created:
        outcome = comments.remove(ground.world, comment_id)
        ground.announce(outcome.events)
        return Created(id=comment_id)

    @routes.post("/{platform}/comments/{comment_id}/answer")
    async def answer_by_hand(platform: Platform, comment_id: str, asked: NewText) -> Created:
        """The account's own people answer on the platform itself, not through the API."""
        comment = comments.existing(ground.world, comment_id)
        answered = comment_id if ground.world.habits[platform].keeps_depth else comment.parent_id or comment_id
        outcome = comments.answer(ground.world, ground.world.account(comment.account_id), answered, asked.text)
        ground.announce(outcome.events)
        return Created(id=outcome.result.id)

    @routes.post("/{platform}/dms/{message_id}/edit")
    async def edit_message(platform: Platform, message_id: str, asked: NewText) -> Created:
        outcome = messages.edit(ground.world, message_id, asked.text)
        ground.announce(outcome.events)
        return Created(id=message_id)

    @routes.post("/{platform}/dms/{message_id}/remove")
    async def unsend_message(platform: Platform, message_id: str) -> Created:
        outcome = messages.unsend(ground.world, message_id)
        ground.announce(outcome.events)
        return Created(id=message_id)

    @routes.post("/{platform}/dms/{message_id}/answer")
    async def answer_message_by_hand(platform: Platform, message_id: str, asked: NewText) -> Created:
        """The account's own people answer in the platform's inbox, not through the API."""
        message = ground.world.messages.get(message_id)
        if message is None:
            raise RefusedError(Why.GONE, message_id)
        outcome = messages.answer(ground.world, ground.world.people[message.person_id], asked.text)
        ground.announce(outcome.events)
        return Created(id=outcome.result.id)
