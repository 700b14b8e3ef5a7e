"""What waits at the same time is done together, and nobody waits for ever."""

import asyncio
from collections.abc import Sequence

import pytest

from app.batching import Batcher


class Bench:
    """Does batches when it is let; knows which were under way at the same time."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.most_at_once = 0
        self.gate = asyncio.Event()
        self._under_way = 0

    async def do(self, asked: Sequence[int]) -> Sequence[int]:
        self.batches.append(list(asked))
        self._under_way += 1
        self.most_at_once = max(self.most_at_once, self._under_way)
        await self.gate.wait()
        self._under_way -= 1
        if 13 in asked:
            raise ValueError("thirteen")
        return [number * 10 for number in asked]


async def _ask_one_after_the_other(batcher: Batcher[int, int], numbers: Sequence[int]) -> list[asyncio.Task[int]]:
    tasks = []
    for number in numbers:
        tasks.append(asyncio.create_task(batcher.ask(number)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    return tasks


async def test_what_comes_while_a_batch_is_under_way_is_the_next() -> None:
    bench = Bench()
    asked = await _ask_one_after_the_other(Batcher(bench.do), [1, 2, 3])

    bench.gate.set()

    assert await asyncio.gather(*asked) == [10, 20, 30]
    assert bench.batches == [[1], [2, 3]]


async def test_so_many_batches_are_under_way_side_by_side_and_no_more() -> None:
    bench = Bench()
    asked = await _ask_one_after_the_other(Batcher(bench.do, at_once=2), [1, 2, 3, 4])

    bench.gate.set()

    assert await asyncio.gather(*asked) == [10, 20, 30, 40]
    assert bench.batches == [[1], [2], [3, 4]]
    assert bench.most_at_once == 2


async def test_who_asks_when_the_last_batch_has_just_ended_is_answered() -> None:
    bench = Bench()
    bench.gate.set()
    batcher = Batcher(bench.do, at_once=2)

    async def ask_at_once_again(number: int) -> int:
        await batcher.ask(number)
        return await batcher.ask(number + 1)

    answers = await asyncio.wait_for(asyncio.gather(*(ask_at_once_again(number) for number in range(20, 40))), 5)

    assert answers == [(number + 1) * 10 for number in range(20, 40)]


async def test_one_that_fails_makes_no_other_fail() -> None:
    bench = Bench()
    asked = await _ask_one_after_the_other(Batcher(bench.do), [1, 2, 13])

    bench.gate.set()

    assert await asked[1] == 20
    with pytest.raises(ValueError, match="thirteen"):
        await asked[2]
