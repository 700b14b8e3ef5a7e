"""Street addresses as they are written in other languages, with a house number and mostly a flat or a town."""

import re
from collections.abc import Iterator

_TOWN = r"(?:,?\s\d{4,6}\s[^\W\d_]{2,30}+)"


def _with(flat: str) -> str:
    """A flat, a town or both."""
    return rf"(?:(?P<flat>{flat}){_TOWN}?|{_TOWN})(?!\w)"


_GERMAN = re.compile(
    r"(?<!\w)(?:[^\W\d_]{2,30}?(?:straße|strasse|str\.|gasse|allee|weg)|[^\W\d_]{2,30}\s(?:straße|strasse))"
    r"\s\d{1,4}(?:\s?[a-z](?!\w))?" + _with(r",\s(?:\d{1,2}\.\s?(?:og|stock|etage)|wohnung\s\d{1,4})")
)
_FRENCH = re.compile(
    r"(?<!\w)\d{1,4}(?:\s?(?:bis|ter))?,?\s(?:rue|avenue|boulevard|place|allée|impasse)\s"
    r"(?:(?:de|du|des|la|le|les|d|l)[\s'’]){0,2}[^\W\d_]{3,30}+(?:[ -][^\W\d_]{3,30}+){0,2}?"
    + _with(r",\s(?:bâtiment|appartement|appt|apt|étage)\s\w{1,4}")
)
_ENGLISH = re.compile(
    r"(?<!\w)\d{1,5}\s[^\W\d_]{3,30}+(?:\s[^\W\d_]{3,30}+)?\s(?:street|road|avenue|lane|drive)"
    + _with(r",\s(?:flat|apt|apartment|floor)\s\w{1,4}")
)
_WORD = r"[\w-]{1,30}+"
_NAME = rf"{_WORD}(?:\s{_WORD})??"
# Languages that put the kind of thing first: Russian, Arabic, Persian, Kurdish. The second group leads to a door.
_KEYS = (
    (r"(?:ул|улица|пр|проспект|пер|переулок|мкр)\.?", r"(?:д|дом|кв|квартира|корп|подъезд)\.?"),
    (r"(?:حي|شارع)", r"(?:عمارة|شقة|رقم|بناية|الطابق)"),
    (r"(?:خیابان|کوچه|بلوار)", r"(?:پلاک|واحد|طبقه)"),
    (r"(?:taxa|kuçe|kolan)", r"(?:xanî|qat|hejmar)"),
)


def _keyed(street: str, door: str) -> re.Pattern[str]:
    comma = r"[,،]?\s"
    town = r"(?:(?:г\.?\s)?[^\W\d_]{3,30}+,\s)?"  # noqa: RUF001 - Cyrillic is meant
    return re.compile(rf"(?<!\w){town}{street}\s{_NAME}(?:{comma}(?:{street}\s{_NAME}|{door}\s{_WORD})){{1,6}}(?!\w)")


_KEYED = tuple((_keyed(street, door), re.compile(rf"(?<!\w){door}\s")) for street, door in _KEYS)


def addresses_abroad(text: str) -> Iterator[tuple[int, int, bool]]:
    """Spans of addresses in lower-case `text`, each with whether a flat is named."""
    for pattern in (_GERMAN, _FRENCH, _ENGLISH):
        for found in pattern.finditer(text):
            yield *found.span(), bool(found["flat"])
    for keyed, door in _KEYED:
        for found in keyed.finditer(text):
            if door.search(found[0]):
                yield *found.span(), True
