"""Reading takes time linear in the length of the text, whatever the text."""

import time

import pytest

from tests.rules.looks import seen

HOSTILE = {
    "letters": "a",
    "stretched": "sa",
    "spaced letters": "s ",
    "dots": "a.",
    "stars": "s*",
    "star words": "s*k ",
    "digits": "1",
    "spaced digits": "1 ",
    "spoken digits": "beş ",
    "quotes": "' a",
    "at signs": "a@",
    "mail-like": "a.b@c.",
    "hashes": "#a",
    "slurs": "şerefsiz ",
    "aimed slurs": "siz şerefsiz ",
    "suffixes": "salaklarımızdan",
    "marks": "s̈̈̈",
    "invisible": "\u200b",
    "foreign": "аb",
    "streets": "sokak no 1 ",
    "named streets": "Lale mah. 3/4 ",
    "foreign streets": "12 rue de la ",
    "rooms": "a blok 214 ",
    "ibans": "tr00 ",
    "digits with dashes": "0-",
    "spoken phones": "sıfır beş ",
    "kimlik numbers": "tc 10000000147 ",
    "spelled mailboxes": "a nokta gmail com ",
    "emoji": "😂 ",
    "sale": "esrar var dm ",
}


def _seconds(text: str) -> float:
    best = float("inf")
    for _ in range(3):
        # The processor's own time: what else runs on the machine is not the rules' doing.
        start = time.thread_time()
        seen(text)
        best = min(best, time.thread_time() - start)
    return best


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_four_times_the_text_takes_about_four_times_as_long(piece: str) -> None:
    short = piece * (4_000 // len(piece))

    one, four = _seconds(short), _seconds(short * 4)

    # Quadratic growth would be sixteen times; the machine's noise gets room below that.
    assert four < max(10 * one, 0.1)


@pytest.mark.parametrize("piece", ["AMK ", "A.M.K "])
def test_whether_capitals_are_a_name_is_not_asked_of_the_whole_text_at_each_place(piece: str) -> None:
    short = piece * (30_000 // len(piece))

    one, four = _seconds(short + "a"), _seconds(short * 4 + "a")

    assert four < 10 * one
