"""6.4.9: private data in public; not our own contacts, not order numbers, not one's own data in a direct message."""

from typing import Any

import pytest

from app.messages import Channel
from app.rules.model import Label
from tests.rules.looks import OUR_CONTACTS, labels, seen


def found(text: str, **known: Any) -> list[tuple[str, str]]:
    """Kind and text of every private thing."""
    findings = seen(text, **known).findings
    return [(m.kind, text[m.start : m.end]) for f in findings if f.label is Label.PRIVACY for m in f.matches]


@pytest.mark.parametrize(
    "text",
    [
        "0232 111 22 33 santral",
        "+90 (232) 111-22-33'ten arayın",
        "bilgi@ieu.edu.tr adresine yazın",
        "Portakal Caddesi No:7'ye gelin",
        "sipariş no 110000000146",
        "444 0 123'ü arayın",
        "0850 222 33 44 müşteri hattı",
        "2024-2025 güz dönemi",
        "10.000.000.146 TL bütçe",
        "öğrenci no 20210601045",
        "20 bin 500 kişi katıldı",
        "10 ekim 2024 saat 14",
        "35 tl 500 kuruş",
        "MAT 101 dersi 12.30'da",
        "bir iki üç dört deneme",
        "iki yüz elli öğrenci kırk beş hoca",
        "destek@firma.com",
        "Atatürk Caddesi'nde yürüyüş",
        "4111 1111 1111 1112",
        "sıramız 35000",
    ],
)
def test_what_is_nobodys_private_data_is_left_alone(text: str) -> None:
    assert found(text, allowed_contacts=OUR_CONTACTS) == []


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("kimlik 10000000146", [("tc_kimlik", "10000000146")]),
        ("TC'si 10000000146'ymış", [("tc_kimlik", "10000000146")]),
        ("tc no 10000000147", [("tc_kimlik", "10000000147")]),
        ("numarası 0532 123 45 67", [("phone", "0532 123 45 67")]),
        ("05321234567'den ulaşın", [("phone", "05321234567")]),
        ("(0532) 123-45-67 ya da 0533 123 45 67", [("phone", "(0532) 123-45-67"), ("phone", "0533 123 45 67")]),
        ("+90 532 123 45 67", [("phone", "+90 532 123 45 67")]),
        ("5 3 2 1 2 3 4 5 6 7", [("phone", "5 3 2 1 2 3 4 5 6 7")]),
        ("0.532.123.45.67", [("phone", "0.532.123.45.67")]),
        ("０５３２１２３４５６７", [("phone", "０５３２１２３４５６７")]),
        (
            "ara: sıfır beş yüz otuz iki 123 kırk beş altmış yedi",
            [("phone", "sıfır beş yüz otuz iki 123 kırk beş altmış yedi")],
        ),
        ("+49 151 23456789", [("phone", "+49 151 23456789")]),
        ("0312 456 78 90 evin numarası", [("phone", "0312 456 78 90")]),
        ("TR33 0006 1005 1978 6457 8413 26'ya atın", [("iban", "TR33 0006 1005 1978 6457 8413 26")]),
        ("tr330006100519786457841327", [("iban", "tr330006100519786457841327")]),
        ("kart 4111 1111 1111 1111", [("card", "4111 1111 1111 1111")]),
        ("ayse.deneme@gmail.com yaz", [("email", "ayse.deneme@gmail.com")]),
        ("ayse.deneme at gmail nokta com", [("email", "ayse.deneme at gmail nokta com")]),
        ("ayse(at)gmail.com", [("email", "ayse(at)gmail.com")]),
        ("35 ABC 123 plakalı araç", [("plate", "35 ABC 123")]),
        ("Lale Sokak No:4 Daire:7 oturuyor", [("address", "Lale Sokak No:4 Daire:7")]),
        ("evi Gül Cad. no 12 kat 3'te", [("address", "Gül Cad. no 12 kat 3")]),
    ],
)
def test_private_data_is_seen_where_it_stands(text: str, hits: list[tuple[str, str]]) -> None:
    assert found(text, allowed_contacts=OUR_CONTACTS) == hits


def test_a_valid_kimlik_no_is_no_phone_number() -> None:
    assert {kind for kind, _ in found("tc 10000000146")} == {"tc_kimlik"}


@pytest.mark.parametrize("text", ["tc 10000000146", "0532 123 45 67", "ali@gmail.com"])
def test_ones_own_data_in_a_direct_message_is_not_made_public(text: str) -> None:
    assert Label.PRIVACY not in labels(text, channel=Channel.DM)
