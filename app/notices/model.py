"""What leaves: one notice, ready to go. By its type it cannot carry a message's text, a name or a contact."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from app.decisions.model import Urgency


class SystemNotice(StrEnum):
    """Kinds of notice beside the labels, which are kinds of their own."""

    DIALOGUE = "dialogue"
    TASK = "task"
    SELF_HARM_BY_HAND = "self_harm_by_hand"
    SUPPORT_STALE = "support_stale"
    ACTION_GAVE_UP = "action_gave_up"
    TOKEN_DEAD = "token_dead"  # noqa: S105  # a kind of notice
    TOKEN_ENDS = "token_ends"  # noqa: S105  # a kind of notice
    QUOTA_REACHED = "quota_reached"
    UNUSUAL_RATE = "unusual_rate"
    EVIDENCE_FAILED = "evidence_failed"
    SCREENSHOT_WANTED = "screenshot_wanted"
    BROWSER_STATE_ENDS = "browser_state_ends"
    BROWSER_STATE_ENDED = "browser_state_ended"
    DELIVERY_TOO_LARGE = "delivery_too_large"
    DELIVERY_QUARANTINED = "delivery_quarantined"
    ACCOUNT_SILENT = "account_silent"
    SUBSCRIPTION_BROKEN = "subscription_broken"
    DISASTER_RISE = "disaster_rise"
    CRISIS_SUGGESTED = "crisis_suggested"
    SECOND_PERSON = "second_person"
    ADVICE_ASKED = "advice_asked"
    WITHHELD_WAITS = "withheld_waits"
    DIGEST = "digest"
    NEUTRAL = "neutral"
    SAFEGUARD_APPROVAL = "safeguard_approval"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where it happened, as far as there is a place: platform ``instagram`` and our own account's handle."""

    platform: str | None = None
    account: str | None = None

    def __str__(self) -> str:
        # Handles come from outside; a line break in one must not begin a mail header.
        parts = (PLATFORM_NAMES.get(self.platform or "", self.platform), self.account)
        return ", ".join(" ".join(part.split()) for part in parts if part) or "Nöbet"


PLATFORM_NAMES = {
    "facebook": "Facebook",
    "instagram": "Instagram",
    "x": "X",
    "linkedin": "LinkedIn",
    "youtube": "YouTube",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLine:
    """So many of a kind, at one place."""

    kind: str
    place: Place
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingNotice:
    """One notice to one recipient.

    `id` and `created_at` are the stored notification's and never change. `kind` is a label or a `SystemNotice`.
    `link` leads to the sign-in. `email` and `hook_url` are the recipient's; a channel uses its own. `step`: the how
    manieth step of its chain it is, and `recipient` whose turn that is (``person:3``); the first has none. `note` is a
    sentence of the route, added to what is to be done. `lines` are what a digest bundles.
    """

    id: str
    kind: str
    urgency: Urgency
    place: Place
    link: str
    created_at: datetime
    email: str | None = None
    hook_url: str | None = None
    language: str = "tr"
    step: int = 1
    recipient: str | None = None
    note: str | None = None
    lines: tuple[DigestLine, ...] = ()

    @property
    def key(self) -> str:
        """By what a repeated sending is recognised.

        The time is in it because numbers begin anew with a new database, and receivers drop what they have seen before.
        """
        turn = f".{self.step}.{self.recipient.replace(':', '-')}" if self.recipient else ""
        return f"{self.id}.{self.created_at.astimezone(UTC):%Y%m%d%H%M%S%f}{turn}"


class NoticeChannel(Protocol):
    """A way by which notices leave. Sending the same notice twice is recognisable to whoever receives it."""

    name: str

    async def send(self, notice: OutgoingNotice) -> None:
        """Hand the notice over.

        Raises NoticeUnavailableError where it may go later, NoticeRefusedError where this notice never will.
        """
