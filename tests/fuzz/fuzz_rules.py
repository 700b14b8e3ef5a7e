"""Texts made to be slow: forms, rules and signals take time in proportion to their length; the figures are shown."""

import gc
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random

import pytest

from app.rules.engine import evaluate
from app.rules.model import Signals
from app.rules.text import read
from app.signals.classifier.classify import Classifier
from app.signals.language import LanguageDetector
from tests.fuzz.hostile import MEBIBYTE, TEXTS
from tests.fuzz.seeds import SEED
from tests.rules.looks import a_message
from tests.rules.test_speed import HOSTILE

# A text to the work whose time is taken.
Prepare = Callable[[str], Callable[[], object]]
LENGTHS = (5_000, 10_000, 20_000, 40_000)
REPEATS = 2
# A busy machine spoils a measurement, and the long ones sooner than the short: of each length the best counts.
ROUNDS = 8
# Twice the text takes twice as long; four times would be quadratic. The noise of a machine gets the room between, more
# of it for a single doubling than for the mean of them: beside other work a text may outgrow its share of the caches at
# one length. What is quadratic from some length on fails by the mean, even if only the last doubling shows it.
MEAN, ANY = 2.6, 4.2
# Below this a clock on a busy machine tells nothing.
MEASURABLE_SECONDS = 0.02
MIXED = 24
ALPHABET = [*HOSTILE.values(), *"aıİşğ0159.,:;'\"«»*_@#/\\()[]{}<>-–+=&%$€!? \n\t", "\u0301", "\u200d", "\u202e", "😂"]
ALPHABET += ["www.", "http://", "@gmail.com", "TR", "0532 ", "no:", "sokak ", "kendimi ", "öldür", "sik", "intihar "]


def mixed() -> list[str]:
    """Pieces put together by chance, to be repeated."""
    chance = Random(f"{SEED} rules")
    return ["".join(chance.choices(ALPHABET, k=chance.randint(1, 6))) for _ in range(MIXED)]


def _best(work: Callable[[], object]) -> float:
    """Seconds of this process, whatever else the machine does; its collector, which reads all that is held, rests."""
    best = float("inf")
    gc.collect()
    gc.disable()
    try:
        for _ in range(REPEATS):
            begun = time.process_time()
            work()
            best = min(best, time.process_time() - begun)
    finally:
        gc.enable()
    return best


def filled(piece: str, length: int) -> str:
    """A text of this length, of nothing but the piece."""
    return (piece * (length // len(piece) + 1))[:length]


def _doublings(seconds: Sequence[float]) -> list[float]:
    """By what each doubling of the length multiplied the time."""
    return [after / before for before, after in pairwise(seconds) if after > MEASURABLE_SECONDS]


def _judge(prepare: Prepare, piece: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    works = [prepare(filled(piece, length)) for length in LENGTHS]
    seconds = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        seconds = list(map(min, seconds, map(_best, works)))
        ratios = _doublings(seconds)
        is_linear = not ratios or (sum(ratios) / len(ratios) < MEAN and max(ratios) < ANY)
        if is_linear:
            break
    with capsys.disabled():
        shown = " ".join(f"{1000 * one:7.1f}" for one in seconds)
        print(f"  {name:<32} ms at 5, 10, 20, 40 thousand: {shown}   x {' '.join(f'{one:.2f}' for one in ratios)}")
    assert is_linear, (piece, seconds, ratios)


def _all_rules(text: str) -> Callable[[], object]:
    return lambda: evaluate(a_message(text), Signals(forms=read(text)))


@pytest.fixture(scope="module")
def signals() -> Prepare:
    """Language and classifier, as they are gathered for every message."""
    detect, classifier = LanguageDetector(), Classifier()
    return lambda text: lambda: (detect(text), classifier.score([(text, text)]))


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_known_hostile_texts_take_time_in_proportion(piece: str, capsys: pytest.CaptureFixture[str]) -> None:
    _judge(_all_rules, piece, repr(piece)[:32], capsys)


@pytest.mark.parametrize("number", range(MIXED))
def test_texts_mixed_by_chance_take_time_in_proportion(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    piece = mixed()[number]

    _judge(_all_rules, piece, repr(piece)[:32], capsys)


@pytest.mark.parametrize("piece", ["a", "s ", "beş ", "şerefsiz ", "😂 ", *mixed()[:5]])
def test_language_and_classifier_take_time_in_proportion(
    piece: str, signals: Prepare, capsys: pytest.CaptureFixture[str]
) -> None:
    _judge(signals, piece, f"signals, {piece!r}"[:40], capsys)


@pytest.mark.parametrize(
    "text", [text[: MEBIBYTE // 4] for text in TEXTS if len(text) > MEBIBYTE // 10], ids=lambda text: repr(text[:9])
)
def test_a_text_that_no_platform_sends_takes_no_longer_than_its_parts(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    part = text[: len(text) // 16]

    whole, parts = _best(_all_rules(text)), 16 * _best(_all_rules(part))

    with capsys.disabled():
        print(f"  {len(text)} characters {text[:9]!r}: {whole:.2f} s, in sixteen parts {parts:.2f} s")
    assert whole < 2 * parts
