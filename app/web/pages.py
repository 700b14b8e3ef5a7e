"""Renders pages: templates escape by themselves, words come from one place, nothing is loaded from elsewhere."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict

HERE = Path(str(files("app.web")))
STATIC = HERE / "static"
# Nothing runs, nothing is framed, forms come back to us alone.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# Our own pages are told that a form came from us; other sites never where somebody was (see `app.api.browser`).
HEADERS = {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"}

_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Words(BaseModel):
    """What a page says in one language: what happened, and what to do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    text: str


class PageWords(BaseModel):
    """A page in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tr: Words
    en: Words


@cache
def page_words() -> Mapping[str, PageWords]:
    """The shipped words, read once."""
    return read_words(HERE / "words.toml")


def read_words(file: Traversable) -> Mapping[str, PageWords]:
    """The pages in a file, one table each."""
    return {name: PageWords.model_validate(words) for name, words in tomllib.loads(file.read_text("utf-8")).items()}


def render(template: str, **values: object) -> str:
    """A page as HTML."""
    return _templates.get_template(template).render(**values)


def render_told(words: PageWords, *, note: str = "", sign_in: str | None = None, further: str | None = None) -> str:
    """A page that tells one thing.

    `note` is a line of this very case, `sign_in` where to begin anew, `further` where to sign out elsewhere.
    """
    return render("told.html", words=words, note=note, sign_in=sign_in, further=further)
