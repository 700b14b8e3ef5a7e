"""The plain form and its map back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.forms.plain import plain


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Merhaba DÜNYA", "merhaba dünya"),
        ("s\u200ba\u200dl\u2060a\u00adk", "salak"),
        ("\u202esalak\u202c", "salak"),
        ("𝓼𝖆𝕝𝐚𝚔", "salak"),
        ("ｓａｌａｋ", "salak"),
        ("ⓢⓐⓛⓐⓚ", "salak"),
        ("🅂🄰🅻🅰🄺", "salak"),
        ("sаlаk", "salak"),  # a Cyrillic a
        ("sαlαk", "salak"),  # a Greek alpha
        ("s\u0327erefsiz", "şerefsiz"),
        ("I\u0307zmir", "izmir"),
        ("s̶̷a̶̷l̶̷a̶̷k̶̷", "salak"),
        ("привет", "привет"),
        ("#GeriZekalıYönetim #İEÜ #ieu2026", "#geri zekalı yönetim #ieü #ieu2026"),
        ("aptaI", "aptal"),
        ("aIçak", "alçak"),
        ("kIzlar, kapI, OpenAI", "kızlar, kapı, openaı"),
        ("καλημέρα", "καλημέρα"),
    ],
)
def test_disguised_letters_are_read(text: str, form: str) -> None:
    assert plain(text).text == form


def test_spans_lead_back_to_the_text_as_given() -> None:
    text = "\u200bx s\u200bal\u0301ak y"
    form = plain(text)
    start = form.text.index("s")

    first, last = form.original(start, start + 5)

    assert text[first:last] == "s\u200bal\u0301ak"


@given(st.text())
def test_every_place_of_the_form_has_its_place_in_the_text(text: str) -> None:
    form = plain(text)

    places = [form.original(place, place + 1) for place in range(len(form.text))]

    assert all(0 <= start < end <= len(text) for start, end in places)
    assert places == sorted(places)
