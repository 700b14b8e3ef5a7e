"""The words that go out or are shown: templates filled in, explanations of removals. Pure."""

from collections.abc import Iterable

from app.decisions.model import SPEECH, Decision, PlannedAction
from app.decisions.policy import Policy
from app.errors import MissingVariableError
from app.messages import PlatformName
from app.rules.model import Label

LANGUAGES = ("tr", "en")


def text_of(
    action: PlannedAction, decision: Decision, policy: Policy, platform: PlatformName
) -> tuple[str | None, str | None]:
    """The text that an action will say, and why a person must see to it first (None: it may go out)."""
    if action.kind not in SPEECH or action.template is None or action.language is None:
        return None, action.held_because
    template = policy.templates[action.template]
    if action.language not in template.texts:
        return None, action.held_because
    variables = dict(policy.variables)
    if (explained := explanation(decision, policy, platform)) is not None:
        variables["rule"] = explained.get(f"rule_{action.language}", "")
        variables["platform_rule"] = explained.get(f"platform_rule_{action.language}", "")
    try:
        return template.fill(action.template, action.language, variables), action.held_because
    except MissingVariableError as error:
        return None, f"missing_variable:{','.join(error.variables)}"


def explanation(decision: Decision, policy: Policy, platform: PlatformName) -> dict[str, str] | None:
    """Which rule was broken, ours and the platform's, in Turkish and English; None where nothing was taken down.

    Kept with the decision, ready for an author who asks (6.4.4, 6.3.6).
    """
    if not decision.disposition.takes_down:
        return None
    return rules_broken(decision.labels, policy, platform)


def rules_broken(labels: Iterable[str], policy: Policy, platform: PlatformName) -> dict[str, str]:
    """Our rule and the platform's against what these labels name, the weightiest that has one."""
    texts: dict[str, str] = {}
    for label in map(Label, labels):
        if rule := policy.labels[label].explanation:
            texts |= {f"rule_{language}": rule[language] for language in LANGUAGES if language in rule}
            break
    platform_rule = policy.platform_rules.get(platform, {})
    texts |= {
        f"platform_rule_{language}": platform_rule[language] for language in LANGUAGES if language in platform_rule
    }
    return texts
