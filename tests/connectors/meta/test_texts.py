"""What a platform takes as a text."""

import pytest

from app.connectors.texts import TextRule, characters, utf8_bytes

STRICT = TextRule(limit=30, hashtags=1, addresses=1, may_shout=False)


def test_a_turkish_letter_is_one_character_and_two_bytes() -> None:
    assert characters("ış😀") == 3
    assert utf8_bytes("ış😀") == 8


@pytest.mark.parametrize("text", ["Merhabalar", "a" * 30, "#bir", "www.ieu.example", "İEÜ yazar", "12:00", "😀"])
def test_an_ordinary_text_is_taken(text: str) -> None:
    assert STRICT.complaint(text) is None


@pytest.mark.parametrize(
    "text", ["", "  \n", "a" * 31, "#bir #iki", "www.a.example https://b.example", "MERHABA", "ÇÖZÜM İSTERİZ!"]
)
def test_what_the_platform_would_not_take_is_complained_of(text: str) -> None:
    assert STRICT.complaint(text)
