"""6.4.3: checkable harmful statements; not opinions, not questions."""

import pytest

from app.rules.model import Label
from tests.rules.looks import labels


@pytest.mark.parametrize(
    "text",
    [
        "diploma töreni ne zaman",
        "okul çok kötü",
        "diplomam nereden alınır",
        "kantin kapanıyor mu",
        "not sistemi adaletsiz",
        "kütüphane 22.00'de kapanıyor",
        "yemekler zehir gibi",
    ],
)
def test_what_is_no_misinformation_is_left_alone(text: str) -> None:
    assert Label.MISINFORMATION not in labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "diplomalar geçersiz, YÖK tanımıyor",
        "bu okul iflas etti kapanıyor",
        "notları parayla satıyorlar",
        "rektör rüşvet alıyor",
        "akreditasyonu iptal edildi",
        "yemekhanede domuz eti kullanıyorlar",
        "kampüs satılmış",
        "the university is bankrupt",
    ],
)
def test_misinformation_is_seen(text: str) -> None:
    assert Label.MISINFORMATION in labels(text)
