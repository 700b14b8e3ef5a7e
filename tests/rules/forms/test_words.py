"""Words, sentences, quotations."""

import pytest

from app.rules.forms.plain import plain
from app.rules.forms.words import Words, words


def read(text: str) -> Words:
    return words(plain(text))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Rektör'ün şoförü", ["rektorun", "soforu"]),
        ("50tl'ye", ["<number>", "tlye"]),
        ("@ali bak https://x.y/z ali@x.com 12.30", ["<mention>", "bak", "<url>", "<mail>", "<number>"]),
        ("#KampüsteŞenlik", ["kampuste", "senlik"]),
        ("tamam😂😂", ["tamam", "😂", "😂"]),
        ("", []),
    ],
)
def test_tokens(text: str, folded: list[str]) -> None:
    assert [word.folded for word in read(text).words] == folded


def test_sentences_are_told_apart() -> None:
    assert [word.sentence for word in read("bir iki. üç? dört").words] == [0, 0, 1, 2]
    assert read("bir iki. üç? dört").questions == {1}


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('o "bir iki" üç', {1, 2}),
        ("o 'bir' üç", {1}),
        ("o “bir” üç «iki»", {1, 3}),
        ("Ali'nin Veli'nin", set()),
        ('yarım " kaldı', set()),
        ("o bir” iki", set()),
    ],
)
def test_quotations(text: str, quoted: set[int]) -> None:
    assert read(text).quoted == quoted
