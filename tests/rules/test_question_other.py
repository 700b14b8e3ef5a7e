"""3.3: other questions."""

import pytest

from app.rules.model import Label
from tests.rules.looks import labels


@pytest.mark.parametrize(
    "text",
    [
        "harika",
        "wifi çalışmıyor",
        "taban puan kaç",
        "amk",
    ],
)
def test_what_is_no_question_other_is_left_alone(text: str) -> None:
    assert Label.QUESTION_OTHER not in labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "etkinlik saat kaçta",
        "konser bileti nereden alınıyor",
        "where is the concert?",
        "kampüse otobüs gidiyor mu",
        "akademik takvim yayınlandı mı?",
    ],
)
def test_question_other_is_seen(text: str) -> None:
    assert Label.QUESTION_OTHER in labels(text)
