"""Findings become decisions as policy section 2 and 3 say, and never beyond."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.decisions.decide import decide
from app.decisions.model import Disposition, Stage, Tier
from app.decisions.policy import load_policy, shipped_document, shipped_policy
from app.decisions.safeguards import NEVER_TAKEN_DOWN
from app.errors import PolicyError
from app.messages import Channel, Media
from app.rules.model import Evaluation, Label, Signals
from app.rules.text import read
from tests.decisions.build import a_policy, decided, rule_of, seen
from tests.world import a_message

REMOVING = [
    Label.VIOLENCE_DRUGS,
    Label.HATE,
    Label.HARASSMENT,
    Label.PRIVACY,
    Label.INSULT,
    Label.LITIGATION,
    Label.ADVERTISEMENT,
]
POLICY = a_policy()
ANYTHING = st.lists(st.tuples(st.sampled_from(list(Label)), st.sampled_from(list(Tier))), max_size=6, unique=True)


@pytest.mark.parametrize("label", REMOVING)
def test_a_certain_finding_removes_and_a_likely_one_contains(label: Label) -> None:
    assert decided((label, Tier.CERTAIN)).disposition is Disposition.REMOVE
    assert decided((label, Tier.LIKELY)).disposition is Disposition.CONTAIN
    assert decided((label, Tier.WEAK)).disposition is Disposition.REVIEW


@pytest.mark.parametrize("label", sorted(NEVER_TAKEN_DOWN))
@pytest.mark.parametrize("tier", list(Tier))
def test_an_opinion_or_a_question_never_takes_a_message_down(label: Label, tier: Tier) -> None:
    assert not decided((label, tier)).disposition.takes_down


def test_self_harm_outranks_everything_else() -> None:
    decision = decided(*[(label, Tier.CERTAIN) for label in Label])

    assert decision.disposition is Disposition.KEEP
    assert decision.labels[0] is Label.SELF_HARM
    assert decision.review_priority == 100


def test_self_harm_is_heeded_even_when_its_rule_was_never_measured() -> None:
    assert Label.SELF_HARM in decided((Label.SELF_HARM, Tier.WEAK)).labels


def test_a_threat_is_contained_even_when_it_also_swears() -> None:
    assert decided((Label.THREAT, Tier.CERTAIN), (Label.INSULT, Tier.CERTAIN)).disposition is Disposition.CONTAIN


def test_a_threat_that_is_not_even_likely_goes_to_urgent_review() -> None:
    decision = decided((Label.THREAT, Tier.WEAK))

    assert decision.disposition is Disposition.REVIEW
    assert decision.review_priority > 80


def test_a_direct_message_is_never_taken_down() -> None:
    decision = decided((Label.INSULT, Tier.CERTAIN), channel=Channel.DM)

    assert decision.disposition is Disposition.REVIEW
    assert decision.review_reason == "direct_message"


def test_what_a_person_kept_is_contained_at_most() -> None:
    assert decided((Label.INSULT, Tier.CERTAIN), kept_by_person=True).disposition is Disposition.CONTAIN


def test_a_rule_that_failed_sends_the_message_to_a_reviewer() -> None:
    decision = decided(failures=("insult.broken",))

    assert decision.disposition is Disposition.REVIEW
    assert decision.incomplete == ("rule:insult.broken",)


def test_a_rule_that_failed_keeps_the_machine_from_removing() -> None:
    assert decided((Label.INSULT, Tier.CERTAIN), failures=("privacy.broken",)).disposition is Disposition.CONTAIN


def test_a_missing_signal_sends_the_message_to_a_reviewer() -> None:
    assert decided(signals={"missing": frozenset({"parent"})}).incomplete == ("signal:parent",)


def test_a_picture_without_words_goes_to_a_reviewer() -> None:
    message = a_message("", media=(Media(kind="image", url="https://x.test/a.jpg"),))

    decision = decide(message, Signals(forms=read(""), language=None), Evaluation(), POLICY)

    assert (decision.disposition, decision.incomplete) == (Disposition.REVIEW, ("media",))


def test_a_language_that_nothing_was_measured_on_goes_to_a_reviewer() -> None:
    assert decided(signals={"language": "zh"}).incomplete == ("language:zh",)


def test_nothing_seen_is_kept_and_asks_nobody() -> None:
    decision = decided()

    assert (decision.disposition, decision.review_reason) == (Disposition.KEEP, None)


def test_a_rule_in_shadow_is_recorded_and_changes_nothing() -> None:
    rule = rule_of(Label.INSULT, Tier.CERTAIN)
    policy = a_policy(stages={rule: {"official": "shadow"}})

    decision = decided((Label.INSULT, Tier.CERTAIN), policy=policy)

    assert (decision.disposition, decision.labels) == (Disposition.KEEP, ())
    assert decision.findings[0].stage is Stage.SHADOW
    assert decision.findings[0].would is Disposition.REMOVE


def test_a_stage_of_a_label_holds_for_its_rules_where_they_have_none_of_their_own() -> None:
    own = rule_of(Label.INSULT, Tier.LIKELY)
    policy = a_policy(stages={"insult": {"official": "shadow"}, own: {"official": "ask"}})

    decision = decided((Label.INSULT, Tier.CERTAIN), (Label.INSULT, Tier.LIKELY), policy=policy)

    assert [(finding.stage, finding.would) for finding in decision.findings] == [
        (Stage.SHADOW, Disposition.REMOVE),
        (Stage.ASK, Disposition.CONTAIN),
    ]
    assert (decision.disposition, decision.review_reason) == (Disposition.REVIEW, "ask")


def test_a_stage_holds_on_accounts_of_its_kind_alone() -> None:
    policy = a_policy(stages={"insult": {"club": "off"}})

    assert decided((Label.INSULT, Tier.CERTAIN), policy=policy).disposition is Disposition.REMOVE


def test_a_rule_that_still_asks_leaves_the_decision_to_a_person() -> None:
    rule = rule_of(Label.INSULT, Tier.CERTAIN)

    decision = decided((Label.INSULT, Tier.CERTAIN), policy=a_policy(stages={rule: {"official": "ask"}}))

    assert (decision.disposition, decision.review_reason) == (Disposition.REVIEW, "ask")


def test_friendly_slang_is_review_at_most() -> None:
    rule = rule_of(Label.INSULT, Tier.CERTAIN)

    assert (
        decided((Label.INSULT, Tier.CERTAIN), policy=a_policy(caps={rule: "review"})).disposition is Disposition.REVIEW
    )


@pytest.mark.parametrize("stage", ["off", "shadow", "ask"])
@pytest.mark.parametrize("label", ["self_harm", "threat"])
def test_no_policy_may_switch_these_rules_off_or_ask_first(label: str, stage: str) -> None:
    with pytest.raises(PolicyError, match="may not be switched off"):
        a_policy(stages={f"{label}.any": {"official": stage}})


@pytest.mark.parametrize("label", sorted(NEVER_TAKEN_DOWN))
@pytest.mark.parametrize("disposition", ["remove", "contain"])
def test_no_policy_may_take_an_opinion_down(label: str, disposition: str) -> None:
    document = shipped_document()
    document["labels"][label]["certain"] = disposition

    with pytest.raises(PolicyError, match="may never lead to a take-down"):
        load_policy(document)


def test_no_policy_may_remove_threats() -> None:
    document = shipped_document()
    document["labels"]["threat"]["certain"] = "remove"

    with pytest.raises(PolicyError, match="contained, never removed"):
        load_policy(document)


def test_equal_policies_have_equal_versions() -> None:
    assert shipped_policy().version == shipped_policy().version != a_policy().version


@given(what=ANYTHING, channel=st.sampled_from(list(Channel)), kept=st.booleans())
def test_self_harm_never_leads_to_a_takedown(what: list[tuple[Label, Tier]], channel: Channel, kept: bool) -> None:
    decision = decided(*what, (Label.SELF_HARM, Tier.WEAK), channel=channel, kept_by_person=kept, policy=POLICY)

    assert decision.disposition is Disposition.KEEP
    assert decision.review_reason == "self_harm"


@given(what=ANYTHING)
def test_a_decision_does_not_depend_on_the_order_of_findings(what: list[tuple[Label, Tier]]) -> None:
    message, signals = a_message(), Signals(forms=read("metin"), language="tr")
    forwards = seen(*what)
    backwards = dataclasses.replace(forwards, findings=tuple(reversed(forwards.findings)))

    assert decide(message, signals, forwards, POLICY) == decide(message, signals, backwards, POLICY)
