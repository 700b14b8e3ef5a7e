"""What arrives, the same for every platform: events, messages, accounts. Immutable, no I/O."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

PlatformName = NewType("PlatformName", str)
AccountId = NewType("AccountId", int)
MessageId = NewType("MessageId", int)
DeliveryId = NewType("DeliveryId", int)
ActionId = NewType("ActionId", int)
DecisionId = NewType("DecisionId", int)
EvidenceId = NewType("EvidenceId", int)
PersonId = NewType("PersonId", int)
ExternalId = NewType("ExternalId", str)


class Channel(StrEnum):
    """How a message reached us."""

    COMMENT = "comment"
    MENTION = "mention"
    DM = "dm"


PUBLIC = frozenset({Channel.COMMENT, Channel.MENTION})


class EventKind(StrEnum):
    """What a platform tells us of."""

    CREATED = "created"
    EDITED = "edited"
    REMOVED = "removed"
    ECHO = "echo"
    OTHER = "other"


class AccountKind(StrEnum):
    """Whose profile it is (policy section 1)."""

    OFFICIAL = "official"
    UNIT = "unit"
    CLUB = "club"


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture, video, sticker or file that came with a message.

    `kind` is the platform's word (``image``, ``video``, ``sticker`` …); `url` may expire and may be missing.
    """

    kind: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that a delivery tells, normalised by the platform's connector.

    Which identifiers are set depends on the platform; what it does not give is None, never invented. `created`,
    `edited` and `removed` always have a channel and an `external_id`.
    `key` is the idempotency key by the platform's contract: the same event, delivered twice or in another
    batch, has the same key within (platform, account_id). `account_id` is ours as the platform names it (None in a
    polled page, which does not name it). `author_id` is whoever wrote it, so in an echo we; `counterpart_id` is the
    person at the other end of a direct message, whichever way it went, and thus leads from an echo to the thread.
    `parent_id` is the comment above (None for one directly under a post) or the message answered to.
    `text` None: the platform gave none (only media, or it has to be asked), which must not overwrite a known text.
    `sent_at` is when it was written, or the nearest the platform tells; in `removed` and `other`, when it happened.
    `changed_at` is when an edit was made, or the nearest the platform tells, and `edit_number` the platform's own count
    of a message's edits: edits come in any order, and the newest is what stands there.
    """

    event: EventKind
    key: str
    platform: PlatformName
    channel: Channel | None = None
    account_id: ExternalId | None = None
    external_id: ExternalId | None = None
    parent_id: ExternalId | None = None
    post_id: ExternalId | None = None
    author_id: ExternalId | None = None
    author_name: str | None = None
    counterpart_id: ExternalId | None = None
    text: str | None = None
    link: str | None = None
    sent_at: datetime | None = None
    changed_at: datetime | None = None
    edit_number: int | None = None
    media: tuple[Media, ...] = ()
    # For an echo: what tells our own automatic sending from a colleague's answer (Meta: message metadata).
    metadata: str | None = None
    # The platform's own name for it, e.g. "feed/reaction/add", "standby/message"; at most 100 characters.
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One profile of ours on one platform.

    `external_id` is the id under which the platform addresses it in webhooks; `page_id` is the Facebook Page that
    an Instagram account is linked to (messages and blocks go through it).
    """

    id: AccountId
    platform: PlatformName
    external_id: ExternalId
    handle: str
    kind: AccountKind = AccountKind.OFFICIAL
    unit: str | None = None
    page_id: ExternalId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One inbound item in its present revision, as rules and connectors see it."""

    id: MessageId
    platform: PlatformName
    account: Account
    channel: Channel
    external_id: ExternalId
    text: str
    revision: int = 1
    parent_id: ExternalId | None = None
    post_id: ExternalId | None = None
    author_id: ExternalId | None = None
    author_name: str | None = None
    link: str | None = None
    sent_at: datetime | None = None
    media: tuple[Media, ...] = field(default=())

    @property
    def is_public(self) -> bool:
        """Whether others than its author and we can read it."""
        return self.channel in PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """What the platform says of a message when asked: for the evidence, and to learn what the webhook left out.

    A link is either given or `…_missing` says in English why the platform gives none; `post_link` leads to the post
    it stands under, the nearest there is where the message itself has no link. `media` as the platform shows them now.
    `is_gone`: it is not there any more.
    """

    link: str | None = None
    link_missing: str | None = None
    post_link: str | None = None
    author_link: str | None = None
    author_link_missing: str | None = None
    text: str | None = None
    author_id: ExternalId | None = None
    author_name: str | None = None
    sent_at: datetime | None = None
    media: tuple[Media, ...] = ()
    is_hidden: bool | None = None
    is_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHabits:
    """How a platform's public pages are read when a picture of a message is taken there.

    `login_addresses` are patterns for the address of a page that asks to sign in, `login_selectors` (CSS) what such a
    page shows instead of the message. `message_selectors` (CSS) frame one message; ``{id}`` in them stands for its id.
    `message_parameter` names the message in the address of the page that it stands on, which then shows it first.
    `session_cookies` are those whose end is the end of a signed-in state.
    """

    login_addresses: tuple[str, ...] = ()
    login_selectors: tuple[str, ...] = ()
    message_selectors: tuple[str, ...] = ()
    message_parameter: str | None = None
    session_cookies: tuple[str, ...] = ()
