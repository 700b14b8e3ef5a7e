"""The seal: a chain of hashes over salted digests, pure and without I/O.

A record's hash covers its place in the chain and one digest a field; a field's digest is that of ``[salt, name,
value]``. So content can be erased on time (value and salt go, the digest stays) while the chain stays provable, and a
short value cannot be guessed from the digest that remains. What comes to a record later (an image, the certificate of
its destruction) is a link of the same chain, an addendum: it holds nothing personal and is hashed as it is. Anyone can
check all of it with SHA-256 and `canonical` alone.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from app.evidence.canonical import JsonValue, canonical_json

# Written into every link's hash; a later form of them gets another number, and old ones keep theirs.
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

    @property
    def hashed(self) -> bytes:
        """What `record_hash` must be the SHA-256 of."""
        return _link(self.version, self.sequence, self.previous_hash, self.sealed_at, {"digests": self.digests})


class AddendumKind(StrEnum):
    """What can come to a record after its sealing."""

    IMAGE = "image"
    DESTRUCTION = "destruction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addendum:
    """A link of the chain that adds to an earlier record, as stored. `content` names that record by its hash."""

    sequence: int
    previous_hash: str
    sealed_at: datetime
    kind: AddendumKind
    content: Mapping[str, JsonValue]
    record_hash: str
    version: int = SEAL_VERSION

    @property
    def hashed(self) -> bytes:
        """What `record_hash` must be the SHA-256 of."""
        content: Mapping[str, JsonValue] = {"kind": self.kind, "content": self.content}
        return _link(self.version, self.sequence, self.previous_hash, self.sealed_at, content)


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
    """Close a record behind the link whose hash is `previous_hash` (`GENESIS_HASH` for the first).

    `salts` has 16 random bytes for each field, never used before. Raises ValueError where they are missing or short,
    `sealed_at` has no time zone or `sequence` is no place in a chain.
    """
    if fields.keys() != salts.keys():
        raise ValueError("every field needs one salt of its own")
    if sequence < FIRST_SEQUENCE:
        raise ValueError(f"a chain begins at {FIRST_SEQUENCE}")
    digests = {name: field_digest(name, SealedField(value=fields[name], salt=salts[name])) for name in fields}
    hashed = _link(SEAL_VERSION, sequence, previous_hash, sealed_at, {"digests": digests})
    return Seal(
        sequence=sequence,
        previous_hash=previous_hash,
        sealed_at=sealed_at,
        digests=digests,
        record_hash=sha256(hashed),
    )


def seal_addendum(
    kind: AddendumKind, content: Mapping[str, JsonValue], *, previous_hash: str, sequence: int, sealed_at: datetime
) -> Addendum:
    """Close an addendum behind the link whose hash is `previous_hash`. Raises ValueError as `seal` does."""
    if sequence <= FIRST_SEQUENCE:
        raise ValueError("there is no record yet that something could be added to")
    hashed = _link(SEAL_VERSION, sequence, previous_hash, sealed_at, {"kind": kind, "content": content})
    return Addendum(
        sequence=sequence,
        previous_hash=previous_hash,
        sealed_at=sealed_at,
        kind=kind,
        content=content,
        record_hash=sha256(hashed),
    )


def field_digest(name: str, field: SealedField) -> str:
    """SHA-256 over `field_bytes`."""
    return sha256(field_bytes(name, field))


def field_bytes(name: str, field: SealedField) -> bytes:
    """The canonical JSON of ``[salt in hexadecimal, name, value]``. Raises ValueError for a salt that is too short."""
    if len(field.salt) < SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes at least")
    return canonical_json([field.salt.hex(), name, field.value])


def timestamp(at: datetime) -> str:
    """A time as seals spell it: UTC, to the microsecond. Raises ValueError for one without a zone."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be sealed")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def sha256(content: bytes) -> str:
    """In hexadecimal, as everywhere in the chain."""
    return hashlib.sha256(content).hexdigest()


def _link(
    version: int, sequence: int, previous_hash: str, sealed_at: datetime, content: Mapping[str, JsonValue]
) -> bytes:
    """The canonical JSON of a link: its place, its time, and what it holds."""
    place: dict[str, JsonValue] = {
        "version": version,
        "sequence": sequence,
        "previous_hash": previous_hash,
        "sealed_at": timestamp(sealed_at),
    }
    return canonical_json(place | dict(content))
