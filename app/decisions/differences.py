"""What differs between two policy documents, place by place, in words. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# What the parts of a document are called by people.
PARTS: Mapping[str, tuple[str, str]] = {
    "labels": ("etiketin sonucu", "what a label leads to"),
    "tiers": ("kuralın ölçülen güveni", "a rule's measured confidence"),
    "weighing": ("eşik", "threshold"),
    "caps": ("kuralın üst sınırı", "a rule's cap"),
    "stages": ("aşama", "stage"),
    "templates": ("hazır metin", "text"),
    "sentences": ("gerekçe cümlesi", "explaining sentence"),
    "variables": ("değişken", "variable"),
    "platform_rules": ("platform kuralı", "platform's rule"),
    "topics": ("konu yolu", "route"),
    "admission_periods": ("tercih dönemi", "admission period"),
    "allowed_contacts": ("üniversitenin kendi iletişim bilgisi", "the University's own contact"),
    "limits": ("kota", "quota"),
    "screenshots": ("ekran görüntüsü", "screenshot"),
}
_OTHER = ("genel ayar", "general setting")
# Words of a document that have but one meaning in it, for those who read it in Turkish.
WORDS: Mapping[str, str] = {
    "official": "resmî hesap",
    "unit": "birim",
    "club": "kulüp",
    "off": "kapalı",
    "shadow": "gölgede",
    "ask": "önce sorar",
    "act": "kendiliğinden yapar",
    "remove": "kaldırılır",
    "contain": "gizlenir",
    "review": "incelenir",
    "keep": "bırakılır",
    "certain": "kesin",
    "likely": "olası",
    "priority": "öncelik",
    "steps": "adımlar",
    "approved": "onaylı",
    "true": "evet",
    "false": "hayır",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place at which two documents differ; None where one of them says nothing there."""

    place: str
    before: Any
    after: Any
    turkish: str
    english: str


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Where the documents differ, in the order of their places."""
    return tuple(sorted(_of(before, after, ()), key=lambda one: one.place))


def _of(before: Any, after: Any, way: tuple[str, ...]) -> Iterator[Difference]:
    if before == after:
        return
    # What is new or gone as a whole is told leaf by leaf too: people do not read it in braces.
    parts = [side if side is not None else {} for side in (before, after)]
    if all(isinstance(side, Mapping) for side in parts) and any(parts):
        for name in parts[0].keys() | parts[1].keys():
            yield from _of(parts[0].get(name), parts[1].get(name), (*way, str(name)))
        return
    turkish, english = PARTS.get(way[0], _OTHER)
    inner = ".".join(way[1:]) or way[0]
    yield Difference(
        place=".".join(way),
        before=before,
        after=after,
        turkish=f"{turkish} · {_in_turkish(inner)}: {_said(before, _in_turkish)} → {_said(after, _in_turkish)}",
        english=f"{english} · {inner}: {_said(before, str)} → {_said(after, str)}",
    )


def _said(value: Any, word: Callable[[str], str]) -> str:
    said = _spoken(value, word)
    return said if len(said) <= 200 else f"{said[:199]}…"


def _spoken(value: Any, word: Callable[[str], str]) -> str:
    """A value as people write it, without brackets and quotes."""
    if value is None or value in ([], {}, ()):
        return "—"
    match value:
        case bool():
            return word(str(value).lower())
        case Mapping():
            return ", ".join(f"{word(str(name))} {_spoken(inner, word)}" for name, inner in value.items())
        case list() | tuple():
            return "; ".join(_spoken(inner, word) for inner in value)
        case _:
            return word(str(value))


def _in_turkish(words: str) -> str:
    """The fixed words among dotted ones in Turkish; names of labels, rules, units and texts stay as they are."""
    return ".".join(WORDS.get(word, word) for word in words.split(".")) if " " not in words else words


def patched(document: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The document with some of its places changed, as a JSON merge patch (RFC 7396): null takes a place out."""
    made = dict(document)
    for name, change in changes.items():
        if change is None:
            made.pop(name, None)
        elif isinstance(change, Mapping):
            inner = made.get(name)
            made[name] = patched(inner if isinstance(inner, Mapping) else {}, change)
        else:
            made[name] = change
    return made
