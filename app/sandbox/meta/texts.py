"""What Facebook and Instagram take as the text of a comment or message, from visitors and from the API.

Lengths are characters, those of our Instagram messages bytes.
"""

import re
from typing import Final

from app.sandbox.world.refusals import RefusedError, Why
from app.sandbox.world.texts import check_length

METADATA_CHARACTERS: Final = 1000

_FACEBOOK_COMMENT, _MESSENGER = 8000, 2000
_INSTAGRAM_COMMENT, _INSTAGRAM_VISITOR_COMMENT, _INSTAGRAM_MESSAGE_BYTES = 300, 2200, 1000
_HASHTAG = re.compile(r"#\w+")
_LINK = re.compile(r"https?://\S+|\bwww\.\S+", re.IGNORECASE)
_MOST_HASHTAGS, _MOST_LINKS, _SHOUTED_LETTERS = 4, 1, 4


def check_facebook_comment(text: str) -> None:
    """As visitors and the API may write it."""
    check_length(text, _FACEBOOK_COMMENT)


def check_instagram_visitor_comment(text: str) -> None:
    """Hashtags and capitals are limited for API calls alone."""
    check_length(text, _INSTAGRAM_VISITOR_COMMENT)


def check_instagram_comment(text: str) -> None:
    """Refuse a text that Instagram would not take from the API as a comment."""
    check_length(text, _INSTAGRAM_COMMENT)
    if len(_HASHTAG.findall(text)) > _MOST_HASHTAGS:
        raise RefusedError(Why.TOO_MANY_HASHTAGS)
    if len(_LINK.findall(text)) > _MOST_LINKS:
        raise RefusedError(Why.TOO_MANY_LINKS)
    letters = [letter for letter in text if letter.isalpha()]
    if len(letters) >= _SHOUTED_LETTERS and all(letter.isupper() for letter in letters):
        raise RefusedError(Why.ALL_CAPITALS)


def check_messenger_message(text: str) -> None:
    """A message of ours in Messenger."""
    check_length(text, _MESSENGER)


def check_instagram_message(text: str) -> None:
    """A direct message of ours on Instagram."""
    check_length(text, _INSTAGRAM_MESSAGE_BYTES, size=len(text.encode()))
