"""What the HTTP side needs of the running service; `main.py`, which stands above, hands it in."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Protocol, cast

from fastapi import Depends, Request

from app.actions.by_hand import ByHand
from app.actions.desk import Desk
from app.actions.earlier import EarlierWords
from app.actions.signed_in import SignedIn
from app.actions.undo import Undo
from app.actions.uploads import Uploads
from app.activation import Activation
from app.backtest import Backtests
from app.clock import Clock
from app.connecting import Connecting
from app.connectors.base import Outbound
from app.evidence.objects import ObjectStore
from app.explaining import Appeals
from app.ingest.accept import Ingest
from app.messages import Account
from app.privacy import Privacy
from app.quotas import Quotas
from app.records.database import Sessions
from app.settings import Settings
from app.signals.gather import Gatherer
from app.signals.policies import PolicyStore
from app.signing_in.passwords import Passwords
from app.signing_in.provider import Provider
from app.tokens import AccountTokens


class Service(Protocol):
    """The part of the object graph that requests reach."""

    @property
    def settings(self) -> Settings: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def objects(self) -> ObjectStore: ...
    @property
    def policies(self) -> PolicyStore: ...
    @property
    def ingest(self) -> Ingest: ...
    @property
    def gatherer(self) -> Gatherer: ...
    @property
    def by_hand(self) -> ByHand: ...
    @property
    def desk(self) -> Desk: ...
    @property
    def uploads(self) -> Uploads: ...
    @property
    def signed_in(self) -> SignedIn: ...
    @property
    def undo(self) -> Undo: ...
    @property
    def earlier_words(self) -> EarlierWords: ...
    @property
    def outbound_for(self) -> Callable[[Account], Outbound]: ...
    @property
    def tokens(self) -> AccountTokens: ...
    @property
    def quotas(self) -> Quotas: ...
    @property
    def identity_provider(self) -> Provider | None: ...
    @property
    def passwords(self) -> Passwords: ...
    @property
    def privacy(self) -> Privacy: ...
    @property
    def connecting(self) -> Connecting: ...
    @property
    def appeals(self) -> Appeals: ...
    @property
    def activation(self) -> Activation: ...
    @property
    def backtests(self) -> Backtests: ...


OpenService = Callable[[], AbstractAsyncContextManager[Service]]


def service_of(request: Request) -> Service:
    """The service that this application runs."""
    return cast(Service, request.app.state.service)


Running = Annotated[Service, Depends(service_of)]
