"""The day's quota: one a project, from midnight to midnight in California.

https://developers.google.com/youtube/v3/determine_quota_cost
"""

from typing import Final
from zoneinfo import ZoneInfo

from app.sandbox.world.records import QuotaDay
from app.sandbox.world.state import World
from app.sandbox.youtube import errors
from app.sandbox.youtube.seed import PROJECT

PACIFIC: Final = ZoneInfo("America/Los_Angeles")
# Listing, changing, and a call that cannot even be read.
LIST, CHANGE, INVALID = 1, 50, 1


def today(world: World) -> QuotaDay:
    """What was spent of this day."""
    day = world.clock.now().astimezone(PACIFIC).date().isoformat()
    return world.quotas.get((PROJECT, day)) or QuotaDay(project=PROJECT, day=day, units=0)


def spend(world: World, units: int, *, limit: int) -> None:
    """Take the units of a call. Raises ApiError where they are not there."""
    spent = today(world)
    if spent.units + units > limit:
        raise errors.quota_exceeded()
    world.put(QuotaDay(project=spent.project, day=spent.day, units=spent.units + units))
