"""6.4.9: car plates, spaced or read out; not courses, sizes, sums."""

import pytest

from tests.rules.personal.marked import marked


@pytest.mark.parametrize(
    "text",
    [
        "64 GB 1234",
        "27 MB 300",
        "35 TL 100",
        "3 5 a b c",
        "otuz beş de ne var ki",
        "plaka otuz beş İzmir",
        "arabayla yirmi beş dakika ve on iki durak",
    ],
)
def test_what_is_no_plate_is_left_alone(text: str) -> None:
    assert marked(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "⟦3 5 A B C 1 2 3⟧ çarptı",
        "plakası ⟦otuz beş a be ce yüz yirmi üç⟧",
        "⟦35ABC123⟧ camı açık",
    ],
)
def test_plates_are_marked(text: str) -> None:
    assert marked(text) == text
