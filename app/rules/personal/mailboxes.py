"""E-mail addresses, also written out to escape being read ("ali at gmail nokta com", "ali gmailcom")."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from app.rules.forms.words import Words

_PROVIDERS = (
    *("gmail", "gmial", "gmali", "hotmail", "outlook", "yahoo", "icloud", "yandex"),
    *("protonmail", "proton", "mynet", "windowslive", "msn", "gmx"),
)
_ROLES = frozenset(
    ["info", "bilgi", "iletisim", "iletişim", "destek", "support", "contact", "satis", "satış", "sales", "hr", "ik",
     "kariyer", "career", "aday", "ogrenciisleri", "öğrenciişleri", "admin", "office", "kurumsal", "basin", "basın",
     "press", "rektor", "rektör", "dekan", "mudur", "rektorluk", "rektörlük", "genelsekreterlik", "kutuphane",
     "kütüphane", "library", "noreply", "no-reply", "helpdesk", "help", "it", "bilgiislem", "international",
     "erasmus", "mezun", "alumni", "tanitim", "tanıtım", "yurt", "muhasebe", "sks", "oidb", "muhendislik", "hukuk",
     "iade", "siparis", "musteri", "musterihizmetleri", "hello", "merhaba", "service", "team", "webmaster",
     "registrar", "admissions", "dekanlik", "sekreterlik", "halkla.iliskiler", "insankaynaklari"]
)  # fmt: skip
_DOT = r"(?:_|\s?\.\s?|\s?,\s?|\s?[(\[]?(?:nokta|dot)[)\]]?\s?)"
_COM = r"(?:com|kom|net|org)(?:(?:\s?\.\s?|\snokta\s)tr)?(?![^\W_])"
_PROVIDER = rf"(?:{'|'.join(_PROVIDERS)})"
_AT = r"(?:_at_|\s?@\s?|\s?[(\[]\s?(?:at|et)\s?[)\]]\s?|\s(?:at|et|kuyruklu(?:\sa)?|isareti|işareti)\s)"
# What may stand before the sign: words with signs between, or single letters one by one.
_JOINT = r"(?:[._+-]|\s(?:nokta|alt\s?tire|tire|dot)\s)"
_LOCAL = rf"(?:(?<![\w.+-])(?:[^\W_]\s){{4,40}}|(?<![\w.+-])_?[^\W_]{{1,40}}+(?:{_JOINT}[^\W_]{{1,40}}+){{0,5}}_?)"
_WRITTEN_OUT = re.compile(rf"(?P<local>{_LOCAL})(?P<at>{_AT})(?P<domain>{_PROVIDER}{_DOT}?{_COM})")
_WITHOUT_DOMAIN = re.compile(rf"(?P<local>{_LOCAL})(?P<at>\s?@\s?|\s(?:at|kuyruklu(?:\sa)?)\s){_PROVIDER}(?![^\W_])")
# A joint tells a mailbox from a word that happens to stand before the name of a provider.
_WITHOUT_SIGN = re.compile(rf"(?<![\w.+@-])(?P<local>[\w.+-]{{5,40}}?)\s?{_PROVIDER}[. ]?com(?:\.tr)?(?![^\W_])")
_OTHER_DOMAIN = re.compile(
    rf"(?P<local>{_LOCAL})(?:\s@\s|\s?[(\[]\s?(?:at|et)\s?[)\]]\s?)(?P<domain>[^\W_]{{2,30}}(?:{_DOT}[^\W_]{{2,20}}){{1,3}})"
)
_SPOKEN_DOMAIN = re.compile(
    rf"(?P<local>{_LOCAL})\s(?:at|et|kuyruklu(?:\sa)?)\s"
    r"(?P<domain>[^\W_]{2,30}+(?:\s(?:nokta|dot)\s[^\W_]{2,20}+){0,3}\s(?:nokta|dot)\s(?:com|kom|net|org|edu|tr|de|ru))(?![^\W_])"
)
# A letter alone ends no domain, it spells a word out.
_TOP_LEVEL = re.compile(r"[^\W_]{2,63}\.[^\W\d_]{2,20}$")
_NO_MAILBOXES = frozenset(
    ["mail", "mailim", "maili", "mailin", "mailimi", "mailini", "email", "eposta", "adres", "adresim", "adresi",
     "adresin", "adresimi", "hesap", "hesabim", "hesabım", "hesabi", "hesabı", "benim", "senin", "onun", "normal",
     "kisisel", "kişisel", "yeni", "eski", "bana", "size", "sadece", "mesela", "ornegin", "örneğin", "okulun",
     "universite", "üniversite", "uzantili", "uzantılı", "sonuna", "hepsi", "lutfen", "lütfen", "mesaj", "look",
     "please", "write", "yazın", "yazin", "gönder", "gonder", "gönderin", "gonderin", "ulasin", "ulaşın"]
)  # fmt: skip
_LONG_ENOUGH = 8


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
        local = self.address.partition("@")[0]
        return local in _ROLES or re.split(r"[._-]", local)[0] in _ROLES


def mailboxes(words: Words) -> Iterator[Mailbox]:
    """E-mail addresses, plain and written out, in order of kind; none twice."""
    taken: list[tuple[int, int]] = []
    for word in words.words:
        if word.folded == "<mail>":
            address = word.text.rstrip(".")
            if not _TOP_LEVEL.search(address):
                continue
            taken.append((word.start, word.start + len(address)))
            # Casing is Turkish here, an address' is not.
            yield Mailbox(address.replace("ı", "i"), *taken[-1])
    yield from _written_out(_without(words.plain.text, taken))


def _without(text: str, places: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end in places:
        pieces += [text[at:start], "\n" * (end - start)]
        at = end
    return "".join((*pieces, text[at:]))


def _written_out(text: str) -> Iterator[Mailbox]:
    if not any(provider in text for provider in _PROVIDERS) and not re.search(
        r"\s@\s|[(\[]\s?[ae]t\s?[)\]]|\s(?:nokta|dot)\s", text
    ):
        return
    for pattern in (_WRITTEN_OUT, _SPOKEN_DOMAIN, _OTHER_DOMAIN, _WITHOUT_SIGN, _WITHOUT_DOMAIN):
        places: list[tuple[int, int]] = []
        for found in pattern.finditer(text):
            local = found["local"].strip()
            if pattern in {_WITHOUT_DOMAIN, _WITHOUT_SIGN} and not _is_surely_a_name(local):
                continue
            if local in _NO_MAILBOXES:
                continue
            places.append(found.span())
            domain = found.groupdict().get("domain") or "mail.com"
            local = re.sub(r"\s(?:nokta|dot)\s", ".", local)
            yield Mailbox(f"{local}@{re.sub(_DOT, '.', domain)}".replace(" ", ""), *found.span())
        text = _without(text, places)


def _is_surely_a_name(local: str) -> bool:
    return len(local) >= _LONG_ENOUGH or not local.isalpha()
