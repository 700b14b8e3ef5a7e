"""6.4.9: phone numbers spelled out or told in pieces; not counting, prices, figures of speech."""

import pytest

from tests.rules.personal.marked import marked


@pytest.mark.parametrize(
    "text",
    [
        "bir iki üç dört beş altı yedi sekiz dokuz on on bir on iki",
        "beş yüz otuz iki bin lira ödedim",
        "sıfır beş kalem alın",
        "sıfır beş on beş yirmi yirmi beş otuz otuz beş kırk",
        "beş beş beş beş beş beş beş beş beş beş",
        "o yüzden beş yüz kişi geldi",
        "birden yedi kişi onu aradı",
        "ders 500, yüz yüze. son 2 kontenjan",
        "sonra 532 kişi, devamı 411 kişi",
    ],
)
def test_counting_and_prices_are_no_phone_numbers(text: str) -> None:
    assert marked(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "⟦sıfır beş otuz iki dört yüz on bir sıfır dokuz seksen yedi⟧den ulaş",
        "o yüzden ⟦sıfır beş yüz otuz iki dört yüz on bir on dokuz seksen üç⟧",
        "⟦beş yüz otuz iki dört yüz on bir on dokuz seksen yedi⟧ numaralı hat",
        "⟦0 beş yüz 32 411 on dokuz 87⟧",
        "⟦sıfır5yüz32 411 ondokuz seksen⟧",
        "⟦sıfırbeşyüzotuzikidörtyüzonbirsıfırdokuzseksenyedi⟧",
        "⟦sfr beş otuziki dörtyüzonbir sfr dokuz seksenyedi⟧",
        "⟦zero five three two four double one zero nine eight seven⟧",
        "önce ⟦0532⟧ yaz, devamı ⟦411 09 87⟧",
        "başı ⟦beş yüz otuz iki⟧, arkasına ⟦dört yüz on bir⟧, sonu ⟦doksan seksen yedi⟧",
    ],
)
def test_spelled_out_numbers_are_marked_without_their_case_ending(text: str) -> None:
    assert marked(text) == text
