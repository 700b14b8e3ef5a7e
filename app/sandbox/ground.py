"""Everything one running sandbox has, built once and handed to its parts."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from random import Random

import httpx

from app.sandbox.calls import CallLog
from app.sandbox.faults import Faults
from app.sandbox.graph.usage import Usage
from app.sandbox.seed import Platform
from app.sandbox.settings import SandboxSettings
from app.sandbox.simulated import Simulated
from app.sandbox.webhooks.deliver import Deliverer
from app.sandbox.world.begin import publish
from app.sandbox.world.clock import Clock
from app.sandbox.world.events import Event
from app.sandbox.world.journal import Journal
from app.sandbox.world.state import World


@dataclass(slots=True, kw_only=True)
class Ground:
    """The world, and all that acts upon it. `on_reset` is what platforms forget of their own."""

    settings: SandboxSettings
    simulated: Mapping[Platform, Simulated]
    world: World
    http: httpx.AsyncClient
    journal: Journal | None
    deliverer: Deliverer
    calls: CallLog
    faults: Faults
    usage: Usage
    on_reset: list[Callable[[], None]] = field(default_factory=list)

    def announce(self, events: Iterable[Event]) -> None:
        """Send the webhooks of what happened. Returns at once; delivery goes on by itself."""
        for event in events:
            simulated = self.simulated[event.platform]
            for request in simulated.webhooks(self.world, event, base_url=self.settings.base_url):
                self.deliverer.send(request)

    def reset(self) -> None:
        """Begin anew: the seeded world, no calls, no faults, nothing waiting to be sent."""
        self.world.clear()
        self.deliverer.clear()
        self.calls.clear()
        self.faults.clear()
        self.usage.clear()
        for forget in self.on_reset:
            forget()
        if self.journal is not None:
            self.journal.rewrite(())
        self.begin()

    def begin(self) -> None:
        """Put what is missing of the seeded world."""
        for simulated in self.simulated.values():
            simulated.begin(self.world)
            publish(self.world, simulated.posts)


def build(
    settings: SandboxSettings,
    simulated: Mapping[Platform, Simulated],
    http: httpx.AsyncClient,
    clock: Clock | None = None,
) -> Ground:
    """Build a sandbox's ground; with a data folder, with the state that it holds."""
    clock = clock or Clock()
    journal = Journal(settings.data_dir / "sandbox.jsonl") if settings.data_dir else None
    world = World(
        (settings.with_secrets(account) for each in simulated.values() for account in each.accounts),
        habits={platform: each.habits for platform, each in simulated.items()},
        clock=clock,
        keep=journal.append if journal else None,
    )
    if journal is not None:
        for record in journal.read():
            world.restore(record)
        journal.rewrite(world.records())
    ground = Ground(
        settings=settings,
        simulated=simulated,
        world=world,
        http=http,
        journal=journal,
        deliverer=Deliverer(
            http,
            settings.webhook_url,
            timeout=settings.webhook_timeout,
            retry_for=settings.webhook_retry_for,
        ),
        calls=CallLog(),
        faults=Faults(time.monotonic, Random()),  # noqa: S311 - chance, not secrecy
        usage=Usage(settings.hourly_calls),
    )
    ground.begin()
    return ground
