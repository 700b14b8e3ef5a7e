"""X's ids: a time in milliseconds and a number within it, so that a later one is greater."""

from datetime import UTC, datetime
from typing import Final

EPOCH: Final = 1_288_834_974_657
# A step between the comments that a world begins with, the same as that of their times.
STEP_MS: Final = 660_000


def snowflake(number: int) -> str:
    """The id made of a number of the world's: milliseconds since 1970, and three digits that tell them apart."""
    milliseconds, within = divmod(number, 1_000)
    return str((milliseconds - EPOCH << 22) | within)


def seeded_or_new(number: int, post_id: str) -> str:
    """As `snowflake`. What was written before the world began has a number older than X: it follows its post."""
    if number // 1_000 > EPOCH:
        return snowflake(number)
    return str(int(post_id) + (number % 10 * STEP_MS << 22))


def made_at(snowflake_id: str) -> datetime:
    """The time that an id tells."""
    return datetime.fromtimestamp(((int(snowflake_id) >> 22) + EPOCH) / 1_000, UTC)
