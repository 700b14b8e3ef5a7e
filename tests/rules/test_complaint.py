"""6.4.1: complaints about services."""

import pytest

from app.rules.model import Label
from tests.rules.looks import labels


@pytest.mark.parametrize(
    "text",
    [
        "yemekhane saat kaçta açılıyor",
        "kütüphane çok güzel",
        "servis var mı bornovadan",
        "teşekkürler öğrenci işleri",
    ],
)
def test_what_is_no_complaint_is_left_alone(text: str) -> None:
    assert Label.COMPLAINT not in labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "wifi çalışmıyor",
        "yemekhane çok pahalı",
        "yurtta sıcak su yok",
        "öğrenci işleri telefona bakmıyor",
        "notum hala girilmedi",
        "obs açılmıyor",
        "servis yine gelmedi",
        "asansör bozuk",
        "harç iademi alamadım",
        "bana salak dediler, şikayetçiyim",
        "the wifi is down again",
    ],
)
def test_complaint_is_seen(text: str) -> None:
    assert Label.COMPLAINT in labels(text)
