"""What the recipes become on a platform that cannot do all of it (policy section 8)."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actions.steps import by_hand_texts, steps_of
from app.decisions.by_platform import stays_visible
from app.decisions.capabilities import Capability, Lack, Lacks
from app.decisions.model import ActionKind, PlannedAction, TemplateKey, Tier
from app.decisions.policy import shipped_policy
from app.evaluate import Case, evaluate_case
from app.rules.model import Label
from tests.decisions.build import a_policy, decided, planned
from tests.world import no_scores

OFFERED_NOWHERE = {Capability.REPORT_TO_PLATFORM: Lack.NOT_OFFERED}
# What the connectors say of a comment; their own tests hold them to it.
META: Lacks = OFFERED_NOWHERE
X: Lacks = OFFERED_NOWHERE | {
    Capability.DELETE: Lack.HIDING_INSTEAD,
    Capability.PRIVATE_MESSAGE: Lack.BY_PERSON,
    Capability.BLOCK: Lack.TIER,
}
X_ELSEWHERE: Lacks = dict(X) | dict.fromkeys((Capability.HIDE, Capability.UNHIDE, Capability.DELETE), Lack.NOT_OURS)
LINKEDIN: Lacks = OFFERED_NOWHERE | dict.fromkeys(
    (Capability.HIDE, Capability.UNHIDE, Capability.PRIVATE_MESSAGE, Capability.BLOCK), Lack.NOT_OFFERED
)
YOUTUBE: Lacks = OFFERED_NOWHERE | {Capability.PRIVATE_MESSAGE: Lack.NOT_OFFERED, Capability.BLOCK: Lack.BY_PERSON}
PLATFORMS: Mapping[str, Lacks] = {
    "meta": META,
    "x": X,
    "x_elsewhere": X_ELSEWHERE,
    "linkedin": LINKEDIN,
    "youtube": YOUTUBE,
}

POLICY = a_policy()
INSULT, HATE, PRIVACY = (Label.INSULT, Tier.CERTAIN), (Label.HATE, Tier.CERTAIN), (Label.PRIVACY, Tier.CERTAIN)
ANYTHING = st.lists(st.tuples(st.sampled_from(list(Label)), st.sampled_from(list(Tier))), max_size=6, unique=True)


def shown(actions: tuple[PlannedAction, ...]) -> str:
    """The acts in order, without evidence, notices and what waits for a person; an asterisk: by hand."""
    left_out = (ActionKind.EVIDENCE, ActionKind.NOTIFY)
    return " ".join(
        f"{action.kind}{'*' if action.by_hand else ''}"
        for action in actions
        if action.kind not in left_out and action.held_because is None
    )


@pytest.mark.parametrize(
    ("platform", "label", "tier", "expected"),
    [
        # Contained.
        ("meta", Label.INSULT, Tier.LIKELY, "hide"),
        ("x", Label.INSULT, Tier.LIKELY, "hide"),
        ("x", Label.HATE, Tier.LIKELY, "hide report_to_platform*"),
        ("x", Label.PRIVACY, Tier.LIKELY, "hide report_to_platform*"),
        ("x_elsewhere", Label.INSULT, Tier.LIKELY, "report_to_platform*"),
        ("linkedin", Label.INSULT, Tier.LIKELY, "hide*"),
        ("linkedin", Label.THREAT, Tier.LIKELY, "hide*"),
        ("youtube", Label.INSULT, Tier.LIKELY, "hide"),
        # Removed.
        ("meta", Label.HATE, Tier.CERTAIN, "hide block report_to_platform* delete"),
        ("meta", Label.ADVERTISEMENT, Tier.CERTAIN, "hide delete"),
        ("x", Label.ADVERTISEMENT, Tier.CERTAIN, "hide delete"),
        ("x", Label.PRIVACY, Tier.CERTAIN, "hide report_to_platform* delete"),
        ("x", Label.HATE, Tier.CERTAIN, "hide block* report_to_platform* delete"),
        ("x_elsewhere", Label.HATE, Tier.CERTAIN, "block* report_to_platform*"),
        ("x_elsewhere", Label.ADVERTISEMENT, Tier.CERTAIN, "report_to_platform*"),
        ("linkedin", Label.ADVERTISEMENT, Tier.CERTAIN, "delete"),
        ("linkedin", Label.HATE, Tier.CERTAIN, "block* report_to_platform* delete"),
        ("youtube", Label.ADVERTISEMENT, Tier.CERTAIN, "hide delete"),
        ("youtube", Label.HATE, Tier.CERTAIN, "hide block* report_to_platform* delete"),
        # Kept.
        ("meta", Label.SELF_HARM, Tier.LIKELY, "private_message"),
        ("x", Label.SELF_HARM, Tier.LIKELY, "private_message*"),
        ("linkedin", Label.SELF_HARM, Tier.LIKELY, "private_message*"),
        ("youtube", Label.SELF_HARM, Tier.LIKELY, "private_message*"),
        ("linkedin", Label.COMPLAINT, Tier.CERTAIN, "reply"),
        ("youtube", Label.CRITICISM, Tier.CERTAIN, ""),
    ],
)
def test_the_recipe_on_each_platform(platform: str, label: Label, tier: Tier, expected: str) -> None:
    decision = decided((label, tier), policy=POLICY)

    assert shown(planned(decision, POLICY, lacks=PLATFORMS[platform])) == expected


@pytest.mark.parametrize(
    ("platform", "tier", "expected"),
    [
        ("meta", Tier.LIKELY, False),
        ("x", Tier.LIKELY, False),
        ("x_elsewhere", Tier.LIKELY, True),
        ("x_elsewhere", Tier.CERTAIN, True),
        ("linkedin", Tier.LIKELY, True),
        ("linkedin", Tier.CERTAIN, False),
        ("youtube", Tier.LIKELY, False),
    ],
)
def test_what_nobody_takes_down_is_told(platform: str, tier: Tier, expected: bool) -> None:
    decision = decided((Label.INSULT, tier), policy=POLICY)

    assert stays_visible(planned(decision, POLICY, lacks=PLATFORMS[platform]), decision) is expected


def test_without_what_an_account_lacks_the_recipe_is_the_procedures() -> None:
    decision = decided(HATE, policy=POLICY)

    assert shown(planned(decision, POLICY)) == "hide block report_to_platform delete"


def test_where_neither_hiding_nor_deleting_is_left_there_is_one_task() -> None:
    off = dict(LINKEDIN) | {Capability.DELETE: Lack.REFUSED_LATELY}
    decision = decided((Label.ADVERTISEMENT, Tier.CERTAIN), policy=POLICY)
    actions = planned(decision, POLICY, lacks=off)

    assert shown(actions) == "delete*"
    assert stays_visible(actions, decision)


def test_where_hiding_stands_for_deleting_and_is_lost_the_hiding_is_the_task() -> None:
    decision = decided(INSULT, policy=POLICY)
    actions = planned(decision, POLICY, lacks=dict(X) | {Capability.HIDE: Lack.SWITCHED_OFF})

    assert shown(actions) == "hide*"
    assert stays_visible(actions, decision)


@pytest.mark.parametrize(
    ("platform", "expected"),
    [("meta", ("draft", None)), ("x", ("draft", None)), ("linkedin", (None, "not_offered"))],
)
def test_an_author_who_cannot_be_informed_is_for_the_record(platform: str, expected: tuple[str, str]) -> None:
    decision = decided(INSULT, policy=POLICY)
    (told,) = [
        (action.held_because, action.by_hand)
        for action in planned(decision, POLICY, lacks=PLATFORMS[platform])
        if action.kind is ActionKind.PRIVATE_MESSAGE
    ]

    assert told == expected


def test_where_a_click_may_inform_an_author_an_approved_text_waits_for_it() -> None:
    decision = decided(INSULT, policy=POLICY)
    actions = planned(decision, POLICY, lacks=X, approved=frozenset({TemplateKey("T5")}))

    assert [a.held_because for a in actions if a.kind is ActionKind.PRIVATE_MESSAGE] == ["by_person"]


@pytest.mark.parametrize("platform", ["x", "linkedin", "youtube"])
def test_nobet_evaluate_shows_the_procedures_recipe_whatever_the_platform(platform: str) -> None:
    def kinds(on: str) -> list[str]:
        case = Case(id=1, platform=on, text="numarası 0532 412 67 89, arayın rahatsız edin")
        judged = evaluate_case(case, shipped_policy(), lambda _: "tr", no_scores)
        return [action["kind"] for action in judged["actions"]]

    assert kinds(platform) == kinds("facebook")
    assert kinds(platform)[-1] == "delete"


@given(what=ANYTHING, platform=st.sampled_from(sorted(PLATFORMS)))
def test_nothing_is_lost_and_nothing_said_in_public_instead(what: list[tuple[Label, Tier]], platform: str) -> None:
    decision = decided(*what, policy=POLICY)
    recipe = planned(decision, POLICY)
    actions = planned(decision, POLICY, lacks=PLATFORMS[platform])
    lost = {action.kind for action in recipe} - {action.kind for action in actions}

    assert [a for a in actions if a.kind is ActionKind.REPLY] == [a for a in recipe if a.kind is ActionKind.REPLY]
    assert lost <= {ActionKind.HIDE, ActionKind.DELETE}
    if lost:
        kinds = {action.kind for action in actions}
        assert kinds & {ActionKind.DELETE, ActionKind.HIDE, ActionKind.REPORT_TO_PLATFORM}
    if Label.SELF_HARM in decision.labels:
        assert not {ActionKind.HIDE, ActionKind.DELETE, ActionKind.BLOCK} & {action.kind for action in actions}
    assert len({(a.kind, a.purpose) for a in actions}) == len(actions)


@pytest.mark.parametrize("kind", list(ActionKind))
@pytest.mark.parametrize("platform", ["facebook", "instagram", "x", "linkedin", "youtube"])
def test_every_task_says_how_in_both_languages(kind: ActionKind, platform: str) -> None:
    steps = steps_of(kind, platform)

    assert steps.tr
    assert len(steps.tr) == len(steps.en)


def test_every_lack_has_its_words() -> None:
    assert set(by_hand_texts().lacks) == set(Lack)
