"""6.4.3: positive comments."""

import pytest

from app.rules.model import Label
from tests.rules.looks import labels


@pytest.mark.parametrize(
    "text",
    [
        "kötü bir deneyim",
        "kayıt ne zaman",
        "harika değil",
    ],
)
def test_what_is_no_praise_is_left_alone(text: str) -> None:
    assert Label.PRAISE not in labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "harika bir okul",
        "tebrikler ❤️",
        "iyi ki bu okuldayım",
        "gurur duyuyoruz",
        "çok güzel olmuş",
        "👏👏👏",
        "emeğinize sağlık",
        "great university, love it",
        "en iyi üniversite",
    ],
)
def test_praise_is_seen(text: str) -> None:
    assert Label.PRAISE in labels(text)
