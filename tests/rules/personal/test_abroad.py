"""6.4.9: addresses as other languages write them; not streets alone."""

import pytest

from tests.rules.personal.marked import marked


@pytest.mark.parametrize(
    "text",
    [
        "Lindenstraße ist schön",
        "la rue Victor Hugo",
        "улица Ленина красивая",
        "شارع الجامعة",
        "I live near 5 Main Street",
    ],
)
def test_a_street_alone_is_no_address(text: str) -> None:
    assert marked(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "⟦Lindenstraße 17b, 3. OG, 04275 Leipzig⟧ bitte",
        "⟦8 rue Victor Hugo, 75001 Paris⟧, merci",
        "lives at ⟦12 Oak Street, flat 3⟧",
        "по адресу ⟦Казань, ул. Садовая, д. 14, кв. 37⟧, спасибо",
        "⟦حي النخيل، شارع ٧، عمارة ١٢، شقة ٤⟧ رجاءً",
        "⟦Taxa Onur, kuçe 17, xanî 5⟧ ye",
    ],
)
def test_addresses_with_a_flat_or_a_town_are_marked(text: str) -> None:
    assert marked(text) == text
