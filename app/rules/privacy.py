"""Article 6.4.9: no one's private data is made public on our accounts."""

from collections.abc import Iterator

from app.messages import PUBLIC, Message
from app.rules.contacts import Allowed, allowed
from app.rules.forms.casing import strip_diacritics
from app.rules.model import Label, Match, Signals, rule
from app.rules.personal.digits import Digits, runs, spoken
from app.rules.personal.mailboxes import mailboxes
from app.rules.personal.papers import cards_in, ibans_in, kimlik_in
from app.rules.personal.phones import phone_kind, phones_in
from app.rules.personal.places import addresses, plates
from app.rules.seeing import any_of

# One's own data in a direct message is not made public, so every rule here is for public messages alone.


def _match(signals: Signals, start: int, end: int, reason: str, kind: str) -> Match:
    first, last = signals.forms.plain.original(start, end)
    return Match(start=first, end=last, reason=reason, kind=kind)


def _phones(signals: Signals, contacts: Allowed) -> Iterator[tuple[str, Digits]]:
    ibans = [(start, end) for start, end, _ in ibans_in(signals.forms.plain)]
    for run in runs(signals.forms.plain):
        if any(start < run.groups[-1].end and run.groups[0].start < end for start, end in ibans):
            continue
        if any(cards_in(run)):
            continue
        for kind, number in phones_in(run):
            if not contacts.has_phone(number.digits):
                yield kind, number


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def tc_kimlik_no(message: Message, signals: Signals) -> Iterator[Match]:
    """A T.C. kimlik no: eleven digits whose last two are its checksum."""
    is_named = any_of(signals, "privacy.kimlik")
    for run in runs(signals.forms.plain):
        for number in kimlik_in(run, is_named=is_named):
            yield _match(signals, number.start, number.end, "T.C. kimlik no with a valid checksum", "tc_kimlik")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def tc_kimlik_no_named(message: Message, signals: Signals) -> Iterator[Match]:
    """Eleven digits said to be a kimlik no, though the checksum does not hold: mistyped, or changed to escape."""
    if any_of(signals, "privacy.kimlik"):
        for run in runs(signals.forms.plain):
            for number in run.groups:
                if len(number.digits) == 11 and number.digits[0] != "0" and not any(kimlik_in(run)):
                    yield _match(signals, number.start, number.end, "eleven digits called a kimlik no", "tc_kimlik")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def mobile_phone(message: Message, signals: Signals) -> Iterator[Match]:
    """A Turkish mobile number that is not one of ours."""
    for kind, number in _phones(signals, allowed(signals.allowed_contacts)):
        if kind == "mobile":
            yield _match(signals, number.start, number.end, "a mobile phone number", "phone")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def landline_phone(message: Message, signals: Signals) -> Iterator[Match]:
    """A Turkish landline that is not one of ours: a home's, or some office's."""
    for kind, number in _phones(signals, allowed(signals.allowed_contacts)):
        if kind == "landline":
            yield _match(signals, number.start, number.end, "a landline number", "phone")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def foreign_phone(message: Message, signals: Signals) -> Iterator[Match]:
    """A phone number with the code of another country."""
    for kind, number in _phones(signals, allowed(signals.allowed_contacts)):
        if kind == "foreign":
            yield _match(signals, number.start, number.end, "a phone number of another country", "phone")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def spoken_phone(message: Message, signals: Signals) -> Iterator[Match]:
    """A phone number spelled out in words, wholly or in part."""
    contacts = allowed(signals.allowed_contacts)
    for number in spoken(signals.forms.words):
        if phone_kind(number.digits) and not contacts.has_phone(number.digits):
            yield _match(signals, number.start, number.end, "a phone number spelled out", "phone")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def iban(message: Message, signals: Signals) -> Iterator[Match]:
    """An IBAN with a valid checksum."""
    for start, end, is_valid in ibans_in(signals.forms.plain):
        if is_valid:
            yield _match(signals, start, end, "an IBAN with a valid checksum", "iban")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def iban_shaped(message: Message, signals: Signals) -> Iterator[Match]:
    """TR and twenty-four digits whose checksum does not hold."""
    for start, end, is_valid in ibans_in(signals.forms.plain):
        if not is_valid:
            yield _match(signals, start, end, "TR and twenty-four digits", "iban")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def payment_card(message: Message, signals: Signals) -> Iterator[Match]:
    """A card number of a known scheme with a valid Luhn checksum."""
    for run in runs(signals.forms.plain):
        for number in cards_in(run):
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
    for place in addresses(words):
        span = words.words[place.first : place.last + 1]
        if not contacts.has_address([strip_diacritics(word.text) for word in span]):
            match = _match(signals, span[0].start, span[-1].end, "a street address", "address")
            yield match, place.has_door or any_of(signals, "privacy.home")


@rule(article="6.4.9", label=Label.PRIVACY, kinds=PUBLIC)
def home_address(message: Message, signals: Signals) -> Iterator[Match]:
    """A street address with a door, or of where someone lives."""
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
