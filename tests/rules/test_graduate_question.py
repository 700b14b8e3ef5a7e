"""6.4.1: questions about graduate studies."""

import pytest

from app.rules.model import Label
from tests.rules.looks import labels


@pytest.mark.parametrize(
    "text",
    [
        "burs var mı",
        "doktora görün bence",
        "yüksek lisans yapmış harika bir hoca",
    ],
)
def test_what_is_no_graduate_question_is_left_alone(text: str) -> None:
    assert Label.GRADUATE_QUESTION not in labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "yüksek lisans başvuruları ne zaman",
        "doktora için ales şartı var mı",
        "tezsiz yüksek lisans ücreti nedir",
        "Do you offer a PhD in design?",
        "mba programı kaç dönem",
    ],
)
def test_graduate_question_is_seen(text: str) -> None:
    assert Label.GRADUATE_QUESTION in labels(text)
