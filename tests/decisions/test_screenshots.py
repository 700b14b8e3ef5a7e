"""What the articles ask for is policy data, with the article that says so."""

import pytest

from app.decisions.policy import load_policy, shipped_document, shipped_policy
from app.decisions.screenshots import Need, need_of
from app.rules.model import Label

SHIPPED = shipped_policy()


@pytest.mark.parametrize(
    ("labels", "need"),
    [
        ([], Need.WANTED),
        (["insult"], Need.WANTED),
        (["self_harm"], Need.ASKED),
        (["insult", "threat"], Need.DEMANDED),
        (["violence_drugs", "self_harm"], Need.DEMANDED),
    ],
)
def test_the_most_that_one_of_the_articles_asks_for_counts(labels: list[str], need: Need) -> None:
    assert need_of(labels, SHIPPED.screenshots) is need


def test_the_shipped_document_names_the_articles_that_say_so() -> None:
    assert {label: entry.article for label, entry in SHIPPED.screenshots.items()} == {
        Label.THREAT: "6.4.12",
        Label.VIOLENCE_DRUGS: "6.4.13",
        Label.SELF_HARM: "6.4.15",
    }


def test_a_document_may_ask_for_more_and_its_version_tells() -> None:
    document = shipped_document()
    document["screenshots"] |= {"hate": {"article": "6.4.11", "need": "demanded"}}

    changed = load_policy(document)

    assert need_of(["hate"], changed.screenshots) is Need.DEMANDED
    assert changed.version != SHIPPED.version


def test_a_document_from_before_asks_for_what_the_articles_do() -> None:
    older = {name: part for name, part in shipped_document().items() if name != "screenshots"}

    assert load_policy(older).screenshots == SHIPPED.screenshots
