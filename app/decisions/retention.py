"""How long each kind of record is kept, why, and on what legal ground, as policy data (policy section 9). Pure."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from app.decisions.document import Document
from app.rules.model import Label

# The database itself refuses to delete a younger note of the audit, whatever a document says.
AUDIT_AT_LEAST = timedelta(days=5 * 365)
# What may end in court is kept longer than what can not.
GRAVE = frozenset({Label.THREAT, Label.VIOLENCE_DRUGS, Label.HATE, Label.HARASSMENT})


class RecordKind(StrEnum):
    """Kinds of records beside the evidence; in this order they are shown."""

    MESSAGES = "messages"
    DELIVERIES = "deliveries"
    ANSWERS = "answers"
    CASE_WORK = "case_work"
    NOTIFICATIONS = "notifications"
    CRISES = "crises"
    AUTHORS = "authors"
    OPENINGS = "openings"
    PRIVACY_REQUESTS = "privacy_requests"
    DIGESTS = "digests"
    SIGN_INS = "sign_ins"
    AUDIT = "audit"


# A document that was written before these were known keeps them as the shipped one does.
ADDED_LATER = frozenset({RecordKind.CRISES, RecordKind.AUTHORS, RecordKind.OPENINGS, RecordKind.PRIVACY_REQUESTS})


class Keeping(Document):
    """How long something is kept; all words are in Turkish, for the data controller and for whom it is about."""

    name: Annotated[str, Field(min_length=1)]
    days: Annotated[int, Field(ge=1, le=366 * 100)]
    reason: Annotated[str, Field(min_length=1)]
    ground: Annotated[str, Field(min_length=1)]

    @property
    def time(self) -> timedelta:
        """For how long."""
        return timedelta(days=self.days)


class EvidenceKeeping(Keeping):
    """How long evidence of messages with one of these labels is kept; without labels: all other evidence."""

    labels: tuple[Label, ...] = ()


class RetentionPolicy(Document):
    """All kinds of records. `after_review_hours`: held content stays so long after a person has reviewed it.

    `kept` says of each table (``people``) or column (``decisions.findings``) with persons or words that no kind of
    record ends why it stays, or what ends it.
    """

    after_review_hours: Annotated[int, Field(ge=0, le=24 * 365)]
    records: Mapping[RecordKind, Keeping]
    evidence: Mapping[str, EvidenceKeeping]
    kept: Mapping[str, Annotated[str, Field(min_length=1)]] = {}

    @model_validator(mode="after")
    def _is_whole(self) -> "RetentionPolicy":
        if missing := set(RecordKind) - set(self.records):
            raise ValueError(f"no time for: {', '.join(sorted(missing))}")
        if self.records[RecordKind.AUDIT].time < AUDIT_AT_LEAST:
            raise ValueError(f"the audit is kept for {AUDIT_AT_LEAST.days} days at least")
        labels = [label for keeping in self.evidence.values() for label in keeping.labels]
        if len(labels) != len(set(labels)):
            raise ValueError("a label has one time")
        others = [keeping for keeping in self.evidence.values() if not keeping.labels]
        if len(others) != 1:
            raise ValueError("one time, without labels, is for all other evidence")
        if any(self.evidence_time(label) <= others[0].time for label in GRAVE):
            raise ValueError(f"kept longer than other evidence: {', '.join(sorted(GRAVE))}")
        return self

    def evidence_time(self, label: Label | None) -> timedelta:
        """For how long evidence of a message with this label is kept; None: with none that has a time of its own."""
        return self.evidence[self.evidence_rule(label)].time

    def evidence_rule(self, label: Label | None) -> str:
        """The key of the rule for a label."""
        own = (key for key, keeping in self.evidence.items() if label in keeping.labels)
        return next(own, next(key for key, keeping in self.evidence.items() if not keeping.labels))

    @property
    def after_review(self) -> timedelta:
        """How long held content stays after a person has reviewed it, so that a case can be opened on it."""
        return timedelta(hours=self.after_review_hours)
