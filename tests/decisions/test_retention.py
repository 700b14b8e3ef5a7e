"""The rules of retention as policy data: whole, in proportion, and never below what the database guards."""

from copy import deepcopy
from typing import Any

import pytest

from app.decisions.policy import load_policy, shipped_document, shipped_policy
from app.decisions.retention import GRAVE, RecordKind
from app.errors import PolicyError
from app.rules.model import Label


def changed(*place: str, to: Any) -> dict[str, Any]:
    document = deepcopy(shipped_document())
    inner = document["retention"]
    for part in place[:-1]:
        inner = inner[part]
    if to is None:
        del inner[place[-1]]
    else:
        inner[place[-1]] = to
    return document


def test_every_kind_has_a_time_a_reason_and_a_ground_and_grave_evidence_stays_longest() -> None:
    rules = shipped_policy().retention

    assert set(rules.records) == set(RecordKind)
    assert all(keeping.reason and keeping.ground for keeping in (*rules.records.values(), *rules.evidence.values()))
    others = {rules.evidence_time(label) for label in (None, *Label) if label not in GRAVE}
    assert all(rules.evidence_time(label) > max(others) for label in GRAVE)


def test_a_document_from_before_a_kind_was_known_keeps_it_as_the_shipped_one_does() -> None:
    older = changed("records", "crises", to=None)
    del older["retention"]["kept"]
    rules = load_policy(older).retention

    assert rules.records[RecordKind.CRISES] == shipped_policy().retention.records[RecordKind.CRISES]
    assert rules.kept == shipped_policy().retention.kept


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (changed("records", "digests", to=None), "no time for: digests"),
        (changed("records", "audit", "days", to=30), "the audit is kept"),
        (changed("evidence", "grave", "days", to=100), "kept longer than other evidence"),
        (changed("evidence", "taken_down", "labels", to=["threat"]), "a label has one time"),
        (changed("evidence", "other", "labels", to=["praise"]), "one time, without labels"),
        (changed("records", "messages", "days", to=0), "greater than or equal to 1"),
    ],
)
def test_a_document_with_odd_rules_is_refused(document: dict[str, Any], words: str) -> None:
    with pytest.raises(PolicyError, match=words):
        load_policy(document)
