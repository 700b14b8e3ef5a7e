"""Suffix chains."""

import pytest

from app.rules.forms.casing import strip_diacritics
from app.rules.lexicon.morphology import Ending, can_follow, last_vowel, softened


@pytest.mark.parametrize(
    ("stem", "word", "ending", "is_form"),
    [
        ("mal", "malzeme", Ending.NOMINAL, False),
        ("salak", "salakler", Ending.NOMINAL, False),
        ("it", "itfaiye", Ending.NOMINAL, False),
        ("göt", "götürmek", Ending.NOMINAL, False),
        ("salak", "salaklarımızdan", Ending.NOMINAL, True),
        ("salak", "salaksınız", Ending.NOMINAL, True),
        ("şerefsiz", "şerefsizlerinden", Ending.NOMINAL, True),
        ("okul", "okulunuzdakiler", Ending.NOMINAL, True),
        ("öldür", "öldürecekmiş", Ending.VERBAL, True),
        ("öldür", "öldürmüyorsunuz", Ending.VERBAL, True),
        ("yak", "yakalamak", Ending.VERBAL, False),
        ("salak", "salaklar", Ending.ADDRESS, False),
        ("salak", "salaksın", Ending.ADDRESS, True),
        ("öldür", "öldürdüm", Ending.PROMISE, False),
        ("öldür", "öldürücem", Ending.PROMISE, True),
        ("gel", "gelmedim", Ending.NEGATIVE, False),
        ("gel", "gelmiyorum", Ending.NEGATIVE, False),
        ("gel", "geliyor", Ending.NEGATIVE, False),
        ("gel", "gelmedi", Ending.NEGATIVE, True),
        ("aç", "açılmıyor", Ending.NEGATIVE, True),
        ("gir", "giremiyoruz", Ending.NEGATIVE, True),
        ("mal", "mallar", Ending.NONE, False),
        ("bahis", "bahisçilerden", Ending.ANY, True),
    ],
)
def test_which_words_are_forms_of_a_stem(stem: str, word: str, ending: Ending, is_form: bool) -> None:
    rest = strip_diacritics(word.removeprefix(stem))

    assert can_follow(rest, ending, last_vowel(stem)) is is_form


@pytest.mark.parametrize(("stem", "soft"), [("salak", "salağ"), ("kitap", "kitab"), ("it", None), ("okul", None)])
def test_the_last_consonant_softens_in_longer_words(stem: str, soft: str | None) -> None:
    assert softened(stem) == soft
