"""Article 6.4.2: applications for open positions are not taken through social media."""

from collections.abc import Iterator

from app.messages import Message
from app.rules.model import Label, Match, Signals, rule
from app.rules.seeing import found, matches


@rule(article="6.4.2", label=Label.JOB_APPLICATION)
def wants_a_job(message: Message, signals: Signals) -> Iterator[Match]:
    """Someone applies here, or asks about a job."""
    yield from matches(found(signals, "questions.job"), "wants a job here")


RULES = (wants_a_job,)
