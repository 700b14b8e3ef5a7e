"""Takes names, mentions and contact data out of a message, so that it can be kept as a test case. Pure.

What stands in their place is of the same kind (a phone for a phone), so that the message is judged as before, and the
same for the same. Names are found by what stands around them; a person reads the text before it is kept.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

# By kind of private match. Nobody's: reserved, published as examples, or of no subscriber.
_OF_KIND: Mapping[str, Callable[[int], str]] = {
    "phone": lambda number: f"0555 000 {number // 100 % 100:02} {number % 100:02}",
    "tc_kimlik": lambda number: "10000000146",
    "iban": lambda number: "TR33 0006 1005 1978 6457 8413 26",
    "card": lambda number: "4111 1111 1111 1111",
    "email": lambda number: f"ornek.kisi{number}@gmail.com",
    "plate": lambda number: "35 ZZ 1001",
    "address": lambda number: f"Örnek Mahallesi {number}. Sokak No:1 Daire:1 Bornova",
    "passport": lambda number: "U00000001",
    "identity_card": lambda number: "A00A00001",
}

_MENTION = re.compile(r"(?<![\w@])@[\w.]{2,50}")
_LINK = re.compile(r"https?://\S+|www\.\S+")
_NAME = r"[A-ZÇĞİÖŞÜ][a-zçğıöşü]{1,20}"
_NAMES = rf"{_NAME}(?:\s{_NAME}){{0,2}}"
_TITLED = re.compile(rf"(?:\b(?:Prof|Doç|Dr|Arş\.?\s?Gör|Öğr\.?\s?Gör|Sayın|Sn|Mr|Mrs|Ms)\b\.?\s?)+({_NAMES})")
_CALLED = re.compile(rf"\b({_NAMES})(?=\s(?:[Hh]oca|[Bb]ey\b|[Hh]anım|[Aa]bi|[Aa]bla|[Tt]eyze|[Aa]mca))")
_FULL = re.compile(rf"\b({_NAME}(?:\s[A-ZÇĞİÖŞÜ]\.)?(?:\s{_NAME}){{1,2}})\b")
# Two words with capitals that are no person.
_NO_NAMES = frozenset(
    [
        "İzmir",
        "Ekonomi",
        "Üniversitesi",
        "Üniversite",
        "Fakültesi",
        "Fakülte",
        "Bölümü",
        "Mühendisliği",
        "Müdürlüğü",
        "İşleri",
        "Yüksekokulu",
        "Enstitüsü",
        "Merkezi",
        "Kulübü",
        "Topluluğu",
        "Kampüsü",
        "Balçova",
        "Bornova",
        "Konak",
        "Karşıyaka",
        "Öğrenci",
        "Rektörlük",
        "Sosyal",
        "Bilimler",
        "Hukuk",
        "Tıp",
        "Mimarlık",
        "İletişim",
        "Merhaba",
        "Allah",
        "Cumhuriyet",
        "Atatürk",
        "Türkiye",
        "Turkey",
        "University",
        "Izmir",
        "Economics",
        "The",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivatePlace:
    """A place with private data, as the rules of 6.4.9 found it; `kind` is their word for it."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Anonymous:
    """A text without names; `replaced` counts what was taken out, by kind."""

    text: str
    replaced: Mapping[str, int]


def anonymous(
    text: str, private: tuple[PrivatePlace, ...], *, known_names: tuple[str, ...] = (), guesses: bool = True
) -> Anonymous:
    """Return the text without private data, mentions, links and names. What we put there ourselves stays as it is.

    `known_names`: who is known to be meant, such as its author; parts of three letters and more are found alone too.
    `guesses`: whether names are also looked for by what stands around them.
    """
    guessed = [
        *_found(_TITLED, text, "name"),
        *_found(_CALLED, text, "name"),
        *(place for place in _found(_FULL, text, "name") if not _NO_NAMES & set(text[place[0] : place[1]].split())),
    ]
    places = _apart(
        [
            *((place.start, place.end, place.kind if place.kind in _OF_KIND else "other") for place in private),
            *_found(_LINK, text, "link"),
            *_found(_MENTION, text, "mention"),
            *_known(text, known_names),
            *(guessed if guesses else []),
        ]
    )
    stands_for: dict[tuple[str, str], str] = {}
    replaced: dict[str, int] = {}
    pieces, end = [], 0
    for first, last, kind in places:
        was = text[first:last]
        if any(was == _placeholder(kind, number) for number in range(1, 100)):
            continue
        if (kind, was) not in stands_for:
            replaced[kind] = replaced.get(kind, 0) + 1
            stands_for[kind, was] = _placeholder(kind, replaced[kind])
        pieces += [text[end:first], stands_for[kind, was]]
        end = last
    return Anonymous(text="".join([*pieces, text[end:]]), replaced=replaced)


def _placeholder(kind: str, number: int) -> str:
    if kind in _OF_KIND:
        return _OF_KIND[kind](number)
    match kind:
        case "mention":
            return f"@kisi{number}"
        case "link":
            return f"https://ornek.example/{number}"
        case "name":
            return f"Kişi{number}"
        case _:
            return f"[…{number}]"


def _found(pattern: re.Pattern[str], text: str, kind: str) -> Iterator[tuple[int, int, str]]:
    for found in pattern.finditer(text):
        yield (*found.span(found.re.groups), kind)


def _known(text: str, names: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    parts = {part for name in names for part in (name, *name.split()) if len(part) >= 3}
    for part in sorted(parts, key=len, reverse=True):
        yield from _found(re.compile(rf"(?<!\w){re.escape(part)}(?!\w)", re.IGNORECASE), text, "name")


def _apart(places: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Those that do not overlap, in order of the text; what was found first keeps its place."""
    kept: list[tuple[int, int, str]] = []
    for place in places:
        if all(place[1] <= other[0] or place[0] >= other[1] for other in kept):
            kept.append(place)
    return sorted(kept)
