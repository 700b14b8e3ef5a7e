"""Greetings, wishes, applause: much of what stands under a post. The lists decide it; nothing need be read further."""

import re
import tomllib
from importlib import resources

_DATA = tomllib.loads(resources.files("app.signals.classifier").joinpath("small_talk.toml").read_text(encoding="utf-8"))
_WORDS = frozenset(_DATA["words"].split())
# Beside words of the list: people told of the post, numbers and signs, and the emoji that only applaud.
_APPLAUSE = "".join(_DATA["emoji"].split())
_BESIDE = re.compile(rf"@user\b|[\s\d.,!?…:;()'’\"*_\-+&~^=]+|[{_APPLAUSE}\u200d\ufe0f\U0001f3fb-\U0001f3ff]+")

_LONGEST = 120


def is_small_talk(worded: str) -> bool:
    """Whether every word is one that is harmless beside any other of the list, and nothing else is there.

    Speaks of the text alone: what answers somebody may mean anything ("evet", to a cruel question).
    """
    if len(worded) > _LONGEST:
        return False
    words = _BESIDE.sub(" ", worded).split()
    return all(word in _WORDS for word in words)
