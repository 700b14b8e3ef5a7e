"""Going round the accounts whose turn it is: how the poller and whoever looks after subscriptions share the work."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from app.messages import Account


class Due(Protocol):
    """Something that is due for an account."""

    @property
    def account(self) -> Account:
        """Whose turn it is."""


D = TypeVar("D", bound=Due)


async def go_round(due: Sequence[D], visit: Callable[[D], Awaitable[None]]) -> None:
    """Visit each account that is due.

    One after the other on each platform, the platforms side by side: one's trouble is no other's (I8).
    """

    async def in_turn(of_platform: Sequence[D]) -> None:
        for one in of_platform:
            await visit(one)

    async with asyncio.TaskGroup() as side_by_side:
        for platform in {one.account.platform for one in due}:
            side_by_side.create_task(in_turn([one for one in due if one.account.platform == platform]))
