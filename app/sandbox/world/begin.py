"""How the world begins: the seeded posts, what was written beneath them before, every webhook field installed."""

from datetime import timedelta
from typing import Final

from app.sandbox.seed import Platform
from app.sandbox.seed_posts import POSTS, SeedPost
from app.sandbox.world.people import person_of
from app.sandbox.world.records import Comment, Post, Subscription
from app.sandbox.world.state import World

PAGE_FIELDS: Final = (
    "feed",
    "mention",
    "messages",
    "message_echoes",
    "message_edits",
    "message_reads",
    "message_deliveries",
    "message_reactions",
    "messaging_postbacks",
    "messaging_policy_enforcement",
    "standby",
)


def begin(world: World) -> None:
    """Put what is missing of the seeded world; a world that has begun already keeps what it has."""
    for account in world.accounts.values():
        if account.page_id not in world.subscriptions:
            world.put(Subscription(page_id=account.page_id, fields=PAGE_FIELDS))
    for seeded in POSTS:
        if seeded.account_id in world.accounts and seeded.id not in world.posts:
            _publish(world, seeded)


def _publish(world: World, seeded: SeedPost) -> None:
    account = world.account(seeded.account_id)
    post = Post(
        id=seeded.id,
        platform=account.platform,
        account_id=account.external_id,
        text=seeded.text,
        picture=seeded.picture,
        created_at=world.clock.now() - seeded.age,
        shortcode=seeded.shortcode,
        product=seeded.product,
    )
    world.put(post)
    for place, (name, text) in enumerate(seeded.comments, start=1):
        author = person_of(world, account, name)
        number = 1_200_000_000_000_000 + int(post.id[-9:]) * 10 + place
        is_facebook = account.platform is Platform.FACEBOOK
        world.put(
            Comment(
                id=f"{post.id.partition('_')[2]}_{number}" if is_facebook else f"17{number % 10**15:015d}",
                platform=account.platform,
                account_id=account.external_id,
                post_id=post.id,
                parent_id=None,
                author_id=author.id,
                author_name=author.name,
                author_username=author.username,
                text=text,
                created_at=post.created_at + place * timedelta(minutes=11),
            )
        )
