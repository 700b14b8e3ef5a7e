"""Who is told of what, how, and who comes next where nobody answers: policy data. Pure."""

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from app.decisions.document import Document
from app.decisions.model import UnitKey, Urgency
from app.rules.model import Label

# Those who may acknowledge what they are told.
ROLES = (
    "specialist",
    "director",
    "top_management",
    "security",
    "sks",
    "service_unit",
)
# These two are a unit by themselves, whatever the people's records say.
UNIT_OF_ROLE: Mapping[str, UnitKey] = {"security": UnitKey("guvenlik"), "sks": UnitKey("sks")}
# ``unit``: the told unit's own mailbox and hook; ``members``: its people; ``unit:KEY``: another unit; ``role:NAME``:
# everybody of a role (``service_unit``: of the told unit); ``person:ID``: one person, by the number in /v1/people.
Recipient = Annotated[
    str,
    StringConstraints(pattern=rf"^(unit|members|unit:[a-z0-9_]+|role:({'|'.join(ROLES)})|person:[1-9][0-9]{{0,17}})$"),
]
Way = Literal["mail", "hook"]


class ChainStep(Document):
    """Whom an urgent notice goes to, and for how many minutes their acknowledgement is waited for."""

    to: Annotated[tuple[Recipient, ...], Field(min_length=1)]
    minutes: Annotated[int, Field(ge=1, le=24 * 60)]

    @property
    def wait(self) -> timedelta:
        """How long the step has."""
        return timedelta(minutes=self.minutes)


class Chain(Document):
    """The steps of an urgent notice, one after the other until somebody acknowledges it.

    The last one comes again and again, each time after its minutes: an urgent notice is never given up.
    """

    steps: Annotated[tuple[ChainStep, ...], Field(min_length=1)]

    def step(self, number: int) -> ChainStep:
        """The step with this number, from 1 on."""
        return self.steps[min(number, len(self.steps)) - 1]

    def is_repeated(self, number: int) -> bool:
        """Whether this is the last step, once more."""
        return number > len(self.steps)


class Route(Document):
    """How a notice goes out. What is left empty matches everything; the first route that matches is the one.

    `kinds` are labels or kinds of notices about the service, `account_units` the units whose accounts it is about,
    `units` those that are told. `also` are told together with the unit. `note` is a sentence in Turkish, added to what
    is to be done.
    """

    kinds: tuple[str, ...] = ()
    account_units: tuple[UnitKey, ...] = ()
    units: tuple[UnitKey, ...] = ()
    also: tuple[Recipient, ...] = ()
    ways: Annotated[tuple[Way, ...], Field(min_length=1)] = ("mail", "hook")
    chain: str = "default"
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] | None = None

    def matches(self, kind: str, account_unit: str | None, unit: str) -> bool:
        """Whether it is for this kind, an account of that unit, and this unit to be told."""
        return (
            (not self.kinds or kind in self.kinds)
            and (not self.account_units or account_unit in self.account_units)
            and (not self.units or unit in self.units)
        )


class Tell(Document):
    """A unit that hears of a label on the accounts of a unit (none named: all), beside those that the recipe names.

    ``urgent`` makes an ordinary notice of the recipe to the same unit urgent; nothing makes an urgent one ordinary.
    """

    labels: Annotated[tuple[Label, ...], Field(min_length=1)]
    account_units: tuple[UnitKey, ...] = ()
    to: UnitKey
    urgency: Urgency = Urgency.NORMAL


class Notices(Document):
    """Routes, chains, and the digest: which ordinary notices wait for it, and when on a working day it goes out."""

    digest_at: time
    digest: tuple[str, ...] = ()
    tell: tuple[Tell, ...] = ()
    routes: tuple[Route, ...] = ()
    chains: dict[str, Chain]

    @model_validator(mode="after")
    def _has_every_chain(self) -> "Notices":
        if missing := {"default", *(route.chain for route in self.routes)} - set(self.chains):
            raise ValueError(f"there is no chain {', '.join(sorted(missing))}")
        return self

    def route(self, kind: str, account_unit: str | None, unit: str) -> Route:
        """The route of a notice: the first that matches, else the plain one."""
        return next((route for route in self.routes if route.matches(kind, account_unit, unit)), Route())

    def chain(self, kind: str, account_unit: str | None, unit: str) -> Chain:
        """The chain of an urgent notice."""
        return self.chains[self.route(kind, account_unit, unit).chain]

    def waits_for_digest(self, kind: str, urgency: Urgency) -> bool:
        """Whether a notice of this kind goes out with the digest and not by itself."""
        return urgency is Urgency.NORMAL and kind in self.digest
