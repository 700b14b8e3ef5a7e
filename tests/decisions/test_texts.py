"""What the author of a removed message is told (6.3.6): our rule and the platform's, by name and address."""

import re

import pytest

from app.connectors import INBOUND
from app.decisions.model import Tier
from app.decisions.policy import shipped_policy
from app.decisions.texts import LANGUAGES, text_of
from app.messages import PlatformName
from app.rules.model import Label
from tests.decisions.build import a_policy, decided, planned

NAMES = {"facebook": "Facebook", "instagram": "Instagram", "x": "X", "linkedin": "LinkedIn", "youtube": "YouTube"}
# At the very end: a full stop behind it would become a part of it where people click.
ADDRESS = re.compile(r": https://[\w.-]+/\S*[\w/]$")


@pytest.mark.parametrize("platform", INBOUND)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_platforms_rule_is_named_with_its_address(platform: str, language: str) -> None:
    rule = shipped_policy().platform_rules[platform][language]

    assert NAMES[platform] in re.split(r"[ ;]", rule)[:2]
    assert ADDRESS.search(rule), rule


@pytest.mark.parametrize("platform", INBOUND)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_removal_notice_lacks_nothing_on_any_platform(platform: str, language: str) -> None:
    policy = a_policy()
    decision = decided((Label.INSULT, Tier.CERTAIN), policy=policy, signals={"language": language})
    (notice,) = [action for action in planned(decision, policy) if action.template == "T5"]

    text, held_because = text_of(notice, decision, policy, PlatformName(platform))

    assert text is not None
    assert policy.platform_rules[platform][language] in text
    assert "{" not in text
    assert held_because == "draft"
