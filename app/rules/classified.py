"""Articles 3.3 to 6.4.15: what the classifier sees, one rule a label, under the article of the label.

Lists carry what is said in so many words; the rest (worry, contempt, a case at court told without the word) is for a
model that has read thousands of messages. How sure its score makes us is policy data, as for every rule.
"""

from collections.abc import Iterator

from app.messages import Message
from app.rules.model import Article, Label, Match, Rule, RuleName, Signals

# Log odds below which it is not worth a finding (about one in eight), nor a word on why. Lower for self-harm (one in
# thirty-seven): the machine takes nothing down where it is told of (6.4.15). Of what it would, 0.9 % goes to a person.
_WORTH_TELLING, _WORTH_TELLING_OF_DANGER = -2.0, -3.6

_ARTICLES: dict[Label, Article] = {
    Label.SELF_HARM: Article("6.4.15"),
    Label.THREAT: Article("6.4.12"),
    Label.VIOLENCE_DRUGS: Article("6.4.13"),
    Label.HATE: Article("6.4.11"),
    Label.HARASSMENT: Article("6.4.9"),
    Label.INSULT: Article("6.4.8"),
    Label.LITIGATION: Article("6.4.10"),
    Label.ADVERTISEMENT: Article("6.4.14"),
    Label.MISINFORMATION: Article("6.4.3"),
    Label.CRITICISM: Article("6.4.5"),
    Label.COMPLAINT: Article("6.4.1"),
    Label.ADMISSION_QUESTION: Article("6.4.1"),
    Label.GRADUATE_QUESTION: Article("6.4.1"),
    Label.JOB_APPLICATION: Article("6.4.2"),
    Label.PRAISE: Article("6.4.3"),
    Label.QUESTION_OTHER: Article("3.3"),
    Label.SENSITIVE_TOPIC: Article("5.6"),
    Label.DISASTER: Article("6.4.7"),
}


def is_worth_telling(label: Label, log_odds: float) -> bool:
    """Whether a score says enough of the label to be told of at all."""
    return log_odds >= (_WORTH_TELLING_OF_DANGER if label is Label.SELF_HARM else _WORTH_TELLING)


def name_of(label: Label) -> RuleName:
    """The name of the label's rule."""
    return RuleName(f"{label}.classified")


def _rule(label: Label, article: Article) -> Rule:
    def see(message: Message, signals: Signals) -> Iterator[Match]:
        """The message as a whole reads like the label."""
        scored = (signals.scores or {}).get(label)
        if scored is None or not is_worth_telling(label, scored.log_odds):
            return
        for start, end in scored.spans or ((0, len(message.text)),):
            yield Match(start=start, end=end, reason="reads like it as a whole")

    return Rule(name=name_of(label), article=article, label=label, see=see)


# Private data is no matter of likelihood: numbers and addresses are there or not.
RULES = tuple(_rule(label, article) for label, article in _ARTICLES.items())
