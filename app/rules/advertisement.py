"""Article 6.4.14: what advertises a product or a service is taken down at once."""

from collections.abc import Iterator

from app.messages import Message
from app.rules.model import Label, Match, Signals, rule
from app.rules.seeing import found, matches


@rule(article="6.4.14", label=Label.ADVERTISEMENT)
def betting(message: Message, signals: Signals) -> Iterator[Match]:
    """Betting, casinos, bonuses."""
    yield from matches(found(signals, "advertisement.betting"), "betting")


@rule(article="6.4.14", label=Label.ADVERTISEMENT)
def followers(message: Message, signals: Signals) -> Iterator[Match]:
    """Followers, likes and accounts for sale."""
    yield from matches(found(signals, "advertisement.followers"), "follower sale")


@rule(article="6.4.14", label=Label.ADVERTISEMENT)
def essay_mill(message: Message, signals: Signals) -> Iterator[Match]:
    """Theses, homework and exams done by others."""
    yield from matches(found(signals, "advertisement.essay_mill"), "essay mill")


@rule(article="6.4.14", label=Label.ADVERTISEMENT)
def for_sale(message: Message, signals: Signals) -> Iterator[Match]:
    """Second-hand things and other goods."""
    yield from matches(found(signals, "advertisement.for_sale"), "goods for sale")


@rule(article="6.4.14", label=Label.ADVERTISEMENT)
def lessons_rooms(message: Message, signals: Signals) -> Iterator[Match]:
    """Private lessons, rooms and flats."""
    yield from matches(found(signals, "advertisement.lessons_rooms"), "lessons or rooms offered")


@rule(article="6.4.14", label=Label.ADVERTISEMENT)
def earn_money(message: Message, signals: Signals) -> Iterator[Match]:
    """Easy money, crypto, loans."""
    yield from matches(found(signals, "advertisement.earn_money"), "easy money")


@rule(article="6.4.14", label=Label.ADVERTISEMENT)
def promotion(message: Message, signals: Signals) -> Iterator[Match]:
    """A business, a channel or a discount promoted."""
    yield from matches(found(signals, "advertisement.promotion"), "promotes a business")


RULES = (
    betting,
    followers,
    essay_mill,
    for_sale,
    lessons_rooms,
    earn_money,
    promotion,
)
