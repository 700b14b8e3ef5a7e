"""Every finding can be told in a sentence, in Turkish and English, with the words that were seen."""

import pytest

from app.decisions.explain import explain
from app.decisions.policy import shipped_policy
from app.rules.model import Label

POLICY = shipped_policy()


def told(label: Label, text: str, *spans: tuple[int, int], rule: str = "", kind: str = "") -> dict[str, str]:
    return explain(POLICY, label=label, article="6.4.9", rule=rule, kinds=[kind] * len(spans), spans=spans, text=text)


@pytest.mark.parametrize("label", list(Label))
def test_every_label_has_a_sentence_in_both_languages(label: Label) -> None:
    sentences = told(label, "bir söz", (0, 3))

    assert set(sentences) == {"tr", "en"}
    assert all("“bir”" in sentence and "{" not in sentence for sentence in sentences.values())
    assert all(sentence.startswith("6.4.9: ") for sentence in sentences.values())


def test_the_kind_of_private_data_is_named() -> None:
    assert told(Label.PRIVACY, "ara 0532 000 11 22", (4, 18), kind="phone")["tr"] == (
        "6.4.9: Bir kişinin telefon numarası herkese açık yazılmış: “0532 000 11 22”."
    )


def test_a_rule_with_a_sentence_of_its_own_is_told_by_it() -> None:
    assert "beddua" in told(Label.INSULT, "belanı versin", (0, 13), rule="insult.curse")["tr"]


def test_words_said_twice_are_told_once_and_several_are_joined() -> None:
    assert "“a” ve “c”" in told(Label.THREAT, "a c a", (0, 1), (2, 3), (4, 5))["tr"]


def test_long_words_are_shortened() -> None:
    assert len(told(Label.CRITICISM, "x" * 500, (0, 500))["tr"]) < 250


def test_words_that_look_like_a_placeholder_are_quoted_as_they_are() -> None:
    assert "“{words}”" in told(Label.INSULT, "{words}", (0, 7))["en"]
