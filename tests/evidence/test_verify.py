from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.evidence.canonical import JsonValue
from app.evidence.seal import GENESIS_HASH, Seal, SealedField, seal
from app.evidence.verify import Flaw, FlawKind, StoredRecord, verify_chain, verify_record

START = datetime(2026, 5, 1, 10, 0, tzinfo=UTC)
FIELD_NAMES = ("author_id", "delivery_sha256", "link", "media", "text")

Tampering = Callable[[StoredRecord], StoredRecord]


def a_record(sequence: int = 1, previous_hash: str = GENESIS_HASH, text: str = "bir mesaj") -> StoredRecord:
    fields: dict[str, JsonValue] = {
        "author_id": "998877",
        "delivery_sha256": "ab" * 32,
        "link": None,
        "media": [{"kind": "image", "url": None}],
        "text": text,
    }
    salts = {name: bytes([sequence, index]) * 8 for index, name in enumerate(fields)}
    sealed = seal(
        fields,
        salts=salts,
        previous_hash=previous_hash,
        sequence=sequence,
        sealed_at=START + timedelta(minutes=sequence),
    )
    return StoredRecord(
        seal=sealed, contents={name: SealedField(value=fields[name], salt=salts[name]) for name in fields}
    )


def a_chain(length: int = 5) -> list[StoredRecord]:
    records: list[StoredRecord] = []
    previous = GENESIS_HASH
    for sequence in range(1, length + 1):
        records.append(a_record(sequence, previous, text=f"mesaj {sequence}"))
        previous = records[-1].seal.record_hash
    return records


def with_seal(record: StoredRecord, **changes: object) -> StoredRecord:
    return replace(record, seal=replace(record.seal, **changes))  # type: ignore[arg-type]  # names and types by the tests


def kinds(flaws: tuple[Flaw, ...]) -> list[tuple[FlawKind, int]]:
    return [(flaw.kind, flaw.sequence) for flaw in flaws]


def test_a_chain_as_it_was_sealed_is_intact() -> None:
    chain = a_chain()

    report = verify_chain(chain)

    assert report.is_intact
    assert report.broken_from is None
    assert (report.records, report.last_sequence, report.last_hash) == (5, 5, chain[-1].seal.record_hash)


def test_an_empty_chain_is_intact() -> None:
    assert verify_chain([]).is_intact


@pytest.mark.parametrize("name", FIELD_NAMES)
def test_a_changed_field_is_named(name: str) -> None:
    record = a_record()
    contents = {**record.contents, name: replace(record.contents[name], value="başka")}

    flaws = verify_record(replace(record, contents=contents))

    assert [(flaw.kind, flaw.field) for flaw in flaws] == [(FlawKind.FIELD_CHANGED, name)]


@pytest.mark.parametrize("name", FIELD_NAMES)
def test_a_changed_salt_is_named(name: str) -> None:
    record = a_record()
    contents = {**record.contents, name: replace(record.contents[name], salt=b"x" * 16)}

    flaws = verify_record(replace(record, contents=contents))

    assert [(flaw.kind, flaw.field) for flaw in flaws] == [(FlawKind.FIELD_CHANGED, name)]


@given(st.text())
def test_any_other_text_is_found(text: str) -> None:
    record = a_record(text="bir mesaj")
    contents = {**record.contents, "text": replace(record.contents["text"], value=text)}

    flaws = verify_record(replace(record, contents=contents))

    assert bool(flaws) == (text != "bir mesaj")


def test_a_value_that_could_never_have_been_sealed_is_a_changed_field() -> None:
    record = a_record()
    odd = replace(record.contents["text"], value=1.5)  # type: ignore[arg-type]  # what a hand in the database may write

    flaws = verify_record(replace(record, contents={**record.contents, "text": odd}))

    assert kinds(flaws) == [(FlawKind.FIELD_CHANGED, 1)]


def test_two_fields_that_changed_places_are_both_named() -> None:
    record = a_record()
    swapped = {**record.contents, "text": record.contents["link"], "link": record.contents["text"]}

    flaws = verify_record(replace(record, contents=swapped))

    assert {flaw.field for flaw in flaws} == {"text", "link"}


def test_an_added_field_is_named() -> None:
    record = a_record()
    contents = {**record.contents, "note": SealedField(value="sonradan", salt=b"n" * 16)}

    flaws = verify_record(replace(record, contents=contents))

    assert [(flaw.kind, flaw.field) for flaw in flaws] == [(FlawKind.FIELD_ADDED, "note")]


def test_content_erased_on_record_leaves_the_chain_proven() -> None:
    first, *rest = a_chain()
    kept = {name: content for name, content in first.contents.items() if name != "text"}

    report = verify_chain([replace(first, contents=kept, expired=frozenset({"text"})), *rest])

    assert report.is_intact


def test_content_that_went_without_a_record_is_named() -> None:
    record = a_record()
    kept = {name: content for name, content in record.contents.items() if name != "text"}

    flaws = verify_record(replace(record, contents=kept))

    assert [(flaw.kind, flaw.field) for flaw in flaws] == [(FlawKind.FIELD_MISSING, "text")]


@pytest.mark.parametrize(
    "changes",
    [
        {"sealed_at": START},
        {"version": 2},
        {"record_hash": "f" * 64},
        {"previous_hash": "f" * 64},
        {"digests": {**a_record().seal.digests, "text": "f" * 64}},
        {"digests": {name: digest for name, digest in a_record().seal.digests.items() if name != "link"}},
        {"sequence": 7},
    ],
    ids=["time", "version", "hash", "previous hash", "digest", "digest removed", "sequence"],
)
def test_every_changed_part_of_a_seal_is_found(changes: dict[str, object]) -> None:
    flaws = verify_record(with_seal(a_record(), **changes))

    assert FlawKind.RECORD_CHANGED in {flaw.kind for flaw in flaws}


def test_a_record_sealed_anew_breaks_the_link_behind_it() -> None:
    chain = a_chain()
    chain[2] = a_record(3, chain[1].seal.record_hash, text="değiştirilmiş")

    report = verify_chain(chain)

    assert kinds(report.flaws) == [(FlawKind.LINK_BROKEN, 4)]
    assert report.broken_from == 4


def test_removed_records_are_counted() -> None:
    chain = a_chain()

    report = verify_chain([chain[0], *chain[3:]])

    assert kinds(report.flaws) == [(FlawKind.RECORDS_MISSING, 2)]
    assert "2 in all" in report.flaws[0].detail
    assert report.broken_from == 2


def test_a_removed_beginning_is_found() -> None:
    assert kinds(verify_chain(a_chain()[1:]).flaws) == [(FlawKind.RECORDS_MISSING, 1)]


def test_an_added_record_is_found_and_those_behind_it_stay_proven() -> None:
    chain = a_chain()
    added = a_record(2, chain[0].seal.record_hash, text="sonradan")

    report = verify_chain([*chain[:2], added, *chain[2:]])

    assert kinds(report.flaws) == [(FlawKind.OUT_OF_ORDER, 2)]


def test_exchanged_records_are_found() -> None:
    chain = a_chain()
    chain[1], chain[2] = chain[2], chain[1]

    assert kinds(verify_chain(chain).flaws) == [(FlawKind.RECORDS_MISSING, 2), (FlawKind.OUT_OF_ORDER, 2)]


def test_a_chain_cut_at_its_end_is_found_by_an_anchor_only() -> None:
    chain = a_chain()
    anchors = {5: chain[-1].seal.record_hash}

    without, with_anchor = verify_chain(chain[:3]), verify_chain(chain[:3], anchors=anchors)

    assert without.is_intact
    assert kinds(with_anchor.flaws) == [(FlawKind.RECORDS_MISSING, 4)]


def test_a_chain_computed_anew_as_a_whole_is_found_by_an_anchor_only() -> None:
    anchors = {3: a_chain()[2].seal.record_hash}
    forged: list[StoredRecord] = []
    for sequence in range(1, 6):
        previous = forged[-1].seal.record_hash if forged else GENESIS_HASH
        forged.append(a_record(sequence, previous, text="uydurma"))

    without, with_anchor = verify_chain(forged), verify_chain(forged, anchors=anchors)

    assert without.is_intact
    assert kinds(with_anchor.flaws) == [(FlawKind.ANCHOR_BROKEN, 3)]


def test_a_chain_is_proven_onwards_from_a_proven_record() -> None:
    chain = a_chain()
    start = (3, chain[2].seal.record_hash)

    assert verify_chain(chain[3:], start=start).is_intact
    assert kinds(verify_chain(chain[3:], start=(3, "f" * 64)).flaws) == [(FlawKind.LINK_BROKEN, 4)]


@given(st.data())
def test_any_one_tampering_is_found_at_its_record(data: st.DataObject) -> None:
    chain = a_chain()
    index = data.draw(st.integers(0, len(chain) - 1))
    record = chain[index]
    name = data.draw(st.sampled_from(FIELD_NAMES))
    tampering: Tampering = data.draw(st.sampled_from((_change_value, _change_digest, _drop_digest, _move_time)))(name)
    chain[index] = tampering(record)

    report = verify_chain(chain)

    assert report.broken_from == record.seal.sequence


def _change_value(name: str) -> Tampering:
    return lambda record: replace(
        record, contents={**record.contents, name: replace(record.contents[name], value="sahte")}
    )


def _change_digest(name: str) -> Tampering:
    return lambda record: with_seal(record, digests={**record.seal.digests, name: "0" * 64})


def _drop_digest(name: str) -> Tampering:
    return lambda record: with_seal(
        record, digests={key: digest for key, digest in record.seal.digests.items() if key != name}
    )


def _move_time(name: str) -> Tampering:
    return lambda record: with_seal(record, sealed_at=record.seal.sealed_at + timedelta(microseconds=1))


def test_a_flaw_reads_as_a_sentence_for_the_operator() -> None:
    sealed: Seal = a_record().seal
    record = StoredRecord(seal=sealed, contents={}, expired=frozenset(FIELD_NAMES) - {"text"})

    assert [str(flaw) for flaw in verify_record(record)] == [
        "record 1, field text: is gone, and its erasure is not on record"
    ]
