"""6.4.9: phone numbers however they are grouped; not orders, dates, prices, scores, company lines."""

import pytest

from tests.rules.personal.marked import marked


@pytest.mark.parametrize(
    "text",
    [
        "takip no 5320148812",
        "sipariş no: 05324110987",
        "öğrenci numaram 20210602011",
        "0850 411 09 87",
        "+90 850 411 09 87",
        "444 0 411 arayın",
        "05.05.2024 9.30 provası",
        "12.05.2024 15:30 - 17:00",
        "saat 05:32 06:45 07:15",
        "5.350.000,00 TL",
        "535.000.000,0 lira",
        "0.5321234567 çıktı",
        "1, 2, 3, 4, 5, 6, 7, 8, 9, 10",
        "0 1 1 2 3 5 8 13 21 34 55",
        "sayısalda 05 14 23 32 41 49",
        "maç 25-18 25-21 25-16",
        "IP 192.168.1.105",
        "ISBN 978-605-04-1872-3",
        "barkod 8690000123457",
        "yolcu 232 411 09 87",
        "+994 ile arandım",
        "@uye5321234567 yazdı",
        "https://ornek.com/5321234567",
    ],
)
def test_numbers_that_are_no_ones_phone_are_left_alone(text: str) -> None:
    assert marked(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "⟦0(532) 411 09 87⟧",
        "(⟦0532 411 09 87⟧)",
        "⟦(0532)(411)(09)(87)⟧",
        "⟦[0] [5] [3] [2] [4] [1] [1] [0] [9] [8] [7]⟧ ara",
        "⟦0 5 3 2) 4 1 1 0 9 8 7⟧",
        "⟦0 (532) 411 – 09 – 87⟧ numaradan",
        "⟦0532,411,09,87⟧",
        "⟦0532...411...09...87⟧",
        "⟦0 5 3 2 - - 4 1 1 - - 0 9 - - 8 7⟧",
        "⟦O532 4l1 O9 87⟧ yazın",
        "⟦o532 411 o9 87⟧",
        "⟦0 5 3 2 - 4 1 1 - O 9 - 8 7⟧",
        "⟦05324110987⟧i aradım",
        "⟦0⃣5⃣3⃣2⃣4⃣1⃣1⃣0⃣9⃣8⃣7⃣⟧ ara",
        "⟦0️⃣5️⃣3️⃣2️⃣ 4️⃣1️⃣1️⃣ 0️⃣9️⃣ 8️⃣7️⃣⟧ yaz",
        "⟦⓪⑤③② ④①① ⓪⑨ ⑧⑦⟧",
        "⟦wa.me/905324110987⟧ dan",
        "⟦https://wa.me/905324110987⟧",
        "Tel.⟦0532-411-0987⟧/⟦0232 411 09 87⟧",
        "⟦10000000146⟧ / ⟦TR33 0006 1005 1978 6457 8413 26⟧ / ⟦0532 411 09 87⟧",
        "Sipariş: ⟦0532 411 09 87⟧",
        "⟦232 411 09 87⟧ ev hattımız",
        "⟦+44 7700 900123⟧ is mine",
        "⟦0049 151 23456789⟧",
        "звоните ⟦8 916 123-45-67⟧",
        "شماره من ⟦۰۹۱۲۱۲۳۴۵۶۷⟧",
        "numaram tersten ⟦78 90 114 2350⟧",
    ],
)
def test_phones_are_marked_from_end_to_end(text: str) -> None:
    assert marked(text) == text


def test_a_number_as_written_at_home_is_read_by_the_language_of_the_message() -> None:
    text = "meldet euch ⟦0151 23456789⟧"

    assert marked(text, language="de") == text
    assert marked(text, language="tr") == "meldet euch 0151 23456789"
