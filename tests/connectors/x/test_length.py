"""Weighted characters. The procedure's own texts are counted too: they must fit."""

import time

import pytest

from app.connectors.x.length import LIMIT, addresses, is_valid, weighted_length

T1 = (
    "Merhabalar, Sorununuzu ilgili birime aktardık, en kısa sürede çözüme ulaşması için gereken yapılacaktır. "
    "Sevgiler, İEÜ"
)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("ğüşiöçı ĞÜŞİÖÇI", 15),
        (T1, len(T1)),
        # Composed and decomposed are the same.
        ("é", 1),
        ("e\u0301", 1),
        ("I\u0307", 1),
        # Scripts.
        ("日本語", 6),
        ("カナ", 4),
        ("한국", 4),
        ("\u1112\u1161\u11ab", 2),
        ("Привет", 6),
        ("مرحبا", 5),
        # Signs inside and outside the light ranges.
        ("‘’“”–…", 6 + 1),
        ("€", 2),
        ("\u200d", 1),
        ("\u202a", 2),
        ("\u2066x\u2069", 5),
    ],
)
def test_letters_and_signs(text: str, length: int) -> None:
    assert weighted_length(text) == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("😡", 2),
        ("👍🏽", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("👩🏾‍❤️‍💋‍👨🏻", 2),
        ("🧑‍🚀🧑‍🚀", 4),
        ("🏳️‍🌈", 2),
        ("🇹🇷", 2),
        ("🇹🇷🇩🇪", 4),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2),
        ("1️⃣", 2),
        ("#⃣", 2),
        ("❤️", 2),
        ("❤", 2),
        ("☕", 2),
        ("🇹", 2),
        ("1", 1),
        ("©", 1),
        ("©️", 2),
        ("™", 2),
        ("a😡b", 4),
        # Asked to be a plain sign, it is two characters.
        ("☺︎", 4),
    ],
)
def test_an_emoji_counts_two_however_it_is_made(text: str, length: int) -> None:
    assert weighted_length(text) == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("https://www.ieu.edu.tr/tr/aday-ogrenci?yil=2026#kayit", 23),
        ("http://a.co", 23),
        ("www.ieu.edu.tr", 23),
        ("ieu.edu.tr/tr.", 24),
        ("(ieu.edu.tr)", 25),
        ("bkz: https://ieu.edu.tr, sonra", 5 + 23 + 7),
        ("IEU.EDU.TR", 23),
        ("https://ünv.com/ş", 23),
        ("https://example.com/(a(b)c)", 23),
        ("http://example.com:8080/x", 23),
        ("https://xn--wgv71a119e.jp", 23),
        ("https://日本語.jp", 23),
        ("日本語example.com中国語", 6 + 23 + 6),
        ("http://twitter.com/これは日本語です。example.com中国語", 23 + 18 + 23 + 6),
        ("https://t.co/abc1", 23),
        ("https://t.co/abc1/more", 23 + 5),
        ("https://t.co/" + "a" * 41, 54),
        ("a.co b.co", 23 + 1 + 23),
    ],
)
def test_an_address_counts_23(text: str, length: int) -> None:
    assert weighted_length(text) == length


@pytest.mark.parametrize(
    "text",
    [
        "bilgi@ieu.edu.tr",
        "09.00-18.00",
        "3.14",
        "gittim.sonra",
        "geldi.İn",
        "dosya.bilinmeyen",
        "@ieu.edu.tr",
        "#ieu.edu.tr",
        "-ieu.edu.tr",
        "https://localhost",
        "https://",
        "vs...",
        "a.b",
        "edu.tra",
        "x" * 64 + ".com",
    ],
)
def test_what_is_no_address_counts_its_letters(text: str) -> None:
    assert list(addresses(text)) == []
    assert weighted_length(text) == len(text)


def test_an_address_far_too_long_is_none() -> None:
    assert weighted_length("https://ieu.edu.tr/" + "a" * 4096) == 19 + 4096


@pytest.mark.parametrize("text", ["", "   ", "\n", "a\ufffe", "\ufeffa", "a\uffffb", "a\ud800"])
def test_such_a_text_is_not_taken(text: str) -> None:
    assert not is_valid(text)


def test_a_text_of_the_procedure_is_taken() -> None:
    assert is_valid(T1)
    assert weighted_length(T1) <= LIMIT


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "ş",
        "a.",
        "-",
        "é.",
        "http://",
        "a.com/(",
        "a.com/(a",
        "a.com/!",
        "a.com?!",
        "😀\u200d",
        ".",
        "1\ufe0f",
        "日",
    ],
)
def test_counting_takes_little_time(piece: str) -> None:
    began = time.perf_counter()

    weighted_length(piece * 20_000)

    assert time.perf_counter() - began < 5
