"""The University's own published contacts, which are nobody's private data."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.rules.data import DOMAINS
from app.rules.forms.casing import lower_turkish, strip_diacritics
from app.rules.personal.phones import national

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """Contacts that may stand in public."""

    phones: frozenset[str]
    mailboxes: frozenset[str]
    addresses: tuple[frozenset[str], ...]

    def has_phone(self, digits: str) -> bool:
        """Whether this is one of ours, however it is written."""
        return national(digits) in self.phones

    def has_mailbox(self, address: str) -> bool:
        """Whether this is one of ours."""
        return address in self.mailboxes

    def is_ours(self, domain: str) -> bool:
        """Whether a mail domain is the University's."""
        return domain in DOMAINS

    def has_address(self, words: Sequence[str]) -> bool:
        """Whether an address (folded words) is part of one of ours."""
        wanted = {part for word in words for part in _WORD.findall(word)} - _FILLERS
        return any(wanted <= address for address in self.addresses)


_FILLERS = frozenset(
    {"no", "numara", "kapi", "cd", "cad", "caddesi", "cadde", "sk", "sokak", "sokagi", "mah", "mahallesi"}
)


@lru_cache(maxsize=64)
def allowed(contacts: tuple[str, ...]) -> Allowed:
    """Read contacts as a person writes them: phone numbers, mailboxes, street addresses."""
    phones: set[str] = set()
    boxes: set[str] = set()
    places: list[frozenset[str]] = []
    for contact in contacts:
        folded = strip_diacritics(lower_turkish(contact.strip()))
        digits = "".join(c for c in folded if c.isdigit())
        if "@" in folded:
            boxes.add(folded)
        elif any(c.isalpha() for c in folded):
            places.append(frozenset(_WORD.findall(folded)))
        elif digits:
            phones.add(national(digits))
    return Allowed(phones=frozenset(phones), mailboxes=frozenset(boxes), addresses=tuple(places))
