"""Doing together what is asked for at the same time: one transaction for many, without making anyone wait for more."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Batcher(Generic[Asked, Answer]):
    """Gathers what comes in while earlier batches are under way, and hands it over as the next.

    `do` answers a whole batch, in its order, all or nothing. A batch that fails is done once more one by one, so that
    nobody fails for another's sake. Nothing is delayed: alone, a request is a batch of one. `at_once`: so many batches
    may be under way side by side, so that one is prepared while another waits for its commit.
    """

    def __init__(
        self,
        do: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer]]],
        *,
        at_most: int = 100,
        at_once: int = 1,
        size: Callable[[Asked], int] = lambda _: 0,
        size_limit: int = 4 * 1024 * 1024,
    ) -> None:
        self._do = do
        self._at_most = at_most
        self._at_once = at_once
        self._size = size
        self._size_limit = size_limit
        self._waiting: list[tuple[Asked, asyncio.Future[Answer]]] = []
        self._working: list[asyncio.Task[None]] = []

    async def ask(self, asked: Asked) -> Answer:
        """Have this done and return its answer, or raise what it raised."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        self._working = [task for task in self._working if not task.done()]
        if len(self._working) < self._at_once:
            # In a context of its own: a batch belongs to nobody's request or job, nor do the lines it logs.
            self._working.append(asyncio.create_task(self._work(), context=Context()))
        return await answer

    async def _work(self) -> None:
        while self._waiting:
            batch = self._next()
            if not batch:
                continue
            try:
                answers = await self._do([asked for asked, _ in batch])
            except Exception as error:  # noqa: BLE001  (handed to whoever asked, after a try of its own)
                if len(batch) == 1:
                    _fail(batch[0][1], error)
                else:
                    for asked, answer in batch:
                        await self._alone(asked, answer)
                continue
            for (_, answer), value in zip(batch, answers, strict=True):
                if not answer.done():
                    answer.set_result(value)

    async def _alone(self, asked: Asked, answer: "asyncio.Future[Answer]") -> None:
        try:
            (value,) = await self._do([asked])
        except Exception as error:  # noqa: BLE001  (handed to whoever asked)
            _fail(answer, error)
        else:
            if not answer.done():
                answer.set_result(value)

    def _next(self) -> list[tuple[Asked, "asyncio.Future[Answer]"]]:
        taken, size = 0, 0
        for asked, _ in self._waiting[: self._at_most]:
            size += self._size(asked)
            if taken and size > self._size_limit:
                break
            taken += 1
        batch, self._waiting = self._waiting[:taken], self._waiting[taken:]
        # Who no longer waits (a closed connection) is not worked for.
        return [entry for entry in batch if not entry[1].done()]


def _fail(answer: "asyncio.Future[Answer]", error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
