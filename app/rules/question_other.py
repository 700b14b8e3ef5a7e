"""Article 3.3: any other question to us is answered by the account's responsible."""

from collections.abc import Iterator

from app.messages import Message
from app.rules.model import Label, Match, Signals, rule
from app.rules.seeing import any_of, found, matches

# What these labels see is said, not asked, though it may stand in the form of a question.
_NO_QUESTIONS = ("hate.", "litigation.", "threat.", "harassment.", "misinformation.", "advertisement.", "insult.")
_OTHER_QUESTIONS = ("questions.admission", "questions.graduate", "questions.job")
_SERVICE = ("complaint.service_fails", "complaint.asks_redress", "criticism.negative")


def _is_of_another_kind(signals: Signals) -> bool:
    return any_of(signals, *_OTHER_QUESTIONS, *_SERVICE) or any(
        name.startswith(_NO_QUESTIONS) for name in signals.forms.found
    )


@rule(article="3.3", label=Label.QUESTION_OTHER)
def asks(message: Message, signals: Signals) -> Iterator[Match]:
    """A question that is none of the other kinds."""
    if not _is_of_another_kind(signals):
        yield from matches(found(signals, "common.question"), "asks something")
        if not signals.forms.see("common.question") and signals.forms.asks:
            yield Match(start=0, end=len(signals.forms.original), reason="ends in a question mark")


RULES = (asks,)
