"""Article 6.4.13: violence and drugs are deleted as soon as link and screenshot are kept."""

from collections.abc import Iterator

from app.messages import Message
from app.rules.model import Label, Match, Signals, rule
from app.rules.seeing import matches, own_words


@rule(article="6.4.13", label=Label.VIOLENCE_DRUGS)
def drug_sale(message: Message, signals: Signals) -> Iterator[Match]:
    """Drugs offered, asked for or priced, also in the slang of the trade."""
    yield from matches(own_words(signals, "violence_drugs.drug_sale"), "drugs for sale")


@rule(article="6.4.13", label=Label.VIOLENCE_DRUGS)
def pill_sale(message: Message, signals: Signals) -> Iterator[Match]:
    """Prescription medicine offered without prescription."""
    yield from matches(own_words(signals, "violence_drugs.pill_sale"), "medicine without prescription")


@rule(article="6.4.13", label=Label.VIOLENCE_DRUGS)
def drug_use(message: Message, signals: Signals) -> Iterator[Match]:
    """Drug use shown or praised."""
    yield from matches(own_words(signals, "violence_drugs.drug_use"), "drug use")


@rule(article="6.4.13", label=Label.VIOLENCE_DRUGS)
def violence_praised(message: Message, signals: Signals) -> Iterator[Match]:
    """Violence praised, called for or shown."""
    yield from matches(own_words(signals, "violence_drugs.violence_praised"), "violence praised")


RULES = (
    drug_sale,
    pill_sale,
    drug_use,
    violence_praised,
)
