"""The simulated platforms, listed once."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.sandbox.linkedin.simulated import LINKEDIN
from app.sandbox.meta.simulated import FACEBOOK, INSTAGRAM
from app.sandbox.seed import Platform, SeedAccount
from app.sandbox.simulated import Simulated
from app.sandbox.world.habits import Habits
from app.sandbox.x.simulated import X_PLATFORM
from app.sandbox.youtube.simulated import YOUTUBE

SIMULATED: Final[Mapping[Platform, Simulated]] = {
    simulated.habits.platform: simulated for simulated in (FACEBOOK, INSTAGRAM, X_PLATFORM, LINKEDIN, YOUTUBE)
}
ACCOUNTS: Final[Sequence[SeedAccount]] = tuple(account for each in SIMULATED.values() for account in each.accounts)
HABITS: Final[Mapping[Platform, Habits]] = {platform: simulated.habits for platform, simulated in SIMULATED.items()}
