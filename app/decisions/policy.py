"""The policy document: labels, recipes, tiers, texts, routes. Data with a version, validated when it is read.

A document is immutable: its version is a hash of its canonical JSON. The shipped one lies in `shipped/` as TOML and
is what a new installation starts with; changed ones live in the database.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property
from importlib import resources
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr, ValidationError, field_validator, model_validator

from app.decisions.document import Document
from app.decisions.model import (
    REMOVING,
    SPEECH,
    ActionKind,
    Disposition,
    PolicyVersion,
    Stage,
    TemplateKey,
    Tier,
    UnitKey,
    Urgency,
)
from app.decisions.queue import QueuePolicy
from app.decisions.retention import ADDED_LATER, RetentionPolicy
from app.decisions.rises import Rises
from app.decisions.routes import Notices
from app.decisions.safeguards import ALWAYS_ACT, SafeguardError, check
from app.decisions.screenshots import Screenshot
from app.errors import MissingVariableError, PolicyError
from app.messages import AccountKind
from app.rules.model import Article, Label, RuleName

# What the machine does by itself only up to a quota (architecture I11).
LIMITED = REMOVING | SPEECH

SHIPPED = resources.files("app.decisions") / "shipped"


class Step(Document):
    """One step of an article's recipe.

    `when` narrows it: ``always``; ``taken_down`` (hidden or removed); ``removed`` (its label is certain);
    ``danger_near`` (a plan, a place, a time); ``dialogue`` (among users under our posts); ``admission_period``.
    """

    do: ActionKind
    to: UnitKey | None = None
    template: TemplateKey | None = None
    urgency: Urgency = Urgency.NORMAL
    when: Literal["always", "taken_down", "removed", "danger_near", "dialogue", "admission_period"] = "always"
    image: bool = False

    @model_validator(mode="after")
    def _is_whole(self) -> "Step":
        if self.do in SPEECH and self.template is None:
            raise ValueError(f"step {self.do} needs a template")
        if self.do is ActionKind.NOTIFY and self.to is None:
            raise ValueError("step notify needs a unit")
        return self


class LabelPolicy(Document):
    """What a label leads to (policy section 2)."""

    article: Article
    certain: Disposition
    likely: Disposition
    steps: tuple[Step, ...] = ()
    delete_after_minutes: Annotated[int, Field(ge=0)] = 30
    capture_within_seconds: Annotated[float, Field(ge=0, le=10)] = 3
    deletes: Literal["machine", "person"] = "machine"
    forbids_reply: bool = False
    informs_author: bool = True
    queue: bool = False
    priority: Annotated[int, Field(ge=0, le=100)] = 10
    suggests: TemplateKey | None = None
    explanation: Mapping[str, str] = {}

    @property
    def capture_within(self) -> timedelta:
        """How long after the decision hiding may wait for a picture of the page; it begins then, with or without."""
        return timedelta(seconds=self.capture_within_seconds)

    @property
    def delete_after(self) -> timedelta:
        """How long a hidden message waits, undoable without loss, before it is deleted."""
        return timedelta(minutes=self.delete_after_minutes)


class Measured(Document):
    """How sure a rule makes us, with the figures it comes from.

    `precision` is right/hits on the validation data, `lower` the lower end of its 95 % interval (Wilson). The tier
    stands where the rule speaks alone; where the classifier ran, the rule is weighed with it by its `strength`: the
    natural log of how many times as often it fires on messages with the label as on others. One that matches `outright`
    has its own tier at the least, whatever the classifier says.
    """

    tier: Tier
    hits: Annotated[int, Field(ge=0)]
    right: Annotated[int, Field(ge=0)]
    precision: float
    lower: float
    strength: Annotated[float, Field(ge=0)] = 0.0
    outright: bool = False


class Threshold(Document):
    """From which log odds on a tier holds, with the figures it comes from.

    `share` is right/of on the validation data, `lower` the lower end of its 95 % interval (Wilson): the precision of
    all messages from `at` on; for `self_harm` at `likely` the recall, since what counts there is whom we miss.
    """

    at: float
    of: Annotated[int, Field(ge=0)]
    right: Annotated[int, Field(ge=0)]
    share: float
    lower: float


class Weighing(Document):
    """How rules and classifier are weighed for a label, and which log odds make us how sure.

    log odds = bias + classifier x the classifier's log odds + rules x the strength of the strongest rule that fired.
    A tier without threshold was not reached by measurement: too few cases, or too many wrong.
    """

    bias: float
    classifier: Annotated[float, Field(ge=0)]
    rules: Annotated[float, Field(ge=0)]
    certain: Threshold | None = None
    likely: Threshold | None = None
    weak: Threshold | None = None

    def tier(self, log_odds: float) -> Tier:
        """How sure these log odds make us."""
        for tier, threshold in ((Tier.CERTAIN, self.certain), (Tier.LIKELY, self.likely), (Tier.WEAK, self.weak)):
            if threshold is not None and log_odds >= threshold.at:
                return tier
        return Tier.FAINT


# What stands in a text for a value; what these two name is known only where something was taken down.
VARIABLES = ("phone", "whatsapp", "email", "graduate_url", "graduate_email", "rule", "platform_rule")
OF_REMOVALS = frozenset({"rule", "platform_rule"})
ABOUT_REMOVALS = frozenset({"6.3.6", "6.4.4"})
_VARIABLE = re.compile(r"\{([^{}]*)\}")


def known_variables(article: Article) -> tuple[str, ...]:
    """The variables that a text for this article may have."""
    return tuple(name for name in VARIABLES if name not in OF_REMOVALS or article in ABOUT_REMOVALS)


def unknown_variables(article: Article, text: str) -> tuple[str, ...]:
    """The variables of a text that nothing could ever fill in, in their order."""
    known = known_variables(article)
    return tuple(dict.fromkeys(name for name in _VARIABLE.findall(text) if name not in known))


class Template(Document):
    """A text in several languages. `approved` ones may go out by themselves; others wait for the directorate."""

    article: Article
    approved: bool
    texts: Mapping[str, str]

    @model_validator(mode="after")
    def _can_be_filled(self) -> "Template":
        for language, text in self.texts.items():
            if unknown := unknown_variables(self.article, text):
                raise ValueError(f"text in {language}: no such variable: {', '.join(unknown)}")
        return self

    def fill(self, key: TemplateKey, language: str, variables: Mapping[str, str]) -> str:
        """Return the text in `language` with its variables filled in.

        Raises MissingVariableError where one has no value: such a text never goes out. KeyError for a language that
        the template does not have.
        """
        text = self.texts[language]
        wanted = [name for name in VARIABLES if "{" + name + "}" in text]
        empty = tuple(name for name in wanted if not variables.get(name, "").strip())
        if empty:
            raise MissingVariableError(key, empty)
        for name in wanted:
            text = text.replace("{" + name + "}", variables[name].strip())
        return text


class Topic(Document):
    """Words (stems, as written at the start of a word) that lead a complaint to a unit."""

    unit: UnitKey
    stems: tuple[str, ...]


class Quota(Document):
    """How much of one kind the machine may do by itself for one label on one account.

    `per_hour`: so many acts in an hour. `authors`: from more different people than this in an hour a rise counts as
    unusual at all, however quiet the account is else.
    """

    per_hour: Annotated[int, Field(ge=1)]
    authors: Annotated[int, Field(ge=1)]


class Limits(Document):
    """How the machine limits itself (policy section 3; architecture I11).

    A label's rules are unusual on an account when they act on more than `factor` times as many different people in an
    hour as they did at that time of the week over the past `weeks`. Acts are then left to people for
    `unusual_for_hours`, or until one lifts it. `labels` has what differs for a label.
    """

    kinds: Mapping[ActionKind, Quota]
    labels: Mapping[Label, Mapping[ActionKind, Quota]] = {}
    factor: Annotated[float, Field(ge=1)]
    weeks: Annotated[int, Field(ge=1, le=12)]
    unusual_for_hours: Annotated[int, Field(ge=1, le=72)]

    @model_validator(mode="after")
    def _limits_what_can_be(self) -> "Limits":
        if missing := LIMITED - set(self.kinds):
            raise ValueError(f"no quota for: {', '.join(sorted(missing))}")
        for kinds in (self.kinds, *self.labels.values()):
            if other := set(kinds) - LIMITED:
                raise ValueError(f"what is not limited needs no quota: {', '.join(sorted(other))}")
        if spared := ALWAYS_ACT & set(self.labels):
            raise ValueError(f"never limited (policy section 3): {', '.join(sorted(spared))}")
        return self

    def quota(self, label: Label, kind: ActionKind) -> Quota:
        """The quota of a limited kind. Raises KeyError for one that is not limited."""
        return self.labels.get(label, {}).get(kind) or self.kinds[kind]


class Period(Document):
    """A dated range, both days included."""

    first: date
    last: date


class Policy(Document):
    """One version of the whole document."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    labels: Mapping[Label, LabelPolicy]
    tiers: Mapping[RuleName, Measured] = {}
    weighing: Mapping[Label, Weighing] = {}
    caps: Mapping[RuleName, Disposition] = {}
    # By rule (``insult.slur``) or by label, for all of its rules; where nothing is said, a rule acts.
    stages: Mapping[str, Mapping[AccountKind, Stage]] = {}
    measured_languages: tuple[str, ...] = ("tr",)
    templates: Mapping[TemplateKey, Template]
    sentences: Mapping[str, Mapping[str, str]] = {}
    reply_order: tuple[TemplateKey, ...]
    variables: Mapping[str, str] = {}
    platform_rules: Mapping[str, Mapping[str, str]] = {}
    topics: tuple[Topic, ...] = ()
    default_unit: UnitKey
    admission_periods: tuple[Period, ...] = ()
    allowed_contacts: tuple[str, ...] = ()
    support_expires_minutes: Annotated[int, Field(ge=1, le=60)] = 15
    # A document from before there were limits has the shipped ones: without limits the machine does not act.
    limits: Limits = Field(default_factory=lambda: Limits.model_validate(_shipped_part("limits.toml")["limits"]))
    # How people work through the queue: the shipped way where an older document does not say.
    queue: QueuePolicy = Field(default_factory=lambda: QueuePolicy.model_validate(_shipped_part("queue.toml")["queue"]))
    # Under which version it was stored: a document from before a part was added keeps its name.
    _stored_as: PolicyVersion | None = PrivateAttr(default=None)
    notices: Notices = Field(default_factory=lambda: Notices.model_validate(_shipped_part("notices.toml")["notices"]))
    retention: RetentionPolicy = Field(
        default_factory=lambda: RetentionPolicy.model_validate(_shipped_part("retention.toml")["retention"])
    )
    # A document from before they were data asks for what the articles do.
    screenshots: Mapping[Label, Screenshot] = Field(default_factory=lambda: _shipped_screenshots())
    rises: Rises = Field(default_factory=lambda: Rises.model_validate(_shipped_part("rises.toml")["rises"]))

    @field_validator("retention", mode="before")
    @classmethod
    def _ends_every_kind(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or not isinstance(given.get("records"), Mapping):
            return given
        shipped = _shipped_part("retention.toml")["retention"]
        later = {kind: shipped["records"][kind] for kind in sorted(ADDED_LATER)}
        return {"kept": shipped["kept"], **given, "records": {**later, **given["records"]}}

    @model_validator(mode="after")
    def _holds_together(self) -> "Policy":
        check(self)
        return self

    @cached_property
    def version(self) -> PolicyVersion:
        """The version it was stored under; of a new document a hash, so that equal ones have equal versions."""
        if self._stored_as is not None:
            return self._stored_as
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return PolicyVersion(f"{self.name}-{hashlib.sha256(canonical.encode()).hexdigest()[:12]}")

    def with_templates(self, templates: Mapping[TemplateKey, Template]) -> "Policy":
        """The same version with other words: what is decided with it was decided by this version."""
        worded = self.model_copy(update={"templates": templates})
        worded._stored_as = self.version
        return worded

    def is_admission_period(self, day: date) -> bool:
        """Whether `day` lies in one of the directorate's admission periods (tercih dönemi)."""
        return any(period.first <= day <= period.last for period in self.admission_periods)

    def stage(self, rule: RuleName, kind: AccountKind) -> Stage:
        """The rule's stage on accounts of this kind: its own, else its label's, else it acts."""
        of_label = self.stages.get(rule.partition(".")[0], {}).get(kind, Stage.ACT)
        return self.stages.get(rule, {}).get(kind, of_label)


def load_policy(document: Mapping[str, Any], *, stored_as: PolicyVersion | None = None) -> Policy:
    """Validate a document; `stored_as` is the version under which it is stored, where it is.

    Raises PolicyError with a sentence that names what is wrong in it.
    """
    try:
        policy = Policy.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        cause = first.get("ctx", {}).get("error")
        place = cause.place if isinstance(cause, SafeguardError) else ".".join(str(part) for part in first["loc"])
        raise PolicyError(f"{place or 'document'}: {first['msg'].removeprefix('Value error, ')}") from error
    policy._stored_as = stored_as
    return policy


def shipped_document() -> dict[str, Any]:
    """The document a new installation starts with, put together from the TOML files of `shipped/`."""
    document: dict[str, Any] = {}
    for part in sorted(entry.name for entry in SHIPPED.iterdir()):
        if part.endswith(".toml"):
            document |= _shipped_part(part)
    return document


def _shipped_part(name: str) -> dict[str, Any]:
    return tomllib.loads((SHIPPED / name).read_text(encoding="utf-8"))


def _shipped_screenshots() -> dict[Label, Screenshot]:
    shipped = _shipped_part("screenshots.toml")["screenshots"]
    return {Label(label): Screenshot.model_validate(entry) for label, entry in shipped.items()}


def shipped_policy() -> Policy:
    """The shipped document, validated."""
    return load_policy(shipped_document())
