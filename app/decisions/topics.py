"""Which unit a complaint belongs to: by the words in it (policy data `topics`). Pure."""

import re
from functools import lru_cache

from app.decisions.model import UnitKey
from app.decisions.policy import Policy

_FOLD = str.maketrans("ıİçÇğĞöÖşŞüÜâÂîÎûÛ", "iiccggoossuuaaiiuu")


def unit_of_complaint(text: str, policy: Policy) -> UnitKey:
    """The unit whose stems appear most often in `text`; the earlier topic where two tie; else the default unit."""
    folded = text.translate(_FOLD).lower()
    best, most = policy.default_unit, 0
    for topic in policy.topics:
        hits = len(_pattern(topic.stems).findall(folded))
        if hits > most:
            best, most = topic.unit, hits
    return best


@lru_cache(maxsize=256)
def _pattern(stems: tuple[str, ...]) -> re.Pattern[str]:
    # Literal alternatives behind one boundary: linear in the text.
    return re.compile(r"\b(?:" + "|".join(re.escape(stem) for stem in stems) + ")")
