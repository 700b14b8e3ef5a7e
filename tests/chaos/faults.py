"""What goes wrong, and when. Pure: the same seed, the same faults at the same times."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from app.sandbox.seed import Platform


class Kind(StrEnum):
    """A fault; those from `TIMEOUT` to `TOKEN` are the sandbox's own."""

    KILL_WORKER = "worker killed"
    KILL_API = "service killed"
    STOP_WORKER = "worker stopped (SIGTERM)"
    FREEZE_WORKER = "worker frozen, then going on"
    POSTGRES = "PostgreSQL struck down and brought back"
    DISK = "disk full for evidence"
    TIMEOUT = "timeout"
    LOST_RESPONSE = "lost_response"
    SERVER_ERROR = "http_500"
    SLOW = "slow"
    LIMIT = "http_429"
    TOKEN = "expired_token"
    COPIES = "webhooks doubled"
    HOLD = "webhooks held, then in reverse"
    LOSE = "webhooks lost"
    CLOCK = "platforms' clock put forward"


OF_PLATFORMS = frozenset({Kind.TIMEOUT, Kind.LOST_RESPONSE, Kind.SERVER_ERROR, Kind.SLOW, Kind.LIMIT, Kind.TOKEN})
# Not told by a clock of ours: after this answer LinkedIn is left alone until its day is over, so it comes late.
CLOSES_FOR_THE_DAY = frozenset({Platform.LINKEDIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault: when it begins and how long it stays, both in seconds; `number` chooses whom it meets."""

    kind: Kind
    at: float
    seconds: float
    number: int
    platform: Platform | None = None
    rate: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How often a fault comes, in the mean, in seconds; and how long it stays."""

    every: float
    seconds: tuple[float, float]
    rate: tuple[float, float] = (1.0, 1.0)


HABITS = {
    Kind.KILL_WORKER: Habit(every=12, seconds=(0, 0)),
    Kind.KILL_API: Habit(every=15, seconds=(0, 0)),
    Kind.STOP_WORKER: Habit(every=40, seconds=(0, 0)),
    Kind.FREEZE_WORKER: Habit(every=45, seconds=(3, 30)),
    Kind.POSTGRES: Habit(every=45, seconds=(0, 6)),
    Kind.DISK: Habit(every=60, seconds=(5, 20)),
    Kind.TIMEOUT: Habit(every=20, seconds=(4, 12), rate=(0.3, 1.0)),
    Kind.LOST_RESPONSE: Habit(every=8, seconds=(6, 20), rate=(0.3, 1.0)),
    Kind.SERVER_ERROR: Habit(every=20, seconds=(4, 20), rate=(0.3, 1.0)),
    Kind.SLOW: Habit(every=25, seconds=(4, 15), rate=(0.3, 1.0)),
    Kind.LIMIT: Habit(every=60, seconds=(3, 8), rate=(0.3, 1.0)),
    Kind.TOKEN: Habit(every=60, seconds=(2, 6)),
    Kind.COPIES: Habit(every=25, seconds=(5, 15)),
    Kind.HOLD: Habit(every=30, seconds=(3, 12)),
    Kind.LOSE: Habit(every=90, seconds=(2, 6)),
    Kind.CLOCK: Habit(every=90, seconds=(0, 0)),
}


def make_faults(
    seed: int,
    *,
    seconds: float,
    platforms: Sequence[Platform],
    allowed: Callable[[Kind], bool] = lambda _: True,
    speed: float = 1.0,
) -> list[Fault]:
    """The faults of a run of so many seconds, all over before its end; `speed` above 1 makes them come more often."""
    faults: list[Fault] = []
    for kind, habit in HABITS.items():
        # Each kind by itself: one more kind changes nothing of the others.
        random = Random(f"faults {seed} {kind}")
        at = random.expovariate(speed / habit.every)
        while at < seconds:
            platform = random.choice(platforms) if kind in OF_PLATFORMS else None
            lasts = random.uniform(*habit.seconds)
            fault = Fault(
                kind=kind,
                at=at,
                seconds=min(lasts, seconds - at),
                number=random.randrange(1_000_000),
                platform=platform,
                rate=random.uniform(*habit.rate),
            )
            comes_late = kind is Kind.LIMIT and platform in CLOSES_FOR_THE_DAY
            if allowed(kind) and (not comes_late or at > 0.8 * seconds):
                faults.append(fault)
            at += lasts + random.expovariate(speed / habit.every)
    return sorted(faults, key=lambda fault: fault.at)
