"""5.6: politics, belief, orientation."""

import pytest

from app.rules.model import Label
from tests.rules.looks import labels


@pytest.mark.parametrize(
    "text",
    [
        "gıda politikası dersi",
        "yağmurdan sonra gökkuşağı çıktı",
        "kulüp başkanlığı",
        "harika konser",
    ],
)
def test_what_is_no_sensitive_topic_is_left_alone(text: str) -> None:
    assert Label.SENSITIVE_TOPIC not in labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "mescit yeri yetersiz",
        "seçimlerde sandık başındayız",
        "filistin için yürüyüş var",
        "LGBT hakları",
        "başörtülü öğrenciler",
        "hükümet istifa",
        "free palestine",
    ],
)
def test_sensitive_topic_is_seen(text: str) -> None:
    assert Label.SENSITIVE_TOPIC in labels(text)
