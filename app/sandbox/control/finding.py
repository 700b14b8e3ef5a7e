"""Finding what an order is about."""

from app.sandbox.control.asked import NewComment
from app.sandbox.seed import Platform, SeedAccount
from app.sandbox.world import comments
from app.sandbox.world.records import Post
from app.sandbox.world.refusals import RefusedError, Why
from app.sandbox.world.state import World


def account_of(world: World, platform: Platform, account_id: str | None) -> SeedAccount:
    """The account by id or handle; the platform's first if none is named."""
    accounts = world.accounts_on(platform)
    if account_id is None:
        return accounts[0]
    for account in accounts:
        if account_id in {account.external_id, account.handle}:
            return account
    raise RefusedError(Why.GONE, account_id)


def post_of(world: World, platform: Platform, asked: NewComment) -> Post:
    """The post that a comment goes beneath; the first account's first post if none is named."""
    if asked.post_id is None and asked.parent_id is not None:
        return world.posts[comments.existing(world, asked.parent_id).post_id]
    if asked.post_id is None:
        account = account_of(world, platform, asked.account_id)
        return next(post for post in world.posts_of(account.external_id) if post.product != "LIVE")
    post = world.posts.get(asked.post_id)
    if post is None or post.platform is not platform:
        raise RefusedError(Why.GONE, asked.post_id)
    return post
