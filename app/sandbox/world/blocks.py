"""Barring a person: from the Page (comments and messages), or from its inbox alone."""

from dataclasses import replace

from app.sandbox.seed import Platform
from app.sandbox.world import messages
from app.sandbox.world.records import Block, Person
from app.sandbox.world.refusals import RefusedError, Why
from app.sandbox.world.state import World


def bar(world: World, person: Person) -> None:
    """Bar the person from interacting with the account at all."""
    _put(world, person, from_comments=True, from_messages=True)


def bar_in_inbox(world: World, person: Person) -> None:
    """Bar through the conversation; on Instagram that is a full block, and needs a thread the person wrote in.

    Whether a private reply alone makes such a thread is not documented, so it does not here.
    """
    if person.platform is Platform.INSTAGRAM:
        if messages.last_written_at(world, person) is None:
            raise RefusedError(Why.NO_THREAD, person.id)
        bar(world, person)
        return
    block = world.block_of(person.account_id, person.id)
    _put(world, person, from_comments=block is not None and block.from_comments, from_messages=True)


def unbar(world: World, person: Person) -> None:
    """Lift every bar on the person."""
    _put(world, person, from_comments=False, from_messages=False)


def unbar_in_inbox(world: World, person: Person) -> None:
    """Lift the inbox's bar; on Instagram the whole one."""
    block = world.block_of(person.account_id, person.id)
    keeps_page_bar = person.platform is Platform.FACEBOOK and block is not None and block.from_comments
    _put(world, person, from_comments=keeps_page_bar, from_messages=keeps_page_bar)


def barred_people(world: World, account_id: str) -> list[Person]:
    """Who is barred from the account's public side."""
    return [
        world.people[block.person_id]
        for block in world.blocks.values()
        if block.account_id == account_id and block.from_comments
    ]


def _put(world: World, person: Person, *, from_comments: bool, from_messages: bool) -> None:
    block = world.block_of(person.account_id, person.id) or Block(
        account_id=person.account_id,
        person_id=person.id,
        at=world.clock.now(),
        from_comments=False,
        from_messages=False,
    )
    world.put(replace(block, at=world.clock.now(), from_comments=from_comments, from_messages=from_messages))
