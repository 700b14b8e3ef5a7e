"""Why a finding was made, as sentences a person can read aloud: article, what was seen, and the words. Pure.

The sentences are policy data, by rule, by kind of match (``privacy/phone``) or by label, the closest one first.
"""

from collections.abc import Iterable, Mapping, Sequence

from app.decisions.model import JudgedFinding
from app.decisions.policy import Policy
from app.rules.model import Label

LANGUAGES = ("tr", "en")
# Quoted words are shortened to this many code points: the message stands beside the sentence.
_LONGEST = 80
_QUOTES = {"tr": ("“", "”"), "en": ("“", "”")}
_AND = {"tr": " ve ", "en": " and "}


def explain(
    policy: Policy,
    *,
    label: Label,
    article: str,
    rule: str,
    kinds: Sequence[str],
    spans: Iterable[Sequence[int]],
    text: str,
) -> dict[str, str]:
    """The sentence for one finding in each language there is one for; `spans` are places of `text`."""
    sentences = _sentences(policy, label, rule, kinds)
    quoted = [_shortened(text[start:end]) for start, end in spans]
    explained: dict[str, str] = {}
    for language in LANGUAGES:
        if language not in sentences:
            continue
        opening, closing = _QUOTES[language]
        words = _AND[language].join(f"{opening}{part}{closing}" for part in dict.fromkeys(quoted) if part)
        explained[language] = f"{article}: " + sentences[language].replace("{words}", words or f"{opening}…{closing}")
    return explained


def explained(policy: Policy, finding: JudgedFinding, text: str) -> dict[str, str]:
    """The sentence for a finding that was just made on `text`."""
    return explain(
        policy,
        label=finding.label,
        article=finding.article,
        rule=finding.rule,
        kinds=[match.kind for match in finding.matches],
        spans=[(match.start, match.end) for match in finding.matches],
        text=text,
    )


def _sentences(policy: Policy, label: Label, rule: str, kinds: Sequence[str]) -> Mapping[str, str]:
    keys = [*(f"{label}/{kind}" for kind in kinds if kind), rule, str(label)]
    return next((policy.sentences[key] for key in keys if key in policy.sentences), {})


def _shortened(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
