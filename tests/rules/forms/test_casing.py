"""Turkish casing."""

import pytest

from app.rules.forms.casing import has_turkish_letters, lower_turkish, strip_diacritics


@pytest.mark.parametrize(
    ("text", "lowered"),
    [("ISPARTA", "ısparta"), ("İZMİR", "izmir"), ("ŞÖĞÜÇ", "şöğüç"), ("ẞ", "ß"), ("Straße", "straße"), ("ЖÄ", "жä")],
)
def test_lower_case_is_turkish(text: str, lowered: str) -> None:
    assert lower_turkish(text) == lowered


@pytest.mark.parametrize("text", ["İİİ", "ŞĞÜÖÇIİ", "ǅ", "ﬁ", "ȺȾ"])
def test_no_code_point_moves(text: str) -> None:
    assert len(lower_turkish(text)) == len(text)
    assert len(strip_diacritics(text)) == len(text)


def test_diacritics_are_dropped_as_on_a_foreign_keyboard() -> None:
    assert strip_diacritics("şğüöçı âîû éñä ə") == "sguoci aiu ena e"


def test_a_writer_with_turkish_letters_is_known() -> None:
    assert has_turkish_letters("çok sık")
    assert not has_turkish_letters("cok sik")
