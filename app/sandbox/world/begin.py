"""How the world begins: the seeded posts, and what was written beneath them before."""

import zlib
from collections.abc import Iterable
from datetime import timedelta

from app.sandbox.seed import SeedPost
from app.sandbox.world.people import person_of
from app.sandbox.world.records import Comment, Post
from app.sandbox.world.state import World


def publish(world: World, posts: Iterable[SeedPost]) -> None:
    """Put what is missing of the seeded posts; a world that has begun already keeps what it has."""
    for seeded in posts:
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
        number = 1_200_000_000_000_000 + _number_of(post) * 10 + place
        world.put(
            Comment(
                id=world.habits[account.platform].comment_id(post, number),
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


def _number_of(post: Post) -> int:
    """Nine digits of the post's id, or made of it: the same at each beginning."""
    digits = post.id[-9:]
    return int(digits) if digits.isdecimal() else zlib.crc32(post.id.encode()) % 10**9
