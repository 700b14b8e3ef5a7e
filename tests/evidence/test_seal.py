import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.evidence.canonical import JsonValue
from app.evidence.seal import GENESIS_HASH, Seal, SealedField, field_digest, seal

AT = datetime(2026, 5, 1, 10, 0, 5, 123456, tzinfo=UTC)
FIELDS: Mapping[str, JsonValue] = {"text": "Hepinizi sevmiyorum", "author_id": "998877", "media": ["image"]}
SALTS = {"text": b"\x01" * 16, "author_id": b"\x02" * 16, "media": b"\x03" * 16}


def a_seal(
    fields: Mapping[str, JsonValue] = FIELDS,
    salts: Mapping[str, bytes] = SALTS,
    previous_hash: str = GENESIS_HASH,
    sequence: int = 1,
    sealed_at: datetime = AT,
) -> Seal:
    return seal(fields, salts=salts, previous_hash=previous_hash, sequence=sequence, sealed_at=sealed_at)


def test_the_same_record_gives_the_same_seal() -> None:
    assert a_seal() == a_seal(fields=dict(reversed(list(FIELDS.items()))))


def test_a_seal_can_be_checked_with_sha256_and_json_alone() -> None:
    sealed = a_seal()

    digest = hashlib.sha256(f'["{"01" * 16}","text","Hepinizi sevmiyorum"]'.encode()).hexdigest()
    record = {
        "digests": dict(sorted(sealed.digests.items())),
        "previous_hash": GENESIS_HASH,
        "sealed_at": "2026-05-01T10:00:05.123456Z",
        "sequence": 1,
        "version": 1,
    }
    assert sealed.digests["text"] == digest
    assert sealed.record_hash == hashlib.sha256(json.dumps(record, separators=(",", ":")).encode()).hexdigest()


def test_the_zone_in_which_a_time_is_told_does_not_matter() -> None:
    istanbul = timezone(timedelta(hours=3))

    assert a_seal(sealed_at=AT.astimezone(istanbul)).record_hash == a_seal().record_hash


def test_the_same_value_has_another_digest_under_another_salt_or_name() -> None:
    digests = {
        field_digest("text", SealedField(value="evet", salt=b"a" * 16)),
        field_digest("text", SealedField(value="evet", salt=b"b" * 16)),
        field_digest("name", SealedField(value="evet", salt=b"a" * 16)),
    }

    assert len(digests) == 3


def test_a_seal_holds_nothing_of_the_content() -> None:
    assert "sevmiyorum" not in repr(a_seal())


@pytest.mark.parametrize(
    "salts",
    [
        {"text": b"\x01" * 16, "author_id": b"\x02" * 16},
        {**SALTS, "link": b"\x04" * 16},
        {**SALTS, "text": b"\x01" * 15},
    ],
    ids=["one missing", "one too many", "one short"],
)
def test_a_record_without_a_whole_salt_for_each_field_is_not_sealed(salts: Mapping[str, bytes]) -> None:
    with pytest.raises(ValueError, match="salt"):
        a_seal(salts=salts)


def test_a_time_without_a_zone_is_not_sealed() -> None:
    with pytest.raises(ValueError, match="zone"):
        a_seal(sealed_at=AT.replace(tzinfo=None))


def test_a_chain_begins_at_one() -> None:
    with pytest.raises(ValueError, match="begins at 1"):
        a_seal(sequence=0)
