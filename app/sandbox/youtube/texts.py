"""A comment's text as the API shows it: HTML unless it is asked for plain text."""

import re
from html import escape

_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


def as_html(text: str) -> str:
    """The text with its signs escaped, its addresses linked, its lines broken."""
    parts, at = [], 0
    for found in _ADDRESS.finditer(text):
        address = _escaped(found[0])
        parts += [_escaped(text[at : found.start()]), f'<a href="{address}">{address}</a>']
        at = found.end()
    return "".join([*parts, _escaped(text[at:])]).replace("\n", "<br>")


def title_and_description(text: str) -> tuple[str, str]:
    """A video's title is the first line of its text."""
    title, _, description = text.partition("\n")
    return title, description


def _escaped(text: str) -> str:
    return escape(text, quote=False).replace('"', "&quot;").replace("'", "&#39;")
