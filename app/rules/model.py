"""The words of the rules: labels, signals, matches, findings. Pure; nothing here does I/O."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NewType

from app.messages import PUBLIC, AccountKind, Channel, Message
from app.rules.text import TextForms

Article = NewType("Article", str)
RuleName = NewType("RuleName", str)


class Label(StrEnum):
    """What a message is (policy section 2). A message may carry several."""

    SELF_HARM = "self_harm"
    THREAT = "threat"
    VIOLENCE_DRUGS = "violence_drugs"
    HATE = "hate"
    HARASSMENT = "harassment"
    PRIVACY = "privacy"
    INSULT = "insult"
    LITIGATION = "litigation"
    ADVERTISEMENT = "advertisement"
    MISINFORMATION = "misinformation"
    CRITICISM = "criticism"
    COMPLAINT = "complaint"
    ADMISSION_QUESTION = "admission_question"
    GRADUATE_QUESTION = "graduate_question"
    JOB_APPLICATION = "job_application"
    PRAISE = "praise"
    QUESTION_OTHER = "question_other"
    SENSITIVE_TOPIC = "sensitive_topic"
    DISASTER = "disaster"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What the classifier makes of one label: its log odds, and the places of the text that count most for it."""

    log_odds: float
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """Facts a rule may know beside the message, gathered before and within a time limit.

    None means unknown, never "clean". `missing` names signals that could not be had in time: whatever is decided
    without them goes to a reviewer. `language` is an ISO 639-1 code. `allowed_contacts` are the University's own
    published phone numbers, addresses and mailboxes, written as a person would. `scores` has every label; None where
    the classifier did not run.
    """

    forms: TextForms
    language: str | None = None
    in_dialogue: bool = False
    parent_text: str | None = None
    today: date | None = None
    admission_period: bool = False
    account_kind: AccountKind = AccountKind.OFFICIAL
    allowed_contacts: tuple[str, ...] = ()
    scores: Mapping[Label, Scored] | None = None
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What one rule saw at one place: code points [start, end) of the text as given.

    `reason` is one English sentence fragment for the record; `kind` tells sub-kinds apart (for privacy: phone, iban …).
    """

    start: int
    end: int
    reason: str
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """All matches of one rule on one message, before policy data says how sure that makes us."""

    label: Label
    article: Article
    rule: RuleName
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What all rules saw. `failures` names the rules that raised: the message goes to a reviewer."""

    findings: tuple[Finding, ...] = ()
    failures: tuple[RuleName, ...] = ()


Predicate = Callable[[Message, Signals], Iterator[Match]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A pure predicate with the article it serves. It says what it saw, never what to do about it.

    `outright`: what it sees has no other meaning, so that the classifier's doubt does not count against it.
    """

    name: RuleName
    article: Article
    label: Label
    see: Predicate
    kinds: frozenset[Channel] = field(default=frozenset(Channel))
    outright: bool = False


def rule(
    *, article: str, label: Label, kinds: frozenset[Channel] = frozenset(Channel), outright: bool = False
) -> Callable[[Predicate], Rule]:
    """Make a Rule of a predicate; its name is ``label.function``."""

    def make(see: Predicate) -> Rule:
        name = RuleName(f"{label}.{see.__name__}")
        return Rule(name=name, article=Article(article), label=label, see=see, kinds=kinds, outright=outright)

    return make


# The articles of the Social Media Procedure that rules may name, with what each is about.
ARTICLES: Mapping[Article, str] = {
    Article("3.3"): "Sorumlular sorulan sorulara yanıt verir",
    Article("5.6"): "Hassas konular",
    Article("6.3"): "Kriz yönetimi",
    Article("6.4.1"): "Hizmetlere ilişkin şikâyetler ve bilgi talepleri",
    Article("6.4.2"): "İş başvuruları",
    Article("6.4.3"): "Üniversite yönetimi hakkında yorumlar",
    Article("6.4.4"): "Öğrenciler arasındaki diyaloglar",
    Article("6.4.5"): "Üniversite hakkında olumsuz yorumlar",
    Article("6.4.7"): "Felaketler, terör saldırıları ve sosyal olaylar",
    Article("6.4.8"): "Hakaret",
    Article("6.4.9"): "Taciz ve gizlilik",
    Article("6.4.10"): "Hukuki davalar",
    Article("6.4.11"): "Irk, din, cinsiyet ve engellilere yönelik söylemler",
    Article("6.4.12"): "Kamusal korku ve tehdit söylemleri",
    Article("6.4.13"): "Şiddet ve uyuşturucu",
    Article("6.4.14"): "Reklam",
    Article("6.4.15"): "İntihar girişimi ve kendine zarar verme söylemleri",
    Article("6.4.16"): "Yabancı dilde yapılan içerikler",
}
__all__ = [
    "ARTICLES",
    "PUBLIC",
    "Article",
    "Evaluation",
    "Finding",
    "Label",
    "Match",
    "Predicate",
    "Rule",
    "RuleName",
    "Scored",
    "Signals",
    "rule",
]
