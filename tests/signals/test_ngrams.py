"""Texts as n-grams, and what they add to the encoder."""

import numpy as np
import pytest

from app.signals.classifier.letters import Letters
from app.signals.classifier.ngrams import SIZE, ngrams
from app.signals.classifier.wording import wording


def test_numbers_are_below_the_size_and_each_once() -> None:
    numbers = ngrams("yemekler soğuk, yemekler soğuk")

    assert numbers.min() >= 0
    assert numbers.max() < SIZE
    assert len(set(numbers.tolist())) == len(numbers)


def test_the_same_run_has_the_same_number_wherever_it_stands() -> None:
    one, other = set(ngrams("xy kütüphane").tolist()), set(ngrams("kütüphane zw").tolist())

    # The word by itself, its runs of letters, and all of that without diacritics.
    assert len(one & other) > 50


def test_texts_without_a_run_in_common_share_next_to_nothing() -> None:
    assert len(set(ngrams("kütüphane").tolist()) & set(ngrams("bcdfgj").tolist())) <= 2


def test_who_types_without_diacritics_shares_what_the_folded_form_has() -> None:
    assert set(ngrams("sogutucu").tolist()) <= set(ngrams("soğutucu").tolist())


@pytest.mark.parametrize("text", ["", " ", "a", "\ud800", "😀", "ab " * 5000, "\x00" * 700])
def test_any_text_has_numbers(text: str) -> None:
    with np.errstate(all="raise"):
        assert 0 < len(ngrams(text)) <= 12_000


def test_set_phrases_lean_where_they_should() -> None:
    letters = Letters()

    def insult(text: str) -> float:
        return float(letters.log_odds(wording(text).text)[6])

    assert insult("siz tam bir şerefsizsiniz") > insult("siz tam bir ailesiniz")
