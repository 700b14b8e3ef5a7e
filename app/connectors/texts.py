"""What a platform takes as a text, checked before the call: a refusal found here costs no call and no attempt."""

import re
from collections.abc import Callable
from dataclasses import dataclass

HASHTAG = re.compile(r"#\w")
ADDRESS = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


def characters(text: str) -> int:
    """Length in code points."""
    return len(text)


def utf8_bytes(text: str) -> int:
    """Length in bytes of UTF-8: a Turkish letter takes two, an emoji four."""
    return len(text.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRule:
    """The most that one kind of text may have."""

    limit: int
    length: Callable[[str], int] = characters
    hashtags: int | None = None
    addresses: int | None = None
    may_shout: bool = True

    def complaint(self, text: str) -> str | None:
        """Return what is wrong with a text, or None."""
        if not text.strip():
            return "the text is empty"
        if self.length(text) > self.limit:
            return f"the text is longer than {self.limit}"
        if self.hashtags is not None and len(HASHTAG.findall(text)) > self.hashtags:
            return f"more than {self.hashtags} hashtags"
        if self.addresses is not None and len(ADDRESS.findall(text)) > self.addresses:
            return f"more than {self.addresses} web address"
        if not self.may_shout and text.isupper():
            return "all letters are capitals"
        return None
