"""How people work through the review queue, as policy data; and until when an item is to be decided. Pure."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.decisions.office_hours import DayOff, OfficeHours, Weekday
from app.rules.model import Label

# What must not wait still takes a moment by hand; what the machine would have said by itself goes stale after as long.
AT_ONCE = timedelta(minutes=15)


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Hours(_Data):
    """Weekdays and local times at which people are at work."""

    days: Annotated[tuple[Weekday, ...], Field(min_length=1)]
    opens: time
    closes: time

    @model_validator(mode="after")
    def _open_before_they_close(self) -> "Hours":
        if self.opens >= self.closes:
            raise ValueError("office hours must open before they close")
        return self


class OwnDays(_Data):
    """Days off of the University's own, both included; with `from_time` only from that local time on."""

    name: str
    first: date
    last: date
    from_time: time = time.min

    @model_validator(mode="after")
    def _end_after_they_begin(self) -> "OwnDays":
        if not self.first <= self.last <= self.first + timedelta(days=366):
            raise ValueError(f"days off must end within a year after they begin: {self.name}")
        return self


class Due(_Data):
    """How soon items from this priority on are to be decided: at once, or within minutes of office hours."""

    priority: Annotated[int, Field(ge=0, le=100)]
    at_once: bool = False
    within_minutes: Annotated[int, Field(ge=1, le=60 * 24 * 30)] | None = None

    @model_validator(mode="after")
    def _says_when(self) -> "Due":
        if self.at_once == (self.within_minutes is not None):
            raise ValueError(f"due from priority {self.priority}: either at_once or within_minutes")
        return self


class SecondPerson(_Data):
    """Acts that a second person has to approve where one of the labels was seen; acts are named as in an override."""

    acts: tuple[Literal["hide", "restore", "delete", "reply", "private_message", "block"], ...]
    labels: tuple[Label, ...]


class QueuePolicy(_Data):
    """The whole of it."""

    claim_minutes: Annotated[int, Field(ge=1, le=480)]
    claim_minutes_at_once: Annotated[int, Field(ge=1, le=60)]
    park_at_most_days: Annotated[int, Field(ge=1, le=90)]
    grave: tuple[Label, ...]
    read_author_first: tuple[Label, ...] = ()
    hours: Hours
    days_off: tuple[OwnDays, ...] = ()
    due: tuple[Due, ...]
    second_person: tuple[SecondPerson, ...] = ()

    @model_validator(mode="after")
    def _every_item_is_due(self) -> "QueuePolicy":
        if not any(due.priority == 0 for due in self.due):
            raise ValueError("what has priority 0 needs a due time too")
        return self

    def _due(self, priority: int) -> Due:
        return max((due for due in self.due if due.priority <= priority), key=lambda due: due.priority)

    def is_at_once(self, priority: int) -> bool:
        """Whether an item of this priority waits for no office hours."""
        return self._due(priority).at_once

    def due_at(self, opened_at: datetime, priority: int, *, zone: ZoneInfo) -> datetime:
        """Until when an item of this priority that came at `opened_at` is to be decided."""
        within = self._due(priority).within_minutes
        if within is None:
            return opened_at
        return self.office_hours(zone).after(opened_at, timedelta(minutes=within))

    def task_due_at(self, opened_at: datetime, priority: int, *, is_urgent: bool, zone: ZoneInfo) -> datetime:
        """Until when what is left for a person to do by hand is to be done; `priority` is that of what it is about.

        An urgent one waits for no office hours, nor does what is due at once.
        """
        if is_urgent or self.is_at_once(priority):
            return opened_at + AT_ONCE
        return self.due_at(opened_at, priority, zone=zone)

    def claim_for(self, priority: int) -> timedelta:
        """How long a claim on an item of this priority keeps others away."""
        minutes = self.claim_minutes_at_once if self.is_at_once(priority) else self.claim_minutes
        return timedelta(minutes=minutes)

    def needs_a_second_person(self, act: str, labels: Collection[str]) -> bool:
        """Whether an act on a message with these labels is only done when another person approves it."""
        return any(act in rule.acts and any(label in rule.labels for label in labels) for rule in self.second_person)

    def is_author_read_first(self, labels: Collection[str]) -> bool:
        """Whether a message with these labels is answered only by who has opened its author's earlier ones (6.3.2).

        Never for a cry for help: nothing stands between it and an answer.
        """
        return Label.SELF_HARM not in labels and any(label in self.read_author_first for label in labels)

    def is_grave(self, labels: Collection[str]) -> bool:
        """Whether content with these labels is shown blurred until it is opened."""
        return any(label in self.grave for label in labels)

    def office_hours(self, zone: ZoneInfo) -> OfficeHours:
        """When people are at work, in local times of `zone`."""
        return OfficeHours(
            days=frozenset(self.hours.days),
            opens=self.hours.opens,
            closes=self.hours.closes,
            days_off=tuple(DayOff(first=own.first, last=own.last, from_time=own.from_time) for own in self.days_off),
            zone=zone,
        )
