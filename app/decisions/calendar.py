"""The directorate's calendar: admission periods, office hours, days off. It stands over what the policy says. Pure."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field, model_validator

from app.decisions.document import Document
from app.decisions.policy import Period, Policy
from app.decisions.queue import Hours, OwnDays

LONGEST_PERIOD = timedelta(days=366)


class Calendar(Document):
    """What the directorate sets each year without a new policy."""

    admission_periods: Annotated[tuple[Period, ...], Field(max_length=50)] = ()
    hours: Hours
    days_off: Annotated[tuple[OwnDays, ...], Field(max_length=200)] = ()

    @model_validator(mode="after")
    def _periods_make_sense(self) -> "Calendar":
        last = None
        for period in sorted(self.admission_periods, key=lambda period: period.first):
            if not period.first <= period.last <= period.first + LONGEST_PERIOD:
                raise ValueError("an admission period must end within a year after it begins")
            if last is not None and period.first <= last:
                raise ValueError("admission periods must not overlap")
            last = period.last
        return self


def calendar_of(policy: Policy) -> Calendar:
    """The calendar that a policy document brings along, for as long as the directorate has set none."""
    return Calendar(
        admission_periods=policy.admission_periods, hours=policy.queue.hours, days_off=policy.queue.days_off
    )


def under(policy: Policy, calendar: Calendar) -> Policy:
    """The policy with this calendar in place of its own; it is the same version still."""
    version = policy.version
    queue = policy.queue.model_copy(update={"hours": calendar.hours, "days_off": calendar.days_off})
    standing = policy.model_copy(update={"admission_periods": calendar.admission_periods, "queue": queue})
    if standing.version != version:
        raise AssertionError("a calendar changes no version")
    return standing
