import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.evidence.canonical import JsonValue, canonical_json

TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates too
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), TEXT)
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(), inner, max_size=4))
)


def test_keys_are_ordered_by_utf16_code_units_as_rfc_8785_shows() -> None:
    # RFC 8785, section 3.2.3: U+1F600 sorts before U+FB33, since its first UTF-16 unit is smaller.
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\xf6": 7}

    spelled = canonical_json(value)

    assert spelled == '{"\\r":2,"1":4,"\x80":6,"\xf6":7,"\u20ac":1,"\U0001f600":5,"\ufb33":3}'.encode()


def test_only_what_json_forbids_is_escaped() -> None:
    assert canonical_json("€$\x0f\nA'B\"\\/\x7f") == '"€$\\u000f\\nA\'B\\"\\\\/\x7f"'.encode()


def test_text_keeps_its_unicode_form() -> None:
    composed, decomposed = "\u011f", "g\u0306"

    assert canonical_json(composed) != canonical_json(decomposed)


def test_half_a_surrogate_pair_is_written_as_its_escape() -> None:
    assert canonical_json("a\ud83dz") == b'"a\\ud83dz"'


def test_a_pair_in_two_halves_is_the_character_it_spells() -> None:
    assert canonical_json("\ud83d\ude00") == canonical_json("😀")


@pytest.mark.parametrize("value", [1.0, float("nan"), b"bytes", {1, 2}, datetime(2026, 1, 1, tzinfo=UTC), {1: "a"}])
def test_what_has_no_sure_spelling_is_refused(value: JsonValue) -> None:
    with pytest.raises(TypeError):
        canonical_json([value])


@pytest.mark.parametrize("value", [2**53, -(2**53)])
def test_integers_beyond_what_every_reader_holds_are_refused(value: int) -> None:
    with pytest.raises(ValueError, match="write it as text"):
        canonical_json({"id": value})


def test_nesting_without_end_is_refused_with_a_sentence() -> None:
    value: JsonValue = []
    for _ in range(5000):
        value = [value]

    with pytest.raises(ValueError, match="nested too deep"):
        canonical_json(value)


@given(VALUES)
def test_a_spelling_read_back_is_spelled_the_same(value: JsonValue) -> None:
    spelled = canonical_json(value)

    assert canonical_json(json.loads(spelled)) == spelled


@given(st.dictionaries(st.text(), SCALARS, max_size=6))
def test_the_order_of_keys_does_not_matter(value: dict[str, JsonValue]) -> None:
    backwards = dict(reversed(value.items()))

    assert canonical_json(backwards) == canonical_json(value)


@given(VALUES, VALUES)
def test_different_values_are_spelled_differently(one: JsonValue, other: JsonValue) -> None:
    same_meaning = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)

    assert (canonical_json(one) == canonical_json(other)) == same_meaning
