"""Someone names us beneath a publication that is not ours."""

from dataclasses import replace

from app.sandbox.seed import Platform, SeedAccount
from app.sandbox.world.events import Mentioned, Outcome
from app.sandbox.world.people import person_of
from app.sandbox.world.records import Mention
from app.sandbox.world.refusals import RefusedError, Why
from app.sandbox.world.state import World
from app.sandbox.world.texts import check_comment, check_visitor_comment


def mention(world: World, account: SeedAccount, name: str, text: str) -> Outcome[Mention]:
    """A visitor names the account in a comment beneath a stranger's post."""
    check_visitor_comment(account.platform, text)
    number = world.ids.number()
    is_facebook = account.platform is Platform.FACEBOOK
    record = Mention(
        id=f"900000000000001_{number}" if is_facebook else f"19{number % 10**15:015d}",
        platform=account.platform,
        account_id=account.external_id,
        post_id="800000000000001_900000000000001" if is_facebook else "17900000000000001",
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
    check_comment(account.platform, text)
    answer_id = f"19{world.ids.number() % 10**15:015d}"
    world.put(replace(found, answers=(*found.answers, (answer_id, text))))
    return Outcome(answer_id)
