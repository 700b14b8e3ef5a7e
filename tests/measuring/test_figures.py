"""Counting, intervals, thresholds: figures that decide what the machine may do."""

from math import exp

import pytest

from app.decisions.model import Decision, Disposition, JudgedFinding, PolicyVersion, Tier
from app.measuring.cases import Case
from app.measuring.interval import wilson_lower
from app.measuring.judged import Judged, harmless_taken_down, of_label, private_places, taken_down
from app.measuring.thresholds import by_chance, by_precision, by_recall, thresholds
from app.measuring.tiers import strengths
from app.measuring.weights import fit
from app.rules.model import Article, Label, Match, RuleName, Signals
from app.rules.text import read
from tests.rules.looks import a_message


def a_case(text: str, *labels: Label, optional: frozenset[Label] = frozenset(), **changes: object) -> Case:
    return Case(
        id=text,
        message=a_message(text),
        signals=Signals(forms=read(text)),
        labels=frozenset(labels),
        optional=optional,
        **changes,  # type: ignore[arg-type]  # a builder
    )


def a_judged(case: Case, *labels: Label, down: bool = False, places: tuple[tuple[int, int], ...] = ()) -> Judged:
    findings = tuple(
        JudgedFinding(
            label=label,
            article=Article("6.4.8"),
            rule=RuleName(f"{label}.seen"),
            tier=Tier.LIKELY,
            score=0.8,
            matches=tuple(Match(start=start, end=end, reason="seen") for start, end in places),
        )
        for label in labels
    )
    return Judged(
        case=case,
        decision=Decision(
            labels=labels,
            disposition=Disposition.CONTAIN if down else Disposition.KEEP,
            language="tr",
            findings=findings,
            policy_version=PolicyVersion("p"),
        ),
    )


@pytest.mark.parametrize(
    ("right", "of", "lower"),
    [(0, 0, 0.0), (0, 10, 0.0), (10, 10, 0.7225), (98, 100, 0.9300), (189, 189, 0.9801)],
)
def test_the_lower_end_of_the_interval(right: int, of: int, lower: float) -> None:
    assert wilson_lower(right, of) == pytest.approx(lower, abs=5e-4)


def test_a_threshold_lies_as_low_as_the_precision_allows() -> None:
    log_odds = [3.0] * 20 + [1.0] * 10 + [-1.0] * 70
    targets = [True] * 20 + [True] * 8 + [False] * 2 + [False] * 70

    found = by_precision(log_odds, targets, 0.70)

    assert found is not None
    assert (found.at, found.of, found.right) == (1.0, 30, 28)
    assert found.lower == pytest.approx(wilson_lower(28, 30), abs=1e-4)


def test_few_cases_have_no_threshold() -> None:
    assert by_precision([3.0] * 100, [True] * 100, 0.98) is None
    assert by_precision([3.0] * 189, [True] * 189, 0.98) is not None


@pytest.mark.parametrize(("wrong", "is_certain"), [(0, True), (3, False)])
def test_what_is_certain_holds_on_other_messages_too(wrong: int, is_certain: bool) -> None:
    elsewhere = ([3.0] * 200, [True] * (200 - wrong) + [False] * wrong)

    found = thresholds(Label.LITIGATION, [3.0] * 200, [True] * 200, elsewhere=elsewhere)

    assert (Tier.CERTAIN in found) is is_certain


def test_messages_of_equal_odds_stand_or_fall_together() -> None:
    assert by_precision([1.0] * 12, [True] * 6 + [False] * 6, 0.70) is None


def test_recall_decides_where_missing_someone_counts() -> None:
    log_odds = [5.0] * 90 + [0.5] * 8 + [0.2] * 2 + [0.0] * 50
    targets = [True] * 100 + [False] * 50

    found = by_recall(log_odds, targets)

    assert found is not None
    assert found.at == 0.5
    assert found.right == 96


def in_steps() -> tuple[list[float], list[bool]]:
    """Two hundred sure messages, and a hundred at each log odds whose share of right ones is what they say."""
    steps = [(at, round(100 / (1 + exp(-at)))) for at in (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)]
    log_odds = [6.0] * 200 + [at for at, _ in steps for _ in range(100)]
    return log_odds, [True] * 200 + [number < right for _, right in steps for number in range(100)]


def test_a_message_must_be_likely_by_itself() -> None:
    """The sure ones make up for those that are right once in four; a message that is hidden should not need them."""
    log_odds, targets = in_steps()

    together = by_precision(log_odds, targets, 0.70)
    alone = by_chance(log_odds, targets, 0.5)

    assert together is not None
    assert alone is not None
    assert together.at == -1.0
    assert alone.at == pytest.approx(0.0, abs=0.1)
    beyond = [target for at, target in zip(log_odds, targets, strict=True) if at >= alone.at]
    assert (alone.of, alone.right) == (len(beyond), sum(beyond))
    assert alone.lower == pytest.approx(wilson_lower(sum(beyond), len(beyond)), abs=1e-4)


def test_a_curve_needs_both_sides_and_the_right_direction() -> None:
    assert by_chance([1.0] * 50, [True] * 50, 0.5) is None
    assert by_chance([-1.0] * 50 + [1.0] * 50, [True] * 50 + [False] * 50, 0.5) is None


@pytest.mark.parametrize(
    ("label", "begins"), [(Label.INSULT, 0.49), (Label.THREAT, -0.2), (Label.COMPLAINT, -0.62), (Label.SELF_HARM, -1.0)]
)
def test_what_is_likely_by_what_a_mistake_costs(label: Label, begins: float) -> None:
    log_odds, targets = in_steps()

    found = thresholds(label, log_odds, targets)

    assert found[Tier.LIKELY].at == pytest.approx(begins, abs=0.1)


def test_weights_follow_what_tells_the_labels_apart() -> None:
    import numpy as np

    scored = np.array([[2.0, 0.0], [1.5, 3.0], [-2.0, 0.0], [-1.0, 0.0], [-2.0, 3.0], [1.0, 0.0]] * 20)
    targets = np.array([1.0, 1.0, 0.0, 0.0, 0.0, 1.0] * 20)

    weights = fit(scored, targets)

    assert weights.classifier > 0
    assert weights.rules >= 0
    assert weights.log_odds(2.0, 0.0) > 0 > weights.log_odds(-2.0, 0.0)


def test_a_rule_that_fires_on_its_label_alone_is_strong() -> None:
    cases = [a_case("siz şerefsizsiniz", Label.INSULT), a_case("kampüs güzel"), a_case("hava güzel")]

    found = strengths(cases)

    assert found[RuleName("insult.slur_at_you")] > 0
    assert {value for name, value in found.items() if name.startswith("threat.")} == {0.0}


def test_an_optional_label_counts_for_neither_side() -> None:
    judged = [a_judged(a_case("x", optional=frozenset({Label.INSULT})), Label.INSULT)]

    count = of_label(judged, Label.INSULT)

    assert (count.found, count.right, count.there) == (0, 0, 0)


def test_hits_are_counted_as_right_or_wrong() -> None:
    judged = [
        a_judged(a_case("a", Label.INSULT), Label.INSULT),
        a_judged(a_case("b"), Label.INSULT),
        a_judged(a_case("c", Label.INSULT)),
    ]

    count = of_label(judged, Label.INSULT)

    assert (count.found, count.right, count.there) == (2, 1, 2)
    assert count.precision == 0.5
    assert count.recall == 0.5
    assert count.f1 == 0.5


def test_a_harmless_message_taken_down_is_wrong() -> None:
    judged = [
        a_judged(a_case("a", Label.CRITICISM), Label.INSULT, down=True),
        a_judged(a_case("b", Label.INSULT, disposition=Disposition.REMOVE), Label.INSULT, down=True),
        a_judged(a_case("c")),
    ]

    assert harmless_taken_down(judged).found == 1
    assert harmless_taken_down(judged).there == 2
    assert taken_down(judged).precision == 0.5
    assert taken_down(judged).recall == 1.0


def test_places_of_private_data_are_right_to_the_code_point() -> None:
    judged = [
        a_judged(a_case("ara 05320001122", Label.PRIVACY, private=((4, 15),)), Label.PRIVACY, places=((4, 15),)),
        a_judged(a_case("yaz 05320001133'e", Label.PRIVACY, private=((4, 15),)), Label.PRIVACY, places=((4, 17),)),
    ]

    count = private_places(judged)

    assert (count.found, count.right, count.there) == (2, 1, 2)
