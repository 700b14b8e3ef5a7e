"""What differs between two policy documents, place by place, in words. Pure."""

from collections.abc import Iterator, Mapping
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
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in before.keys() | after.keys():
            yield from _of(before.get(name), after.get(name), (*way, str(name)))
        return
    turkish, english = PARTS.get(way[0], _OTHER)
    inner = ".".join(way[1:]) or way[0]
    yield Difference(
        place=".".join(way),
        before=before,
        after=after,
        turkish=f"{turkish} · {inner}: {_said(before)} → {_said(after)}",
        english=f"{english} · {inner}: {_said(before)} → {_said(after)}",
    )


def _said(value: Any) -> str:
    if value is None:
        return "—"
    said = str(value)
    return said if len(said) <= 200 else f"{said[:199]}…"


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
