"""Article 6.4.9: no one's private data is made public on our accounts."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache

from app.messages import PUBLIC, Message
from app.rules.contacts import allowed
from app.rules.forms.casing import strip_diacritics
from app.rules.model import Label, Match, Signals, rule
from app.rules.personal.abroad import addresses_abroad
from app.rules.personal.addresses import addresses
from app.rules.personal.digits import Digits, Run, blank, runs
from app.rules.personal.dorms import has_name_beside, is_called_home, rooms
from app.rules.personal.mailboxes import mailboxes
from app.rules.personal.naming import is_otherwise_named
from app.rules.personal.papers import (
    cards_in,
    ibans_in,
    identity_cards_in,
    kimlik_in,
    mistyped_kimlik_in,
    papara_accounts_in,
    passports_in,
)
from app.rules.personal.phones import BARE_LANDLINE, FOREIGN, LANDLINE, MOBILE, phones_in
from app.rules.personal.pieces import phone_backwards, phone_in_pieces
from app.rules.personal.plates import plates, spelled_plates
from app.rules.personal.regions import regions
from app.rules.personal.spoken import spoken
from app.rules.seeing import any_of
from app.rules.text import TextForms

# One's own data in a direct message is not made public, so every rule here is for public messages alone.

# The variation selector and the box that make a keycap emoji of a digit; the plain form has the digit alone.
_KEYCAP = re.compile("\ufe0f?\u20e3?")
# A word for a phone this many code points from a number without its zero tells that it is one.
_CALLED_WITHIN = 40
# "611 numaralı odamda": the word for a room may come after its number.
_ROOM_AFTER = 15
# What is at an address is said before it, or at once after it.
_VENUE_BEFORE, _VENUE_AFTER = 60, 30


def _match(signals: Signals, start: int, end: int, reason: str, kind: str) -> Match:
    first, last = signals.forms.plain.original(start, end)
    keycap = _KEYCAP.match(signals.forms.original, last)
    return Match(start=first, end=keycap.end() if keycap else last, reason=reason, kind=kind)


def _places(forms: TextForms, entry: str) -> list[int]:
    """Where a lexicon entry was found, as offsets of the plain form."""
    return sorted(seen.words.words[seen.hit.first].start for seen in forms.see(entry))


def _is_near(places: Sequence[int], start: int, end: int) -> bool:
    """Whether one of these places, in order, lies in [start, end)."""
    at = bisect_left(places, start)
    return at < len(places) and places[at] < end


# Several rules look at the numbers of one text, one after the other: they are read once.
@lru_cache(maxsize=2)
def _digits_alone(forms: TextForms) -> str:
    """The plain form without IBANs, mailboxes, names of accounts and links: what digits they have are no numbers."""
    text = forms.plain.text
    places = [(start, end) for start, end, _ in ibans_in(text)]
    for word in forms.words.words:
        is_link = word.folded == "<url>" and "wa.me" not in word.text and "whatsapp" not in word.text
        if is_link or word.folded in {"<mail>", "<mention>"}:
            places.append((word.start, word.end))
    return blank(text, places)


@lru_cache(maxsize=2)
def _runs(forms: TextForms) -> tuple[Run, ...]:
    return tuple(runs(_digits_alone(forms)))


def _kimlik_numbers(forms: TextForms) -> Iterator[Digits]:
    is_named = "privacy.kimlik" in forms.found
    for run in _runs(forms):
        for number in kimlik_in(run, is_named=is_named):
            if not is_otherwise_named(run.text, number.start):
                yield number


def _cards(forms: TextForms) -> Iterator[Digits]:
    for run in _runs(forms):
        yield from cards_in(run)


def _phones(signals: Signals) -> tuple[tuple[str, Digits], ...]:
    return _phones_of(signals.forms, signals.allowed_contacts, signals.language)


@lru_cache(maxsize=2)
def _phones_of(
    forms: TextForms, allowed_contacts: tuple[str, ...], language: str | None
) -> tuple[tuple[str, Digits], ...]:
    return tuple(_phones_in(forms, allowed_contacts, language))


def _phones_in(
    forms: TextForms, allowed_contacts: tuple[str, ...], language: str | None
) -> Iterator[tuple[str, Digits]]:
    contacts = allowed(allowed_contacts)
    taken = [(number.start, number.end) for found in (_kimlik_numbers, _cards) for number in found(forms)]
    text = blank(_digits_alone(forms), taken)
    called = _places(forms, "privacy.phone")
    at_home = regions(text, language)
    for run in runs(text):
        for kind, number in phones_in(run, at_home):
            is_bare = not (number.is_international or number.digits.startswith("0"))
            if contacts.has_phone(number.digits) or is_otherwise_named(run.text, number.start, loosely=is_bare):
                continue
            if kind != BARE_LANDLINE:
                yield kind, number
            elif _is_near(called, number.start - _CALLED_WITHIN, number.end + _CALLED_WITHIN):
                yield LANDLINE, number


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def tc_kimlik_no(message: Message, signals: Signals) -> Iterator[Match]:
    """A T.C. kimlik no: eleven digits whose last two are its checksum."""
    for number in _kimlik_numbers(signals.forms):
        yield _match(signals, number.start, number.end, "T.C. kimlik no with a valid checksum", "tc_kimlik")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def tc_kimlik_no_named(message: Message, signals: Signals) -> Iterator[Match]:
    """Eleven digits said to be a kimlik no, though the checksum does not hold: mistyped, or changed to escape."""
    named = _places(signals.forms, "privacy.kimlik")
    for run in _runs(signals.forms) if named else ():
        for number in mistyped_kimlik_in(run):
            if _is_near(named, number.start - _CALLED_WITHIN, number.start):
                yield _match(signals, number.start, number.end, "eleven digits called a kimlik no", "tc_kimlik")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def identity_document(message: Message, signals: Signals) -> Iterator[Match]:
    """The number of a passport or the serial number of an identity card, named as such."""
    text = signals.forms.plain.text
    for start, end in passports_in(text, _places(signals.forms, "privacy.passport")):
        yield _match(signals, start, end, "a passport number", "passport")
    for start, end in identity_cards_in(text, _places(signals.forms, "privacy.identity_card")):
        yield _match(signals, start, end, "the serial number of an identity card", "identity_card")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def payment_account(message: Message, signals: Signals) -> Iterator[Match]:
    """The number of an account with a payment service, named as such."""
    for start, end in papara_accounts_in(signals.forms.plain.text, _places(signals.forms, "privacy.papara")):
        yield _match(signals, start, end, "a Papara account", "payment_account")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def mobile_phone(message: Message, signals: Signals) -> Iterator[Match]:
    """A Turkish mobile number that is not one of ours."""
    for kind, number in _phones(signals):
        if kind == MOBILE:
            yield _match(signals, number.start, number.end, "a mobile phone number", "phone")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def landline_phone(message: Message, signals: Signals) -> Iterator[Match]:
    """A Turkish landline that is not one of ours: a home's, or some office's."""
    for kind, number in _phones(signals):
        if kind == LANDLINE:
            yield _match(signals, number.start, number.end, "a landline number", "phone")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def foreign_phone(message: Message, signals: Signals) -> Iterator[Match]:
    """A phone number with the code of another country."""
    for kind, number in _phones(signals):
        if kind == FOREIGN:
            yield _match(signals, number.start, number.end, "a phone number of another country", "phone")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def spoken_phone(message: Message, signals: Signals) -> Iterator[Match]:
    """A phone number spelled out in words, wholly or in part, told in pieces or backwards."""
    contacts = allowed(signals.allowed_contacts)
    is_whole = any(True for _ in _phones(signals))
    for number in spoken(signals.forms.words):
        is_whole = True
        if not contacts.has_phone(number.digits):
            yield _match(signals, number.start, number.end, "a phone number spelled out", "phone")
    cues = len(signals.forms.see("privacy.pieces"))
    if cues and not is_whole:
        for start, end in phone_in_pieces(signals.forms.words, is_surely_one=cues > 1):
            yield _match(signals, start, end, "a piece of a phone number", "phone")
    if not is_whole and any_of(signals, "privacy.backwards"):
        for run in _runs(signals.forms):
            for number in phone_backwards(run):
                yield _match(signals, number.start, number.end, "a phone number written backwards", "phone")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def iban(message: Message, signals: Signals) -> Iterator[Match]:
    """An IBAN with a valid checksum."""
    for start, end, is_valid in ibans_in(signals.forms.plain.text):
        if is_valid:
            yield _match(signals, start, end, "an IBAN with a valid checksum", "iban")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def iban_shaped(message: Message, signals: Signals) -> Iterator[Match]:
    """TR and twenty-four digits whose checksum does not hold."""
    for start, end, is_valid in ibans_in(signals.forms.plain.text):
        if not is_valid:
            yield _match(signals, start, end, "TR and twenty-four digits", "iban")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def payment_card(message: Message, signals: Signals) -> Iterator[Match]:
    """A card number of a known scheme with a valid Luhn checksum."""
    for number in _cards(signals.forms):
        yield _match(signals, number.start, number.end, "a card number with a valid checksum", "card")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def private_mailbox(message: Message, signals: Signals) -> Iterator[Match]:
    """Someone's e-mail address; an office's (info@, destek@) and ours are not private."""
    contacts = allowed(signals.allowed_contacts)
    for mailbox in mailboxes(signals.forms.words):
        if not (mailbox.is_role or contacts.has_mailbox(mailbox.address) or contacts.is_ours(mailbox.domain)):
            yield _match(signals, mailbox.start, mailbox.end, "a private e-mail address", "email")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def university_mailbox(message: Message, signals: Signals) -> Iterator[Match]:
    """A person's mailbox at the University that is not among the published contacts."""
    contacts = allowed(signals.allowed_contacts)
    for mailbox in mailboxes(signals.forms.words):
        if contacts.is_ours(mailbox.domain) and not (mailbox.is_role or contacts.has_mailbox(mailbox.address)):
            yield _match(signals, mailbox.start, mailbox.end, "a person's mailbox at the University", "email")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def plate_of_a_car(message: Message, signals: Signals) -> Iterator[Match]:
    """A car plate in a message that speaks of a car."""
    if any_of(signals, "privacy.car"):
        for plate, _ in plates(signals.forms.words, signals.forms.original):
            yield _match(signals, plate.start, plate.end, "a car plate", "plate")
        for plate in spelled_plates(signals.forms.words):
            yield _match(signals, plate.start, plate.end, "a car plate read out", "plate")


# Course codes and prices look like plates; only capitals count without a car in the message.
@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def plate_shaped(message: Message, signals: Signals) -> Iterator[Match]:
    """What is written like a car plate, in capitals."""
    if not any_of(signals, "privacy.car"):
        for plate, in_capitals in plates(signals.forms.words, signals.forms.original):
            if in_capitals:
                yield _match(signals, plate.start, plate.end, "written like a car plate", "plate")


def _addresses(signals: Signals) -> Iterator[tuple[Match, bool]]:
    contacts = allowed(signals.allowed_contacts)
    words = signals.forms.words
    is_home = any_of(signals, "privacy.home")
    # A library's address is published; someone's own stays private even beside the library.
    venues = [] if any_of(signals, "privacy.lives") else _places(signals.forms, "privacy.venue")
    abroad = list(addresses_abroad(words.plain.text))
    for start, end, has_flat in abroad:
        yield _match(signals, start, end, "a street address of another country", "address"), has_flat or is_home
    for place in addresses(words, signals.forms.original):
        folded = [strip_diacritics(word.text) for word in place.words]
        is_venues = _is_near(venues, place.start - _VENUE_BEFORE, place.end + _VENUE_AFTER)
        is_published = contacts.has_address(folded) or is_venues
        if not is_published and not any(start < place.end and place.start < end for start, end, _ in abroad):
            yield _match(signals, place.start, place.end, "a street address", "address"), place.has_door or is_home


def _dormitory_rooms(signals: Signals) -> Iterator[Match]:
    """Rooms in which someone is said to live; a classroom or an office is said to be nobody's."""
    if any_of(signals, "privacy.classroom"):
        return
    is_lived_in = any_of(signals, "privacy.dweller", "privacy.family")
    is_ones_own = any_of(signals, "privacy.oneself")
    words, original = signals.forms.words, signals.forms.original
    for start, end in rooms(words.plain.text):
        clues = (
            is_ones_own,
            is_called_home(words.plain.text[start : end + _ROOM_AFTER]),
            has_name_beside(words, original, start, end),
        )
        if is_lived_in or sum(clues) > 1:
            yield _match(signals, start, end, "a room of someone's dormitory", "address")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def home_address(message: Message, signals: Signals) -> Iterator[Match]:
    """A street address with a door, or of where someone lives; a room of a dormitory."""
    yield from _dormitory_rooms(signals)
    for match, is_home in _addresses(signals):
        if is_home:
            yield match


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def street_address(message: Message, signals: Signals) -> Iterator[Match]:
    """A street address of which nothing says whose it is."""
    for match, is_home in _addresses(signals):
        if not is_home:
            yield match


RULES = (
    tc_kimlik_no,
    tc_kimlik_no_named,
    identity_document,
    payment_account,
    mobile_phone,
    landline_phone,
    foreign_phone,
    spoken_phone,
    iban,
    iban_shaped,
    payment_card,
    private_mailbox,
    university_mailbox,
    plate_of_a_car,
    plate_shaped,
    home_address,
    street_address,
)
