"""Every rule runs; one that raises is named; nothing a person can write makes reading fail."""

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from app.messages import Channel, Message
from app.rules.engine import evaluate
from app.rules.model import Label, Match, Signals, rule
from app.rules.ruleset import RULES
from app.rules.text import read
from tests.rules.looks import a_message, seen

PIECES = st.sampled_from(
    [
        "şerefsiz",
        "s a l a k",
        "d@ngal@k",
        "s*k",
        "0532 123",
        "@",
        "'",
        '"',
        "“",
        "tr33",
        "sıfır beş",
        "İ",
        "I",
        "ß",
        "\u200b",
        "ı̇",
        "😂",
        "👩‍👩‍👧",
        "ﷺ",
        "。",
        "\x00",
    ]
)
ANY_TEXT = st.one_of(st.text(max_size=80), st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=12).map(" ".join))


@rule(article="6.4.8", label=Label.INSULT)
def stumbles(message: Message, signals: Signals) -> Iterator[Match]:
    """Raises."""
    yield from ()
    raise RuntimeError(message.external_id)


@rule(article="6.4.8", label=Label.INSULT)
def sees_all(message: Message, signals: Signals) -> Iterator[Match]:
    """Sees the whole text, twice."""
    yield Match(start=0, end=3, reason="all")
    yield Match(start=0, end=3, reason="all")


def test_a_rule_that_raises_is_named_and_the_others_run_on() -> None:
    signals = Signals(forms=read("abc"))

    evaluation = evaluate(a_message("abc"), signals, (stumbles, sees_all))

    assert evaluation.failures == ("insult.stumbles",)
    assert [finding.rule for finding in evaluation.findings] == ["insult.sees_all"]


def test_one_place_is_reported_once() -> None:
    evaluation = evaluate(a_message("abc"), Signals(forms=read("abc")), (sees_all,))

    assert len(evaluation.findings[0].matches) == 1


def test_rules_for_public_messages_do_not_run_on_direct_ones() -> None:
    public_only = {rule.name for rule in RULES if Channel.DM not in rule.kinds}

    findings = seen("ara 0532 123 45 67", channel=Channel.DM).findings

    assert not public_only & {finding.rule for finding in findings}


def test_the_same_message_gives_the_same_evaluation() -> None:
    text = "siz d@ngal@klar wifi yine çalışmıyor, 0532 123 45 67"

    assert seen(text) == seen(text)


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_no_text_makes_a_rule_raise_and_spans_lie_within_it(text: str) -> None:
    evaluation = seen(text)

    assert evaluation.failures == ()
    for finding in evaluation.findings:
        for match in finding.matches:
            assert 0 <= match.start < match.end <= len(text)
