"""What every platform's connector offers to the rest of the service.

A connector is one folder: `parse` (pure), `client` (calls), `poll`, `subscription`, `sign_in`, `calling` (all its
accounts), `limits.md` (what its API cannot do). What platforms of one company share, such as the proof of a delivery,
has a folder of its own (`meta`); what all share stands beside this file (`document`, `values`, `keys`, `texts`, `said`,
`transport`). Connectors are listed once, in `app/connectors/__init__.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from app.decisions.capabilities import Capability as Capability
from app.decisions.capabilities import Lacks
from app.errors import TokenRejectedError
from app.messages import Account, Channel, Event, ExternalId, Message, PlatformName
from app.messages import LookUp as LookUp


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """A webhook call as it came: header names in lower case, the body's bytes untouched."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What the platform returned for something we said; `external_id` finds it again."""

    external_id: ExternalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What a platform's deliveries and questions are proven with.

    `secrets` sign bodies (several while one is being replaced), `verify_token` is the word agreed on when subscribing,
    `accounts` are the external ids of our accounts there.
    """

    secrets: Sequence[str] = field(default=(), repr=False)
    verify_token: str | None = field(default=None, repr=False)
    accounts: frozenset[ExternalId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake:
    """The answer to a platform that asks whether this address is ours."""

    body: str
    media_type: str = "text/plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How a platform's contract wants to be answered.

    `forged` and `foreign` are HTTP statuses, for a body that is not proven and for a question that is not ours.
    `names_account`: its question names one of our accounts, which have to be known to answer it. `stores_content_for`:
    how long its terms let us store what people wrote there; None for as long as there is a purpose.
    """

    forged: int = 401
    foreign: int = 403
    names_account: bool = False
    stores_content_for: timedelta | None = None


USUAL_MANNERS = Manners()


class Inbound(Protocol):
    """The pure half: proving and reading what a platform sent. No I/O."""

    @property
    def name(self) -> PlatformName:
        """The platform, as it is called everywhere."""

    @property
    def manners(self) -> Manners:
        """How the platform wants to be turned away."""

    def handshake(self, query: Mapping[str, str], *, keys: Keys) -> Handshake | None:
        """Return the answer to a subscription's question, or None to refuse it."""

    def verify(self, request: WebhookRequest, *, secrets: Sequence[str]) -> None:
        """Prove that the body was signed with one of our secrets.

        Raises DeliveryRejectedError. Compares in constant time, over the raw bytes.
        """

    def parse(self, body: bytes, *, received_at: datetime) -> Iterable[Event]:
        """Turn a raw body into events; what is not known becomes an `other` event.

        Raises UnreadableDeliveryError only where the body as a whole cannot be read (not even JSON).
        """


class Outbound(Protocol):
    """The calling half, bound to one account's token. Each method is one platform call (or a look-up).

    Failures: see `app.errors.ConnectorError` and its children. `hide`, `unhide`, `delete`, `block` and `unblock` may be
    called again after an unknown outcome; `reply` and `private_message` may not: ask
    `find_reply`/`find_private_message`.
    """

    @property
    def name(self) -> PlatformName:
        """The platform, as it is called everywhere."""

    @property
    def block_removes(self) -> bool:
        """Whether blocking an author takes the message away too; it then needs the evidence of a deletion."""

    def lacks(self, channel: Channel, message: Message | None = None) -> Lacks:
        """What cannot be done for messages of this channel, each with why; with a message, for this very one.

        Known without a call. What is not named can be tried; the platform may still refuse a single message.
        """

    async def look_up(self, message: Message) -> LookUp:
        """Ask the platform what it knows of the message now; one call, or none where the platform has no such call."""

    async def hide(self, message: Message) -> None: ...

    async def unhide(self, message: Message) -> None: ...

    async def delete(self, message: Message) -> None:
        """Delete at the platform. Something already gone counts as done."""

    async def reply(self, message: Message, text: str) -> Sent:
        """Answer in public, beneath the message."""

    async def private_message(self, message: Message, text: str, *, metadata: str) -> Sent:
        """Write to the message's author: a private reply to a comment, or an answer to a DM.

        Raises PlatformRefusedError where the platform's window is closed. `metadata` comes back in the echo
        where the platform supports it.
        """

    async def block(self, message: Message) -> None:
        """Bar the message's author from the account."""

    async def unblock(self, message: Message) -> None:
        """Let the message's author in again. Somebody who is not barred counts as done."""

    async def find_reply(self, message: Message, text: str, *, since: datetime) -> Sent | None:
        """Look on the platform for a reply of ours with this text beneath the message."""

    async def find_private_message(self, message: Message, text: str, *, since: datetime) -> Sent | None:
        """Look on the platform for a private message of ours with this text to the message's author.

        Raises PlatformRefusedError where the platform does not let us look.
        """

    def message_length_limit(self, kind: Capability) -> int | None:
        """How many units (see `message_length`) a reply or private message may have; None where unlimited."""

    def message_length(self, kind: Capability, text: str) -> int:
        """Length of `text` as the platform counts it (characters, bytes, weighted characters)."""


@runtime_checkable
class ForPersons(Protocol):
    """An `Outbound` that may do more when a person asked for it with a click, just now (policy section 8)."""

    def by_person(self) -> Outbound:
        """The same, for what a person asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """Something that an author wrote to us before, as the platform tells it now; shown to a person, never stored."""

    external_id: ExternalId
    text: str
    written_at: datetime | None = None
    link: str | None = None


@runtime_checkable
class Remembering(Protocol):
    """An `Outbound` whose platform tells what the author of a message wrote to the account before (6.3.2)."""

    async def earlier_of(self, message: Message) -> tuple[Earlier, ...]:
        """Ask for it, newest first; one page at most. Raises ConnectorError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What a poll brought: raw API answers, oldest first, that `Inbound.parse` reads; and where to go on.

    `position` is the platform's own (JSON), to be handed in at the next poll. `is_complete`: nothing older is missing.
    """

    pages: tuple[bytes, ...]
    position: Mapping[str, object]
    is_complete: bool = True


class Poll(Protocol):
    """Asks for what is new on one account: where there is no webhook, and to find what one missed (I12)."""

    async def poll(self, position: Mapping[str, object] | None) -> Polled:
        """Fetch what came since `position`; None asks for the newest there is.

        The same item may come again: its event has the same key. Raises ConnectorError.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is remembered of an account's subscription: when it was last seen standing, when it was last asked for.

    `ends_at` and `renew_at` are those of a lease that the platform confirmed; None where it gives none.
    """

    stood_at: datetime | None = None
    asked_at: datetime | None = None
    ends_at: datetime | None = None
    renew_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a subscription stands: `problem` names what is missing, None where the platform tells us of everything.

    `is_ending`: it stands, and is to be asked for again before its end.
    """

    problem: str | None = None
    is_ending: bool = False


class Subscription(Protocol):
    """Whether a platform still tells us of one account; platforms end this without a word (I12)."""

    async def check(self, kept: Kept) -> Standing:
        """Ask the platform. Raises ConnectorError."""

    async def repair(self, kept: Kept) -> bool:
        """Ask for what is missing; may be repeated. False: the platform confirms later, by its question to our door.

        Raises ConnectorError.
        """


@runtime_checkable
class Replaying(Protocol):
    """A `Subscription` whose platform delivers once more what it could not deliver in a break."""

    async def replay(self, kept: Kept) -> None:
        """Ask for what came since it was last seen standing; nothing where that cannot be had. Raises ConnectorError.

        The poll finds most of it in any case.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """What an answer to a platform's question confirms: a subscription until `ends_at`, or its end (None)."""

    external_id: ExternalId
    ends_at: datetime | None
    renew_at: datetime


@runtime_checkable
class Leasing(Protocol):
    """An `Inbound` whose platform subscribes us for a while, and says so in its question."""

    def leased(self, query: Mapping[str, str], *, at: datetime) -> Leased | None:
        """What an answer to a question would confirm, whoever had it asked; None for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How the calls stand that a platform allows our application until a time, in units of the platform's own.

    `reserved` of those that are left are kept for acts. `pause` is how far apart polls of an account have to be for the
    rest to last. `is_closed`: the platform said that nothing is left, whatever we counted.
    """

    used: int
    limit: int
    reserved: int
    pause: timedelta
    resets_at: datetime
    is_closed: bool


@runtime_checkable
class Metered(Protocol):
    """A `Calling` whose accounts share a quota, so that polls must not spend what acts need."""

    async def quota(self, accounts: int) -> Quota:
        """How it stands, where so many accounts are polled."""


class Calling(Protocol):
    """All accounts of one platform, as they are called: made once for the life of the process."""

    def outbound(self, account: Account) -> Outbound:
        """The calling half for an account."""

    def poll(self, account: Account) -> Poll:
        """What asks an account for what is new."""

    def subscription(self, account: Account) -> Subscription | None:
        """What looks after the account's subscription; None where a setting that it needs is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a sign-in or a renewal gave; what it did not say is None. An absent refresh token leaves the present one.

    `scopes` are those granted, which may be fewer than those asked for.
    """

    access_token: str = field(repr=False)
    expires_at: datetime | None = None
    refresh_token: str | None = field(default=None, repr=False)
    refresh_expires_at: datetime | None = None
    scopes: frozenset[str] = frozenset()


class SignIn(Protocol):
    """How a person connects an account: they sign in at the platform and come back with a code."""

    def authorization_url(self, *, state: str, verifier: str) -> str:
        """Where to send the person. `state` comes back with the code; `verifier` (64 signs) stays here until then."""

    async def connect(self, account: Account, code: str, *, verifier: str) -> Grant:
        """Turn the code into access to just this account. A code works once.

        Raises WrongAccountError where the person does not hold it, TokenRejectedError where the code is not taken,
        PlatformRefusedError where a permission was left out, PlatformUnavailableError where nobody answers.
        """


class TokenSource(Protocol):
    """An account's access to its platform, renewed where the platform lets it be."""

    async def token(self) -> str:
        """The access token to call with. Raises TokenRejectedError where there is none."""

    async def renewed(self, rejected: str) -> str:
        """A fresh token in place of one that the platform just rejected.

        Raises TokenRejectedError where a person has to sign in again.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenToken:
    """A token at hand that nobody renews, as a sign-in gives it before it is stored."""

    platform: PlatformName
    value: str = field(repr=False)

    async def token(self) -> str:
        """The token."""
        return self.value

    async def renewed(self, rejected: str) -> str:
        """There is none. Raises TokenRejectedError."""
        raise TokenRejectedError(self.platform, "renew", "given", "the platform rejected the token it just gave")


CALL_TIMEOUT = timedelta(seconds=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where and as whom an account's calls go.

    `base_url` has no trailing slash and names the API's version, as in ``https://graph.facebook.com/v25.0``. The
    secrets stay out of its printed form.
    """

    account: Account
    base_url: str
    tokens: TokenSource = field(repr=False)
    app_secret: str | None = field(default=None, repr=False)
