"""6.4.9: numbers on papers; not student numbers, made-up digits, masked cards."""

import pytest

from tests.rules.personal.marked import marked


@pytest.mark.parametrize(
    "text",
    [
        "öğrenci no 20210601045",
        "kimliğe 11111111111 yazmış",
        "tc'm 12345678901 olsa",
        "11 haneli rastgele sayı 48210937755 üretti, bu tc olur mu",
        "100 000 001 47",
        "kart 0000 0000 0000 0000",
        "**** **** **** 4471",
        "pasaport süresi 2025",
        "U12345678 kodlu ürün",
        "papara 1500 tl",
        "seri no SN-7741-0093-22",
    ],
)
def test_numbers_of_no_paper_are_left_alone(text: str) -> None:
    assert marked(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "⟦100 000 001 46⟧ Ayşe, ikinci sınıf",
        "t.c. ( ⟦10000000146⟧ ) yeter mi",
        "tc ⟦1 0 0 0 0 0 0 0 1 4 6⟧",
        "pasaportum ⟦U 12345678⟧",
        "my passport ⟦AB1234567⟧",
        "kimlik seri no ⟦A12B34567⟧",
        "papara numaram ⟦1234567890⟧",
    ],
)
def test_numbers_on_papers_are_marked(text: str) -> None:
    assert marked(text) == text
