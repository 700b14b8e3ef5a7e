"""Counting what rules get right."""

from collections.abc import Iterator

import pytest

from app.messages import Message
from app.rules.measure import Case, Count, measure, wilson_lower
from app.rules.model import Label, Match, Signals, rule
from app.rules.text import read
from tests.rules.looks import a_message


@rule(article="6.4.8", label=Label.INSULT)
def sees_x(message: Message, signals: Signals) -> Iterator[Match]:
    """An x."""
    if "x" in message.text:
        yield Match(start=0, end=1, reason="x")


def a_case(text: str, *labels: Label, optional: frozenset[Label] = frozenset()) -> Case:
    return Case(
        id=text,
        message=a_message(text),
        signals=Signals(forms=read(text)),
        labels=frozenset(labels),
        optional=optional,
    )


@pytest.mark.parametrize(
    ("right", "of", "lower"),
    [(0, 0, 0.0), (0, 10, 0.0), (10, 10, 0.7225), (98, 100, 0.9300), (189, 189, 0.9801)],
)
def test_the_lower_end_of_the_interval(right: int, of: int, lower: float) -> None:
    assert wilson_lower(right, of) == pytest.approx(lower, abs=5e-4)


def test_hits_are_counted_as_right_or_wrong() -> None:
    cases = [a_case("x1", Label.INSULT), a_case("x2"), a_case("y", Label.INSULT), a_case("z")]

    result = measure(cases, (sees_x,))

    assert result.cases == 4
    assert result.rules[sees_x.name] == Count(hits=2, right=1)
    assert result.labels[Label.INSULT] == Count(hits=2, right=1, missed=1)
    assert result.labels[Label.INSULT].precision == 0.5
    assert result.labels[Label.INSULT].recall == 0.5


def test_an_optional_label_counts_for_neither_side() -> None:
    result = measure([a_case("x", optional=frozenset({Label.INSULT}))], (sees_x,))

    assert result.rules[sees_x.name] == Count()
    assert result.labels[Label.INSULT] == Count()


def test_a_rule_that_never_fired_has_no_precision() -> None:
    result = measure([a_case("y")], (sees_x,))

    assert result.rules[sees_x.name].precision is None
    assert result.rules[sees_x.name].precision_lower == 0.0
