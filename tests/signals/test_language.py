"""The language of short and long messages."""

import pytest

from app.signals.language import LanguageDetector


@pytest.fixture(scope="module")
def detect() -> LanguageDetector:
    return LanguageDetector()


@pytest.mark.parametrize("text", ["", "😂😂", "123", "@ali", "https://ieu.edu.tr", "hahahaha", "ok", "dm", "a", "?!"])
def test_what_tells_no_language_has_none(detect: LanguageDetector, text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("slm", "tr"),
        ("tşk", "tr"),
        ("çok iyi", "tr"),
        ("KAYITLAR NE ZAMAN", "tr"),
        ("kayit ne zaman basliyor", "tr"),
        ("eduroam calismiyo", "tr"),
        ("ok thx", "en"),
        ("I LOVE THIS SCHOOL", "en"),
        ("what are the fees?", "en"),
        ("nice campus", "en"),
        ("Wie hoch sind die Gebühren?", "de"),
        ("Danke schön", "de"),
        ("Quels sont les frais d'inscription ?", "fr"),
        ("متى يبدأ التسجيل في الجامعة؟", "ar"),
        ("شهریه دانشگاه چقدر است؟", "fa"),
        ("Сколько стоит обучение?", "ru"),
        ("Qəbul nə vaxt başlayır?", "az"),
        ("Silav, ez dixwazim li zanîngehê bixwînim", "ku"),
    ],
)
def test_languages_are_told_apart(detect: LanguageDetector, text: str, code: str) -> None:
    assert detect(text) == code
