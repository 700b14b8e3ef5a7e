"""The seal: a chain of hashes over salted digests, pure and without I/O.

A record's hash covers its place in the chain and one digest a field; a field's digest is that of ``[salt, name,
value]``. So content can be erased on time (value and salt go, the digest stays) while the chain stays provable, and a
short value cannot be guessed from the digest that remains. Anyone can check it with SHA-256 and `canonical` alone.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from app.evidence.canonical import JsonValue, canonical_json

# Written into every record's hash; a later form of the record gets another number, and old ones keep theirs.
SEAL_VERSION = 1
FIRST_SEQUENCE = 1
GENESIS_HASH = "0" * 64
SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """One link of the chain, as stored. Hashes and digests in hexadecimal, `digests` by field name.

    `sealed_at` is exact to the microsecond, which is what PostgreSQL keeps.
    """

    sequence: int
    previous_hash: str
    sealed_at: datetime
    digests: Mapping[str, str]
    record_hash: str
    version: int = SEAL_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedField:
    """A field's content, kept apart from the seal so that it can expire."""

    value: JsonValue
    salt: bytes


def seal(
    fields: Mapping[str, JsonValue],
    *,
    salts: Mapping[str, bytes],
    previous_hash: str,
    sequence: int,
    sealed_at: datetime,
) -> Seal:
    """Close a record behind the one whose hash is `previous_hash` (`GENESIS_HASH` for the first).

    `salts` has 16 random bytes for each field, never used before. Raises ValueError where they are missing or short,
    `sealed_at` has no time zone or `sequence` is no place in a chain.
    """
    if fields.keys() != salts.keys():
        raise ValueError("every field needs one salt of its own")
    if sequence < FIRST_SEQUENCE:
        raise ValueError(f"a chain begins at {FIRST_SEQUENCE}")
    digests = {name: field_digest(name, SealedField(value=fields[name], salt=salts[name])) for name in fields}
    return Seal(
        sequence=sequence,
        previous_hash=previous_hash,
        sealed_at=sealed_at,
        digests=digests,
        record_hash=record_hash(
            version=SEAL_VERSION,
            sequence=sequence,
            previous_hash=previous_hash,
            sealed_at=sealed_at,
            digests=digests,
        ),
    )


def field_digest(name: str, field: SealedField) -> str:
    """SHA-256 over the canonical JSON of ``[salt in hexadecimal, name, value]``."""
    if len(field.salt) < SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes at least")
    return _sha256([field.salt.hex(), name, field.value])


def record_hash(
    *, version: int, sequence: int, previous_hash: str, sealed_at: datetime, digests: Mapping[str, str]
) -> str:
    """SHA-256 over the canonical JSON of the record's place, time and digests."""
    return _sha256(
        {
            "version": version,
            "sequence": sequence,
            "previous_hash": previous_hash,
            "sealed_at": _timestamp(sealed_at),
            "digests": digests,
        }
    )


def _timestamp(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be sealed")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _sha256(value: JsonValue) -> str:
    return hashlib.sha256(canonical_json(value)).hexdigest()
