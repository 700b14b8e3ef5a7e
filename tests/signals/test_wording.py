"""What the classifier reads: the same for the same words, with a way back to the text as given."""

import pytest

from app.signals.classifier.wording import FIRST, LAST, PIECE, in_pieces, sounding, wording


@pytest.mark.parametrize(
    ("text", "worded"),
    [
        ("ÇOOOOK GÜZEL", "çook güzel"),
        ("IRAK İzmir", "ırak izmir"),
        ("I want to die", "i want to die"),
        ("bak https://t.co/abc?x=1 ve www.site.com/a", "bak url ve url "),
        ("ali.veli@gmail.com yaz", " eposta yaz"),
        ("@ieu.edu neden", " @user neden"),
        ("0532 123 45 67 ya da 05321234567", "0532 123 45 67 ya da 00"),
        ("2024 yılı, 123 kişi", "2024 yılı, 123 kişi"),
        ("ѕаlаk", "salak"),
        ("s\u200ba\u200bl", "sal"),
        ("A** Y*** kaçıncı sırada, Me*** Ka** yedek", "a y kaçıncı sırada, me ka yedek"),
        ("s*** git", "s** git"),
        ("", ""),
    ],
)
def test_a_text_is_worded(text: str, worded: str) -> None:
    assert wording(text).text == worded


@pytest.mark.parametrize(
    "text",
    [
        "ÇOOOOK güzeeel 👍🏽👍🏽 @ieu www.a.com 05321234567",
        "ﬁnal İ̇I",
        "a\u0301\u0301\u0301\u0301 b",
        "🏳️‍🌈 ok",
        "\u202eters",
    ],
)
def test_every_code_point_leads_back_into_the_text(text: str) -> None:
    worded = wording(text)

    assert len(worded.starts) == len(worded.ends) == len(worded.text)
    assert all(0 <= start < end <= len(text) for start, end in zip(worded.starts, worded.ends, strict=True))
    assert list(worded.starts) == sorted(worded.starts)


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("bu ne S.4.L.4.K iş", "bu ne salak iş"),
        ("t i y a t r o kulübü", "tiyatro kulübü"),
        ("k0k41n 05321234567", "kokain 00"),
        ("AYM'nin e-posta adresi, C.Y. imzalı", None),
        ("çoook güzeeel", None),
        ("saaalaaak, kütüüük", "salak, kütük"),
        ("maaaal mısın", "mal mısın"),
        ("#hocaşerefsiz geldi", "#hoca serefsiz geldi"),
        ("şe ref\nsizler", "şerefsizler"),
    ],
)
def test_a_disguised_text_is_heard_as_it_sounds(text: str, heard: str | None) -> None:
    worded = sounding(text)

    assert (worded.text if worded else None) == heard


def test_what_is_heard_leads_back_into_the_text() -> None:
    text = "bu ne S.4.L.4.K iş"
    worded = sounding(text)

    assert worded is not None
    place = worded.text.index("salak")
    start, end = worded.original(place, place + 5)
    assert text[start:end] == "S.4.L.4.K"


def test_a_shortened_link_leads_back_to_all_of_it() -> None:
    text = "bak www.ornek.com/yol gel"
    worded = wording(text)
    place = worded.text.index("url")

    start, end = worded.original(place, place + 3)

    assert text[start:end] == "www.ornek.com/yol"


def test_an_ordinary_message_is_one_piece() -> None:
    assert list(in_pieces("kısa bir yorum")) == [(0, "kısa bir yorum")]


@pytest.mark.parametrize("text", ["x" * 100_000, "bir iki üç " * 20_000, "kelime " * 80])
def test_a_long_text_is_read_at_both_ends_in_bounded_pieces(text: str) -> None:
    pieces = list(in_pieces(text))

    assert all(len(piece) <= PIECE for _, piece in pieces)
    assert len(pieces) <= FIRST + LAST + 2
    assert pieces[0][0] == 0
    assert pieces[-1][0] + len(pieces[-1][1]) == len(text)
    assert all(text[start : start + len(piece)] == piece for start, piece in pieces)
