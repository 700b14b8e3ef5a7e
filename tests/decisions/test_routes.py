import pytest

from app.decisions.model import ActionKind, PlannedAction, Tier, Urgency
from app.decisions.policy import load_policy, shipped_document, shipped_policy
from app.decisions.routes import Notices
from app.errors import PolicyError
from app.rules.model import Label
from tests.decisions.build import a_policy, decided, planned

BASE = shipped_document()["notices"]


def test_the_first_route_that_matches_is_the_one_and_empty_matches_all() -> None:
    notices = Notices.model_validate(
        BASE
        | {
            "routes": [
                {"kinds": ["threat"], "account_units": ["kutuphane"], "note": "bir"},
                {"kinds": ["threat"], "note": "iki"},
                {"units": ["sks"], "ways": ["hook"]},
            ]
        }
    )

    assert notices.route("threat", "kutuphane", "guvenlik").note == "bir"
    assert notices.route("threat", None, "sks").note == "iki"
    assert notices.route("self_harm", None, "sks").ways == ("hook",)
    assert notices.route("self_harm", None, "guvenlik").ways == ("mail", "hook")


def test_the_last_step_of_a_chain_comes_again() -> None:
    chain = shipped_policy().notices.chain("self_harm", None, "sks")

    assert chain.step(1) is chain.steps[0]
    assert chain.step(len(chain.steps) + 7) is chain.steps[-1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"routes": [{"chain": "yok"}]},
        {"chains": {"default": {"steps": []}}},
        {"chains": {"default": {"steps": [{"to": ["role:rector"], "minutes": 5}]}}},
        {"chains": {"default": {"steps": [{"to": ["person:0"], "minutes": 5}]}}},
        {"chains": {"default": {"steps": [{"to": ["unit"], "minutes": 0}]}}},
    ],
)
def test_a_chain_that_leads_nowhere_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(PolicyError):
        load_policy(shipped_document() | {"notices": BASE | wrong})


def test_self_harm_and_threat_never_wait_for_the_digest() -> None:
    notices = shipped_policy().notices

    assert not notices.waits_for_digest("criticism", Urgency.URGENT)
    assert notices.waits_for_digest("criticism", Urgency.NORMAL)
    assert not notices.waits_for_digest("complaint", Urgency.NORMAL)


def test_a_document_from_before_has_the_shipped_chains() -> None:
    document = shipped_document()
    del document["notices"]

    assert load_policy(document).notices == shipped_policy().notices


def test_units_named_for_label_and_account_unit_hear_beside_those_of_the_recipe() -> None:
    tell = [
        {"labels": ["criticism"], "account_units": ["kutuphane"], "to": "kutuphane"},
        {"labels": ["criticism"], "account_units": ["kutuphane"], "to": "kurumsal_iletisim", "urgency": "urgent"},
    ]
    policy = a_policy(notices=BASE | {"tell": tell})
    decision = decided((Label.CRITICISM, Tier.LIKELY))

    there = planned(decision, policy, account_unit="kutuphane")
    elsewhere = planned(decision, policy, account_unit="yurt")

    assert notified(there) == {("kutuphane", Urgency.NORMAL), ("kurumsal_iletisim", Urgency.URGENT)}
    assert notified(elsewhere) == {("kurumsal_iletisim", Urgency.NORMAL)}


def notified(actions: tuple[PlannedAction, ...]) -> set[tuple[str | None, Urgency]]:
    return {(action.to, action.urgency) for action in actions if action.kind is ActionKind.NOTIFY}
