"""The platforms' calling halves, set up from the settings and what the process gives them."""

from collections.abc import Callable, Mapping
from typing import Any

import httpx

from app.clock import Clock
from app.connectors import CONNECTORS
from app.connectors.base import Calling, SignIn, TokenSource
from app.connectors.connector import Connector, Renew, Surroundings
from app.ledger import QuotaLedger
from app.messages import Account, PlatformName
from app.records.database import Sessions
from app.settings import Settings


class Platforms:
    """All listed platforms, ready to be set up. `tokens` gives an account's access when a call needs it."""

    def __init__(
        self,
        settings: Settings,
        *,
        http: httpx.AsyncClient,
        sessions: Sessions,
        tokens: Callable[[Account], TokenSource],
        clock: Clock,
    ) -> None:
        self._settings = settings
        shared: dict[type, Any] = {}
        self._around = {
            connector.name: Surroundings(
                http=http,
                clock=clock,
                tokens=tokens,
                ledgers=lambda project: QuotaLedger(sessions=sessions, project=project),
                webhook_url=webhook_url(settings, connector.name),
                redirect_uri=redirect_uri(settings, connector.name),
                shared=shared,
            )
            for connector in CONNECTORS
        }

    def callings(self) -> Mapping[PlatformName, Calling]:
        """Every platform, ready to be called."""
        return {connector.name: connector.calling(*self._of(connector)) for connector in CONNECTORS}

    def renewers(self) -> Mapping[PlatformName, Renew]:
        """What exchanges a refresh token for a fresh one, for the platforms whose application is set up."""
        found = {connector.name: connector.renewer(*self._of(connector)) for connector in CONNECTORS}
        return {name: renew for name, renew in found.items() if renew is not None}

    def sign_ins(self) -> Mapping[PlatformName, SignIn]:
        """How accounts are connected by signing in, on the platforms whose application is set up."""
        found = {connector.name: connector.sign_in(*self._of(connector)) for connector in CONNECTORS}
        return {name: sign_in for name, sign_in in found.items() if sign_in is not None}

    def _of(self, connector: Connector[Any]) -> tuple[Any, Surroundings]:
        return self._settings.platform(connector.name), self._around[connector.name]


def redirect_uri(settings: Settings, platform: PlatformName) -> str:
    """Where a platform sends a person back to after they signed in."""
    return f"{settings.public_url.rstrip('/')}/oauth/{platform}"


def webhook_url(settings: Settings, platform: PlatformName) -> str:
    """Where a platform delivers to."""
    return f"{settings.public_url.rstrip('/')}/webhooks/{platform}"
