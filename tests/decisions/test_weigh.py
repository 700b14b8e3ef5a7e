"""Rules and classifier are weighed together; a doubted rule does nothing, an unsaid threat is still seen."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.decisions.decide import decide
from app.decisions.model import Disposition, Tier
from app.decisions.policy import Policy, Threshold, Weighing
from app.rules.classified import is_worth_telling, name_of
from app.rules.model import Article, Evaluation, Finding, Label, Match, Scored, Signals
from app.rules.text import read
from tests.decisions.build import a_policy, decided, rule_of
from tests.world import a_message

STRONG = rule_of(Label.INSULT, Tier.LIKELY)


def a_threshold(at: float) -> dict[str, Any]:
    return Threshold(at=at, of=100, right=99, share=0.99, lower=0.98).model_dump()


def weighed_policy(**changes: Any) -> Policy:
    """Every label weighed alike: certain from 4, likely from 0, weak from -1."""
    weights = Weighing(bias=-1.0, classifier=1.0, rules=1.0).model_dump() | {
        "certain": a_threshold(4.0),
        "likely": a_threshold(0.0),
        "weak": a_threshold(-1.0),
    }
    tiers = {
        rule_of(label, tier): {"tier": tier, "hits": 9, "right": 9, "precision": 1.0, "lower": 0.98, "strength": 2.0}
        for label in Label
        for tier in Tier
        if tier is not Tier.FAINT
    }
    return a_policy(weighing={label: weights for label in Label}, tiers=tiers, **changes)


def scored(label: Label, log_odds: float) -> dict[str, Any]:
    """Signals in which the classifier says this of one label, and no to all others."""
    return {
        "scores": {one: Scored(log_odds=log_odds if one is label else -6.0, spans=((0, 3),)) for one in Label},
        "language": "tr",
    }


def test_a_rule_is_doubted_where_the_classifier_sees_nothing() -> None:
    decision = decided((Label.INSULT, Tier.LIKELY), signals=scored(Label.INSULT, -3.0), policy=weighed_policy())

    assert decision.disposition is Disposition.KEEP
    assert decision.labels == ()
    assert [finding.tier for finding in decision.findings] == [Tier.FAINT]
    assert decision.review_reason is None


def test_what_matches_outright_stands_whatever_the_classifier_says() -> None:
    policy = weighed_policy()
    measured = policy.tiers[STRONG].model_copy(update={"outright": True})
    policy = policy.model_copy(update={"tiers": {**policy.tiers, STRONG: measured}})

    doubted = decided((Label.INSULT, Tier.LIKELY), signals=scored(Label.INSULT, -3.0), policy=policy)
    shared = decided((Label.INSULT, Tier.LIKELY), signals=scored(Label.INSULT, 5.0), policy=policy)

    assert (doubted.disposition, doubted.findings[0].tier) == (Disposition.CONTAIN, Tier.LIKELY)
    assert shared.findings[0].tier is Tier.CERTAIN


def test_rule_and_classifier_together_are_surer_than_either() -> None:
    together = decided((Label.INSULT, Tier.LIKELY), signals=scored(Label.INSULT, 3.5), policy=weighed_policy())
    rule_alone = decided((Label.INSULT, Tier.LIKELY), signals=scored(Label.INSULT, 0.0), policy=weighed_policy())

    assert together.disposition is Disposition.REMOVE
    assert rule_alone.disposition is Disposition.CONTAIN
    assert together.findings[0].score > rule_alone.findings[0].score


def test_what_no_rule_names_is_seen_by_the_classifier() -> None:
    policy = weighed_policy()
    finding = Finding(
        label=Label.THREAT,
        article=Article("6.4.12"),
        rule=name_of(Label.THREAT),
        matches=(Match(start=0, end=3, reason="seen"),),
    )
    signals = Signals(forms=read("metin"), **scored(Label.THREAT, 3.0))

    decision = decide(a_message("metin"), signals, Evaluation(findings=(finding,)), policy)

    assert decision.labels == (Label.THREAT,)
    assert decision.disposition is Disposition.CONTAIN


def test_a_doubtful_grave_message_brings_a_person() -> None:
    decision = decided((Label.HATE, Tier.LIKELY), signals=scored(Label.HATE, -1.5), policy=weighed_policy())

    assert decision.findings[0].tier is Tier.WEAK
    assert decision.disposition is Disposition.REVIEW


def test_without_the_classifier_rules_stand_for_themselves() -> None:
    decision = decided(
        (Label.INSULT, Tier.CERTAIN), signals={"missing": frozenset({"classifier"})}, policy=weighed_policy()
    )

    assert decision.findings[0].tier is Tier.CERTAIN
    assert "signal:classifier" in decision.incomplete
    assert decision.disposition is Disposition.CONTAIN


@pytest.mark.parametrize("stage", ["off", "shadow"])
def test_a_rule_without_power_weighs_nothing(stage: str) -> None:
    policy = weighed_policy(stages={STRONG: {"official": stage}})

    decision = decided((Label.INSULT, Tier.LIKELY), signals=scored(Label.INSULT, 0.0), policy=policy)

    assert decision.disposition is Disposition.KEEP


@given(log_odds=st.floats(-8, 8), label=st.sampled_from(list(Label)))
def test_no_score_takes_down_who_may_harm_themself(log_odds: float, label: Label) -> None:
    decision = decided(
        (Label.SELF_HARM, Tier.LIKELY),
        (label, Tier.CERTAIN),
        signals={"scores": {one: Scored(log_odds=8.0 if one is Label.SELF_HARM else log_odds) for one in Label}},
        policy=POLICY,
    )

    assert not decision.disposition.takes_down


@given(log_odds=st.floats(-8, 8))
def test_a_higher_score_never_makes_us_less_sure(log_odds: float) -> None:
    order = [Tier.FAINT, Tier.WEAK, Tier.LIKELY, Tier.CERTAIN]
    weights = POLICY.weighing[Label.INSULT]

    assert order.index(weights.tier(log_odds)) <= order.index(weights.tier(log_odds + 0.5))


POLICY = weighed_policy()


def test_the_classifier_does_not_outdo_the_cap_of_every_rule() -> None:
    capped = rule_of(Label.INSULT, Tier.LIKELY)
    policy = weighed_policy(caps={capped: "review"})
    classified = Finding(
        label=Label.INSULT,
        article=Article("6.4.8"),
        rule=name_of(Label.INSULT),
        matches=(Match(start=0, end=3, reason="seen"),),
    )
    slang = Finding(label=Label.INSULT, article=Article("6.4.8"), rule=capped, matches=classified.matches)
    slur = Finding(
        label=Label.INSULT,
        article=Article("6.4.8"),
        rule=rule_of(Label.INSULT, Tier.CERTAIN),
        matches=classified.matches,
    )
    signals = Signals(forms=read("metin"), **scored(Label.INSULT, 5.0))

    among_friends = decide(a_message("metin"), signals, Evaluation(findings=(slang, classified)), policy)
    at_someone = decide(a_message("metin"), signals, Evaluation(findings=(slang, slur, classified)), policy)

    assert among_friends.disposition is Disposition.REVIEW
    assert at_someone.disposition is Disposition.REMOVE


def test_what_may_yet_be_a_cry_for_help_is_left_to_a_person() -> None:
    """Not likely enough to be written to, too likely to be taken down (6.4.15)."""
    scores = {one: Scored(log_odds=-6.0) for one in Label} | {
        Label.INSULT: Scored(log_odds=9.0),
        Label.SELF_HARM: Scored(log_odds=-1.5),
    }

    decision = decided(
        (Label.INSULT, Tier.LIKELY), (Label.SELF_HARM, Tier.LIKELY), signals={"scores": scores}, policy=POLICY
    )

    assert decision.disposition is Disposition.REVIEW
    assert decision.review_reason == "maybe_self_harm"
    assert Label.SELF_HARM not in decision.labels


def test_what_hardly_speaks_for_a_label_fills_no_queue_but_danger_is_told_of_sooner() -> None:
    assert not is_worth_telling(Label.INSULT, -2.5)
    assert is_worth_telling(Label.SELF_HARM, -2.5)
    assert is_worth_telling(Label.SELF_HARM, -3.5)
    assert not is_worth_telling(Label.SELF_HARM, -3.7)
