"""6.4.1: candidates' questions."""

import pytest

from app.rules.model import Label
from tests.rules.looks import labels


@pytest.mark.parametrize(
    "text",
    [
        "wifi çalışmıyor",
        "yüksek lisans ücretleri ne kadar",
        "iş ilanı var mı",
        "harika kampüs",
    ],
)
def test_what_is_no_admission_question_is_left_alone(text: str) -> None:
    assert Label.ADMISSION_QUESTION not in labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "taban puanlar ne kadar",
        "burs var mı",
        "yurt ücretleri nedir",
        "psikoloji kaç bine kapatır",
        "hazırlık zorunlu mu",
        "what is the tuition fee?",
        "yatay geçiş başvuruları ne zaman",
        "kayıt için hangi belgeler lazım",
        "hangi bölümler ingilizce",
    ],
)
def test_admission_question_is_seen(text: str) -> None:
    assert Label.ADMISSION_QUESTION in labels(text)
