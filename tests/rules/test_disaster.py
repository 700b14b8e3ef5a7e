"""6.4.7: disasters, terror, unrest."""

import pytest

from app.rules.model import Label
from tests.rules.looks import labels


@pytest.mark.parametrize(
    "text",
    [
        "selamlar",
        "yangın merdiveni nerede",
        "deprem mühendisliği dersi",
        "siber saldırı dersi",
        "harika konser",
        "yeri göğü salladık",
    ],
)
def test_what_is_no_disaster_is_left_alone(text: str) -> None:
    assert Label.DISASTER not in labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "deprem oldu hissettiniz mi",
        "orman yangınları için bağış",
        "sel baskını var",
        "terör saldırısında ölenler",
        "Is everyone ok after the earthquake?",
        "depremzede öğrenciler",
        "patlama sesi duyuldu",
    ],
)
def test_disaster_is_seen(text: str) -> None:
    assert Label.DISASTER in labels(text)
