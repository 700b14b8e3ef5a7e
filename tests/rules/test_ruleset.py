"""The set of rules is honest: names, articles, labels."""

import inspect

from app.rules.lexicon.book import index
from app.rules.model import ARTICLES, Label
from app.rules.ruleset import RULES


def test_names_are_unique() -> None:
    names = [rule.name for rule in RULES]

    assert len(names) == len(set(names))


def test_articles_exist() -> None:
    assert {rule.article for rule in RULES} <= set(ARTICLES)


def test_every_label_has_a_rule() -> None:
    assert {rule.label for rule in RULES} == set(Label)


def test_every_rule_says_what_it_sees() -> None:
    assert all(rule.see.__doc__ for rule in RULES)


def test_every_module_of_a_label_begins_with_its_article() -> None:
    for rule in RULES:
        module = inspect.getmodule(rule.see)
        assert module is not None
        first = (module.__doc__ or "").splitlines()[0]
        assert first.startswith("Article")
        assert any(article in first for article in ARTICLES)


def test_every_entry_of_the_lexicons_is_read_by_someone() -> None:
    sources = "".join(inspect.getsource(module) for module in {inspect.getmodule(rule.see) for rule in RULES} if module)
    shared = {"common.question", "common.reporting", "common.complains"}
    # Those of the text forms and of reported speech are read outside the label modules.
    unread = {entry.name for entry in index().entries if f'"{entry.name}"' not in sources} - shared

    assert unread == set()
