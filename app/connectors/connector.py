"""A platform, as the service takes it in: one object in its folder, listed in `app/connectors/__init__.py`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Generic, Protocol, TypeVar

import httpx

from app.clock import Clock
from app.connectors.base import Calling, Grant, Inbound, SignIn, TokenSource
from app.connectors.settings import PlatformSettings
from app.messages import Account, PageHabits, PlatformName

S = TypeVar("S", bound=PlatformSettings)
T = TypeVar("T")

# Exchanges a refresh token for a fresh grant. Raises TokenRejectedError where a person has to sign in again.
Renew = Callable[[str], Awaitable[Grant]]


class Ledgers(Protocol):
    """Where platforms with a quota keep what is spent of it, for all processes: a ledger for each project."""

    def __call__(self, project: str) -> Any:
        """The ledger of a project, as `app.connectors.youtube.quota.Ledger` describes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the process gives a platform: made once and kept.

    `webhook_url` is where it delivers to, `redirect_uri` where it sends a person back to after they signed in.
    `shared` holds what platforms of one company share (see `once`).
    """

    http: httpx.AsyncClient = field(repr=False)
    clock: Clock
    tokens: Callable[[Account], TokenSource] = field(repr=False)
    ledgers: Ledgers
    webhook_url: str
    redirect_uri: str
    shared: dict[type, Any] = field(default_factory=dict, repr=False)

    def once(self, kind: type[T]) -> T:
        """The one object of this kind that all platforms of the process share, made when it is first asked for."""
        if kind not in self.shared:
            self.shared[kind] = kind()
        found: T = self.shared[kind]
        return found


def no_renewer(settings: PlatformSettings, around: Surroundings) -> Renew | None:
    """For a platform whose tokens cannot be renewed."""
    return None


def no_sign_in(settings: PlatformSettings, around: Surroundings) -> SignIn | None:
    """For a platform to which nobody signs in here: its token is stored by a person."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector(Generic[S]):
    """One platform.

    `settings` is the model of ``NOBET_<NAME>__…``. `poll_every` is how often its accounts are asked for what webhooks
    missed, `subscriptions_every` how often it is asked whether it still tells us; both can be set otherwise.
    `page` says how its public pages are read. `renewer` and `sign_in` give None where a setting that they need is
    missing.
    """

    inbound: Inbound
    settings: type[S]
    calling: Callable[[S, Surroundings], Calling]
    renewer: Callable[[S, Surroundings], Renew | None] = no_renewer
    sign_in: Callable[[S, Surroundings], SignIn | None] = no_sign_in
    page: PageHabits = field(default_factory=PageHabits)
    poll_every: timedelta = timedelta(minutes=15)
    subscriptions_every: timedelta = timedelta(minutes=15)

    @property
    def name(self) -> PlatformName:
        """The platform, as it is called everywhere."""
        return self.inbound.name
