"""Letting people write what the stream says, and remembering what became an item on a platform."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import httpx

from app.sandbox.seed import Platform
from tests.chaos.stage import Stage
from tests.chaos.stream import Act, Step
from tests.chaos.strike import Striking


@dataclass(slots=True, kw_only=True)
class Item:
    """One comment or message as its author left it: all its texts' labels, whether they took it back themselves.

    `was_lost`: the webhook of its writing was lost on purpose.
    """

    platform: Platform
    id: str
    is_dm: bool
    parent: str | None
    text: str
    labels: list[str]
    was_lost: bool
    is_removed: bool = False


@dataclass(slots=True, kw_only=True)
class Writing:
    """Who writes."""

    stage: Stage
    striking: Striking
    items: dict[int, Item] = field(default_factory=dict)
    refused: int = 0
    _turns: dict[int, asyncio.Event] = field(default_factory=dict)

    async def write_all(self, steps: Sequence[Step], *, seconds: float) -> None:
        """Carry out every step at its time, whether or not the service keeps up."""
        self._turns = {step.number: asyncio.Event() for step in steps}
        begun = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            for step in steps:
                await asyncio.sleep(max(0.0, begun + step.at * seconds - time.monotonic()))
                tasks.create_task(self._in_turn(step))

    async def _in_turn(self, step: Step) -> None:
        if step.of is not None:
            await self._turns[step.of].wait()
        try:
            await self._take(step)
        finally:
            self._turns[step.number].set()

    async def _take(self, step: Step) -> None:
        subject = self.items.get(step.of) if step.of is not None else None
        if step.of is not None and (subject is None or subject.is_removed):
            return
        while step.act in (Act.EDIT, Act.REMOVE) and self.striking.is_losing:
            await asyncio.sleep(0.2)  # no platform tells of these when asked later
        was_lost = self.striking.is_losing
        match step.act:
            case Act.COMMENT | Act.DM:
                kind = "dms" if step.act is Act.DM else "comments"
                made = await self._post(f"{step.platform}/{kind}", {"author": step.author, "text": step.text})
                if made is not None:
                    self._keep(step, made, parent=None, was_lost=was_lost)
            case Act.ANSWER:
                assert subject is not None
                body = {"author": step.author, "text": step.text, "parent_id": subject.id}
                made = await self._post(f"{step.platform}/comments", body)
                if made is not None:
                    self._keep(step, made, parent=subject.id, was_lost=was_lost)
            case Act.EDIT:
                assert subject is not None
                if await self._post(f"{_path(subject)}/edit", {"text": step.text}) is not None:
                    subject.text = step.text
                    subject.labels.append(step.label)
            case Act.REMOVE:
                assert subject is not None
                subject.is_removed = await self._post(f"{_path(subject)}/remove", {}) is not None

    def _keep(self, step: Step, item_id: str, *, parent: str | None, was_lost: bool) -> None:
        self.items[step.number] = Item(
            platform=step.platform,
            id=item_id,
            is_dm=step.act is Act.DM,
            parent=parent,
            text=step.text,
            labels=[step.label],
            was_lost=was_lost or self.striking.is_losing,
        )

    async def _post(self, path: str, body: dict[str, str]) -> str | None:
        """The id of what was written; None where the platform did not let them (blocked, gone)."""
        answer = await self.stage.sandbox.post(f"/control/{path}", json=body)
        if answer.status_code in (httpx.codes.NOT_FOUND, httpx.codes.CONFLICT):
            self.refused += 1
            return None
        answer.raise_for_status()
        return str(answer.json()["id"])


def _path(item: Item) -> str:
    return f"{item.platform}/{'dms' if item.is_dm else 'comments'}/{quote(item.id, safe='')}"
