"""Plain text out of the HTML that the API gives unless it is asked for `textFormat=plainText`.

An answer does not say which of the two it holds, so a text counts as HTML only where it is that throughout: each
``<`` begins a tag that YouTube writes and each ``&`` a character reference. A plain "3 < 5" or "R&D" stays as it is.
"""

import re
from html import unescape

# Values of attributes have no spaces: what somebody typed in plain text to look like a tag shall not vanish.
TAG = re.compile(r'<(?:/?(?:b|i|s|u)|(?P<line>br ?/?)|(?:a|span)(?: [a-z-]+="[^"<>\s]*")+|/a|/span)>', re.IGNORECASE)
REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)


def is_html(text: str) -> bool:
    """Whether a text is HTML as YouTube writes it."""
    rest = REFERENCE.sub("", TAG.sub("", text))
    return rest != text and "<" not in rest and "&" not in rest


def plain(text: str) -> str:
    """Return a text without tags, its references resolved once; one that is no HTML as it is."""
    if not is_html(text):
        return text
    return unescape(TAG.sub(lambda tag: "\n" if tag["line"] else "", text))
