"""Forms of a text that rules match on, each with a map back to the text as given.

Placeholder: `read` will build every form; the map keeps spans true to the original code points.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TextForms:
    """The text as given, and what rules match on."""

    original: str


def read(text: str) -> TextForms:
    """Build all forms of `text`."""
    return TextForms(original=text)
