"""Someone names us beneath a publication that is not ours."""

from dataclasses import replace

from app.sandbox.seed import SeedAccount
from app.sandbox.world.events import Mentioned, Outcome
from app.sandbox.world.people import person_of
from app.sandbox.world.records import Mention
from app.sandbox.world.refusals import RefusedError, Why
from app.sandbox.world.state import World


def mention(world: World, account: SeedAccount, name: str, text: str) -> Outcome[Mention]:
    """A visitor names the account in a comment beneath a stranger's post."""
    habits = world.habits[account.platform]
    habits.check_visitor_comment(text)
    mention_id, post_id = habits.mention_ids(world.ids.number())
    record = Mention(
        id=mention_id,
        platform=account.platform,
        account_id=account.external_id,
        post_id=post_id,
        author_username=person_of(world, account, name).username,
        text=text,
        at=world.clock.now(),
    )
    world.put(record)
    return Outcome(record, (Mentioned(mention=record, at=record.at),))


def answer(world: World, account: SeedAccount, comment_id: str, text: str) -> Outcome[str]:
    """We answer a mention in a comment; returns the id of the answer."""
    found = world.mentions.get(comment_id)
    if found is None or found.account_id != account.external_id:
        raise RefusedError(Why.GONE, comment_id)
    habits = world.habits[account.platform]
    habits.check_comment(text)
    answer_id, _ = habits.mention_ids(world.ids.number())
    world.put(replace(found, answers=(*found.answers, (answer_id, text))))
    return Outcome(answer_id)
