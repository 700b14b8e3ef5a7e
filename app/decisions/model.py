"""What is decided and what is to be done: immutable, pure."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import NewType

from app.decisions.capabilities import Lack, Lacks
from app.rules.model import Article, Label, Match, RuleName

PolicyVersion = NewType("PolicyVersion", str)
UnitKey = NewType("UnitKey", str)
TemplateKey = NewType("TemplateKey", str)


class Tier(StrEnum):
    """How sure a finding makes us, by measurement (policy section 3).

    A weak one brings a person where the label is grave. A faint one is recorded, since it was seen; nothing follows.
    """

    CERTAIN = "certain"
    LIKELY = "likely"
    WEAK = "weak"
    FAINT = "faint"

    def is_surer_than(self, other: "Tier") -> bool:
        """Whether this tier stands above the other."""
        order = list(Tier)
        return order.index(self) < order.index(other)


class Disposition(StrEnum):
    """What happens to the message itself (policy section 1)."""

    REMOVE = "remove"
    CONTAIN = "contain"
    REVIEW = "review"
    KEEP = "keep"

    @property
    def strength(self) -> int:
        """Order of the dispositions: a higher one wins."""
        return _STRENGTH[self]

    @property
    def takes_down(self) -> bool:
        """Whether the public no longer sees the message."""
        return self in (Disposition.REMOVE, Disposition.CONTAIN)


_STRENGTH = {Disposition.REMOVE: 3, Disposition.CONTAIN: 2, Disposition.REVIEW: 1, Disposition.KEEP: 0}


class ActionKind(StrEnum):
    """One thing done. `evidence` is our own step; all others reach the outside world."""

    EVIDENCE = "evidence"
    HIDE = "hide"
    UNHIDE = "unhide"
    DELETE = "delete"
    REPLY = "reply"
    PRIVATE_MESSAGE = "private_message"
    BLOCK = "block"
    UNBLOCK = "unblock"
    REPORT_TO_PLATFORM = "report_to_platform"
    NOTIFY = "notify"


SPEECH = frozenset({ActionKind.REPLY, ActionKind.PRIVATE_MESSAGE})
REMOVING = frozenset({ActionKind.HIDE, ActionKind.DELETE, ActionKind.BLOCK})
# 6.4.15: what is written to whoever may harm themself, and to whoever worries about somebody else.
SUPPORT = (TemplateKey("support"), TemplateKey("support_other"))


class Stage(StrEnum):
    """How much power a rule has earned (architecture, "Rules earn their power")."""

    OFF = "off"
    SHADOW = "shadow"
    ASK = "ask"
    ACT = "act"


class Urgency(StrEnum):
    """Whether a notice interrupts a person at once."""

    URGENT = "urgent"
    NORMAL = "normal"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedFinding:
    """A finding with what policy data says of it.

    `score`, 0 to 1: the probability of the label, from all that was seen of it; where the classifier did not run, the
    lower end of the rule's measured precision. `would`: what a rule in shadow, or one that asks first, would have led
    to by itself had it been let to act.
    """

    label: Label
    article: Article
    rule: RuleName
    tier: Tier
    score: float
    matches: tuple[Match, ...]
    stage: Stage = Stage.ACT
    would: Disposition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the policy makes of one revision of a message.

    `labels` are those at least likely, strongest first. `incomplete` says what could not be judged, each entry
    ``rule:NAME``, ``signal:NAME``, ``media`` or ``language:CODE``. `review_reason` is set where a person must look.
    """

    labels: tuple[Label, ...]
    disposition: Disposition
    language: str | None
    findings: tuple[JudgedFinding, ...]
    policy_version: PolicyVersion
    incomplete: tuple[str, ...] = ()
    review_reason: str | None = None
    review_priority: int = 0
    notes: tuple[str, ...] = ()

    @property
    def articles(self) -> tuple[Article, ...]:
        """The articles of the labels, in the labels' order, each once."""
        by_label = {finding.label: finding.article for finding in self.findings}
        return tuple(dict.fromkeys(by_label[label] for label in self.labels if label in by_label))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedAction:
    """One intent, in its place of the order.

    `purpose` makes speech unique per message: ``(message, purpose)`` is said at most once. `delay` counts from the
    decision. `held_because` is set where a person must release it first (draft text, missing variable, no template
    in the language …); it is then a suggestion, not an act. `by_hand`: why it is nothing for the machine on this
    platform; it becomes a manual task when its turn comes, after the same gates.
    """

    kind: ActionKind
    purpose: str
    label: Label | None = None
    template: TemplateKey | None = None
    language: str | None = None
    to: UnitKey | None = None
    urgency: Urgency = Urgency.NORMAL
    delay: timedelta = timedelta(0)
    expires_after: timedelta | None = None
    held_because: str | None = None
    needs_image: bool = False
    by_hand: Lack | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningContext:
    """What the planner must know beside the decision; read before, so that planning stays pure.

    `account_unit` is the unit whose account it came to. `approved` are drafts that the directorate has approved since.
    `approved_texts` are saved texts, each by its template and language. `lacks` is what the account cannot do about
    this message; without it the recipe stays as the procedure has it, whatever the platform.
    """

    text: str = ""
    account_unit: str | None = None
    is_dm: bool = False
    in_dialogue: bool = False
    admission_period: bool = False
    approved: frozenset[TemplateKey] = frozenset()
    approved_texts: frozenset[tuple[TemplateKey, str]] = frozenset()
    lacks: Lacks = field(default_factory=dict)
