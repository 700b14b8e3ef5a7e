"""What a platform takes as the text of a comment or message, from visitors and from the API.

Lengths are characters, those of our Instagram messages bytes.
"""

import re
from typing import Final

from app.sandbox.seed import Platform
from app.sandbox.world.refusals import RefusedError, Why

COMMENT_CHARACTERS: Final = {Platform.FACEBOOK: 8000, Platform.INSTAGRAM: 300}
MESSENGER_CHARACTERS: Final = 2000
INSTAGRAM_MESSAGE_BYTES: Final = 1000
METADATA_CHARACTERS: Final = 1000
VISITOR_COMMENT_CHARACTERS: Final = {Platform.FACEBOOK: 8000, Platform.INSTAGRAM: 2200}
VISITOR_MESSAGE_CHARACTERS: Final = 20_000

_HASHTAG = re.compile(r"#\w+")
_LINK = re.compile(r"https?://\S+|\bwww\.\S+", re.IGNORECASE)
_MOST_HASHTAGS, _MOST_LINKS, _SHOUTED_LETTERS = 4, 1, 4


def check_visitor_comment(platform: Platform, text: str) -> None:
    """Refuse what a visitor could not post; hashtags and capitals are limited for API calls alone."""
    _check_length(text, VISITOR_COMMENT_CHARACTERS[platform])


def check_visitor_message(text: str) -> None:
    """Refuse what a visitor could not send."""
    _check_length(text, VISITOR_MESSAGE_CHARACTERS)


def check_comment(platform: Platform, text: str) -> None:
    """Refuse a text that the platform would not take from the API as a comment."""
    _check_length(text, COMMENT_CHARACTERS[platform])
    if platform is Platform.INSTAGRAM:
        if len(_HASHTAG.findall(text)) > _MOST_HASHTAGS:
            raise RefusedError(Why.TOO_MANY_HASHTAGS)
        if len(_LINK.findall(text)) > _MOST_LINKS:
            raise RefusedError(Why.TOO_MANY_LINKS)
        letters = [letter for letter in text if letter.isalpha()]
        if len(letters) >= _SHOUTED_LETTERS and all(letter.isupper() for letter in letters):
            raise RefusedError(Why.ALL_CAPITALS)


def check_message(platform: Platform, text: str) -> None:
    """Refuse a text that the platform would not take from the API as a direct message."""
    if platform is Platform.FACEBOOK:
        _check_length(text, MESSENGER_CHARACTERS)
    else:
        _check_length(text, INSTAGRAM_MESSAGE_BYTES, size=len(text.encode()))


def _check_length(text: str, limit: int, *, size: int | None = None) -> None:
    if not text.strip():
        raise RefusedError(Why.EMPTY)
    if (len(text) if size is None else size) > limit:
        raise RefusedError(Why.TOO_LONG)
