"""The pattern language and the search for it."""

import pytest

from app.rules.forms.plain import plain
from app.rules.forms.words import words
from app.rules.lexicon.book import hidden_words, index
from app.rules.lexicon.patterns import PatternError, parse
from app.rules.lexicon.search import Entry, Index


def hits(pattern: str, text: str, *, unless: str = "", unless_near: str = "") -> list[str]:
    entry = Entry(
        name="e",
        patterns=(parse(pattern, {}),),
        unless=(parse(unless, {}),) if unless else (),
        unless_near=(parse(unless_near, {}),) if unless_near else (),
    )
    view = words(plain(text))
    found = Index([entry]).find(view).get("e", ())
    return [" ".join(word.text for word in view.words[hit.first : hit.last + 1]) for hit in found]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("kitap", "kitabı aldım, kitapçık değil", ["kitabı", "kitapçık"]),
        ("=kitap", "kitabı kitap", ["kitap"]),
        ("bahis*", "bahisçi", ["bahisçi"]),
        ("git-", "gidiyorum gitmişler giysi", ["gitmişler"]),
        ("!sık", "sik sikayet", []),
        ("!öl-", "olmak", []),
        ("!öl-", "ölmek", ["ölmek"]),
        ("!=mu", "cok iyi mu", []),
        ("bir _2 üç", "bir iki üç", ["bir iki üç"]),
        ("bir üç", "bir iki üç", []),
        ("bir _2 üç", "bir. üç", []),
        ("bir iki? üç", "bir üç", ["bir üç"]),
        ("kara|ak kedi", "ak kediler", ["ak kediler"]),
        ("kara/ve|ak kedi", "kara ve kedi", ["kara ve kedi"]),
        ("^ ak", "kara ak", []),
        ("ak $", "kara ak", ["ak"]),
        ("ak & kara", "kara ile ak", ["kara ile ak"]),
        ("ak & kara", "kara. ak", []),
        ("<number> tl", "50 tl", ["50 tl"]),
    ],
)
def test_what_a_pattern_finds(pattern: str, text: str, found: list[str]) -> None:
    assert hits(pattern, text) == found


def test_exceptions_hold_in_the_message_or_nearby() -> None:
    assert hits("ak", "ak bir gün. kara", unless="kara") == []
    assert hits("ak", "ak kara", unless_near="kara") == []
    assert hits("ak", "ak bir iki üç dört beş altı yedi kara", unless_near="kara") == ["ak"]


@pytest.mark.parametrize("pattern", ["", "a _", "{nobody}", "a=b", "!", "a & ", "?"])
def test_what_the_language_does_not_have_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        parse(pattern, {})


def test_the_lexicons_are_read() -> None:
    assert len(index().entries) > 50
    assert hidden_words().is_hidden("salaksiniz")
