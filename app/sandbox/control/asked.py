"""What may be asked of the control API."""

from pydantic import BaseModel, ConfigDict, Field

from app.sandbox.faults import FaultKind
from app.sandbox.seed import Platform
from app.sandbox.webhooks.deliver import Mode
from app.sandbox.world.records import MediaKind


class Asked(BaseModel):
    """Base of what is asked; unknown names are refused."""

    model_config = ConfigDict(extra="forbid")


class NewComment(Asked):
    """A visitor's comment; without `post_id` beneath the first post, with `parent_id` a reply."""

    author: str = Field(min_length=1)
    text: str = ""
    post_id: str | None = None
    parent_id: str | None = None
    account_id: str | None = None
    media: MediaKind | None = None


class NewMessage(Asked):
    """A visitor's direct message, or mention of us elsewhere."""

    author: str = Field(min_length=1)
    text: str
    account_id: str | None = None


class NewText(Asked):
    """What a text is changed into."""

    text: str


class Reachable(Asked):
    """Whether a visitor takes messages from us."""

    author: str = Field(min_length=1)
    reachable: bool
    account_id: str | None = None


class FaultOrder(Asked):
    """A fault: the share of calls it meets, for how long; rate 0 ends it. `seed` makes chance repeatable."""

    platform: Platform
    kind: FaultKind
    rate: float = Field(default=1.0, ge=0, le=1)
    for_seconds: float = Field(default=60.0, ge=0)
    slow_seconds: float = Field(default=3.0, ge=0, le=120)
    seed: int | None = None


class ClockOrder(Asked):
    """How far the platforms' clock is put forward (or back), from where it stands; `reset` first sets it right."""

    shift_seconds: float = 0
    reset: bool = False


class WebhookOrder(Asked):
    """What becomes of new webhooks; `copies` are sent of each. `release` sends those held back."""

    mode: Mode | None = None
    copies: int | None = Field(default=None, ge=1, le=10)
    release: bool = False
    reverse: bool = False


class Created(BaseModel):
    """The platform's id of what was made."""

    id: str
