"""What exists on the platforms. Immutable; a change puts a new record in the place of the old one.

The field `record` tells the kinds apart where they are stored.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from app.sandbox.seed import Platform


class State(StrEnum):
    """What the public sees of a comment; a DM is visible or, when unsent, deleted."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    DELETED = "deleted"


class MediaKind(StrEnum):
    """What a comment shows besides, or instead of, words."""

    PHOTO = "photo"
    VIDEO = "video"
    STICKER = "sticker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A visitor as one account knows them: `id` is a PSID or IGSID, scoped to that account.

    `is_reachable` is false for someone who takes no messages from us.
    """

    id: str
    platform: Platform
    account_id: str
    name: str
    username: str
    is_reachable: bool = True
    record: Literal["person"] = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A publication of ours. `product` is Instagram's media_product_type; a live one takes only live comments."""

    id: str
    platform: Platform
    account_id: str
    text: str
    picture: str
    created_at: datetime
    shortcode: str = ""
    product: str = "FEED"
    takes_comments: bool = True
    state: State = State.VISIBLE
    record: Literal["post"] = "post"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment or reply. `parent_id` is the top-level comment a reply belongs to; `author_id` may be the account.

    `versions` are the ids and texts of all versions, oldest first, once there is more than one and where the platform
    gives each its own id; `id` stays the first one.
    """

    id: str
    platform: Platform
    account_id: str
    post_id: str
    parent_id: str | None
    author_id: str
    author_name: str
    author_username: str
    text: str
    created_at: datetime
    media: MediaKind | None = None
    edited_at: datetime | None = None
    removed_at: datetime | None = None
    versions: tuple[tuple[str, str], ...] = ()
    state: State = State.VISIBLE
    is_live: bool = False
    record: Literal["comment"] = "comment"

    @property
    def is_ours(self) -> bool:
        """Whether the account itself wrote it."""
        return self.author_id == self.account_id


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectMessage:
    """One message of a conversation. `comment_id` is set for a private reply: the comment it answers."""

    id: str
    platform: Platform
    account_id: str
    person_id: str
    thread_id: str
    is_ours: bool
    text: str
    at: datetime
    metadata: str | None = None
    comment_id: str | None = None
    edits: int = 0
    state: State = State.VISIBLE
    record: Literal["message"] = "message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Who is barred from an account, and from what; one record a pair, put again with changed marks."""

    account_id: str
    person_id: str
    at: datetime
    from_comments: bool
    from_messages: bool
    record: Literal["block"] = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A comment that names us beneath something that is not ours: we may read it and, on Instagram, answer it.

    `answers` are ours, each with its id and text.
    """

    id: str
    platform: Platform
    account_id: str
    post_id: str
    author_username: str
    text: str
    at: datetime
    answers: tuple[tuple[str, str], ...] = ()
    record: Literal["mention"] = "mention"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """The webhook fields a Page has installed for our app; none means nothing is sent.

    Instagram accounts have no choice of their own: with any field on their Page, all of theirs are sent.
    """

    page_id: str
    fields: tuple[str, ...]
    record: Literal["subscription"] = "subscription"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppSubscription:
    """The webhook that our app at Meta has for an object, and the fields it is told of; without any, nothing is sent.

    An empty `callback` is the service's own webhook. Without values, an entry names the changed fields alone.
    """

    object: str
    callback: str
    fields: tuple[str, ...]
    includes_values: bool = True
    record: Literal["app_subscription"] = "app_subscription"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSubscription:
    """On LinkedIn: an administrator has notifications of an organisation sent to a webhook, until a time."""

    organization: str
    member: str
    webhook: str
    expires_at: datetime
    is_on: bool = True
    record: Literal["member_subscription"] = "member_subscription"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """An account does not want to read a person any more, who is not kept from writing."""

    account_id: str
    person_id: str
    is_on: bool
    record: Literal["mute"] = "mute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A webhook that the application registered. `target` is where it is found here; empty for the service's own.

    Nothing is sent to one that is not `is_valid`: it failed to prove itself.
    """

    id: str
    platform: Platform
    url: str
    created_at: datetime
    target: str = ""
    is_valid: bool = True
    is_removed: bool = False
    record: Literal["hook"] = "hook"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivitySubscription:
    """One kind of event of one account, told to a webhook; without one, to nobody who would listen here."""

    id: str
    account_id: str
    event_type: str
    created_at: datetime
    updated_at: datetime
    webhook_id: str | None = None
    tag: str | None = None
    keyword: str | None = None
    direction: str | None = None
    is_removed: bool = False
    record: Literal["activity_subscription"] = "activity_subscription"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayJob:
    """Events of a span of time that a webhook was sent anew."""

    id: str
    webhook_id: str
    at: datetime
    record: Literal["replay"] = "replay"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOnItem:
    """A writing API call that concerned a comment or message, done or refused."""

    item_id: str
    at: datetime
    call: str
    method: str
    path: str
    status: int
    record: Literal["call"] = "call"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderation:
    """A comment's state in its platform's own words, where there are more of them than `State` has."""

    comment_id: str
    status: str
    at: datetime
    record: Literal["moderation"] = "moderation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a sign-in gave for an account: a code, an access token or a refresh token, by its `kind`.

    `origin` is the code it came from. `is_spent`: used up or revoked. Codes name where they lead (`redirect_uri`), the
    challenge that their exchange must meet, and whether a refresh token comes with them.
    """

    token: str
    kind: Literal["code", "access", "refresh"]
    platform: Platform
    account_id: str
    client_id: str
    scopes: tuple[str, ...]
    ends_at: datetime | None = None
    origin: str = ""
    redirect_uri: str = ""
    challenge: str = ""
    is_offline: bool = False
    is_spent: bool = False
    record: Literal["grant"] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSubscription:
    """Who is told of a feed, and until when; without an end for one that is there from the start.

    An empty `callback` is the service's own webhook.
    """

    topic: str
    callback: str
    secret: str
    ends_at: datetime | None = None
    record: Literal["feed"] = "feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaDay:
    """The units that an application has spent of a day's quota; the day is the platform's."""

    project: str
    day: str
    units: int
    record: Literal["quota"] = "quota"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail that reached the sink. `urgent` is what its headers claim."""

    id: str
    at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    is_urgent: bool = False
    record: Literal["mail"] = "mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockShift:
    """How far the platforms' clock runs ahead."""

    seconds: float
    record: Literal["clock"] = "clock"


Record = Annotated[
    Person
    | Post
    | Comment
    | DirectMessage
    | Mention
    | Block
    | Subscription
    | AppSubscription
    | MemberSubscription
    | Moderation
    | Grant
    | FeedSubscription
    | QuotaDay
    | Mute
    | Hook
    | ActivitySubscription
    | ReplayJob
    | CallOnItem
    | Mail
    | ClockShift,
    Field(discriminator="record"),
]
