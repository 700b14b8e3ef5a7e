"""The lexicons of this package: one TOML file a label, with groups they share, compiled once on first use.

A file holds ``[groups]`` (name → list of words) and ``[phrases.NAME]`` tables with ``any`` (patterns, one of which
must occur), ``unless`` (patterns that, anywhere in the message, speak against it), ``unless_near`` (the same within
``near_words`` words) and ``why`` where an exception needs its reason. The entry's name is ``FILE.NAME``.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

from app.rules.lexicon.hidden import HiddenWords
from app.rules.lexicon.patterns import PatternError, Stem, parse, stems
from app.rules.lexicon.search import Entry, Index

_SHARED = "common"
_KEYS = frozenset({"any", "unless", "unless_near", "near_words", "why"})


def _read(name: str) -> dict[str, Any]:
    text = resources.files("app.rules.lexicons").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def names() -> tuple[str, ...]:
    """The lexicons there are, the shared one first."""
    files = [entry.name for entry in resources.files("app.rules.lexicons").iterdir()]
    found = sorted(file.removesuffix(".toml") for file in files if file.endswith(".toml"))
    return (_SHARED, *(name for name in found if name != _SHARED))


def _add_groups(tables: Mapping[str, list[str]], groups: dict[str, frozenset[Stem]]) -> None:
    for name, members in tables.items():
        found: set[Stem] = set()
        for member in members:
            found |= stems(member, groups)
        groups[name] = frozenset(found)


def entries(name: str, document: Mapping[str, Any], shared: Mapping[str, frozenset[Stem]]) -> Iterator[Entry]:
    """The entries of one lexicon. Raises `PatternError` for what the pattern language does not have."""
    groups = dict(shared)
    _add_groups(document.get("groups", {}), groups)
    for key, table in document.get("phrases", {}).items():
        if not set(table) <= _KEYS or not table.get("any"):
            raise PatternError(f"{name}.{key}")
        yield Entry(
            name=f"{name}.{key}",
            patterns=tuple(parse(text, groups) for text in table["any"]),
            unless=tuple(parse(text, groups) for text in table.get("unless", ())),
            unless_near=tuple(parse(text, groups) for text in table.get("unless_near", ())),
            near_words=table.get("near_words", 5),
        )


@cache
def index() -> Index:
    """All lexicons, compiled; the same object on every call."""
    shared: dict[str, frozenset[Stem]] = {}
    documents = {name: _read(name) for name in names()}
    _add_groups(documents[_SHARED].get("groups", {}), shared)
    return Index(entry for name, document in documents.items() for entry in entries(name, document, shared))


@cache
def hidden_words() -> HiddenWords:
    """The words that people hide from filters; the same object on every call."""
    lists = _read("hidden")
    return HiddenWords(lists["starred"], broken=lists["broken"], halved=lists["halved"], glued=lists["glued"])
