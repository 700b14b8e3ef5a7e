"""What no document may say is refused by the place where it says it."""

from typing import Any

import pytest

from app.decisions.policy import Policy, load_policy, shipped_document, shipped_policy
from app.errors import PolicyError
from tests.decisions.build import a_policy

SHIPPED = shipped_policy()


def changed(place: str, value: Any) -> dict[str, Any]:
    """The shipped document with another value at a dotted place."""
    document = SHIPPED.model_dump(mode="json")
    part = document
    *way, last = place.split("/")
    for step in way:
        part = part.setdefault(step, {})
    part[last] = value
    return document


FIGURES = {"hits": 73, "right": 67, "precision": 0.9178, "lower": 0.8321, "strength": 2.13}
NO_FIGURES = {"at": -9.0, "of": 10, "right": 5, "share": 0.5, "lower": 0.2366}


@pytest.mark.parametrize(
    ("where", "value", "place"),
    [
        ("labels/criticism/certain", "remove", "labels.criticism.certain"),
        ("labels/complaint/likely", "contain", "labels.complaint.likely"),
        ("labels/misinformation/certain", "remove", "labels.misinformation.certain"),
        ("labels/self_harm/likely", "contain", "labels.self_harm.likely"),
        ("labels/threat/certain", "remove", "labels.threat.certain"),
        ("labels/criticism/steps", [{"do": "block"}], "labels.criticism.steps.0.do"),
        ("labels/praise/steps", [{"do": "report_to_platform"}], "labels.praise.steps.0.do"),
        ("labels/complaint/steps", [{"do": "reply", "template": "T9"}], "labels.complaint.steps.0.template"),
        ("labels/self_harm/steps", [], "labels.self_harm.steps"),
        ("labels/threat/steps", [], "labels.threat.steps"),
        ("labels/insult/article", "9.9", "labels.insult.article"),
        ("stages/self_harm", {"official": "off"}, "stages.self_harm"),
        ("stages/threat.weapons", {"club": "shadow"}, "stages.threat.weapons"),
        ("stages/gossip", {"official": "off"}, "stages.gossip"),
        ("weighing/insult/certain", NO_FIGURES, "weighing.insult.certain"),
        ("weighing/insult/likely", NO_FIGURES, "weighing.insult.likely"),
        ("weighing/self_harm/likely", None, "weighing.self_harm.likely"),
        ("labels/insult/certain", "vanish", "labels.insult.certain"),
        # It is neither less than what is asked for, nor as much.
        ("weighing/insult/likely", NO_FIGURES | {"lower": "NaN"}, "weighing.insult.likely.lower"),
        ("tiers/self_harm.named", FIGURES | {"tier": "faint"}, "tiers.self_harm.named.tier"),
        ("tiers/threat.weapons", FIGURES | {"tier": "faint"}, "tiers.threat.weapons.tier"),
        ("labels/self_harm/priority", 10, "labels.self_harm.priority"),
        ("labels/threat/priority", 10, "labels.threat.priority"),
        ("support_expires_minutes", 0, "support_expires_minutes"),
        ("templates/support/approved", False, "templates.support.approved"),
        ("templates/support_other/approved", False, "templates.support_other.approved"),
        ("templates/support/texts/de", "Kopf hoch! İEÜ", "templates.support.texts.de"),
        ("templates/support/texts/tr", "112'yi ya da {phone} numarasını ara.", "templates.support.texts.tr"),
        ("templates/support/texts", {"en": "Call 112."}, "templates.support.texts"),
        ("screenshots/threat/need", "asked", "screenshots.threat.need"),
        ("screenshots/violence_drugs/need", "wanted", "screenshots.violence_drugs.need"),
        ("screenshots", {}, "screenshots.threat.need"),
        ("screenshots/self_harm/need", "wanted", "screenshots.self_harm.need"),
        ("screenshots/self_harm/need", "perhaps", "screenshots.self_harm.need"),
        ("screenshots/insult", {"article": "6.4.12", "need": "asked"}, "screenshots.insult.article"),
        ("screenshots/gossip", {"article": "6.4.12", "need": "asked"}, "screenshots.gossip.[key]"),
    ],
)
def test_the_place_is_named(where: str, value: Any, place: str) -> None:
    with pytest.raises(PolicyError) as refused:
        load_policy(changed(where, value))

    assert str(refused.value).startswith(f"{place}: ")


def test_the_shipped_document_holds() -> None:
    assert load_policy(SHIPPED.model_dump(mode="json")).version == SHIPPED.version


def test_a_rule_may_not_call_itself_certain_without_the_figures() -> None:
    measured = {"tier": "certain", "hits": 10, "right": 10, "precision": 1.0, "lower": 0.72}

    with pytest.raises(PolicyError, match=r"tiers\.insult\.x\.tier"):
        a_policy(tiers={"insult.x": measured})


def test_a_stored_document_keeps_its_version_when_the_document_grows() -> None:
    """What was decided under it names that version; a part with a default must not make another of it."""
    older = {name: part for name, part in shipped_document().items() if name != "support_expires_minutes"}
    stored_as = Policy.model_validate(shipped_document()).version

    assert load_policy(older | {"name": "other"}, stored_as=stored_as).version == stored_as
