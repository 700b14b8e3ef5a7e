"""Delivering webhooks: asynchronously, several at a time, tried again with growing pauses, within bounds."""

import asyncio
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

import httpx
import structlog

from app.sandbox.seed import SeedAccount
from app.sandbox.simulated import Simulated, WebhookRequest

log = structlog.get_logger(__name__)

AT_ONCE: Final = 8
MOST_WAITING: Final = 50_000
KEPT: Final = 1_000
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 30.0


class Mode(StrEnum):
    """What becomes of new webhooks: sent, held back until sent again, or lost on the way."""

    SEND = "send"
    HOLD = "hold"
    LOSE = "lose"


@dataclass(slots=True)
class Delivery:
    """A webhook under way. `status` is the receiver's last answer, None where there was none."""

    request: WebhookRequest
    begun_at: float = field(default_factory=time.monotonic)
    attempts: int = 0
    status: int | None = None
    is_done: bool = False


class Deliverer:
    """Posts webhooks to ``{url}/webhooks/{platform}``, or where they say. Without a url, or before `run`, none leaves.

    Order is not promised, as it is not by the platforms.
    """

    def __init__(self, http: httpx.AsyncClient, url: str | None, *, timeout: timedelta, retry_for: timedelta) -> None:
        self._http = http
        self._url = url.rstrip("/") if url else None
        self._timeout = timeout.total_seconds()
        self._retry_for = retry_for.total_seconds()
        self._waiting: asyncio.Queue[Delivery] = asyncio.Queue()
        self._held: list[Delivery] = []
        self._paused: dict[int, asyncio.TimerHandle] = {}
        self._unfinished = 0
        self._round = 0
        self.copies = 1
        self.mode = Mode.SEND
        self.newest: deque[Delivery] = deque(maxlen=KEPT)
        self.counts = {"delivered": 0, "given_up": 0, "dropped": 0}

    @property
    def unfinished(self) -> int:
        """How many deliveries are waiting, under way, or to be tried again; those held back are not counted."""
        return self._unfinished

    def send(self, request: WebhookRequest) -> None:
        """Take a webhook for delivery. When too many are waiting, the new one is dropped and counted."""
        has_address = self._url is not None or request.url is not None
        if not has_address or self.mode is Mode.LOSE or self._unfinished >= MOST_WAITING:
            self.counts["dropped"] += has_address
            return
        for _ in range(self.copies):
            delivery = Delivery(request)
            self.newest.append(delivery)
            if self.mode is Mode.HOLD:
                self._held.append(delivery)
            else:
                self._queue(delivery)

    def release(self, *, is_reversed: bool = False) -> int:
        """Send what was held back, from the newest if reversed; returns how many."""
        held, self._held = self._held, []
        for delivery in reversed(held) if is_reversed else held:
            self._queue(delivery)
        return len(held)

    def clear(self) -> None:
        """Forget all that waits; what is under way just now may still arrive."""
        self._round += 1
        while not self._waiting.empty():
            self._waiting.get_nowait()
        for timer in self._paused.values():
            timer.cancel()
        self._paused.clear()
        self._held, self._unfinished, self.copies, self.mode = [], 0, 1, Mode.SEND
        self.newest.clear()
        self.counts = dict.fromkeys(self.counts, 0)

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with asyncio.TaskGroup() as workers:
            for _ in range(AT_ONCE):
                workers.create_task(self._work())

    async def handshake(self, simulated: Simulated, account: SeedAccount, challenge: str) -> tuple[int | None, bool]:
        """Ask the receiver to confirm the subscription; returns its status and whether it proved itself."""
        url = f"{self._url}/webhooks/{account.platform}"
        try:
            response = await simulated.handshake(self._http, url, account, challenge)
        except httpx.HTTPError:
            return None, False
        return response.status_code, simulated.is_confirmed(response, account, challenge)

    def _queue(self, delivery: Delivery) -> None:
        self._unfinished += 1
        self._waiting.put_nowait(delivery)

    async def _work(self) -> None:
        while True:
            delivery = await self._waiting.get()
            begun_in = self._round
            await self._attempt(delivery)
            if begun_in == self._round:
                self._settle(delivery)

    async def _attempt(self, delivery: Delivery) -> None:
        request = delivery.request
        headers = {"content-type": "application/json", **request.headers}
        delivery.attempts += 1
        delivery.status = None
        with suppress(httpx.HTTPError):
            response = await self._http.post(
                request.url or f"{self._url}/webhooks/{request.platform}",
                content=request.body,
                headers=headers,
                timeout=self._timeout,
            )
            delivery.status = response.status_code

    def _settle(self, delivery: Delivery) -> None:
        if delivery.status is not None and 200 <= delivery.status < 300:
            self._finish(delivery, "delivered")
            return
        pause = min(FIRST_PAUSE * 2 ** (delivery.attempts - 1), LONGEST_PAUSE)
        if time.monotonic() - delivery.begun_at + pause > self._retry_for:
            log.warning("sandbox_webhook_given_up", attempts=delivery.attempts, status=delivery.status)
            self._finish(delivery, "given_up")
            return
        loop = asyncio.get_running_loop()
        self._paused[id(delivery)] = loop.call_later(pause, self._try_again, delivery)

    def _try_again(self, delivery: Delivery) -> None:
        self._paused.pop(id(delivery), None)
        self._waiting.put_nowait(delivery)

    def _finish(self, delivery: Delivery, how: str) -> None:
        delivery.is_done = True
        self._unfinished -= 1
        self.counts[how] += 1
