"""Orders to the simulation itself."""

from datetime import timedelta

from fastapi import APIRouter

from app.sandbox.control.asked import ClockOrder, FaultOrder, WebhookOrder
from app.sandbox.control.finding import account_of
from app.sandbox.ground import Ground
from app.sandbox.seed import Platform
from app.sandbox.world.records import ClockShift


def add_orders(routes: APIRouter, ground: Ground) -> None:
    """Faults, the clock, webhooks, and beginning anew."""

    @routes.post("/faults")
    async def order_fault(asked: FaultOrder) -> list[dict[str, object]]:
        if asked.seed is not None:
            ground.faults.random.seed(asked.seed)
        ground.faults.order(
            asked.platform,
            asked.kind,
            rate=asked.rate,
            for_seconds=asked.for_seconds,
            slow_seconds=asked.slow_seconds,
        )
        return _faults(ground)

    @routes.get("/faults")
    async def faults() -> list[dict[str, object]]:
        return _faults(ground)

    @routes.post("/clock")
    async def shift_clock(asked: ClockOrder) -> dict[str, object]:
        shift = timedelta() if asked.reset else ground.world.clock.shift
        shift += timedelta(seconds=asked.shift_seconds)
        ground.world.put(ClockShift(seconds=shift.total_seconds()))
        return {"now": ground.world.clock.now().isoformat(), "shift_seconds": shift.total_seconds()}

    @routes.post("/webhooks")
    async def order_webhooks(asked: WebhookOrder) -> dict[str, object]:
        ground.deliverer.mode = asked.mode or ground.deliverer.mode
        ground.deliverer.copies = asked.copies or ground.deliverer.copies
        released = ground.deliverer.release(is_reversed=asked.reverse) if asked.release else 0
        return {**_webhooks(ground), "released": released}

    @routes.get("/webhooks")
    async def webhooks() -> dict[str, object]:
        return _webhooks(ground)

    @routes.post("/{platform}/handshake")
    async def handshake(platform: Platform) -> dict[str, object]:
        """Subscribe anew: ask the service to repeat the challenge, as the platform's dashboard does."""
        account = account_of(ground.world, platform, None)
        challenge = str(ground.world.ids.number())
        status, is_confirmed = await ground.deliverer.handshake(ground.simulated[platform], account, challenge)
        return {"status": status, "confirmed": is_confirmed}

    @routes.post("/reset")
    async def reset() -> dict[str, bool]:
        ground.reset()
        return {"reset": True}


def _faults(ground: Ground) -> list[dict[str, object]]:
    return [{"platform": fault.platform, "kind": fault.kind, "rate": fault.rate} for fault in ground.faults.in_force()]


def _webhooks(ground: Ground) -> dict[str, object]:
    return {
        "mode": ground.deliverer.mode,
        "copies": ground.deliverer.copies,
        "waiting": ground.deliverer.unfinished,
        **ground.deliverer.counts,
        "newest": [
            {
                "platform": delivery.request.platform,
                "attempts": delivery.attempts,
                "status": delivery.status,
                "done": delivery.is_done,
                "body": delivery.request.body.decode(),
            }
            for delivery in list(ground.deliverer.newest)[-50:]
        ],
    }
