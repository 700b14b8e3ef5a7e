"""Reading a text: what the forms see together, with spans of the text as given."""

import pytest

from app.rules.text import read


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("Şerefsiz", "Şerefsiz"),
        ("...ŞEREFSİZ!!!", "ŞEREFSİZ"),
        ("bir s.a.l.a.k herif", "s.a.l.a.k herif"),
        ("ne d@ngal@k", "d@ngal@k"),
        ("x şe\u200bref\u200bsiz y", "şe\u200bref\u200bsiz"),
        ("s\u0327erefsiz", "s\u0327erefsiz"),
    ],
)
def test_what_is_found_is_shown_in_the_original(text: str, span: str) -> None:
    shown = {text[s.start : s.end] for places in read(text).found.values() for s in places}

    assert span in shown


@pytest.mark.parametrize("text", ["", " ", "\n", "\u200b", "😂", "\ud800", "'", "*", "**", "@", "#", "a" * 100_000])
def test_odd_texts_are_read(text: str) -> None:
    assert read(text).original == text


def test_a_question_is_known_by_its_mark_or_its_words() -> None:
    assert read("geldi?").asks
    assert read("kayıtlar ne zaman").asks
    assert not read("kayıtlar başladı").asks


def test_what_stands_between_quotation_marks_is_quoted() -> None:
    (place,) = read("bana “şerefsiz” yazmış").see("insult.slur")

    assert place.is_quoted
