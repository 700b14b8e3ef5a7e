"""6.4.5: negative opinion, kept."""

import pytest

from app.rules.model import Label
from tests.rules.looks import labels


@pytest.mark.parametrize(
    "text",
    [
        "harika bir okul",
        "kötü değil",
        "fena değil bence",
        "kayıt ne zaman",
    ],
)
def test_what_is_no_criticism_is_left_alone(text: str) -> None:
    assert Label.CRITICISM not in labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "bu yönetim rezalet",
        "eğitim kalitesi düştü",
        "hayal kırıklığı",
        "çok pahalı ve yetersiz bir okul",
        "size yakışmadı",
        "sadece parayı düşünüyorlar",
        "worst university ever",
        "sizi Allah'a havale ediyorum",
        "beklentimin çok altında",
    ],
)
def test_criticism_is_seen(text: str) -> None:
    assert Label.CRITICISM in labels(text)
