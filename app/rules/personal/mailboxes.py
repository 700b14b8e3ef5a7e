"""E-mail addresses, also written out to escape being read ("ali at gmail nokta com")."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from app.rules.forms.words import Words

_PROVIDERS = (
    *("gmail", "gmial", "hotmail", "outlook", "yahoo", "icloud", "yandex"),
    *("protonmail", "proton", "mynet", "windowslive", "msn", "gmx"),
)
_AT = frozenset({"at", "et", "kuyruklu", "kuyrukluu"})
_DOT = frozenset({"nokta", "dot", "noktacom"})
_ROLES = frozenset(
    [
        "info",
        "bilgi",
        "iletisim",
        "destek",
        "support",
        "contact",
        "iletişim",
        "satis",
        "sales",
        "hr",
        "ik",
        "kariyer",
        "career",
        "aday",
        "ogrenciisleri",
        "admin",
        "office",
        "kurumsal",
        "basin",
        "press",
        "rektorluk",
        "genelsekreterlik",
        "kutuphane",
        "library",
        "noreply",
        "no-reply",
    ]
)
_ADDRESS = re.compile(r"([\w.+-]{1,64})@([\w.-]{3,120})")


class Mailbox(NamedTuple):
    """An address (lower case, as read) and its span in the plain form."""

    address: str
    start: int
    end: int

    @property
    def domain(self) -> str:
        """What stands after the @."""
        return self.address.partition("@")[2]

    @property
    def is_role(self) -> bool:
        """Whether an office is behind it rather than a person."""
        return self.address.partition("@")[0] in _ROLES


def mailboxes(words: Words) -> Iterator[Mailbox]:
    """E-mail addresses, plain and written out, in order of kind."""
    text = words.plain.text
    for word in words.words:
        if word.folded == "<mail>":
            address = word.text.rstrip(".")
            # Casing is Turkish here, an address' is not.
            yield Mailbox(address.replace("ı", "i"), word.start, word.start + len(address))
    yield from _written_out(words, text)


def _written_out(words: Words, text: str) -> Iterator[Mailbox]:
    tokens = words.words
    for place, word in enumerate(tokens):
        is_link = word.folded == "<url>"
        provider = next((p for p in _PROVIDERS if (word.text if is_link else word.folded).startswith(p)), None)
        if provider is None or place == 0:
            continue
        before = place - 1
        if tokens[before].folded in _AT and before > 0:
            before -= 1
        elif "@" not in text[tokens[before].end : word.start]:
            continue
        if word.start - tokens[before].end > 12:
            continue
        after = place
        if not is_link:
            while (
                after + 1 < len(tokens)
                and after < place + 2
                and tokens[after + 1].folded in (*_DOT, "com", "net", "tr")
            ):
                after += 1
            if after == place:
                continue
        first = before
        while first > 0 and text[tokens[first - 1].end : tokens[first].start] in {".", "_", "-"}:
            first -= 1
        local = text[tokens[first].start : tokens[before].end]
        yield Mailbox(f"{local}@{provider}.com", tokens[first].start, tokens[after].end)
