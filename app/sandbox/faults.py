"""Faults on order: a platform that answers errors, late, or never."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from app.sandbox.seed import Platform


class FaultKind(StrEnum):
    """What goes wrong. Of `timeout` nothing is done; of `lost_response` all is done and the answer never arrives."""

    HTTP_500 = "http_500"
    HTTP_429 = "http_429"
    TIMEOUT = "timeout"
    LOST_RESPONSE = "lost_response"
    EXPIRED_TOKEN = "expired_token"  # noqa: S105 - the name of a fault
    SLOW = "slow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One order: the share of calls it meets, until when (in the clock's seconds), and how slow `slow` is."""

    platform: Platform
    kind: FaultKind
    rate: float
    until: float
    slow_seconds: float = 3.0


class Faults:
    """The orders in force, the newest first. `clock` gives rising seconds."""

    def __init__(self, clock: Callable[[], float], random: Random) -> None:
        self._clock = clock
        self.random = random
        self._orders: list[Fault] = []

    def order(
        self, platform: Platform, kind: FaultKind, *, rate: float, for_seconds: float, slow_seconds: float = 3.0
    ) -> None:
        """Let a fault come; a rate or time of 0 ends the one of this kind."""
        self._orders = [fault for fault in self._orders if (fault.platform, fault.kind) != (platform, kind)]
        if rate > 0 and for_seconds > 0:
            until = self._clock() + for_seconds
            order = Fault(platform=platform, kind=kind, rate=rate, until=until, slow_seconds=slow_seconds)
            self._orders.insert(0, order)

    def strike(self, platform: Platform, spared: frozenset[FaultKind] = frozenset()) -> Fault | None:
        """The fault that meets the next call, if any does."""
        for fault in self.in_force():
            is_meant = fault.platform is platform and fault.kind not in spared
            if is_meant and self.random.random() < fault.rate:
                return fault
        return None

    def in_force(self) -> list[Fault]:
        """The orders whose time is not over."""
        now = self._clock()
        self._orders = [fault for fault in self._orders if fault.until > now]
        return list(self._orders)

    def minutes_left(self, fault: Fault) -> int:
        """How long a fault stays, in whole minutes as the usage header tells them; less than one is 0."""
        return self.seconds_left(fault) // 60

    def seconds_left(self, fault: Fault) -> int:
        """How long a fault stays, in whole seconds."""
        return math.floor(max(0.0, fault.until - self._clock()))

    def clear(self) -> None:
        """End all faults."""
        self._orders = []
