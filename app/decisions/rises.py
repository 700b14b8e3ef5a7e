"""When so many people say alike that somebody should look (6.3, 6.4.7): policy data, and the reckoning. Pure."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from app.decisions.document import Document
from app.rules.model import Label


class Rise(Document):
    """What is counted together, by different people within the last hour.

    `authors`: from more people than this a rise counts at all, however quiet it is else. `factor`: and from more than
    this many times the habit at that time of the week.
    """

    labels: Annotated[tuple[Label, ...], Field(min_length=1)]
    authors: Annotated[int, Field(ge=1)]
    factor: Annotated[float, Field(ge=1)]

    def allowed(self, habit: float) -> int:
        """The number of people above which it is a rise."""
        return max(self.authors, int(self.factor * habit))


class Rises(Document):
    """Which rises are looked for.

    `negative` on each account by itself: a crisis is suggested. `disaster` on all accounts together: it concerns them
    all. The habit is the median of that hour of the week, and those beside it, over the past `weeks`. What was decided
    on is not suggested again for `quiet_hours`.
    """

    negative: Rise
    disaster: Rise
    weeks: Annotated[int, Field(ge=1, le=12)]
    quiet_hours: Annotated[int, Field(ge=1, le=24 * 14)]

    @property
    def quiet(self) -> timedelta:
        """How long nothing is suggested again."""
        return timedelta(hours=self.quiet_hours)


def is_rise(rise: Rise, counted: int, habit: float) -> bool:
    """Whether so many people are unusual beside the habit."""
    return counted > rise.allowed(habit)


def hours_alike(weeks: int) -> Sequence[timedelta]:
    """How far back the hours lie that make the habit: this hour of the week and its neighbours, each past week."""
    return [timedelta(weeks=week) - timedelta(hours=beside) for week in range(1, weeks + 1) for beside in (-1, 0, 1)]
